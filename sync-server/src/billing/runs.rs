//! Runs: whatever cycles have ended by a day are invoiced, a customer a transaction, in the order of their ids.
//!
//! A run has a cut-off, a number of the agency's: what is ruled after it began is for the next run, so that the invoices do not depend
//! on how long the run took or how often it was interrupted. Each customer is a job, which writes the invoices, their postings and
//! the next customer's job in one transaction under the agency's lock; so each is done once, on however many nodes.

use detailbook_core::ids::{AgencyId, CustomerId};
use detailbook_core::pricing::Day;
use detailbook_core::time::Millis;
use serde_json::json;

use super::bills::Outcome;
use super::document::{self, Of};
use super::plan::{LeftOut, Open, Plan, day};
use super::tariffs::number;
use super::terms;
use crate::audit::By;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::problem::Problem;
use crate::store::bills;
use crate::store::invoice_runs::{self, Done, RunRow};
use crate::store::{self, Ahead, Sql, StoreError, invoices, params};

/// Invoices one customer of a run.
pub const RUN: Kind = Kind::inside("billing.run", step).or_tell(jobs::tell_coordinator);
/// Begins a run when a cycle has ended, where the agency wants that.
pub const CALENDAR: Kind = Kind::inside("billing.calendar", look).in_bulk().or_tell(jobs::tell_coordinator);

/// How often it is looked whether a cycle has ended.
const LOOKED_EVERY: Millis = Millis::from_hours(6);

/// What a run would do for a customer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// The customer.
    pub customer: CustomerId,
    /// What would be invoiced, credited and left out.
    pub plan: Plan,
}

/// What a run up to a day would do now.
pub fn preview(sql: &mut dyn Sql, agency: AgencyId, through: Day) -> Result<Vec<Preview>, Problem> {
    let mut all = Vec::new();
    for customer in bills::open_customers(sql, agency, number(through))? {
        let plan = plan(sql, agency, customer, through, i64::MAX)?;
        if plan.issues() || !plan.left_out.is_empty() {
            all.push(Preview { customer, plan });
        }
    }
    Ok(all)
}

fn plan(
    sql: &mut dyn Sql,
    agency: AgencyId,
    customer: CustomerId,
    through: Day,
    cut_off: i64,
) -> Result<Plan, StoreError> {
    let cycle = terms::of(sql, agency, customer)?.cycle;
    let (mut open, bills) = (Vec::new(), bills::open_work(sql, agency, customer, number(through), cut_off)?);
    let sql = &mut Ahead::over(sql);
    sql.read(invoices::STANDING, &params![agency], bills.iter().map(|bill| bill.work))?;
    for bill in bills {
        let outcome = Outcome::of(&bill)?;
        let standing = invoices::standing(sql, agency, bill.work)?;
        open.push(Open { bill, outcome, standing });
    }
    Ok(Plan::of(customer, cycle, through, open))
}

/// Begins a run over all work up to a day. Gives its number.
pub fn begin(sql: &mut dyn Sql, by: &By<'_>, through: Day) -> Result<i64, Problem> {
    let head = store::agency::lock(sql, by.agency)?.ok_or_else(Problem::not_found)?;
    if through > document::today(sql, by.agency, by.now)? {
        return Err(Problem::invalid("through", "must not lie ahead"));
    }
    let last = invoice_runs::newest(sql, by.agency, i64::MAX, 1)?.pop();
    if let Some(RunRow { number, ended_at: None, .. }) = last {
        return Err(Problem::conflict(format!("Run {number} is still under way. Wait until it has ended.")));
    }
    let customers = bills::open_customers(sql, by.agency, number(through))?;
    let row = RunRow {
        number: last.map_or(0, |last| last.number) + 1,
        cut_off: head.seq,
        through: number(through),
        began_at: by.now,
        began_by: by.actor.to_owned(),
        ended_at: None,
    };
    invoice_runs::insert(sql, by.agency, &row, &customers)?;
    let noted = json!({ "through": through, "cut_off": row.cut_off, "customers": customers.len() });
    by.note(sql, "billing.run", row.number, &json!({ "after": noted }))?;
    go_on(sql, by, row.number)?;
    Ok(row.number)
}

/// Has the next customer of a run invoiced, or ends it.
fn go_on(sql: &mut dyn Sql, by: &By<'_>, run: i64) -> Result<(), StoreError> {
    match invoice_runs::next(sql, by.agency, run)? {
        Some(customer) => {
            let key = format!("{run} {customer}");
            jobs::enqueue(sql, by.agency, &RUN, &key, by.now, by.now, &run).map(drop)
        }
        None => invoice_runs::end(sql, by.agency, run, by.now),
    }
}

fn step(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, number): (_, i64) = (run.by(), run.payload()?);
    let row = invoice_runs::get(sql, by.agency, number)?.filter(|row| row.ended_at.is_none());
    let Some(row) = row else { return Ok(Next::Done) };
    if let Some(customer) = invoice_runs::next(sql, by.agency, number)? {
        invoice(sql, &by, &row, customer)?;
    }
    go_on(sql, &by, number)?;
    Ok(Next::Done)
}

/// Invoices one customer.
fn invoice(sql: &mut dyn Sql, by: &By<'_>, run: &RunRow, customer: CustomerId) -> Result<(), Failed> {
    let through = day(run.through).ok_or_else(|| Failed::for_good("The run's day cannot be read."))?;
    let plan = plan(sql, by.agency, customer, through, run.cut_off)?;
    let mut issued = 0;
    for (cycle, what) in &plan.cycles {
        let of = Of { run: run.number, customer, cycle };
        issued += document::issue(sql, by, of, what)?.len();
    }
    for (work, bill) in &plan.settled {
        // What was billed anew after the cut-off is for the next run.
        if bills::in_force(sql, by.agency, *work, i64::MAX)?.is_some_and(|now| now.number == *bill) {
            bills::close(sql, by.agency, customer, *work)?;
        }
    }
    let left_out = serde_json::to_string(&plan.left_out).map_err(|_| StoreError::Unstorable("what was left out"))?;
    let invoices = i64::try_from(issued).unwrap_or(i64::MAX);
    let done = Done { customer, done_at: Some(by.now), invoices, left_out };
    Ok(invoice_runs::done(sql, by.agency, run.number, &done)?)
}

/// What a run left out for a customer.
pub fn left_out(done: &Done) -> Vec<LeftOut> {
    serde_json::from_str(&done.left_out).unwrap_or_default()
}

fn look(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let by = run.by();
    let (_, _, automatic) = terms::letterhead(sql, by.agency)?;
    if !automatic {
        return Ok(Next::Done);
    }
    let today = document::today(sql, by.agency, by.now)?;
    let under_way = invoice_runs::newest(sql, by.agency, i64::MAX, 1)?.pop().is_some_and(|run| run.ended_at.is_none());
    if let Some(through) = today.0.pred_opt().map(Day)
        && !under_way
        && preview(sql, by.agency, through)?.iter().any(|it| it.plan.issues())
    {
        begin(sql, &by, through)?;
    }
    Ok(Next::At(run.now + LOOKED_EVERY))
}

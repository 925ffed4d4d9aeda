//! Runs: whatever cycles have ended by a day are invoiced, a customer a transaction, in the order of their ids.
//!
//! A run has a cut-off, a number of the agency's: what is ruled after it began is for the next run, so that the invoices do not depend
//! on how long the run took or how often it was interrupted. Each customer is a job, which writes the invoices, their postings and
//! the next customer's job in one transaction under the agency's lock; so each is done once, on however many nodes.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use detailbook_core::ids::{AgencyId, AssignmentId, CustomerId, DetailId};
use detailbook_core::pricing::Day;
use detailbook_core::records::{Agency, Detail, RecordKind};
use detailbook_core::time::Millis;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::bills::Outcome;
use super::cycle::Cycle;
use super::document::{self, Of};
use super::due;
use super::plan::{LeftOut, Open, Plan, day};
use super::tariffs::number;
use super::terms;
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, JobState, Kind, Next, Run};
use crate::prices;
use crate::problem::Problem;
use crate::store::bills::{self, OpenWork};
use crate::store::invoice_runs::{self, Done, RunRow};
use crate::store::{self, Sql, StoreError, records};

/// Invoices one customer of a run.
pub const RUN: Kind = Kind::inside("billing.run", step).or_tell(parked);
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
    for (customer, cycle) in open_customers(sql, agency, through)? {
        let plan = plan(sql, agency, (customer, cycle), through, i64::MAX)?;
        if plan.issues() || !plan.left_out.is_empty() {
            all.push(Preview { customer, plan });
        }
    }
    Ok(all)
}

/// The customers for whom a run up to a day may find something, with their cycles.
fn open_customers(sql: &mut dyn Sql, agency: AgencyId, through: Day) -> Result<Vec<(CustomerId, Cycle)>, StoreError> {
    let mut found = Vec::new();
    for open in bills::open_customers(sql, agency)? {
        let cycle = open.cycle.and_then(|cycle| cycle.parse().ok()).unwrap_or_default();
        if open.invoiced || open.first <= last_work(cycle, through) {
            found.push((open.customer, cycle));
        }
    }
    Ok(found)
}

fn last_work(cycle: Cycle, through: Day) -> i64 {
    number(cycle.last_work(through).unwrap_or(through))
}

fn plan(
    sql: &mut dyn Sql,
    agency: AgencyId,
    (customer, cycle): (CustomerId, Cycle),
    through: Day,
    cut_off: i64,
) -> Result<Plan, StoreError> {
    let (mut open, mut began) = (Vec::new(), BTreeMap::new());
    for work in bills::open_work(sql, agency, customer, last_work(cycle, through), cut_off)? {
        let OpenWork { bill, standing, cancelled } = work;
        if cycle == Cycle::PerDetail && !began.contains_key(&bill.detail) {
            let detail = records::get::<Detail>(sql, agency, RecordKind::Detail, bill.detail)?;
            began.insert(bill.detail, detail.map(|detail| prices::day_of(&detail.record, &[])));
        }
        let began = began.get(&bill.detail).copied().flatten();
        open.push(Open { outcome: Outcome::of(&bill)?, bill, standing, cancelled, began });
    }
    Ok(Plan::of(customer, cycle, through, open))
}

/// Begins a run over all work up to a day. Gives its number.
pub fn begin(sql: &mut dyn Sql, by: &By<'_>, through: Day) -> Result<i64, Problem> {
    // Nobody rules on anything between the look and the cut-off.
    store::agency::lock(sql, by.agency)?;
    let customers = open_customers(sql, by.agency, through)?;
    let customers: Vec<_> = customers.into_iter().map(|open| open.0).collect();
    begin_for(sql, by, through, &customers)
}

fn begin_for(sql: &mut dyn Sql, by: &By<'_>, through: Day, customers: &[CustomerId]) -> Result<i64, Problem> {
    let head = store::agency::lock(sql, by.agency)?.ok_or_else(Problem::not_found)?;
    if through > document::today(sql, by.agency, by.now)? {
        return Err(Problem::invalid("through", "must not lie ahead"));
    }
    let last = invoice_runs::newest(sql, by.agency, i64::MAX, 1)?.pop();
    if let Some(RunRow { number, ended_at: None, .. }) = last {
        let why = stopped(sql, by.agency, number)?
            .ok_or_else(|| Problem::conflict(format!("Run {number} is still under way. Wait until it has ended.")))?;
        abandon(sql, by, number, &why)?;
    }
    let row = RunRow {
        number: last.map_or(0, |last| last.number) + 1,
        cut_off: head.seq,
        through: number(through),
        began_at: by.now,
        began_by: by.actor.to_owned(),
        ended_at: None,
    };
    invoice_runs::insert(sql, by.agency, &row, customers)?;
    let noted = json!({ "through": through, "cut_off": row.cut_off, "customers": customers.len() });
    by.note(sql, "billing.run", row.number, &json!({ "after": noted }))?;
    go_on(sql, by, row.number)?;
    Ok(row.number)
}

/// Why a run goes on no more, where it does not: its job is parked, and no node came to note that.
fn stopped(sql: &mut dyn Sql, agency: AgencyId, run: i64) -> Result<Option<String>, StoreError> {
    let Some(customer) = invoice_runs::next(sql, agency, run)? else { return Ok(None) };
    let job = store::jobs::get(sql, agency, jobs::id_of(agency, RUN.name, &key(run, customer)))?;
    let parked = job.filter(|job| job.state == JobState::Parked);
    Ok(parked.map(|job| job.last_error.unwrap_or_default()))
}

/// Ends a run that goes on no more: the next one takes whatever it had not done.
fn abandon(sql: &mut dyn Sql, by: &By<'_>, run: i64, why: &str) -> Result<(), StoreError> {
    while let Some(customer) = invoice_runs::next(sql, by.agency, run)? {
        not_done(sql, by, run, customer, why)?;
    }
    invoice_runs::end(sql, by.agency, run, by.now)
}

/// Notes that a run did nothing for a customer.
fn not_done(sql: &mut dyn Sql, by: &By<'_>, run: i64, customer: CustomerId, why: &str) -> Result<(), StoreError> {
    let left_out = json!(NotDone { failed: why.to_owned() }).to_string();
    invoice_runs::done(sql, by.agency, run, &Done { customer, done_at: Some(by.now), invoices: 0, left_out })?;
    by.note(sql, "billing.run.failed", run, &json!({ "customer": customer, "why": why }))
}

fn key(run: i64, customer: CustomerId) -> String {
    format!("{run} {customer}")
}

/// Has the next customer of a run invoiced, or ends it.
fn go_on(sql: &mut dyn Sql, by: &By<'_>, run: i64) -> Result<(), StoreError> {
    match invoice_runs::next(sql, by.agency, run)? {
        Some(customer) => jobs::enqueue(sql, by.agency, &RUN, &key(run, customer), by.now, by.now, &run).map(drop),
        None => invoice_runs::end(sql, by.agency, run, by.now),
    }
}

fn step(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, number): (_, i64) = (run.by(), run.payload()?);
    let row = invoice_runs::get(sql, by.agency, number)?.filter(|row| row.ended_at.is_none());
    let Some(row) = row else { return Ok(Next::Done) };
    if let Some(customer) = invoice_runs::next(sql, by.agency, number)? {
        invoice(sql, &by, &row, customer)?;
        due::expect_older(sql, &by)?;
    }
    go_on(sql, &by, number)?;
    Ok(Next::Done)
}

/// Invoices one customer.
fn invoice(sql: &mut dyn Sql, by: &By<'_>, run: &RunRow, customer: CustomerId) -> Result<(), Failed> {
    let through = day(run.through).ok_or_else(|| Failed::for_good("The run's day cannot be read."))?;
    let cycle = terms::of(sql, by.agency, customer)?.cycle;
    let plan = plan(sql, by.agency, (customer, cycle), through, run.cut_off)?;
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

/// The run goes on without a customer for whom every attempt failed: their work stays open, and the next run takes it.
fn parked(sql: &mut dyn Sql, run: &Run<'_>, error: &str) -> Result<(), StoreError> {
    let (by, Ok(number)) = (run.by(), run.payload::<i64>()) else { return jobs::tell_coordinator(sql, run, error) };
    let row = invoice_runs::get(sql, by.agency, number)?.filter(|row| row.ended_at.is_none());
    if let (Some(_), Some(customer)) = (row, invoice_runs::next(sql, by.agency, number)?) {
        not_done(sql, &by, number, customer, error)?;
        go_on(sql, &by, number)?;
    }
    jobs::tell_coordinator(sql, run, error)
}

/// What is kept in place of what was left out, where a customer was not done at all.
#[derive(Serialize, Deserialize)]
struct NotDone {
    failed: String,
}

/// What a run left out for a customer.
pub fn left_out(done: &Done) -> Vec<LeftOut> {
    serde_json::from_str(&done.left_out).unwrap_or_default()
}

/// Why a run did nothing for a customer, where it failed.
pub fn failed(done: &Done) -> Option<String> {
    serde_json::from_str::<NotDone>(&done.left_out).ok().map(|not_done| not_done.failed)
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
    {
        let due = due(sql, by.agency, through)?;
        if !due.is_empty() {
            begin_for(sql, &by, through, &due)?;
        }
    }
    Ok(Next::At(run.now + LOOKED_EVERY))
}

/// Customers of whom a cycle has ended since the newest run, and who have anything to invoice or to credit. What is ruled after that run
/// waits for the end of their next cycle, or for a run that somebody begins: so each gets one invoice then, and not one every few hours.
fn due(sql: &mut dyn Sql, agency: AgencyId, through: Day) -> Result<Vec<CustomerId>, StoreError> {
    let (newest, mut due) = (invoice_runs::through(sql, agency)?, Vec::new());
    for (customer, cycle) in open_customers(sql, agency, through)? {
        let ended = cycle.newest_end(through).map_or(i64::MIN, number);
        if newest.is_none_or(|newest| newest < ended)
            && bills::anything_open(sql, agency, customer, last_work(cycle, through))?
        {
            due.push(customer);
        }
    }
    Ok(due)
}

/// A timesheet that nobody has ruled on, whose work no run can invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unruled {
    /// The assignment.
    pub work: AssignmentId,
    /// Its detail.
    pub detail: DetailId,
    /// Its day.
    pub worked_on: Day,
    /// The customer, where the site is known.
    pub customer: Option<CustomerId>,
}

/// Timesheets of details that were over by the end of that day and that nobody has ruled on: how many there are, and the first of them,
/// at most `most`.
pub fn unruled(sql: &mut dyn Sql, agency: AgencyId, through: Day, most: usize) -> Result<(i64, Vec<Unruled>), Problem> {
    let zone = filing::get::<Agency>(sql, agency, agency)?.record.zone;
    let next = through.0.succ_opt().ok_or_else(Problem::not_found)?;
    let before = zone.instant(next.and_time(NaiveTime::MIN)).first();
    let (count, rows) = store::timesheets::unruled(sql, agency, before, most)?;
    let unruled = |(work, detail, customer, starts)| {
        let worked_on = Day(zone.local(starts).date());
        Unruled { work, detail, worked_on, customer }
    };
    Ok((count, rows.into_iter().map(unruled).collect()))
}

//! Runs: what one would do, beginning it, and what each did.

use askama::Template;
use detailbook_core::ids::AgencyId;
use detailbook_core::money::Cents;
use detailbook_core::pricing::Day;
use detailbook_core::records::RecordKind;

use super::{day_text, name, typed_day};
use crate::access::scope::Scope;
use crate::billing::plan::{CyclePlan, LeftOut, Plan};
use crate::billing::runs;
use crate::console::csv::Csv;
use crate::console::field::Field;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::store::invoice_runs::{self, RunRow};
use crate::store::invoices::{self, Sought};
use crate::store::{Ahead, Sql, StoreError, records};

/// Runs that are listed.
const LISTED: i64 = 100;

#[derive(Template)]
#[template(path = "console/invoices/runs.html")]
struct RunsPage {
    frame: Frame,
    through: String,
    through_field: Field,
    previews: Vec<PreviewLine>,
    left_out: Vec<LeftOutLine>,
    issues: bool,
    runs: Vec<RunLine>,
    may_run: bool,
    seal: Seal,
}

struct PreviewLine {
    customer: String,
    cycle: String,
    invoiced: usize,
    charged: String,
    credited_bills: usize,
    credited: String,
}

struct LeftOutLine {
    customer: String,
    day: String,
    work: String,
    why: String,
}

struct RunLine {
    number: i64,
    through: String,
    began: String,
    by: String,
    ended: String,
}

/// The page of runs: what one through a day would do now, and those that there were.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let agency = visit.agency()?;
    let today = Day(visit.who()?.zone.local(visit.now).date());
    let typed = visit.form.find("through").unwrap_or_else(|| visit.query.get("through"));
    // What was typed wrong is refused where it was sent; the page that says so previews yesterday.
    let through = typed_day("through", typed).ok().flatten().or_else(|| today.0.pred_opt().map(Day)).unwrap_or(today);
    let (mut previews, mut left_out) = (Vec::new(), Vec::new());
    for preview in runs::preview(sql, agency, through)? {
        let customer = name(sql, agency, preview.customer)?;
        previews.extend(preview_lines(&customer, &preview.plan));
        left_out.extend(preview.plan.left_out.iter().map(|it| left_out_line(&customer, it)));
    }
    Page::html(&RunsPage {
        frame: Frame::of(visit, "Runs"),
        through: through.to_string(),
        through_field: Field::new(visit, "through", "Work up to and with").kind("date").optional(&through.to_string()),
        issues: !previews.is_empty(),
        previews,
        left_out,
        runs: invoice_runs::newest(sql, agency, i64::MAX, LISTED)?.iter().map(|run| run_line(visit, run)).collect(),
        may_run: visit.who()?.may(Scope::BillingWrite),
        seal: visit.seal("/console/invoices/runs"),
    })
}

fn preview_lines(customer: &str, plan: &Plan) -> Vec<PreviewLine> {
    let sum = |sum: Option<Cents>| sum.unwrap_or_default().to_string();
    let line = |(cycle, what): (&String, &CyclePlan)| PreviewLine {
        customer: customer.to_owned(),
        cycle: cycle.split(' ').next().unwrap_or_default().to_owned(),
        invoiced: what.charges.len(),
        charged: sum(what.charged()),
        credited_bills: what.credits.len(),
        credited: sum(what.credited()),
    };
    plan.cycles.iter().map(line).collect()
}

fn left_out_line(customer: &str, it: &LeftOut) -> LeftOutLine {
    let (day, work) = (it.worked_on.to_string(), it.work.to_string());
    LeftOutLine { customer: customer.to_owned(), day, work, why: it.why.clone() }
}

fn run_line(visit: &Visit, run: &RunRow) -> RunLine {
    RunLine {
        number: run.number,
        through: day_text(run.through),
        began: visit.time(run.began_at),
        by: run.began_by.clone(),
        ended: run.ended_at.map(|at| visit.time(at)).unwrap_or_default(),
    }
}

/// Begins a run.
pub(super) fn begin(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let through = typed_day("through", visit.typed("through"))?;
    let through = through.ok_or_else(|| Problem::invalid("through", "must be a day such as 2025-03-31"))?;
    let number = runs::begin(sql, &visit.by()?, through)?;
    Ok(Page::to(&format!("/console/invoices/runs/{number}?said=run")))
}

#[derive(Template)]
#[template(path = "console/invoices/run.html")]
struct RunPage {
    frame: Frame,
    run: RunLine,
    cut_off: i64,
    done: usize,
    waiting: usize,
    invoices: usize,
    sum: String,
    customers: Vec<CustomerLine>,
    left_out: Vec<LeftOutLine>,
}

struct CustomerLine {
    name: String,
    is_done: bool,
    invoices: i64,
    left_out: usize,
}

/// One run.
pub(super) fn one(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, run) = (visit.agency()?, found(sql, visit)?);
    let (customers, left_out) = did(sql, agency, run.number)?;
    let sought = Sought { run: Some(run.number), ..Sought::default() };
    let (invoices, sum) = invoices::totals(sql, agency, &sought)?;
    Page::html(&RunPage {
        frame: Frame::of(visit, &format!("Run {}", run.number)),
        cut_off: run.cut_off,
        done: customers.iter().filter(|it| it.is_done).count(),
        waiting: customers.iter().filter(|it| !it.is_done).count(),
        run: run_line(visit, &run),
        invoices,
        sum: sum.to_string(),
        customers,
        left_out,
    })
}

fn found(sql: &mut dyn Sql, visit: &Visit) -> Result<RunRow, Problem> {
    invoice_runs::get(sql, visit.agency()?, visit.id("id")?)?.ok_or_else(Problem::not_found)
}

fn did(sql: &mut dyn Sql, agency: AgencyId, run: i64) -> Result<(Vec<CustomerLine>, Vec<LeftOutLine>), StoreError> {
    let (mut customers, mut left_out, all) = (Vec::new(), Vec::new(), invoice_runs::customers(sql, agency, run)?);
    let sql = &mut Ahead::over(sql);
    records::ahead(sql, agency, RecordKind::Customer, all.iter().map(|done| done.customer))?;
    for done in all {
        let (name, out) = (name(sql, agency, done.customer)?, runs::left_out(&done));
        left_out.extend(out.iter().map(|it| left_out_line(&name, it)));
        let is_done = done.done_at.is_some();
        customers.push(CustomerLine { name, is_done, invoices: done.invoices, left_out: out.len() });
    }
    customers.sort_by_key(|it| it.name.to_lowercase());
    Ok((customers, left_out))
}

/// What a run left out, as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, run) = (visit.agency()?, found(sql, visit)?);
    let (_, left_out) = did(sql, agency, run.number)?;
    let mut csv = Csv::of(&["customer", "day", "work", "why"]);
    for it in left_out {
        csv.line([it.customer, it.day, it.work, it.why]);
    }
    Ok(Page::csv(&format!("run-{}-left-out.csv", run.number), csv.finish()))
}

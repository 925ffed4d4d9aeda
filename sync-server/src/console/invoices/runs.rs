//! Runs: what one would do, beginning it, and what each did.

use std::cmp::Reverse;

use askama::Template;
use detailbook_core::ids::{AgencyId, CustomerId};
use detailbook_core::money::Cents;
use detailbook_core::pricing::Day;
use detailbook_core::records::RecordKind;

use super::named::{Named, Names};
use super::{day_text, name, names, typed_day};
use crate::access::scope::Scope;
use crate::billing::plan::{CyclePlan, LeftOut, Plan};
use crate::billing::runs::{self, Unruled};
use crate::billing::tariffs::number;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled};
use crate::console::page::{Answer, Page};
use crate::console::part::{PART, Part, with_query};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::store::bills;
use crate::store::invoice_runs::{self, Order, RunRow, State};
use crate::store::invoices::{self, Sought};
use crate::store::{Ahead, Sql, StoreError, records};

/// Lines of what is left out that the pages show; a file holds all.
const SHOWN: usize = 200;
/// Unruled timesheets in one file.
const FILE: usize = 50_000;
/// Work without a bill, and without a price, that is counted.
const COUNTED: i64 = 1_000;

#[derive(Template)]
#[template(path = "console/invoices/runs.html")]
struct RunsPage {
    frame: Frame,
    through: String,
    through_field: Field,
    previews: Vec<PreviewLine>,
    more_previews: usize,
    left_out: Vec<LeftOutLine>,
    others: usize,
    unruled: i64,
    without: Without,
    part: Part,
    state: Choice,
    from: Field,
    until: Field,
    sort: Choice,
    issues: bool,
    runs: Vec<RunLine>,
    may_run: bool,
    seal: Seal,
}

/// Work that no run invoices.
struct Without {
    bill: i64,
    price: i64,
}

impl Without {
    fn count(sql: &mut dyn Sql, agency: AgencyId) -> Result<Self, StoreError> {
        let bill = bills::count_without(sql, agency, COUNTED)?;
        Ok(Self { bill, price: bills::count_without_price(sql, agency, COUNTED)? })
    }

    fn any(&self) -> bool {
        self.bill + self.price > 0
    }

    /// How many they are.
    fn says(&self) -> String {
        let counted = |count: i64| if count == COUNTED { format!("{count} or more") } else { count.to_string() };
        let (bill, price) = (counted(self.bill), counted(self.price));
        match (self.bill, self.price) {
            (_, 0) => format!("{bill} without a bill"),
            (0, _) => format!("{price} without a price"),
            _ => format!("{bill} without a bill and {price} without a price"),
        }
    }
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
    customer: Named,
    day: String,
    detail: Named,
    work: String,
    why: String,
    cancelled: Option<String>,
}

/// Work that is left out, and whose it is as far as that is known.
type Out = (Option<CustomerId>, LeftOut);

struct RunLine {
    number: i64,
    through: String,
    began: String,
    by: String,
    ended: String,
    /// It did nothing for a customer.
    not_all_done: bool,
}

/// What the page's address may hold.
pub(super) const FILTER: &[&str] = &["through", "state", "from", "until", "sort", "part", "said"];
/// What of it is kept from part to part.
const KEPT: &[&str] = &["through", "state", "from", "until", "sort"];
/// Runs in one file.
const RUNS: usize = 50_000;

const STATES: &[(&str, &str)] = &[("under-way", "Under way"), ("ended", "Ended"), ("not-done", "Not done for some")];
const ORDERS: &[(&str, &str)] = &[("newest", "Newest first"), ("oldest", "Oldest first"), ("through", "Last day")];

/// What a run through a day would do.
struct Foreseen {
    through: Day,
    previews: Vec<PreviewLine>,
    left_out: Vec<Out>,
    unruled: i64,
}

fn foreseen(sql: &mut dyn Sql, visit: &Visit, most: usize) -> Result<Foreseen, Problem> {
    let agency = visit.agency()?;
    let today = Day(visit.who()?.zone.local(visit.now).date());
    let typed = visit.form.find("through").unwrap_or_else(|| visit.query.get("through"));
    // What was typed wrong is refused where it was sent; the page that says so previews yesterday.
    let through = typed_day("through", typed).ok().flatten().or_else(|| today.0.pred_opt().map(Day)).unwrap_or(today);
    let (mut previews, mut left_out, all) = (Vec::new(), Vec::new(), runs::preview(sql, agency, through)?);
    let customers = names(sql, agency, all.iter().map(|preview| preview.customer))?;
    for runs::Preview { customer, plan } in all {
        previews.extend(preview_lines(customers.get(&customer).map_or("", String::as_str), &plan));
        left_out.extend(plan.left_out.into_iter().map(|it| (Some(customer), it)));
    }
    let (unruled, first) = runs::unruled(sql, agency, through, most)?;
    left_out.extend(first.iter().map(not_ruled_on));
    Ok(Foreseen { through, previews, left_out, unruled })
}

fn not_ruled_on(it: &Unruled) -> Out {
    let Unruled { work, detail, worked_on, customer } = *it;
    let (ruling, why) = (None, "nobody has ruled on its timesheet".to_owned());
    (customer, LeftOut { work: work.into(), detail, ruling, worked_on, why, cancelled: false })
}

/// What is left out as lists tell of it, their customers and details read at once.
fn left_out_lines(sql: &mut dyn Sql, visit: &Visit, all: &[Out]) -> Result<Vec<LeftOutLine>, Problem> {
    let names = Names::of(sql, visit, all.iter().map(|(customer, it)| (*customer, Some(it.detail))))?;
    let line = |(customer, it): &Out| LeftOutLine {
        customer: names.customer(*customer),
        day: it.worked_on.to_string(),
        detail: names.detail(Some(it.detail)),
        work: it.work.to_string(),
        why: it.why.clone(),
        cancelled: it.cancelled.then(|| it.detail.to_string()),
    };
    Ok(all.iter().map(line).collect())
}

/// The page of runs: what one through a day would do now, and those that there were.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let agency = visit.agency()?;
    let Foreseen { through, mut previews, mut left_out, unruled } = foreseen(sql, visit, SHOWN)?;
    let (more_previews, others) = (cut(&mut previews), cut(&mut left_out));
    let sought = sought(visit)?;
    let part = Part::new(visit, "/console/invoices/runs", KEPT, invoice_runs::count(sql, agency, &sought)?);
    let runs = invoice_runs::find(sql, agency, &sought, order(visit), (part.start(), PART))?;
    let runs = run_lines(sql, visit, &runs)?;
    Page::html(&RunsPage {
        frame: Frame::of(visit, "Runs"),
        through: through.to_string(),
        through_field: Field::new(visit, "through", "Work up to and with").kind("date").optional(&through.to_string()),
        issues: !previews.is_empty(),
        previews,
        more_previews,
        left_out: left_out_lines(sql, visit, &left_out)?,
        others,
        unruled,
        without: Without::count(sql, agency)?,
        part,
        state: Choice::asked(visit, "state", "State", any(labelled(STATES))),
        from: Field::asked(visit, "from", "Through, from").kind("date"),
        until: Field::asked(visit, "until", "Through, until").kind("date"),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        runs,
        may_run: visit.who()?.may(Scope::BillingWrite),
        seal: visit.seal("/console/invoices/runs"),
    })
}

/// Leaves as many lines as a page shows. Gives how many went.
fn cut<T>(lines: &mut Vec<T>) -> usize {
    let others = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    others
}

fn sought(visit: &Visit) -> Result<invoice_runs::Sought, Problem> {
    let state = match visit.query.get("state") {
        "under-way" => Some(State::UnderWay),
        "ended" => Some(State::Ended),
        "not-done" => Some(State::NotAllDone),
        _ => None,
    };
    let day = |name| Ok::<_, Problem>(typed_day(name, visit.query.get(name))?.map(number));
    Ok(invoice_runs::Sought { state, from: day("from")?, until: day("until")? })
}

fn order(visit: &Visit) -> Order {
    match visit.query.get("sort") {
        "oldest" => Order::Oldest,
        "through" => Order::Through,
        _ => Order::Newest,
    }
}

/// The runs that there were, as CSV.
pub(super) fn export_list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let rows = invoice_runs::find(sql, visit.agency()?, &sought(visit)?, order(visit), (0, RUNS + 1))?;
    if rows.len() > RUNS {
        return Err(Problem::conflict(
            "That is more than 50,000 runs, which is what one file holds. Choose fewer days.",
        ));
    }
    let mut csv = Csv::of(&["number", "through", "begun", "by", "ended", "not_done_for_some"]);
    for RunLine { number, through, began, by, ended, not_all_done } in run_lines(sql, visit, &rows)? {
        let not_all_done = if not_all_done { "yes" } else { "no" };
        csv.line([number.to_string(), through, began, by, ended, not_all_done.to_owned()]);
    }
    Ok(Page::csv("runs.csv", csv.finish()))
}

/// What a run would invoice and credit, as CSV.
pub(super) fn export_issues(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let mut csv = Csv::of(&["customer", "for", "invoiced", "charged", "credited_bills", "credited"]);
    for it in foreseen(sql, visit, 0)?.previews {
        let PreviewLine { customer, cycle, invoiced, charged, credited_bills, credited } = it;
        csv.line([customer, cycle, invoiced.to_string(), charged, credited_bills.to_string(), credited]);
    }
    Ok(Page::csv("run-preview.csv", csv.finish()))
}

/// What a run would leave out, as CSV.
pub(super) fn export_preview(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let left_out = foreseen(sql, visit, FILE)?.left_out;
    Ok(csv_of("left-out.csv", left_out_lines(sql, visit, &left_out)?))
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

fn run_lines(sql: &mut dyn Sql, visit: &Visit, runs: &[RunRow]) -> Result<Vec<RunLine>, Problem> {
    let not_all_done = invoice_runs::not_all_done(sql, visit.agency()?, runs)?;
    Ok(runs.iter().map(|run| run_line(visit, run, not_all_done.contains(&run.number))).collect())
}

fn run_line(visit: &Visit, run: &RunRow, not_all_done: bool) -> RunLine {
    RunLine {
        number: run.number,
        through: day_text(run.through),
        began: visit.time(run.began_at),
        by: run.began_by.clone(),
        ended: run.ended_at.map(|at| visit.time(at)).unwrap_or_default(),
        not_all_done,
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
    failed: usize,
    find: Field,
    state: Choice,
    sort: Choice,
    customers: Vec<CustomerLine>,
    has_customers: bool,
    file: String,
    left_out: Vec<LeftOutLine>,
    others: usize,
    part: Part,
}

/// What the address of a run's page may hold.
pub(super) const OF_ONE: &[&str] = &["find", "state", "sort", "part", "said"];
/// What of it is kept from part to part.
pub(super) const CUSTOMERS: &[&str] = &["find", "state", "sort"];
const CUSTOMER_STATES: &[(&str, &str)] = &[("done", "Done"), ("waiting", "Waiting"), ("not-done", "Not done")];
const CUSTOMER_ORDERS: &[(&str, &str)] =
    &[("name", "Customer"), ("invoices", "Most invoices"), ("left-out", "Most left out")];

struct CustomerLine {
    name: String,
    is_done: bool,
    failed: Option<String>,
    invoices: i64,
    left_out: usize,
}

/// One run.
pub(super) fn one(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, run) = (visit.agency()?, found(sql, visit)?);
    let (customers, mut left_out) = did(sql, agency, run.number)?;
    let others = cut(&mut left_out);
    let count = |state| customers.iter().filter(|it| it.state() == state).count();
    let (done, failed, waiting) = (count("done"), count("not-done"), count("waiting"));
    let has_customers = !customers.is_empty();
    let path = format!("/console/invoices/runs/{}", run.number);
    let (customers, part) = Part::of(visit, &path, CUSTOMERS, sought_customers(visit, customers));
    let part = part.to("h-customers");
    let sought = Sought { run: Some(run.number), ..Sought::default() };
    let (invoices, sum) = invoices::totals(sql, agency, &sought)?;
    Page::html(&RunPage {
        frame: Frame::of(visit, &format!("Run {}", run.number)),
        cut_off: run.cut_off,
        done,
        waiting,
        failed,
        run: run_line(visit, &run, failed > 0),
        invoices,
        sum: sum.to_string(),
        find: Field::asked(visit, "find", "Customer").hint("Part of the name."),
        state: Choice::asked(visit, "state", "State", any(labelled(CUSTOMER_STATES))),
        sort: Choice::asked(visit, "sort", "Order", labelled(CUSTOMER_ORDERS)),
        customers,
        has_customers,
        file: with_query(&format!("{path}/customers.csv"), &[&part.same]),
        left_out: left_out_lines(sql, visit, &left_out)?,
        others,
        part,
    })
}

impl CustomerLine {
    /// How it stands with them, as the filter names it.
    const fn state(&self) -> &'static str {
        match (&self.failed, self.is_done) {
            (Some(_), _) => "not-done",
            (None, true) => "done",
            (None, false) => "waiting",
        }
    }
}

/// Those that the address asks for, in its order.
fn sought_customers(visit: &Visit, mut all: Vec<CustomerLine>) -> Vec<CustomerLine> {
    let (find, state) = (visit.query.get("find").to_lowercase(), visit.query.get("state"));
    all.retain(|it| it.name.to_lowercase().contains(&find) && (state.is_empty() || it.state() == state));
    match visit.query.get("sort") {
        "invoices" => all.sort_by_key(|it| Reverse(it.invoices)),
        "left-out" => all.sort_by_key(|it| Reverse(it.left_out)),
        _ => {}
    }
    all
}

/// The customers of a run, as CSV.
pub(super) fn export_customers(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, run) = (visit.agency()?, found(sql, visit)?);
    let mut csv = Csv::of(&["customer", "state", "why", "invoices", "left_out"]);
    for it in sought_customers(visit, did(sql, agency, run.number)?.0) {
        let state = it.state().to_owned();
        csv.line([it.name, state, it.failed.unwrap_or_default(), it.invoices.to_string(), it.left_out.to_string()]);
    }
    Ok(Page::csv(&format!("run-{}-customers.csv", run.number), csv.finish()))
}

fn found(sql: &mut dyn Sql, visit: &Visit) -> Result<RunRow, Problem> {
    invoice_runs::get(sql, visit.agency()?, visit.id("id")?)?.ok_or_else(Problem::not_found)
}

fn did(sql: &mut dyn Sql, agency: AgencyId, run: i64) -> Result<(Vec<CustomerLine>, Vec<Out>), StoreError> {
    let (mut customers, mut left_out, all) = (Vec::new(), Vec::new(), invoice_runs::customers(sql, agency, run)?);
    let sql = &mut Ahead::over(sql);
    records::ahead(sql, agency, RecordKind::Customer, all.iter().map(|done| done.customer))?;
    for done in all {
        let (name, out) = (name(sql, agency, done.customer)?, runs::left_out(&done));
        let (is_done, failed, count) = (done.done_at.is_some(), runs::failed(&done), out.len());
        left_out.extend(out.into_iter().map(|it| (Some(done.customer), it)));
        customers.push(CustomerLine { name, is_done, failed, invoices: done.invoices, left_out: count });
    }
    customers.sort_by_key(|it| it.name.to_lowercase());
    Ok((customers, left_out))
}

/// What a run left out, as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, run) = (visit.agency()?, found(sql, visit)?);
    let (_, left_out) = did(sql, agency, run.number)?;
    let left_out = left_out_lines(sql, visit, &left_out)?;
    Ok(csv_of(&format!("run-{}-left-out.csv", run.number), left_out))
}

fn csv_of(name: &str, left_out: Vec<LeftOutLine>) -> Page {
    let mut csv = Csv::of(&["customer", "day", "detail", "work", "why"]);
    for it in left_out {
        csv.line([it.customer.name, it.day, it.detail.name, it.work, it.why]);
    }
    Page::csv(name, csv.finish())
}

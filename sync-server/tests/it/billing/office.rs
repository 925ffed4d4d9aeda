//! An agency with work that is billed.

use std::sync::Arc;

use chrono::NaiveDate;
use detailbook_core::ids::{AgencyId, AssignmentId, CustomerId};
use detailbook_core::money::Cents;
use detailbook_core::pricing::{Day, Tariff};
use detailbook_server::billing::catch_up::{self, Days, Totals};
use detailbook_server::billing::{document, runs, tariffs as kept, terms};
use detailbook_server::jobs::run_due;
use detailbook_server::ledger::{self, TrialBalance};
use detailbook_server::prices::Tariffs;
use detailbook_server::problem::Problem;
use detailbook_server::store::invoices::{self, InvoiceRow, LineRow, Order, Sought};
use detailbook_server::store::{StoreError, params};
use serde_json::{Value, json};

use crate::staff::world::{Desk, HOUR, NOON, World};
use crate::store::home::Home;

pub(crate) const TARIFF: &str = r#"
    name = "Test details"
    version = 1
    effective_from = "2019-01-01"
    source = "invented"
    seconds = "nearest_minute"
    rounding = "half_up"
    [[rate]]
    rank = "PO"
    cents_per_hour = 5000
    [[job_type]]
    code = "C"
    name = "Road work"
    [[job_type.band]]
    id = "hours"
    over = "0:00"
    up_to = "12:00"
    pays = { started = "1:00" }
    [[bill.rate]]
    rank = "PO"
    cents_per_hour = 7000
    [[bill.fee]]
    id = "admin"
    kind = "admin"
    takes = { basis_points = 1000 }
    [[bill.fee]]
    id = "first"
    kind = "coordinator"
    takes = { job = 1400 }
    [[bill.tax]]
    id = "sales"
    name = "Sales tax"
    basis_points = 625
"#;

/// A day of 2019.
pub(crate) fn day(month: u32, day: u32) -> Day {
    Day(NaiveDate::from_ymd_opt(2019, month, day).unwrap())
}

/// A world whose work is billed by the tariff above.
pub(crate) fn world(home: &Home) -> World {
    let mut world = World::on(home);
    world.app.settings.tariffs = tariffs();
    world
}

pub(crate) fn tariffs() -> Tariffs {
    let tariff: Tariff = toml::from_str(TARIFF).unwrap();
    Tariffs::default().for_all(Arc::new(tariff))
}

pub(crate) fn customer(desk: &Desk<'_>, name: &str) -> (String, String) {
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": name } }));
    let site = desk.make("/v1/staff/sites", &json!({ "record": crate::staff::world::site(&customer) }));
    (customer, site)
}

/// A ruling that accepts so many minutes from so many hours after noon on.
pub(crate) fn ruling(begins: i64, minutes: i64, supersedes: Option<&str>) -> Value {
    let start = NOON + begins * HOUR;
    let accepted = if minutes == 0 { json!([]) } else { json!([{ "start": start, "end": start + minutes * 60_000 }]) };
    json!({ "accepted": accepted, "reason": "As worked.", "ruled_by": "Desk", "supersedes": supersedes })
}

pub(crate) fn rule(desk: &Desk<'_>, assignment: &str, ruling: &Value) -> String {
    desk.make(&format!("/v1/staff/assignments/{assignment}/rulings"), ruling)
}

/// An assignment that was worked and ruled: so many minutes from so many hours after noon on. Gives it and its ruling.
pub(crate) fn worked(desk: &Desk<'_>, site: &str, officer: &str, begins: i64, minutes: i64) -> (String, String) {
    let assignment = desk.order(&desk.detail(site, begins, 1), officer);
    let ruling = rule(desk, &assignment, &ruling(begins, minutes, None));
    (assignment, ruling)
}

/// Leaves an agency's rulings as they were made before bills were kept.
pub(crate) fn forget_bills(desk: &Desk<'_>) {
    let forgotten = desk.world.write(desk.agency, |sql, by| {
        sql.execute("DELETE FROM bills WHERE agency = $1", &params![by.agency])?;
        sql.execute("DELETE FROM unbilled WHERE agency = $1", &params![by.agency])?;
        Ok(())
    });
    forgotten.unwrap();
}

/// Leaves one piece of work as it was ruled on before bills were kept.
pub(crate) fn forget_bill(desk: &Desk<'_>, assignment: &str) {
    let work: AssignmentId = assignment.parse().unwrap();
    let forgotten = desk.world.write(desk.agency, move |sql, by| {
        sql.execute("DELETE FROM bills WHERE agency = $1 AND work = $2", &params![by.agency, work])?;
        sql.execute("DELETE FROM unbilled WHERE agency = $1 AND work = $2", &params![by.agency, work])?;
        Ok(())
    });
    forgotten.unwrap();
}

/// Sets a tariff of the agency's own, which has a price for up to sixteen hours.
pub(crate) fn longer(desk: &Desk<'_>, version: i64, cents: i64) {
    let text = TARIFF.replace("Test details", "Own").replace("version = 1", &format!("version = {version}"));
    let text = text.replace("up_to = \"12:00\"", "up_to = \"16:00\"");
    let text = text.replace("cents_per_hour = 7000", &format!("cents_per_hour = {cents}"));
    desk.world.write(desk.agency, move |sql, by| kept::add(sql, by, &text, "The council agreed.")).unwrap();
}

/// Has the work of those days billed that has no bill or no price, to the end. Gives what was seen before.
pub(crate) fn bill_old(world: &World, agency: AgencyId, days: Days) -> Result<Totals, Problem> {
    let given = world.app.settings.tariffs.clone();
    let begun = world.write(agency, move |sql, by| {
        let seen = catch_up::preview(sql, by, days, given.of(by.agency))?.totals();
        catch_up::begin(sql, by, days, seen, "Old work.", given.of(by.agency))?;
        Ok(seen)
    });
    work(world);
    begun
}

/// Sets a customer's cycle.
pub(crate) fn cycle(desk: &Desk<'_>, customer: &str, cycle: &'static str) {
    let customer: CustomerId = customer.parse().unwrap();
    let set = move |sql: &mut dyn detailbook_server::store::Sql, by: &detailbook_server::audit::By<'_>| {
        let version = terms::of(sql, by.agency, customer)?.version;
        terms::set(sql, by, customer, (version, cycle, "30", "1 Main Street\nTown"))
    };
    desk.world.write(desk.agency, set).unwrap();
}

/// Runs through a day, to its end. Gives the run's number.
pub(crate) fn run(desk: &Desk<'_>, through: Day) -> i64 {
    let number = desk.world.write(desk.agency, move |sql, by| runs::begin(sql, by, through)).unwrap();
    work(desk.world);
    number
}

/// Does what is due.
pub(crate) fn work(world: &World) {
    let ran = run_due(&world.app, world.app.now()).unwrap();
    assert_eq!((ran.failed, ran.parked), (0, 0));
}

/// All invoices and credit memos, in order of their numbers, each with its lines. That they are as they were issued is looked at here.
pub(crate) fn issued(world: &World, agency: AgencyId) -> Vec<(InvoiceRow, Vec<LineRow>)> {
    let all = world.app.store.read::<_, StoreError>(move |sql| {
        let mut rows = invoices::find(sql, agency, &Sought::default(), Order::Newest, (0, 100_000))?;
        rows.reverse();
        rows.into_iter().map(|row| Ok((row.clone(), invoices::lines(sql, agency, row.number)?))).collect()
    });
    let all: Vec<(InvoiceRow, Vec<LineRow>)> = all.unwrap();
    for (at, (row, lines)) in (1..).zip(&all) {
        assert_eq!(row.number, at, "numbers have no gaps");
        assert_eq!(row.digest, document::digest(agency, row, lines), "an issued invoice never changes");
        assert_eq!(Cents::checked_sum(lines.iter().map(|line| line.amount)), Some(row.total));
    }
    all
}

/// What was issued, as kind, cycle and total.
pub(crate) fn told(desk: &Desk<'_>) -> Vec<(String, String, i64)> {
    issued(desk.world, desk.agency).into_iter().map(|(row, _)| (row.kind, row.cycle, row.total.0)).collect()
}

/// The books, which balance.
pub(crate) fn books(world: &World, agency: AgencyId) -> TrialBalance {
    let books = world.app.store.read(move |sql| ledger::trial_balance(sql, agency)).unwrap();
    assert_eq!(books.faults, Vec::<String>::new());
    assert_eq!(books.debits.checked_add(books.credits), Some(Cents::ZERO));
    books
}

/// What stands on an account.
pub(crate) fn account(desk: &Desk<'_>, name: &str) -> i64 {
    let books = books(desk.world, desk.agency);
    books.accounts.iter().find(|it| it.account == name).map_or(0, |it| it.amount().0)
}

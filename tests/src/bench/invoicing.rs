//! What a run of invoices costs for ten thousand assignments, and how that grows with what was invoiced before.
//!
//! The store is filled by the functions behind the staff API: details, awards and rulings, each with its bill. Runs are what the jobs of
//! a server do, in this process.

use std::time::Duration;

use detailbook_core::pricing::Day;
use detailbook_core::records::RecordKind;
use detailbook_core::time::Zone;
use detailbook_server::billing::{runs, tariffs, terms};
use detailbook_server::jobs::run_due;
use detailbook_server::store::{StoreError, invoices, params, records};

use super::engines::{self, Engine};
use super::office::{Office, Roll};
use super::report::Row;
use super::{Bench, Outcome, machine};

/// Assignments that are ruled before each run.
const ASSIGNMENTS: u32 = 10_000;
/// Shifts of each officer: those of the week that has not ended wait for the next run.
const SHIFTS: u32 = 40;
/// Runs, each with what those before it invoiced in the store.
const RUNS: usize = 3;

/// A tariff of road work, where an officer counts as `PO`.
pub(super) const TARIFF: &str = r#"
    name = "Bench details"
    version = 1
    effective_from = "2000-01-01"
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
    up_to = "24:00"
    pays = { started = "1:00" }
    [cancellation]
    minimum = "4:00"
    admin_basis_points = 1000
    rounding = "half_up"
    [[cancellation.tier]]
    id = "late"
    under = "48:00"
    owes = "minimum"
    [[bill.fee]]
    id = "admin"
    kind = "admin"
    takes = { basis_points = 1000 }
    [[bill.tax]]
    id = "sales"
    name = "Sales tax"
    basis_points = 625
"#;

/// What one run came to.
struct Step {
    took: Duration,
    assignments: i64,
}

impl Step {
    fn each(&self) -> Duration {
        self.took / u32::try_from(self.assignments.max(1)).unwrap_or(u32::MAX)
    }
}

/// A row for each engine.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let folder = bench.folder("invoicing")?;
    engines::both(&folder)?.iter().map(|engine| row(bench, engine)).collect()
}

fn row(bench: &Bench, engine: &Engine) -> Outcome<Row> {
    let blobs = bench.scratch.join("invoicing").join(format!("{}-blobs", engine.name));
    let mut office = Office::found(&engine.store, &blobs, "http://127.0.0.1:1", bench.seed)?;
    set_up(&mut office)?;
    let mut steps = Vec::new();
    for _ in 0..RUNS {
        for _ in 0..ASSIGNMENTS.min(bench.documents) / SHIFTS {
            office.officer(Roll::worked(SHIFTS), 0)?;
        }
        steps.push(run(&mut office)?);
    }
    office.close();
    Ok(report(engine.name, &steps))
}

/// A tariff, and one customer who is invoiced every week.
fn set_up(office: &mut Office) -> Outcome<()> {
    office.write(|sql, by, _| {
        tariffs::add(sql, by, TARIFF, "For the bench.")?;
        for customer in records::ids(sql, by.agency, RecordKind::Customer)? {
            terms::set(sql, by, customer, (0, "weekly", "30", ""))?;
        }
        Ok(())
    })
}

/// Runs through yesterday, to the end.
fn run(office: &mut Office) -> Outcome<Step> {
    let (agency, before) = (office.agency, assignments(office)?);
    let zone = Zone::named("America/New_York").ok_or("no such zone")?;
    let today = zone.local(office.app.now()).date();
    let through = Day(today.pred_opt().ok_or("no day before today")?);
    let (took, done) = machine::timed(|| -> Outcome<()> {
        office.write(move |sql, by, _| runs::begin(sql, by, through))?;
        run_due(&office.app, office.app.now())?;
        Ok(())
    });
    done?;
    let newest = office.app.store.read::<_, StoreError>(move |sql| invoices::get(sql, agency, 1))?;
    newest.ok_or("the run made no invoice")?;
    Ok(Step { took, assignments: assignments(office)? - before })
}

/// How many assignments stand on invoices.
fn assignments(office: &Office) -> Outcome<i64> {
    let agency = office.agency;
    let row = office.app.store.read::<_, StoreError>(move |sql| {
        sql.query_one("SELECT COUNT(*) FROM billed WHERE agency = $1", &params![agency])
    })?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?)
}

fn report(engine: &str, steps: &[Step]) -> Row {
    let said =
        steps.iter().map(|step| format!("{:.0}", step.each().as_secs_f64() * 1e6)).collect::<Vec<_>>().join(" / ");
    let growth = match (steps.first(), steps.last()) {
        (Some(first), Some(last)) => last.each().as_secs_f64() / first.each().as_secs_f64().max(f64::MIN_POSITIVE),
        _ => 1.0,
    };
    let all: Vec<_> = steps.iter().map(|step| step.assignments.to_string()).collect();
    let ours = format!("{said} us an assignment (x {growth:.2})");
    let row =
        Row::shown(format!("a run of invoices, {engine}, by what was invoiced before"), ours).over(all.join(" / "));
    steps
        .iter()
        .zip(1..)
        .fold(row, |row, (step, at)| row.with(&format!("ms_of_run_{at}"), step.took.as_secs_f64() * 1e3))
}

//! Every page of the console over a year of an agency's history, asked over HTTP as whoever may open it, on each engine.

mod ask;
mod copy;
mod examples;
#[cfg(test)]
mod growth;
mod seldom;
mod year;

use std::path::Path;
use std::time::Duration;

use detailbook_server::audit;
use detailbook_server::billing::check as billing;
use detailbook_server::document_check;
use detailbook_server::store::StoreConfig;

use ask::{Asked, Cost};
use examples::Examples;
use year::{Size, Year};

use super::engines::{self, Engine};
use super::http::Connection;
use super::report::{Row, millis};
use super::served::Server;
use super::{Bench, Outcome};

/// Times that each page is asked.
const TIMES: usize = 20;
/// The budget of a page.
const BUDGET: Duration = Duration::from_millis(100);
/// What opens the server's metrics.
const METRICS: &str = "a secret of the bench's own, for its counts";

/// A row for each page and engine, and one that sums each engine up.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let folder = bench.folder("pages")?;
    let engines = engines::both(&folder)?;
    let [sqlite, others @ ..] = engines.as_slice() else { return Ok(Vec::new()) };
    let size = Size { officers: bench.officers, timesheets: bench.timesheets, days: 365 };
    let home = folder.join(sqlite.name);
    let examples = prepared(&sqlite.store, &home, size, bench.seed)?;
    for engine in others {
        let there = folder.join(engine.name);
        if let (StoreConfig::Sqlite { path }, StoreConfig::Postgres { url }) = (&sqlite.store, &engine.store) {
            copy::into_postgres(path, url)?;
        }
        copy_folder(&home.join("blobs"), &there.join("blobs"))?;
    }
    let offered = format!("put a detail on offer to {} officers, {}", size.officers, sqlite.name);
    let mut rows = vec![Row::shown(offered, format!("{}, in which no phone is answered", millis(examples.offered_in)))];
    for engine in &engines {
        rows.extend(on(bench, engine, &folder.join(engine.name), &examples)?);
    }
    Ok(rows)
}

/// Lives the year, and has what the server checks of itself checked.
fn prepared(store: &StoreConfig, home: &Path, size: Size, seed: u64) -> Outcome<Examples> {
    let mut year = Year::live(store, &home.join("blobs"), size, seed)?;
    let examples = Examples::of(&mut year)?;
    let (store, agency) = (year.office.app.store.clone(), year.office.agency);
    if let Some(broken) = audit::verify_in_steps(&store, agency)?.broken {
        return Err(format!("the audit log does not hold together: {broken}").into());
    }
    if let Some(fault) = billing::check(&store, agency)?.faults.first() {
        return Err(format!("the invoices do not hold together: {fault}").into());
    }
    let mut draws = year.office.draws.clone();
    if let Some((document, why)) = document_check::check(&store, agency, year.now, &mut draws)?.failed.first() {
        return Err(format!("document {document} does not hold together: {why}").into());
    }
    year.office.close();
    Ok(examples)
}

fn copy_folder(from: &Path, to: &Path) -> Outcome<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let there = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &there)?;
        } else {
            std::fs::copy(entry.path(), there)?;
        }
    }
    Ok(())
}

fn on(bench: &Bench, engine: &Engine, home: &Path, examples: &Examples) -> Outcome<Vec<Row>> {
    let server = Server::start_with(&engine.server(&bench.programs, home), &[("DETAILBOOK_METRICS_SECRET", METRICS)])?;
    let (asked, unknown) = ask::all(examples);
    let mut connection = Connection::open(server.address)?;
    let (mut rows, mut over, mut slowest) = (Vec::new(), 0, Duration::ZERO);
    for asked in &asked {
        let cost = ask::measure(&mut connection, METRICS, asked, TIMES)?;
        over += usize::from(cost.median > BUDGET);
        slowest = slowest.max(cost.median);
        rows.push(row(engine.name, asked, &cost));
    }
    let ours = format!("{over} of {} over, the slowest {}", asked.len(), millis(slowest));
    let all = Row::judged(format!("every page of the console, {}", engine.name), ours, "100 ms each", over == 0);
    rows.insert(0, all.over(format!("{} officers, {} timesheets", bench.officers, bench.timesheets)));
    if !unknown.is_empty() {
        rows.push(Row::shown(format!("  pages not asked, {}", engine.name), unknown.join(" ")));
    }
    Ok(rows)
}

fn row(engine: &str, asked: &Asked, cost: &Cost) -> Row {
    let Cost { median, p95, bytes, status, store: [statements, rows, steps] } = cost;
    // Ids say nothing to whoever reads the table.
    let path: Vec<_> =
        asked.address.split('/').map(|part| if part.len() >= 32 && !part.contains('?') { "…" } else { part }).collect();
    let odd = if matches!(status, 200 | 303) { String::new() } else { format!(", answered {status}") };
    let ours =
        format!("{}, p95 {}, {bytes} B, {statements} statements, {rows} rows{odd}", millis(*median), millis(*p95));
    let within = *median <= BUDGET && odd.is_empty();
    Row::judged(format!("  {} ({engine})", path.join("/")), ours, "100 ms", within)
        .with("median_ms", median.as_secs_f64() * 1e3)
        .with("p95_ms", p95.as_secs_f64() * 1e3)
        .with("bytes", *bytes)
        .with("statements", *statements)
        .with("rows", *rows)
        .with("steps", *steps)
        .with("status", *status)
}

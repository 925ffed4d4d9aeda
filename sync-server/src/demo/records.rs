//! The demo on a file of real records: import, work, compare, and say how it came out.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use detailbook_core::pricing::Tariff;
use detailbook_core::time::{UnixMillis, Zone};

use super::error::DemoError;
use super::import::{self, Import, Rejected};
use super::judge::Judged;
use super::placement::BoundingBox;
use super::plan::{Job, Plan};
use super::report::{Outcome, Report};
use super::server::{RunningServer, Setting};
use super::work::{Alteration, BEFORE_FIRST, Work};
use super::{Options, tariffs};

/// The zone of the records.
const ZONE: &str = "America/New_York";

/// What came of a file.
pub struct Ran {
    /// How it came out.
    pub report: Report,
    /// The server, still up, where there was something to work.
    pub server: Option<RunningServer>,
}

/// Imports a file and works it.
pub fn run(options: &Options, input: &Path, folder: &Path, out: &mut dyn Write) -> Result<Ran, DemoError> {
    let tariff = tariff(options.tariff.as_deref())?;
    let import = load(input)?;
    greet(&import, &tariff, input, out)?;
    let plan = Plan::of(&import.details, BoundingBox::BOSTON);
    let Some(first) = plan.begins() else {
        let report = Work::nothing(&import);
        conclude(&report, out)?;
        return Ok(Ran { report, server: None });
    };
    let server = RunningServer::start(&setting(folder, options.listen, tariff, first))?;
    let report = Work::new(&server, &import, plan)?
        .run(&mut |job, judged, outcome| Ok(tell(server.zone, job, judged, outcome, out)?))?;
    conclude(&report, out)?;
    Ok(Ran { report, server: Some(server) })
}

/// Works an import on a server of its own, with one punch falsified or none.
pub fn work(
    import: &Import,
    tariff: Tariff,
    folder: &Path,
    alteration: Option<Alteration>,
) -> Result<Report, DemoError> {
    let plan = Plan::of(&import.details, BoundingBox::BOSTON);
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = RunningServer::start(&setting(folder, anywhere, tariff, plan.begins().unwrap_or_default()))?;
    let report = Work::new(&server, import, plan)?.alter(alteration).run(&mut |_, _, _| Ok(()))?;
    server.stop()?;
    Ok(report)
}

/// The report of a file that cannot be used at all, and the line that is to blame.
pub fn unusable(line: u64, error: &DemoError) -> Report {
    Report { rejected: vec![Rejected { line, reason: error.to_string() }], ..Report::default() }
}

/// The zone that the records' times are of.
pub fn zone() -> Zone {
    Zone::named(ZONE).unwrap_or(Zone::UTC)
}

fn load(input: &Path) -> Result<Import, DemoError> {
    let path = || input.display().to_string();
    let bytes = std::fs::read(input).map_err(|source| DemoError::Unreadable { path: path(), source })?;
    import::read(&bytes, zone()).map_err(|fault| DemoError::File { path: path(), fault })
}

fn tariff(path: Option<&Path>) -> Result<Tariff, DemoError> {
    let (name, text) = match path {
        None => ("the Boston tariff".to_owned(), tariffs::BOSTON_2019.to_owned()),
        Some(path) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path);
            (name.clone(), text.map_err(|source| DemoError::Unreadable { path: name, source })?)
        }
    };
    tariffs::read(&text).map_err(|fault| DemoError::Tariff { path: name, fault: fault.to_string() })
}

fn setting(folder: &Path, listen: SocketAddr, tariff: Tariff, first: UnixMillis) -> Setting {
    let agency = "Boston paid details, from released records".to_owned();
    let (folder, tariff) = (folder.to_owned(), Arc::new(tariff));
    let (database, mail, host) = (None, None, None);
    Setting { folder, database, listen, agency, zone: zone(), tariff, mail, begins: first - BEFORE_FIRST, host }
}

fn greet(import: &Import, tariff: &Tariff, input: &Path, out: &mut dyn Write) -> io::Result<()> {
    let (good, bad) = (import.details.len(), import.rejected.len());
    writeln!(out, "{}: {} records, {good} taken, {bad} rejected.", input.display(), import.records)?;
    for line in &import.rejected {
        writeln!(out, "  line {}: {}", line.line, line.reason)?;
    }
    writeln!(out, "Priced by {}. The streets' places on the map are stand-ins.\n", tariff.citation())?;
    writeln!(
        out,
        "{:<9}{:<8}{:<26}{:<4}{:>6}  {:<7}{:>6}{:>9}",
        "card", "officer", "ruled", "job", "worked", "rule", "paid", "amount"
    )
}

/// One line a job: what was ruled, by which rule it is paid, and whether that is what its record says.
fn tell(zone: Zone, job: &Job, judged: &Judged, outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let record = &job.record;
    let ruled: Vec<String> = judged.proposed.worked.intervals.iter().map(|it| shown(zone, it.start, it.end)).collect();
    write!(out, "{:<9}{:<8}{:<26}{:<4}", record.tracking, record.employee, ruled.join(", "), record.job_type)?;
    if let Ok(priced) = &judged.price {
        let rule = priced.lines.first().and_then(|line| line.rules.first()).map_or("", String::as_str);
        write!(out, "{:>6}  {rule:<7}{:>6}{:>9}  ", priced.worked, priced.paid, priced.amount)?;
    }
    match outcome {
        Outcome::Matched => writeln!(out, "as recorded"),
        Outcome::Mismatched(row) => {
            let reason = row.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
            writeln!(out, "recorded: {} for {}{reason}", row.expected.cents, row.expected.hours)
        }
        Outcome::Unrated(row) => writeln!(out, "unrated: {}", row.reason),
    }
}

fn shown(zone: Zone, start: UnixMillis, end: UnixMillis) -> String {
    let local = |at: UnixMillis, form: &str| at.to_utc().with_timezone(&zone.0).format(form).to_string();
    format!("{}-{}", local(start, "%a %e %b %y %H:%M"), local(end, "%H:%M"))
}

fn conclude(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Report { phones, syncs, facts_written, facts_on_server, .. } = report;
    writeln!(out, "\n{phones} phones wrote {facts_written} facts without a signal and sent them in {syncs} syncs;")?;
    writeln!(out, "the server gave {facts_on_server} back, and nothing else was ruled on and priced.")?;
    let (mismatched, unrated) = (report.mismatched.len(), report.unrated.len());
    writeln!(out, "{} of {} rows are paid as their record says", report.matched, report.imported)?;
    writeln!(out, "({mismatched} otherwise, {unrated} unrated; {} lines rejected).", report.rejected.len())
}

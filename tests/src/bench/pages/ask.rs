//! Asking a page as a browser does that was there before: over a connection that stays, with the cookie of somebody who may.

use std::collections::BTreeMap;
use std::time::Duration;

use detailbook_server::access::permissions::StaffRole;
use detailbook_server::console::table::{self, Entry, Gate, Work};

use super::super::http::Connection;
use super::super::report::{at_rank, median};
use super::super::{Outcome, machine};
use super::examples::Examples;
use crate::pages::address as address_of;

/// Times that a page is asked before it is measured.
const WARM: usize = 2;

/// What stands in an address beside the path: what makes the page work hardest.
const ALSO: &[(&str, &str)] = &[
    ("/console", "problems=1"),
    ("/console/details", "from=YEAR_AGO&until=TODAY"),
    ("/console/timesheets", "state=all&sort=hours"),
    ("/console/timesheets", "state=all&part=100"),
    ("/console/audit", "actor=bench"),
    ("/console/invoices", "sort=largest&part=2"),
    ("/console/officers", "find=49&sort=rank"),
];

/// Pages that are asked about something else as well, by what the examples call it: one that many want.
const ABOUT: &[(&str, &str)] = &[("/console/details/{id}", "on offer"), ("/console/details/{id}/assign", "on offer")];

/// What stands in the address of a page that refuses to give a whole year at once.
const NOT_WHOLE: &[(&str, &str)] = &[("/console/audit.csv", "from=MONTH_AGO")];

/// A page with an address and somebody who may open it.
pub(super) struct Asked {
    pub(super) address: String,
    pub(super) cookie: Option<String>,
}

/// What asking came to.
pub(super) struct Cost {
    pub(super) median: Duration,
    pub(super) p95: Duration,
    pub(super) bytes: usize,
    pub(super) status: u16,
    /// Statements that the store ran for one answer, rows that these gave, and steps that SQLite took.
    pub(super) store: [u64; 3],
}

/// Every page that is shown, each as the first role that may; and the paths of which nobody has said what stands in their braces. What goes on
/// for as long as somebody listens is not among them.
pub(super) fn all(examples: &Examples) -> (Vec<Asked>, Vec<&'static str>) {
    let (mut asked, mut unknown) = (Vec::new(), Vec::new());
    let shown = table::pages().filter(|entry| entry.method == "GET" && !matches!(entry.work, Work::Stream(_)));
    for entry in shown {
        let cookie = cookie(entry, examples);
        match address_of(entry.path, |about| examples.example(about, entry.path)) {
            None => unknown.push(entry.path),
            Some(address) => {
                let more = ALSO.iter().filter(|(path, _)| *path == entry.path);
                let more = more.map(|(path, query)| format!("{path}?{}", examples.dated(query)));
                let part = NOT_WHOLE.iter().find(|(path, _)| *path == entry.path);
                let address = part.map_or(address, |(path, query)| format!("{path}?{}", examples.dated(query)));
                let about = ABOUT.iter().filter(|(path, _)| *path == entry.path);
                let about = about.filter_map(|(path, what)| address_of(path, |_| examples.named(what)));
                let addresses = std::iter::once(address).chain(more).chain(about);
                asked.extend(addresses.map(|address| Asked { address, cookie: cookie.clone() }));
            }
        }
    }
    (asked, unknown)
}

fn cookie(entry: &Entry, examples: &Examples) -> Option<String> {
    let held = match entry.gate {
        Gate::Anybody => return None,
        Gate::Step(stage) => examples.steps.get(stage.name()),
        Gate::Signed => examples.sessions.get(&StaffRole::Coordinator),
        Gate::Scope(scope) => {
            let may = |role: &StaffRole| role.usual().allow(scope);
            StaffRole::ALL.into_iter().find(may).and_then(|role| examples.sessions.get(&role))
        }
    };
    held.map(|secret| format!("detailbook={secret}"))
}

/// Asks a page so many times.
pub(super) fn measure(connection: &mut Connection, metrics: &str, asked: &Asked, times: usize) -> Outcome<Cost> {
    let mut ask = || connection.get(&asked.address, &[("cookie", asked.cookie.as_deref().unwrap_or_default())]);
    let mut last = ask()?;
    for _ in 1..WARM {
        last = ask()?;
    }
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let (time, answer) = machine::timed(&mut ask);
        last = answer?;
        took.push(time);
    }
    let store = counted(connection, metrics, asked)?;
    let (median, p95) = (median(&took).unwrap_or_default(), at_rank(&took, 95).unwrap_or_default());
    Ok(Cost { median, p95, bytes: last.bytes, status: last.status, store })
}

/// What one answer costs the store: the least of a few, since jobs read too.
fn counted(connection: &mut Connection, metrics: &str, asked: &Asked) -> Outcome<[u64; 3]> {
    // Asking for the metrics asks the store as well.
    let mut between = |address: Option<&str>| -> Outcome<[u64; 3]> {
        let mut least = [u64::MAX; 3];
        for _ in 0..5 {
            let before = counts(connection, metrics)?;
            if let Some(address) = address {
                connection.get(address, &[("cookie", asked.cookie.as_deref().unwrap_or_default())])?;
            }
            let after = counts(connection, metrics)?;
            least = std::array::from_fn(|at| least[at].min(after[at] - before[at]));
        }
        Ok(least)
    };
    let (none, all) = (between(None)?, between(Some(&asked.address))?);
    Ok(std::array::from_fn(|at| all[at].saturating_sub(none[at])))
}

fn counts(connection: &mut Connection, secret: &str) -> Outcome<[u64; 3]> {
    let answer = connection.get("/metrics", &[("authorization", &format!("Bearer {secret}"))])?;
    let text = String::from_utf8(answer.body)?;
    let values: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once(' ')).collect();
    let value = |what| -> Outcome<u64> {
        Ok(values.get(format!("detailbook_store_{what}_total").as_str()).ok_or("a count that is not told")?.parse()?)
    };
    Ok([value("statements")?, value("rows")?, value("steps")?])
}

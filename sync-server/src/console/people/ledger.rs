//! An officer's opportunity ledger: every entry, with what it charged, and the sums.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use askama::Template;
use detailbook_core::award::{Entry, Standings};
use detailbook_core::ids::OfficerId;
use detailbook_core::records::Officer;

use super::hours::clock;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled, plain};
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::ledger as charges;
use crate::store::{Sql, ledger};

/// What an officer stands at.
#[derive(Default)]
pub(super) struct Sums {
    /// Each list with its hours and jobs.
    pub(super) lists: Vec<(String, String, i64)>,
    pub(super) points: i64,
}

/// What the address may hold.
pub(super) const FILTER: &[&str] = &["list", "what", "from", "until", "sort", "part"];
/// What of it is kept from part to part.
pub(super) const KEPT: &[&str] = &["list", "what", "from", "until", "sort"];
const ORDERS: &[(&str, &str)] =
    &[("newest", "Newest first"), ("oldest", "Oldest first"), ("charged", "Largest charge first")];
/// What the usual list is called in an address, where nothing stands for any.
const USUAL: &str = "-";

#[derive(Template)]
#[template(path = "console/people/ledger.html")]
struct LedgerPage {
    frame: Frame,
    id: OfficerId,
    name: String,
    contract: String,
    sums: Sums,
    list: Choice,
    what: Choice,
    from: Field,
    until: Field,
    sort: Choice,
    lines: Vec<Line>,
    part: Part,
}

struct Line {
    at: String,
    what: String,
    list: String,
    charged: String,
    points: i64,
    rule: String,
    note: String,
}

fn list_name(list: &str) -> &str {
    if list.is_empty() { "Usual list" } else { list }
}

/// What an officer stands at now.
pub(super) fn sums(sql: &mut dyn Sql, visit: &Visit, officer: OfficerId) -> Result<Sums, Problem> {
    let entries = ledger::of_officer(sql, visit.agency()?, officer, visit.now)?;
    summed(sql, visit, officer, &entries)
}

fn summed(sql: &mut dyn Sql, visit: &Visit, officer: OfficerId, entries: &[Entry]) -> Result<Sums, Problem> {
    let agency = visit.agency()?;
    let contract = charges::contract(sql, agency, visit.now)?;
    let standings = Standings::as_of(entries, &contract, charges::zone(sql, agency)?, visit.now);
    let Some(standing) = standings.of(officer) else { return Ok(Sums::default()) };
    let lists = standing.lists.iter().map(|it| (list_name(&it.list).to_owned(), clock(it.minutes), it.jobs));
    Ok(Sums { lists: lists.collect(), points: standing.points })
}

/// Every entry that fits.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<OfficerId>("id")?);
    let name = filing::get::<Officer>(sql, agency, id)?.record.name;
    let entries = ledger::of_officer(sql, agency, id, visit.now)?;
    let contract = charges::contract(sql, agency, visit.now)?;
    let sums = summed(sql, visit, id, &entries)?;
    let lists: BTreeSet<_> = entries.iter().map(|entry| entry.what.list.as_str()).collect();
    let lists = lists.into_iter().map(|list| (address_of(list).to_owned(), list_name(list).to_owned()));
    let kinds: BTreeSet<_> = entries.iter().map(named).collect();
    let (list, what) =
        (Choice::asked(visit, "list", "List", any(lists)), Choice::asked(visit, "what", "What", any(plain(kinds))));
    let path = format!("/console/officers/{id}/ledger");
    let (found, part) = Part::of(visit, &path, KEPT, sought(visit, entries)?);
    Page::html(&LedgerPage {
        frame: Frame::of(visit, &format!("Ledger: {name}")),
        id,
        name,
        contract: format!("{} v{}", contract.name, contract.version),
        sums,
        list,
        what,
        from: Field::asked(visit, "from", "From day").kind("date"),
        until: Field::asked(visit, "until", "To day").kind("date"),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        lines: found.iter().map(|entry| line(visit, entry)).collect(),
        part,
    })
}

/// The entries that the address asks for, in its order, of all of them, the oldest first.
fn sought(visit: &Visit, mut all: Vec<Entry>) -> Result<Vec<Entry>, Problem> {
    let (list, what) = (visit.query.get("list"), visit.query.get("what"));
    let (from, until) = (visit.day_begins("from", 0)?, visit.day_begins("until", 1)?);
    all.retain(|it| {
        (list.is_empty() || address_of(&it.what.list) == list)
            && (what.is_empty() || named(it) == what)
            && from.is_none_or(|from| it.what.at >= from)
            && until.is_none_or(|until| it.what.at < until)
    });
    match visit.query.get("sort") {
        "oldest" => {}
        "charged" => all.sort_by_key(|it| Reverse(it.charged)),
        _ => all.reverse(),
    }
    Ok(all)
}

const fn address_of(list: &str) -> &str {
    if list.is_empty() { USUAL } else { list }
}

/// The same as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<OfficerId>("id")?);
    filing::get::<Officer>(sql, agency, id)?;
    let mut csv = Csv::of(&["time_utc", "what", "list", "charged_minutes", "points", "rule", "note"]);
    for entry in sought(visit, ledger::of_officer(sql, agency, id, visit.now)?)? {
        let (at, what) = (entry.what.at.to_string(), named(&entry));
        let list = entry.what.list.clone();
        csv.line([at, what, list, entry.charged.to_string(), entry.points.to_string(), entry.rule, entry.what.note]);
    }
    Ok(Page::csv("ledger.csv", csv.finish()))
}

fn line(visit: &Visit, entry: &Entry) -> Line {
    Line {
        at: visit.time(entry.what.at),
        what: named(entry),
        list: list_name(&entry.what.list).to_owned(),
        charged: clock(entry.charged),
        points: entry.points,
        rule: entry.rule.clone(),
        note: entry.what.note.clone(),
    }
}

/// What happened, in words.
fn named(entry: &Entry) -> String {
    let name = serde_json::to_value(entry.what.kind).ok();
    name.as_ref().and_then(|name| name.as_str()).unwrap_or_default().replace('_', " ")
}

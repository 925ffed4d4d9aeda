//! The officers of the agency.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use detailbook_core::ids::{OfficerId, RecordId};
use detailbook_core::policy::Status;
use detailbook_core::records::Officer;
use detailbook_core::time::{Interval, Millis};
use detailbook_core::wire;

use crate::access::scope::Scope;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled, plain};
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::visit::Visit;
use crate::personnel::Kind;
use crate::personnel::kind::feed_code;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, known, listing};

/// What the list's address may hold: words to find, a rank, a status, an order, and which part.
pub(super) const FILTER: &[&str] = &["find", "rank", "status", "sort", "part", "said"];
const KEPT: &[&str] = &["find", "rank", "status", "sort"];
const ORDERS: &[(&str, &str)] = &[("name", "Name"), ("number", "Employee number"), ("rank", "Rank")];
/// Stands for officers without any status.
const NONE: &str = "none";

#[derive(Template)]
#[template(path = "console/people/officers.html")]
struct OfficersPage {
    frame: Frame,
    lines: Vec<Line>,
    part: Part,
    find: Field,
    rank: Choice,
    status: Option<Choice>,
    sort: Choice,
    may_write: bool,
    sees_approvals: bool,
    sees_ends: bool,
}

struct Line {
    id: OfficerId,
    name: String,
    number: String,
    rank: String,
    statuses: String,
}

/// The statuses that officers have now.
type Statuses = BTreeMap<OfficerId, BTreeSet<String>>;

/// The list.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (officers, statuses) = known(sql, visit)?;
    let ranks: BTreeSet<_> = officers.iter().map(|it| it.rank.clone()).filter(|rank| !rank.is_empty()).collect();
    let codes: BTreeSet<_> = statuses.values().flatten().cloned().collect();
    let may_know = visit.who()?.may(Scope::PersonnelRead);
    let codes = [(NONE.to_owned(), "None".to_owned())].into_iter().chain(plain(codes));
    let status = may_know.then(|| Choice::asked(visit, "status", "Status", any(codes)));
    let (lines, part) = Part::of(visit, "/console/officers", KEPT, lines(visit, officers, &statuses));
    Page::html(&OfficersPage {
        frame: Frame::of(visit, "Officers"),
        lines,
        part,
        find: Field::asked(visit, "find", "Name or employee number"),
        rank: Choice::asked(visit, "rank", "Rank", any(plain(ranks))),
        status,
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        may_write: visit.who()?.may(Scope::RecordsWrite),
        sees_approvals: visit.who()?.may(Scope::ApprovalsRead),
        sees_ends: may_know,
    })
}

/// The same list as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (officers, statuses) = known(sql, visit)?;
    let mut csv = Csv::of(&["id", "employee_number", "name", "rank", "statuses"]);
    for line in lines(visit, officers, &statuses) {
        csv.line([line.id.to_string(), line.number, line.name, line.rank, line.statuses]);
    }
    Ok(Page::csv("officers.csv", csv.finish()))
}

/// All officers, with the statuses that whoever visits may know of.
fn known(sql: &mut dyn Sql, visit: &Visit) -> Result<(Vec<Officer>, Statuses), Problem> {
    let agency = visit.agency()?;
    let officers = listing::of_kind::<Officer>(sql, agency, RecordId::NIL, i64::MAX)?;
    let may_know = visit.who()?.may(Scope::PersonnelRead);
    let statuses = if may_know { statuses(sql, visit)? } else { Statuses::new() };
    Ok((officers.into_iter().map(|(_, stored)| stored.record).collect(), statuses))
}

fn statuses(sql: &mut dyn Sql, visit: &Visit) -> Result<Statuses, Problem> {
    let feed = Kind::Statuses.feed(None)?;
    let now = Interval { start: visit.now, end: visit.now + Millis(1) };
    let mut statuses = Statuses::new();
    for known in known::standing(sql, visit.agency()?, (Kind::Statuses.code(), feed_code(feed)), now)? {
        let officer = OfficerId::from_bytes(*known.subject.as_bytes());
        let unreadable = |_| StoreError::Column { column: 7, wanted: "an encoded status", found: "other bytes" };
        let status: Status = wire::decode(&known.body).map_err(unreadable)?;
        statuses.entry(officer).or_default().insert(status.code);
    }
    Ok(statuses)
}

fn lines(visit: &Visit, officers: Vec<Officer>, statuses: &Statuses) -> Vec<Line> {
    let asked = |name| visit.query.get(name);
    let (find, rank, status) = (asked("find").to_lowercase(), asked("rank"), asked("status"));
    let has = |officer: &Officer| match (status, statuses.get(&officer.id)) {
        ("", _) => true,
        (NONE, codes) => codes.is_none(),
        (code, codes) => codes.is_some_and(|codes| codes.contains(code)),
    };
    let mut found: Vec<_> = officers
        .into_iter()
        .filter(|it| (rank.is_empty() || it.rank == rank) && has(it))
        .filter(|it| it.name.to_lowercase().contains(&find) || it.employee_number.to_lowercase().contains(&find))
        .collect();
    match asked("sort") {
        "number" => found.sort_by(|one, other| one.employee_number.cmp(&other.employee_number)),
        "rank" => found.sort_by_cached_key(|it| (it.rank.clone(), it.name.to_lowercase(), it.id)),
        _ => found.sort_by_cached_key(|it| (it.name.to_lowercase(), it.id)),
    }
    let joined =
        |id| statuses.get(&id).map_or_else(String::new, |codes| codes.iter().cloned().collect::<Vec<_>>().join("; "));
    let line = |it: Officer| Line {
        statuses: joined(it.id),
        id: it.id,
        name: it.name,
        number: it.employee_number,
        rank: it.rank,
    };
    found.into_iter().map(line).collect()
}

//! The approvals of all officers: who signs finds what waits, and whoever is asked what was given.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use askama::Template;
use detailbook_core::ids::{OfficerId, RecordId};
use detailbook_core::records::Officer;

use super::approvals::{Approving, line};
use crate::access::scope::Scope;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled};
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::visit::Visit;
use crate::personnel::approvals::{self, ApprovalRecord, State};
use crate::problem::Problem;
use crate::store::{Ahead, Sql, listing};

/// What the list's address may hold.
pub(super) const FILTER: &[&str] = &["find", "state", "sort", "part"];
/// What of it is kept from part to part.
pub(super) const KEPT: &[&str] = &["find", "state", "sort"];
const STATES: &[(&str, &str)] = &[
    ("mine", "Waits for my role"),
    ("waiting", "Waits for a signature"),
    ("by-word", "By word, waits for papers"),
    ("granted", "Granted"),
    ("refused", "Refused"),
    ("revoked", "Taken back"),
];
const ORDERS: &[(&str, &str)] = &[("newest", "Newest first"), ("oldest", "Oldest first"), ("officer", "Officer")];

#[derive(Template)]
#[template(path = "console/people/approvals.html")]
struct ApprovalsPage {
    frame: Frame,
    find: Field,
    state: Choice,
    sort: Choice,
    lines: Vec<Line>,
    part: Part,
    sees_ends: bool,
}

struct Line {
    officer: OfficerId,
    name: String,
    it: Approving,
}

/// An approval with the name of its officer.
type Named = (ApprovalRecord, String);

/// Those that the address asks for, in its order.
fn sought(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Named>, Problem> {
    let (agency, find, state) =
        (visit.agency()?, visit.query.get("find").trim().to_lowercase(), visit.query.get("state"));
    let role = visit.who()?.user.role.name();
    let mut all = approvals::page(sql, agency, RecordId::NIL, i64::MAX)?;
    all.retain(|it| stands(it, role, state));
    let officers = listing::of_kind::<Officer>(sql, agency, RecordId::NIL, i64::MAX)?;
    let names: BTreeMap<_, _> = officers.into_iter().map(|(_, it)| (it.record.id, it.record.name)).collect();
    let named = |it: ApprovalRecord| {
        let name = names.get(&it.officer).cloned().unwrap_or_default();
        (it, name)
    };
    let fits = |(it, name): &Named| {
        name.to_lowercase().contains(&find) || it.kind.replace('_', " ").to_lowercase().contains(&find)
    };
    let mut all: Vec<_> = all.into_iter().map(named).filter(fits).collect();
    match visit.query.get("sort") {
        "oldest" => all.sort_by_key(|(it, _)| (it.asked_at, it.id)),
        "officer" => all.sort_by_cached_key(|(it, name)| (name.to_lowercase(), Reverse(it.asked_at), it.id)),
        _ => all.sort_by_key(|(it, _)| Reverse((it.asked_at, it.id))),
    }
    Ok(all)
}

/// Does it stand as the filter asks, for whoever signs in that role?
fn stands(it: &ApprovalRecord, role: &str, wanted: &str) -> bool {
    match (wanted, it.state()) {
        ("mine", State::Waiting(next)) => next.is_none_or(|next| next == role),
        ("", _)
        | ("waiting", State::Waiting(_))
        | ("by-word", State::ByWord)
        | ("granted", State::Granted)
        | ("refused", State::Refused)
        | ("revoked", State::Revoked) => true,
        _ => false,
    }
}

fn told(sql: &mut dyn Sql, visit: &Visit, found: Vec<Named>) -> Result<Vec<Line>, Problem> {
    let sql = &mut Ahead::over(sql);
    let told = |(record, name): Named| {
        let it = line(sql, visit, &record)?;
        Ok(Line { officer: record.officer, name, it })
    };
    found.into_iter().map(told).collect()
}

/// The list.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (found, part) = Part::of(visit, "/console/approvals", KEPT, sought(sql, visit)?);
    Page::html(&ApprovalsPage {
        frame: Frame::of(visit, "Approvals"),
        find: Field::asked(visit, "find", "Officer or kind").hint("Part of the name."),
        state: Choice::asked(visit, "state", "State", any(labelled(STATES))),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        lines: told(sql, visit, found)?,
        part,
        sees_ends: visit.who()?.may(Scope::PersonnelRead),
    })
}

/// The same as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let found = sought(sql, visit)?;
    let mut csv = Csv::of(&["id", "officer", "kind", "state", "for", "good", "asked_for"]);
    for Line { name, it, .. } in told(sql, visit, found)? {
        csv.line([it.id.to_string(), name, it.kind, it.state, it.scope, it.good, it.asked_at]);
    }
    Ok(Page::csv("approvals.csv", csv.finish()))
}

//! What people are told of a search.

use detailbook_core::ids::{AssignmentId, OfficerId};
use detailbook_core::notices::{EventKind, Role};
use detailbook_core::records::{Detail, Officer, RecordKind};
use detailbook_core::time::UnixMillis;

use crate::audit::By;
use crate::scheduling::told::{Happened, named, told};
use crate::store::reliefs::Search;
use crate::store::{Sql, StoreError, records};

/// What happens to a search, as one key: the coordinator hears of a call-off once, and each who is asked once.
pub(in crate::scheduling) fn key(assignment: AssignmentId, opened_at: UnixMillis) -> String {
    format!("{assignment} {}", opened_at.as_millis())
}

fn happened<'a>(search: &Search, detail: &'a Detail, kind: EventKind, which: &str, text: String) -> Happened<'a> {
    let key = format!("{}{which}", key(search.relief.assignment, search.relief.opened_at));
    Happened { assignment: Some(search.relief.assignment), ..Happened::new(kind, key, detail, text) }
}

/// Tells those who may step in that they are asked, and the coordinator that they are.
pub(super) fn tell_pool(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &Search,
    detail: &Detail,
    pool: Vec<OfficerId>,
    text: String,
) -> Result<(), StoreError> {
    let staff = format!("An officer does not come, and others are asked: {}.", named(detail));
    let of = happened(search, detail, EventKind::CalledOff, "", text);
    told(sql, by, &Happened { pool, text_for: vec![(Role::Coordinator, staff)], not_customer: true, ..of })
}

/// Tells the coordinator that the place is empty.
pub(super) fn unfilled(sql: &mut dyn Sql, by: &By<'_>, search: &Search, detail: &Detail) -> Result<(), StoreError> {
    let text = format!("An officer does not come, and nobody has taken it yet: {}.", named(detail));
    let of = happened(search, detail, EventKind::CalledOff, " coordinator", text);
    told(sql, by, &Happened { not_customer: true, ..of })
}

/// Tells coordinator, supervisor and customer that nobody was found so far.
pub(super) fn missing(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &Search,
    detail: &Detail,
    so_far: &str,
) -> Result<(), StoreError> {
    let text = format!("An officer does not come, and {so_far}: {}.", named(detail));
    told(sql, by, &happened(search, detail, EventKind::ReplacementMissing, so_far, text))
}

/// Tells whose place it was that it is taken again, and staff and customer by whom. Who took it is told by the award.
pub(super) fn found(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &Search,
    detail: &Detail,
    officer: OfficerId,
) -> Result<(), StoreError> {
    let text = format!("The place is taken again: {}.", named(detail));
    let who = records::get::<Officer>(sql, by.agency, RecordKind::Officer, officer)?;
    let who = who.map(|who| who.record.name).unwrap_or_default();
    let named = format!("{who} comes instead of an officer who does not: {}.", named(detail));
    let text_for = vec![(Role::Coordinator, named.clone()), (Role::Customer, named)];
    let happened = happened(search, detail, EventKind::ReplacementFound, "", text);
    told(sql, by, &Happened { officers: vec![search.officer], text_for, ..happened })
}

//! Telling people what happened to a detail and those on it: the one place that hands it to the notices.

use detailbook_core::ids::{AssignmentId, OfficerId};
use detailbook_core::records::Detail;
use serde_json::json;

use crate::audit::By;
use crate::store::{Sql, StoreError};

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventKind {
    WindowThin,
    AwardUnacknowledged,
    DayBefore,
    HoursBefore,
    OrdersChanged,
    EnRoute,
    WontMakeIt,
    NoClockIn,
    NoClockIn5,
    NoClockIn15,
    NoContact,
    CalledOff,
    ReplacementFound,
    ReplacementMissing,
}

/// Something that happened to a detail.
pub(super) struct Happened<'a> {
    /// What.
    pub(super) kind: EventKind,
    /// Which of its kind: telling the same again tells nobody.
    pub(super) key: String,
    /// The detail.
    pub(super) detail: &'a Detail,
    /// The assignment.
    pub(super) assignment: Option<AssignmentId>,
    /// Whom it is about.
    pub(super) officers: Vec<OfficerId>,
    /// Who may step in.
    pub(super) pool: Vec<OfficerId>,
    /// A sentence for everybody.
    pub(super) text: String,
}

/// Tells whom it concerns.
pub(super) fn told(sql: &mut dyn Sql, by: &By<'_>, happened: &Happened<'_>) -> Result<(), StoreError> {
    let Happened { kind, key, detail, assignment, officers, pool, text } = happened;
    let said = json!({ "kind": format!("{kind:?}"), "key": key, "assignment": assignment, "officers": officers, "pool": pool,
        "text": text });
    by.note(sql, "notice.tell", detail.id, &said)
}

/// How a detail is called in what people are told: its title and when it begins by its own clocks.
pub(super) fn named(detail: &Detail) -> String {
    format!("{}, {}", detail.title, detail.zone.clock_text(detail.starts))
}

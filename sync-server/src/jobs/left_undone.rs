//! Telling the coordinator of work that was parked and is about no detail: a person does what the server cannot.

use detailbook_core::notices::EventKind;

use super::Run;
use crate::notices::{Event, Words, tell};
use crate::store::{Sql, StoreError};

/// The title of every notice of parked work.
pub const A_PERSON_MUST: &str = "A person must see to it";

/// What is left undone by a job of that kind, and the event of the matrix that goes to whoever must know. No officer is named in it, so
/// none is told.
fn left_undone(kind: &str) -> (EventKind, &'static str) {
    match kind {
        "shift.incident" => (
            EventKind::Incident,
            "An officer has reported an incident, and what was said could not be told. It stands in the shift log or the pass-on.",
        ),
        "policy.clock_in" | "policy.sync" => {
            (EventKind::SyncConflict, "The rules could not be asked about what an officer clocked.")
        }
        "assignment.ahead" | "assignment.holders" => {
            (EventKind::SyncConflict, "The rules could not be asked anew about what officers hold ahead.")
        }
        "personnel.promote" => (EventKind::SyncConflict, "A promotion did not take effect."),
        "personnel.paperwork" => (EventKind::SyncConflict, "Nobody looks whether an approval's papers are handed in."),
        "billing.run" => (
            EventKind::SyncConflict,
            "A run of invoices has gone on without a customer, whose work the next run takes.",
        ),
        "billing.calendar" => (EventKind::SyncConflict, "The calendar begins no runs of invoices any more."),
        "billing.catch_up" => {
            (EventKind::SyncConflict, "Billing of work that had no bill or no price has stopped in the middle.")
        }
        "billing.due_older" => (
            EventKind::SyncConflict,
            "Nobody is reminded of some invoices that were issued before this server reminded of any.",
        ),
        "billing.due" => (
            EventKind::SyncConflict,
            "Nobody is reminded of an invoice any more. Its number is the key of the parked job.",
        ),
        _ => (EventKind::SyncConflict, "Nobody is reminded of papers that end."),
    }
}

/// Tells the coordinator what is left undone, and why.
pub fn tell_coordinator(sql: &mut dyn Sql, run: &Run<'_>, error: &str) -> Result<(), StoreError> {
    let (event, what) = left_undone(&run.job.kind);
    tell_that(sql, run, event, &format!("{what} {error}"))
}

/// Tells the coordinator in those words.
pub fn tell_that(sql: &mut dyn Sql, run: &Run<'_>, event: EventKind, text: &str) -> Result<(), StoreError> {
    let words = Words::new(A_PERSON_MUST, text);
    tell(sql, &run.by(), &Event::new(event, run.parked_key(), words)).map(drop)
}

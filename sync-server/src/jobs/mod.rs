//! Work that waits: award windows, reminders, mail to be sent.
//!
//! A job is a row written in the transaction of its cause, so that it is there exactly when its cause is. [`run_due`] does what
//! is due; [`Background`] calls the same as time passes. A node may die at any point, and several may share one database:
//!
//! - Work in the store ([`Work::Inside`]) and its mark are one transaction under the agency's lock. It happens once.
//! - Work that leaves the store ([`Work::Outside`]) is claimed for [`CLAIMED_FOR`] first. Who dies in the middle leaves a claim
//!   that runs out, and then it is done again: at least once, and seldom more.
//!
//! What fails is tried again after growing pauses and then parked, its error kept for staff to see; what leaves the server is tried for
//! [`DAYS`]. To add a kind of job, write a [`Kind`] beside its handler and name it in [`KINDS`].

mod background;
mod failed;
mod kind;
mod left_undone;
mod parked;
mod queue;
mod run;

use detailbook_core::time::Millis;

use crate::{billing, notices, personnel, policy, scheduling, timesheets};

pub use background::Background;
pub use failed::{ATTEMPTS, DAYS, Failed, Patience};
pub use kind::{ACTOR, Kind, Next, Parked, Run, Work};
pub use left_undone::{A_PERSON_MUST, tell_coordinator, tell_that};
pub use parked::{forget_done, retry, retry_all};
pub use queue::{by_then, cancel, enqueue, id_of, keep_going, reschedule, set, waiting};
pub use run::{Ran, Runner, run_due};

pub use crate::store::jobs::{Job, JobState};

/// Every kind of job there is. A row of a kind that is not here was written by a newer version, and waits for it.
pub const KINDS: &[Kind] = &[
    notices::TELL,
    notices::DELIVER_PUSH,
    notices::DELIVER_SMS,
    notices::DELIVER_EMAIL,
    scheduling::posting::OPEN,
    scheduling::window::CLOSE,
    scheduling::given::UNACKNOWLEDGED,
    scheduling::given::CHANGE_UNACKNOWLEDGED,
    personnel::ranks::PROMOTE,
    personnel::approvals::PAPERWORK,
    personnel::renewals::REMIND,
    policy::clock_in::CLOCK_IN,
    policy::clock_in::SYNC,
    policy::phones::CONTEXT,
    policy::phones::SETS,
    scheduling::ahead::AHEAD,
    scheduling::ahead::HOLDERS,
    scheduling::noticed::DOUBTS,
    scheduling::noticed::INCIDENT,
    scheduling::noticed::REFUSED,
    scheduling::relief::STEP,
    scheduling::trade::LAPSE,
    scheduling::watch::WATCH,
    scheduling::reminders::DAY_BEFORE,
    scheduling::reminders::HOURS_BEFORE,
    scheduling::reminders::THIN,
    billing::runs::RUN,
    billing::runs::CALENDAR,
    billing::catch_up::CATCH_UP,
    billing::due::DUE,
    billing::due::OLDER,
    timesheets::LOOK,
];

/// How long a job that leaves the store belongs to whoever took it: longer than any handler's own time limits together.
pub const CLAIMED_FOR: Millis = Millis::from_mins(10);

/// How long a job that is done is remembered, so that enqueuing it again does nothing.
pub const REMEMBERED: Millis = Millis::from_hours(90 * 24);

#[cfg(test)]
mod tests {
    use super::*;

    /// Kinds of which nobody is told when one is parked. Each says why where it is made.
    const IN_SILENCE: [&str; 8] = [
        "notices.push",
        "notices.sms",
        "notices.deliver",
        "policy.context",
        "policy.sets",
        "shift.doubts",
        "shift.refused",
        "timesheets.look",
    ];

    #[test]
    fn somebody_is_told_of_whatever_is_parked_unless_nobody_needs_to_be() {
        for kind in KINDS {
            assert_eq!(kind.parked.is_none(), IN_SILENCE.contains(&kind.name), "{}", kind.name);
        }
    }
}

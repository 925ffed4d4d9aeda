//! Fair award and the opportunity ledger.
//!
//! A [`Case`] is everything an award is decided from: the window, who takes part, what the ledger says of them, and the method as
//! data. With a [`Seed`] that was sealed when the posting went up, [`award`] gives winners, ranked backups and, for everyone, why.
//! The same case and seed give the same award anywhere. An [`AwardRecord`] keeps it all, and [`AwardRecord::verify`] decides it again.

mod allocate;
mod applicant;
mod case;
mod check;
mod criterion;
mod decide;
mod explain;
mod ledger;
mod method;
mod outcome;
mod person;
#[cfg(test)]
mod properties;
mod rank;
mod record;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod schemes;
mod seed;
mod sentence;
mod turns;
mod window;

pub use applicant::{Applicant, Application, Bar, Hold, Made, Wish};
pub use case::{Case, CaseFault};
pub use check::TermsFault;
pub use criterion::{Criterion, Figure};
pub use decide::award;
pub use ledger::{
    Charge, ChargeRule, Conduct, Contract, CoolDown, Entry, EntryKind, Every, Foreseen, Happening, Job, LateCancel,
    ListCharge, Member, NoShowLadder, ORDERS, PointRule, ResetRule, Restriction, RotationRule, Rung, Sets, Standing,
    Standings, Term, When, penalties, restrictions, rotation,
};
pub use method::{Fill, Method};
pub use outcome::{
    Award, Backup, Beside, Compared, Comparison, Explanation, How, Missed, Outcome, Reason, RefusedChoice, Unfilled,
    Winner,
};
pub use record::{AwardRecord, Difference, PROCEDURE, Sealing};
pub use seed::{Secret, Seed, closing_hash};
pub use turns::{Ladder, LadderOrder, TierRule, drawn_unlocks};
pub use window::{Bound, Choice, CountsFrom, Limits, Opening, Tier, Timing, Window};

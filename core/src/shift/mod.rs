//! The shift: the facts an officer writes and what follows from them.
//!
//! [`fold`] turns facts, in any order and from any number of phones, into a [`Shift`]; [`worked`] counts its
//! hours by the agency's rules; [`propose`] adds where the punches were made and what a person should look at.

mod anomaly;
mod fact;
mod fold;
mod hours;
mod logged;
mod machine;
mod oddities;
mod proof;
mod proposal;
mod punch;
mod questions;
mod rounding;
#[cfg(test)]
mod sample;
mod schedule;
mod stint;
mod timeline;
mod written;

pub use anomaly::{Anomaly, AnomalyKind, Weight};
pub use fact::{Attachment, ChainLink, Content, Fact, FactHash, FactKind, PhoneState, Sha256};
pub use fold::{FoldRules, Shift, ShiftState, fold};
pub use hours::{DayWorked, Worked, total, worked, worked_until};
pub use logged::LoggedFact;
pub use proof::{chain_flags, signature_flags};
pub use proposal::{Flag, FlagKind, ProposalRules, ProposedRuling, PunchPlace, propose};
pub use punch::{Punch, PunchCorrection};
pub use questions::{QuestionRules, Questions, questions};
pub use rounding::{BreakRule, HoursRule, Nearest, Rounding, SecondsRule};
pub use schedule::{SCHEDULE_TOLERANCE, schedule_flag};
pub use stint::{Break, Mark, Stint};
pub use written::{Explanation, Written};

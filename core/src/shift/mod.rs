//! The shift: the facts an officer writes and what follows from them.
//!
//! [`fold`] turns facts, in any order and from any number of phones, into a [`Shift`].

mod anomaly;
mod fact;
mod fold;
mod logged;
mod machine;
mod oddities;
mod punch;
mod stint;
mod timeline;
mod written;

pub use anomaly::{Anomaly, AnomalyKind, Weight};
pub use fact::{Attachment, ChainLink, Content, Fact, FactHash, FactKind, PhoneState, Sha256};
pub use fold::{FoldRules, Shift, ShiftState, fold};
pub use logged::LoggedFact;
pub use punch::{Punch, PunchCorrection};
pub use stint::{Break, Mark, Stint};
pub use written::{Explanation, Written};

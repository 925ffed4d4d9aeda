//! Who is told what, how and when: the matrix as data, and pure functions over it.
//!
//! The rows are the matrix of reference/domain.md 6.1b: each event, the roles that hear of it, how urgent it is for them, by
//! which channels, and what happens when nobody acknowledges. Everybody who is told has an entry in the app or console at once;
//! what leaves the server besides is what [`plan`] says.

mod contact;
mod event;
mod matrix;
mod plan;
mod quiet;

pub use contact::{Channel, Contact, Party, PartyKind, Role};
pub use event::EventKind;
pub use matrix::{Rule, Urgency, acknowledged_within, rules_of};
pub use plan::{Delivery, plan};
pub use quiet::QuietHours;

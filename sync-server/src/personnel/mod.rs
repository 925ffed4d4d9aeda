//! What the agency knows about its officers, and how it comes in.
//!
//! Duty schedules, leave, statuses, ranks, certifications and the chain of command are kept by other programs. They come in as
//! batches ([`import`]), by file or by call, again and again: what did not change changes nothing. Everything is dated both ways,
//! so that a decision of a past day can be looked at with the eyes of that day.
//!
//! What follows from new knowledge follows in the same transaction: who may not work is released from what lies ahead
//! ([`duty`]), and who was promoted has the new rank ([`ranks`]).

pub mod approvals;
pub mod batch;
pub mod customers;
pub mod describe;
pub mod duty;
pub mod feeds;
pub mod happened;
pub mod import;
pub mod kind;
pub(crate) mod local_time;
pub mod paper;
mod plan;
pub mod ranks;
mod read;
pub mod register;
pub mod renewals;
pub(crate) mod row;

pub use batch::Batch;
pub use describe::{KnownBody, of_officer};
pub use happened::{happened, took_back};
pub use import::{Imported, import};
pub use kind::Kind;
pub use row::Rejected;

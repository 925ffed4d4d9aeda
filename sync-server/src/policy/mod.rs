//! The agency's rules, asked on the server: which hold when, what is known of an officer and of a detail, what the rules say of
//! both, and who let an answer pass.
//!
//! The rules themselves are decided by the core ([`detailbook_core::policy`]). Here is where what they ask about comes from: the
//! personnel record and our own assignments, each as it was known at the moment that is looked at.

pub mod check;
pub mod clock_in;
pub mod context;
pub mod detail_facts;
pub mod effects;
pub mod evaluations;
pub mod giving_up;
pub mod judge;
pub mod overrides;
mod own;
pub mod phones;
pub mod proposal;
pub mod sets;

pub use context::context;
pub use giving_up::{GivesUp, Instead, foreseen, judge_giving_up};
pub use judge::{Judged, bars, bars_beside, judge, judge_ruling, permit, permit_posting, refused_lately};
pub(crate) use own::event;
pub use proposal::{About, proposal};

//! What must always hold (`docs/ARCHITECTURE.md`, "What must always hold"), each rule in a file of its own. All of them look
//! from outside: at what was said on the wire, at the raw tables, at what a phone shows.

pub mod awards;
pub mod decisions;
pub mod evidence;
pub mod jobs;
pub mod ledger;
pub mod phones;
pub mod promises;
pub mod rebuild;
pub mod separation;
pub mod staffing;

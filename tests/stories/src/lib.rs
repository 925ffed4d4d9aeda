//! Stories of officers, told once and replayed by every caller of the officer core: Rust, Kotlin and Swift.
//!
//! A story is Rust that plays the agency (a real server over real HTTP, on a clock of its own) and asks a [`Caller`] for every step
//! of the phone's. Steps and what they come to are plain JSON, so that a caller in another language needs nothing of ours but the
//! program `tell`: it prints a step a line and reads an outcome a line. What a screen must show stands in the step; the judge is
//! here, so no caller compares, and none can drift from the others.
//!
//! [`step`] says what each line holds.

#![allow(clippy::expect_used, reason = "a harness that meets the unexpected has failed, and says where")]

mod agency;
mod relay;
mod stories;
mod teller;

pub mod lines;
pub mod step;

pub use agency::{Agency, BEGINS, GATE, zone};
pub use relay::Relay;
pub use stories::{STORIES, Story, story};
pub use teller::{Caller, Lost, Teller};

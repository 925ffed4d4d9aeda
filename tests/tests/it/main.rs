//! The whole system: stories of single evenings, the simulation on many seeds, and proof that its checks can fail.

#![allow(clippy::expect_used, reason = "a test that meets the unexpected fails")]

mod checks_can_fail;
mod checks_of_awards_can_fail;
mod simulation;
mod stories;

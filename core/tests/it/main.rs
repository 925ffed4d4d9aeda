//! Detailbook's core from the outside.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

mod admission;
mod attacks;
mod chunk;
#[cfg(feature = "device")]
mod device;
mod fixtures;
mod forge;
mod mutations;
mod sample;
mod shelf;
mod text;

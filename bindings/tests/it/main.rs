//! The object that the apps hold, against a real server over real HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::cast_possible_wrap,
    reason = "a test that cannot go on has failed"
)]

mod border;
mod lifecycle;
mod listeners;
mod lists;
mod network;
mod parts;
mod scene;
mod together;
mod told;

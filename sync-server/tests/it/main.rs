//! The server's integration tests: one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that meets the unexpected fails")]

mod billing;
mod commands;
mod console;
mod demo;
mod exchange;
mod jobs;
mod json_schema;
mod links;
mod notices;
mod relief;
mod rules;
mod served;
mod staff;
mod store;

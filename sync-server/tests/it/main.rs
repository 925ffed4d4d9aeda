//! The server's integration tests: one binary.

mod demo;
mod store;

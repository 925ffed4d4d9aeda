//! The server's integration tests: one binary.

mod staff;
mod store;

//! The server's integration tests: one binary.

mod exchange;
mod staff;
mod store;

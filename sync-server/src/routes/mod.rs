//! The server's HTTP interface.

pub mod health;
pub mod staff;

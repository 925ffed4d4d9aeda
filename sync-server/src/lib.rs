//! sync-server

pub mod demo;

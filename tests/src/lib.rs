//! tests

pub mod bench;

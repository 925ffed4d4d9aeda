//! Detailbook's server.

pub mod access;
pub mod blobs;

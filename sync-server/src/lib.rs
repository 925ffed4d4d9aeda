//! Detailbook's server: one binary that enrols phones, exchanges with them, and keeps what the agency decides.

pub mod access;
pub mod audit;
pub mod blobs;
pub mod filing;
pub mod problem;
pub mod scheduling;
pub mod store;
pub mod words;

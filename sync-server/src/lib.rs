//! Detailbook's server: one binary that enrols phones, exchanges with them, and keeps what the agency decides.

pub mod access;
pub mod app;
pub mod clock;
pub mod entropy;
pub mod store;

//! Detailbook's server: one binary that enrols phones, exchanges with them, and keeps what the agency decides.

pub mod access;
pub mod app;
pub mod audit;
pub mod blobs;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod device_api;
pub mod document_check;
pub mod entropy;
pub mod exchange;
pub mod filing;
pub mod integrity;
pub mod messages;
pub mod notes;
pub mod prices;
pub mod problem;
pub mod proof;
pub mod roster;
pub mod routes;
pub mod rulings;
pub mod scheduling;
pub mod store;
pub mod telemetry;
pub mod words;

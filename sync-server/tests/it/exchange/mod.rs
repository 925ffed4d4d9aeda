//! The exchange's stories. Each is told on both engines.

mod access;
mod commands;
mod feed;
mod handset;
mod hostile;
mod http;
mod officers_phone;
mod precinct;
mod push;

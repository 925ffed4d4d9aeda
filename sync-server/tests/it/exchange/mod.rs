//! The exchange's stories. Each is told on both engines.

mod access;
mod commands;
mod feed;
mod handset;
mod hostile;
mod http;
mod precinct;
mod push;

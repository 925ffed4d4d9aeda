//! The stories of people who sign in to the console.

mod audit_page;
pub(crate) mod browser;
mod commands;
mod forms;
mod headers;
mod importing;
mod people;
mod roles;
mod sessions;
mod settings;
mod sign_in;
pub(crate) mod staff;
mod users;
mod walk;

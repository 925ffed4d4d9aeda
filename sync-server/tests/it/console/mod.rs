//! The stories of people who sign in to the console.

mod audit_page;
pub(crate) mod browser;
mod commands;
mod forms;
mod headers;
mod invoices;
mod roles;
mod sessions;
mod sign_in;
pub(crate) mod staff;
mod users;
mod walk;

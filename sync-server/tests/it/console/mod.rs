//! The stories of people who sign in to the console.

mod audit_page;
mod authenticator;
pub(crate) mod browser;
mod commands;
mod details;
mod details_walk;
mod forms;
mod headers;
mod importing;
mod invoices;
mod live;
mod local_provider;
mod openid;
mod openid_refused;
mod passkeys;
mod people;
mod requests;
mod roles;
mod sessions;
mod settings;
mod sign_in;
pub(crate) mod staff;
mod tariffs;
mod timesheets;
mod today;
mod users;
mod walk;

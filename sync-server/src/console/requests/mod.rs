//! Requests: what customers ask for, what it will cost, and the details that it becomes.

pub mod list;
pub mod one;
pub mod post_shifts;
pub mod write;

use super::details::{typed, window};
use super::table::{Entry, Gate, plan, post, show};
use crate::access::scope::Scope;

const READ: Gate = Gate::Scope(Scope::RecordsRead);
const WRITE: Gate = Gate::Scope(Scope::RecordsWrite);

/// The pages.
pub const PAGES: &[Entry] = &[
    show("/console/requests", READ, list::show).asks(list::FILTER),
    show("/console/requests.csv", READ, list::export).asks(list::FILTER),
    show("/console/requests/new", WRITE, write::new).asks(&["like"]),
    plan("/console/requests/new", WRITE, write::add)
        .takes(typed::REQUEST)
        .many(typed::PLACE_AND_DAY)
        .shown_by(write::new),
    show("/console/requests/{id}", READ, one::show).asks(&["said"]),
    show("/console/requests/{id}/edit", WRITE, write::edit),
    plan("/console/requests/{id}/edit", WRITE, write::change)
        .takes(typed::REQUEST)
        .many(typed::PLACE_AND_DAY)
        .shown_by(write::edit),
    plan("/console/requests/{id}/estimate", WRITE, one::estimate).takes(&["version", "counts_as"]).shown_by(one::show),
    post("/console/requests/{id}/accept", WRITE, one::accept)
        .takes(&["version", "total", "accepted_by"])
        .shown_by(one::show),
    post("/console/requests/{id}/close", WRITE, one::close).takes(&["version", "how", "reason"]).shown_by(one::show),
    post("/console/requests/{id}/drop", WRITE, one::drop_shifts)
        .takes(&["version", "why"])
        .many(&["shift"])
        .shown_by(one::show),
    show("/console/requests/{id}/post", WRITE, post_shifts::show),
    plan("/console/requests/{id}/post", WRITE, post_shifts::post)
        .takes(post_shifts::FIELDS)
        .many(window::ROWS)
        .shown_by(post_shifts::show),
];

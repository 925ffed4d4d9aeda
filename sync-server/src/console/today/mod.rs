//! The area of the day: who is where they should be, one place more closely, and who comes instead.

mod decide;
mod list;
mod order;
mod place;
mod replace;
mod timeline;
mod words;

use super::table::{Entry, Gate, post, show};
use crate::access::scope::Scope;

const READ: Gate = Gate::Scope(Scope::RecordsRead);
const ASSIGN: Gate = Gate::Scope(Scope::Assign);

/// The pages of this area.
pub const PAGES: &[Entry] = &[
    show("/console", Gate::Signed, list::show).asks(&["said", "day", "site", "state", "problems", "sort", "part"]),
    show("/console/today.csv", READ, list::export).asks(&["day", "site", "state", "problems", "sort"]),
    show("/console/today/{detail}/{position}", READ, place::show).asks(&["said"]),
    post("/console/today/{detail}/{position}/search", ASSIGN, replace::search).takes(&["seen"]).shown_by(place::show),
    show("/console/today/{detail}/{position}/replace", ASSIGN, replace::show).asks(&["name"]),
    post("/console/today/{detail}/{position}/replace", ASSIGN, replace::send)
        .takes(&["seen", "officer", "reason", "override_reason", "override_code"])
        .shown_by(replace::show),
    post("/console/today/{detail}/{position}/no-show", ASSIGN, decide::confirm_no_show)
        .takes(&["seen", "assignment", "reason", "excused"])
        .shown_by(place::show),
    post("/console/today/{detail}/{position}/no-show/deny", ASSIGN, decide::deny_no_show)
        .takes(&["seen", "assignment", "denied"])
        .shown_by(place::show),
    post("/console/today/{detail}/{position}/release", ASSIGN, decide::release)
        .takes(&["seen", "released", "excused", "code", "override_reason", "override_code"])
        .shown_by(place::show),
    post("/console/today/{detail}/{position}/keep", ASSIGN, decide::keep)
        .takes(&["seen", "kept"])
        .shown_by(place::show),
];

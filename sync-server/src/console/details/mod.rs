//! Details: the calendar and the list, one of them, making and changing them, putting them on offer, giving places, ending them.

pub mod assign;
mod awards;
pub mod calendar;
pub mod choices;
pub mod customer;
pub mod end;
pub mod estimate;
pub mod exports;
pub mod list;
pub mod one;
pub mod repeats;
pub mod requirements;
pub mod sheet;
pub mod sought;
pub mod templates;
pub mod typed;
pub mod window;
pub mod words;
pub mod write;

use super::table::{Entry, Gate, plan, post, show};
use crate::access::scope::Scope;

const READ: Gate = Gate::Scope(Scope::RecordsRead);
const WRITE: Gate = Gate::Scope(Scope::RecordsWrite);
const ASSIGN: Gate = Gate::Scope(Scope::Assign);

/// The pages.
pub const PAGES: &[Entry] = &[
    show("/console/details", READ, list::show).asks(sought::FILTER),
    show("/console/details.csv", READ, list::export).asks(sought::FILTER),
    show("/console/details/calendar", READ, calendar::show).asks(calendar::FILTER),
    show("/console/details/new", WRITE, write::new).asks(&["like", "template", "site", "said"]),
    plan("/console/details/new", WRITE, write::add).takes(typed::NEW).many(typed::NEW_ROWS).shown_by(write::new),
    show("/console/details/estimate", WRITE, estimate::show).asks(estimate::ASKS),
    show("/console/details/templates", WRITE, templates::list).asks(&["said"]),
    post("/console/details/templates/remove", WRITE, templates::remove)
        .takes(&["name", "kept_at"])
        .shown_by(templates::list),
    show("/console/details/{id}", READ, one::show).asks(&["said", "part", awards::AGAIN]),
    show("/console/details/{id}/applications.csv", READ, exports::applications),
    show("/console/details/{id}/awards", READ, awards::show).asks(awards::FILTER),
    show("/console/details/{id}/awards.csv", READ, awards::export).asks(awards::KEPT),
    show("/console/details/{id}/edit", WRITE, write::edit),
    plan("/console/details/{id}/edit", WRITE, write::change)
        .takes(typed::EDIT)
        .many(typed::PLACE)
        .shown_by(write::edit),
    show("/console/details/{id}/requirements", WRITE, requirements::show),
    post("/console/details/{id}/requirements", WRITE, requirements::set)
        .takes(requirements::FIELDS)
        .shown_by(requirements::show),
    show("/console/details/{id}/posting", WRITE, window::show),
    plan("/console/details/{id}/posting", WRITE, window::open)
        .takes(window::FIELDS)
        .many(window::ROWS)
        .shown_by(window::show),
    show("/console/details/{id}/choices", ASSIGN, choices::show).asks(choices::FILTER),
    post("/console/details/{id}/choices", ASSIGN, choices::choose)
        .takes(&["made_on"])
        .many(choices::ROWS)
        .shown_by(choices::show),
    show("/console/details/{id}/assign", ASSIGN, assign::show).asks(&["officer", "position"]),
    post("/console/details/{id}/assign", ASSIGN, assign::give).takes(assign::FIELDS).shown_by(assign::show),
    show("/console/details/{id}/release/{assignment}", ASSIGN, assign::to_release),
    post("/console/details/{id}/release/{assignment}", ASSIGN, assign::release)
        .takes(&["version", "reason", "relieve"])
        .shown_by(assign::to_release),
    show("/console/details/{id}/customer", WRITE, customer::show),
    post("/console/details/{id}/customer", WRITE, customer::change).takes(customer::FIELDS).shown_by(customer::show),
    show("/console/details/{id}/end", WRITE, end::show).asks(end::ASKS),
    post("/console/details/{id}/cancel", WRITE, end::cancel).takes(end::CANCEL).shown_by(end::show),
    post("/console/details/{id}/customer-cancels", WRITE, end::customer_cancels)
        .takes(end::CUSTOMER)
        .shown_by(end::show),
    post("/console/details/{id}/give-up", ASSIGN, end::give_up).takes(&["version", "reason"]).shown_by(one::show),
];

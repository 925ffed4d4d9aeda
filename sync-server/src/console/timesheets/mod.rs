//! Timesheets: the queue of what is to be ruled on, one of them with its evidence, and the ruling.

mod approve;
mod ask;
mod conflicts;
mod filter;
mod history;
mod lines;
mod link;
mod photo;
mod punches;
mod queue;
mod rule;
mod sheet;
mod sketch;
mod typed;
mod words;
mod written;

use super::table::{Entry, Gate, plan, post, show, steps};
use crate::access::scope::Scope;

const READ: Gate = Gate::Scope(Scope::EvidenceRead);
const RULE: Gate = Gate::Scope(Scope::RulingsWrite);
const LINK: Gate = Gate::Scope(Scope::Assign);

/// The pages of timesheets.
pub const PAGES: &[Entry] = &[
    show("/console/timesheets", READ, queue::list).asks(filter::ASKS),
    show("/console/timesheets.csv", READ, queue::export).asks(filter::ASKS),
    post("/console/timesheets/approve", RULE, approve::all_clean)
        .asks(filter::ASKS)
        .many(&["sheet"])
        .shown_by(queue::list),
    show("/console/timesheets/{id}", READ, sheet::one).asks(filter::ASKS),
    show("/console/timesheets/{id}/lines", RULE, lines::show).asks(lines::ASKS),
    show("/console/timesheets/{id}/photos/{hash}", READ, photo::give),
    steps("/console/timesheets/{id}/thumbnails/{hash}", READ, photo::small),
    plan("/console/timesheets/{id}/approve", RULE, approve::one)
        .asks(filter::ASKS)
        .takes(rule::MADE_FROM)
        .shown_by(sheet::one),
    plan("/console/timesheets/{id}/rule", RULE, rule::rule)
        .asks(filter::ASKS)
        .takes(rule::TAKES)
        .many(rule::MANY)
        .shown_by(sheet::one),
    plan("/console/timesheets/{id}/ask", RULE, ask::ask).asks(filter::ASKS).takes(ask::TAKES).shown_by(sheet::one),
    post("/console/timesheets/{id}/link", LINK, link::link)
        .asks(filter::ASKS)
        .takes(&["log", "why"])
        .shown_by(sheet::one),
];

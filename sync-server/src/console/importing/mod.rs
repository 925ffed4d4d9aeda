//! Import: what files are taken, one of them sent in, and what it would do before it does.

mod preview;
mod send;

use askama::Template;
use detailbook_core::wire::Refusal;

use super::audit;
use super::frame::Frame;
use super::page::{Answer, Page};
use super::table::{Entry, Gate, plan, post, show, steps};
use super::visit::Visit;
use crate::access::scope::Scope;
use crate::importing::{WHATS, What, named, waiting};
use crate::problem::Problem;
use crate::store::Sql;
use crate::turns::Turn;

const IMPORT: Gate = Gate::Scope(Scope::RecordsWrite);

/// The pages of this area.
pub const PAGES: &[Entry] = &[
    show("/console/import", IMPORT, list).asks(&["said"]),
    show("/console/import/{what}", IMPORT, send::show),
    show("/console/import/{what}/sample.csv", IMPORT, send::sample),
    plan("/console/import/{what}", IMPORT, send::send)
        .takes(&["text", "covers_from", "covers_until"])
        .carries("file")
        .shown_by(send::show),
    steps("/console/import/files/{id}", IMPORT, preview::open).asks(preview::FILTER),
    steps("/console/import/files/{id}/lines.csv", IMPORT, preview::lines).asks(preview::KEPT),
    steps("/console/import/files/{id}/rejected.csv", IMPORT, preview::rejected),
    plan("/console/import/files/{id}/confirm", IMPORT, preview::confirm)
        .takes(&["seen", "leave_out"])
        .shown_by(preview::show),
    post("/console/import/files/{id}/leave", IMPORT, preview::leave).shown_by(preview::show),
];

#[derive(Template)]
#[template(path = "console/importing/list.html")]
struct ListPage {
    frame: Frame,
    sorts: Vec<Sort>,
    waiting: Vec<Waiting>,
}

struct Sort {
    name: &'static str,
    title: &'static str,
    says: &'static str,
    may: bool,
}

struct Waiting {
    id: String,
    title: &'static str,
    name: String,
    sent_by: String,
    sent_at: String,
}

/// What may be imported, and what waits to be looked at.
fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let who = visit.who()?;
    let sort = |what: &What| Sort { name: what.name, title: what.title, says: what.says, may: who.may(what.scope()) };
    let waiting = waiting::all(sql, visit.agency()?, visit.now)?.into_iter().filter_map(|file| {
        let what = named(&file.what).filter(|what| who.may(what.scope()))?;
        let sent_at = visit.time(file.sent_at);
        Some(Waiting {
            id: file.id.to_string(),
            title: what.title,
            name: file.name,
            sent_by: audit::short(&file.sent_by).to_owned(),
            sent_at,
        })
    });
    Page::html(&ListPage {
        frame: Frame::of(visit, "Import"),
        sorts: WHATS.iter().map(sort).collect(),
        waiting: waiting.collect(),
    })
}

/// Waits until a file may be planned. Nothing of the store is held meanwhile.
fn turn(visit: &Visit) -> Result<Turn<'_>, Problem> {
    let busy = "Many files are being looked at just now. Try again in a minute.";
    visit.app.import_plans.take().ok_or_else(|| Problem::new(Refusal::SlowDown, busy))
}

/// Refuses whoever has not the right that this sort of file takes.
fn allowed(visit: &Visit, what: &What) -> Result<(), Problem> {
    visit.must(what.scope())
}

//! What is held for a person to look at: what ended phones still pushed, and documents that take no changes.

use askama::Template;
use detailbook_core::ids::{DocumentId, OfficerId, RecordId};
use detailbook_core::records::{Officer, RecordKind};
use detailbook_core::shift::Fact;
use detailbook_core::wire::{SyncRequest, Wish, decode};
use serde_json::Value;

use crate::access::scope::Scope;
use crate::console::field::Field;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::exchange;
use crate::problem::Problem;
use crate::routes::staff::evidence::verification;
use crate::routes::staff::held as staff;
use crate::store::{Sql, devices, documents, held, records};

#[derive(Template)]
#[template(path = "console/people/held.html")]
struct HeldPage {
    frame: Frame,
    pushes: Vec<Push>,
    part: Part,
    documents: Vec<Held>,
}

struct Push {
    id: RecordId,
    name: String,
    received_at: String,
    reason: String,
    size: i64,
}

struct Held {
    id: DocumentId,
    name: String,
}

/// Whose something is, by name.
fn name(sql: &mut dyn Sql, visit: &Visit, officer: Option<OfficerId>) -> Result<String, Problem> {
    let Some(officer) = officer else { return Ok("nobody known".to_owned()) };
    let found = records::get::<Officer>(sql, visit.agency()?, RecordKind::Officer, officer)?;
    Ok(found.map_or_else(|| "nobody known".to_owned(), |it| it.record.name))
}

/// Everything that is held.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let agency = visit.agency()?;
    let mut found = held::pushes(sql, agency, RecordId::NIL, i64::MAX)?;
    found.reverse();
    let (found, part) = Part::of(visit, "/console/held", &[], found);
    let mut pushes = Vec::with_capacity(found.len());
    for held in found {
        pushes.push(push_line(sql, visit, held)?);
    }
    let mut all = Vec::new();
    for id in held::documents(sql, agency, DocumentId::NIL, i64::MAX)? {
        let owner = documents::find(sql, agency, id)?.map(|document| OfficerId::from_bytes(*document.owner.as_bytes()));
        all.push(Held { id, name: name(sql, visit, owner)? });
    }
    Page::html(&HeldPage { frame: Frame::of(visit, "Held for a look"), pushes, part, documents: all })
}

fn push_line(sql: &mut dyn Sql, visit: &Visit, held: held::Held) -> Result<Push, Problem> {
    let agency = visit.agency()?;
    let device = devices::find(sql, held.device)?.filter(|it| it.agency == agency);
    Ok(Push {
        id: held.id,
        name: name(sql, visit, device.map(|it| it.officer))?,
        received_at: visit.time(held.received_at),
        reason: held.reason,
        size: held.size,
    })
}

#[derive(Template)]
#[template(path = "console/people/push.html")]
struct PushPage {
    frame: Frame,
    push: Push,
    facts: Vec<Said>,
    unreadable: usize,
    commands: Vec<String>,
}

/// A fact that was pushed.
struct Said {
    kind: String,
    at: String,
    proof: &'static str,
    document: DocumentId,
}

/// One push, opened: what the phone said, and what its officer asked for.
pub(super) fn push(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let agency = visit.agency()?;
    let (held, body) = held::open(sql, agency, visit.id("id")?)?.ok_or_else(Problem::not_found)?;
    let device = devices::find(sql, held.device)?.filter(|it| it.agency == agency);
    // What is no request says nothing that can be shown.
    let said = decode::<SyncRequest>(&body).unwrap_or_default();
    let commands = said.commands.iter().flatten().map(|command| match command.wish() {
        Ok(wish) => format!("{}: {}", visit.time(command.made_at), wish_name(&wish)),
        Err(_) => format!("{}: a wish that this version does not know", visit.time(command.made_at)),
    });
    let commands = commands.collect();
    let (mut facts, mut unreadable) = (Vec::new(), 0);
    for (document, read) in device.map(|it| exchange::look(said, &it, &visit.app.limits)).unwrap_or_default() {
        match read {
            Ok(all) => facts.extend(all.iter().map(|it| fact(visit, document, it))),
            Err(_) => unreadable += 1,
        }
    }
    let push = push_line(sql, visit, held)?;
    Page::html(&PushPage { frame: Frame::of(visit, "Held push"), push, facts, unreadable, commands })
}

fn fact(visit: &Visit, document: DocumentId, said: &exchange::Said) -> Said {
    let at = visit.time(said.fact.clock.wall);
    Said { kind: kind_of(&said.fact), at, proof: verification(said.signed), document }
}

/// What a fact says, in words.
fn kind_of(fact: &Fact) -> String {
    in_words(serde_json::to_value(fact.kind).unwrap_or_default())
}

/// What an officer asked for, in words.
fn wish_name(wish: &Wish) -> String {
    in_words(serde_json::to_value(wish).unwrap_or_default())
}

/// The name of a variant, whatever else it carries.
fn in_words(value: Value) -> String {
    let name = match value {
        Value::String(name) => Some(name),
        Value::Object(fields) => fields.keys().next().cloned(),
        _ => None,
    };
    name.unwrap_or_default().replace('_', " ")
}

#[derive(Template)]
#[template(path = "console/people/held_document.html")]
struct DocumentPage {
    frame: Frame,
    id: DocumentId,
    name: String,
    held: bool,
    reason: Field,
    may: bool,
    seal: Seal,
}

/// One document, held or let go.
pub(super) fn document(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<DocumentId>("id")?);
    let found = documents::find(sql, agency, id)?.ok_or_else(Problem::not_found)?;
    Page::html(&DocumentPage {
        frame: Frame::of(visit, "Held document"),
        id,
        name: name(sql, visit, Some(OfficerId::from_bytes(*found.owner.as_bytes())))?,
        held: held::is_held(sql, agency, id)?,
        reason: Field::new(visit, "reason", "Why"),
        may: visit.who()?.may(Scope::EvidenceRelease),
        seal: visit.seal(&format!("/console/held/documents/{id}/release")),
    })
}

/// Lets a document go.
pub(super) fn release(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<DocumentId>("id")?;
    staff::let_go(sql, &visit.by()?, id, visit.typed("reason"))?;
    Ok(Page::to("/console/held?said=document_let_go"))
}

//! What is held for a person to look at: what ended phones still pushed, and documents that take no changes.

use std::cmp::Reverse;

use askama::Template;
use detailbook_core::ids::{DocumentId, OfficerId, RecordId};
use detailbook_core::records::{Officer, RecordKind};
use detailbook_core::shift::Fact;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{SyncRequest, Wish, decode};
use serde_json::Value;

use crate::access::scope::Scope;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled};
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::exchange;
use crate::problem::Problem;
use crate::routes::staff::evidence::verification;
use crate::routes::staff::held as staff;
use crate::store::{Ahead, Sql, devices, documents, held, records};

/// What the list's address may hold.
pub(super) const FILTER: &[&str] = &["find", "kind", "sort", "part", "said"];
/// What of it is kept from part to part.
pub(super) const KEPT: &[&str] = &["find", "kind", "sort"];
const KINDS: &[(&str, &str)] = &[("push", "Pushes of ended phones"), ("document", "Documents that take no changes")];
const ORDERS: &[(&str, &str)] =
    &[("newest", "Newest first"), ("oldest", "Oldest first"), ("officer", "Officer"), ("largest", "Largest first")];

#[derive(Template)]
#[template(path = "console/people/held.html")]
struct HeldPage {
    frame: Frame,
    find: Field,
    kind: Choice,
    sort: Choice,
    lines: Vec<Line>,
    part: Part,
}

/// What is held: a push, or a document.
struct Line {
    id: RecordId,
    kind: &'static str,
    name: String,
    /// When a push came, and what is known of it.
    push: Option<Push>,
}

struct Push {
    id: RecordId,
    name: String,
    at: UnixMillis,
    received_at: String,
    reason: String,
    size: i64,
}

/// Whose something is, by name.
fn name(sql: &mut dyn Sql, visit: &Visit, officer: Option<OfficerId>) -> Result<String, Problem> {
    let Some(officer) = officer else { return Ok("nobody known".to_owned()) };
    let found = records::get::<Officer>(sql, visit.agency()?, RecordKind::Officer, officer)?;
    Ok(found.map_or_else(|| "nobody known".to_owned(), |it| it.record.name))
}

/// Everything that is held.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (lines, part) = Part::of(visit, "/console/held", KEPT, lines(sql, visit)?);
    Page::html(&HeldPage {
        frame: Frame::of(visit, "Held for a look"),
        find: Field::asked(visit, "find", "Officer").hint("Part of the name."),
        kind: Choice::asked(visit, "kind", "What", any(labelled(KINDS))),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        lines,
        part,
    })
}

/// The same list as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let mut csv = Csv::of(&["kind", "id", "officer", "came", "why", "bytes"]);
    for it in lines(sql, visit)? {
        let (came, why, bytes) =
            it.push.map(|push| (push.received_at, push.reason, push.size.to_string())).unwrap_or_default();
        csv.line([it.kind.to_owned(), it.id.to_string(), it.name, came, why, bytes]);
    }
    Ok(Page::csv("held.csv", csv.finish()))
}

/// Those that the address asks for, in its order. Of documents nobody knows since when: they stand before pushes of any time.
fn lines(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Line>, Problem> {
    let (find, kind) = (visit.query.get("find").to_lowercase(), visit.query.get("kind"));
    let sql = &mut Ahead::over(sql);
    let mut all = if kind == "document" { Vec::new() } else { pushes(sql, visit)? };
    if kind != "push" {
        all.extend(held_documents(sql, visit)?);
    }
    all.retain(|it| it.name.to_lowercase().contains(&find));
    let came = |it: &Line| it.push.as_ref().map(|push| push.at);
    match visit.query.get("sort") {
        "oldest" => all.sort_by_key(|it| (came(it), it.id)),
        "officer" => all.sort_by_cached_key(|it| (it.name.to_lowercase(), it.id)),
        "largest" => all.sort_by_key(|it| (Reverse(it.push.as_ref().map(|push| push.size)), it.id)),
        _ => all.sort_by_key(|it| (it.push.is_some(), Reverse(came(it)), it.id)),
    }
    Ok(all)
}

fn pushes(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Line>, Problem> {
    let found = held::pushes(sql, visit.agency()?, RecordId::NIL, i64::MAX)?;
    let line = |held| {
        let push = push_line(sql, visit, held)?;
        Ok(Line { id: push.id, kind: "push", name: push.name.clone(), push: Some(push) })
    };
    found.into_iter().map(line).collect()
}

fn held_documents(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Line>, Problem> {
    let (agency, mut all) = (visit.agency()?, Vec::new());
    for id in held::documents(sql, agency, DocumentId::NIL, i64::MAX)? {
        let owner = documents::find(sql, agency, id)?.map(|document| OfficerId::from_bytes(*document.owner.as_bytes()));
        all.push(Line { id: id.into(), kind: "document", name: name(sql, visit, owner)?, push: None });
    }
    Ok(all)
}

fn push_line(sql: &mut dyn Sql, visit: &Visit, held: held::Held) -> Result<Push, Problem> {
    let agency = visit.agency()?;
    let device = devices::find(sql, held.device)?.filter(|it| it.agency == agency);
    Ok(Push {
        id: held.id,
        name: name(sql, visit, device.map(|it| it.officer))?,
        at: held.received_at,
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

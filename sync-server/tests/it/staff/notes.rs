//! Notes of staff in the pass-on.

use detailbook_core::documents::{Document, DocumentKind};
use detailbook_core::evidence::{ChainEntry, Statement, check_chain, verify};
use detailbook_core::ids::{DocumentId, FactId, OfficerId};
use detailbook_core::shift::Fact;
use detailbook_core::wire::{Entry, Limits, SyncRequest};
use detailbook_server::store::params;
use serde_json::json;

use super::phone::Phone;
use super::town::Town;
use super::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    notes_of_staff_reach_the_phones_of_a_detail_signed_and_chained,
    a_phone_cannot_write_as_the_server,
    a_note_that_phones_would_refuse_is_refused_here_and_the_next_one_reaches_them,
    a_pass_on_that_is_full_takes_no_more_notes,
);

/// The pass-on as a phone gets it.
fn pass_on(phone: &Phone<'_>, detail: DocumentId) -> Option<Document> {
    let entries = phone.sync(SyncRequest::default()).entries.unwrap_or_default();
    entries.into_iter().find_map(|entry| match entry {
        Entry::Snapshot { document, kind: DocumentKind::PassOn, changes } if document == detail => {
            Some(Document::from_changes(DocumentKind::PassOn, changes.iter().map(|change| change.as_slice())).unwrap())
        }
        _ => None,
    })
}

fn notes_of_staff_reach_the_phones_of_a_detail_signed_and_chained(home: &Home) {
    let world = World::on(home);
    let town = Town::build(&world, 1);
    let here = format!("/v1/staff/details/{}/notes", town.open);
    let first = town.desk.make(&here, &json!({ "text": "Bring water." }));
    assert!(pass_on(&town.phone, town.open.parse().unwrap()).is_none(), "not on the detail");
    town.order(&town.officer);
    let second = town.desk.make(&here, &json!({ "text": "And a hat." }));

    let document: DocumentId = town.open.parse().unwrap();
    let facts = pass_on(&town.phone, document).unwrap().facts();
    let ids: Vec<_> = facts.iter().map(|entry| entry.id.to_string()).collect();
    assert_eq!(ids.len(), 2);
    assert!(ids.contains(&first) && ids.contains(&second));

    // Read back, signed by the server's key, one chain.
    let stored = town.desk.items(&format!("/v1/staff/documents/{document}/facts"));
    let device = stored[0]["device"].as_str().unwrap().parse().unwrap();
    let agency = town.desk.agency;
    let mut chain = Vec::new();
    for entry in &facts {
        let fact: FactId = entry.id;
        let place = Statement { agency, officer: OfficerId::NIL, device, document, fact };
        let key = world.app.identity.public();
        assert!(verify(&key, &place.bytes(&entry.bytes), &entry.signature.unwrap()));
        let link = Fact::from_bytes(&entry.bytes).unwrap().link;
        chain.push(ChainEntry {
            fact,
            document,
            counter: link.counter,
            previous: link.previous,
            hash: place.hash(&entry.bytes),
        });
    }
    assert_eq!(check_chain(&chain), []);
    assert!(
        stored.iter().all(|fact| fact["verification"] == "verified" && fact["fact"]["content"]["text"].is_string())
    );
}

fn a_phone_cannot_write_as_the_server(home: &Home) {
    let world = World::on(home);
    let town = Town::build(&world, 1);
    town.desk.make(&format!("/v1/staff/details/{}/notes", town.open), &json!({ "text": "Bring water." }));
    let writer = world.app.store.read(|sql| {
        let rows = sql.query("SELECT writer FROM server_writers", &[])?;
        rows[0].id(0)
    });
    assert!(!town.phone.may_bind(writer.unwrap()));
}

fn a_note_that_phones_would_refuse_is_refused_here_and_the_next_one_reaches_them(home: &Home) {
    let world = World::on(home);
    let town = Town::build(&world, 1);
    town.order(&town.officer);
    let here = format!("/v1/staff/details/{}/notes", town.open);
    // 10,000 characters are allowed, but these take two bytes each.
    let long = json!({ "text": "\u{434}".repeat(8_500) });
    assert_eq!(town.desk.refusal("POST", &here, &long), "too_large");
    town.desk.make(&here, &json!({ "text": "x".repeat(10_000) }));
    town.desk.make(&here, &json!({ "text": "\u{434}".repeat(8_000) }));
    let facts = pass_on(&town.phone, town.open.parse().unwrap()).unwrap().facts();
    assert_eq!(facts.len(), 2);
    assert!(facts.iter().all(|entry| entry.bytes.len() <= Limits::V1.fact_bytes));
}

fn a_pass_on_that_is_full_takes_no_more_notes(home: &Home) {
    let world = World::on(home);
    let town = Town::build(&world, 1);
    town.order(&town.officer);
    let here = format!("/v1/staff/details/{}/notes", town.open);
    town.desk.make(&here, &json!({ "text": "Bring water." }));
    let document: DocumentId = town.open.parse().unwrap();
    let hold = |bytes: usize| {
        let moved = world.write(town.desk.agency, move |sql, by| {
            let statement = "UPDATE documents SET bytes = $3 WHERE agency = $1 AND document = $2";
            Ok(sql.execute(statement, &params![by.agency, document, bytes])?)
        });
        assert_eq!(moved, Ok(1));
    };
    // What is stored of a document goes to a phone in one answer, which has a limit too.
    hold(Limits::V1.document_bytes - 500);
    assert_eq!(town.desk.refusal("POST", &here, &json!({ "text": "x".repeat(600) })), "limit_reached");
    town.desk.make(&here, &json!({ "text": "Short." }));
    assert_eq!(pass_on(&town.phone, document).unwrap().facts().len(), 2);
}

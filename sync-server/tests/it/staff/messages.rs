//! Messages both ways.

use detailbook_core::records::{Message, RecordKind};
use detailbook_core::wire::{Decision, Entry, SyncRequest, Wish, decode};
use serde_json::json;

use super::phone::Phone;
use super::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(a_message_reaches_whom_it_is_for, an_officer_writes_to_the_agency);

fn heard(phone: &Phone<'_>) -> Vec<String> {
    let entries = phone.sync(SyncRequest::default()).entries.unwrap_or_default();
    let mut texts: Vec<_> = entries
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Record { kind: RecordKind::Message, body, .. } => Some(decode::<Message>(&body).unwrap().text),
            _ => None,
        })
        .collect();
    texts.sort();
    texts
}

fn a_message_reaches_whom_it_is_for(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (one, two) = (desk.officer("Officer 1"), desk.officer("Officer 2"));
    let (phone_1, phone_2) = (Phone::enrol(&desk, &one), Phone::enrol(&desk, &two));
    desk.make("/v1/staff/messages", &json!({ "officer": one, "text": "Only you." }));
    desk.make("/v1/staff/messages", &json!({ "text": "All of you." }));
    assert_eq!(heard(&phone_1), ["All of you.", "Only you."]);
    assert_eq!(heard(&phone_2), ["All of you."]);
    assert_eq!(desk.items("/v1/staff/messages").len(), 2);
    assert_eq!(desk.items(&format!("/v1/staff/messages?officer={one}")).len(), 1);
    let (status, _) = desk.call("GET", "/v1/staff/messages?officer=00000000-0000-7000-8000-000000000000", &json!(null));
    assert_eq!(status, 404);
}

fn an_officer_writes_to_the_agency(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let phone = Phone::enrol(&desk, &officer);
    let send = |text: &str| phone.wish(&Wish::SendMessage { text: text.into() });
    assert_eq!(send("I am late.").decision, Decision::Accepted);
    for wrong in ["", "  ", &"x".repeat(10_001), "a\0b"] {
        assert_eq!(send(wrong).decision, Decision::Refused);
    }
    let all = desk.items(&format!("/v1/staff/messages?officer={officer}"));
    assert_eq!(all.len(), 1);
    let message = &all[0]["record"];
    assert_eq!((&message["from"], &message["text"]), (&json!("officer"), &json!("I am late.")));
}

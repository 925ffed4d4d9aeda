//! What is held for a person to look at, and how it is let go.

use data_encoding::BASE64;
use detailbook_core::shift::FactKind;
use detailbook_core::wire::{SyncRequest, decode};
use serde_json::json;

use super::town::Town;
use super::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_held_push_tells_what_the_phone_said,
    a_released_document_takes_changes_again,
    no_two_officers_have_the_same_employee_number,
    lists_take_each_key_once_and_no_others,
);

fn a_held_push_tells_what_the_phone_said(home: &Home) {
    let world = World::on(home);
    let town = Town::build(&world, 1);
    let push = town.desk.get(&format!("/v1/staff/quarantine/{}", town.held_push));
    assert_eq!(push["officer"], json!(town.officer));
    let said = &push["changes"][0]["facts"][0];
    assert_eq!(push["changes"][0]["refused"], json!(null));
    assert_eq!((&said["fact"]["kind"], &said["verification"]), (&json!("out"), &json!("verified")));
    let bytes = BASE64.decode(push["bytes"].as_str().unwrap().as_bytes()).unwrap();
    assert!(decode::<SyncRequest>(&bytes).unwrap().push.is_some());
}

fn a_released_document_takes_changes_again(home: &Home) {
    let world = World::on(home);
    let town = Town::build(&world, 1);
    let path = format!("/v1/staff/quarantine/documents/{}/release", town.held_log);
    assert_eq!(town.desk.items("/v1/staff/quarantine/documents").len(), 1);
    assert_eq!(town.desk.refusal("POST", &path, &json!({ "reason": "" })), "invalid");
    town.desk.run("POST", &path, &json!({ "reason": "Looked at: a false alarm." }));
    assert!(town.desk.items("/v1/staff/quarantine/documents").is_empty());
    assert_eq!(town.desk.refusal("POST", &path, &json!({ "reason": "Again." })), "conflict");
    town.phone.say(town.held_log, FactKind::Out, world.app.now(), None);
    let entries = town.desk.items("/v1/staff/audit?limit=1000");
    let released = entries.iter().find(|entry| entry["action"] == "document.release").unwrap();
    assert!(released.to_string().contains("Looked at: a false alarm."), "{released}");
}

fn no_two_officers_have_the_same_employee_number(home: &Home) {
    let world = World::on(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    let officer = |name: &str, number: &str| json!({ "record": { "name": name, "employee_number": number } });
    let first = desk.make("/v1/staff/officers", &officer("Officer 1", "17"));
    let second = desk.make("/v1/staff/officers", &officer("Officer 2", "18"));
    assert_eq!(desk.refusal("POST", "/v1/staff/officers", &officer("Officer 3", "17")), "conflict");
    let edit = json!({ "version": 1, "record": { "name": "Officer 2", "employee_number": "17" } });
    assert_eq!(desk.refusal("PUT", &format!("/v1/staff/officers/{second}"), &edit), "conflict");
    desk.run("PUT", &format!("/v1/staff/officers/{first}"), &edit);
    other.make("/v1/staff/officers", &officer("Officer 1", "17"));
}

fn lists_take_each_key_once_and_no_others(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    desk.items(&format!("/v1/staff/messages?officer={officer}&limit=5"));
    for query in [format!("details?officer={officer}"), "details?limit=1&limit=2".into(), "messages?after=&x=1".into()]
    {
        assert_eq!(desk.refusal("GET", &format!("/v1/staff/{query}"), &json!(null)), "invalid", "{query}");
    }
}

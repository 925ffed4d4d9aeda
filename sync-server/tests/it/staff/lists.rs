//! Lists: in pages, in an order that does not move.

use std::collections::BTreeSet;

use detailbook_core::ids::DocumentId;
use detailbook_core::shift::FactKind;
use serde_json::{Value, json};

use super::phone::Phone;
use super::world::{Desk, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    every_item_comes_once_whatever_the_size_of_the_page,
    a_page_that_cannot_be_is_refused,
    a_caller_may_name_the_id_and_a_second_request_makes_nothing_new,
    phones_and_unassigned_logs_come_in_pages,
    an_employee_number_is_one_officers_until_it_is_given_up,
);

fn every_item_comes_once_whatever_the_size_of_the_page(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    for n in 0..7 {
        world.wait(1);
        desk.officer(&format!("Officer {n}"));
    }
    let whole = desk.items("/v1/staff/officers");
    let names: Vec<_> = whole.iter().map(|item| item["record"]["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names, (0..7).map(|n| format!("Officer {n}")).collect::<Vec<_>>(), "in the order they were made");
    for limit in 1..=8 {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = desk.get(&format!("/v1/staff/officers?limit={limit}{after}"));
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= limit);
            seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        let distinct: BTreeSet<_> = seen.iter().collect();
        assert_eq!((seen.len(), distinct.len()), (7, 7), "pages of {limit}");
    }
}

/// What one list gives in pages of `limit`.
fn in_pages(desk: &Desk<'_>, path: &str, limit: usize, id: &str) -> Vec<String> {
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = desk.get(&format!("{path}?limit={limit}{after}"));
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        seen.extend(items.iter().map(|item| item[id].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { return seen };
        after = format!("&after={next}");
    }
}

fn phones_and_unassigned_logs_come_in_pages(home: &Home) {
    let world = World::on(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    let stranger = Phone::enrol(&other, &other.officer("Officer 1"));
    stranger.say(DocumentId::from_bytes([40; 16]), FactKind::In, world.app.now(), None);
    let officer = desk.officer("Officer 1");
    let (mut phones, mut logs) = (Vec::new(), Vec::new());
    for n in 0..5 {
        world.wait(1);
        let (phone, log) = (Phone::enrol(&desk, &officer), DocumentId::from_bytes([50 + n; 16]));
        phone.say(log, FactKind::In, world.app.now(), None);
        phones.push(phone.device.to_string());
        logs.push(log.to_string());
    }
    for limit in [1, 2, 5, 6] {
        assert_eq!(in_pages(&desk, "/v1/staff/devices", limit, "id"), phones);
        assert_eq!(in_pages(&desk, "/v1/staff/unassigned_logs", limit, "document"), logs);
    }
}

fn an_employee_number_is_one_officers_until_it_is_given_up(home: &Home) {
    let world = World::on(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    let draft = |number: &str| json!({ "record": { "name": "Officer", "employee_number": number } });
    let edit = |version: i64, number: &str| json!({ "version": version, "record": { "name": "Officer", "employee_number": number } });
    let first = desk.make("/v1/staff/officers", &draft("17"));
    other.make("/v1/staff/officers", &draft("17"));
    assert_eq!(desk.refusal("POST", "/v1/staff/officers", &draft("17")), "conflict");
    let second = desk.make("/v1/staff/officers", &draft(""));
    desk.make("/v1/staff/officers", &draft(""));
    let (first, second) = (format!("/v1/staff/officers/{first}"), format!("/v1/staff/officers/{second}"));
    assert_eq!(desk.refusal("PUT", &second, &edit(1, " 17 ")), "conflict");
    desk.run("PUT", &first, &edit(1, "17"));
    desk.run("PUT", &first, &edit(2, "18"));
    desk.run("PUT", &second, &edit(1, "17"));
    assert_eq!(desk.refusal("PUT", &first, &edit(3, "17")), "conflict");
    desk.run("PUT", &second, &edit(2, ""));
    desk.run("PUT", &first, &edit(3, "17"));
}

fn a_page_that_cannot_be_is_refused(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    for query in ["limit=0", "limit=1001", "limit=x", "after=x", "order=name", "limit"] {
        assert_eq!(desk.refusal("GET", &format!("/v1/staff/officers?{query}"), &Value::Null), "invalid", "{query}");
    }
    assert_eq!(desk.refusal("POST", "/v1/staff/officers?limit=1", &json!({ "record": { "name": "x" } })), "invalid");
}

fn a_caller_may_name_the_id_and_a_second_request_makes_nothing_new(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let id = "01a1ffc5-dd58-71ea-897a-98eac6716b8b";
    let body = json!({ "id": id, "record": { "name": "Officer 1" } });
    assert_eq!(desk.make("/v1/staff/officers", &body), id);
    assert_eq!(desk.refusal("POST", "/v1/staff/officers", &body), "conflict");
    assert_eq!(desk.items("/v1/staff/officers").len(), 1);
}

//! Lists: in pages, in an order that does not move.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    every_item_comes_once_whatever_the_size_of_the_page,
    a_page_that_cannot_be_is_refused,
    a_caller_may_name_the_id_and_a_second_request_makes_nothing_new,
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

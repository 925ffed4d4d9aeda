//! Rulings: each supersedes the one before, and none destroys hours.

use serde_json::{Value, json};

use super::town::{Town, ruling};
use super::world::{HOUR, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_ruling_is_replaced_by_a_newer_one_that_names_it,
    rulings_come_in_pages_the_newest_first,
    the_facts_propose_the_hours_that_were_punched,
    a_ruling_on_a_released_assignment_still_counts,
    time_that_cannot_be_paid_is_refused,
);

fn a_ruling_is_replaced_by_a_newer_one_that_names_it(home: &Home) {
    let world = World::on(home);
    let town = Town::build(&world, 1);
    let here = format!("/v1/staff/assignments/{}/rulings", town.assignment);
    assert_eq!(town.desk.refusal("POST", &here, &ruling(None)), "conflict");
    let second = town.desk.make(&here, &ruling(Some(&town.ruling)));
    assert_eq!(town.desk.refusal("POST", &here, &ruling(Some(&town.ruling))), "conflict", "that one is replaced");
    let history: Vec<_> = town.desk.items(&here).iter().map(|item| item["id"].clone()).collect();
    assert_eq!(history, [json!(second), json!(town.ruling)]);
    // The first stands as it was made.
    let first = town.desk.get(&format!("/v1/staff/rulings/{}", town.ruling));
    assert_eq!((&first["version"], &first["record"]["supersedes"]), (&json!(1), &Value::Null));
}

fn rulings_come_in_pages_the_newest_first(home: &Home) {
    let world = World::on(home);
    let (town, other) = (Town::build(&world, 1), Town::build(&world, 2));
    let here = format!("/v1/staff/assignments/{}/rulings", town.assignment);
    let mut made = vec![town.ruling.clone()];
    for _ in 0..3 {
        made.insert(0, town.desk.make(&here, &ruling(Some(&made[0]))));
    }
    for limit in 1..=5 {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = town.desk.get(&format!("{here}?limit={limit}{after}"));
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= limit);
            seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(seen, made, "pages of {limit}");
    }
    for nowhere in [&other.ruling, &town.assignment] {
        let query = format!("{here}?after={nowhere}");
        assert_eq!(town.desk.refusal("GET", &query, &Value::Null), "invalid", "another list's place is none here");
    }
}

fn the_facts_propose_the_hours_that_were_punched(home: &Home) {
    let world = World::on(home);
    let town = Town::build(&world, 1);
    let proposed = town.desk.get(&format!("/v1/staff/assignments/{}/proposed_ruling", town.assignment));
    let worked = json!([{ "start": NOON - 8 * HOUR, "end": NOON - 4 * HOUR }]);
    assert_eq!(proposed["worked"]["intervals"], worked);
}

fn a_ruling_on_a_released_assignment_still_counts(home: &Home) {
    let world = World::on(home);
    let town = Town::build(&world, 1);
    let here = format!("/v1/staff/assignments/{}", town.assignment);
    town.desk.run("POST", &format!("{here}/release"), &json!({ "reason": "Sick." }));
    town.desk.make(&format!("{here}/rulings"), &ruling(Some(&town.ruling)));
    assert_eq!(town.desk.items(&format!("{here}/facts")).len(), 3);
}

fn time_that_cannot_be_paid_is_refused(home: &Home) {
    let world = World::on(home);
    let town = Town::build(&world, 1);
    let here = format!("/v1/staff/assignments/{}/rulings", town.assignment);
    for (start, end) in [(-4, -8), (-6, -6), (-300, -296), (-2, 1)] {
        let mut body = ruling(Some(&town.ruling));
        body["accepted"] = json!([{ "start": NOON + start * HOUR, "end": NOON + end * HOUR }]);
        assert_eq!(town.desk.refusal("POST", &here, &body), "invalid", "{start} to {end}");
    }
    let mut nothing = ruling(Some(&town.ruling));
    nothing["accepted"] = json!([]);
    nothing["reason"] = json!("");
    assert_eq!(town.desk.refusal("POST", &here, &nothing), "invalid", "nothing is paid without a reason");
    nothing["reason"] = json!("Was not there.");
    town.desk.make(&here, &nothing);
}

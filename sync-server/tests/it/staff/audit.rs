//! The audit log in the store.

use detailbook_server::store::params;
use serde_json::{Value, json};

use super::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    the_log_says_who_did_what_and_holds_together,
    a_log_that_was_tampered_with_does_not_hold,
    what_was_refused_is_not_in_the_log,
    a_long_log_is_walked_to_its_end,
    one_log_is_walked_at_a_time,
);

fn the_log_says_who_did_what_and_holds_together(home: &Home) {
    let world = World::on(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    let officer = desk.officer("Officer 1");
    desk.run(
        "PUT",
        &format!("/v1/staff/officers/{officer}"),
        &json!({ "version": 1, "record": { "name": "Officer 2" } }),
    );
    let log = desk.items("/v1/staff/audit");
    let actions: Vec<_> = log.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["agency.set", "token.create", "officer.create", "officer.edit"]);
    let edit = &log[3];
    assert_eq!(edit["subject"], json!(officer));
    assert!(edit["actor"].as_str().unwrap().starts_with("token "));
    let detail: Value = serde_json::from_str(edit["detail"].as_str().unwrap()).unwrap();
    assert_eq!((&detail["before"]["name"], &detail["after"]["name"]), (&json!("Officer 1"), &json!("Officer 2")));
    for (desk, entries) in [(&desk, 4), (&other, 2)] {
        assert_eq!(desk.get("/v1/staff/audit/check"), json!({ "entries": entries, "broken": null }));
    }
}

fn a_log_that_was_tampered_with_does_not_hold(home: &Home) {
    let tampering = [
        "UPDATE audit SET detail = '{}' WHERE number = 3",
        "UPDATE audit SET actor = 'somebody else' WHERE number = 1",
        "DELETE FROM audit WHERE number = 2",
        "DELETE FROM audit WHERE number = 4",
    ];
    let world = World::on(home);
    for (number, statement) in (1..).zip(tampering) {
        let desk = world.agency(number);
        desk.officer("Officer 1");
        desk.officer("Officer 2");
        assert_eq!(desk.get("/v1/staff/audit/check")["broken"], Value::Null);
        let statement = format!("{statement} AND agency = $1");
        let agency = desk.agency;
        world.app.store.write(move |sql| sql.execute(&statement, &params![agency])).unwrap();
        assert!(desk.get("/v1/staff/audit/check")["broken"].is_string(), "{number}");
    }
}

fn what_was_refused_is_not_in_the_log(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let before = desk.items("/v1/staff/audit").len();
    desk.refusal("POST", "/v1/staff/officers", &json!({ "record": { "name": "" } }));
    desk.refusal(
        "POST",
        "/v1/staff/sites",
        &json!({ "record": super::world::site("00000000-0000-7000-8000-000000000000") }),
    );
    assert_eq!(desk.items("/v1/staff/audit").len(), before);
}

fn a_long_log_is_walked_to_its_end(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let agency = desk.agency;
    let wrote = world
        .write(agency, |sql, by| Ok((0..2_298).try_for_each(|n| by.note(sql, "test", by.agency, &json!({ "n": n })))?));
    assert_eq!(wrote, Ok(()));
    assert_eq!(desk.get("/v1/staff/audit/check"), json!({ "entries": 2_300, "broken": null }));
    let gap = "DELETE FROM audit WHERE agency = $1 AND number = 2100";
    world.app.store.write(move |sql| sql.execute(gap, &params![agency])).unwrap();
    let found = desk.get("/v1/staff/audit/check");
    assert_eq!(found, json!({ "entries": 2_099, "broken": "entry 2100 is missing" }));
}

fn one_log_is_walked_at_a_time(home: &Home) {
    let world = World::on(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    let walking = world.app.audit_walk.lock().unwrap();
    for desk in [&desk, &other] {
        assert_eq!(desk.refusal("GET", "/v1/staff/audit/check", &Value::Null), "slow_down");
    }
    drop(walking);
    assert_eq!(desk.get("/v1/staff/audit/check")["broken"], Value::Null);
}

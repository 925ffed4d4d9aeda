//! The audit log in the store.

use detailbook_core::ids::DocumentId;
use detailbook_core::shift::FactKind;
use detailbook_core::wire::{Decision, Wish};
use detailbook_server::store::params;
use serde_json::{Value, json};

use super::phone::Phone;
use super::world::{Desk, NOON, World, detail};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    the_log_says_who_did_what_and_holds_together,
    a_log_that_was_tampered_with_does_not_hold,
    what_was_refused_is_not_in_the_log,
    a_long_log_is_walked_to_its_end,
    one_log_is_walked_at_a_time,
    whoever_a_cancelled_detail_concerns_is_in_the_log,
    what_officers_ask_for_is_in_the_log_under_their_ids_and_without_their_words,
    what_is_taken_back_moved_or_linked_is_in_the_log_as_it_was_and_as_it_became,
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

/// Actor, action, subject and particulars of every entry from number `from` on.
fn entries(desk: &Desk<'_>, from: usize) -> Vec<(String, String, String, Value)> {
    let log = desk.items("/v1/staff/audit?limit=1000");
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
    let read = |entry: &Value| serde_json::from_str(entry["detail"].as_str().unwrap()).unwrap();
    let entries = log[from..].iter();
    entries.map(|it| (text(it, "actor"), text(it, "action"), text(it, "subject"), read(it))).collect()
}

fn length(desk: &Desk<'_>) -> usize {
    entries(desk, 0).len()
}

/// The particulars of the one entry of that action from number `from` on.
fn only(desk: &Desk<'_>, from: usize, action: &str) -> Value {
    let mut found: Vec<_> = entries(desk, from).into_iter().filter(|entry| entry.1 == action).collect();
    assert_eq!(found.len(), 1, "{action}");
    found.remove(0).3
}

fn whoever_a_cancelled_detail_concerns_is_in_the_log(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (one, two) = (desk.officer("Officer 1"), desk.officer("Officer 2"));
    let detail = desk.detail(&desk.site(), 2, 2);
    let here = format!("/v1/staff/details/{detail}");
    let wish = Wish::Apply { detail: detail.parse().unwrap(), position: None, read: None };
    for officer in [&one, &two] {
        assert_eq!(Phone::enrol(&desk, officer).wish(&wish).decision, Decision::Accepted);
    }
    let award = json!({ "officer": one, "origin": "applied", "reason": "First to apply." });
    let held = desk.make(&format!("{here}/assignments"), &award);
    let from = length(&desk);
    desk.run("POST", &format!("{here}/cancel"), &json!({ "version": desk.version(&here), "reason": "Rain." }));
    let log = entries(&desk, from);
    let shown: Vec<_> = log
        .iter()
        .map(|(_, action, _, it)| {
            (action.as_str(), &it["after"]["officer"], &it["before"]["state"], &it["after"]["state"])
        })
        .collect();
    let (is, none) = (|text: &str| json!(text), Value::Null);
    let (received, awarded, declined) = (is("received"), is("awarded"), is("not_awarded"));
    let (active, released, open, cancelled) = (is("active"), is("released"), is("open"), is("cancelled"));
    let expected = [
        ("application.decline", &is(&two), &received, &declined),
        ("assignment.release", &is(&one), &active, &released),
        ("application.decline", &is(&one), &awarded, &declined),
        ("notice.tell", &none, &none, &none),
        ("detail.cancel", &none, &open, &cancelled),
    ];
    assert_eq!(shown, expected);
    assert!(log.iter().all(|(actor, ..)| actor.starts_with("token ")));
    assert_eq!((&log[1].2, &log[1].3["reason"], &log[4].2), (&held, &is("Rain."), &detail));
    assert_eq!(desk.get("/v1/staff/audit/check")["broken"], Value::Null);
}

fn what_officers_ask_for_is_in_the_log_under_their_ids_and_without_their_words(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let (first, second) = (desk.detail(&desk.site(), 2, 1), desk.detail(&desk.site(), 9, 1));
    let held = desk.order(&second, &officer);
    let phone = Phone::enrol(&desk, &officer);
    let from = length(&desk);
    let detail = first.parse().unwrap();
    for wish in [
        Wish::Apply { detail, position: None, read: None },
        Wish::Apply { detail, position: None, read: None },
        Wish::Withdraw { detail },
        Wish::Acknowledge { assignment: held.parse().unwrap() },
        Wish::Acknowledge { assignment: held.parse().unwrap() },
        Wish::SendMessage { text: "My knee hurts.".into() },
    ] {
        phone.wish(&wish);
    }
    phone.say(DocumentId::from_bytes([42; 16]), FactKind::In, world.app.now(), None);
    let log = entries(&desk, from);
    let actions: Vec<_> = log.iter().map(|(_, action, ..)| action.as_str()).collect();
    let expected = [
        "application.make",
        "application.withdraw",
        "assignment.acknowledge",
        "notice.acknowledge",
        "message.send",
        "shift_log.begin",
    ];
    assert_eq!(actions, expected, "what was refused, or changed nothing, is not there");
    assert!(log.iter().all(|(actor, ..)| *actor == format!("officer {officer}")), "{log:?}");
    assert_eq!((&log[1].3["before"]["state"], &log[1].3["after"]["state"]), (&json!("received"), &json!("withdrawn")));
    assert_eq!((&log[2].2, &log[2].3["after"]["acknowledged"]), (&held, &json!(NOON)));
    assert_eq!(log[4].3, json!({ "officer": officer }));
    assert!(!format!("{log:?}").contains("knee"));
}

fn what_is_taken_back_moved_or_linked_is_in_the_log_as_it_was_and_as_it_became(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let on = desk.detail(&site, 2, 1);
    let held = desk.order(&on, &officer);
    let phone = Phone::enrol(&desk, &officer);
    let log = DocumentId::from_bytes([42; 16]);
    phone.say(log, FactKind::In, world.app.now(), None);
    phone.wish(&Wish::Acknowledge { assignment: held.parse().unwrap() });
    let token = desk.make("/v1/staff/tokens", &json!({ "name": "spare", "scopes": ["assign"] }));
    let from = length(&desk);

    let (here, mut record) = (format!("/v1/staff/details/{on}"), detail(&site, 3, 1));
    record["positions"] = desk.get(&here)["record"]["positions"].clone();
    record["positions"][0].as_object_mut().unwrap().retain(|name, _| name == "id" || name == "name");
    desk.run("PUT", &here, &json!({ "version": desk.version(&here), "record": record }));
    let because = |reason: &str| json!({ "reason": reason });
    let link = json!({ "document": log, "reason": "Began before the award." });
    desk.run("POST", &format!("/v1/staff/assignments/{held}/link"), &link);
    desk.run("POST", &format!("/v1/staff/assignments/{held}/release"), &because("Court."));
    desk.run("POST", &format!("/v1/staff/devices/{}/revoke", phone.device), &because("Lost."));
    desk.run("POST", &format!("/v1/staff/tokens/{token}/revoke"), &Value::Null);

    let changed = [
        ("assignment.unacknowledge", "acknowledged", json!(NOON), Value::Null),
        ("assignment.link", "shift_log", Value::Null, json!(log)),
        ("assignment.release", "state", json!("active"), json!("released")),
        ("device.revoke", "revoked_at", Value::Null, json!(NOON)),
        ("token.revoke", "revoked_at", Value::Null, json!(NOON)),
    ];
    for (action, field, before, after) in changed {
        let noted = only(&desk, from, action);
        assert_eq!((&noted["before"][field], &noted["after"][field]), (&before, &after), "{action}: {noted}");
    }
    assert_eq!(only(&desk, from, "assignment.release")["reason"], "Court.");
    assert_eq!(only(&desk, from, "device.revoke")["officer"], json!(officer));
}

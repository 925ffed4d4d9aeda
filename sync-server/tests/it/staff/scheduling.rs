//! Posting, applying, awarding, releasing.

use detailbook_core::ids::{DetailId, DocumentId};
use detailbook_core::records::{Assignment, Detail, DetailState, RecordKind};
use detailbook_core::shift::FactKind;
use detailbook_core::wire::{Decision, Entry, SyncRequest, Wish, decode};
use serde_json::{Value, json};

use super::phone::Phone;
use super::world::{Desk, HOUR, NOON, World, detail, order};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    an_officer_applies_is_awarded_and_acknowledges,
    a_position_is_never_held_twice,
    whoever_applied_in_vain_is_told_when_the_last_position_goes,
    an_officer_never_gets_two_details_at_once_unless_somebody_says_why,
    moving_a_detail_does_not_bring_anybody_to_overlap,
    a_detail_on_which_an_officer_has_two_positions_can_be_moved,
    a_detail_can_be_moved_over_another_when_somebody_says_why,
    an_application_can_be_taken_back_until_it_is_awarded,
    what_cannot_be_applied_for_is_refused_with_a_reason,
    a_released_position_is_on_offer_again_and_its_hours_stay,
    a_cancelled_detail_releases_everybody_and_is_still_seen,
    a_shift_begun_without_an_assignment_can_be_linked_to_one,
    an_edit_on_an_old_version_is_refused,
    a_detail_that_cannot_be_is_refused_and_the_field_is_named,
    a_position_that_is_taken_cannot_be_edited_away,
);

fn apply(detail: &str) -> Wish {
    Wish::Apply { detail: detail.parse().unwrap(), position: None, read: None }
}

fn award(officer: &str) -> Value {
    json!({ "officer": officer, "origin": "applied", "reason": "First to apply." })
}

fn path(detail: &str) -> String {
    format!("/v1/staff/details/{detail}/assignments")
}

fn state(desk: &Desk<'_>, detail: &str) -> Value {
    desk.get(&format!("/v1/staff/details/{detail}"))["record"]["state"].clone()
}

fn application(desk: &Desk<'_>, detail: &str, officer: &str) -> Value {
    let all = desk.items(&format!("/v1/staff/details/{detail}/applications"));
    let found = all.into_iter().find(|item| item["record"]["officer"] == officer);
    found.unwrap()["record"].clone()
}

fn details_seen(phone: &Phone<'_>) -> Vec<Detail> {
    let entries = phone.sync(SyncRequest::default()).entries.unwrap_or_default();
    let details = entries.into_iter().filter_map(|entry| match entry {
        Entry::Record { kind: RecordKind::Detail, body, .. } => Some(decode(&body).unwrap()),
        _ => None,
    });
    details.collect()
}

fn assignments_seen(phone: &Phone<'_>) -> Vec<Assignment> {
    let entries = phone.sync(SyncRequest::default()).entries.unwrap_or_default();
    let assignments = entries.into_iter().filter_map(|entry| match entry {
        Entry::Record { kind: RecordKind::Assignment, body, .. } => Some(decode(&body).unwrap()),
        _ => None,
    });
    assignments.collect()
}

fn an_officer_applies_is_awarded_and_acknowledges(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let detail = desk.detail(&site, 2, 1);
    let phone = Phone::enrol(&desk, &officer);
    assert_eq!(details_seen(&phone).len(), 1);

    assert_eq!(phone.wish(&apply(&detail)).decision, Decision::Accepted);
    assert_eq!(application(&desk, &detail, &officer)["state"], "received");
    let id = desk.make(&path(&detail), &award(&officer));
    assert_eq!(application(&desk, &detail, &officer)["state"], "awarded");
    assert_eq!(state(&desk, &detail), "filled");

    let seen = assignments_seen(&phone);
    assert_eq!(seen.len(), 1);
    let acknowledged = phone.wish(&Wish::Acknowledge { assignment: seen[0].id });
    assert_eq!(acknowledged.decision, Decision::Accepted);
    assert_eq!(desk.get(&format!("/v1/staff/assignments/{id}"))["record"]["acknowledged"], NOON);
    // The shift log is there and is the officer's.
    phone.say(seen[0].id.into(), FactKind::In, world.app.now(), None);
}

fn a_position_is_never_held_twice(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (one, two, site) = (desk.officer("Officer 1"), desk.officer("Officer 2"), desk.site());
    let detail = desk.detail(&site, 2, 2);
    let positions = desk.get(&format!("/v1/staff/details/{detail}"))["record"]["positions"].clone();
    let first = &positions[0]["id"];
    let on_first = |officer: &str| {
        let mut body = order(officer);
        body["position"] = first.clone();
        body
    };
    desk.make(&path(&detail), &on_first(&one));
    assert_eq!(desk.refusal("POST", &path(&detail), &on_first(&two)), "conflict");
    desk.make(&path(&detail), &order(&two));
    let three = desk.officer("Officer 3");
    assert_eq!(desk.refusal("POST", &path(&detail), &order(&three)), "conflict");
    let held = desk.items(&path(&detail));
    assert_eq!(held.len(), 2);
    assert_ne!(held[0]["record"]["position"], held[1]["record"]["position"]);
}

fn whoever_applied_in_vain_is_told_when_the_last_position_goes(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officers = [desk.officer("Officer 1"), desk.officer("Officer 2"), desk.officer("Officer 3")];
    let detail = desk.detail(&desk.site(), 2, 2);
    let phones: Vec<_> = officers.iter().map(|officer| Phone::enrol(&desk, officer)).collect();
    for phone in &phones {
        assert_eq!(phone.wish(&apply(&detail)).decision, Decision::Accepted);
    }
    desk.make(&path(&detail), &award(&officers[0]));
    assert_eq!(application(&desk, &detail, &officers[2])["state"], "received");
    desk.make(&path(&detail), &award(&officers[1]));
    let told = application(&desk, &detail, &officers[2]);
    assert_eq!(told["state"], "not_awarded");
    assert_eq!(told["reason"], "Every position of this detail is taken.");
    // The detail is gone from the third phone, and on the others.
    assert_eq!(details_seen(&phones[2]).len(), 0);
    assert_eq!(details_seen(&phones[0])[0].state, DetailState::Filled);
}

fn an_officer_never_gets_two_details_at_once_unless_somebody_says_why(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let (first, overlaps, follows) = (desk.detail(&site, 2, 1), desk.detail(&site, 5, 1), desk.detail(&site, 6, 1));
    desk.order(&first, &officer);
    assert_eq!(desk.refusal("POST", &path(&overlaps), &order(&officer)), "conflict");
    // One that begins as the other ends does not overlap.
    let following = desk.order(&follows, &officer);
    desk.run("POST", &format!("/v1/staff/assignments/{following}/release"), &json!({ "reason": "test" }));

    let mut allowed = order(&officer);
    allowed["overlap"] = json!("The first job ends early.");
    desk.make(&path(&overlaps), &allowed);
    let logged = desk.items("/v1/staff/audit?limit=1000");
    assert!(logged.iter().any(|entry| entry["detail"].as_str().unwrap().contains("The first job ends early.")));
}

fn moving_a_detail_does_not_bring_anybody_to_overlap(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let (first, later) = (desk.detail(&site, 2, 1), desk.detail(&site, 8, 1));
    let (_, held) = (desk.order(&first, &officer), desk.order(&later, &officer));
    let phone = Phone::enrol(&desk, &officer);
    phone.wish(&Wish::Acknowledge { assignment: held.parse().unwrap() });

    let here = format!("/v1/staff/details/{later}");
    let positions = desk.get(&here)["record"]["positions"].clone();
    let moved = |begins: i64| {
        let mut record = detail(&site, begins, 1);
        record["positions"] = json!([{ "id": positions[0]["id"], "name": "Traffic 1" }]);
        json!({ "version": desk.version(&here), "record": record })
    };
    assert_eq!(desk.refusal("PUT", &here, &moved(4)), "conflict");
    desk.run("PUT", &here, &moved(6));
    let assignment = desk.get(&format!("/v1/staff/assignments/{held}"));
    assert_eq!(assignment["record"]["acknowledged"], Value::Null, "the new time was not acknowledged");
    // The new time counts for further awards.
    let between = desk.detail(&site, 9, 1);
    assert_eq!(desk.refusal("POST", &path(&between), &order(&officer)), "conflict");
    let after = desk.detail(&site, 10, 1);
    desk.order(&after, &officer);
}

/// The body that moves a detail, keeping its positions, to begin so many hours after noon.
fn moved(desk: &Desk<'_>, site: &str, here: &str, begins: i64) -> Value {
    let stored = desk.get(here);
    let kept = stored["record"]["positions"].as_array().unwrap().iter();
    let mut record = detail(site, begins, 1);
    record["positions"] = kept.map(|position| json!({ "id": position["id"], "name": position["name"] })).collect();
    json!({ "version": stored["version"], "record": record })
}

fn allowing(mut body: Value, why: &str) -> Value {
    body["overlap"] = json!(why);
    body
}

fn a_detail_on_which_an_officer_has_two_positions_can_be_moved(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let double = desk.detail(&site, 2, 2);
    desk.order(&double, &officer);
    desk.make(&path(&double), &allowing(order(&officer), "Both posts are at one corner."));
    let here = format!("/v1/staff/details/{double}");
    desk.run("PUT", &here, &moved(&desk, &site, &here, 3));
    // Both positions moved: the officer is free before the new time, and not at its end.
    assert_eq!(desk.refusal("POST", &path(&desk.detail(&site, 6, 1)), &order(&officer)), "conflict");
    desk.order(&desk.detail(&site, -1, 1), &officer);
}

fn a_detail_can_be_moved_over_another_when_somebody_says_why(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let (first, second) = (desk.detail(&site, 2, 1), desk.detail(&site, 5, 1));
    let other = desk.order(&first, &officer);
    desk.make(&path(&second), &allowing(order(&officer), "The first job ends early."));
    let here = format!("/v1/staff/details/{second}");
    let earlier = moved(&desk, &site, &here, 4);
    assert_eq!(desk.refusal("PUT", &here, &earlier), "conflict");
    assert_eq!(desk.refusal("PUT", &here, &allowing(earlier.clone(), " ")), "invalid", "a reason says something");
    desk.run("PUT", &here, &allowing(earlier, "It ends earlier still."));
    let logged: Value =
        serde_json::from_str(desk.items("/v1/staff/audit").last().unwrap()["detail"].as_str().unwrap()).unwrap();
    assert_eq!(logged["overlap"], json!({ "with": [other], "reason": "It ends earlier still." }));
    // Apart from the other there is nothing to allow, and nothing of it in the log.
    desk.run("PUT", &here, &moved(&desk, &site, &here, 6));
}

fn an_application_can_be_taken_back_until_it_is_awarded(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let detail = desk.detail(&site, 2, 1);
    let phone = Phone::enrol(&desk, &officer);
    let withdraw = Wish::Withdraw { detail: detail.parse().unwrap() };
    assert_eq!(phone.wish(&withdraw).decision, Decision::Refused);
    phone.wish(&apply(&detail));
    assert_eq!(phone.wish(&withdraw).decision, Decision::Accepted);
    assert_eq!(application(&desk, &detail, &officer)["state"], "withdrawn");
    assert_eq!(desk.refusal("POST", &path(&detail), &award(&officer)), "conflict");
    assert_eq!(phone.wish(&apply(&detail)).decision, Decision::Accepted, "a second thought is allowed");
    desk.make(&path(&detail), &award(&officer));
    let refused = phone.wish(&withdraw);
    assert_eq!(refused.decision, Decision::Refused);
    assert!(refused.reason.contains("release"), "{}", refused.reason);
}

fn what_cannot_be_applied_for_is_refused_with_a_reason(home: &Home) {
    let world = World::on(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let phone = Phone::enrol(&desk, &officer);
    let (open, cancelled, over) = (desk.detail(&site, 2, 1), desk.detail(&site, 2, 1), desk.detail(&site, -9, 1));
    let elsewhere = other.detail(&other.site(), 2, 1);
    desk.run("POST", &format!("/v1/staff/details/{cancelled}/cancel"), &json!({ "version": 1, "reason": "Rain." }));
    let nowhere = DetailId::from_bytes([9; 16]).to_string();
    phone.wish(&apply(&open));
    let again = phone.wish(&apply(&open));
    assert_eq!(desk.items(&format!("/v1/staff/details/{open}/applications")).len(), 1, "and is not entered twice");
    assert_eq!(again.decision, Decision::Accepted, "what waits need not be refused: {}", again.reason);
    let cases =
        [(&cancelled, "cancelled"), (&over, "over"), (&elsewhere, "no such detail"), (&nowhere, "no such detail")];
    for (detail, why) in cases {
        let outcome = phone.wish(&apply(detail));
        assert_eq!(outcome.decision, Decision::Refused, "{why}");
        assert!(outcome.reason.contains(why), "{} should say {why}", outcome.reason);
    }
    desk.make(&path(&open), &award(&officer));
    assert!(phone.wish(&apply(&open)).reason.contains("position"));
}

fn a_released_position_is_on_offer_again_and_its_hours_stay(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (one, two, site) = (desk.officer("Officer 1"), desk.officer("Officer 2"), desk.site());
    let detail = desk.detail(&site, 2, 1);
    let id = desk.order(&detail, &one);
    let phone = Phone::enrol(&desk, &one);
    phone.say(id.parse().unwrap(), FactKind::In, world.app.now(), None);
    let release = format!("/v1/staff/assignments/{id}/release");
    assert_eq!(desk.run("POST", &release, &json!({ "reason": "Court." }))["record"]["state"], "released");
    assert_eq!(desk.refusal("POST", &release, &json!({ "reason": "Again." })), "conflict");
    assert_eq!(state(&desk, &detail), "open");
    desk.order(&detail, &two);
    // Whoever was there may still say so.
    phone.say(id.parse().unwrap(), FactKind::Out, world.app.now(), None);
    assert_eq!(desk.items(&format!("/v1/staff/assignments/{id}/facts")).len(), 2);
}

fn a_cancelled_detail_releases_everybody_and_is_still_seen(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (one, two, site) = (desk.officer("Officer 1"), desk.officer("Officer 2"), desk.site());
    let detail = desk.detail(&site, 2, 2);
    let (worker, applicant) = (Phone::enrol(&desk, &one), Phone::enrol(&desk, &two));
    let id = desk.order(&detail, &one);
    applicant.wish(&apply(&detail));
    let here = format!("/v1/staff/details/{detail}");
    let cancel = json!({ "version": desk.version(&here), "reason": "Rain." });
    assert_eq!(desk.run("POST", &format!("{here}/cancel"), &cancel)["record"]["state"], "cancelled");
    assert_eq!(desk.get(&format!("/v1/staff/assignments/{id}"))["record"]["state"], "released");
    assert_eq!(application(&desk, &detail, &two)["state"], "not_awarded");
    assert_eq!(details_seen(&worker)[0].state, DetailState::Cancelled);
    assert_eq!(details_seen(&applicant).len(), 0);
    // The time is free for something else.
    desk.order(&desk.detail(&site, 2, 1), &one);
    assert_eq!(desk.refusal("POST", &path(&detail), &order(&two)), "conflict");
}

fn a_shift_begun_without_an_assignment_can_be_linked_to_one(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (one, two, site) = (desk.officer("Officer 1"), desk.officer("Officer 2"), desk.site());
    let phone = Phone::enrol(&desk, &one);
    let log = DocumentId::from_bytes([42; 16]);
    phone.say(log, FactKind::In, world.app.now(), None);
    let unassigned = desk.items("/v1/staff/unassigned_logs");
    assert_eq!(unassigned.len(), 1);
    assert_eq!((&unassigned[0]["document"], &unassigned[0]["facts"]), (&json!(log), &json!(1)));

    let detail = desk.detail(&site, 2, 2);
    let (mine, theirs) = (desk.order(&detail, &one), desk.order(&detail, &two));
    let link = |id: &str| format!("/v1/staff/assignments/{id}/link");
    let body = json!({ "document": log, "reason": "Began before the award." });
    assert_eq!(desk.refusal("POST", &link(&theirs), &body), "conflict", "another officer's");
    phone.say(mine.parse().unwrap(), FactKind::Out, world.app.now(), None);
    desk.run("POST", &link(&mine), &body);
    assert_eq!(desk.refusal("POST", &link(&mine), &body), "conflict", "linked before");
    assert!(desk.items("/v1/staff/unassigned_logs").is_empty());
    // Both logs count.
    assert_eq!(desk.items(&format!("/v1/staff/assignments/{mine}/facts")).len(), 2);
}

fn an_edit_on_an_old_version_is_refused(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let here = format!("/v1/staff/officers/{}", desk.officer("Officer 1"));
    let edit = |version: i64, name: &str| json!({ "version": version, "record": { "name": name } });
    assert_eq!(desk.run("PUT", &here, &edit(1, "Officer 1 B."))["version"], 2);
    assert_eq!(desk.refusal("PUT", &here, &edit(1, "Officer 1 C.")), "conflict");
    assert_eq!(desk.get(&here)["record"]["name"], "Officer 1 B.");
}

/// Makes a good detail a bad one.
type Spoil = fn(&mut Value);

fn a_detail_that_cannot_be_is_refused_and_the_field_is_named(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let site = desk.site();
    let cases: &[(&str, Spoil)] = &[
        ("record.title", |r| _ = r.as_object_mut().unwrap().remove("title")),
        ("title", |r| r["title"] = json!("  ")),
        ("ends", |r| r["ends"] = r["starts"].clone()),
        ("ends", |r| r["ends"] = json!(NOON + 40 * 24 * HOUR)),
        ("starts", |r| r["starts"] = json!(-5)),
        ("positions", |r| r["positions"] = json!([])),
        ("record.zone", |r| r["zone"] = json!("Boston")),
        ("record.color", |r| r["color"] = json!("red")),
        ("site", |r| r["site"] = json!("00000000-0000-7000-8000-000000000000")),
        ("record.site", |r| r["site"] = json!("here")),
        ("post_orders", |r| r["post_orders"] = json!("x".repeat(10_001))),
    ];
    for (field, spoil) in cases {
        let mut record = detail(&site, 2, 1);
        spoil(&mut record);
        let (status, problem) = desk.call("POST", "/v1/staff/details", &json!({ "record": record }));
        assert_eq!((status, &problem["code"]), (422, &json!("invalid")), "{field}: {problem}");
        let reason = problem["reason"].as_str().unwrap();
        assert_eq!(reason.split(": ").next(), Some(*field), "{reason}");
    }
    assert!(desk.items("/v1/staff/details").is_empty());
}

fn a_position_that_is_taken_cannot_be_edited_away(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let id = desk.detail(&site, 2, 1);
    desk.order(&id, &officer);
    let here = format!("/v1/staff/details/{id}");
    let held = desk.get(&here)["record"]["positions"][0]["id"].clone();
    let edit = |positions: Value| {
        let mut record = detail(&site, 2, 1);
        record["positions"] = positions;
        json!({ "version": desk.version(&here), "record": record })
    };
    assert_eq!(desk.refusal("PUT", &here, &edit(json!([{ "name": "Other" }]))), "conflict");
    // Another position opens the detail again; taking that away fills it.
    let both = json!([{ "id": held, "name": "Traffic 1" }, { "name": "Traffic 2" }]);
    assert_eq!(desk.run("PUT", &here, &edit(both))["record"]["state"], "open");
    let one = json!([{ "id": held, "name": "Traffic 1" }]);
    assert_eq!(desk.run("PUT", &here, &edit(one))["record"]["state"], "filled");
}

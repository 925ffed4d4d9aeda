//! The rules are asked when facts come and when a person rules, and what follows from them is carried out.

use detailbook_core::ids::{AssignmentId, DocumentId};
use detailbook_core::shift::FactKind;
use detailbook_core::wire::{Decision, Wish};
use serde_json::{Value, json};

use super::scene::{RULES, do_jobs, duty, fresh, import, numbered, set_rules};
use crate::staff::ledger::{rule as ruled, stands};
use crate::staff::phone::Phone;
use crate::staff::world::{Desk, HOUR, NOON, World, detail, order};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_ruling_against_a_rule_takes_an_override_and_keeps_what_the_rules_said,
    a_ruling_is_judged_at_the_time_that_it_accepts,
    what_the_rules_charge_for_a_job_is_charged_once_and_given_back_when_they_no_longer_do,
    a_job_that_was_re_timed_stands_where_rules_or_work_say_however_often_it_is_ruled_on,
    nothing_of_a_job_of_before_is_charged_to_the_list_that_began_anew,
    facts_that_come_are_put_to_the_rules_and_who_must_know_is_told_once,
    a_clock_in_on_a_log_that_is_linked_later_is_put_to_the_rules,
    what_was_let_pass_lets_nothing_worse_pass,
    a_wish_that_is_refused_again_and_again_is_kept_once,
);

fn town(rules: &str) -> String {
    format!("name = \"Town\"\nversion = 1\neffective_from = \"2019-01-01\"\nzone = \"America/New_York\"\n{rules}")
}

fn rule(id: &str, severity: &str, body: &str) -> String {
    format!("[[rule]]\nid = \"{id}\"\ntitle = \"{id}\"\nseverity = {{ {severity} }}\n{body}\n")
}

/// An officer who was ordered to a detail of this morning, which is over: the officer, the detail and the assignment.
fn worked(desk: &Desk<'_>) -> (String, String, String) {
    let officer = numbered(desk, "17");
    let detail = desk.detail(&desk.site(), -8, 1);
    let assignment = desk.order(&detail, &officer);
    (officer, detail, assignment)
}

fn ruling(supersedes: Option<&str>) -> Value {
    json!({
        "accepted": [{ "start": NOON - 8 * HOUR, "end": NOON - 4 * HOUR }], "reason": "As punched.",
        "ruled_by": "Coordinator", "supersedes": supersedes,
    })
}

fn a_ruling_against_a_rule_takes_an_override_and_keeps_what_the_rules_said(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (_, detail, assignment) = worked(&desk);
    let short = "[rule.hours]\ncounts = [\"detail\"]\nwindow = \"job\"\nlimit = \"3:00\"";
    set_rules(&desk, &town(&rule("short", "ruling = \"block\"", short)));
    let proposed = desk.get(&format!("/v1/staff/assignments/{assignment}/proposed_ruling"));
    assert_eq!(proposed["rules"]["blocks"], true, "{proposed}");
    let path = format!("/v1/staff/assignments/{assignment}/rulings");
    let (status, refused) = desk.call("POST", &path, &ruling(None));
    assert!(status == 409 && refused["reason"].as_str().unwrap().contains("Town v1, short"), "{refused}");
    assert!(desk.items(&path).is_empty());

    let mut bold = ruling(None);
    bold["override"] = json!({ "reason": "The next crew came late." });
    let scopes = "rulings:write records:read".parse().unwrap();
    let weak = Desk { world: &world, agency: desk.agency, secret: world.token(desk.agency, &scopes, None) };
    assert_eq!(weak.refusal("POST", &path, &bold), "not_allowed");
    let made = desk.make(&path, &bold);
    let kept = desk.get(&format!("/v1/staff/rulings/{made}"));
    let noted = kept["record"]["exceptions"].to_string();
    assert!(noted.contains("1 h too much. (Town v1, short)"), "{noted}");
    let evaluation = desk.get(&format!("/v1/staff/evaluations/{}", kept["evaluation"]));
    assert_eq!((&evaluation["same"], &evaluation["evaluation"]["stage"]), (&json!(true), &json!("ruling")));
    let overrides = desk.items(&format!("/v1/staff/details/{detail}/overrides"));
    assert_eq!((overrides.len(), &overrides[0]["reason"]), (1, &json!("The next crew came late.")));
}

fn a_ruling_is_judged_at_the_time_that_it_accepts(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (_, detail, assignment) = worked(&desk);
    let short = "[rule.hours]\ncounts = [\"detail\"]\nwindow = \"job\"\nlimit = \"3:00\"";
    set_rules(&desk, &town(&rule("short", "ruling = \"block\"", short)));
    let path = format!("/v1/staff/assignments/{assignment}/rulings");
    let accepting = |hours: &[(i64, i64)], supersedes: Option<&str>| {
        let time = |&(from, until): &(i64, i64)| json!({ "start": NOON + from * HOUR, "end": NOON + until * HOUR });
        let mut ruling = ruling(supersedes);
        ruling["accepted"] = json!(hours.iter().map(time).collect::<Vec<_>>());
        ruling
    };
    let first = desk.make(&path, &accepting(&[(-8, -5)], None));
    let (status, refused) = desk.call("POST", &path, &accepting(&[(-8, -2)], Some(&first)));
    assert!(status == 409 && refused["reason"].as_str().unwrap().contains("3 h too much"), "{refused}");
    let mut let_pass = accepting(&[(-8, -2)], Some(&first));
    let_pass["override"] = json!({ "reason": "The next crew came late." });
    desk.make(&path, &let_pass);
    let let_pass = desk.items(&format!("/v1/staff/details/{detail}/overrides"));
    assert_eq!(let_pass[0]["hours_after"], 6 * HOUR, "{let_pass:?}");
}

fn what_the_rules_charge_for_a_job_is_charged_once_and_given_back_when_they_no_longer_do(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, _, assignment) = worked(&desk);
    let twice = "[rule.consequence]\nafter = [\"sick_call\"]\nfollows = { charge = 200 }";
    set_rules(&desk, &town(&rule("sick", "ruling = \"log\"", twice)));
    let head = "employee_number,kind,at,about_from,about_until\n";
    let sick = format!("{head}17,sick_call,2019-05-15 02:00,2019-05-15 00:00,2019-05-15 04:00\n");
    fresh(&desk, "events", &sick);
    let path = format!("/v1/staff/assignments/{assignment}/rulings");
    let charged = || -> Vec<i64> {
        let ledger = desk.get(&format!("/v1/staff/officers/{officer}/ledger"));
        let entries = ledger["entries"].as_array().unwrap();
        let adjusted = entries.iter().filter(|it| it["what"]["kind"] == "adjustment");
        adjusted.map(|it| it["charged"].as_i64().unwrap()).collect()
    };
    let first = desk.make(&path, &ruling(None));
    assert_eq!(charged(), [240], "ordered at 240 minutes, and counted twice");
    let noted = desk.get(&format!("/v1/staff/rulings/{first}"))["record"]["exceptions"].to_string();
    assert!(noted.contains("4 h are charged at 200 percent. (Town v1, sick)"), "{noted}");
    world.wait(HOUR);
    let second = desk.make(&path, &ruling(Some(&first)));
    assert_eq!(charged(), [240], "ruled again, charged no more");
    world.wait(HOUR);
    let covers = json!({ "read_at": world.app.now(), "covers": { "start": NOON - 100 * HOUR, "end": NOON } });
    import(&desk, "events", head, &covers);
    desk.make(&path, &ruling(Some(&second)));
    let mut both = charged();
    both.sort_unstable();
    assert_eq!(both, [-240, 240], "it was no sick call");
}

/// The town whose rules charge twice for a detail after a sick call.
fn sick_calls_count_twice(desk: &Desk<'_>) {
    let twice = "[rule.consequence]\nafter = [\"sick_call\"]\nfollows = { charge = 200 }";
    set_rules(desk, &town(&rule("sick", "ruling = \"log\"", twice)));
}

const EVENTS: &str = "employee_number,kind,at,about_from,about_until\n";

/// It turns out that there was no sick call.
fn was_none(desk: &Desk<'_>) {
    let covers = json!({ "read_at": desk.world.app.now(), "covers": { "start": NOON - 100 * HOUR, "end": NOON } });
    import(desk, "events", EVENTS, &covers);
}

fn a_job_that_was_re_timed_stands_where_rules_or_work_say_however_often_it_is_ruled_on(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (numbered(&desk, "17"), desk.site());
    let job = desk.detail(&site, 1, 1);
    let held = desk.order(&job, &officer);
    let here = format!("/v1/staff/details/{job}");
    let stored = desk.get(&here);
    let mut shorter = detail(&site, 1, 1);
    shorter["positions"][0]["id"] = stored["record"]["positions"][0]["id"].clone();
    shorter["ends"] = json!(NOON + 4 * HOUR);
    desk.run("PUT", &here, &json!({ "version": stored["version"], "record": shorter }));
    sick_calls_count_twice(&desk);
    fresh(&desk, "events", &format!("{EVENTS}17,sick_call,2019-05-15 02:00,2019-05-15 09:00,2019-05-15 12:00\n"));
    world.wait(6 * HOUR);
    let mut last = None;
    let mut rule = |minutes: i64| {
        world.wait(HOUR);
        last = Some(ruled(&desk, &held, 1, minutes, last.as_deref()));
        stands(&desk, &officer, "")
    };
    assert_eq!([rule(180), rule(180), rule(150)], [360, 360, 300], "what is accepted, counted twice");
    was_none(&desk);
    assert_eq!([rule(150), rule(60), rule(0), rule(90)], [150, 60, 240, 90], "it was no sick call");
}

fn nothing_of_a_job_of_before_is_charged_to_the_list_that_began_anew(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, _, held) = worked(&desk);
    sick_calls_count_twice(&desk);
    fresh(&desk, "events", &format!("{EVENTS}17,sick_call,2019-05-15 02:00,2019-05-15 00:00,2019-05-15 04:00\n"));
    let first = ruled(&desk, &held, -8, 240, None);
    assert_eq!(stands(&desk, &officer, ""), 480);
    world.wait(HOUR);
    desk.make("/v1/staff/ledger/reset", &json!({ "reason": "The month is over." }));
    world.wait(HOUR);
    let second = ruled(&desk, &held, -8, 180, Some(&first));
    assert_eq!(stands(&desk, &officer, ""), 0, "the rules charge it on the list as it was");
    was_none(&desk);
    let third = ruled(&desk, &held, -8, 60, Some(&second));
    ruled(&desk, &held, -8, 0, Some(&third));
    assert_eq!(stands(&desk, &officer, ""), 0);
}

fn facts_that_come_are_put_to_the_rules_and_who_must_know_is_told_once(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    desk.make("/v1/staff/contacts", &json!({ "record": { "name": "Desk", "roles": ["coordinator"] } }));
    let officer = numbered(&desk, "17");
    let detail = desk.detail(&desk.site(), 2, 1);
    let held: AssignmentId = desk.order(&detail, &officer).parse().unwrap();
    set_rules(&desk, &town(&rule("sick", "sync = \"needs_approval\"", "[rule.status]\nnone_of = [\"sick\"]")));
    let phone = Phone::enrol(&desk, &officer);
    world.wait(2 * HOUR);
    fresh(&desk, "statuses", "employee_number,code,from,until\n17,sick,2019-05-15 09:00,2019-05-20\n");
    phone.say(held.into(), FactKind::In, world.app.now(), None);
    do_jobs(&world);
    world.wait(HOUR);
    phone.say(held.into(), FactKind::Out, world.app.now(), None);
    do_jobs(&world);
    let said = desk.items(&format!("/v1/staff/details/{detail}/evaluations"));
    let stages: Vec<_> = said.iter().map(|it| (it["stage"].clone(), it["outcome"].clone())).collect();
    assert_eq!(stages, vec![(json!("sync"), json!("needs_approval")); 2]);
    let told = desk.items("/v1/staff/notices?limit=1000");
    let told: Vec<_> = told.iter().filter(|it| it["event"] == "sync_conflict" && it["channel"] == "in_app").collect();
    assert_eq!(told.len(), 2, "the officer and the coordinator, once each: {told:?}");
    assert!(told[0]["text"].as_str().unwrap().contains("Town v1, sick"), "{told:?}");
    assert_eq!(desk.items(&format!("/v1/staff/assignments/{held}/facts")).len(), 2, "both are taken");
}

fn a_clock_in_on_a_log_that_is_linked_later_is_put_to_the_rules(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    set_rules(&desk, &town(&rule("sick", "clock_in = \"log\"", "[rule.status]\nnone_of = [\"sick\"]")));
    fresh(&desk, "statuses", "employee_number,code,from,until\n17,sick,2019-05-15,2019-05-20\n");
    let (phone, log) = (Phone::enrol(&desk, &officer), DocumentId::from_bytes([42; 16]));
    phone.say(log, FactKind::In, world.app.now(), None);
    do_jobs(&world);
    let detail = desk.detail(&desk.site(), 0, 1);
    let held = desk.order(&detail, &officer);
    let said = || desk.items(&format!("/v1/staff/details/{detail}/evaluations"));
    assert!(said().is_empty());
    let body = json!({ "document": log, "reason": "Began before the award." });
    desk.run("POST", &format!("/v1/staff/assignments/{held}/link"), &body);
    do_jobs(&world);
    assert_eq!((said().len(), &said()[0]["stage"]), (1, &json!("clock_in")));
    assert_eq!(said()[0]["findings"][0]["outcome"], "fail");
}

fn what_was_let_pass_lets_nothing_worse_pass(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    set_rules(&desk, RULES);
    let officer = numbered(&desk, "17");
    let shift = |from: &str| format!("employee_number,starts,ends\n17,{from},2019-05-15 08:00\n");
    fresh(&desk, "stints", &shift("2019-05-14 18:00"));
    let detail = desk.detail(&desk.site(), 2, 1);
    let letting = json!({ "officer": officer, "stage": "award", "reason": "A storm." });
    let (status, made) = desk.call("POST", &format!("/v1/staff/details/{detail}/overrides"), &letting);
    assert_eq!(status, 201, "{made}");
    // 18 of 16 hours were let pass; these are 20.
    let path = format!("/v1/staff/details/{detail}/assignments");
    let covers =
        json!({ "read_at": world.app.now(), "covers": { "start": NOON - 48 * HOUR, "end": NOON + 48 * HOUR } });
    import(&desk, "stints", &shift("2019-05-14 16:00"), &covers);
    let (status, refused) = desk.call("POST", &path, &order(&officer));
    assert!(status == 409 && refused["reason"].as_str().unwrap().contains("sixteen"), "{refused}");
    import(&desk, "stints", &shift("2019-05-14 19:00"), &covers);
    desk.make(&path, &order(&officer));
}

fn a_wish_that_is_refused_again_and_again_is_kept_once(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    set_rules(&desk, RULES);
    let officer = numbered(&desk, "17");
    fresh(&desk, "stints", &duty("17", 9, 17));
    let detail = desk.detail(&desk.site(), 2, 1);
    let (phone, wish) =
        (Phone::enrol(&desk, &officer), Wish::Apply { detail: detail.parse().unwrap(), position: None, read: None });
    let mut reasons = Vec::new();
    for _ in 0..6 {
        let outcome = phone.wish(&wish);
        assert_eq!(outcome.decision, Decision::Refused);
        reasons.push(outcome.reason);
        world.wait(25_000);
    }
    reasons.dedup();
    assert_eq!(reasons.len(), 1);
    let kept = desk.items(&format!("/v1/staff/details/{detail}/evaluations"));
    assert!(kept.len() <= 2, "{kept:?}");
    // What is mended meanwhile is seen a moment later.
    let covers =
        json!({ "read_at": world.app.now(), "covers": { "start": NOON - 48 * HOUR, "end": NOON + 48 * HOUR } });
    assert_eq!(phone.wish(&wish).decision, Decision::Refused);
    import(&desk, "stints", "employee_number,starts,ends\n", &covers);
    world.wait(9_000);
    let early = phone.wish(&wish).decision;
    assert_eq!(early, Decision::Refused, "asked nine seconds ago, however long it has been refused");
    world.wait(2_000);
    assert_eq!(phone.wish(&wish).decision, Decision::Accepted);
}

//! The rules are asked: when an officer applies, at an award, and of a shift that was begun. What they said can be asked again.

use detailbook_core::policy::Context;
use detailbook_core::records::RecordKind;
use detailbook_core::shift::FactKind;
use detailbook_core::wire::{Decision, Wish, decode};
use serde_json::{Value, json};

use super::scene::{
    BARRED, RULES, do_jobs, duty, finding, fresh, import, judgement, noon, numbered, outcome, records_of, set_rules,
};
use crate::staff::phone::Phone;
use crate::staff::world::{Desk, HOUR, NOON, World, detail, order};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    an_application_against_a_rule_is_refused_with_its_sentence_and_numbers,
    a_warning_is_told_with_the_acceptance,
    an_award_against_a_rule_takes_an_override_with_right_and_reason,
    stale_duty_is_unknown_and_never_a_pass,
    what_the_rules_said_comes_out_the_same_when_it_is_asked_again,
    later_knowledge_is_not_read_for_an_earlier_moment,
    a_suspension_takes_back_what_lies_ahead_and_a_later_punch_is_taken_and_flagged,
    a_status_takes_back_what_the_rule_bars_also_after_it_has_ended,
    what_happened_as_long_ago_as_the_rules_look_back_counts,
    work_for_another_agency_counts_and_the_other_agency_is_not_read,
    phones_get_the_rules_and_what_is_known_of_their_own_officer,
    what_is_said_of_a_detail_and_a_customer_reaches_the_rules,
    what_the_rules_forbid_to_offer_goes_on_offer_only_by_an_override,
    a_set_that_speaks_at_a_stage_which_asks_nothing_is_warned_of,
    ruled_hours_take_the_place_of_scheduled_ones,
    a_window_is_not_awarded_to_whom_the_rules_keep_from_it,
    rules_that_come_after_the_applications_bar_the_best_and_the_next_is_awarded,
    a_window_that_the_rules_close_to_everybody_ends_without_award_and_the_coordinator_is_told,
);

fn apply(detail: &str) -> Wish {
    Wish::Apply { detail: detail.parse().unwrap(), position: None, read: None }
}

fn ready<'a>(world: &'a World, rules: &str) -> (Desk<'a>, String) {
    let desk = world.agency(1);
    set_rules(&desk, rules);
    let officer = numbered(&desk, "17");
    (desk, officer)
}

fn an_application_against_a_rule_is_refused_with_its_sentence_and_numbers(home: &Home) {
    let world = World::on(home);
    let (desk, officer) = ready(&world, RULES);
    fresh(&desk, "stints", &duty("17", 9, 17));
    let detail = desk.detail(&desk.site(), 2, 1);
    let phone = Phone::enrol(&desk, &officer);
    let refused = phone.wish(&apply(&detail));
    assert_eq!(refused.decision, Decision::Refused);
    assert!(refused.reason.contains("Town v1, duty") && refused.reason.contains("4 h"), "{}", refused.reason);
    assert!(desk.items(&format!("/v1/staff/details/{detail}/applications")).is_empty());
    let kept = desk.items(&format!("/v1/staff/details/{detail}/evaluations"));
    assert_eq!((kept.len(), &kept[0]["outcome"], &kept[0]["stage"]), (1, &json!("blocked"), &json!("apply")));
    assert_eq!(desk.items(&format!("/v1/staff/officers/{officer}/evaluations")), kept);
}

fn a_warning_is_told_with_the_acceptance(home: &Home) {
    let world = World::on(home);
    let (desk, officer) = ready(&world, RULES);
    let night = "employee_number,starts,ends\n17,2019-05-14 18:00,2019-05-15 08:00\n";
    fresh(&desk, "stints", night);
    let detail = desk.detail(&desk.site(), 2, 1);
    let accepted = Phone::enrol(&desk, &officer).wish(&apply(&detail));
    assert_eq!(accepted.decision, Decision::Accepted);
    assert!(accepted.reason.starts_with("The agency has your application."), "{}", accepted.reason);
    assert!(accepted.reason.contains("16 h") && accepted.reason.contains("14 h"), "{}", accepted.reason);
}

fn an_award_against_a_rule_takes_an_override_with_right_and_reason(home: &Home) {
    let world = World::on(home);
    let (desk, officer) = ready(&world, RULES);
    fresh(&desk, "stints", "employee_number,starts,ends\n17,2019-05-14 18:00,2019-05-15 08:00\n");
    let detail = desk.detail(&desk.site(), 2, 1);
    let path = format!("/v1/staff/details/{detail}/assignments");
    let (status, refused) = desk.call("POST", &path, &order(&officer));
    assert_eq!((status, &refused["code"]), (409, &json!("conflict")), "{refused}");
    assert!(refused["reason"].as_str().unwrap().contains("Town v1, sixteen"), "{refused}");

    let scopes = "assign records:read".parse().unwrap();
    let mut bold = order(&officer);
    bold["override"] = json!({ "reason": "A storm, and nobody else." });
    let weak = Desk { world: &world, agency: desk.agency, secret: world.token(desk.agency, &scopes, None) };
    assert_eq!(weak.refusal("POST", &path, &bold), "not_allowed");
    desk.make(&path, &bold);
    let overrides = desk.items(&format!("/v1/staff/details/{detail}/overrides"));
    assert_eq!((overrides.len(), &overrides[0]["reason"]), (1, &json!("A storm, and nobody else.")));
    assert_eq!((&overrides[0]["hours_before"], &overrides[0]["hours_after"]), (&json!(14 * HOUR), &json!(18 * HOUR)));
    let audit = desk.items("/v1/staff/audit?limit=1000");
    assert!(audit.iter().any(|entry| entry["action"] == "policy.override"));
    let again = format!("/v1/staff/details/{detail}/overrides");
    let nothing = json!({ "officer": numbered(&desk, "18"), "stage": "award", "reason": "Why not." });
    assert_eq!(desk.refusal("POST", &again, &nothing), "conflict", "nothing stands in the way");
}

fn stale_duty_is_unknown_and_never_a_pass(home: &Home) {
    let world = World::on(home);
    let (desk, officer) = ready(&world, RULES);
    let detail = desk.detail(&desk.site(), 30, 1);
    let says = || outcome(&judgement(&desk, &detail, &officer, ""), "duty");
    assert_eq!(says(), "unknown", "the schedule was never read");
    fresh(&desk, "stints", "employee_number,starts,ends\n");
    assert_eq!(says(), "pass");
    world.wait(24 * HOUR);
    assert_eq!(says(), "pass");
    world.wait(HOUR);
    assert_eq!(says(), "unknown");
    let sentence = finding(&judgement(&desk, &detail, &officer, ""), "duty")["sentence"].to_string();
    assert!(sentence.contains("25 h") && sentence.contains("24 h"), "{sentence}");
    assert_eq!(desk.refusal("POST", &format!("/v1/staff/details/{detail}/assignments"), &order(&officer)), "conflict");
}

fn what_the_rules_said_comes_out_the_same_when_it_is_asked_again(home: &Home) {
    let world = World::on(home);
    let (desk, officer) = ready(&world, RULES);
    fresh(&desk, "stints", &duty("17", 18, 23));
    let detail = desk.detail(&desk.site(), 2, 1);
    desk.order(&detail, &officer);
    let kept = desk.items(&format!("/v1/staff/details/{detail}/evaluations"));
    let path = format!("/v1/staff/evaluations/{}", kept[0]["number"]);
    let before = desk.get(&path);
    assert_eq!((&before["same"], &before["evaluation"]["outcome"]), (&json!(true), &json!("passed")));
    world.wait(HOUR);
    import(&desk, "stints", &duty("17", 8, 23), &json!({}));
    set_rules(&desk, &RULES.replace("version = 1", "version = 2").replace("16:00", "2:00"));
    assert_eq!(desk.get(&path), before, "whatever is known now");
}

fn later_knowledge_is_not_read_for_an_earlier_moment(home: &Home) {
    let world = World::on(home);
    let (desk, officer) = ready(&world, RULES);
    fresh(&desk, "stints", "employee_number,starts,ends\n");
    let detail = desk.detail(&desk.site(), 2, 1);
    let before = judgement(&desk, &detail, &officer, "");
    assert_eq!(before["blocks"], false);
    world.wait(HOUR);
    fresh(&desk, "stints", &duty("17", 8, 16));
    let other = desk.detail(&desk.site(), 8, 1);
    assert_eq!(judgement(&desk, &detail, &officer, "")["blocks"], true);
    assert_eq!(judgement(&desk, &detail, &officer, &format!("&as_of={NOON}")), before);
    let (status, _) = desk.call("GET", &format!("/v1/staff/details/{other}/judgement?as_of={NOON}"), &Value::Null);
    assert_eq!(status, 200, "a detail that there was not yet has nothing said of it");
}

fn a_suspension_takes_back_what_lies_ahead_and_a_later_punch_is_taken_and_flagged(home: &Home) {
    let world = World::on(home);
    let (desk, officer) = ready(&world, &format!("{RULES}{BARRED}"));
    fresh(&desk, "stints", "employee_number,starts,ends\n");
    fresh(&desk, "statuses", "employee_number,code,from\n");
    let site = desk.site();
    let (soon, later) = (desk.detail(&site, 2, 1), desk.detail(&site, 200, 1));
    let (assignment, kept) = (desk.order(&soon, &officer), desk.order(&later, &officer));
    let phone = Phone::enrol(&desk, &officer);
    world.wait(HOUR);
    let file = "employee_number,code,from,until\n17,suspended,2019-05-15 09:00,2019-05-20\n";
    let imported = fresh(&desk, "statuses", file);
    assert_eq!(imported["released"], json!([assignment]));
    let state = |id: &str| desk.get(&format!("/v1/staff/assignments/{id}"))["record"]["state"].clone();
    assert_eq!((state(&assignment), state(&kept)), (json!("released"), json!("active")));
    let audit = desk.items("/v1/staff/audit?limit=1000");
    let release = audit.iter().find(|entry| entry["action"] == "assignment.release").unwrap();
    assert!(release["detail"].as_str().unwrap().contains("Duty status: suspended."), "{release}");

    // The phone has heard of nothing, and its officer begins the shift.
    world.wait(HOUR);
    phone.say(assignment.parse().unwrap(), FactKind::In, world.app.now(), None);
    let facts = desk.items(&format!("/v1/staff/assignments/{assignment}/facts"));
    assert_eq!(facts.len(), 1, "the punch is taken");
    do_jobs(&world);
    let said = desk.items(&format!("/v1/staff/details/{soon}/evaluations"));
    let at_clock_in = said.iter().find(|evaluation| evaluation["stage"] == "clock_in").unwrap();
    assert_eq!(at_clock_in["findings"][0]["outcome"], "fail");
    let audit = desk.items("/v1/staff/audit?limit=1000");
    assert!(audit.iter().any(|entry| entry["action"] == "assignment.worked_though_released"));
    assert_eq!(desk.refusal("POST", &format!("/v1/staff/details/{soon}/assignments"), &order(&officer)), "conflict");
}

/// A set with one rule.
fn sole(id: &str, severity: &str, body: &str) -> String {
    let head = "name = \"Town\"\nversion = 1\neffective_from = \"2019-01-01\"\nzone = \"America/New_York\"\n";
    format!("{head}[[rule]]\nid = \"{id}\"\ntitle = \"{id}\"\nseverity = {{ {severity} }}\n{body}\n")
}

fn a_status_takes_back_what_the_rule_bars_also_after_it_has_ended(home: &Home) {
    let world = World::on(home);
    let sick = "[rule.status]\nnone_of = [\"sick\"]\nlasts_after = \"48:00\"\nreleases = true";
    let (desk, officer) = ready(&world, &sole("sick", "award = \"block\"", sick));
    fresh(&desk, "statuses", "employee_number,code,from\n");
    let site = desk.site();
    let order = |begins: i64| desk.order(&desk.detail(&site, begins, 1), &officer);
    let (during, after, later) = (order(10), order(60), order(100));
    let file = "employee_number,code,from,until\n17,sick,2019-05-15 09:00,2019-05-16\n";
    let released = fresh(&desk, "statuses", file)["released"].clone();
    let mut released: Vec<_> = released.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    released.sort_unstable();
    let mut expected = [during, after];
    expected.sort_unstable();
    assert_eq!(released, expected, "the third begins more than two days after the last day of it: {later}");
}

fn what_happened_as_long_ago_as_the_rules_look_back_counts(home: &Home) {
    let world = World::on(home);
    let ladder = |back: &str| {
        let steps = "step = [{ times = 1, lasts = { days = 30 } }, { times = 2, lasts = { days = 60 } }]";
        sole("absent", "award = \"block\"", &format!("[rule.lockout]\nevents = [\"no_show\"]\n{back}{steps}"))
    };
    let (desk, _) = ready(&world, &ladder("look_back_days = 730\n"));
    let officer = desk.items("/v1/staff/officers")[0]["id"].as_str().unwrap().to_owned();
    let happened = "employee_number,kind,at\n17,no_show,2017-09-01 18:00\n17,no_show,2019-05-10 18:00\n";
    fresh(&desk, "events", happened);
    let detail = desk.detail(&desk.site(), 30, 1);
    let until = || finding(&judgement(&desk, &detail, &officer, ""), "absent")["sentence"].as_str().unwrap().to_owned();
    assert!(until().starts_with("No details until 2019-07-09 18:00"), "the second time: {}", until());
    set_rules(&desk, &ladder("look_back_days = 365\n").replace("version = 1", "version = 2"));
    assert!(until().starts_with("No details until 2019-06-09 18:00"), "the first time in a year: {}", until());
}

fn work_for_another_agency_counts_and_the_other_agency_is_not_read(home: &Home) {
    let world = World::on(home);
    let (desk, elsewhere) = (world.agency(1), world.agency(2));
    let rules = RULES.replace("[\"on_duty\", \"detail\"]", "[\"on_duty\", \"detail\", \"other_agency\"]");
    set_rules(&desk, &rules);
    let officer = numbered(&desk, "17");
    numbered(&elsewhere, "17");
    fresh(&desk, "stints", "employee_number,starts,ends\n");
    let detail = desk.detail(&desk.site(), 2, 1);
    import(&elsewhere, "stints", "employee_number,starts,ends\n17,2019-05-14 16:00,2019-05-15 08:00\n", &json!({}));
    let other = |csv: &str| import(&desk, "stints", csv, &json!({ "feed": "other_agency", "read_at": noon() }));
    other("employee_number,starts,ends\n");
    assert_eq!(outcome(&judgement(&desk, &detail, &officer, ""), "sixteen"), "pass");
    other("employee_number,starts,ends,class\n17,2019-05-14 18:00,2019-05-15 08:00,campus\n");
    let judged = finding(&judgement(&desk, &detail, &officer, ""), "sixteen");
    assert_eq!(judged["outcome"], "fail", "{judged}");
}

fn phones_get_the_rules_and_what_is_known_of_their_own_officer(home: &Home) {
    let world = World::on(home);
    let (desk, officer) = ready(&world, RULES);
    let other = numbered(&desk, "18");
    let (phone, others) = (Phone::enrol(&desk, &officer), Phone::enrol(&desk, &other));
    fresh(&desk, "stints", &duty("17", 8, 16));
    do_jobs(&world);
    assert_eq!(records_of(&phone, RecordKind::RuleSet).len(), 1);
    let context =
        |phone: &Phone<'_>| -> Context { decode(&records_of(phone, RecordKind::PolicyContext).remove(0)).unwrap() };
    let (mine, theirs) = (context(&phone), context(&others));
    assert_eq!((mine.officer.unwrap().to_string(), mine.stints.len()), (officer.clone(), 1));
    assert_eq!((theirs.officer.unwrap().to_string(), theirs.stints.len()), (other, 0));
    assert!(mine.sources.iter().all(|source| source.covers.is_some()), "a phone knows how far it knows");

    let detail = desk.detail(&desk.site(), 10, 1);
    desk.order(&detail, &officer);
    do_jobs(&world);
    assert_eq!(context(&phone).stints.len(), 2, "what was awarded counts");
    assert_eq!(context(&others), theirs);
}

/// No towing; an insured customer; and what the detail asks for.
const ASKING: &str = r#"
name = "Town"
version = 1
effective_from = "2019-01-01"
zone = "America/New_York"

[[rule]]
id = "towing"
title = "No work for towing companies"
severity = { post = "block", award = "block" }
when = { tags = ["towing"] }
[rule.forbidden]

[[rule]]
id = "insured"
title = "The customer is insured"
severity = { post = "warn" }
[rule.documents]
needs = ["insurance"]
of = "customer"

[[rule]]
id = "trained"
title = "What the detail asks for"
severity = { award = "block" }
[rule.documents]
as_posted = true
"#;

fn what_is_said_of_a_detail_and_a_customer_reaches_the_rules(home: &Home) {
    let world = World::on(home);
    let (desk, officer) = ready(&world, ASKING);
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Gas company" } }));
    let site = desk.make("/v1/staff/sites", &json!({ "record": crate::staff::world::site(&customer) }));
    let id = desk.make("/v1/staff/details", &json!({ "record": detail(&site, 2, 1) }));
    let posted = || desk.get(&format!("/v1/staff/details/{id}/judgement"));
    assert_eq!((outcome(&posted(), "towing"), outcome(&posted(), "insured")), ("unknown".into(), "fail".into()));
    desk.run(
        "POST",
        &format!("/v1/staff/customers/{customer}/documents"),
        &json!({ "kind": "insurance", "from": "2019-01-01", "until": "2019-05-15" }),
    );
    let said = json!({ "tags": ["hotel"], "requires": ["first_aid"], "equipment": ["radio"] });
    desk.run("PUT", &format!("/v1/staff/details/{id}/facts"), &said);
    assert_eq!((outcome(&posted(), "towing"), outcome(&posted(), "insured")), ("pass".into(), "pass".into()));

    fresh(&desk, "documents", "employee_number,kind,from,until\n17,first_aid,2018-01-01,2020-01-01\n");
    let trained = || outcome(&judgement(&desk, &id, &officer, ""), "trained");
    assert_eq!(trained(), "fail", "no radio was issued");
    fresh(&desk, "documents", "employee_number,kind,from\n17,radio,2018-01-01\n");
    assert_eq!(trained(), "pass");
    world.wait(HOUR);
    desk.run("PUT", &format!("/v1/staff/details/{id}/facts"), &json!({ "tags": ["towing"] }));
    assert_eq!(posted()["blocks"], true);
    let then = desk.get(&format!("/v1/staff/details/{id}/judgement?as_of={NOON}"));
    assert_eq!(outcome(&then, "towing"), "pass", "as it was said an hour ago");
}

fn what_the_rules_forbid_to_offer_goes_on_offer_only_by_an_override(home: &Home) {
    let world = World::on(home);
    let (desk, _) = ready(&world, ASKING);
    let id = desk.make("/v1/staff/details", &json!({ "record": detail(&desk.site(), 4, 1) }));
    let facts = |tag: &str| desk.run("PUT", &format!("/v1/staff/details/{id}/facts"), &json!({ "tags": [tag] }));
    facts("towing");
    let path = format!("/v1/staff/details/{id}/posting");
    let mut draft = crate::staff::postings::draft("seniority", &["seniority"], 1);
    let (status, refused) = desk.call("POST", &path, &draft);
    assert_eq!(status, 409);
    assert!(refused["reason"].as_str().unwrap().contains("Town v1, towing"), "{refused}");
    assert_eq!(desk.get(&path)["posting"], Value::Null);
    draft["override"] = json!({ "reason": "The bridge is blocked." });
    let posted = desk.run("POST", &path, &draft);
    assert!(posted["warnings"].as_str().unwrap().contains("Town v1, insured"), "{posted}");
    let overrides = desk.items(&format!("/v1/staff/details/{id}/overrides"));
    assert_eq!((overrides.len(), &overrides[0]["rule"]), (1, &json!("Town v1, towing")));
    let evaluations = desk.items(&format!("/v1/staff/details/{id}/evaluations"));
    assert_eq!((&evaluations[0]["stage"], &evaluations[0]["outcome"]), (&json!("post"), &json!("warned")));
}

fn a_set_that_speaks_at_a_stage_which_asks_nothing_is_warned_of(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let text = ASKING.replace("{ award = \"block\" }", "{ award = \"block\", invoice = \"warn\" }");
    let checked = desk.run("POST", "/v1/staff/rule_sets", &json!({ "text": text, "preview": true }));
    let warnings = checked["warnings"].as_array().unwrap();
    assert!(warnings.len() == 1 && warnings[0].as_str().unwrap().starts_with("The rule trained has"), "{checked}");
}

fn ruled_hours_take_the_place_of_scheduled_ones(home: &Home) {
    let world = World::on(home);
    let (desk, officer) = ready(&world, RULES);
    fresh(&desk, "stints", "employee_number,starts,ends\n");
    let site = desk.site();
    let worked = desk.detail(&site, -8, 1);
    let assignment = desk.order(&worked, &officer);
    let next = desk.detail(&site, 2, 1);
    let before =
        |judged: &Value| judged["figures"].as_array().unwrap().iter().find_map(|figure| figure["before"].as_i64());
    let judged = || finding(&judgement(&desk, &next, &officer, ""), "sixteen");
    assert_eq!(before(&judged()), Some(4 * HOUR), "as scheduled, until somebody rules");
    world.wait(HOUR);
    let ruling = json!({
        "accepted": [{ "start": NOON - 8 * HOUR, "end": NOON - 2 * HOUR }], "reason": "Held over.", "ruled_by": "Coordinator",
    });
    desk.make(&format!("/v1/staff/assignments/{assignment}/rulings"), &ruling);
    assert_eq!(before(&judged()), Some(6 * HOUR));
    let then = finding(&judgement(&desk, &next, &officer, &format!("&as_of={NOON}")), "sixteen");
    assert_eq!(before(&then), Some(4 * HOUR), "with the eyes of an hour ago");
}

fn a_window_is_not_awarded_to_whom_the_rules_keep_from_it(home: &Home) {
    let world = World::on(home);
    let (desk, tired) = ready(&world, RULES);
    let rested = numbered(&desk, "18");
    fresh(&desk, "stints", "employee_number,starts,ends\n17,2019-05-14 22:00,2019-05-15 12:00\n");
    let posting = crate::staff::postings::draft("seniority", &["seniority"], 2);
    let record = detail(&desk.site(), 5, 1);
    let id = desk.make("/v1/staff/details", &json!({ "record": record, "posting": posting }));
    for (officer, place) in [(&tired, 1), (&rested, 2)] {
        let service = json!({ "service": { "seniority": place }, "groups": [] });
        desk.run("PUT", &format!("/v1/staff/officers/{officer}/service"), &service);
        assert_eq!(Phone::enrol(&desk, officer).wish(&apply(&id)).decision, Decision::Accepted);
    }
    world.wait(2 * HOUR);
    do_jobs(&world);
    let held = desk.items(&format!("/v1/staff/details/{id}/assignments"));
    assert_eq!((held.len(), &held[0]["record"]["officer"]), (1, &json!(rested)), "the senior one has worked 14 hours");
    let applications = desk.items(&format!("/v1/staff/details/{id}/applications"));
    let theirs = applications.iter().find(|it| it["record"]["officer"] == tired.as_str()).unwrap();
    let reason = theirs["record"]["reason"].as_str().unwrap();
    assert!(reason.contains("14 h") && reason.contains("16 h"), "{reason}");
}

/// Nobody works who is suspended, and nothing else.
fn barred() -> String {
    let head = "name = \"Town\"\nversion = 1\neffective_from = \"2019-01-01\"\nzone = \"America/New_York\"\n";
    format!("{head}{BARRED}")
}

/// A window by seniority for which officers 17 and 18 have applied, in this order of seniority, while there were no rules. An hour
/// later these are suspended, and a rule set says what that means.
fn applied_and_then_ruled(desk: &Desk<'_>, suspended: &[&str]) -> ([String; 2], String) {
    let (world, officers) = (desk.world, ["17", "18"].map(|number| numbered(desk, number)));
    let posting = crate::staff::postings::draft("seniority", &["seniority"], 2);
    let record = detail(&desk.site(), 5, 1);
    let id = desk.make("/v1/staff/details", &json!({ "record": record, "posting": posting }));
    for (officer, place) in officers.iter().zip(1..) {
        let service = json!({ "service": { "seniority": place }, "groups": [] });
        desk.run("PUT", &format!("/v1/staff/officers/{officer}/service"), &service);
        assert_eq!(Phone::enrol(desk, officer).wish(&apply(&id)).decision, Decision::Accepted);
    }
    world.wait(HOUR);
    let lines = suspended.iter().map(|number| format!("{number},suspended,2019-05-15,2019-05-20"));
    let csv: Vec<String> = std::iter::once("employee_number,code,from,until".to_owned()).chain(lines).collect();
    fresh(desk, "statuses", &csv.join("\n"));
    set_rules(desk, &barred());
    world.wait(HOUR);
    do_jobs(world);
    (officers, id)
}

fn rules_that_come_after_the_applications_bar_the_best_and_the_next_is_awarded(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let ([best, next], id) = applied_and_then_ruled(&desk, &["17"]);
    let held = desk.items(&format!("/v1/staff/details/{id}/assignments"));
    assert_eq!((held.len(), &held[0]["record"]["officer"]), (1, &json!(next)));
    let award = desk.items(&format!("/v1/staff/details/{id}/awards")).remove(0);
    assert_eq!(award["differences"], json!([]), "it comes out the same when it is decided again");
    let explanations = award["award"]["award"]["explanations"].as_array().unwrap();
    let why = explanations.iter().find(|one| one["officer"] == best.as_str()).unwrap();
    assert!(why["sentence"].as_str().unwrap().contains("suspended"), "{why}");
    let applications = desk.items(&format!("/v1/staff/details/{id}/applications"));
    let theirs = applications.iter().find(|it| it["record"]["officer"] == best.as_str()).unwrap();
    assert_eq!((&theirs["record"]["state"], &theirs["record"]["reason"]), (&json!("not_awarded"), &why["sentence"]));
}

fn a_window_that_the_rules_close_to_everybody_ends_without_award_and_the_coordinator_is_told(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let coordinator = json!({ "record": { "name": "Desk", "roles": ["coordinator"] } });
    let contact = desk.make("/v1/staff/contacts", &coordinator);
    let (officers, id) = applied_and_then_ruled(&desk, &["17", "18"]);
    assert!(desk.items(&format!("/v1/staff/details/{id}/assignments")).is_empty());
    assert_eq!(desk.get(&format!("/v1/staff/details/{id}/posting"))["stage"], "short");
    let applications = desk.items(&format!("/v1/staff/details/{id}/applications"));
    assert!(applications.iter().all(|it| it["record"]["state"] == "not_awarded"), "{applications:?}");
    assert_eq!(applications.len(), officers.len());
    let told = desk.items("/v1/staff/notices");
    let told: Vec<_> = told.iter().filter(|it| it["event"] == "window_thin").collect();
    assert!(told.iter().all(|it| it["party"]["id"] == contact.as_str()) && told.len() == 1, "{told:?}");
    assert!(told[0]["text"].as_str().unwrap().contains("1 of 1 places went to nobody"), "{told:?}");
    assert!(desk.items("/v1/staff/jobs?state=parked").is_empty());
}

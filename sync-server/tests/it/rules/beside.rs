//! Windows whose winners stand against each other by a rule, and windows that cannot be awarded at all.

use detailbook_core::wire::{Decision, Wish};
use detailbook_server::jobs::run_due;
use detailbook_server::store::postings;
use serde_json::{Value, json};

use super::scene::{do_jobs, fresh, numbered, set_rules};
use crate::staff::phone::Phone;
use crate::staff::postings::draft;
use crate::staff::world::{Desk, HOUR, World, detail};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    of_two_captains_who_may_not_work_together_one_is_awarded_and_the_next_rank_comes_beside,
    a_place_that_only_a_second_captain_wanted_stays_empty_and_the_coordinator_is_told_why,
    a_window_that_cannot_be_awarded_is_told_to_the_coordinator,
);

/// No captain works beside another.
const CAPTAINS: &str = r#"
name = "Town"
version = 1
effective_from = "2019-01-01"
zone = "America/New_York"
ranks = ["PO", "CPT"]

[[rule]]
id = "captains"
title = "No captain works beside another"
severity = { award = "block" }
[rule.command]
beside_same_rank = ["CPT"]
"#;

/// A detail with two places whose window closes two hours after noon, and officers of these ranks by seniority who applied.
fn applied(desk: &Desk<'_>, ranks: &[&str]) -> (Vec<String>, String) {
    let posting = draft("seniority", &["seniority"], 2);
    let record = detail(&desk.site(), 5, 2);
    let id = desk.make("/v1/staff/details", &json!({ "record": record, "posting": posting }));
    let wish = Wish::Apply { detail: id.parse().unwrap(), position: None, read: None };
    let apply = |(place, rank): (usize, &&str)| {
        let officer = numbered(desk, &format!("{}", 17 + place));
        promote(desk, &officer, rank);
        let service = json!({ "service": { "seniority": place + 1 }, "groups": [] });
        desk.run("PUT", &format!("/v1/staff/officers/{officer}/service"), &service);
        assert_eq!(Phone::enrol(desk, &officer).wish(&wish).decision, Decision::Accepted);
        officer
    };
    let officers = ranks.iter().enumerate().map(apply).collect();
    // Nobody's rank is relied on before the personnel record was read.
    fresh(desk, "statuses", "employee_number,code,from\n");
    (officers, id)
}

pub(super) fn promote(desk: &Desk<'_>, officer: &str, rank: &str) {
    let path = format!("/v1/staff/officers/{officer}");
    let known = desk.get(&path);
    let mut record = known["record"].clone();
    record["rank"] = json!(rank);
    record.as_object_mut().unwrap().remove("id");
    desk.run("PUT", &path, &json!({ "version": known["version"], "record": record }));
}

fn holders(desk: &Desk<'_>, detail: &str) -> Vec<String> {
    let held = desk.items(&format!("/v1/staff/details/{detail}/assignments"));
    let mut officers: Vec<_> = held.iter().map(|it| it["record"]["officer"].as_str().unwrap().to_owned()).collect();
    officers.sort_unstable();
    officers
}

fn explanation<'a>(award: &'a Value, officer: &str) -> &'a Value {
    let all = award["award"]["award"]["explanations"].as_array().unwrap();
    all.iter().find(|one| one["officer"] == officer).unwrap_or_else(|| panic!("{award}"))
}

/// What staff was told of a window that was not awarded whole.
fn told_short(desk: &Desk<'_>) -> Vec<String> {
    let told = desk.items("/v1/staff/notices");
    let short = told.iter().filter(|it| it["event"] == "window_thin" && it["channel"] == "in_app");
    short.filter(|it| it["party"]["kind"] == "staff").map(|it| it["text"].as_str().unwrap().to_owned()).collect()
}

fn of_two_captains_who_may_not_work_together_one_is_awarded_and_the_next_rank_comes_beside(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    set_rules(&desk, CAPTAINS);
    let (officers, id) = applied(&desk, &["CPT", "CPT", "PO"]);
    world.wait(2 * HOUR);
    do_jobs(&world);
    let mut expected = [officers[0].clone(), officers[2].clone()];
    expected.sort_unstable();
    assert_eq!(holders(&desk, &id), expected, "the senior captain, and the officer who is none");
    assert_eq!(desk.get(&format!("/v1/staff/details/{id}/posting"))["stage"], "staffed");
    let award = desk.items(&format!("/v1/staff/details/{id}/awards")).remove(0);
    assert_eq!(award["differences"], json!([]), "it comes out the same when it is decided again");
    let why = explanation(&award, &officers[1]);
    for named in [r#""rule":"captains""#, "Another CPT is on this detail."] {
        assert!(why.to_string().contains(named), "the explanation names the rule: {why}");
    }
    let bars = award["award"]["case"]["applicants"].as_array().unwrap().iter();
    let barred: Vec<_> = bars.filter(|it| !it["bars"].as_array().unwrap().is_empty()).collect();
    assert_eq!((barred.len(), &barred[0]["officer"]), (1, &json!(officers[1])));
    assert_eq!(barred[0]["bars"][0]["rule"], "captains");
    let applications = desk.items(&format!("/v1/staff/details/{id}/applications"));
    let theirs = applications.iter().find(|it| it["record"]["officer"] == officers[1].as_str()).unwrap();
    assert_eq!((&theirs["record"]["state"], &theirs["record"]["reason"]), (&json!("not_awarded"), &why["sentence"]));
}

fn a_place_that_only_a_second_captain_wanted_stays_empty_and_the_coordinator_is_told_why(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    desk.make("/v1/staff/contacts", &json!({ "record": { "roles": ["coordinator"] } }));
    set_rules(&desk, CAPTAINS);
    let (officers, id) = applied(&desk, &["CPT", "CPT"]);
    world.wait(2 * HOUR);
    do_jobs(&world);
    assert_eq!(holders(&desk, &id), [officers[0].clone()]);
    assert_eq!(desk.get(&format!("/v1/staff/details/{id}/posting"))["stage"], "short");
    let told = told_short(&desk);
    assert!(told.iter().any(|text| text.contains("1 of 2 places went to nobody")), "{told:?}");
    assert!(desk.items("/v1/staff/jobs?state=parked").is_empty());
}

fn a_window_that_cannot_be_awarded_is_told_to_the_coordinator(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    desk.make("/v1/staff/contacts", &json!({ "record": { "roles": ["coordinator"] } }));
    let (_, id) = applied(&desk, &["PO"]);
    // No award can be decided from a window that closes before it opens.
    let detail = id.parse().unwrap();
    let spoil = world.write(desk.agency, move |sql, by| {
        let mut posted = postings::find(sql, by.agency, detail)?.unwrap();
        posted.posting.window.opens = posted.posting.window.closes + detailbook_core::time::Millis(1);
        Ok(postings::put(sql, by.agency, &posted)?)
    });
    spoil.unwrap();
    world.wait(2 * HOUR);
    assert_eq!(run_due(&world.app, world.app.now()).unwrap().parked, 1);
    assert_eq!(holders(&desk, &id), Vec::<String>::new());
    let told = told_short(&desk);
    let said = told.iter().filter(|text| text.contains("could not be awarded")).collect::<Vec<_>>();
    assert!(said.len() == 1 && said[0].contains("the window closes before it opens"), "{told:?}");
}

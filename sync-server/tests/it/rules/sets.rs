//! Rule sets over time.

use serde_json::{Value, json};

use super::scene::{RULES, fresh, judgement, numbered, outcome, set_rules};
use crate::staff::world::{HOUR, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_rule_changed_in_the_middle_of_a_period_holds_from_its_day_and_only_once_it_is_known,
    versions_are_only_added_and_two_sets_never_share_a_day,
    everything_wrong_with_a_set_is_told_with_its_line_and_nothing_is_set,
    without_rules_nothing_stands_in_the_way,
);

fn a_rule_changed_in_the_middle_of_a_period_holds_from_its_day_and_only_once_it_is_known(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    set_rules(&desk, RULES);
    let officer = numbered(&desk, "17");
    fresh(&desk, "stints", "employee_number,starts,ends\n");
    let site = desk.site();
    let (today, tomorrow) = (desk.detail(&site, 2, 1), desk.detail(&site, 26, 1));
    let says = |detail: &str, more: &str| outcome(&judgement(&desk, detail, &officer, more), "sixteen");
    assert_eq!((says(&today, ""), says(&tomorrow, "")), ("pass".into(), "pass".into()));
    world.wait(HOUR);
    let stricter =
        RULES.replace("version = 1", "version = 2").replace("2019-01-01", "2019-05-16").replace("16:00", "3:00");
    set_rules(&desk, &stricter);
    assert_eq!((says(&today, ""), says(&tomorrow, "")), ("pass".into(), "fail".into()), "from its first day on");
    assert_eq!(says(&tomorrow, &format!("&as_of={NOON}")), "pass", "an hour ago nobody knew");
    let sets = desk.items("/v1/staff/rule_sets");
    assert_eq!(sets.iter().map(|set| set["stands"].clone()).collect::<Vec<_>>(), [json!(true), json!(true)]);
}

fn versions_are_only_added_and_two_sets_never_share_a_day(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let refusal = |text: &str| desk.refusal("POST", "/v1/staff/rule_sets", &json!({ "text": text }));
    assert_eq!(refusal(&RULES.replace("version = 1", "version = 2")), "conflict", "the first is 1");
    set_rules(&desk, RULES);
    assert_eq!(refusal(RULES), "conflict");
    let other = RULES.replace("\"Town\"", "\"City\"").replace("2019-01-01", "2020-01-01");
    assert_eq!(refusal(&other), "conflict", "Town has no end");
    let ended =
        RULES.replace("version = 1", "version = 2").replace("zone =", "effective_until = \"2019-12-31\"\nzone =");
    set_rules(&desk, &ended);
    set_rules(&desk, &other);
    assert_eq!(desk.items("/v1/staff/rule_sets").len(), 3);
}

fn everything_wrong_with_a_set_is_told_with_its_line_and_nothing_is_set(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let wrong = RULES
        .replace("limit = \"16:00\"", "limit = \"a lot\"")
        .replace("counts = [\"on_duty\"]", "counts = [\"dreams\"]");
    let (status, told) = desk.call("POST", "/v1/staff/rule_sets", &json!({ "text": wrong }));
    let lines: Vec<_> =
        told["faults"].as_array().unwrap().iter().map(|fault| fault["line"].as_u64().unwrap()).collect();
    assert_eq!((status, lines), (422, vec![15, 22]), "{told}");
    let checked = desk.run("POST", "/v1/staff/rule_sets", &json!({ "text": RULES, "preview": true }));
    assert_eq!((&checked["written"], &checked["set"]), (&json!(false), &json!("Town v1")));
    assert_eq!(desk.items("/v1/staff/rule_sets"), Vec::<Value>::new());
}

fn without_rules_nothing_stands_in_the_way(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let detail = desk.detail(&desk.site(), 2, 1);
    assert_eq!(
        judgement(&desk, &detail, &officer, ""),
        json!({ "blocks": false, "needs_approval": false, "findings": [] })
    );
    desk.order(&detail, &officer);
    assert!(desk.items(&format!("/v1/staff/details/{detail}/evaluations")).is_empty());
}

//! Reminders of what is to come.

use detailbook_core::wire::Wish;
use serde_json::{Value, json};

use super::crew::Crew;
use crate::staff::postings::draft;
use crate::staff::world::{HOUR, World, detail};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    an_officer_is_reminded_a_day_and_two_hours_before,
    changed_post_orders_are_to_be_acknowledged_again,
    an_award_that_nobody_acknowledges_is_told_to_the_coordinator_and_the_next_in_the_list,
    a_window_that_closes_with_too_few_applicants_is_told_in_time,
);

/// What the officer was told, without the award itself.
fn reminders(crew: &Crew<'_>, officer: usize) -> Vec<String> {
    let told = crew.told(&crew.officers[officer]);
    told.into_iter().filter(|event| event.ends_with("_before")).collect()
}

fn an_officer_is_reminded_a_day_and_two_hours_before(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 48);
    crew.pass(23 * HOUR - 1);
    assert_eq!(reminders(&crew, 0), Vec::<String>::new());
    crew.pass(1);
    assert_eq!(reminders(&crew, 0), ["day_before"]);
    crew.pass(22 * HOUR);
    assert_eq!(reminders(&crew, 0), ["day_before", "hours_before"]);
    crew.pass(HOUR);
    assert_eq!((reminders(&crew, 0).len(), reminders(&crew, 1).len()), (2, 0));
}

fn changed_post_orders_are_to_be_acknowledged_again(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 1, 48);
    let (_, assignment) = crew.holder();
    crew.accepted(0, &Wish::Acknowledge { assignment });
    let path = format!("/v1/staff/details/{}", crew.detail);
    let mut record = detail(&crew.site, 48, 1);
    let stored = crew.desk.get(&path);
    record["positions"][0]["id"] = stored["record"]["positions"][0]["id"].clone();
    record["post_orders"] = json!("Stand at the other gate.");
    crew.desk.run("PUT", &path, &json!({ "version": stored["version"], "record": record }));
    let held = crew.desk.get(&format!("/v1/staff/assignments/{assignment}"));
    assert_eq!(held["record"]["acknowledged"], Value::Null);
    assert!(crew.told(&crew.officers[0]).contains(&"orders_changed".to_owned()));
}

fn an_award_that_nobody_acknowledges_is_told_to_the_coordinator_and_the_next_in_the_list(home: &Home) {
    let world = World::on(home);
    let crew = Crew::idle(&world, 2, 48);
    let mut posting = draft("seniority", &["seniority"], 1);
    posting["acknowledge_within"] = json!(HOUR);
    let body = json!({ "record": detail(&crew.site, 48, 1), "posting": posting });
    let crew = Crew { detail: crew.desk.make("/v1/staff/details", &body), ..crew };
    for number in [0, 1] {
        crew.accepted(number, &Wish::Apply { detail: crew.detail_id(), position: None, read: None });
    }
    crew.pass(HOUR);
    assert_eq!(crew.coordinator_told(), Vec::<String>::new());
    crew.pass(HOUR);
    let last = |told: Vec<String>| told.last().cloned().unwrap();
    assert_eq!(crew.coordinator_told(), ["award_unacknowledged"]);
    assert_eq!(last(crew.told(&crew.officers[0])), "award_unacknowledged");
    assert_eq!(last(crew.told(&crew.officers[1])), "award_unacknowledged");
}

fn a_window_that_closes_with_too_few_applicants_is_told_in_time(home: &Home) {
    let world = World::on(home);
    let crew = Crew::idle(&world, 2, 48);
    let body = json!({ "record": detail(&crew.site, 48, 2), "posting": draft("seniority", &["seniority"], 10) });
    let crew = Crew { detail: crew.desk.make("/v1/staff/details", &body), ..crew };
    crew.accepted(0, &Wish::Apply { detail: crew.detail_id(), position: None, read: None });
    crew.pass(8 * HOUR);
    assert_eq!(crew.coordinator_told(), ["window_thin"]);
    let thin = |officer: usize| crew.told(&crew.officers[officer]).iter().filter(|it| *it == "window_thin").count();
    assert_eq!((thin(0), thin(1)), (0, 1), "who has applied is not asked again");
}

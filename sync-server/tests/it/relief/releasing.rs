//! Officers whom the agency takes a place from.

use detailbook_core::wire::Wish;
use serde_json::{Value, json};

use super::crew::Crew;
use crate::rules::scene::import;
use crate::staff::world::{HOUR, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    who_is_released_from_a_posted_detail_is_relieved_and_everybody_hears_of_it,
    a_place_is_left_empty_where_the_coordinator_says_so_or_the_detail_has_begun,
    a_place_whose_window_is_open_is_on_offer_again_by_itself,
    who_is_suspended_is_relieved_and_staff_are_told_who_and_where_and_the_customer_no_reason,
    who_is_suspended_on_post_is_told_to_staff_and_to_nobody_else,
    a_detail_that_is_cancelled_is_charged_to_nobody,
);

fn release(crew: &Crew<'_>, assignment: &str, body: &Value) {
    crew.desk.run("POST", &format!("/v1/staff/assignments/{assignment}/release"), body);
}

fn search(crew: &Crew<'_>, assignment: &str) -> Value {
    crew.desk.get(&format!("/v1/staff/assignments/{assignment}/relief"))["search"]["state"].clone()
}

fn who_is_released_from_a_posted_detail_is_relieved_and_everybody_hears_of_it(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    let (_, held) = crew.holder();
    release(&crew, &held.to_string(), &json!({ "reason": "Needed in court." }));
    crew.work();
    assert_eq!(search(&crew, &held.to_string()), "searching");
    let what = "Released: Road work, 2019-05-19 12:00";
    assert_eq!(crew.words(&crew.officers[0], "released"), [format!("{what} | You were released: Needed in court.")]);
    let staff = "Officer 1 was released: Road work, 2019-05-19 12:00. Needed in court. Somebody else is looked for.";
    assert_eq!(crew.words(&crew.staff[0], "released"), [format!("{what} | {staff}")]);
    let customer = "An officer will not come: Road work, 2019-05-19 12:00. Somebody else is looked for.";
    assert_eq!(crew.words(&crew.customer(), "released"), [format!("{what} | {customer}")]);
    assert_eq!(crew.ledger(0), [("awarded".to_owned(), 240), ("given_up".to_owned(), -240)]);
    crew.come(1, held);
    assert_eq!(crew.holder().0, 1);
    assert_eq!(crew.told_of(&crew.customer()), ["released", "replacement_found"]);
}

fn a_place_is_left_empty_where_the_coordinator_says_so_or_the_detail_has_begun(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    release(&crew, &held.to_string(), &json!({ "reason": "One is enough.", "relieve": false }));
    assert_eq!(search(&crew, &held.to_string()), Value::Null);
    let order = json!({ "officer": crew.officers[1], "origin": "ordered", "reason": "After all." });
    let held = crew.desk.make(&format!("/v1/staff/details/{}/assignments", crew.detail), &order);
    crew.pass(4 * HOUR);
    release(&crew, &held, &json!({ "reason": "The work is done." }));
    assert_eq!(search(&crew, &held), Value::Null);
    crew.pass(4 * HOUR);
    let over = json!({ "reason": "Late.", "relieve": true });
    let unposted = crew.desk.detail(&crew.site, -20, 1);
    let gone = crew.desk.order(&unposted, &crew.officers[0]);
    let path = format!("/v1/staff/assignments/{gone}/release");
    assert_eq!(crew.desk.refusal("POST", &path, &over), "invalid", "nobody comes to what is over");
}

fn a_place_whose_window_is_open_is_on_offer_again_by_itself(home: &Home) {
    let world = World::on(home);
    let crew = Crew::idle(&world, 2, 100);
    let both = json!({ "record": crate::staff::world::detail(&crew.site, 100, 2),
        "posting": crate::staff::postings::draft("seniority", &["seniority"], 1) });
    let crew = Crew { detail: crew.desk.make("/v1/staff/details", &both), ..crew };
    let held = crew.desk.order(&crew.detail, &crew.officers[0]);
    release(&crew, &held, &json!({ "reason": "A slip." }));
    assert_eq!(search(&crew, &held), Value::Null);
    let staff = crew.words(&crew.staff[0], "released");
    assert!(staff[0].ends_with("A slip. The place is on offer again."), "{staff:?}");
    crew.accepted(1, &Wish::Apply { detail: crew.detail_id(), position: None, read: None });
    crew.pass(HOUR);
    assert_eq!(crew.holder().0, 1);
}

fn who_is_suspended_is_relieved_and_staff_are_told_who_and_where_and_the_customer_no_reason(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    let path = format!("/v1/staff/officers/{}", crew.officers[0]);
    let record = json!({ "name": "Officer 1", "rank": "PO", "employee_number": "17" });
    crew.desk.run("PUT", &path, &json!({ "version": crew.desk.version(&path), "record": record }));
    let (_, held) = crew.holder();
    let file = "employee_number,code,from\n17,suspended,2019-05-15\n";
    import(&crew.desk, "statuses", file, &json!({}));
    crew.work();
    assert_eq!(search(&crew, &held.to_string()), "searching");
    assert_eq!(crew.told(&crew.officers[1]), ["called_off"], "the backup is asked");
    let staff = "Released: Road work, 2019-05-19 12:00 | Officer 1 (17) was released: Road work, 2019-05-19 12:00. Duty status: \
                 suspended. Somebody else is looked for.";
    for party in &crew.staff {
        assert_eq!(crew.words(party, "locked_out"), [staff]);
    }
    let officer = crew.words(&crew.officers[0], "locked_out");
    assert!(officer[0].contains("Your duty status is suspended. You are released from Road work"), "{officer:?}");
    let customer = crew.words(&crew.customer(), "locked_out");
    assert!(customer[0].contains("An officer will not come") && !customer[0].contains("suspended"), "{customer:?}");
    assert_eq!(crew.ledger(0).last(), Some(&("given_up".to_owned(), -240)));
}

fn a_detail_that_is_cancelled_is_charged_to_nobody(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 1, 100);
    let path = format!("/v1/staff/details/{}", crew.detail);
    crew.desk.run(
        "POST",
        &format!("{path}/cancel"),
        &json!({ "version": crew.desk.version(&path), "reason": "Rain." }),
    );
    assert_eq!(crew.ledger(0), [("awarded".to_owned(), 240), ("given_up".to_owned(), -240)]);
}

fn who_is_suspended_on_post_is_told_to_staff_and_to_nobody_else(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let path = format!("/v1/staff/officers/{}", crew.officers[0]);
    let record = json!({ "name": "Officer 1", "rank": "PO", "employee_number": "17" });
    crew.desk.run("PUT", &path, &json!({ "version": crew.desk.version(&path), "record": record }));
    crew.pass(3 * HOUR);
    import(&crew.desk, "statuses", "employee_number,code,from\n17,suspended,2019-05-15 10:00\n", &json!({}));
    let told = |party: &str| crew.words(party, "locked_out");
    for staff in &crew.staff {
        let told = told(staff);
        assert!(told.len() == 1 && told[0].contains("Officer 1 (17) is on a shift that runs"), "{told:?}");
    }
    let others = [&crew.officers[0], &crew.officers[1], &crew.customer()];
    assert!(others.into_iter().all(|party| told(party).is_empty()));
    assert_eq!(crew.holder().0, 0);
}

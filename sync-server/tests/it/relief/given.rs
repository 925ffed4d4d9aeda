//! Officers who are given a place: each is charged and told once, however it came about.

use detailbook_core::ids::{AssignmentId, TradeId};
use detailbook_core::notices::EventKind;
use detailbook_core::records::{Notice, RecordKind};
use detailbook_core::staffing::Trade;
use detailbook_core::wire::Wish;
use serde_json::{Value, json};

use super::crew::{Crew, records};
use crate::notices::reach;
use crate::staff::postings::draft;
use crate::staff::world::{HOUR, NOON, World, detail};
use crate::store::home::Home;
use crate::store::on_both_engines;

const MINUTE: i64 = 60_000;

on_both_engines!(
    an_order_for_tonight_is_sent_at_once_and_one_for_next_week_after_the_night,
    who_does_not_acknowledge_an_order_for_tonight_is_told_on_before_half_the_time_is_gone,
    that_an_order_for_tonight_was_not_acknowledged_waits_for_no_quiet_hours_to_end,
    what_is_awarded_by_hand_counts_as_hours_of_the_next_window,
    who_comes_instead_is_told_and_charged_once_and_has_seen_it,
    everybody_in_a_trade_hears_of_each_step_of_the_others,
    whether_the_new_time_of_a_detail_was_acknowledged_is_looked_after,
    a_detail_that_is_over_is_charged_and_told_to_nobody,
);

/// When what left the server for an officer about an award goes out.
fn sent(crew: &Crew<'_>, officer: usize) -> Vec<i64> {
    sent_of(crew, officer, "awarded")
}

fn sent_of(crew: &Crew<'_>, officer: usize, event: &str) -> Vec<i64> {
    let all = crew.desk.items("/v1/staff/notices?limit=1000");
    let push = |it: &&Value| it["channel"] == "push" && it["event"] == event;
    let mine = all.iter().filter(push).filter(|it| it["party"]["id"] == crew.officers[officer]);
    mine.map(|it| it["due"].as_i64().unwrap()).collect()
}

fn awarded(crew: &Crew<'_>, officer: usize) -> Vec<Notice> {
    let all = records::<Notice>(&crew.phones[officer], RecordKind::Notice).into_values();
    all.filter(|notice| notice.event == EventKind::Awarded).collect()
}

fn an_order_for_tonight_is_sent_at_once_and_one_for_next_week_after_the_night(home: &Home) {
    let world = World::on(home);
    let crew = Crew::idle(&world, 1, 100);
    // It is 8:00 in New York; this officer sleeps until 9:30.
    reach(&crew.desk, &crew.officers[0], &json!({ "quiet": { "from": 420, "to": 570 } }));
    crew.desk.order(&crew.desk.detail(&crew.site, 160, 1), &crew.officers[0]);
    assert_eq!(sent(&crew, 0), [NOON + 90 * MINUTE]);
    crew.desk.order(&crew.desk.detail(&crew.site, 2, 1), &crew.officers[0]);
    let mut due = sent(&crew, 0);
    due.sort_unstable();
    assert_eq!(due, [NOON, NOON + 90 * MINUTE]);
    let titles: Vec<_> = awarded(&crew, 0).into_iter().map(|notice| notice.title).collect();
    assert!(titles.iter().all(|title| title.starts_with("Ordered in: Road work, ")), "{titles:?}");
}

fn who_does_not_acknowledge_an_order_for_tonight_is_told_on_before_half_the_time_is_gone(home: &Home) {
    let world = World::on(home);
    let crew = Crew::idle(&world, 2, 100);
    let [first, second] = [2, 3].map(|begins| crew.desk.detail(&crew.site, begins, 1));
    crew.desk.order(&first, &crew.officers[0]);
    let notice = awarded(&crew, 0).remove(0);
    assert_eq!(notice.acknowledge_by.unwrap().as_millis(), NOON + HOUR, "an hour before it begins");
    crew.desk.order(&second, &crew.officers[1]);
    crew.desk.run("POST", &format!("/v1/staff/notices/{}/acknowledge", awarded(&crew, 1)[0].id), &Value::Null);
    crew.pass(HOUR);
    assert_eq!(crew.coordinator_told(), ["award_unacknowledged"]);
    crew.pass(HOUR / 2);
    assert_eq!(crew.coordinator_told(), ["award_unacknowledged"], "who said so on the telephone knows of it");
}

fn that_an_order_for_tonight_was_not_acknowledged_waits_for_no_quiet_hours_to_end(home: &Home) {
    let world = World::on(home);
    let crew = Crew::idle(&world, 1, 100);
    reach(&crew.desk, &crew.officers[0], &json!({ "quiet": { "from": 420, "to": 570 } }));
    crew.desk.order(&crew.desk.detail(&crew.site, 2, 1), &crew.officers[0]);
    crew.pass(HOUR);
    assert_eq!(sent_of(&crew, 0, "award_unacknowledged"), [NOON + HOUR]);
}

fn what_is_awarded_by_hand_counts_as_hours_of_the_next_window(home: &Home) {
    let world = World::on(home);
    let crew = Crew::idle(&world, 2, 100);
    for (begins, origin) in [(20, "applied"), (30, "standing")] {
        let id = crew.desk.detail(&crew.site, begins, 1);
        if origin == "applied" {
            crew.accepted(0, &Wish::Apply { detail: id.parse().unwrap(), position: None, read: None });
        }
        let body = json!({ "officer": crew.officers[0], "origin": origin, "reason": "Chosen at the desk." });
        crew.desk.make(&format!("/v1/staff/details/{id}/assignments"), &body);
    }
    assert_eq!(crew.ledger(0), [("awarded".to_owned(), 240), ("awarded".to_owned(), 240)]);
    assert_eq!(awarded(&crew, 0).len(), 2);
    let posting = draft("least hours", &["charged", "seniority"], 1);
    let body = json!({ "record": detail(&crew.site, 50, 1), "posting": posting });
    let crew = Crew { detail: crew.desk.make("/v1/staff/details", &body), ..crew };
    for officer in [0, 1] {
        crew.accepted(officer, &Wish::Apply { detail: crew.detail_id(), position: None, read: None });
    }
    crew.pass(HOUR);
    assert_eq!(crew.holder().0, 1, "the senior officer has eight hours more");
}

fn who_comes_instead_is_told_and_charged_once_and_has_seen_it(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    let (_, gone) = crew.holder();
    crew.call_off(0, gone);
    crew.work();
    crew.come(1, gone);
    let charged = crew.ledger(1).into_iter().filter(|(kind, _)| kind == "awarded").collect::<Vec<_>>();
    assert_eq!(charged, [("awarded".to_owned(), 240)]);
    let told = awarded(&crew, 1);
    assert_eq!((told.len(), told[0].title.as_str()), (1, "Taken over: Road work, 2019-05-19 12:00"));
    assert_eq!(told[0].acknowledged, Some(world.app.now()));
    crew.pass(3 * HOUR);
    assert_eq!(
        crew.told_of(&crew.staff[0]),
        ["called_off", "replacement_found"],
        "nobody waits for an acknowledgement"
    );
}

fn everybody_in_a_trade_hears_of_each_step_of_the_others(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    let (_, assignment): (_, AssignmentId) = crew.holder();
    let moved = |officer: usize| crew.words(&crew.officers[officer], "trade_moved");
    crew.accepted(0, &Wish::OfferTrade { assignment, to: crew.officers[1].parse().unwrap() });
    assert_eq!((moved(0).len(), moved(1).len()), (0, 1), "the colleague is asked");
    assert!(moved(1)[0].contains("From Officer 1 to Officer 2: Road work"), "{:?}", moved(1));
    let trade = records::<Trade>(&crew.phones[1], RecordKind::Trade).into_keys().next().unwrap();
    let trade = TradeId::from_bytes(*trade.as_bytes());
    crew.accepted(1, &Wish::AnswerTrade { trade, takes: true });
    assert_eq!((moved(0).len(), crew.coordinator_told()), (1, vec!["trade_waits".to_owned()]));
    crew.desk.run("POST", &format!("/v1/staff/trades/{trade}/agree"), &json!(null));
    assert_eq!(moved(0).len(), 2);
    assert!(moved(0).iter().any(|words| words.ends_with("The agency agreed.")), "{:?}", moved(0));
    let told = awarded(&crew, 1);
    assert!(told.iter().any(|notice| notice.title.starts_with("Taken over: ") && notice.acknowledge_by.is_some()));
    assert_eq!(crew.ledger(1), [("awarded".to_owned(), 240)]);
}

fn a_detail_that_is_over_is_charged_and_told_to_nobody(home: &Home) {
    let world = World::on(home);
    let crew = Crew::idle(&world, 1, 100);
    crew.desk.order(&crew.desk.detail(&crew.site, -8, 1), &crew.officers[0]);
    assert_eq!(crew.ledger(0), [("ordered_in".to_owned(), 240)]);
    assert_eq!(awarded(&crew, 0), []);
}

/// Moves the crew's detail.
fn move_to(crew: &Crew<'_>, begins: i64) {
    let path = format!("/v1/staff/details/{}", crew.detail);
    let stored = crew.desk.get(&path);
    let mut record = detail(&crew.site, begins, 1);
    record["positions"][0]["id"] = stored["record"]["positions"][0]["id"].clone();
    crew.desk.run("PUT", &path, &json!({ "version": stored["version"], "record": record }));
}

fn whether_the_new_time_of_a_detail_was_acknowledged_is_looked_after(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    let (_, held) = crew.holder();
    crew.pass(3 * HOUR);
    let told_on = || crew.coordinator_told().iter().filter(|event| *event == "award_unacknowledged").count();
    move_to(&crew, 90);
    crew.pass(2 * HOUR - MINUTE);
    assert_eq!(told_on(), 0, "not before the time for it is over");
    crew.pass(MINUTE);
    assert_eq!(told_on(), 1);
    assert!(crew.words(&crew.officers[0], "award_unacknowledged")[0].contains("The new time"));
    move_to(&crew, 80);
    crew.accepted(0, &Wish::Acknowledge { assignment: held });
    crew.pass(3 * HOUR);
    assert_eq!(told_on(), 1, "what was acknowledged is told to nobody");
    move_to(&crew, 70);
    crew.pass(3 * HOUR);
    assert_eq!(told_on(), 2, "each change anew");
}

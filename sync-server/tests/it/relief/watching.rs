//! Officers who have not come: late, no contact, no-show, and who came after all.

use detailbook_core::geo::{Fix, Provider};
use detailbook_core::ids::AssignmentId;
use detailbook_core::shift::FactKind;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{SyncRequest, Wish};
use serde_json::{Value, json};

use super::calling_off::conduct;
use super::crew::Crew;
use crate::staff::phone::Phone;
use crate::staff::world::{HOUR, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

const MINUTE: i64 = 60_000;

on_both_engines!(
    people_are_told_once_each_as_an_officer_stays_away,
    a_phone_that_is_not_heard_of_is_no_contact_and_no_no_show,
    a_tablet_at_home_shows_no_no_show_of_whoever_works_with_the_phone,
    a_phone_at_home_shows_no_no_show_of_whoever_works_with_the_tablet,
    a_clock_in_that_comes_late_takes_the_no_show_back,
    a_clock_in_of_another_time_ends_no_watch_and_no_call_off,
    an_officer_who_is_released_after_a_no_show_was_confirmed_keeps_what_it_costs,
    an_officer_who_is_released_before_a_no_show_is_confirmed_is_charged_the_same,
    a_clock_in_that_shows_little_is_put_before_the_coordinator,
    a_clock_in_far_away_or_of_the_next_day_takes_nothing_back,
    where_a_pin_only_stands_in_for_a_place_nobody_is_far_from_it,
    whoever_was_told_of_a_no_show_is_told_that_it_was_none,
    a_no_show_is_confirmed_or_denied_by_a_person_and_once,
    where_the_agency_says_so_nobody_waits_for_a_person_to_confirm,
    whoever_comes_is_watched_no_longer,
    a_detail_that_moves_moves_its_watch,
    who_does_not_clock_out_is_told_and_later_the_coordinator_and_of_the_ruling_the_officer,
    what_is_under_way_or_over_is_neither_moved_nor_cancelled,
    what_was_worked_by_an_officer_who_was_released_is_not_cancelled_either,
    a_place_that_is_taken_off_is_looked_for_no_longer_and_no_customer_hears_of_it,
    today_shows_who_is_where_page_by_page,
);

fn heard(crew: &Crew<'_>, officer: usize) {
    crew.phones[officer].sync(SyncRequest::default());
}

fn line(crew: &Crew<'_>) -> Value {
    crew.desk.items("/v1/staff/today").remove(0)
}

/// A good fix on the meridian of the site, which lies at 42.36 degrees north.
fn fix(latitude_e7: i32) -> Fix {
    let (longitude_e7, accuracy_dm) = (-710_500_000, Some(80));
    Fix { latitude_e7, longitude_e7, accuracy_dm, age_ms: 1_000, provider: Provider::Gps, mock: false }
}

/// An agency whose officer's shift begins now.
fn begun(world: &World) -> (Crew<'_>, AssignmentId) {
    let crew = Crew::awarded(world, 2, 4);
    let (_, held) = crew.holder();
    crew.pass(3 * HOUR);
    (crew, held)
}

fn people_are_told_once_each_as_an_officer_stays_away(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    assert_eq!(line(&crew)["presence"], "due");
    crew.pass(5 * MINUTE);
    assert_eq!(line(&crew)["presence"], "late");
    crew.pass(10 * MINUTE);
    assert_eq!(line(&crew)["presence"], "no_contact");
    crew.pass(2 * MINUTE);
    heard(&crew, 0);
    crew.pass(3 * MINUTE);
    let shown = line(&crew);
    assert_eq!((&shown["presence"], &shown["no_show"]), (&json!("no_show"), &json!("looks")));
    assert_eq!(
        (&shown["last_heard"], &shown["since"]),
        (&json!(NOON + 4 * HOUR + 17 * MINUTE), &json!(NOON + 4 * HOUR + 15 * MINUTE))
    );
    let officer = crew.told(&crew.officers[0]);
    assert!(officer.ends_with(&["no_clock_in".into(), "no_clock_in_5".into(), "no_clock_in_15".into()]), "{officer:?}");
    assert_eq!(crew.coordinator_told(), ["no_clock_in_5", "no_contact", "no_clock_in_15"]);
    assert_eq!(crew.told(&crew.staff[1]), ["no_contact", "no_clock_in_15"]);
    assert_eq!(crew.told(&crew.officers[1]), ["no_clock_in_15"], "the next in the list hears of it");
    crew.pass(HOUR);
    assert_eq!(crew.coordinator_told().len(), 3);
    assert_eq!(crew.holder(), (0, held));
}

fn a_phone_that_is_not_heard_of_is_no_contact_and_no_no_show(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    for _ in 0..47 {
        crew.pass(5 * MINUTE);
    }
    assert_eq!(line(&crew)["presence"], "no_contact");
    assert_eq!(crew.coordinator_told(), ["no_clock_in_5", "no_contact"]);
    assert_eq!(crew.desk.get(&format!("/v1/staff/assignments/{held}/relief")), Value::Null);
}

fn a_tablet_at_home_shows_no_no_show_of_whoever_works_with_the_phone(home: &Home) {
    another_phone_shows_nothing(home, 0);
}

fn a_phone_at_home_shows_no_no_show_of_whoever_works_with_the_tablet(home: &Home) {
    another_phone_shows_nothing(home, 1);
}

/// An officer has two phones and set out with one of them; the other syncs when the shift has begun.
fn another_phone_shows_nothing(home: &Home, works_with: usize) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    let tablet = Phone::enrol(&crew.desk, &crew.officers[0]);
    let both = [&crew.phones[0], &tablet];
    let sync = |phone: &Phone<'_>| drop(phone.sync(SyncRequest::default()));
    for phone in both {
        sync(phone);
    }
    crew.pass(2 * HOUR);
    both[works_with].say(held.into(), FactKind::EnRoute, world.app.now(), None);
    crew.pass(HOUR + 17 * MINUTE);
    sync(both[1 - works_with]);
    crew.pass(3 * MINUTE);
    let shown = line(&crew);
    assert_eq!((&shown["presence"], &shown["last_heard"]), (&json!("no_contact"), &json!(NOON + 3 * HOUR)));
    assert!(!crew.told(&crew.officers[1]).contains(&"no_clock_in_15".to_owned()), "no backup hears of it");
    sync(both[works_with]);
    crew.pass(MINUTE);
    assert_eq!(line(&crew)["presence"], "no_show");
}

fn a_clock_in_that_comes_late_takes_the_no_show_back(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    conduct(&crew, &json!({ "no_shows": { "rungs": [{ "reprimand": true, "restricted": { "days": 30 } }] } }));
    crew.pass(20 * MINUTE);
    heard(&crew, 0);
    crew.pass(5 * MINUTE);
    let confirm = format!("/v1/staff/assignments/{held}/no_show");
    crew.desk.run("POST", &confirm, &json!({ "reason": "Nobody is there." }));
    assert_eq!(crew.ledger(0), [("awarded".to_owned(), 240), ("no_show".to_owned(), 240)]);
    let another = crew.desk.detail(&crew.site, 300, 1);
    let apply = Wish::Apply { detail: another.parse().unwrap(), position: None, read: None };
    assert!(crew.refused(0, &apply).starts_with("No-show number 1"));
    crew.work();
    assert_eq!(crew.desk.get(&format!("/v1/staff/assignments/{held}/relief"))["search"]["kept"], true);
    // The phone held a clock-in of the first minute that it could not send.
    world.wait(MINUTE);
    crew.phones[0].say_surely(held.into(), FactKind::In, UnixMillis::new(NOON + 4 * HOUR + MINUTE), vec![]);
    let gave_back = ("adjustment".to_owned(), -240);
    assert_eq!(crew.ledger(0), [("awarded".to_owned(), 240), ("no_show".to_owned(), 240), gave_back]);
    assert_eq!((&line(&crew)["presence"], &line(&crew)["no_show"]), (&json!("there"), &json!("taken_back")));
    assert_eq!(
        crew.refused(1, &Wish::Relieve { assignment: held, comes: true }),
        "Nobody is looked for there any more."
    );
    crew.accepted(0, &apply);
    let audited = crew.desk.items("/v1/staff/audit?limit=1000");
    assert_eq!(audited.iter().filter(|it| it["action"] == "no_show.take_back").count(), 1);
    crew.phones[0].say(held.into(), FactKind::Out, world.app.now(), None);
    crew.phones[0].say(held.into(), FactKind::In, world.app.now(), None);
    assert_eq!(crew.ledger(0).len(), 3, "it is taken back once");
}

fn a_clock_in_of_another_time_ends_no_watch_and_no_call_off(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    crew.call_off(0, held);
    let before = line(&crew)["calling_off"].clone();
    crew.phones[0].say_surely(held.into(), FactKind::In, world.app.now(), vec![]);
    crew.phones[0].say_surely(held.into(), FactKind::Out, world.app.now(), vec![]);
    assert_eq!((&line(&crew)["calling_off"], &line(&crew)["presence"]), (&before, &json!("expected")));
    crew.pass(3 * HOUR + 16 * MINUTE);
    heard(&crew, 0);
    crew.pass(5 * MINUTE);
    assert_eq!((&line(&crew)["presence"], &line(&crew)["no_show"]), (&json!("no_show"), &json!("looks")));
    confirm(&crew, held);
    assert_eq!(crew.ledger(0).last(), Some(&("no_show".to_owned(), 240)));
}

/// A coordinator says of whoever has not come by twenty-five past that it is a no-show.
fn confirmed(world: &World) -> (Crew<'_>, AssignmentId) {
    let (crew, held) = begun(world);
    crew.pass(20 * MINUTE);
    heard(&crew, 0);
    crew.pass(5 * MINUTE);
    confirm(&crew, held);
    (crew, held)
}

fn confirm(crew: &Crew<'_>, held: AssignmentId) {
    crew.desk.run("POST", &format!("/v1/staff/assignments/{held}/no_show"), &json!({ "reason": "Nobody is there." }));
}

fn release(crew: &Crew<'_>, held: AssignmentId) {
    let body = json!({ "reason": "Somebody else is ordered in." });
    crew.desk.run("POST", &format!("/v1/staff/assignments/{held}/release"), &body);
}

/// What an officer stands at, by what was charged.
fn stands(crew: &Crew<'_>) -> i64 {
    crew.ledger(0).iter().map(|(_, charged)| charged).sum()
}

/// The phone held a clock-in of the first minute that it could not send.
fn came(crew: &Crew<'_>, held: AssignmentId) {
    crew.pass(MINUTE);
    crew.phones[0].say_surely(held.into(), FactKind::In, UnixMillis::new(NOON + 4 * HOUR + MINUTE), vec![]);
    assert_eq!(crew.ledger(0).last().unwrap().0, "adjustment");
}

fn an_officer_who_is_released_after_a_no_show_was_confirmed_keeps_what_it_costs(home: &Home) {
    let world = World::on(home);
    let (crew, held) = confirmed(&world);
    crew.pass(MINUTE);
    release(&crew, held);
    assert_eq!(crew.ledger(0).last(), Some(&("given_up".to_owned(), 0)));
    assert_eq!(stands(&crew), 480);
    crew.pass(MINUTE);
    let accepted = json!([{ "start": NOON + 4 * HOUR, "end": NOON + 4 * HOUR + 10 * MINUTE }]);
    let ruling = json!({ "accepted": accepted, "reason": "As seen.", "ruled_by": "Coordinator" });
    let ruled = crew.desk.make(&format!("/v1/staff/assignments/{held}/rulings"), &ruling);
    assert_eq!(stands(&crew), 480, "ruling works nothing off");
    let none = json!({ "accepted": [], "reason": "Nobody came.", "ruled_by": "Coordinator", "supersedes": ruled });
    crew.desk.make(&format!("/v1/staff/assignments/{held}/rulings"), &none);
    assert_eq!(stands(&crew), 480);
    came(&crew, held);
    assert_eq!(stands(&crew), 0, "the job was taken away");
}

fn an_officer_who_is_released_before_a_no_show_is_confirmed_is_charged_the_same(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    crew.pass(20 * MINUTE);
    heard(&crew, 0);
    crew.pass(5 * MINUTE);
    release(&crew, held);
    crew.pass(MINUTE);
    confirm(&crew, held);
    assert_eq!(stands(&crew), 480);
    came(&crew, held);
    assert_eq!(stands(&crew), 0);
}

/// What was put before the coordinator beside the watch's own steps.
fn put_before(crew: &Crew<'_>) -> usize {
    crew.coordinator_told().iter().filter(|event| *event == "sync_conflict").count()
}

fn a_clock_in_that_shows_little_is_put_before_the_coordinator(home: &Home) {
    let world = World::on(home);
    let (crew, held) = confirmed(&world);
    let charged = crew.ledger(0);
    // Nothing vouches for the time: the phone's own clock is all there is.
    crew.phones[0].say(held.into(), FactKind::In, world.app.now(), None);
    assert_eq!((crew.ledger(0), line(&crew)["no_show"].clone()), (charged.clone(), json!("confirmed")));
    assert_eq!(put_before(&crew), 1);
    assert!(
        crew.told(&crew.officers[0]).contains(&"sync_conflict".to_owned()),
        "the officer is told that a person looks"
    );
    crew.phones[0].say(held.into(), FactKind::In, world.app.now(), None);
    assert_eq!(put_before(&crew), 1, "once");
    let deny = format!("/v1/staff/assignments/{held}/no_show/deny");
    crew.desk.run("POST", &deny, &json!({ "reason": "Stood at the other gate." }));
    assert_eq!((crew.ledger(0).len(), line(&crew)["no_show"].clone()), (charged.len() + 1, json!("taken_back")));
    assert_eq!(crew.desk.refusal("POST", &deny, &json!({ "reason": "Again." })), "conflict");
}

fn a_clock_in_far_away_or_of_the_next_day_takes_nothing_back(home: &Home) {
    let world = World::on(home);
    let (crew, held) = confirmed(&world);
    let (charged, minute) = (crew.ledger(0), UnixMillis::new(NOON + 4 * HOUR + MINUTE));
    let kilometres_away = fix(424_600_000);
    crew.phones[0].say_surely(held.into(), FactKind::In, minute, vec![kilometres_away]);
    assert_eq!((crew.ledger(0), put_before(&crew)), (charged.clone(), 1));
    crew.pass(24 * HOUR);
    crew.phones[0].say_surely(held.into(), FactKind::In, world.app.now(), vec![]);
    assert_eq!(crew.ledger(0), charged);
    crew.phones[0].say_surely(held.into(), FactKind::In, minute, vec![fix(423_600_000)]);
    assert_eq!(crew.ledger(0).len(), charged.len() + 1, "who was there was there, whenever it is heard of");
}

fn whoever_was_told_of_a_no_show_is_told_that_it_was_none(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    let penalty = json!({ "notice_days": 1, "restricted": { "days": 30 }, "no_show_too": true, "releases": true });
    conduct(&crew, &json!({ "late_cancel": penalty }));
    let lost = crew.desk.detail(&crew.site, 100, 1);
    crew.desk.order(&lost, &crew.officers[0]);
    crew.pass(20 * MINUTE);
    heard(&crew, 0);
    crew.pass(5 * MINUTE);
    confirm(&crew, held);
    let assignments = crew.desk.items(&format!("/v1/staff/details/{lost}/assignments"));
    assert_eq!(assignments[0]["record"]["state"], "released");
    crew.work();
    crew.phones[0].say_surely(held.into(), FactKind::In, UnixMillis::new(NOON + 4 * HOUR + MINUTE), vec![]);
    let back = |party: &str| {
        let all = crew.desk.items("/v1/staff/notices?limit=1000");
        let mine = all.iter().filter(|it| it["channel"] == "in_app" && it["party"]["id"] == party);
        let texts = mine.map(|it| it["text"].as_str().unwrap().to_owned());
        texts.filter(|text| text.contains("Taken back: ")).collect::<Vec<_>>()
    };
    let [coordinator, supervisor] = [back(&crew.staff[0]), back(&crew.staff[1])];
    assert!(coordinator[0].contains("took away what began at 2019-05-19 12:00"), "{coordinator:?}");
    assert!(!supervisor[0].contains("took away"), "{supervisor:?}");
    assert!(back(&crew.officers[0])[0].contains("took away what began at 2019-05-19 12:00"), "who lost it knows");
    assert_eq!([back(&crew.officers[0]).len(), back(&crew.officers[1]).len(), coordinator.len()], [1; 3]);
}

fn a_no_show_is_confirmed_or_denied_by_a_person_and_once(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 3, 4);
    let (_, held) = crew.holder();
    let path = format!("/v1/staff/assignments/{held}/no_show");
    let why = json!({ "reason": "Nobody is there." });
    assert_eq!(crew.desk.refusal("POST", &path, &why), "conflict", "it has not begun");
    crew.pass(3 * HOUR);
    crew.pass(20 * MINUTE);
    crew.desk.run("POST", &path, &json!({ "reason": "Ill, and said so.", "excused": true }));
    assert_eq!(crew.desk.refusal("POST", &path, &why), "conflict");
    assert_eq!(crew.desk.refusal("POST", &format!("{path}/deny"), &why), "conflict");
    crew.work();
    crew.come(1, held);
    let (holder, taken) = crew.holder();
    assert_eq!(holder, 1, "the backup comes instead");
    heard(&crew, 1);
    crew.pass(MINUTE);
    let deny = format!("/v1/staff/assignments/{taken}/no_show/deny");
    crew.desk.run("POST", &deny, &json!({ "reason": "Stands at the gate, without a signal." }));
    crew.pass(20 * MINUTE);
    assert_eq!(line(&crew)["no_show"], "denied");
}

fn where_the_agency_says_so_nobody_waits_for_a_person_to_confirm(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    crew.settle(&json!({ "relieve_unconfirmed": true }));
    crew.pass(16 * MINUTE);
    heard(&crew, 0);
    crew.pass(5 * MINUTE);
    assert_eq!(line(&crew)["relief"]["state"], "searching");
    assert_eq!(crew.ledger(0), [("awarded".to_owned(), 240)], "nothing is held against the officer yet");
    crew.come(1, held);
    assert_eq!(crew.holder().0, 1);
}

fn whoever_comes_is_watched_no_longer(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    crew.phones[0].say(held.into(), FactKind::EnRoute, world.app.now(), None);
    assert_eq!((crew.coordinator_told(), &line(&crew)["presence"]), (vec!["en_route".to_owned()], &json!("en_route")));
    crew.pass(3 * HOUR - MINUTE);
    crew.phones[0].say(held.into(), FactKind::In, world.app.now(), None);
    crew.pass(HOUR);
    assert_eq!((crew.coordinator_told().len(), &line(&crew)["presence"]), (1, &json!("there")));
    crew.phones[0].say(held.into(), FactKind::Out, world.app.now(), None);
    assert_eq!(
        (&line(&crew)["presence"], &line(&crew)["since"]),
        (&json!("left"), &json!(world.app.now().as_millis()))
    );
}

fn a_detail_that_moves_moves_its_watch(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let path = format!("/v1/staff/details/{}", crew.detail);
    let mut record = crate::staff::world::detail(&crew.site, 10, 1);
    let stored = crew.desk.get(&path);
    record["positions"][0]["id"] = stored["record"]["positions"][0]["id"].clone();
    crew.desk.run("PUT", &path, &json!({ "version": stored["version"], "record": record }));
    crew.accepted(0, &Wish::Acknowledge { assignment: crew.holder().1 });
    crew.pass(7 * HOUR);
    assert_eq!(crew.coordinator_told(), ["detail_changed"]);
    crew.pass(2 * HOUR + 5 * MINUTE);
    assert_eq!(crew.coordinator_told(), ["detail_changed", "no_clock_in_5"]);
    assert_eq!(crew.told(&crew.officers[0]).iter().filter(|event| *event == "hours_before").count(), 1);
}

fn what_is_under_way_or_over_is_neither_moved_nor_cancelled(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    let (path, other) = (format!("/v1/staff/details/{}", crew.detail), crew.desk.site());
    let refusals = || {
        let version = crew.desk.version(&path);
        let cancel = json!({ "version": version, "reason": "Rain." });
        let moved = json!({ "version": version, "record": crate::staff::world::detail(&crew.site, 30, 1) });
        let elsewhere = json!({ "version": version, "record": crate::staff::world::detail(&other, 4, 1) });
        let kept = |mut body: Value| {
            body["record"]["positions"][0]["id"] = crew.desk.get(&path)["record"]["positions"][0]["id"].clone();
            crew.desk.call("PUT", &path, &body)
        };
        [crew.desk.call("POST", &format!("{path}/cancel"), &cancel), kept(moved), kept(elsewhere)]
    };
    crew.phones[0].say_surely(held.into(), FactKind::In, world.app.now(), vec![]);
    for (status, refused) in refusals() {
        assert!(refused["reason"].as_str().unwrap().contains("under way"), "{refused}");
        assert_eq!(status, 409);
    }
    crew.phones[0].say_surely(held.into(), FactKind::Out, world.app.now(), vec![]);
    crew.pass(4 * HOUR);
    for (status, refused) in refusals() {
        assert!(refused["reason"].as_str().unwrap().contains("is over"), "{refused}");
        assert_eq!(status, 409);
    }
    assert_eq!(crew.holder(), (0, held));
}

fn what_was_worked_by_an_officer_who_was_released_is_not_cancelled_either(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    let path = format!("/v1/staff/details/{}", crew.detail);
    crew.phones[0].say_surely(held.into(), FactKind::In, world.app.now(), vec![]);
    crew.desk.run("POST", &format!("/v1/staff/assignments/{held}/release"), &json!({ "reason": "Ill." }));
    let cancel = json!({ "version": crew.desk.version(&path), "reason": "Rain." });
    let (status, refused) = crew.desk.call("POST", &format!("{path}/cancel"), &cancel);
    assert!(status == 409 && refused["reason"].as_str().unwrap().contains("under way"), "{refused}");
}

fn a_place_that_is_taken_off_is_looked_for_no_longer_and_no_customer_hears_of_it(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 1, 200);
    let (_, held) = crew.holder();
    crew.call_off(0, held);
    crew.work();
    let relief = || crew.desk.get(&format!("/v1/staff/assignments/{held}/relief"))["search"]["state"].clone();
    assert_eq!((crew.holders().len(), relief()), (0, json!("searching")));
    let missing = || crew.coordinator_told().iter().filter(|event| *event == "replacement_missing").count();
    let before = missing();
    let path = format!("/v1/staff/details/{}", crew.detail);
    let version = crew.desk.version(&path);
    let record = crate::staff::world::detail(&crew.site, 200, 1);
    crew.desk.run("PUT", &path, &json!({ "version": version, "record": record }));
    assert_eq!(relief(), "over");
    crew.pass(210 * HOUR);
    assert_eq!(missing(), before);
}

fn who_does_not_clock_out_is_told_and_later_the_coordinator_and_of_the_ruling_the_officer(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    crew.phones[0].say_surely(held.into(), FactKind::In, world.app.now(), vec![]);
    crew.work();
    let told = |kind: &str, party: &str| crew.told(party).iter().filter(|event| *event == kind).count();
    crew.pass(4 * HOUR + 5 * MINUTE);
    assert_eq!((told("no_clock_out_5", &crew.officers[0]), told("no_clock_out_5", &crew.staff[0])), (1, 0));
    crew.pass(55 * MINUTE);
    assert_eq!((told("no_clock_out_60", &crew.officers[0]), told("no_clock_out_60", &crew.staff[0])), (1, 1));
    crew.pass(4 * HOUR);
    assert_eq!(crew.coordinator_told(), ["no_clock_out_60"]);
    let (start, end) = (NOON + 4 * HOUR, NOON + 8 * HOUR);
    let accepted = json!([{ "start": start, "end": end }]);
    let ruling = json!({ "accepted": accepted, "reason": "As scheduled.", "ruled_by": "Coordinator" });
    crew.desk.make(&format!("/v1/staff/assignments/{held}/rulings"), &ruling);
    assert_eq!(told("timesheet_ruled", &crew.officers[0]), 1);
}

fn today_shows_who_is_where_page_by_page(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let other = crew.desk.detail(&crew.site, 5, 1);
    crew.desk.order(&other, &crew.desk.officer("Officer 9"));
    let first = crew.desk.get("/v1/staff/today?limit=1");
    assert_eq!((first["items"].as_array().unwrap().len(), &first["items"][0]["name"]), (1, &json!("Officer 1")));
    let next = first["next"].as_str().unwrap();
    let second = crew.desk.get(&format!("/v1/staff/today?limit=1&after={next}"));
    assert_eq!((&second["items"][0]["name"], &second["next"]), (&json!("Officer 9"), &Value::Null));
    let from = NOON + 8 * HOUR + 1;
    let later = crew.desk.items(&format!("/v1/staff/today?from={from}&until={}", from + HOUR));
    assert_eq!(later.len(), 1, "the other ends before");
}

fn where_a_pin_only_stands_in_for_a_place_nobody_is_far_from_it(home: &Home) {
    let world = World::on(home);
    let (crew, held) = confirmed(&world);
    let path = format!("/v1/staff/sites/{}", crew.site);
    let mut record = crate::staff::world::site(&crew.customer());
    record["placement"] = json!("placeholder");
    crew.desk.run("PUT", &path, &json!({ "version": crew.desk.version(&path), "record": record }));
    let (charged, minute) = (crew.ledger(0), UnixMillis::new(NOON + 4 * HOUR + MINUTE));
    crew.phones[0].say_surely(held.into(), FactKind::In, minute, vec![fix(424_600_000)]);
    assert_eq!((crew.ledger(0).len(), put_before(&crew)), (charged.len() + 1, 0));
}

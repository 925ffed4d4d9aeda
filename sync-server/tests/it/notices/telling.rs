//! Everybody whom an event concerns is told once, the first hundred officers in the transaction of its cause.

use detailbook_core::ids::{NoticeId, OfficerId};
use detailbook_core::notices::{EventKind, Role};
use detailbook_core::records::{Assignment, Notice, RecordKind};
use detailbook_core::time::Millis;
use detailbook_core::wire::{Decision, Entry, SyncRequest, Wish, decode};
use detailbook_server::notices::{Event, PART, Words, tell};
use detailbook_server::problem::Problem;
use serde_json::{Value, json};

use super::{event, outgoing, reach, run, told};
use crate::relief::crew::{Crew, records};
use crate::staff::phone::Phone;
use crate::staff::world::{HOUR, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    everybody_whom_it_concerns_is_told_once,
    very_many_officers_are_told_in_parts,
    what_is_urgent_is_told_to_all_at_once,
    nobody_is_told_of_what_is_past_by_then,
    an_officers_phone_gets_the_officers_own_notices,
    a_cause_that_is_undone_told_nobody,
    what_is_not_urgent_waits_for_the_end_of_the_night,
    what_staff_note_as_acknowledged_on_the_telephone_is_so_on_the_phone,
    an_officer_acknowledges_their_own_notices_from_the_phone_once,
    who_read_that_they_were_awarded_a_detail_has_acknowledged_it,
    a_contact_is_edited_on_the_version_that_was_seen,
    without_any_gateway_notices_stay_in_the_app_and_say_so,
);

/// The notices that a phone has, as their titles.
fn heard(phone: &Phone<'_>) -> Vec<Notice> {
    let entries = phone.sync(SyncRequest::default()).entries.unwrap_or_default();
    let notices = entries.into_iter().filter_map(|entry| match entry {
        Entry::Record { kind: RecordKind::Notice, body, .. } => Some(decode::<Notice>(&body).unwrap()),
        _ => None,
    });
    notices.collect()
}

fn everybody_whom_it_concerns_is_told_once(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let [one, two, other] = ["Officer 1", "Officer 2", "Officer 3"].map(|name| desk.officer(name));
    desk.make("/v1/staff/contacts", &json!({ "record": { "roles": ["coordinator"], "email": "desk@example.org" } }));
    desk.make("/v1/staff/contacts", &json!({ "record": { "roles": ["finance"], "email": "money@example.org" } }));
    let pool = vec![two.parse().unwrap(), one.parse().unwrap()];
    let coordinators = Words::new("An officer called off", "Fill the place.");
    let called_off =
        Event { pool, words_for: vec![(Role::Coordinator, coordinators)], ..event(EventKind::CalledOff, "a", &[&one]) };
    assert_eq!(told(&desk, called_off.clone()), 3, "whoever is in both parts is told once");
    assert_eq!(told(&desk, called_off), 0, "the same again is nothing new");
    let entries: Vec<_> =
        desk.items("/v1/staff/notices").into_iter().filter(|row| row["channel"] == "in_app").collect();
    let by_party = |id: &str| entries.iter().filter(|row| row["party"]["id"] == id).count();
    assert_eq!((by_party(&one), by_party(&two), by_party(&other)), (1, 1, 0));
    let staff: Vec<_> = entries.iter().filter(|row| row["party"]["kind"] == "staff").collect();
    assert_eq!((staff.len(), &staff[0]["title"]), (1, &json!("An officer called off")));
    assert_eq!(outgoing(&desk).iter().filter(|(channel, _)| channel == "email").count(), 1);
}

fn very_many_officers_are_told_in_parts(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    desk.make("/v1/staff/contacts", &json!({ "record": { "roles": ["coordinator"], "email": "desk@example.org" } }));
    let officers: Vec<_> = (0..2 * PART + 50).map(officer_numbered).collect();
    let (about, others) = officers.split_at(PART + 20);
    // Some stand in both lists, far from each other.
    let pool = [others, &about[PART..]].concat();
    let words_for = vec![(Role::Pool, Words::new("For the pool", ""))];
    let missed = Event { officers: about.to_vec(), pool, words_for, ..event(EventKind::AwardUnacknowledged, "a", &[]) };
    let heard = || {
        let rows = desk.items("/v1/staff/notices?limit=1000").into_iter();
        let rows: Vec<_> = rows.filter(|row| row["channel"] == "in_app").collect();
        let of = |kind: &str, title: &str| {
            rows.iter().filter(|row| row["party"]["kind"] == kind && row["title"] == title).count()
        };
        (of("officer", "Title of a"), of("officer", "For the pool"), of("staff", "Title of a"))
    };
    assert_eq!(told(&desk, missed.clone()), PART + 1, "the first of them and the desk, with the cause");
    assert_eq!(heard(), (PART, 0, 1));
    assert_eq!(run(&world).parked, 0);
    assert_eq!(heard(), (about.len(), others.len(), 1), "all others soon after, each as whom it is about, if they are");
    assert_eq!((told(&desk, missed), run(&world).done), (0, 0), "nothing of it is done again");
    // The same is told to others later.
    let later: Vec<_> = (1_000..=1_000 + PART).map(officer_numbered).collect();
    told(&desk, Event { officers: later.clone(), ..event(EventKind::AwardUnacknowledged, "a", &[]) });
    run(&world);
    assert_eq!(heard(), (about.len() + later.len(), others.len(), 1));
}

fn what_is_urgent_is_told_to_all_at_once(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let pool: Vec<_> = (0..2 * PART + 50).map(officer_numbered).collect();
    let all = pool.len();
    assert_eq!(told(&desk, Event { pool: pool.clone(), ..event(EventKind::CalledOff, "a", &[]) }), all);
    let urgent = Event { officers: pool, urgent: true, ..event(EventKind::DetailPosted, "b", &[]) };
    assert_eq!(told(&desk, urgent), all);
}

fn nobody_is_told_of_what_is_past_by_then(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (site, officers) = (desk.site(), (0..=PART).map(officer_numbered).collect::<Vec<_>>());
    let details = [("to come", 24), ("cancelled", 24), ("over", 1)].map(|(key, begins)| {
        let detail = desk.detail(&site, begins, 1);
        let (officers, about) = (officers.clone(), Some(detail.parse().unwrap()));
        told(&desk, Event { officers, detail: about, ..event(EventKind::DetailPosted, key, &[]) });
        detail
    });
    let path = format!("/v1/staff/details/{}", details[1]);
    let version = desk.version(&path);
    desk.run("POST", &format!("{path}/cancel"), &json!({ "version": version, "reason": "Rain." }));
    world.wait(20 * HOUR);
    run(&world);
    let rows = desk.items("/v1/staff/notices?limit=1000");
    let heard = |key: &str| {
        rows.iter().filter(|row| row["channel"] == "in_app" && row["title"] == format!("Title of {key}")).count()
    };
    assert_eq!([heard("to come"), heard("cancelled"), heard("over")], [PART + 1, PART, PART]);
}

fn officer_numbered(nth: usize) -> OfficerId {
    let mut bytes = [9; 16];
    bytes[..8].copy_from_slice(&nth.to_be_bytes());
    OfficerId::from_bytes(bytes)
}

fn an_officers_phone_gets_the_officers_own_notices(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (one, two) = (desk.officer("Officer 1"), desk.officer("Officer 2"));
    let (phone_1, phone_2) = (Phone::enrol(&desk, &one), Phone::enrol(&desk, &two));
    told(&desk, event(EventKind::TimesheetRuled, "a", &[&one]));
    let [notice] = &heard(&phone_1)[..] else { panic!("one notice") };
    assert_eq!((notice.event, notice.title.as_str()), (EventKind::TimesheetRuled, "Title of a"));
    assert_eq!((notice.acknowledge_by, notice.acknowledged), (None, None));
    assert_eq!(heard(&phone_2), []);
}

fn a_cause_that_is_undone_told_nobody(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let event = event(EventKind::CalledOff, "a", &[&officer]);
    let undone: Result<(), Problem> = world.write(desk.agency, move |sql, by| {
        tell(sql, by, &event)?;
        Err(Problem::not_found())
    });
    assert!(undone.is_err());
    assert_eq!(desk.items("/v1/staff/notices"), Vec::<Value>::new());
    assert_eq!(desk.items("/v1/staff/jobs"), Vec::<Value>::new());
}

fn what_is_not_urgent_waits_for_the_end_of_the_night(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    // It is noon in UTC, 8:00 in New York.
    reach(&desk, &officer, &json!({ "quiet": { "from": 420, "to": 570 } }));
    told(&desk, event(EventKind::NotSelected, "a", &[&officer]));
    told(&desk, event(EventKind::NoClockIn, "b", &[&officer]));
    assert_eq!(run(&world).done, 1, "the urgent one at once");
    let next = run(&world).next.unwrap();
    assert_eq!(next - world.app.now(), Millis(90 * 60_000), "the other at 9:30");
    world.clock.set(next);
    assert_eq!(run(&world).done, 1);
}

fn what_staff_note_as_acknowledged_on_the_telephone_is_so_on_the_phone(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let one = desk.officer("Officer 1");
    told(&desk, event(EventKind::Awarded, "a", &[&one]));
    let phone = Phone::enrol(&desk, &one);
    let asked = heard(&phone)[0].clone();
    assert_eq!(asked.acknowledge_by, Some(world.app.now() + Millis(2 * HOUR)));
    let acknowledge = format!("/v1/staff/notices/{}/acknowledge", asked.id);
    desk.run("POST", &acknowledge, &Value::Null);
    desk.run("POST", &acknowledge, &Value::Null);
    assert_eq!(heard(&phone)[0].acknowledged, Some(world.app.now()));
}

fn an_officer_acknowledges_their_own_notices_from_the_phone_once(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (one, two) = (desk.officer("Officer 1"), desk.officer("Officer 2"));
    let (phone_1, phone_2) = (Phone::enrol(&desk, &one), Phone::enrol(&desk, &two));
    told(&desk, event(EventKind::OrdersChanged, "a", &[&one]));
    let read = Wish::AcknowledgeNotice { notice: heard(&phone_1)[0].id };
    let others = phone_2.wish(&read);
    assert_eq!((others.decision, others.reason.as_str()), (Decision::Refused, "You have no such notice."));
    let nobodys = phone_1.wish(&Wish::AcknowledgeNotice { notice: NoticeId::from_bytes([9; 16]) });
    assert_eq!(nobodys.decision, Decision::Refused);
    assert_eq!(heard(&phone_1)[0].acknowledged, None);
    let first = world.app.now();
    assert_eq!(phone_1.wish(&read).decision, Decision::Accepted);
    world.wait(60_000);
    let again = phone_1.wish(&read);
    assert_eq!((again.decision, again.reason.as_str()), (Decision::Accepted, "The agency knows that you read it."));
    assert_eq!(heard(&phone_1)[0].acknowledged, Some(first), "the first time stands");
    let rows = desk.items("/v1/staff/notices");
    assert!(rows.iter().all(|row| row["acknowledged_at"] == first.as_millis()), "{rows:?}");
    let log = desk.items("/v1/staff/audit");
    let noted = log.iter().filter(|entry| entry["action"] == "notice.acknowledge").count();
    assert_eq!(noted, 1);
}

fn who_read_that_they_were_awarded_a_detail_has_acknowledged_it(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded_unseen(&world, 1, 100);
    let notice = heard(&crew.phones[0]).into_iter().find(|notice| notice.event == EventKind::Awarded).unwrap();
    let (_, assignment) = crew.holder();
    assert_eq!(notice.assignment, Some(assignment));
    crew.accepted(0, &Wish::AcknowledgeNotice { notice: notice.id });
    let held = records::<Assignment>(&crew.phones[0], RecordKind::Assignment).remove(&assignment.into()).unwrap();
    assert_eq!(held.acknowledged, Some(world.app.now()));
    let notice = heard(&crew.phones[0]).into_iter().find(|other| other.id == notice.id).unwrap();
    assert_eq!(notice.acknowledged, held.acknowledged);
    crew.desk.run("POST", &format!("/v1/staff/assignments/{assignment}/release"), &json!({ "reason": "Changed." }));
    crew.accepted(0, &Wish::AcknowledgeNotice { notice: notice.id });
}

fn a_contact_is_edited_on_the_version_that_was_seen(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let path = format!("/v1/staff/officers/{}/contact", desk.officer("Officer 1"));
    assert_eq!(desk.get(&path)["version"], 0);
    let edit = |version: i64, email: &str| json!({ "version": version, "record": { "email": email } });
    assert_eq!(desk.run("PUT", &path, &edit(0, "a@example.org"))["version"], 1);
    assert_eq!(desk.refusal("PUT", &path, &edit(0, "b@example.org")), "conflict");
    for wrong in ["a@example.org\r\nBcc: b@example.org", "nobody"] {
        assert_eq!(desk.refusal("PUT", &path, &edit(1, wrong)), "invalid");
    }
    assert_eq!(desk.get(&path)["record"]["email"], "a@example.org");
    let log = desk.items("/v1/staff/audit");
    assert!(!log.iter().any(|entry| entry.to_string().contains("a@example.org")), "addresses are not logged");
}

fn without_any_gateway_notices_stay_in_the_app_and_say_so(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    reach(&desk, &officer, &json!({ "email": "a@example.org" }));
    told(&desk, event(EventKind::CalledOff, "a", &[&officer]));
    let ran = run(&world);
    assert_eq!((ran.done, ran.failed, ran.parked), (2, 0, 0));
    assert!(outgoing(&desk).iter().all(|(_, state)| state == "not_sent"));
    assert_eq!(outgoing(&desk).len(), 2);
}

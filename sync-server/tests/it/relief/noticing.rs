//! What comes to light of those on a detail, and is told: who is late on the way, in for too long, in doubt, in trouble, or would break a
//! rule by what is known since.

use detailbook_core::geo::{Fix, Provider};
use detailbook_core::ids::{AssignmentId, DocumentId};
use detailbook_core::shift::FactKind;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Refusal;
use serde_json::{Value, json};

use super::crew::Crew;
use crate::rules::scene::{RULES, fresh, import, set_rules};
use crate::staff::world::{HOUR, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

const MINUTE: i64 = 60_000;

on_both_engines!(
    who_set_out_and_has_not_arrived_is_told_of_as_running_late,
    who_is_clocked_in_for_sixteen_hours_is_told_and_the_supervisor,
    who_came_after_the_watch_had_ended_is_watched_until_the_end,
    a_doubtful_punch_is_told_to_its_officer_once,
    an_incident_is_told_at_once_and_to_the_customer_without_its_words,
    an_incident_in_a_log_of_no_assignment_is_told_to_staff_by_name_and_to_the_customer_once_it_is_linked,
    a_doubtful_punch_in_a_log_of_no_assignment_is_told_once_it_is_linked,
    what_is_refused_is_told_once_a_day_for_each_reason,
    what_becomes_known_later_and_breaks_a_rule_is_told_once,
    a_job_of_the_life_of_a_detail_that_is_parked_is_told_to_staff_alone,
);

/// Somebody whose shift begins now.
fn begun(world: &World) -> (Crew<'_>, AssignmentId) {
    let crew = Crew::awarded(world, 2, 4);
    let (_, held) = crew.holder();
    crew.pass(3 * HOUR);
    (crew, held)
}

fn customer_told(crew: &Crew<'_>) -> Vec<String> {
    let customer = crew.desk.get(&format!("/v1/staff/sites/{}", crew.site))["record"]["customer"].clone();
    crew.told(customer.as_str().unwrap())
}

/// The words of what was told of that kind, by the kind of party.
fn words(crew: &Crew<'_>, event: &str) -> Vec<(String, String)> {
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    let all = crew.desk.items("/v1/staff/notices?limit=1000");
    let of = all.iter().filter(|it| it["event"] == event && it["channel"] == "in_app");
    of.map(|it| (text(&it["party"]["kind"]), text(&it["text"]))).collect()
}

fn count(told: &[String], event: &str) -> usize {
    told.iter().filter(|it| *it == event).count()
}

fn who_set_out_and_has_not_arrived_is_told_of_as_running_late(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    crew.pass(3 * HOUR - 20 * MINUTE);
    crew.phones[0].say(held.into(), FactKind::EnRoute, world.app.now(), None);
    crew.pass(20 * MINUTE);
    assert_eq!(count(&crew.coordinator_told(), "running_late"), 0, "not before anybody is late");
    crew.pass(5 * MINUTE);
    crew.pass(MINUTE);
    assert_eq!((count(&crew.coordinator_told(), "running_late"), count(&customer_told(&crew), "running_late")), (1, 1));
    assert_eq!(count(&crew.told(&crew.officers[0]), "running_late"), 0);
}

fn who_is_clocked_in_for_sixteen_hours_is_told_and_the_supervisor(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    crew.phones[0].say_surely(held.into(), FactKind::In, world.app.now(), vec![]);
    let on_too_long = || [0, 1].map(|who| count(&crew.told([&crew.officers[0], &crew.staff[1]][who]), "on_too_long"));
    for _ in 0..15 {
        crew.pass(HOUR);
    }
    assert_eq!((on_too_long(), count(&crew.told(&crew.officers[0]), "no_clock_out_60")), ([0, 0], 1));
    for _ in 0..5 {
        crew.pass(HOUR);
    }
    assert_eq!(on_too_long(), [1, 1]);
}

fn who_came_after_the_watch_had_ended_is_watched_until_the_end(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    crew.pass(20 * MINUTE);
    crew.phones[0].sync(detailbook_core::wire::SyncRequest::default());
    crew.pass(5 * MINUTE);
    assert_eq!(count(&crew.coordinator_told(), "no_clock_in_15"), 1, "and so the watch has ended");
    crew.phones[0].say_surely(held.into(), FactKind::In, world.app.now(), vec![]);
    for _ in 0..6 {
        crew.pass(HOUR);
    }
    let told = crew.told(&crew.officers[0]);
    assert_eq!((count(&told, "no_clock_out_5"), count(&told, "no_clock_out_60")), (1, 1), "{told:?}");
}

/// A good fix on the meridian of the site, which lies at 42.36 degrees north.
fn fix(latitude_e7: i32) -> Fix {
    let (longitude_e7, accuracy_dm) = (-710_500_000, Some(80));
    Fix { latitude_e7, longitude_e7, accuracy_dm, age_ms: 1_000, provider: Provider::Gps, mock: false }
}

fn a_doubtful_punch_is_told_to_its_officer_once(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    let doubts = || count(&crew.told(&crew.officers[0]), "punch_doubtful");
    crew.phones[0].say_surely(held.into(), FactKind::In, world.app.now(), vec![fix(423_600_000)]);
    crew.pass(MINUTE);
    assert_eq!(doubts(), 0, "of a good punch nothing is said");
    crew.phones[0].say_surely(held.into(), FactKind::Out, world.app.now(), vec![fix(424_000_000)]);
    crew.pass(MINUTE);
    crew.phones[0].say_surely(held.into(), FactKind::In, world.app.now(), vec![fix(423_600_000)]);
    crew.pass(MINUTE);
    assert_eq!(doubts(), 1, "{:?}", words(&crew, "punch_doubtful"));
    assert!(words(&crew, "punch_doubtful")[0].1.contains("outside"), "{:?}", words(&crew, "punch_doubtful"));
    assert_eq!(count(&crew.coordinator_told(), "punch_doubtful"), 0);
}

fn an_incident_is_told_at_once_and_to_the_customer_without_its_words(home: &Home) {
    let world = World::on(home);
    let (crew, _) = begun(&world);
    let pass_on = DocumentId::from(crew.detail_id());
    crew.phones[0].report(pass_on, "A van hit the barrier.");
    crew.work();
    crew.work();
    let mut told = words(&crew, "incident");
    told.sort();
    let parties: Vec<_> = told.iter().map(|(party, text)| (party.as_str(), text.contains("A van hit"))).collect();
    assert_eq!(parties, [("customer", false), ("staff", true), ("staff", true)]);
}

fn what_is_refused_is_told_once_a_day_for_each_reason(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    let told = || [0, 1].map(|who| count(&crew.told([&crew.officers[1], &crew.staff[0]][who]), "sync_conflict"));
    for _ in 0..3 {
        assert_eq!(crew.phones[1].say_in_anothers(held.into()), Refusal::NotYours);
        crew.work();
    }
    assert_eq!(told(), [1, 1]);
    assert!(words(&crew, "sync_conflict")[0].1.contains("someone else"), "{:?}", words(&crew, "sync_conflict"));
    world.wait(24 * HOUR);
    crew.phones[1].say_in_anothers(held.into());
    crew.work();
    assert_eq!(told(), [2, 2]);
}

fn what_becomes_known_later_and_breaks_a_rule_is_told_once(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 30);
    for (officer, number) in crew.officers.iter().zip(["17", "18"]) {
        let path = format!("/v1/staff/officers/{officer}");
        let record = json!({ "name": number, "rank": "PO", "employee_number": number });
        crew.desk.run("PUT", &path, &json!({ "version": crew.desk.version(&path), "record": record }));
    }
    let warned = || {
        [&crew.officers[0], &crew.officers[1], &crew.staff[0], &crew.staff[1]]
            .map(|who| count(&crew.told(who), "limit_warning"))
    };
    set_rules(&crew.desk, RULES);
    let duty = |number: &str, from: u8, until: u8| {
        format!("employee_number,key,starts,ends\n{number},{number},2019-05-16 {from:02}:00,2019-05-16 {until:02}:00\n")
    };
    // The detail is on the 16th from 14:00 to 18:00; nobody has said yet what else is on that day.
    fresh(&crew.desk, "stints", &duty("18", 12, 20));
    crew.work();
    assert_eq!(warned(), [0, 0, 0, 0], "what is not known, or of another, warns nobody");
    import(&crew.desk, "stints", &duty("17", 12, 20), &json!({}));
    crew.work();
    assert_eq!(warned(), [1, 0, 1, 1], "{:?}", words(&crew, "limit_warning"));
    assert!(words(&crew, "limit_warning")[0].1.contains("Town v1, duty"), "{:?}", words(&crew, "limit_warning"));
    import(&crew.desk, "stints", &duty("17", 12, 21), &json!({}));
    crew.work();
    assert_eq!(warned(), [1, 0, 1, 1], "the same rule against the same shift");
    assert_eq!(crew.holder().0, 0, "and nobody is sent away");
}

fn a_job_of_the_life_of_a_detail_that_is_parked_is_told_to_staff_alone(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let agency = crew.desk.agency;
    // Rules that nobody can read, as after damage.
    let spoilt = world.write(agency, move |sql, by| {
        let text = "INSERT INTO staffing_rules (agency, from_at, body) VALUES ($1, $2, $3)";
        Ok(sql.execute(text, &detailbook_server::store::params![by.agency, by.now, "not rules"])?)
    });
    assert_eq!(spoilt, Ok(1));
    world.clock.set(UnixMillis::new(NOON + 4 * HOUR));
    loop {
        let ran = detailbook_server::jobs::run_due(&world.app, world.app.now()).unwrap();
        match ran.next {
            Some(next) if ran.parked == 0 => world.clock.set(next),
            _ => break,
        }
    }
    let parked = crew.desk.items("/v1/staff/jobs?state=parked");
    assert_eq!(parked.iter().filter(|job| job["kind"] == "assignment.watch").count(), 1, "{parked:?}");
    let told = words(&crew, "no_contact");
    assert!(told.iter().all(|(party, text)| party == "staff" && text.contains("Nobody looks any more")), "{told:?}");
    assert_eq!(told.len(), 2, "coordinator and supervisor");
}

fn an_incident_in_a_log_of_no_assignment_is_told_to_staff_by_name_and_to_the_customer_once_it_is_linked(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    let log = DocumentId::from_bytes([42; 16]);
    crew.phones[0].report_in_log(log, "A van hit the barrier.");
    crew.work();
    let told = words(&crew, "incident");
    assert!(told.iter().all(|(_, text)| text.contains("Officer 1") && text.contains("A van hit")), "{told:?}");
    assert_eq!(told.iter().map(|(party, _)| party.as_str()).collect::<Vec<_>>(), ["staff", "staff"]);
    link(&crew, held, log);
    crew.work();
    assert_eq!((words(&crew, "incident").len(), count(&customer_told(&crew), "incident")), (3, 1));
}

fn link(crew: &Crew<'_>, held: AssignmentId, log: DocumentId) {
    let body = json!({ "document": log, "reason": "Begun before the phone had heard." });
    crew.desk.run("POST", &format!("/v1/staff/assignments/{held}/link"), &body);
}

fn a_doubtful_punch_in_a_log_of_no_assignment_is_told_once_it_is_linked(home: &Home) {
    let world = World::on(home);
    let (crew, held) = begun(&world);
    let log = DocumentId::from_bytes([42; 16]);
    crew.phones[0].say_surely(log, FactKind::In, world.app.now(), vec![fix(424_000_000)]);
    crew.work();
    assert_eq!(count(&crew.told(&crew.officers[0]), "punch_doubtful"), 0);
    link(&crew, held, log);
    crew.work();
    assert_eq!(count(&crew.told(&crew.officers[0]), "punch_doubtful"), 1);
}

//! The opportunity ledger: what rulings, refusals and people's own entries do to it.

use std::collections::BTreeMap;

use detailbook_core::award::{Contract, Entry, EntryKind, Every, Happening, ResetRule, Standings};
use detailbook_core::ids::{OfficerId, RecordId};
use detailbook_core::shift::FactKind;
use detailbook_core::time::{Millis, UnixMillis, Zone};
use detailbook_core::wire::SyncRequest;
use detailbook_server::problem::Problem;
use detailbook_server::scheduling::ledger::charged;
use detailbook_server::store::ledger as store;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::postings::draft;
use super::world::{Desk, HOUR, NOON, World, detail};
use crate::relief::crew::Crew;
use crate::store::home::Home;
use crate::store::on_both_engines;

const MINUTE: i64 = 60_000;

on_both_engines!(
    what_was_worked_is_charged_by_its_ruling_and_set_right_by_a_newer_one,
    a_job_that_two_assignments_share_is_worked_as_long_as_both,
    a_no_show_that_stands_is_not_worked_off_and_what_was_ruled_counts_once_it_is_taken_back,
    who_is_not_reached_is_entered_once_the_last_backup_and_all_who_are_asked_at_once_too,
    what_is_awarded_by_a_list_is_charged_on_it_however_it_is_posted_again,
    what_came_of_a_telephone_call_is_charged_by_the_contract_and_emergencies_by_how_late_they_came_up,
    a_list_begins_anew_for_one_officer_or_for_all,
    an_entry_that_cannot_be_is_refused_and_the_field_is_named,
    what_the_database_sums_is_what_the_fold_over_the_ledger_gives,
);

fn ledger(officer: &str) -> String {
    format!("/v1/staff/officers/{officer}/ledger")
}

pub(crate) fn stands(desk: &Desk<'_>, officer: &str, list: &str) -> i64 {
    let body = desk.get(&ledger(officer));
    let lists = body["standing"]["lists"].as_array().cloned().unwrap_or_default();
    lists.iter().find(|it| it["list"] == list).map_or(0, |it| it["minutes"].as_i64().unwrap())
}

fn kinds(desk: &Desk<'_>, officer: &str) -> Vec<String> {
    let entries = desk.get(&ledger(officer))["entries"].clone();
    let mut all: Vec<(i64, String)> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["what"]["at"].as_i64().unwrap(), it["what"]["kind"].as_str().unwrap().to_owned()))
        .collect();
    all.sort_unstable();
    all.into_iter().map(|(_, kind)| kind).collect()
}

/// Rules that so many minutes from the start of a detail that began so many hours after noon were worked.
pub(crate) fn rule(desk: &Desk<'_>, assignment: &str, begins: i64, minutes: i64, supersedes: Option<&str>) -> String {
    let start = NOON + begins * HOUR;
    let accepted = if minutes == 0 { json!([]) } else { json!([{ "start": start, "end": start + minutes * MINUTE }]) };
    let body =
        json!({ "accepted": accepted, "reason": "As seen.", "ruled_by": "Coordinator", "supersedes": supersedes });
    desk.make(&format!("/v1/staff/assignments/{assignment}/rulings"), &body)
}

fn what_was_worked_is_charged_by_its_ruling_and_set_right_by_a_newer_one(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let held = desk.order(&desk.detail(&site, -8, 1), &officer);
    assert_eq!(stands(&desk, &officer, ""), 240);
    let mut before = None;
    for (minutes, stood) in [(180, 180), (230, 230), (230, 230), (0, 240), (200, 200)] {
        world.wait(MINUTE);
        before = Some(rule(&desk, &held, -8, minutes, before.as_deref()));
        assert_eq!(stands(&desk, &officer, ""), stood, "{minutes} minutes were worked");
    }
    let adjusted = ["adjustment"; 3];
    let all = kinds(&desk, &officer);
    assert_eq!(all[..2], ["ordered_in", "worked"], "worked once, however often it is ruled on: {all:?}");
    assert_eq!(all[2..], adjusted);
    let other = desk.order(&desk.detail(&site, -20, 1), &officer);
    rule(&desk, &other, -20, 0, None);
    assert_eq!(kinds(&desk, &officer).iter().filter(|kind| *kind == "worked").count(), 1, "no time is no work");
}

fn a_job_that_two_assignments_share_is_worked_as_long_as_both(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let job = desk.detail(&site, -8, 1);
    let first = desk.order(&job, &officer);
    desk.run("POST", &format!("/v1/staff/assignments/{first}/release"), &json!({ "reason": "A slip." }));
    let second = desk.order(&job, &officer);
    rule(&desk, &first, -8, 60, None);
    rule(&desk, &second, -8, 90, None);
    assert_eq!(stands(&desk, &officer, ""), 150);
}

fn a_no_show_that_stands_is_not_worked_off_and_what_was_ruled_counts_once_it_is_taken_back(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 1, 4);
    let (_, held) = crew.holder();
    crew.pass(3 * HOUR + 20 * MINUTE);
    crew.phones[0].sync(SyncRequest::default());
    crew.pass(5 * MINUTE);
    crew.desk.run("POST", &format!("/v1/staff/assignments/{held}/no_show"), &json!({ "reason": "Nobody is there." }));
    rule(&crew.desk, &held.to_string(), 4, 20, None);
    assert_eq!(stands(&crew.desk, &crew.officers[0], ""), 480, "twice the job");
    world.wait(MINUTE);
    crew.phones[0].say_surely(held.into(), FactKind::In, UnixMillis::new(NOON + 4 * HOUR + MINUTE), vec![]);
    assert_eq!(stands(&crew.desk, &crew.officers[0], ""), 20);
}

fn who_is_not_reached_is_entered_once_the_last_backup_and_all_who_are_asked_at_once_too(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    let (_, gone) = crew.holder();
    crew.call_off(0, gone);
    crew.work();
    crew.pass(30 * MINUTE);
    assert_eq!(kinds(&crew.desk, &crew.officers[1]), ["offered", "no_answer"], "the last before everybody");
    crew.pass(2 * HOUR);
    assert_eq!(kinds(&crew.desk, &crew.officers[1]).len(), 2, "once");
}

fn what_is_awarded_by_a_list_is_charged_on_it_however_it_is_posted_again(home: &Home) {
    let world = World::on(home);
    let crew = Crew::idle(&world, 1, 200);
    let mut posting = draft("double time", &[], 1);
    posting["method"]["criteria"] = json!([{ "by": "charged", "list": "double_time" }]);
    let body = json!({ "record": detail(&crew.site, 100, 1), "posting": posting });
    let crew = Crew { detail: crew.desk.make("/v1/staff/details", &body), ..crew };
    let apply = detailbook_core::wire::Wish::Apply { detail: crew.detail_id(), position: None, read: None };
    crew.accepted(0, &apply);
    crew.pass(HOUR);
    let officer = &crew.officers[0];
    assert_eq!((stands(&crew.desk, officer, "double_time"), stands(&crew.desk, officer, "")), (240, 0));
    let (_, held) = crew.holder();
    crew.call_off(0, held);
    let again = json!({ "method": { "name": "seniority", "version": 1, "criteria": [{ "by": "seniority" }] },
        "closes": NOON + 3 * HOUR });
    crew.desk.run("POST", &format!("/v1/staff/details/{}/posting", crew.detail), &again);
    crew.accepted(0, &apply);
    crew.pass(2 * HOUR);
    assert_eq!((stands(&crew.desk, officer, "double_time"), stands(&crew.desk, officer, "")), (240, 0));
}

/// Refusals are charged in full, but for emergencies: what comes up less than a day before it begins.
fn contract(desk: &Desk<'_>) {
    let charges = json!([
        { "id": "emergencies are free", "on": "declined", "when": { "emergency": true }, "sets": "nothing" },
        { "id": "refusals count", "on": "declined", "sets": { "percent": 100 } },
    ]);
    let contract = json!({ "name": "Local", "version": 1, "charges": charges, "emergency_under": 24 * HOUR });
    desk.run("PUT", "/v1/staff/contract", &json!({ "from": desk.world.app.now().as_millis(), "contract": contract }));
}

fn what_came_of_a_telephone_call_is_charged_by_the_contract_and_emergencies_by_how_late_they_came_up(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    contract(&desk);
    let posted = |begins: i64| {
        let body = json!({ "record": detail(&site, begins, 1), "posting": draft("seniority", &["seniority"], 1) });
        desk.make("/v1/staff/details", &body)
    };
    let (far, soon, unposted) = (posted(40), posted(10), desk.detail(&site, 60, 1));
    let asked = |job: &str, kind: &str, emergency: bool| {
        let body = json!({ "kind": kind, "detail": job, "emergency": emergency, "reason": "Rang at home." });
        desk.make(&ledger(&officer), &body)
    };
    asked(&far, "contacted", false);
    asked(&far, "reached", false);
    asked(&far, "declined", false);
    assert_eq!(stands(&desk, &officer, ""), 240);
    asked(&soon, "declined", false);
    assert_eq!(stands(&desk, &officer, ""), 240, "ten hours before it begins it came up");
    asked(&unposted, "declined", true);
    assert_eq!(stands(&desk, &officer, ""), 240, "nobody knows when, and a person says so");
    let called_at = desk.get(&ledger(&officer))["standing"]["last_contact"].clone();
    assert_eq!(called_at, json!(NOON));
}

fn a_list_begins_anew_for_one_officer_or_for_all(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let [one, two] = ["Officer 1", "Officer 2"].map(|name| desk.officer(name));
    for officer in [&one, &two] {
        desk.make(&ledger(officer), &json!({ "minutes": 90, "reason": "From the book." }));
    }
    world.wait(MINUTE);
    desk.make(&ledger(&one), &json!({ "kind": "reset", "reason": "A new year of service." }));
    assert_eq!((stands(&desk, &one, ""), stands(&desk, &two, "")), (0, 90));
    world.wait(MINUTE);
    let id = "00000000-0000-4000-8000-000000000001";
    let all = json!({ "id": id, "reason": "The month is over." });
    assert_eq!(desk.make("/v1/staff/ledger/reset", &all), id);
    assert_eq!((stands(&desk, &one, ""), stands(&desk, &two, "")), (0, 0));
    assert_eq!(desk.refusal("POST", "/v1/staff/ledger/reset", &all), "conflict", "an answer that was lost");
    let log = desk.items("/v1/staff/audit?limit=1000");
    assert_eq!(log.iter().filter(|it| it["action"] == "ledger.reset").count(), 1);
}

fn an_entry_that_cannot_be_is_refused_and_the_field_is_named(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let job = desk.detail(&desk.site(), 10, 2);
    let cases: [(Value, &str); 7] = [
        (json!({ "kind": "awarded", "reason": "x" }), "kind"),
        (json!({ "kind": "declined", "reason": "x" }), "detail"),
        (json!({ "kind": "declined", "detail": job, "reason": "x" }), "position"),
        (json!({ "kind": "declined", "detail": job, "minutes": 5, "reason": "x" }), "minutes"),
        (json!({ "kind": "reset", "minutes": 5, "reason": "x" }), "minutes"),
        (json!({ "minutes": 5, "detail": job, "reason": "x" }), "detail"),
        (json!({ "minutes": 5, "reason": " " }), "reason"),
    ];
    for (body, field) in cases {
        let (status, refused) = desk.call("POST", &ledger(&officer), &body);
        assert_eq!(status, 422, "{body}");
        assert!(refused["reason"].as_str().unwrap().starts_with(&format!("{field}: ")), "{body}: {refused}");
    }
    assert_eq!(kinds(&desk, &officer), Vec::<String>::new());
}

/// Entries of a quarter about a few officers on a few lists, many of them at one moment, with lists that begin anew for one officer and for all.
fn at_random(seed: u64) -> Vec<Entry> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut below = |most: u64| random.next_u64() % most;
    let entry = |n: u8| {
        let day = i64::try_from(below(90)).unwrap();
        let officer = OfficerId::from_bytes([1 + u8::try_from(below(5)).unwrap(); 16]);
        let kind =
            [EntryKind::Awarded, EntryKind::Worked, EntryKind::Adjustment, EntryKind::Declined, EntryKind::Reset];
        let kind = kind[usize::try_from(below(5)).unwrap()];
        let at = UnixMillis::new(NOON) - Millis::from_hours(24 * day);
        let mut id = [n; 16];
        id[0] = u8::try_from(below(256)).unwrap();
        let list = ["", "double_time", "orders"][usize::try_from(below(3)).unwrap()].to_owned();
        let mut what = Happening { list, ..Happening::new(RecordId::from_bytes(id), officer, at, kind) };
        let charges = !matches!(kind, EntryKind::Reset | EntryKind::Declined);
        let charged = if charges { i64::try_from(below(600)).unwrap() - 200 } else { 0 };
        if kind == EntryKind::Reset && below(3) == 0 {
            what.officer = None;
        }
        Entry { what, charged, points: 0, rule: String::new() }
    };
    (1..=200).map(entry).collect()
}

fn what_the_database_sums_is_what_the_fold_over_the_ledger_gives(home: &Home) {
    let world = World::on(home);
    let zone = Zone::named("America/New_York").unwrap();
    let resets = vec![ResetRule { list: "double_time".to_owned(), every: Every::Month }];
    let contracts = [Contract::default(), Contract { resets, ..Contract::default() }];
    let mut reset = 0;
    for (number, (seed, contract)) in (1..).zip((0..4).flat_map(|seed| contracts.iter().map(move |it| (seed, it)))) {
        let (desk, entries) = (world.agency(number), at_random(seed));
        let (written, of) = (entries.clone(), contract.clone());
        let agency = desk.agency;
        world
            .write(agency, move |sql, _| {
                store::set_contract(sql, agency, UnixMillis::new(0), &of)?;
                Ok(written.iter().try_for_each(|entry| store::add(sql, agency, entry))?)
            })
            .unwrap();
        for days in [0, 20, 45, 100] {
            let at = UnixMillis::new(NOON) - Millis::from_hours(24 * days);
            let summed = world.app.store.read::<_, Problem>(|sql| Ok(charged(sql, agency, at)?)).unwrap();
            let standings = Standings::as_of(&entries, contract, zone, at);
            let folded =
                standings.officers.iter().map(|it| (it.officer, it.lists.iter().map(|list| list.minutes).sum()));
            let all: BTreeMap<OfficerId, i64> = folded.collect();
            for (officer, minutes) in &all {
                assert_eq!(
                    summed.get(officer).copied().unwrap_or_default(),
                    *minutes,
                    "seed {seed}, {days} days before"
                );
            }
            assert!(summed.keys().all(|officer| all.contains_key(officer)));
            reset += usize::from(all.values().any(|minutes| *minutes == 0));
        }
    }
    assert!(reset > 0, "somebody stands at nothing");
}

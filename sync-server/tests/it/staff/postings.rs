//! Windows: opening in tiers, closing, awarding, and what everybody is told.

use std::collections::BTreeMap;

use detailbook_core::award::Outcome;
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::CommandId;
use detailbook_core::records::{Detail, Notice, RecordKind};
use detailbook_core::staffing::{AwardNotice, OwnOpening, Posting};
use detailbook_core::time::{Anchor, BootId, ClockReading, Millis, UnixMillis, ZoneName};
use detailbook_core::wire::{Command, CommandOutcome, Decision, Entry, SyncRequest, Wish, decode};
use detailbook_server::jobs;
use minicbor::Decode;
use serde_json::{Value, json};

use super::phone::Phone;
use super::world::{Desk, HOUR, NOON, World, detail};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_window_moves_with_its_detail_and_refuses_what_it_cannot_follow,
    a_window_is_awarded_when_it_closes_and_everybody_is_told_why,
    four_methods_give_four_winners_from_the_same_applications,
    an_application_from_a_dead_zone_counts_from_when_it_was_made_and_no_earlier,
    tiers_open_in_turn_on_the_phones_of_their_groups,
    what_comes_after_the_close_is_refused,
    places_that_nobody_took_can_be_posted_again,
    a_node_that_dies_before_the_award_awards_when_it_comes_back,
    an_award_comes_out_the_same_when_it_is_decided_again,
    a_person_may_fill_a_detail_before_its_window_closes,
    who_applied_and_was_passed_over_by_hand_is_told_once_and_of_a_cancellation_too,
    only_places_that_are_still_empty_are_awarded,
    who_took_an_application_back_is_not_told_that_it_was_not_awarded,
    one_application_may_win_two_places_where_they_may_overlap,
    no_officer_gets_two_details_at_one_time_from_two_windows,
    a_posting_that_cannot_be_is_refused_and_the_field_is_named,
    bidding_rounds_open_to_each_officer_at_their_turn,
    a_drawn_unlock_is_told_to_its_officer_and_is_when_the_detail_opens,
    what_no_volunteer_takes_is_ordered_and_nobody_twice_before_all_have_served,
    the_top_of_the_rotating_list_goes_to_the_bottom,
    charges_follow_the_contract_and_a_person_may_set_them_right,
);

/// A posting by that method which opens at noon and closes so many hours later.
pub(crate) fn draft(method: &str, criteria: &[&str], closes: i64) -> Value {
    let criteria: Vec<_> = criteria.iter().map(|by| json!({ "by": by })).collect();
    json!({
        "method": { "name": method, "version": 1, "criteria": criteria },
        "opens": NOON,
        "closes": NOON + closes * HOUR,
    })
}

fn a_window_moves_with_its_detail_and_refuses_what_it_cannot_follow(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let site = desk.site();
    let phone = Phone::enrol(&desk, &desk.officer("Officer 1"));
    let id = post(&desk, &site, 30, 1, &draft("seniority", &["seniority"], 20));
    let path = format!("/v1/staff/details/{id}");
    let to = |begins: i64| {
        let stored = desk.get(&path);
        let mut record = detail(&site, begins, 1);
        record["positions"][0]["id"] = stored["record"]["positions"][0]["id"].clone();
        desk.call("PUT", &path, &json!({ "version": stored["version"], "record": record }))
    };
    let closes = || desk.get(&format!("{path}/posting"))["posting"]["window"]["closes"].clone();
    let (status, refused) = to(8);
    assert_eq!((status, closes()), (409, json!(NOON + 20 * HOUR)), "{refused}");
    assert_eq!(to(15).0, 200);
    assert_eq!(closes(), json!(NOON + 5 * HOUR));
    apply(&phone, &id);
    pass(&world, 5);
    assert_eq!(desk.items(&format!("{path}/assignments")).len(), 1, "awarded by the window's new close");
    assert_eq!(to(18).0, 200);
    let told = desk.items("/v1/staff/notices?limit=1000");
    let changed = told.iter().filter(|it| it["event"] == "detail_changed" && it["channel"] == "in_app");
    assert!(changed.clone().any(|it| it["party"]["id"] == phone.officer.to_string()), "{told:?}");
}

fn with(mut draft: Value, field: &str, value: Value) -> Value {
    draft[field] = value;
    draft
}

fn post(desk: &Desk<'_>, site: &str, begins: i64, positions: usize, posting: &Value) -> String {
    desk.make("/v1/staff/details", &json!({ "record": detail(site, begins, positions), "posting": posting }))
}

fn wish(detail: &str) -> Wish {
    Wish::Apply { detail: detail.parse().unwrap(), position: None, read: None }
}

fn apply(phone: &Phone<'_>, detail: &str) {
    let outcome = phone.wish(&wish(detail));
    assert_eq!(outcome.decision, Decision::Accepted, "{}", outcome.reason);
}

/// Lets time pass, and the server do what is due.
fn pass(world: &World, hours: i64) {
    world.wait(hours * HOUR);
    jobs::run_due(&world.app, world.app.now()).unwrap();
}

/// The records of a kind that are on a phone, by id, the latest version of each.
fn records<R: for<'b> Decode<'b, ()>>(phone: &Phone<'_>, wanted: RecordKind) -> Vec<R> {
    let mut found = BTreeMap::new();
    for entry in phone.sync(SyncRequest::default()).entries.unwrap_or_default() {
        match entry {
            Entry::Record { kind, id, body, .. } if kind == wanted => {
                found.insert(id, body);
            }
            Entry::ForgetRecord { kind, id } if kind == wanted => {
                found.remove(&id);
            }
            _ => {}
        }
    }
    found.into_values().map(|body| decode(&body).unwrap()).collect()
}

fn stage(desk: &Desk<'_>, detail: &str) -> String {
    desk.get(&format!("/v1/staff/details/{detail}/posting"))["stage"].as_str().unwrap().to_owned()
}

/// The officers who have a position, by id.
fn holders(desk: &Desk<'_>, detail: &str) -> Vec<String> {
    let all = desk.items(&format!("/v1/staff/details/{detail}/assignments"));
    let active = all.iter().filter(|it| it["record"]["state"] == "active");
    active.map(|it| it["record"]["officer"].as_str().unwrap().to_owned()).collect()
}

fn reason(desk: &Desk<'_>, detail: &str, officer: &str) -> String {
    let all = desk.items(&format!("/v1/staff/details/{detail}/applications"));
    let mine = all.iter().find(|it| it["record"]["officer"] == officer).unwrap();
    mine["record"]["reason"].as_str().unwrap().to_owned()
}

fn senior(desk: &Desk<'_>, officer: &str, place: u32, groups: &[&str]) {
    let body = json!({ "service": { "seniority": place }, "groups": groups });
    desk.run("PUT", &format!("/v1/staff/officers/{officer}/service"), &body);
}

fn charge(desk: &Desk<'_>, officer: &str, minutes: i64) {
    let body = json!({ "minutes": minutes, "reason": "Carried over from the book." });
    desk.make(&format!("/v1/staff/officers/{officer}/ledger"), &body);
}

fn a_window_is_awarded_when_it_closes_and_everybody_is_told_why(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (busy, idle, site) = (desk.officer("Officer 1"), desk.officer("Officer 2"), desk.site());
    charge(&desk, &busy, 600);
    charge(&desk, &idle, 90);
    let (one, two) = (Phone::enrol(&desk, &busy), Phone::enrol(&desk, &idle));
    let method = json!({ "name": "least hours", "version": 3, "criteria": [{ "by": "charged" }] });
    let detail = post(&desk, &site, 10, 1, &with(draft("", &[], 2), "method", method));
    assert_eq!(stage(&desk, &detail), "posted");
    let told: Vec<Posting> = records(&one, RecordKind::Posting);
    assert_eq!(told[0].method.citation(), "least hours v3");
    apply(&one, &detail);
    apply(&two, &detail);
    pass(&world, 1);
    assert_eq!(holders(&desk, &detail), Vec::<String>::new(), "the window is sealed");
    pass(&world, 1);
    assert_eq!(holders(&desk, &detail), [idle.as_str()]);
    assert_eq!(stage(&desk, &detail), "staffed");
    let why = reason(&desk, &detail, &busy);
    assert!(why.contains("10 h") || why.contains("600"), "the numbers are in the sentence: {why}");
    let (lost, won): (Vec<AwardNotice>, Vec<AwardNotice>) =
        (records(&one, RecordKind::AwardNotice), records(&two, RecordKind::AwardNotice));
    assert_eq!((lost.len(), won.len()), (1, 1), "each is told of their own");
    assert_eq!(lost[0].explanation.outcome, Outcome::Backup);
    assert_eq!((won[0].explanation.outcome, won[0].explanation.rank), (Outcome::Awarded, Some(1)));
    assert_eq!(lost[0].explanation.sentence, why);
    let (sorry, glad): (Vec<Notice>, Vec<Notice>) =
        (records(&one, RecordKind::Notice), records(&two, RecordKind::Notice));
    assert_eq!((sorry.len(), glad.len()), (2, 2), "of what is on offer, and of what was decided");
    assert!(glad.iter().any(|it| it.title.starts_with("Awarded: Road work")), "{glad:?}");
    assert!(sorry.iter().any(|it| it.text == why), "{sorry:?}");
    pass(&world, 1);
    assert_eq!(desk.items(&format!("/v1/staff/details/{detail}/awards")).len(), 1, "awarded once");
}

fn four_methods_give_four_winners_from_the_same_applications(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let site = desk.site();
    let officers: Vec<String> = (1..=3).map(|n| desk.officer(&format!("Officer {n}"))).collect();
    for (officer, (place, minutes)) in officers.iter().zip([(3, 500), (1, 900), (2, 60)]) {
        senior(&desk, officer, place, &[]);
        charge(&desk, officer, minutes);
    }
    let phones: Vec<_> = officers.iter().map(|officer| Phone::enrol(&desk, officer)).collect();
    let methods = [("first come", "first_come", 0), ("seniority", "seniority", 1), ("least hours", "charged", 2)];
    for (number, (name, criterion, winner)) in (0..).zip(methods) {
        let detail = post(&desk, &site, 20 + 5 * number, 1, &draft(name, &[criterion], 10));
        for phone in &phones {
            world.wait(1);
            apply(phone, &detail);
        }
        world.clock.set(UnixMillis::new(NOON + 10 * HOUR));
        jobs::run_due(&world.app, world.app.now()).unwrap();
        assert_eq!(holders(&desk, &detail), [officers[winner].as_str()], "{name}");
        world.clock.set(UnixMillis::new(NOON + HOUR * (1 + number)));
    }
}

/// Sends an application that was made at `made` by a phone that had last heard the server at `anchored`.
fn apply_from(
    phone: &Phone<'_>,
    world: &World,
    detail: &str,
    anchored: UnixMillis,
    made: UnixMillis,
) -> CommandOutcome {
    let monotonic = |at: UnixMillis| (at - UnixMillis::new(NOON - HOUR)).0.unsigned_abs();
    let boot = BootId(9);
    let anchor = Anchor { server: anchored, monotonic: monotonic(anchored), boot, round_trip: 100 };
    let zone = ZoneName("America/New_York".into());
    let read = ClockReading { wall: made, zone, monotonic: monotonic(made), boot, anchor: Some(anchor) };
    let wish = Wish::Apply { detail: detail.parse().unwrap(), position: None, read: Some(read) };
    let mut entropy: Box<dyn Entropy> = Box::new(world.app.entropy.clone());
    let command = Command::new(CommandId::new(made, &mut *entropy), &wish, made);
    phone.sync(SyncRequest { commands: Some(vec![command]), ..SyncRequest::default() }).outcomes.unwrap().remove(0)
}

fn an_application_from_a_dead_zone_counts_from_when_it_was_made_and_no_earlier(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (near, away, liar, site) =
        (desk.officer("Officer 1"), desk.officer("Officer 2"), desk.officer("Officer 3"), desk.site());
    let phones = [&near, &away, &liar].map(|officer| Phone::enrol(&desk, officer));
    let timing = json!({ "counts_from": { "estimate": { "within": 60_000, "bound": "latest" } }, "grace": 2 * HOUR });
    let detail = post(&desk, &site, 10, 1, &with(draft("first come", &["first_come"], 2), "timing", timing));
    for phone in &phones {
        phone.sync(SyncRequest::default());
    }
    let noon = UnixMillis::new(NOON);
    // A signal all the time: applies at half past twelve, and is received then.
    world.wait(HOUR / 2);
    apply_from(&phones[0], &world, &detail, noon, world.app.now());
    // Hears the server at 12:40, so what it sends later was not made before, whatever it says.
    world.wait(10 * 60_000);
    phones[2].sync(SyncRequest::default());
    // After the close, within the grace: one was made at ten past twelve, the other only says so.
    world.wait(2 * HOUR);
    let ten_past = noon + Millis::from_mins(10);
    assert_eq!(apply_from(&phones[1], &world, &detail, noon, ten_past).decision, Decision::Accepted);
    assert_eq!(apply_from(&phones[2], &world, &detail, noon, ten_past).decision, Decision::Accepted);
    pass(&world, 2);
    assert_eq!(holders(&desk, &detail), [away.as_str()], "made first, though received after the close");
    let award = &desk.items(&format!("/v1/staff/details/{detail}/awards"))[0]["award"]["award"];
    let ranks: BTreeMap<String, Value> = award["explanations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["officer"].as_str().unwrap().to_owned(), one["rank"].clone()))
        .collect();
    assert_eq!([&ranks[&away], &ranks[&near], &ranks[&liar]], [&json!(1), &json!(2), &json!(3)]);
}

fn tiers_open_in_turn_on_the_phones_of_their_groups(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (traffic, other, site) = (desk.officer("Officer 1"), desk.officer("Officer 2"), desk.site());
    senior(&desk, &traffic, 1, &["traffic"]);
    let (first, second) = (Phone::enrol(&desk, &traffic), Phone::enrol(&desk, &other));
    let tiers = json!([
        { "name": "Traffic unit", "opens": NOON, "groups": ["traffic"] },
        { "name": "Everybody", "opens": NOON + 2 * HOUR, "groups": [] },
    ]);
    let detail = post(&desk, &site, 20, 1, &with(draft("first come", &["tier", "first_come"], 8), "tiers", tiers));
    let sees = |phone: &Phone<'_>| !records::<Detail>(phone, RecordKind::Detail).is_empty();
    assert_eq!([sees(&first), sees(&second)], [true, false]);
    let told = || {
        let all = desk.items("/v1/staff/notices?limit=1000");
        let posted = |it: &&Value| it["event"] == "detail_posted" && it["channel"] == "in_app";
        let party = |it: &Value| it["party"]["id"].as_str().unwrap().to_owned();
        all.iter().filter(posted).map(party).collect::<Vec<_>>()
    };
    assert_eq!(told(), std::slice::from_ref(&traffic));
    let early = second.wish(&wish(&detail));
    assert_eq!((early.decision, early.reason.as_str()), (Decision::Refused, "This detail is not open to you yet."));
    pass(&world, 2);
    assert_eq!([sees(&first), sees(&second)], [true, true]);
    assert_eq!(told().iter().filter(|party| **party == traffic).count(), 1, "each is told once");
    assert_eq!((told().len(), told().contains(&other)), (2, true));
    apply(&second, &detail);
    apply(&first, &detail);
    pass(&world, 6);
    assert_eq!(holders(&desk, &detail), [traffic.as_str()], "the first tier goes before the faster");
}

fn what_comes_after_the_close_is_refused(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let phone = Phone::enrol(&desk, &officer);
    let detail = post(&desk, &site, 10, 1, &draft("lottery", &[], 2));
    world.wait(2 * HOUR);
    let before_the_job = phone.wish(&wish(&detail));
    assert_eq!(before_the_job.reason, "Applications for this detail are closed.");
    pass(&world, 0);
    assert_eq!(phone.wish(&wish(&detail)).decision, Decision::Refused);
    assert_eq!(stage(&desk, &detail), "short", "nobody applied");
}

fn places_that_nobody_took_can_be_posted_again(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, other, site) = (desk.officer("Officer 1"), desk.officer("Officer 2"), desk.site());
    let (one, two) = (Phone::enrol(&desk, &officer), Phone::enrol(&desk, &other));
    let detail = post(&desk, &site, 20, 2, &draft("lottery", &[], 2));
    apply(&one, &detail);
    let path = format!("/v1/staff/details/{detail}/posting");
    assert_eq!(desk.refusal("POST", &path, &draft("lottery", &[], 4)), "conflict", "it is on offer");
    pass(&world, 2);
    assert_eq!(stage(&desk, &detail), "short");
    assert_eq!(two.wish(&wish(&detail)).decision, Decision::Refused);
    desk.run("POST", &path, &draft("lottery", &[], 6));
    apply(&two, &detail);
    pass(&world, 4);
    assert_eq!(stage(&desk, &detail), "staffed");
    assert_eq!(holders(&desk, &detail).len(), 2);
    let awards = desk.items(&format!("/v1/staff/details/{detail}/awards"));
    assert_eq!(awards.len(), 2);
    assert_eq!(awards[0]["award"]["award"]["winners"].as_array().unwrap().len(), 1, "only the place that was empty");
}

fn a_node_that_dies_before_the_award_awards_when_it_comes_back(home: &Home) {
    let detail = {
        let world = World::on(home);
        let desk = world.agency(1);
        let (officer, site) = (desk.officer("Officer 1"), desk.site());
        let phone = Phone::enrol(&desk, &officer);
        let detail = post(&desk, &site, 10, 1, &draft("lottery", &[], 2));
        apply(&phone, &detail);
        world.app.store.clone().close();
        detail
    };
    let world = World::on(home);
    world.wait(3 * HOUR);
    let agency = detailbook_core::ids::AgencyId::from_bytes([1; 16]);
    let secret = world.token(agency, &detailbook_server::access::scope::Scopes::all(), None);
    let desk = Desk { world: &world, agency, secret };
    assert_eq!(holders(&desk, &detail), Vec::<String>::new());
    jobs::run_due(&world.app, world.app.now()).unwrap();
    assert_eq!(holders(&desk, &detail).len(), 1);
}

fn an_award_comes_out_the_same_when_it_is_decided_again(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let site = desk.site();
    let officers: Vec<String> = (1..=5).map(|n| desk.officer(&format!("Officer {n}"))).collect();
    let detail = post(&desk, &site, 10, 2, &draft("lottery", &[], 2));
    for officer in &officers {
        apply(&Phone::enrol(&desk, officer), &detail);
    }
    pass(&world, 2);
    let awards = desk.items(&format!("/v1/staff/details/{detail}/awards"));
    assert_eq!(awards[0]["differences"], json!([]));
    let posted = desk.get(&format!("/v1/staff/details/{detail}/posting"));
    assert_eq!(
        posted["posting"]["commitment"], awards[0]["award"]["sealing"]["commitment"],
        "bound before anybody applied"
    );
    assert_eq!(holders(&desk, &detail).len(), 2);
}

fn a_person_may_fill_a_detail_before_its_window_closes(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, other, site) = (desk.officer("Officer 1"), desk.officer("Officer 2"), desk.site());
    let detail = post(&desk, &site, 10, 1, &draft("lottery", &[], 2));
    let phone = Phone::enrol(&desk, &other);
    apply(&phone, &detail);
    desk.order(&detail, &officer);
    assert_eq!(stage(&desk, &detail), "staffed");
    pass(&world, 2);
    assert_eq!(holders(&desk, &detail), [officer.as_str()], "the window has nothing to award any more");
    assert_eq!(reason(&desk, &detail, &other), "Every position of this detail is taken.");
}

fn who_applied_and_was_passed_over_by_hand_is_told_once_and_of_a_cancellation_too(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, other, site) = (desk.officer("Officer 1"), desk.officer("Officer 2"), desk.site());
    let phone = Phone::enrol(&desk, &other);
    let told = |party: &str| -> Vec<(String, String)> {
        let all = desk.items("/v1/staff/notices?limit=1000");
        let mine = all.iter().filter(|it| it["channel"] == "in_app" && it["party"]["id"] == party);
        let news = mine.filter(|it| it["event"] != "detail_posted" && it["event"] != "awarded");
        let text = |it: &Value, field: &str| it[field].as_str().unwrap().to_owned();
        let mut told: Vec<_> = news.map(|it| (text(it, "event"), text(it, "text"))).collect();
        told.sort();
        told
    };
    let applied = |begins: i64| {
        let detail = post(&desk, &site, begins, 1, &draft("lottery", &[], 2));
        apply(&phone, &detail);
        detail
    };
    desk.order(&applied(10), &officer);
    let not = |why: &str| ("not_selected".to_owned(), why.to_owned());
    let (passed_over, given_up) =
        (not("Every position of this detail is taken."), not("The agency gave this detail up."));
    assert_eq!(told(&other), std::slice::from_ref(&passed_over));
    let path = format!("/v1/staff/details/{}", applied(30));
    desk.run("POST", &format!("{path}/give_up"), &json!({ "reason": "Nobody is free." }));
    assert_eq!(told(&other), [passed_over.clone(), given_up.clone()]);
    let path = format!("/v1/staff/details/{}", applied(50));
    desk.run("POST", &format!("{path}/cancel"), &json!({ "version": desk.version(&path), "reason": "Rain." }));
    let cancelled = ("detail_cancelled".to_owned(), "Rain.".to_owned());
    assert_eq!(told(&other), [cancelled, passed_over, given_up]);
    pass(&world, 3);
    assert_eq!(told(&other).len(), 3);
    assert!(told(&officer).iter().all(|(event, _)| event != "not_selected"), "{:?}", told(&officer));
}

fn only_places_that_are_still_empty_are_awarded(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, other, site) = (desk.officer("Officer 1"), desk.officer("Officer 2"), desk.site());
    let detail = post(&desk, &site, 10, 2, &draft("lottery", &[], 2));
    apply(&Phone::enrol(&desk, &other), &detail);
    // Takes the first place.
    desk.order(&detail, &officer);
    pass(&world, 2);
    assert_eq!(stage(&desk, &detail), "staffed");
    assert_eq!(holders(&desk, &detail).len(), 2);
    let awards = desk.items(&format!("/v1/staff/details/{detail}/awards"));
    assert_eq!(
        awards[0]["award"]["case"]["window"]["openings"].as_array().unwrap().len(),
        1,
        "the place that was left"
    );
}

fn who_took_an_application_back_is_not_told_that_it_was_not_awarded(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, other, site) = (desk.officer("Officer 1"), desk.officer("Officer 2"), desk.site());
    senior(&desk, &officer, 1, &[]);
    senior(&desk, &other, 2, &[]);
    let method = json!({ "name": "volunteers, then order-in", "version": 1, "criteria": [{ "by": "seniority" }],
        "order_in": [{ "by": "inverse_seniority" }] });
    let detail = post(&desk, &site, 10, 1, &with(draft("", &[], 2), "method", method));
    let phone = Phone::enrol(&desk, &officer);
    apply(&phone, &detail);
    assert_eq!(phone.wish(&Wish::Withdraw { detail: detail.parse().unwrap() }).decision, Decision::Accepted);
    pass(&world, 2);
    assert_eq!(holders(&desk, &detail), [other.as_str()], "the least senior is ordered");
    assert_eq!(reason(&desk, &detail, &officer), "You took your application back.");
}

fn one_application_may_win_two_places_where_they_may_overlap(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let limits = json!({ "awards_per_officer": 2, "overlap_allowed": "Both gates are one walk apart." });
    let detail = post(&desk, &site, 10, 2, &with(draft("lottery", &[], 2), "limits", limits));
    apply(&Phone::enrol(&desk, &officer), &detail);
    pass(&world, 2);
    assert_eq!(holders(&desk, &detail), [officer.as_str(), &officer]);
    assert_eq!(stage(&desk, &detail), "staffed");
}

fn no_officer_gets_two_details_at_one_time_from_two_windows(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let phone = Phone::enrol(&desk, &officer);
    let details = [10, 12].map(|begins| post(&desk, &site, begins, 1, &draft("lottery", &[], 2)));
    for detail in &details {
        apply(&phone, detail);
    }
    pass(&world, 2);
    let held: Vec<usize> = details.iter().map(|detail| holders(&desk, detail).len()).collect();
    assert_eq!(held.iter().sum::<usize>(), 1);
    let lost = &details[held.iter().position(|held| *held == 0).unwrap()];
    assert!(reason(&desk, lost, &officer).contains("Road work"), "{}", reason(&desk, lost, &officer));
}

fn a_posting_that_cannot_be_is_refused_and_the_field_is_named(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let site = desk.site();
    let open = desk.detail(&site, 10, 1);
    let path = format!("/v1/staff/details/{open}/posting");
    let good = draft("lottery", &[], 2);
    let limited = |good: &Value, overlap: &str| {
        with(good.clone(), "limits", json!({ "awards_per_officer": 1, "overlap_allowed": overlap }))
    };
    let tier = |opens: i64| json!({ "name": "A tier", "opens": opens, "groups": ["a"] });
    let set = |field: &'static str, value: Value| (with(good.clone(), field, value), field);
    let wrong = [
        set("closes", json!(NOON - 1)),
        set("closes", json!(NOON + 11 * HOUR)),
        set("acknowledge_within", json!(0)),
        set("acknowledge_within", json!(5 * 60_000 - 1)),
        set("acknowledge_within", json!(i64::MAX)),
        set("unlock_jitter", json!(-1)),
        set("unlock_jitter", json!(24 * HOUR)),
        set("supervisors", json!([open])),
        set("tiers", json!([tier(NOON + 9), tier(NOON)])),
        set("tiers", json!([tier(NOON), tier(NOON + 2 * HOUR)])),
        set("method", json!({ "name": "x", "version": 1, "criteria": [{ "by": "beauty" }] })),
        (with(good.clone(), "timing", json!({ "counts_from": "receipt", "grace": 9 * HOUR })), "closes"),
        (with(good.clone(), "timing", json!({ "counts_from": "receipt", "grace": -1 })), "timing.grace"),
        (with(good.clone(), "limits", json!({ "awards_per_officer": 0 })), "limits.awards_per_officer"),
        (limited(&good, ""), "limits.overlap_allowed"),
        (limited(&good, " "), "limits.overlap_allowed"),
        (limited(&good, "a\u{7}"), "limits.overlap_allowed"),
        (with(good.clone(), "tiers", json!([json!({ "name": "", "opens": NOON, "groups": [] })])), "tiers.name"),
    ];
    for (body, field) in wrong {
        let (status, refused) = desk.call("POST", &path, &body);
        assert_eq!(status, 422, "{body}");
        assert!(refused["reason"].as_str().unwrap().starts_with(field), "{field}: {refused}");
    }
    assert_eq!(desk.get(&path)["posting"], Value::Null, "nothing was posted");
    desk.order(&open, &desk.officer("Officer 1"));
    assert_eq!(desk.refusal("POST", &path, &good), "conflict", "every position is taken");
}

fn charges_follow_the_contract_and_a_person_may_set_them_right(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let phone = Phone::enrol(&desk, &officer);
    let detail = post(&desk, &site, 10, 1, &draft("lottery", &[], 2));
    apply(&phone, &detail);
    pass(&world, 2);
    let path = format!("/v1/staff/officers/{officer}/ledger");
    let minutes = |body: &Value| body["standing"]["lists"][0]["minutes"].clone();
    assert_eq!(minutes(&desk.get(&path)), 240, "four hours were awarded");
    charge(&desk, &officer, -40);
    let after = desk.get(&path);
    assert_eq!((minutes(&after), after["contract"].as_str()), (json!(200), Some("usual charges v1")));
    let seen: Vec<detailbook_core::award::Entry> = records(&phone, RecordKind::LedgerEntry);
    assert_eq!(seen.iter().map(|entry| entry.charged).sum::<i64>(), 200, "the officer sees what is charged");
    let late = json!({ "from": NOON, "contract": { "name": "Local", "version": 1 } });
    assert_eq!(desk.refusal("PUT", "/v1/staff/contract", &late), "invalid", "the past is charged as it was");
}

fn bidding_rounds_open_to_each_officer_at_their_turn(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (second, first, site) = (desk.officer("Officer 1"), desk.officer("Officer 2"), desk.site());
    senior(&desk, &second, 9, &[]);
    senior(&desk, &first, 4, &[]);
    let phones = [&second, &first].map(|officer| Phone::enrol(&desk, officer));
    // On no list of seniority: given no turn, and so after everybody who was.
    let unlisted = Phone::enrol(&desk, &desk.officer("Officer 3"));
    let slow = with(draft("rounds", &["first_come"], 2), "ladder", json!({ "step": 2 * HOUR, "order": "seniority" }));
    let other = desk.detail(&site, 10, 1);
    assert_eq!(
        desk.refusal("POST", &format!("/v1/staff/details/{other}/posting"), &slow),
        "invalid",
        "only one could bid"
    );
    let ladder = json!({ "step": 6 * 60_000, "order": "seniority" });
    let detail = post(&desk, &site, 10, 1, &with(draft("rounds", &["first_come"], 2), "ladder", ladder));
    let refused = "This detail opens to you on 2019-05-15 08:06. Apply then: applying early gains nothing.";
    assert_eq!(phones[0].wish(&wish(&detail)).reason, refused);
    let told = |phone: &Phone<'_>| {
        let own: Vec<OwnOpening> = records(phone, RecordKind::OwnOpening);
        assert!(own.iter().all(|own| own.officer == phone.officer), "of nobody else's turn: {own:?}");
        own.iter().map(|own| (own.opens.as_millis() - NOON) / 60_000).collect::<Vec<_>>()
    };
    assert_eq!([told(&phones[0]), told(&phones[1]), told(&unlisted)], [vec![6], vec![], vec![12]]);
    // Whoever comes while it is on offer is told as well.
    assert_eq!(told(&Phone::enrol(&desk, &desk.officer("Officer 4"))), [12]);
    // A promotion after the posting went up moves no turn.
    senior(&desk, &second, 1, &[]);
    assert_eq!(phones[0].wish(&wish(&detail)).decision, Decision::Refused);
    apply(&phones[1], &detail);
    world.wait(6 * 60_000);
    apply(&phones[0], &detail);
    assert_eq!(unlisted.wish(&wish(&detail)).decision, Decision::Refused);
    world.wait(6 * 60_000);
    apply(&unlisted, &detail);
    pass(&world, 2);
    assert_eq!(holders(&desk, &detail), [first.as_str()]);
}

fn a_drawn_unlock_is_told_to_its_officer_and_is_when_the_detail_opens(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officers, site) = (["Officer 1", "Officer 2", "Officer 3"].map(|name| desk.officer(name)), desk.site());
    for officer in &officers {
        senior(&desk, officer, 1, &["traffic"]);
    }
    let phones = officers.map(|officer| Phone::enrol(&desk, &officer));
    let late = Phone::enrol(&desk, &desk.officer("Officer 4"));
    let tiers = json!([{ "name": "Traffic unit", "opens": NOON + HOUR, "groups": ["traffic"] }]);
    let drawn = with(with(draft("drawn", &["first_come"], 8), "tiers", tiers), "unlock_jitter", json!(HOUR));
    let detail = post(&desk, &site, 20, 1, &drawn);
    let told = |phone: &Phone<'_>| records::<OwnOpening>(phone, RecordKind::OwnOpening).first().map(|own| own.opens);
    assert_eq!(phones[0].wish(&wish(&detail)).reason, "This detail is not open to you yet.");
    assert_eq!(told(&phones[0]), None, "nobody sees it yet");
    pass(&world, 1);
    let mut openings: Vec<_> = phones.iter().map(|phone| (told(phone).unwrap().as_millis(), phone)).collect();
    assert_eq!(told(&late), None, "in no tier");
    senior(&desk, &late.officer.to_string(), 1, &["traffic"]);
    openings.push((told(&late).unwrap().as_millis(), &late));
    openings.sort_by_key(|(opens, _)| *opens);
    assert!(openings[0].0 > NOON + HOUR && openings[3].0 <= NOON + 2 * HOUR && openings[0].0 < openings[3].0);
    for (opens, phone) in openings {
        world.wait(opens - 1 - world.app.now().as_millis());
        assert_eq!(phone.wish(&wish(&detail)).decision, Decision::Refused);
        world.wait(1);
        apply(phone, &detail);
    }
}

fn what_no_volunteer_takes_is_ordered_and_nobody_twice_before_all_have_served(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let site = desk.site();
    let officers: Vec<String> = (1..=3).map(|n| desk.officer(&format!("Officer {n}"))).collect();
    for (place, officer) in (1..).zip(&officers) {
        senior(&desk, officer, place, &[]);
    }
    let method = json!({ "name": "volunteers, then order-in", "version": 1, "criteria": [{ "by": "seniority" }],
        "order_in": [{ "by": "ordered_in" }, { "by": "inverse_seniority" }] });
    let mut ordered = Vec::new();
    for number in 0..3 {
        let posting = with(draft("", &[], 2 + number), "method", method.clone());
        let detail = post(&desk, &site, 30 + 6 * number, 1, &posting);
        pass(&world, if number == 0 { 2 } else { 1 });
        let held = desk.items(&format!("/v1/staff/details/{detail}/assignments"))[0]["record"].clone();
        assert_eq!(held["origin"], "ordered", "an order is paid otherwise than an award");
        ordered.push(held["officer"].as_str().unwrap().to_owned());
    }
    assert_eq!(ordered, [officers[2].as_str(), &officers[1], &officers[0]], "the least senior first");
}

fn the_top_of_the_rotating_list_goes_to_the_bottom(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let site = desk.site();
    let officers: Vec<String> = (1..=2).map(|n| desk.officer(&format!("Officer {n}"))).collect();
    for (place, officer) in (1..).zip(&officers) {
        let asked = NOON - 30 * 24 * HOUR;
        let body = json!({ "service": { "seniority": place, "rotation_asked": asked } });
        desk.run("PUT", &format!("/v1/staff/officers/{officer}/service"), &body);
    }
    let phones: Vec<_> = officers.iter().map(|officer| Phone::enrol(&desk, officer)).collect();
    let rule = json!({ "began": NOON - 24 * HOUR, "rebuilt_after_days": 28, "notice_days": 7 });
    let bare = draft("wheel", &["rotation"], 2);
    let body = json!({ "record": detail(&site, 30, 1), "posting": bare });
    assert_eq!(desk.refusal("POST", "/v1/staff/details", &body), "invalid", "the list has no rule");
    let mut held = Vec::new();
    for number in 0..3 {
        let posting = with(draft("wheel", &["rotation"], 2 + number), "rotation", rule.clone());
        let detail = post(&desk, &site, 30 + 6 * number, 1, &posting);
        for phone in &phones {
            apply(phone, &detail);
        }
        pass(&world, if number == 0 { 2 } else { 1 });
        held.push(holders(&desk, &detail).remove(0));
    }
    assert_eq!(held, [officers[0].as_str(), &officers[1], &officers[0]]);
}

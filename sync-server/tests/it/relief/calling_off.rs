//! Calling off, and what follows: backups in turn, everybody, the coordinator.

use detailbook_core::ids::{AssignmentId, TradeId};
use detailbook_core::records::{Detail, RecordKind};
use detailbook_core::shift::FactKind;
use detailbook_core::staffing::{AskState, CallingOff, CallingOffState, Posting, ReliefAsk, Trade};
use detailbook_core::wire::Wish;
use serde_json::{Value, json};

use super::crew::{Crew, records};
use crate::staff::phone::Phone;
use crate::staff::world::{HOUR, World, detail, order};
use crate::store::home::Home;
use crate::store::on_both_engines;

const MINUTE: i64 = 60_000;

on_both_engines!(
    who_calls_off_and_comes_after_all_again_and_again_is_asked_to_call,
    an_officer_calls_off_and_the_second_backup_comes,
    saying_no_twice_is_saying_it_once_and_who_was_asked_with_everybody_declines_nothing,
    a_call_off_that_is_granted_goes_on_with_the_search_that_runs,
    two_offline_officers_and_one_slot,
    who_must_find_a_replacement_has_the_detail_until_somebody_else_does,
    who_finds_a_replacement_gives_the_detail_up_and_calls_nothing_off,
    where_the_agency_must_agree_the_officer_has_it_until_then,
    who_is_asked_to_come_instead_sees_the_detail_and_not_how_it_was_on_offer,
    shortly_before_the_start_the_coordinator_decides,
    who_comes_after_all_takes_the_call_off_back,
    who_is_not_released_and_who_clocks_in_after_calling_off_hear_of_it_and_the_customer,
    who_comes_after_all_once_it_has_begun_ends_no_search_for_a_no_show,
    what_makes_no_sense_is_refused_with_a_sentence,
    an_officer_is_ordered_in_while_others_are_asked,
    a_supervisor_calls_off_and_only_a_supervisor_can_come_instead,
    a_detail_that_is_cancelled_is_looked_for_no_more,
    who_calls_off_too_late_works_no_details_for_a_while,
    where_the_contract_says_so_other_details_of_that_time_are_taken_away,
    rules_that_cannot_be_meant_are_refused_and_the_field_is_named,
);

fn asks(crew: &Crew<'_>, officer: usize) -> Vec<(bool, AskState)> {
    let asks = records::<ReliefAsk>(&crew.phones[officer], RecordKind::ReliefAsk);
    asks.into_values().map(|ask| (ask.officer.is_some(), ask.state)).collect()
}

fn wish(crew: &Crew<'_>, officer: usize) -> CallingOff {
    let wishes = records::<CallingOff>(&crew.phones[officer], RecordKind::CallingOff);
    wishes.into_values().next().unwrap()
}

fn kinds(crew: &Crew<'_>, officer: usize) -> Vec<String> {
    crew.ledger(officer).into_iter().map(|(kind, _)| kind).collect()
}

fn an_officer_calls_off_and_the_second_backup_comes(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 3, 100);
    let (first, gone) = crew.holder();
    assert_eq!(first, 0);
    let told = crew.call_off(0, gone);
    assert_eq!(told, "You are released from this detail. Your notice of 4 days 3 h is short, which is noted.");
    assert_eq!(crew.holders(), []);
    crew.work();
    assert_eq!((asks(&crew, 1), asks(&crew, 2)), (vec![(true, AskState::Open)], vec![]));
    assert_eq!(records::<Detail>(&crew.phones[1], RecordKind::Detail).len(), 1, "who is asked sees the detail");
    let early = crew.refused(2, &Wish::Relieve { assignment: gone, comes: true });
    assert_eq!(early, "You were not asked to come instead.");
    crew.pass(30 * MINUTE);
    assert_eq!(asks(&crew, 2), [(true, AskState::Open)], "the first backup did not answer in time");
    assert_eq!(crew.come(2, gone), "You have this detail now: Road work, 2019-05-19 12:00.");
    let (holder, taken) = crew.holder();
    assert_eq!(holder, 2);
    assert_ne!(taken, gone);
    assert_eq!((asks(&crew, 1), asks(&crew, 2)), (vec![(true, AskState::Closed)], vec![(true, AskState::Taken)]));
    assert_eq!((wish(&crew, 0).state, wish(&crew, 0).late), (CallingOffState::Released, true));
    assert_eq!(crew.ledger(0), [("awarded".to_owned(), 240), ("called_off".to_owned(), -240)]);
    assert_eq!(
        (kinds(&crew, 1), kinds(&crew, 2)),
        (vec!["offered".into(), "no_answer".into()], vec!["awarded".into(), "offered".into()])
    );
    assert_eq!(crew.coordinator_told(), ["called_off", "replacement_found"]);
    assert_eq!(crew.told(&crew.officers[1]), ["called_off"]);
    assert_eq!(crew.told(&crew.customer()), ["called_off", "replacement_found"]);
    let customer = crew.words(&crew.customer(), "called_off");
    assert!(customer[0].contains("An officer will not come") && !customer[0].contains("child"), "{customer:?}");
    crew.pass(200 * HOUR);
    assert_eq!(crew.refused(1, &Wish::Relieve { assignment: gone, comes: true }), "Somebody else took it first.");
}

fn saying_no_twice_is_saying_it_once_and_who_was_asked_with_everybody_declines_nothing(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    let (_, gone) = crew.holder();
    crew.call_off(0, gone);
    crew.work();
    let other = crew.desk.officer("Officer 9");
    let no = Wish::Relieve { assignment: gone, comes: false };
    crew.accepted(1, &no);
    crew.accepted(1, &no);
    assert_eq!(kinds(&crew, 1), ["declined", "offered"]);
    crew.work();
    let phone = Phone::enrol(&crew.desk, &other);
    for _ in 0..2 {
        assert_eq!(phone.wish(&no).reason, "The agency knows that you do not come.");
    }
    let ledger = crew.desk.get(&format!("/v1/staff/officers/{other}/ledger"));
    assert_eq!(ledger["entries"], json!([]), "everybody was asked, and nobody in particular");
}

fn who_calls_off_and_comes_after_all_again_and_again_is_asked_to_call(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    let off = Wish::CallOff { assignment: held, reason: "My child is ill.".to_owned() };
    for _ in 0..2 {
        crew.accepted(0, &off);
        world.wait(MINUTE);
        crew.accepted(0, &Wish::Relieve { assignment: held, comes: true });
        world.wait(MINUTE);
    }
    let why = "You have called this off and taken it back twice within the hour. Call the agency.";
    assert_eq!(crew.refused(0, &off), why);
    world.wait(HOUR - 4 * MINUTE + 1);
    crew.accepted(0, &off);
}

/// The holder wished to be relieved, heard nothing and did not come: somebody else is looked for.
fn called_off_and_not_come(world: &World) -> (Crew<'_>, AssignmentId) {
    let crew = Crew::awarded(world, 2, 4);
    crew.settle(&json!({ "relieve_unconfirmed": true }));
    let (_, held) = crew.holder();
    crew.call_off(0, held);
    crew.pass(3 * HOUR);
    crew.pass(16 * MINUTE);
    crew.phones[0].sync(detailbook_core::wire::SyncRequest::default());
    crew.pass(5 * MINUTE);
    (crew, held)
}

fn a_call_off_that_is_granted_goes_on_with_the_search_that_runs(home: &Home) {
    let world = World::on(home);
    let (crew, held) = called_off_and_not_come(&world);
    let search = || crew.desk.get(&format!("/v1/staff/assignments/{held}/relief"));
    let before = search();
    assert_eq!((&before["search"]["state"], &before["search"]["kept"]), (&json!("searching"), &json!(true)));
    assert_eq!(asks(&crew, 1).len(), 2, "the backup was asked, and everybody");
    crew.pass(MINUTE);
    let grant = format!("/v1/staff/assignments/{held}/call_off/grant");
    crew.desk.run("POST", &grant, &json!({ "reason": "Then go." }));
    crew.work();
    let after = search();
    assert_eq!(
        (&after["relief"], &after["search"]["kept"]),
        (&before["relief"], &json!(false)),
        "nobody is asked anew"
    );
    assert_eq!(kinds(&crew, 1), ["offered"]);
    crew.come(1, held);
    assert_eq!(asks(&crew, 1), [(true, AskState::Taken)]);
}

fn two_offline_officers_and_one_slot(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 1, 100);
    let others = [crew.desk.officer("Officer 8"), crew.desk.officer("Officer 9")];
    let phones = others.each_ref().map(|officer| Phone::enrol(&crew.desk, officer));
    let (_, gone) = crew.holder();
    crew.call_off(0, gone);
    crew.work();
    let asked = || phones.each_ref().map(|phone| records::<ReliefAsk>(phone, RecordKind::ReliefAsk).len());
    assert_eq!(asked(), [1, 1], "there is no backup, so everybody is asked");
    // Whoever reaches the server first has it, whatever their phones' clocks said when they wished it.
    let wish = Wish::Relieve { assignment: gone, comes: true };
    let said = [phones[1].wish(&wish), phones[0].wish(&wish)].map(|outcome| outcome.reason);
    assert_eq!(said, ["You have this detail now: Road work, 2019-05-19 12:00.", "Somebody else took it first."]);
    assert_eq!(asked(), [0, 1], "what everybody was asked is gone; who took it still sees that");
}

/// Officers find their own replacements, before everybody is asked.
fn officers_find(needs_agreement: bool) -> Value {
    json!({ "relief": { "ways": ["officer_finds", "pool"], "officer_looks": 24 * HOUR, "backup_answers": 30 * MINUTE,
        "pool_answers": 2 * HOUR, "urgent_under": 4 * HOUR, "supervisor_after": HOUR },
        "trades": { "allowed": true, "needs_agreement": needs_agreement } })
}

fn who_finds_a_replacement_gives_the_detail_up_and_calls_nothing_off(home: &Home) {
    finds_a_replacement(home, false);
}

fn where_the_agency_must_agree_the_officer_has_it_until_then(home: &Home) {
    finds_a_replacement(home, true);
}

fn finds_a_replacement(home: &Home, needs_agreement: bool) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 200);
    crew.settle(&officers_find(needs_agreement));
    let (_, held) = crew.holder();
    assert_eq!(crew.call_off(0, held), "You have this detail until somebody else takes it over.");
    crew.accepted(0, &Wish::OfferTrade { assignment: held, to: crew.officers[1].parse().unwrap() });
    let trade = *records::<Trade>(&crew.phones[1], RecordKind::Trade).keys().last().unwrap();
    crew.accepted(1, &Wish::AnswerTrade { trade: TradeId::from_bytes(*trade.as_bytes()), takes: true });
    if needs_agreement {
        assert_eq!((crew.holder(), wish(&crew, 0).state), ((0, held), CallingOffState::Kept));
        crew.desk.run("POST", &format!("/v1/staff/trades/{trade}/agree"), &json!(null));
    }
    assert_eq!((crew.holder().0, wish(&crew, 0).state), (1, CallingOffState::Replaced));
    assert_eq!(crew.ledger(0), [("awarded".to_owned(), 240), ("given_up".to_owned(), -240)]);
    assert_eq!(crew.ledger(1), [("awarded".to_owned(), 240)]);
    let told = crew.coordinator_told();
    assert!(["called_off", "replacement_found"].iter().all(|event| told.iter().any(|it| it == event)), "{told:?}");
    // The search has ended with it: after the officer's time nobody is asked any more.
    crew.pass(25 * HOUR);
    assert_eq!((asks(&crew, 0), asks(&crew, 1), crew.holder().0), (vec![], vec![], 1));
}

fn who_must_find_a_replacement_has_the_detail_until_somebody_else_does(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 200);
    crew.settle(&officers_find(true));
    let (_, held) = crew.holder();
    assert_eq!(crew.call_off(0, held), "You have this detail until somebody else takes it over.");
    crew.work();
    let again = crew.refused(0, &Wish::CallOff { assignment: held, reason: "Still ill.".into() });
    assert_eq!(again, "You have asked for that already, and have the detail until then.");
    assert_eq!((crew.holder(), asks(&crew, 1)), ((0, held), vec![]));
    crew.pass(24 * HOUR);
    assert_eq!((crew.holder(), asks(&crew, 1)), ((0, held), vec![(false, AskState::Open)]));
    crew.come(1, held);
    assert_eq!(crew.holder().0, 1);
    assert_eq!(wish(&crew, 0).state, CallingOffState::Replaced);
    assert_eq!(crew.ledger(0), [("awarded".to_owned(), 240), ("called_off".to_owned(), -240)]);
    let filled = crew.desk.get(&format!("/v1/staff/details/{}", crew.detail));
    assert_eq!(filled["record"]["state"], "filled");
}

fn who_comes_after_all_takes_the_call_off_back(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    let comes = Wish::Relieve { assignment: held, comes: true };
    assert_eq!(crew.refused(0, &comes), "Nobody is looked for there.");
    crew.call_off(0, held);
    assert_eq!(wish(&crew, 0).state, CallingOffState::Waits);
    let again = crew.refused(0, &Wish::CallOff { assignment: held, reason: "Please.".to_owned() });
    assert_eq!(again, "You have asked for that already, and have the detail until then.");
    assert_eq!(crew.coordinator_told(), ["wont_make_it"], "once");
    world.wait(MINUTE);
    assert_eq!(crew.accepted(0, &comes), "You took your call-off back, and have this detail.");
    assert_eq!(wish(&crew, 0).state, CallingOffState::Lapsed);
    assert_eq!((crew.holder().0, crew.coordinator_told()), (0, vec!["wont_make_it".into(), "called_off".into()]));
    let customer = crew.words(&crew.customer(), "called_off");
    assert!(customer[0].starts_with("Not called off: "), "{customer:?}");
    let grant = format!("/v1/staff/assignments/{held}/call_off/grant");
    assert_eq!(crew.desk.refusal("POST", &grant, &json!({ "reason": "Go." })), "conflict");
}

fn who_is_asked_to_come_instead_sees_the_detail_and_not_how_it_was_on_offer(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 3, 200);
    crew.settle(&json!({ "relief": { "ways": ["officer_finds", "pool"], "officer_looks": HOUR,
        "backup_answers": 30 * MINUTE, "pool_answers": 200 * HOUR, "urgent_under": 4 * HOUR, "supervisor_after": HOUR } }));
    let (_, held) = crew.holder();
    crew.call_off(0, held);
    crew.work();
    crew.pass(HOUR);
    assert_eq!(asks(&crew, 1), [(false, AskState::Open)]);
    crew.desk.run("POST", &format!("/v1/staff/assignments/{held}/release"), &json!({ "reason": "Go home." }));
    let seen = |officer: usize| {
        let postings = records::<Posting>(&crew.phones[officer], RecordKind::Posting).len();
        (records::<Detail>(&crew.phones[officer], RecordKind::Detail).len(), postings)
    };
    assert_eq!([seen(1), seen(2)], [(1, 0), (1, 0)]);
    crew.come(1, held);
    assert_eq!([seen(1), seen(2)], [(1, 1), (0, 0)], "whoever works it reads how it was on offer");
}

fn shortly_before_the_start_the_coordinator_decides(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    let told = crew.call_off(0, held);
    assert_eq!(told, "You have this detail until the coordinator decides, who has been told: your notice is 3 h.");
    assert_eq!(crew.coordinator_told(), ["wont_make_it"]);
    crew.work();
    assert_eq!((crew.holder(), asks(&crew, 1)), ((0, held), vec![]));
    assert_eq!(crew.desk.items("/v1/staff/call_offs").len(), 1);
    let path = format!("/v1/staff/assignments/{held}/call_off");
    crew.desk.run("POST", &format!("{path}/refuse"), &json!({ "reason": "There is nobody else." }));
    assert_eq!(wish(&crew, 0).reason, "You have this detail: There is nobody else.");
    let settled = crew.desk.refusal("POST", &format!("{path}/grant"), &json!({ "reason": "Late." }));
    assert_eq!((settled.as_str(), crew.desk.items("/v1/staff/call_offs").len()), ("conflict", 0));
    crew.pass(HOUR);
    crew.call_off(0, held);
    crew.desk.run("POST", &format!("{path}/grant"), &json!({ "reason": "Then go.", "excused": true }));
    assert_eq!((crew.holders(), wish(&crew, 0).state), (vec![], CallingOffState::Released));
    crew.work();
    assert_eq!(asks(&crew, 1).len(), 2, "this close to the start, the backup and everybody are asked at once");
    crew.come(1, held);
    assert_eq!(crew.holder().0, 1);
}

fn what_makes_no_sense_is_refused_with_a_sentence(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    let off = |reason: &str| Wish::CallOff { assignment: held, reason: reason.to_owned() };
    assert_eq!(crew.refused(1, &off("Mine?")), "You have no such assignment.");
    assert_eq!(crew.refused(0, &off("  ")), "Say why, in words that can be shown.");
    let nowhere = Wish::Relieve { assignment: held, comes: true };
    assert_eq!(crew.refused(1, &nowhere), "Nobody is looked for there.");
    world.wait(3 * HOUR);
    crew.phones[0].say(held.into(), FactKind::In, world.app.now(), None);
    let at_work = "You are clocked in. Clock out if you must leave, and tell the agency why.";
    assert_eq!(crew.refused(0, &off("I want to go.")), at_work);
    crew.phones[0].say(held.into(), FactKind::Out, world.app.now(), None);
    world.wait(4 * HOUR);
    assert_eq!(crew.refused(0, &off("Too late.")), "This detail is over.");
    crew.desk.run("POST", &format!("/v1/staff/assignments/{held}/release"), &json!({ "reason": "Over." }));
    assert_eq!(crew.refused(0, &off("Again.")), "You were released from this assignment.");
}

fn an_officer_is_ordered_in_while_others_are_asked(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    let (_, gone) = crew.holder();
    crew.call_off(0, gone);
    crew.work();
    assert_eq!(asks(&crew, 1), [(true, AskState::Open)]);
    let other = crew.desk.officer("Officer 9");
    crew.desk.make(&format!("/v1/staff/details/{}/assignments", crew.detail), &order(&other));
    let ledger = crew.desk.get(&format!("/v1/staff/officers/{other}/ledger"));
    let entry = &ledger["entries"][0];
    assert_eq!((&entry["what"]["kind"], &entry["charged"]), (&json!("ordered_in"), &json!(240)));
    assert_eq!(asks(&crew, 1), [(true, AskState::Closed)]);
    assert_eq!(crew.refused(1, &Wish::Relieve { assignment: gone, comes: true }), "Somebody else took it first.");
    let mut told = crew.coordinator_told();
    told.sort_unstable();
    assert_eq!(told, ["called_off", "replacement_found"]);
    crew.pass(HOUR);
    let search = crew.desk.get(&format!("/v1/staff/assignments/{gone}/relief"));
    assert_eq!(search["search"]["state"], "found");
}

/// The rank of an officer, changed.
fn promote(crew: &Crew<'_>, officer: &str, rank: &str) {
    let path = format!("/v1/staff/officers/{officer}");
    let version = crew.desk.version(&path);
    crew.desk.run("PUT", &path, &json!({ "version": version, "record": { "name": "Officer", "rank": rank } }));
}

fn a_supervisor_calls_off_and_only_a_supervisor_can_come_instead(home: &Home) {
    let world = World::on(home);
    let crew = Crew::idle(&world, 3, 100);
    for officer in [0, 1] {
        promote(&crew, &crew.officers[officer], "SGT");
    }
    let mut record: Value = detail(&crew.site, 100, 1);
    record["positions"][0]["rank"] = json!("SGT");
    let crew = Crew { detail: crew.desk.make("/v1/staff/details", &json!({ "record": record })), ..crew };
    crew.desk.order(&crew.detail, &crew.officers[0]);
    let (_, gone) = crew.holder();
    crew.call_off(0, gone);
    crew.work();
    assert_eq!(crew.told(&crew.officers[1]), ["called_off"]);
    assert_eq!(crew.told(&crew.officers[2]), Vec::<String>::new(), "who cannot take the place is not woken");
    let refused = crew.refused(2, &Wish::Relieve { assignment: gone, comes: true });
    assert_eq!(refused, "Traffic 1 asks for rank SGT; yours is PO.");
    crew.come(1, gone);
    assert_eq!(crew.holder().0, 1);
}

fn a_detail_that_is_cancelled_is_looked_for_no_more(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    let (_, gone) = crew.holder();
    crew.call_off(0, gone);
    crew.work();
    let path = format!("/v1/staff/details/{}", crew.detail);
    let version = crew.desk.version(&path);
    crew.desk.run("POST", &format!("{path}/cancel"), &json!({ "version": version, "reason": "Rain." }));
    let refused = crew.refused(1, &Wish::Relieve { assignment: gone, comes: true });
    assert_eq!(refused, "Nobody is looked for there any more.");
    assert_eq!(asks(&crew, 1), [(true, AskState::Closed)]);
    assert_eq!(crew.desk.items(&format!("{path}/reliefs")), Vec::<Value>::new());
    crew.pass(HOUR);
}

fn who_calls_off_too_late_works_no_details_for_a_while(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    let late = json!({ "notice_days": 5, "restricted": { "days": 30 } });
    conduct(&crew, &json!({ "late_cancel": late }));
    let (_, gone) = crew.holder();
    crew.call_off(0, gone);
    let another = crew.desk.detail(&crew.site, 300, 1);
    let apply = Wish::Apply { detail: another.parse().unwrap(), position: None, read: None };
    let refused = crew.refused(0, &apply);
    assert!(refused.starts_with("Called off on 2019-05-15 09:00 with less than 5 days' notice"), "{refused}");
    crew.accepted(1, &apply);
    crew.work();
    crew.come(1, gone);
    let (_, taken) = crew.holder();
    let refused = crew.refused(1, &Wish::OfferTrade { assignment: taken, to: crew.officers[0].parse().unwrap() });
    assert_eq!(refused, "That officer cannot work this detail.");
    let later = crew.desk.detail(&crew.site, 31 * 24, 1);
    crew.accepted(0, &Wish::Apply { detail: later.parse().unwrap(), position: None, read: None });
}

fn where_the_contract_says_so_other_details_of_that_time_are_taken_away(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 100);
    conduct(&crew, &json!({ "late_cancel": { "notice_days": 5, "restricted": { "days": 30 }, "releases": true } }));
    let [soon, far] = [300, 32 * 24].map(|begins| crew.desk.detail(&crew.site, begins, 1));
    let [lost, kept] = [&soon, &far].map(|detail| crew.desk.order(detail, &crew.officers[0]));
    let (_, gone) = crew.holder();
    crew.call_off(0, gone);
    let state = |id: &str| crew.desk.get(&format!("/v1/staff/assignments/{id}"))["record"]["state"].clone();
    assert_eq!((state(&lost), state(&kept)), (json!("released"), json!("active")));
    crew.work();
    let search = crew.desk.get(&format!("/v1/staff/assignments/{lost}/relief"));
    assert_eq!(search["search"]["state"], "searching", "somebody else is looked for there too");
}

/// The usual charges with these consequences of conduct.
pub(super) fn conduct(crew: &Crew<'_>, conduct: &Value) {
    let mut contract = serde_json::to_value(detailbook_server::scheduling::ledger::usual_contract()).unwrap();
    contract["conduct"] = conduct.clone();
    let contract: detailbook_core::award::Contract = serde_json::from_value(contract).unwrap();
    let set = crew.desk.world.write(crew.desk.agency, move |sql, by| {
        Ok(detailbook_server::store::ledger::set_contract(sql, by.agency, by.now, &contract)?)
    });
    set.unwrap();
}

fn rules_that_cannot_be_meant_are_refused_and_the_field_is_named(home: &Home) {
    let world = World::on(home);
    let crew = Crew::idle(&world, 1, 100);
    let usual = crew.desk.get("/v1/staff/staffing_rules");
    assert_eq!(usual["watch"], json!({ "late_after": 5 * MINUTE, "no_show_after": 15 * MINUTE }));
    let mut wrong = usual.clone();
    wrong["watch"]["late_after"] = json!(-1);
    let (status, body) = crew.desk.call("PUT", "/v1/staff/staffing_rules", &wrong);
    assert_eq!(status, 422);
    assert!(body["reason"].as_str().unwrap().starts_with("watch.late_after: "), "{body}");
    crew.desk.run("PUT", "/v1/staff/staffing_rules", &usual);
}

fn who_is_not_released_and_who_clocks_in_after_calling_off_hear_of_it_and_the_customer(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    let told = || [crew.words(&crew.officers[0], "called_off"), crew.words(&crew.customer(), "called_off")];
    crew.call_off(0, held);
    let refuse = format!("/v1/staff/assignments/{held}/call_off/refuse");
    crew.desk.run("POST", &refuse, &json!({ "reason": "There is nobody else." }));
    let [officer, customer] = told();
    assert_eq!((officer.len(), customer.len()), (1, 1));
    assert!(officer[0].starts_with("Not released: ") && officer[0].contains("There is nobody else."), "{officer:?}");
    assert!(customer[0].contains("comes after all") && !customer[0].contains("nobody else"), "{customer:?}");
    world.wait(MINUTE);
    crew.call_off(0, held);
    crew.pass(3 * HOUR - MINUTE);
    crew.phones[0].say_surely(held.into(), FactKind::In, world.app.now(), vec![]);
    assert_eq!(wish(&crew, 0).state, CallingOffState::Lapsed);
    let not_called_off = |words: &[String]| words.iter().filter(|it| it.starts_with("Not called off: ")).count();
    assert_eq!(told().map(|words| (words.len(), not_called_off(&words))), [(2, 1), (2, 1)]);
}

fn who_comes_after_all_once_it_has_begun_ends_no_search_for_a_no_show(home: &Home) {
    let world = World::on(home);
    let (crew, held) = called_off_and_not_come(&world);
    let search = || crew.desk.get(&format!("/v1/staff/assignments/{held}/relief"))["search"]["state"].clone();
    assert_eq!(search(), "searching");
    crew.accepted(0, &Wish::Relieve { assignment: held, comes: true });
    assert_eq!((wish(&crew, 0).state, search()), (CallingOffState::Lapsed, json!("searching")));
    crew.phones[0].say_surely(held.into(), FactKind::In, world.app.now(), vec![]);
    assert_eq!(search(), "over", "a clock-in ends it");
}

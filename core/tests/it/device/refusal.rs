//! Refusals: what is poisoned stands alone, stays visible, and blocks nothing.

use std::sync::atomic::Ordering;

use detailbook_core::device::{PhoneError, Place, SyncProgress, SyncState, WhichShift};
use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{AssignmentId, DetailId};
use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;
use detailbook_core::wire::Refusal;

use super::world::World;

fn shift(n: u8) -> WhichShift {
    WhichShift::Assignment(AssignmentId::from_bytes([n; 16]))
}

#[test]
fn a_poisoned_fact_is_found_out_and_everything_else_lands() {
    let mut world = World::enrolled();
    let mut recorded = Vec::new();
    for n in 1..=2 {
        for kind in [FactKind::In, FactKind::BreakStart, FactKind::BreakEnd, FactKind::Out] {
            recorded.push(world.phone().punch(kind, shift(n), &world.moment()).unwrap());
        }
    }
    let poisoned = recorded[2];
    world.agency.poison.insert(poisoned.fact, Refusal::BadChange);
    assert!(world.sync() <= 5);
    assert_eq!(world.agency.facts(), 7);
    let facts = world.phone().facts(poisoned.document, None, 10).unwrap();
    let refused: Vec<_> = facts.iter().filter(|fact| matches!(fact.sync, SyncState::Refused { .. })).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].fact, poisoned.fact);
    assert_eq!(
        refused[0].sync,
        SyncState::Refused { code: "bad_change".into(), reason: Refusal::BadChange.sentence().into() }
    );
    let state = world.phone().sync_state().unwrap();
    assert_eq!((state.facts_refused, state.facts_waiting, state.all_synced), (1, 0, false));
    // The document goes on, in one change for what waits together again.
    let before = world.agency.document(poisoned.document).changes();
    world.phone().note(Place::Shift(shift(1)), "Later.", &world.moment()).unwrap();
    world.phone().note(Place::Shift(shift(1)), "Later still.", &world.moment()).unwrap();
    assert_eq!(world.sync(), 1);
    assert_eq!(world.agency.document(poisoned.document).changes(), before + 1);
}

#[test]
fn every_fact_poisoned_is_no_endless_loop() {
    let mut world = World::enrolled();
    for n in 0..6 {
        let it = world.phone().punch(FactKind::In, shift(1), &world.moment()).unwrap();
        world.agency.poison.insert(it.fact, [Refusal::FactExists, Refusal::TooLarge, Refusal::Conflict][n % 3]);
    }
    let good = world.phone().punch(FactKind::In, shift(2), &world.moment()).unwrap();
    assert!(world.sync() < 12);
    assert!(world.agency.has(good.document, good.fact));
    assert_eq!(world.phone().sync_state().unwrap().facts_refused, 6);
}

#[test]
fn a_document_that_is_not_ours_is_given_up_at_once() {
    let mut world = World::enrolled();
    let punched = world.phone().punch(FactKind::In, shift(1), &world.moment()).unwrap();
    let good = world.phone().punch(FactKind::In, shift(2), &world.moment()).unwrap();
    world.agency.closed.insert(punched.document, Refusal::NotYours);
    assert_eq!(world.sync(), 1);
    assert!(world.agency.has(good.document, good.fact));
    let facts = world.phone().facts(punched.document, None, 10).unwrap();
    assert!(matches!(&facts[0].sync, SyncState::Refused { code, .. } if code == "not_yours"));
    assert_eq!(world.sync(), 1);
}

#[test]
fn a_quarantined_document_waits_without_holding_up_others() {
    let mut world = World::enrolled();
    let punched = world.phone().punch(FactKind::In, shift(1), &world.moment()).unwrap();
    world.agency.closed.insert(punched.document, Refusal::Quarantined);
    let good = world.phone().punch(FactKind::In, shift(2), &world.moment()).unwrap();
    assert_eq!(world.sync(), 1);
    assert!(world.agency.has(good.document, good.fact));
    let facts = world.phone().facts(punched.document, None, 10).unwrap();
    let held = SyncState::Held { code: "quarantined".into(), reason: Refusal::Quarantined.sentence().into() };
    assert_eq!(facts[0].sync, held);
    assert_eq!(world.phone().unsettled(5).unwrap()[0].sync, held);
    world.phone().punch(FactKind::Out, shift(1), &world.moment()).unwrap();
    assert_eq!(world.sync(), 1);
    world.agency.closed.clear();
    world.pass(Millis::from_hours(2));
    assert_eq!(world.sync(), 1);
    assert_eq!(world.agency.document(punched.document).facts.len(), 2);
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn a_phone_put_back_from_a_backup_gets_its_own_facts_again_and_goes_on() {
    let mut world = World::enrolled();
    let first = world.phone().punch(FactKind::In, shift(1), &world.moment()).unwrap();
    world.sync();
    world.shut();
    let backup = std::fs::read(world.path()).unwrap();
    world.open(None).unwrap();
    for kind in [FactKind::BreakStart, FactKind::BreakEnd, FactKind::Out] {
        world.phone().punch(kind, shift(1), &world.moment()).unwrap();
        world.sync();
    }
    world.shut();
    std::fs::write(world.path(), backup).unwrap();
    world.open(None).unwrap();
    let note = world.phone().note(Place::Shift(shift(1)), "New phone.", &world.moment()).unwrap();
    let mut rounds = 0;
    loop {
        rounds += 1;
        assert!(rounds < 12);
        if world.step().unwrap() == SyncProgress::Done {
            break;
        }
    }
    assert_eq!(world.agency.document(first.document).facts.len(), 5);
    assert!(world.agency.has(first.document, note.fact));
    let facts = world.phone().facts(first.document, None, 10).unwrap();
    assert_eq!(facts.len(), 5);
    assert!(facts.iter().all(|fact| fact.sync == SyncState::AgencyHasIt));
}

#[test]
fn a_hold_ends_though_the_wall_clock_was_set_back() {
    let mut world = World::enrolled();
    world.wall_ahead = Millis::from_hours(1_000);
    let punched = world.phone().punch(FactKind::In, shift(1), &world.moment()).unwrap();
    world.agency.closed.insert(punched.document, Refusal::Quarantined);
    world.sync();
    world.agency.closed.clear();
    world.wall_ahead = Millis(0);
    world.pass(Millis::from_hours(2));
    world.sync();
    assert!(world.agency.has(punched.document, punched.fact));
}

#[test]
fn shared_text_that_grew_too_long_holds_up_no_fact_beside_it() {
    let mut world = World::enrolled();
    let detail = DetailId::from_bytes([8; 16]);
    world.agency.show(detail.into(), DocumentKind::PassOn, world.officer);
    world.limits.text_chars = 20_000;
    world.open(None).unwrap();
    world.sync();
    let mut text = String::new();
    for _ in 0..3 {
        let longer = text.clone() + &"x".repeat(4_000);
        world.phone().edit_pass_on(detail, &text, &longer, &world.moment()).unwrap();
        text = longer;
    }
    let incident = world.phone().incident(Place::PassOn(detail), "A car hit the barrier.", &world.moment()).unwrap();
    world.sync();
    assert!(world.agency.has(incident.document, incident.fact));
    assert_eq!(world.phone().pass_on_text(detail).unwrap().len(), 8_000);
    let report = world.phone().reports(5).unwrap().remove(0);
    assert_eq!((report.what.as_str(), report.words), ("words_not_applied", Some("x".repeat(4_000))));
}

#[test]
fn refusals_use_up_no_writers() {
    let mut world = World::enrolled();
    let device = world.device();
    let closed = world.phone().punch(FactKind::In, shift(1), &world.moment()).unwrap();
    world.agency.closed.insert(closed.document, Refusal::NotYours);
    for _ in 0..10 {
        world.phone().note(Place::Shift(shift(1)), "Not mine.", &world.moment()).unwrap();
        world.sync();
    }
    assert_eq!(world.agency.device(device).writers.len(), 1);
    for n in 0..20 {
        let note = world.phone().note(Place::Shift(shift(2)), "Quiet.", &world.moment()).unwrap();
        if n % 2 == 0 {
            world.agency.poison.insert(note.fact, Refusal::BadChange);
        }
    }
    world.sync();
    assert_eq!((world.agency.facts(), world.phone().sync_state().unwrap().facts_refused), (10, 21));
    assert_eq!(world.agency.device(device).writers.len(), 2);
}

#[test]
fn a_server_that_forgot_who_writes_is_told_again() {
    let mut world = World::enrolled();
    world.phone().punch(FactKind::In, shift(1), &world.moment()).unwrap();
    world.sync();
    let device = world.device();
    world.agency.device(device).writers.clear();
    let out = world.phone().punch(FactKind::Out, shift(1), &world.moment()).unwrap();
    world.sync();
    assert!(world.agency.has(out.document, out.fact));
    assert_eq!(world.agency.device(device).writers.len(), 1);
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn facts_wait_while_the_server_takes_no_writer_and_are_not_refused() {
    let mut world = World::enrolled();
    world.agency.writer_limit = 0;
    let recorded: Vec<_> =
        (1..=3).map(|n| world.phone().punch(FactKind::In, shift(n), &world.moment()).unwrap()).collect();
    world.sync();
    for _ in 0..5 {
        world.pass(Millis::from_hours(2));
        world.sync();
    }
    let state = world.phone().sync_state().unwrap();
    assert_eq!((state.facts_refused, state.facts_waiting), (0, 3));
    world.agency.writer_limit = 3;
    world.pass(Millis::from_hours(2));
    world.sync();
    assert!(recorded.iter().all(|it| world.agency.has(it.document, it.fact)));
}

#[test]
fn one_refused_signature_gives_up_no_other() {
    let mut world = World::enrolled();
    world.key.locked.store(true, Ordering::Relaxed);
    let recorded: Vec<_> =
        (0..5).map(|_| world.phone().punch(FactKind::In, shift(1), &world.moment()).unwrap()).collect();
    world.sync();
    world.key.locked.store(false, Ordering::Relaxed);
    world.agency.poisoned_signatures.insert(recorded[2].fact);
    world.sync();
    let document = world.agency.document(recorded[0].document);
    assert_eq!((document.facts.len(), document.signatures.len()), (5, 4));
}

#[test]
fn a_reason_newer_than_this_version_is_waited_out_and_refuses_no_honest_punch() {
    let mut world = World::enrolled();
    let punched = world.phone().punch(FactKind::In, shift(1), &world.moment()).unwrap();
    world.agency.closed.insert(punched.document, Refusal::Other(99));
    let good = world.phone().punch(FactKind::In, shift(2), &world.moment()).unwrap();
    world.sync();
    assert!(world.agency.has(good.document, good.fact));
    let state = world.phone().sync_state().unwrap();
    assert_eq!((state.facts_refused, state.facts_waiting), (0, 1));
    world.agency.closed.clear();
    world.pass(Millis::from_hours(2));
    world.sync();
    assert!(world.agency.has(punched.document, punched.fact));
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn enrolling_again_tries_refused_facts_once_more() {
    let mut world = World::enrolled();
    let punched = world.phone().punch(FactKind::In, shift(1), &world.moment()).unwrap();
    world.agency.poison.insert(punched.fact, Refusal::BadChange);
    world.sync();
    assert_eq!(world.phone().sync_state().unwrap().facts_refused, 1);
    world.agency.poison.clear();
    world.enrol();
    world.sync();
    assert!(world.agency.has(punched.document, punched.fact));
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn what_cannot_be_taken_is_reported_once_however_often_it_comes() {
    let mut world = World::enrolled();
    for n in 0..3_u32 {
        for _ in 0..2 {
            world.agency.extra.push(vec![0x19, 0, n as u8]);
        }
        world.sync();
    }
    assert_eq!(world.phone().reports(10).unwrap().len(), 3);
    for n in 0..300_u32 {
        world.agency.extra.push([&[0x1a][..], &(n + 1_000).to_be_bytes()].concat());
    }
    world.sync();
    assert_eq!(world.phone().reports(1_000).unwrap().len(), 100);
}

#[test]
fn a_refused_fact_is_sent_again_when_the_officer_says_so() {
    let mut world = World::enrolled();
    let punched = world.phone().punch(FactKind::In, shift(1), &world.moment()).unwrap();
    world.agency.poison.insert(punched.fact, Refusal::BadChange);
    world.sync();
    world.phone().retry_fact(punched.document, punched.fact).unwrap();
    world.sync();
    assert_eq!(world.phone().sync_state().unwrap().facts_refused, 1);
    world.agency.poison.clear();
    world.sync();
    assert!(!world.agency.has(punched.document, punched.fact));
    world.phone().retry_fact(punched.document, punched.fact).unwrap();
    world.sync();
    assert!(world.agency.has(punched.document, punched.fact));
    assert!(world.phone().sync_state().unwrap().all_synced);
    let again = world.phone().retry_fact(punched.document, punched.fact);
    assert!(matches!(again, Err(PhoneError::NoSuchFact)));
}

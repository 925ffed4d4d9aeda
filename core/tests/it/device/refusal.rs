//! Refusals: what is poisoned stands alone, stays visible, and blocks nothing.

use detailbook_core::device::{Place, SyncProgress, SyncState, WhichShift};
use detailbook_core::ids::AssignmentId;
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
    assert_eq!(refused[0].sync, SyncState::Refused { code: "bad_change", reason: Refusal::BadChange.sentence() });
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
        world.agency.poison.insert(it.fact, [Refusal::FactExists, Refusal::TooLarge, Refusal::Other(99)][n % 3]);
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
    assert!(matches!(facts[0].sync, SyncState::Refused { code: "not_yours", .. }));
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
    assert_eq!(facts[0].sync, SyncState::OnThisPhone);
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

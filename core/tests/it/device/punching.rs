//! What the officer writes, with and without a signal, a key or an assignment.

use std::sync::atomic::Ordering;

use detailbook_core::device::{PhoneError, Place, SyncState, WhichShift};
use detailbook_core::documents::FactEntry;
use detailbook_core::evidence::Signer;
use detailbook_core::evidence::{Statement, verify};
use detailbook_core::ids::{AssignmentId, DetailId, FactId};
use detailbook_core::shift::{ChainLink, Fact, FactKind};
use detailbook_core::time::{Anchor, Millis, UnixMillis};
use detailbook_core::wire::Refusal;

use super::exchange::fact_of_other;
use super::world::World;

#[test]
fn nothing_can_be_written_before_enrolment() {
    let world = World::new();
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment());
    assert!(matches!(punched, Err(PhoneError::NotEnrolled)));
    assert!(matches!(world.phone().begin_sync(&world.reading()), Err(PhoneError::NotEnrolled)));
    assert_eq!(punched.unwrap_err().code(), "not_enrolled");
}

#[test]
fn a_key_that_panics_once_signs_the_next_time() {
    let world = World::enrolled();
    world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    world.key.panics.store(true, Ordering::Relaxed);
    let signing = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.phone().sign_pending()));
    assert!(signing.is_err());
    world.key.panics.store(false, Ordering::Relaxed);
    assert_eq!(world.phone().sign_pending().unwrap(), 1);
}

#[test]
fn an_officer_clocks_in_without_an_assignment_before_the_first_sync() {
    let mut world = World::enrolled();
    let detail = DetailId::from_bytes([4; 16]);
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(Some(detail)), &world.moment()).unwrap();
    let out = world.phone().punch(FactKind::Out, WhichShift::Running, &world.moment()).unwrap();
    assert_eq!(out.document, punched.document);
    assert_eq!(world.sync(), 1);
    let document = world.agency.document(punched.document);
    assert_eq!(document.facts.len(), 2);
    let fact = Fact::from_bytes(&document.facts[&out.fact]).unwrap();
    assert_eq!((fact.kind, fact.detail), (FactKind::Out, Some(detail)));
}

#[test]
fn what_is_written_in_one_millisecond_stands_in_the_order_in_which_it_was() {
    let world = World::enrolled();
    let punch = |kind, shift| world.phone().punch(kind, shift, &world.moment()).unwrap();
    let first = punch(FactKind::In, WhichShift::Unassigned(None));
    let note = |n: u32| world.phone().note(Place::Shift(WhichShift::Running), &n.to_string(), &world.moment()).unwrap();
    let mut written = vec![first];
    written.extend((0..20).map(note));
    written.push(punch(FactKind::Out, WhichShift::Running));
    let shown = world.phone().facts(first.document, None, 100).unwrap();
    assert_eq!(
        shown.iter().map(|it| it.fact).collect::<Vec<_>>(),
        written.iter().map(|it| it.fact).collect::<Vec<_>>()
    );
}

#[test]
fn facts_that_wait_together_travel_in_one_change_and_are_signed() {
    let mut world = World::enrolled();
    let shift = WhichShift::Assignment(AssignmentId::from_bytes([9; 16]));
    let mut recorded = Vec::new();
    for kind in [FactKind::EnRoute, FactKind::In, FactKind::Out] {
        recorded.push(world.phone().punch(kind, shift, &world.moment()).unwrap());
    }
    world.sync();
    let document = world.agency.document(recorded[0].document);
    assert_eq!(document.changes(), 1);
    let device = world.device();
    for it in &recorded {
        let statement =
            Statement { agency: world.agency.id, officer: world.officer, device, document: it.document, fact: it.fact };
        let message = statement.bytes(&document.facts[&it.fact]);
        assert!(verify(&world.key.public_key().unwrap(), &message, &document.signatures[&it.fact]));
    }
}

#[test]
fn the_chain_runs_over_all_documents_and_survives_a_restart() {
    let mut world = World::enrolled();
    let first = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    let pass_on = Place::PassOn(DetailId::from_bytes([3; 16]));
    world.phone().note(pass_on, "Gate code changed.", &world.moment()).unwrap();
    world.open(None).unwrap();
    world.phone().punch(FactKind::Out, WhichShift::Running, &world.moment()).unwrap();
    world.agency.show(
        DetailId::from_bytes([3; 16]).into(),
        detailbook_core::documents::DocumentKind::PassOn,
        world.officer,
    );
    world.sync();
    let (device, mut previous) = (world.device(), ChainLink::FIRST);
    let mut chain = Vec::new();
    for document in [first.document, DetailId::from_bytes([3; 16]).into()] {
        for (fact, bytes) in &world.agency.document(document).facts {
            let statement =
                Statement { agency: world.agency.id, officer: world.officer, device, document, fact: *fact };
            chain.push((Fact::from_bytes(bytes).unwrap().link, statement.hash(bytes)));
        }
    }
    chain.sort_by_key(|(link, _)| link.counter);
    assert_eq!(chain.len(), 3);
    for (link, hash) in chain {
        assert_eq!(link, previous);
        previous = ChainLink { counter: link.counter + 1, previous: hash };
    }
}

#[test]
fn a_key_that_fails_blocks_nothing_and_its_signature_follows() {
    let mut world = World::enrolled();
    world.key.locked.store(true, Ordering::Relaxed);
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    world.sync();
    assert!(world.agency.has(punched.document, punched.fact));
    assert!(world.agency.document(punched.document).signatures.is_empty());
    assert_eq!(world.phone().sync_state().unwrap().facts_unsigned, 1);
    world.key.locked.store(false, Ordering::Relaxed);
    world.sync();
    assert!(world.agency.document(punched.document).signatures.contains_key(&punched.fact));
    let state = world.phone().sync_state().unwrap();
    assert_eq!((state.facts_unsigned, state.all_synced), (0, true));
}

#[test]
fn another_key_than_the_enrolled_one_signs_nothing_and_the_phone_asks_to_be_enrolled_again() {
    let mut world = World::enrolled();
    let signed = |world: &World, log, n: usize| world.phone().facts(log, None, 9).unwrap()[n].signed;
    let says = |world: &World| world.phone().first_screen(world.now()).unwrap().sync.enrol_again.map(|it| it.code);
    let log = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap().document;
    world.sync();
    assert!(signed(&world, log, 0) && says(&world).is_none());
    world.key.lose();
    world.open(None).unwrap();
    assert_eq!((world.phone().sign_pending().unwrap(), says(&world)), (0, Some("key_changed".to_owned())));
    let out = world.phone().punch(FactKind::Out, WhichShift::Running, &world.moment()).unwrap();
    world.sync();
    assert!(world.agency.has(log, out.fact), "nothing is lost");
    assert_eq!((signed(&world, log, 1), world.phone().sync_state().unwrap().facts_unsigned), (false, 1));
    let next = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap().document;
    assert_eq!(world.phone().sign_pending().unwrap(), 0);
    world.enrol();
    assert_eq!(says(&world), None);
    world.sync();
    assert!(signed(&world, next, 0) && !signed(&world, log, 1));
    assert_eq!(world.phone().sync_state().unwrap().facts_unsigned, 0);
}

#[test]
fn the_anchor_comes_from_the_store_whatever_the_caller_says() {
    let mut world = World::enrolled();
    world.sync();
    let mut moment = world.moment();
    moment.clock.anchor = None;
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &moment).unwrap();
    world.sync();
    let fact = Fact::from_bytes(&world.agency.document(punched.document).facts[&punched.fact]).unwrap();
    let anchor = fact.clock.anchor.unwrap();
    assert!(anchor.server > UnixMillis::new(super::world::START) && anchor.round_trip >= 1);
    assert_eq!(fact.fixes().len(), 5);
}

#[test]
fn what_refers_to_an_earlier_fact_needs_one_that_fits() {
    let world = World::enrolled();
    let phone = world.phone();
    assert!(matches!(
        phone.punch(FactKind::Out, WhichShift::Running, &world.moment()),
        Err(PhoneError::NoRunningShift)
    ));
    assert!(matches!(phone.punch(FactKind::Note, WhichShift::Running, &world.moment()), Err(PhoneError::NotAPunch)));
    let punched = phone.punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    let note = phone.note(Place::Shift(WhichShift::Running), "Quiet.", &world.moment()).unwrap();
    let at = world.now();
    assert!(phone.correct(WhichShift::Running, punched.fact, at, "Forgot.", &world.moment()).is_ok());
    assert!(matches!(
        phone.correct(WhichShift::Running, note.fact, at, "Forgot.", &world.moment()),
        Err(PhoneError::NoSuchFact)
    ));
    assert!(matches!(phone.note(Place::Shift(WhichShift::Running), "  ", &world.moment()), Err(PhoneError::Empty)));
    let long = "x".repeat(20_000);
    assert!(matches!(phone.note(Place::Shift(WhichShift::Running), &long, &world.moment()), Err(PhoneError::TooLarge)));
    assert!(phone.replace_note(note.document, note.fact, "Not so quiet.", &world.moment()).is_ok());
    assert!(matches!(
        phone.replace_note(note.document, punched.fact, "No.", &world.moment()),
        Err(PhoneError::NoSuchFact)
    ));
    phone.submit(WhichShift::Running, &world.moment()).unwrap();
    assert!(matches!(
        phone.replace_note(note.document, note.fact, "Late.", &world.moment()),
        Err(PhoneError::Submitted)
    ));
}

#[test]
fn every_item_says_how_far_it_has_come() {
    let mut world = World::enrolled();
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    let facts = world.phone().facts(punched.document, None, 10).unwrap();
    assert_eq!(facts[0].sync, SyncState::OnThisPhone);
    assert_eq!(world.phone().unsettled(10).unwrap().len(), 1);
    assert!(!world.phone().sync_state().unwrap().all_synced);
    world.sync();
    let facts = world.phone().facts(punched.document, None, 10).unwrap();
    assert_eq!((facts[0].sync.clone(), facts[0].signed), (SyncState::AgencyHasIt, true));
    assert!(world.phone().unsettled(10).unwrap().is_empty());
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn a_clock_set_back_does_not_keep_a_shift_running() {
    let world = World::enrolled();
    world.pass(detailbook_core::time::Millis::from_hours(3));
    world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    world.pass(detailbook_core::time::Millis::from_hours(-2));
    world.phone().punch(FactKind::Out, WhichShift::Running, &world.moment()).unwrap();
    assert_eq!(world.phone().running(world.now()).unwrap(), None);
}

#[test]
fn own_punches_that_come_back_from_the_server_do_not_reopen_a_shift() {
    let mut world = World::enrolled();
    world.pass(detailbook_core::time::Millis::from_hours(3));
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    world.pass(detailbook_core::time::Millis::from_hours(-2));
    world.phone().punch(FactKind::Out, WhichShift::Running, &world.moment()).unwrap();
    // The server has both, but its answer is lost, and what comes next sends the phone for the server's copy.
    let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
    world.agency.handle(&outgoing);
    world.phone().abandon_sync(outgoing.ticket);
    world.agency.closed.insert(punched.document, Refusal::SequenceGap);
    world.step().unwrap();
    world.agency.closed.clear();
    world.sync();
    assert!(world.phone().sync_state().unwrap().all_synced);
    assert_eq!(world.phone().running(world.now()).unwrap(), None);
}

#[test]
fn a_shift_handed_in_on_the_other_phone_fixes_its_notes_here() {
    let mut world = World::enrolled();
    let shift = WhichShift::Assignment(AssignmentId::from_bytes([1; 16]));
    let note = world.phone().note(Place::Shift(shift), "All quiet.", &world.moment()).unwrap();
    world.sync();
    let submitted = fact_of_other(FactKind::Submitted, None, &world);
    world.agency.write_as_other(note.document, &[submitted]);
    world.sync();
    let replaced = world.phone().replace_note(note.document, note.fact, "Not so quiet.", &world.moment());
    assert!(matches!(replaced, Err(PhoneError::Submitted)));
}

#[test]
fn a_shift_ended_on_the_other_phone_is_ended_here_though_that_phones_clock_is_slow() {
    let mut world = World::enrolled();
    world.sync();
    let shift = WhichShift::Assignment(AssignmentId::from_bytes([1; 16]));
    let punched = world.phone().punch(FactKind::In, shift, &world.moment()).unwrap();
    world.sync();
    world.pass(Millis::from_hours(4));
    let mut out = Fact::from_bytes(&fact_of_other(FactKind::Out, None, &world).bytes).unwrap();
    // Its wall clock is a day behind; what the server's clock said to it tells the time.
    out.clock.wall = out.clock.wall - Millis::from_hours(24);
    let (monotonic, boot) = (out.clock.monotonic, out.clock.boot);
    out.clock.anchor = Some(Anchor { server: world.now(), monotonic, boot, round_trip: 100 });
    let id = FactId::from_bytes([0x70; 16]);
    let entry = FactEntry { id, bytes: out.to_bytes(), signature: None };
    world.agency.write_as_other(punched.document, &[entry]);
    world.sync();
    assert_eq!(world.phone().running(world.now()).unwrap(), None);
    // Begun again over there, it runs here as well.
    world.pass(Millis::from_hours(1));
    let again = fact_of_other(FactKind::In, None, &world);
    world.agency.write_as_other(punched.document, &[again]);
    world.sync();
    assert_eq!(world.phone().running(world.now()).unwrap().map(|running| running.log), Some(punched.document));
}

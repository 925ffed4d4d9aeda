//! What an officer does in an evening.

use detailbook_bindings::CoreError;
use detailbook_core::device::{AcknowledgementView, ApplicationView, Place, SyncState, WhichShift, WrittenView};
use detailbook_core::geo::FenceState;
use detailbook_core::ids::DetailId;
use detailbook_core::records::ApplicationState;
use detailbook_core::shift::{FactKind, ShiftState};
use detailbook_core::time::Millis;
use detailbook_core::wire::Decision;

use crate::scene::{Agency, Handset};

#[test]
fn an_officer_applies_is_awarded_acknowledges_works_inside_the_fence_and_hands_in() {
    let agency = Agency::open();
    let (officer, detail) = (agency.officer("1001"), agency.detail());
    let handset = Handset::enrolled(&agency, officer);
    handset.sync().unwrap();
    let core = &handset.core;
    assert_eq!(core.enrolled().unwrap().unwrap().officer, officer);
    let offers = core.offers(handset.now(), None, 10).unwrap();
    assert_eq!((offers.items.len(), offers.next), (1, None));
    assert_eq!(offers.items[0].detail.title, "Concert");

    let wish = core.apply(detail, None, handset.at()).unwrap();
    let applied = |core: &detailbook_bindings::OfficerCore| {
        core.offers(handset.now(), None, 10).unwrap().items.remove(0).application
    };
    assert_eq!(applied(core), Some(ApplicationView::Applying { command: wish }));
    handset.sync().unwrap();
    assert!(matches!(applied(core), Some(ApplicationView::Stands { state: ApplicationState::Received, .. })));

    let assignment = agency.award(detail, officer);
    handset.sync().unwrap();
    let shift = core.schedule(handset.now(), None, 10).unwrap().items.remove(0);
    assert_eq!((shift.assignment.id, shift.acknowledgement), (assignment, AcknowledgementView::Open));
    core.acknowledge(assignment, handset.at()).unwrap();
    handset.sync().unwrap();
    assert_eq!(core.schedule(handset.now(), None, 10).unwrap().items[0].acknowledgement, AcknowledgementView::Given);

    agency.clock.pass(Millis::from_hours(1));
    let which = WhichShift::Assignment(assignment);
    core.read_orders(which, handset.moment()).unwrap();
    core.punch(FactKind::In, which, handset.moment_at(20, 8)).unwrap();
    let running = core.running(handset.now()).unwrap().unwrap();
    assert_eq!((running.state, running.places[0].verdict.state), (ShiftState::On, FenceState::Inside));
    core.note(Place::Shift(WhichShift::Running), "Gate open.".into(), handset.moment()).unwrap();
    agency.clock.pass(Millis::from_hours(4));
    core.punch(FactKind::Out, WhichShift::Running, handset.moment_at(30, 8)).unwrap();
    let log = shift.log;
    core.submit(WhichShift::Log(log), handset.moment()).unwrap();
    handset.sync().unwrap();
    assert!(core.sync_state().unwrap().all_synced);
    assert_eq!(agency.office.evidence(assignment).unwrap().len(), 5);
    assert!(agency.office.evidence(assignment).unwrap().iter().all(|fact| fact.verification == "verified"));
    assert_eq!(core.shift(log, handset.now()).unwrap().sync, Some(SyncState::AgencyHasIt));
}

#[test]
fn the_fence_verdict_tells_outside_and_uncertain_apart_and_refuses_neither() {
    let agency = Agency::open();
    let (officer, detail) = (agency.officer("1001"), agency.detail());
    let assignment = agency.order(detail, officer);
    let handset = Handset::enrolled(&agency, officer);
    handset.sync().unwrap();
    let which = WhichShift::Assignment(assignment);
    handset.core.punch(FactKind::In, which, handset.moment_at(1_000, 8)).unwrap();
    handset.core.punch(FactKind::BreakStart, which, handset.moment_at(140, 30)).unwrap();
    handset.core.punch(FactKind::BreakEnd, which, handset.moment()).unwrap();
    let running = handset.core.running(handset.now()).unwrap().unwrap();
    let states: Vec<_> = running.places.iter().map(|place| place.verdict.state).collect();
    assert_eq!(states, [FenceState::Outside, FenceState::Uncertain, FenceState::Uncertain]);
    assert!(running.flags.iter().any(|flag| flag.kind.name() == "outside_fence"));
    let about = running.places[0].fact;
    handset.core.explain(which, about, "Sent to the car park.".into(), handset.moment()).unwrap();
    let running = handset.core.running(handset.now()).unwrap().unwrap();
    let outside = running.flags.iter().find(|flag| flag.kind.name() == "outside_fence").unwrap();
    assert_eq!(outside.explanations, ["Sent to the car park."]);
}

#[test]
fn a_shift_without_an_assignment_and_without_a_signal_waits_and_is_sent_later() {
    let agency = Agency::open();
    let officer = agency.officer("1001");
    let handset = Handset::enrolled(&agency, officer);
    agency.relay.go_away();
    let begun = handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    let error = handset.sync().unwrap_err();
    assert!(matches!(&error, CoreError::Offline { code, .. } if code == "network"), "{error:?}");
    agency.clock.pass(Millis::from_hours(2));
    handset.core.punch(FactKind::Out, WhichShift::Running, handset.moment()).unwrap();
    let handset = handset.restarted();
    let view = handset.core.sync_state().unwrap();
    assert_eq!((view.facts_waiting, view.all_synced), (2, false));
    assert_eq!(handset.core.unsettled(9).unwrap().len(), 2);
    agency.relay.carry();
    handset.sync().unwrap();
    assert!(handset.core.sync_state().unwrap().all_synced);
    assert_eq!(handset.core.shift(begun.document, handset.now()).unwrap().shift, None);
}

#[test]
fn a_wish_that_the_server_does_not_carry_out_comes_back_with_a_reason() {
    let agency = Agency::open();
    let (first, second, detail) = (agency.officer("1001"), agency.officer("1002"), agency.detail());
    let handset = Handset::enrolled(&agency, second);
    handset.sync().unwrap();
    agency.order(detail, first);
    let wish = handset.core.apply(detail, None, handset.at()).unwrap();
    handset.core.withdraw(DetailId::from_bytes([9; 16]), handset.at()).unwrap();
    handset.core.send_message("When do I hear?".into(), handset.at()).unwrap();
    handset.sync().unwrap();
    let wishes = handset.core.wishes(9).unwrap();
    let applied = wishes.iter().find(|view| view.command == wish).unwrap();
    assert_eq!((applied.decision, applied.waiting), (Some(Decision::Refused), false));
    assert!(!applied.reason.is_empty());
    assert_eq!(wishes.iter().filter(|view| view.decision == Some(Decision::Refused)).count(), 2);
    assert_eq!(handset.core.messages(None, 9).unwrap().items.len(), 1);
}

#[test]
fn a_photo_goes_up_from_its_path_and_can_be_found_again() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let path = handset.folder.path().join("camera.jpg");
    std::fs::write(&path, vec![7_u8; 600_000]).unwrap();
    handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    let (place, text) = (Place::Shift(WhichShift::Running), path.to_string_lossy().into_owned());
    let caption = Some("The gate".to_owned());
    let taken = handset.core.attach(place, text.clone(), "image/jpeg".into(), caption, handset.moment()).unwrap();
    std::fs::remove_file(&path).unwrap();
    handset.sync().unwrap();
    let mut written = handset.core.written(taken.document, None, 9).unwrap();
    let WrittenView { original, written, .. } = written.items.remove(0);
    assert_eq!(written.text, "The gate");
    let original = original.unwrap();
    assert!(original.complete.is_some() && original.size == 600_000);
    let kept = handset.core.original(original.hash).unwrap().unwrap();
    assert_eq!(std::fs::read(kept).unwrap().len(), 600_000);
    let gone = handset.core.attach(place, text, "image/jpeg".into(), None, handset.moment()).unwrap_err();
    assert!(matches!(&gone, CoreError::Invalid { code, .. } if code == "no_original"), "{gone:?}");
}

#[test]
fn shared_text_and_notes_are_edited_and_corrections_stand_beside_punches() {
    let agency = Agency::open();
    let (officer, detail) = (agency.officer("1001"), agency.detail());
    let assignment = agency.order(detail, officer);
    let handset = Handset::enrolled(&agency, officer);
    handset.sync().unwrap();
    let (core, which) = (&handset.core, WhichShift::Assignment(assignment));
    core.edit_pass_on(detail, String::new(), "Keys at the desk.".into(), handset.moment()).unwrap();
    assert_eq!(core.pass_on_text(detail).unwrap(), "Keys at the desk.");
    core.incident(Place::PassOn(detail), "Broken window.".into(), handset.moment()).unwrap();
    let punch = core.punch(FactKind::In, which, handset.moment()).unwrap();
    let note = core.note(Place::Shift(which), "Quiet.".into(), handset.moment()).unwrap();
    core.replace_note(note.document, note.fact, "Very quiet.".into(), handset.moment()).unwrap();
    let earlier = handset.now() - Millis::from_mins(5);
    core.correct(which, punch.fact, earlier, "Forgot.".into(), handset.moment()).unwrap();
    handset.sync().unwrap();
    assert!(core.sync_state().unwrap().all_synced);
    assert_eq!(core.facts(punch.document, None, 20).unwrap().len(), 4);
    assert_eq!(core.facts(punch.document, Some(punch.fact), 20).unwrap().len(), 3);
    assert_eq!(core.written(note.document, None, 9).unwrap().items[0].written.text, "Very quiet.");
}

#[test]
fn long_lists_come_in_pages() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let begun = handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    for number in 0..5 {
        let place = Place::Shift(WhichShift::Running);
        handset.core.note(place, format!("Note {number}"), handset.moment()).unwrap();
    }
    let (mut mark, mut seen) = (None, 0);
    loop {
        let page = handset.core.written(begun.document, mark, 2).unwrap();
        seen += page.items.len();
        mark = page.next;
        if mark.is_none() {
            break;
        }
    }
    assert_eq!(seen, 5);
}

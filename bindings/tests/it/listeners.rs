//! Listeners: told of every change and of nothing else, free to call back in, harmless when they throw.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use detailbook_bindings::CoreError;
use detailbook_core::device::{Place, WhichShift};
use detailbook_core::shift::FactKind;

use crate::scene::{Agency, Handset, within_a_minute};

#[test]
fn screens_are_told_of_what_changed_and_of_nothing_else() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let told = |handset: &Handset| handset.screens.told.swap(0, Ordering::AcqRel);
    assert_eq!(told(&handset), 1, "enrolled");
    handset.core.first_screen(handset.now()).unwrap();
    handset.core.sync_state().unwrap();
    assert_eq!(told(&handset), 0, "looking changes nothing");
    handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    assert_eq!(told(&handset), 1);
    handset.core.note(Place::Shift(WhichShift::Running), " ".into(), handset.moment()).unwrap_err();
    handset.core.retry_original(detailbook_core::shift::Sha256([1; 32])).unwrap_err();
    assert_eq!(told(&handset), 0, "what was refused changed nothing");
    handset.sync().unwrap();
    assert_eq!(told(&handset), 1);
    agency.relay.go_away();
    handset.sync().unwrap_err();
    assert_eq!(told(&handset), 1, "when to try again is shown");
}

#[test]
fn a_listener_may_call_back_in_and_hears_of_no_change_of_its_own() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    let (moment, now, seen) = (handset.moment(), handset.now(), Arc::new(AtomicU64::new(0)));
    let counted = seen.clone();
    handset.screens.calls_back.with(&handset.core, move |core| {
        core.first_screen(now).unwrap();
        core.note(Place::Shift(WhichShift::Running), "From the listener.".into(), moment.clone()).unwrap();
        counted.fetch_add(1, Ordering::AcqRel);
    });
    handset.log.calls_back.with(&handset.core, |core| {
        core.sync_state().unwrap();
        core.retry_original(detailbook_core::shift::Sha256([1; 32])).unwrap_err();
    });
    let told = handset.told();
    let handset = within_a_minute(move || {
        handset.core.punch(FactKind::BreakStart, WhichShift::Running, handset.moment()).unwrap();
        handset.core.note(Place::Shift(WhichShift::Running), String::new(), handset.moment()).unwrap_err();
        handset.sync().unwrap();
        handset
    });
    assert_eq!((handset.told(), seen.load(Ordering::Acquire)), (told + 2, 2));
    let log = handset.core.running(now).unwrap().unwrap().log;
    let notes = handset.core.facts(log, None, 99).unwrap();
    assert_eq!(notes.iter().filter(|fact| fact.kind == FactKind::Note).count(), 2);
}

#[test]
fn listeners_that_throw_change_nothing() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    handset.screens.throws.store(true, Ordering::Release);
    handset.log.throws.store(true, Ordering::Release);
    let begun = handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    handset.core.note(Place::Shift(WhichShift::Running), String::new(), handset.moment()).unwrap_err();
    handset.sync().unwrap();
    assert_eq!(handset.core.facts(begun.document, None, 9).unwrap().len(), 1);
    assert!(handset.told() >= 3, "they are told all the same");
}

#[test]
fn the_log_says_what_failed_and_holds_nothing_of_a_person() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    let secret = "Officer 1001 saw Lantern Hall".repeat(1_000);
    handset.core.note(Place::Shift(WhichShift::Running), secret.clone(), handset.moment()).unwrap_err();
    let error = handset.core.enrol(secret, detailbook_bindings::CancelSync::new()).unwrap_err();
    assert!(matches!(error, CoreError::Invalid { .. }));
    handset.sync().unwrap();
    let lines = handset.lines();
    assert_eq!(lines[..4], ["open", "enrolled", "note: too_large", "enrol: invitation"]);
    assert!(lines[4].starts_with("sync_now: "), "{lines:?}");
    assert!(lines.iter().all(|line| line.len() < 60 && !line.contains("1001")), "{lines:?}");
}

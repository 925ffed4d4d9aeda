//! Several threads at once.

use std::sync::Arc;

use detailbook_bindings::CoreError;
use detailbook_core::device::{Place, WhichShift};
use detailbook_core::shift::FactKind;

use crate::scene::{Agency, Handset, within_a_minute};

#[test]
fn two_threads_that_write_while_a_third_syncs_lose_nothing() {
    let agency = Agency::open();
    let handset = Arc::new(Handset::enrolled(&agency, agency.officer("1001")));
    let begun = handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    let writer = |name: &'static str| {
        let handset = handset.clone();
        move || {
            for number in 0..30 {
                let place = Place::Shift(WhichShift::Log(begun.document));
                handset.core.note(place, format!("{name} {number}"), handset.moment()).unwrap();
                handset.core.first_screen(handset.now()).unwrap();
            }
        }
    };
    let syncing = handset.clone();
    let (one, two) = (writer("one"), writer("two"));
    within_a_minute(move || {
        let threads = [std::thread::spawn(one), std::thread::spawn(two)];
        for _ in 0..5 {
            syncing.sync().unwrap();
        }
        for thread in threads {
            thread.join().unwrap();
        }
    });
    handset.sync().unwrap();
    let facts = handset.core.facts(begun.document, None, 100).unwrap();
    assert_eq!(facts.len(), 61);
    assert!(facts.iter().all(|fact| fact.signed));
    assert!(handset.core.sync_state().unwrap().all_synced);
}

#[test]
fn of_two_syncs_at_once_each_goes_through_or_is_told_that_the_other_is_at_it() {
    let agency = Agency::open();
    let handset = Arc::new(Handset::enrolled(&agency, agency.officer("1001")));
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let handset = handset.clone();
            std::thread::spawn(move || (0..10).map(|_| handset.sync().map(drop)).collect::<Vec<_>>())
        })
        .collect();
    let outcomes: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    assert!(outcomes.iter().all(|it| matches!(it, Ok(()) | Err(CoreError::Busy { .. }))), "{outcomes:?}");
    assert!(outcomes.iter().any(Result::is_ok));
}

#[test]
fn a_sync_that_is_cancelled_after_its_core_was_shut_down_ends_with_a_typed_error() {
    let agency = Agency::open();
    let handset = Arc::new(Handset::enrolled(&agency, agency.officer("1001")));
    agency.relay.fall_silent();
    let syncing = handset.clone();
    let cancel = detailbook_bindings::CancelSync::new();
    let used = cancel.clone();
    let thread = std::thread::spawn(move || syncing.core.sync_now(used));
    std::thread::sleep(std::time::Duration::from_millis(200));
    handset.core.shut_down().unwrap();
    cancel.cancel();
    let outcome = thread.join().unwrap();
    assert!(matches!(&outcome, Err(CoreError::Cancelled { .. } | CoreError::Closed { .. })), "{outcome:?}");
}

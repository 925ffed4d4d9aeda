//! The shell's parts: a key that is locked, clocks that stop, both calling back in.

use std::sync::atomic::Ordering;

use detailbook_bindings::{CancelSync, CoreError};
use detailbook_core::device::WhichShift;
use detailbook_core::shift::FactKind;

use crate::scene::{Agency, Handset, within_a_minute};

#[test]
fn a_locked_key_blocks_no_fact_and_its_signatures_follow() {
    let agency = Agency::open();
    let (officer, detail) = (agency.officer("1001"), agency.detail());
    let assignment = agency.order(detail, officer);
    let handset = Handset::enrolled(&agency, officer);
    handset.key.locked.store(true, Ordering::Release);
    handset.core.punch(FactKind::In, WhichShift::Assignment(assignment), handset.moment()).unwrap();
    assert_eq!(handset.core.sign_pending().unwrap(), 0);
    handset.sync().unwrap();
    assert_eq!(agency.office.evidence(assignment).unwrap()[0].verification, "unsigned");
    assert_eq!(handset.core.sync_state().unwrap().facts_unsigned, 1);
    handset.key.locked.store(false, Ordering::Release);
    assert_eq!(handset.core.sign_pending().unwrap(), 1);
    handset.sync().unwrap();
    assert_eq!(agency.office.evidence(assignment).unwrap()[0].verification, "verified");
}

#[test]
fn a_phone_without_a_usable_key_cannot_enrol_and_says_why() {
    let agency = Agency::open();
    let handset = Handset::new(&agency);
    handset.key.locked.store(true, Ordering::Release);
    let invitation = agency.invitation(agency.officer("1001"));
    let error = handset.core.enrol(invitation.clone(), CancelSync::new()).unwrap_err();
    assert!(matches!(&error, CoreError::PhonePart { code, .. } if code == "no_key"), "{error:?}");
    handset.key.locked.store(false, Ordering::Release);
    handset.core.enrol(invitation, CancelSync::new()).unwrap();
}

#[test]
fn clocks_that_stop_at_any_moment_of_an_exchange_end_it_and_the_next_one_goes_through() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    for left in 0..4 {
        handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
        handset.clock.answers_left.store(left, Ordering::Release);
        let error = handset.sync().map(drop);
        handset.clock.answers_left.store(u64::MAX, Ordering::Release);
        if left < 3 {
            let Err(CoreError::PhonePart { code, .. }) = &error else { panic!("{left}: {error:?}") };
            assert_eq!(code, "no_clock");
        }
        handset.sync().unwrap();
        assert!(handset.core.sync_state().unwrap().all_synced, "{left}");
    }
    handset.clock.answers_left.store(0, Ordering::Release);
    for outcome in [handset.core.resume(), handset.core.tidy().map(drop), handset.core.begin_sync().map(drop)] {
        assert!(matches!(&outcome, Err(CoreError::PhonePart { .. })), "{outcome:?}");
    }
}

#[test]
fn a_key_and_clocks_that_call_back_in_find_no_lock_held() {
    let agency = Agency::open();
    let handset = Handset::new(&agency);
    let (moment, now) = (handset.moment(), handset.now());
    handset.key.calls_back.with(&handset.core, move |core| {
        core.sync_state().unwrap();
        let _ = core.punch(FactKind::EnRoute, WhichShift::Unassigned(None), moment.clone());
        let busy = core.sync_now(CancelSync::new());
        assert!(matches!(busy, Err(CoreError::Busy { .. })), "{busy:?}");
        let signed = core.sign_pending().unwrap();
        assert_eq!(signed, 0, "it is being done");
    });
    handset.clock.calls_back.with(&handset.core, move |core| {
        core.first_screen(now).map(drop).unwrap_or_default();
        let busy = core.sync_now(CancelSync::new());
        assert!(matches!(busy, Err(CoreError::Busy { .. })), "{busy:?}");
    });
    let invitation = agency.invitation(agency.officer("1001"));
    let handset = within_a_minute(move || {
        handset.core.enrol(invitation, CancelSync::new()).unwrap();
        handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
        handset.sync().unwrap();
        handset
    });
    let view = handset.core.sync_state().unwrap();
    assert!(view.settled_at.is_some());
    assert_eq!(handset.core.running(now).unwrap().unwrap().state, detailbook_core::shift::ShiftState::On);
}

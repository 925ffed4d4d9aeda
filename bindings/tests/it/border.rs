//! What comes across the border itself, called as Kotlin and Swift call it: through the C functions that UniFFI makes.

#![allow(unsafe_code, reason = "the foreign side of the border is unsafe by nature")]

use std::sync::Arc;

use detailbook_bindings::{CoreError, OfficerCore, UniFfiTag};
use detailbook_core::device::{FirstScreen, Moment, Place, SyncState, WhichShift};
use detailbook_core::ids::{AssignmentId, DetailId};
use detailbook_core::shift::FactKind;
use uniffi::{Handle, Lift, Lower, LowerReturn, RustBuffer, RustCallStatus, RustCallStatusCode};

use crate::scene::{Agency, Handset};

unsafe extern "C" {
    fn uniffi_detailbook_bindings_fn_method_officercore_shift(
        core: Handle,
        log: RustBuffer,
        now: i64,
        status: &mut RustCallStatus,
    ) -> RustBuffer;
    fn uniffi_detailbook_bindings_fn_method_officercore_read_orders(
        core: Handle,
        shift: RustBuffer,
        moment: RustBuffer,
        status: &mut RustCallStatus,
    ) -> RustBuffer;
    fn uniffi_detailbook_bindings_fn_method_officercore_offers(
        core: Handle,
        now: i64,
        mark: RustBuffer,
        limit: u32,
        status: &mut RustCallStatus,
    ) -> RustBuffer;
    fn uniffi_detailbook_bindings_fn_method_officercore_original(
        core: Handle,
        hash: RustBuffer,
        status: &mut RustCallStatus,
    ) -> RustBuffer;
}

fn handle(core: &Arc<OfficerCore>) -> Handle {
    <Arc<OfficerCore> as LowerReturn<UniFfiTag>>::lower_return(core.clone()).ok().unwrap()
}

fn text(text: &str) -> RustBuffer {
    <String as Lower<UniFfiTag>>::lower(text.to_owned())
}

/// What a foreign caller gets for an error: the typed one, or none where the call ended as an internal error.
fn error(mut status: RustCallStatus) -> Option<CoreError> {
    match status.code {
        RustCallStatusCode::Error => {
            let buffer = unsafe { std::mem::ManuallyDrop::take(&mut status.error_buf) };
            Some(<CoreError as Lift<UniFfiTag>>::try_lift(buffer).unwrap())
        }
        _ => None,
    }
}

fn assert_invalid(status: RustCallStatus, expected: &str) {
    let error = error(status);
    assert!(matches!(&error, Some(CoreError::Invalid { code, .. }) if code == expected), "{expected}: {error:?}");
}

const GARBAGE: [&str; 4] = ["", "zz", "00000000-0000-0000-0000-00000000000g", "💥"];

#[test]
fn a_garbage_id_is_a_typed_error_and_the_object_goes_on() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    for garbage in GARBAGE {
        let mut status = RustCallStatus::default();
        let (core, now) = (handle(&handset.core), handset.now().as_millis());
        unsafe { uniffi_detailbook_bindings_fn_method_officercore_shift(core, text(garbage), now, &mut status) };
        assert_invalid(status, "not_an_id");
    }
    let huge = "f".repeat(5_000_000);
    let mut status = RustCallStatus::default();
    unsafe {
        uniffi_detailbook_bindings_fn_method_officercore_shift(handle(&handset.core), text(&huge), 0, &mut status)
    };
    assert_invalid(status, "not_an_id");
    handset.core.first_screen(handset.now()).unwrap();
}

#[test]
fn a_garbage_id_within_a_value_is_a_typed_error_as_well() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let good = WhichShift::Assignment(AssignmentId::from_bytes([9; 16]));
    let bytes = <WhichShift as Lower<UniFfiTag>>::lower(good).destroy_into_vec();
    for garbage in GARBAGE {
        let mut bad = bytes[..4].to_vec();
        bad.extend(i32::try_from(garbage.len()).unwrap().to_be_bytes());
        bad.extend(garbage.as_bytes());
        let mut status = RustCallStatus::default();
        let (core, shift) = (handle(&handset.core), RustBuffer::from_vec(bad));
        let moment = <Moment as Lower<UniFfiTag>>::lower(handset.moment());
        unsafe { uniffi_detailbook_bindings_fn_method_officercore_read_orders(core, shift, moment, &mut status) };
        assert_invalid(status, "not_an_id");
    }
    let mut status = RustCallStatus::default();
    let (core, shift) = (handle(&handset.core), RustBuffer::from_vec(bytes));
    let moment = <Moment as Lower<UniFfiTag>>::lower(handset.moment());
    unsafe { uniffi_detailbook_bindings_fn_method_officercore_read_orders(core, shift, moment, &mut status) };
    assert_eq!(status.code, RustCallStatusCode::Success, "the same call with a good one");
}

#[test]
fn garbage_marks_and_hashes_are_typed_errors() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    for garbage in GARBAGE {
        let mut status = RustCallStatus::default();
        let mark = <Option<String> as Lower<UniFfiTag>>::lower(Some(garbage.to_owned()));
        unsafe {
            uniffi_detailbook_bindings_fn_method_officercore_offers(handle(&handset.core), 0, mark, 9, &mut status)
        };
        assert_invalid(status, "not_a_mark");
        let mut status = RustCallStatus::default();
        let (core, hash) = (handle(&handset.core), text(garbage));
        unsafe { uniffi_detailbook_bindings_fn_method_officercore_original(core, hash, &mut status) };
        assert_invalid(status, "not_a_hash");
    }
}

#[test]
fn what_crosses_comes_back_as_it_was() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    agency.detail();
    handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment_at(10, 5)).unwrap();
    handset.sync().unwrap();
    macro_rules! crosses {
        ($($kind:ty: $value:expr,)*) => {$(
            let value: $kind = $value;
            let lowered = <$kind as Lower<UniFfiTag>>::lower(value.clone());
            assert_eq!(<$kind as Lift<UniFfiTag>>::try_lift(lowered).unwrap(), value);
        )*};
    }
    crosses! {
        FirstScreen: handset.core.first_screen(handset.now()).unwrap(),
        detailbook_bindings::OfferPage: handset.core.offers(handset.now(), None, 9).unwrap(),
        Place: Place::PassOn(DetailId::from_bytes([4; 16])),
        SyncState: SyncState::Held { code: "quarantined".into(), reason: "Held.".into() },
        FactKind: FactKind::Other(200),
    }
}

#[test]
fn huge_text_is_refused_and_nothing_is_stored() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let begun = handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    let (core, huge) = (&handset.core, || "ä".repeat(5_000_000));
    let place = Place::Shift(WhichShift::Running);
    let errors = [
        core.note(place, huge(), handset.moment()).map(drop),
        core.incident(place, huge(), handset.moment()).map(drop),
        core.explain(WhichShift::Running, begun.fact, huge(), handset.moment()).map(drop),
        core.correct(WhichShift::Running, begun.fact, handset.now(), huge(), handset.moment()).map(drop),
        core.send_message(huge(), handset.at()).map(drop),
        core.edit_pass_on(DetailId::from_bytes([4; 16]), String::new(), huge(), handset.moment()).map(drop),
        core.note(place, "ä".repeat(10_001), handset.moment()).map(drop),
    ];
    for error in errors {
        assert!(matches!(&error, Err(CoreError::Invalid { code, .. }) if code == "too_large"), "{error:?}");
    }
    core.note(place, "ä".repeat(8_000), handset.moment()).unwrap();
    assert_eq!(core.facts(begun.document, None, 9).unwrap().len(), 2);
    handset.sync().unwrap();
    assert!(core.sync_state().unwrap().all_synced);
}

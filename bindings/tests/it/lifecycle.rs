//! Opening, suspending, resuming, shutting down.

#[cfg(feature = "encrypted")]
use detailbook_bindings::SecureStorage as _;
use detailbook_bindings::{CancelSync, CoreError, CoreOptions, OfficerCore, library_versions};
use detailbook_core::device::{Incoming, Place, Ticket, WhichShift};
use detailbook_core::ids::{AssignmentId, DetailId, DocumentId, FactId, NoticeId, TradeId};
use detailbook_core::shift::{FactKind, Sha256};

#[cfg(feature = "encrypted")]
use crate::scene::Safe;
use crate::scene::{Agency, Handset};

#[test]
fn what_is_not_enrolled_says_so_and_a_used_code_is_refused() {
    let agency = Agency::open();
    let officer = agency.officer("1001");
    let handset = Handset::new(&agency);
    let early = handset.core.punch(FactKind::In, WhichShift::Running, handset.moment());
    assert!(matches!(early, Err(CoreError::NotEnrolled { .. })), "{early:?}");
    assert!(matches!(handset.sync(), Err(CoreError::NotEnrolled { .. })));
    assert!(matches!(handset.core.begin_sync(), Err(CoreError::NotEnrolled { .. })));
    let garbage = handset.core.enrol("not an invitation".into(), CancelSync::new()).unwrap_err();
    assert!(matches!(&garbage, CoreError::Invalid { code, .. } if code == "invitation"), "{garbage:?}");
    let invitation = agency.invitation(officer);
    handset.core.enrol(invitation.clone(), CancelSync::new()).unwrap();
    let again = Handset::new(&agency).core.enrol(invitation, CancelSync::new()).unwrap_err();
    assert!(matches!(&again, CoreError::Server { code, .. } if code == "bad_code"), "{again:?}");
}

#[test]
fn another_officers_invitation_is_told_apart() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let other = agency.invitation(agency.officer("1002"));
    let error = handset.core.enrol(other, CancelSync::new()).unwrap_err();
    assert!(matches!(error, CoreError::OtherOfficer { .. }), "{error:?}");
}

#[test]
fn a_suspended_core_answers_suspended_and_goes_on_after_resume() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let begun = handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    handset.core.suspend().unwrap();
    handset.core.suspend().unwrap();
    assert!(matches!(handset.core.first_screen(handset.now()), Err(CoreError::Suspended { .. })));
    assert!(matches!(handset.sync(), Err(CoreError::Suspended { .. })));
    let invitation = agency.invitation(agency.officer("1002"));
    assert!(matches!(handset.core.enrol(invitation, CancelSync::new()), Err(CoreError::Suspended { .. })));
    let told = handset.told();
    handset.core.resume().unwrap();
    assert_eq!(handset.told(), told + 1);
    handset.core.resume().unwrap();
    assert_eq!(handset.core.facts(begun.document, None, 9).unwrap().len(), 1);
    handset.sync().unwrap();
    assert!(handset.core.sync_state().unwrap().all_synced);
}

macro_rules! all_closed {
    ($($call:expr,)*) => {$(
        let outcome = $call.map(drop);
        assert!(
            matches!(&outcome, Err(CoreError::Closed { code, .. }) if code == "closed"),
            "{}: {outcome:?}", stringify!($call)
        );
    )*};
}

#[test]
#[allow(clippy::too_many_lines, reason = "one line for each call there is")]
fn every_call_after_shutting_down_fails_with_closed() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let (core, now) = (&handset.core, handset.now());
    let request = core.begin_sync().unwrap();
    core.shut_down().unwrap();
    core.shut_down().unwrap();
    let told = handset.told();
    let (shift, place) = (WhichShift::Running, Place::Shift(WhichShift::Running));
    let (fact, detail, log, assignment) = (FactId::NIL, DetailId::NIL, DocumentId::NIL, AssignmentId::NIL);
    let answer = Incoming { status: 200, gzip: false, body: vec![] };
    let cancel = CancelSync::new;
    all_closed! {
        core.suspend(),
        core.resume(),
        core.enrol(agency.invitation(agency.officer("1002")), cancel()),
        core.enrolled(),
        core.sync_now(cancel()),
        core.begin_sync(),
        core.finish_sync(request.ticket, answer.clone()),
        core.fail_sync(request.ticket),
        core.abandon_sync(request.ticket),
        core.begin_upload(),
        core.finish_upload(Ticket(1), answer),
        core.fail_upload(Ticket(1)),
        core.abandon_upload(Ticket(1)),
        core.punch(FactKind::In, shift, handset.moment()),
        core.note(place, "a".into(), handset.moment()),
        core.incident(place, "a".into(), handset.moment()),
        core.attach(place, "a".into(), "image/jpeg".into(), None, handset.moment()),
        core.correct(shift, fact, now, "a".into(), handset.moment()),
        core.explain(shift, fact, "a".into(), handset.moment()),
        core.read_orders(shift, handset.moment()),
        core.submit(shift, handset.moment()),
        core.replace_note(log, fact, "a".into(), handset.moment()),
        core.edit_pass_on(detail, String::new(), "a".into(), handset.moment()),
        core.apply(detail, None, handset.at()),
        core.withdraw(detail, handset.at()),
        core.acknowledge(assignment, handset.at()),
        core.acknowledge_notice(NoticeId::NIL, handset.at()),
        core.call_off(assignment, "a".into(), handset.at()),
        core.relieve(assignment, true, handset.at()),
        core.offer_trade_to(assignment, "1002".into(), handset.at()),
        core.answer_trade(TradeId::NIL, true, handset.at()),
        core.withdraw_trade(TradeId::NIL, handset.at()),
        core.send_message("a".into(), handset.at()),
        core.retry_fact(log, fact),
        core.retry_original(Sha256([0; 32])),
        core.sign_pending(),
        core.first_screen(now),
        core.running(now),
        core.shift(log, now),
        core.schedule(now, None, 1),
        core.past_shifts(now, None, 1),
        core.unassigned_shifts(now, None, 1),
        core.offers(now, None, 1),
        core.terms(detail),
        core.advice(detail, now),
        core.award(detail),
        core.charges(None, 1),
        core.notices(None, 1),
        core.relief_asks(now, 1),
        core.trades(None, 1),
        core.messages(None, 1),
        core.facts(log, None, 1),
        core.written(log, None, 1),
        core.original(Sha256([0; 32])),
        core.pass_on_text(detail),
        core.sync_state(),
        core.unsettled(1),
        core.wishes(1),
        core.tidy(),
        core.reports(1),
    }
    assert_eq!(handset.told(), told);
}

#[test]
fn a_folder_that_cannot_be_is_an_error_and_not_a_crash() {
    let agency = Agency::open();
    let handset = Handset::new(&agency);
    let file = handset.folder.path().join("file");
    std::fs::write(&file, b"in the way").unwrap();
    let options = |folder: String| CoreOptions { folder, label: String::new(), extra_roots: vec![] };
    let open = |options| {
        OfficerCore::open(
            options,
            handset.key.clone(),
            std::sync::Arc::new(crate::scene::Safe::default()),
            handset.clock.clone(),
            None,
            None,
        )
    };
    let error = open(options(file.to_string_lossy().into_owned())).err().unwrap();
    assert!(matches!(&error, CoreError::StoreUnusable { code, .. } if code == "file"), "{error:?}");
    let folder = handset.folder.path().join("other").to_string_lossy().into_owned();
    let bad_root = CoreOptions { extra_roots: vec![vec![1, 2, 3]], ..options(folder) };
    assert!(matches!(open(bad_root).err(), Some(CoreError::Internal { .. })));
}

#[test]
fn a_damaged_store_is_set_aside_and_reported() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    handset.core.shut_down().unwrap();
    let path = handset.folder.path().join("core/phone.db");
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(handset.folder.path().join(format!("core/phone.db{suffix}")));
    }
    std::fs::write(&path, vec![0x5a; 65_536]).unwrap();
    let handset = handset.restarted();
    let reports = handset.core.reports(9).unwrap();
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert_eq!(handset.core.enrolled().unwrap(), None);
    let kept = handset.folder.path().join("core").join(&reports[0].subject);
    assert_eq!(std::fs::read(kept).unwrap(), vec![0x5a; 65_536]);
}

#[test]
fn damage_met_while_it_is_open_is_an_error_with_its_code_and_the_next_start_goes_on() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let log = handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap().document;
    for _ in 0..300 {
        handset.core.note(Place::Shift(WhichShift::Running), "Quiet.".into(), handset.moment()).unwrap();
    }
    handset.core.shut_down().unwrap();
    // The newest entries stand at the end of the file.
    let path = handset.folder.path().join("core/phone.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let last = bytes.len() - 8 * 4_096;
    bytes[last..].fill(0x55);
    std::fs::write(&path, &bytes).unwrap();
    let handset = handset.restarted();
    let error = handset.core.facts(log, None, 1_000).unwrap_err();
    assert!(matches!(&error, CoreError::StoreUnusable { code, .. } if code == "store_damaged"), "{error:?}");
    assert!(handset.lines().iter().any(|line| line.contains("store_damaged")), "{:?}", handset.lines());
    let handset = handset.restarted();
    let reports = handset.core.reports(9).unwrap();
    assert_eq!((reports.len(), reports[0].what.as_str()), (1, "store_set_aside"));
    assert_eq!(std::fs::read(handset.folder.path().join("core").join(&reports[0].subject)).unwrap(), bytes);
    handset.core.punch(FactKind::Out, WhichShift::Running, handset.moment()).unwrap();
    handset.sync().unwrap();
    assert!(handset.core.sync_state().unwrap().all_synced);
}

#[test]
fn nothing_to_tidy_is_nothing_changed() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    handset.sync().unwrap();
    let told = handset.told();
    let tidied = handset.core.tidy().unwrap();
    assert_eq!((tidied.originals, tidied.wishes, handset.told()), (0, 0, told));
}

#[test]
fn the_library_says_what_it_is() {
    let versions = library_versions();
    assert_eq!(versions.protocol, detailbook_core::wire::PROTOCOL);
    assert_eq!(versions.encrypted, cfg!(feature = "encrypted"));
}

#[cfg(feature = "encrypted")]
#[test]
fn an_encrypted_store_opens_with_the_key_in_secure_storage_and_says_when_it_is_gone() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let (key, clock) = (handset.key.clone(), handset.clock.clone());
    let folder = handset.folder.path().join("core");
    let options =
        CoreOptions { folder: folder.to_string_lossy().into_owned(), label: String::new(), extra_roots: vec![] };
    handset.core.shut_down().unwrap();
    let file = std::fs::read(folder.join("phone.db")).unwrap();
    assert!(!file.starts_with(b"SQLite format 3"));
    let empty = std::sync::Arc::new(crate::scene::Safe::default());
    let error = OfficerCore::open(options, key, empty, clock, None, None).err().unwrap();
    assert_eq!(error.code(), "store_key_gone", "{error:?}");
    assert!(handset.restarted().core.enrolled().unwrap().is_some());
}

#[cfg(feature = "encrypted")]
#[test]
fn a_wrong_key_and_damage_that_looks_like_one_have_a_code_and_touch_nothing() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    handset.core.shut_down().unwrap();
    let folder = handset.folder.path().join("core");
    let sound = std::fs::read(folder.join("phone.db")).unwrap();
    let (own, other) = (std::sync::Arc::new(Safe::default()), std::sync::Arc::new(Safe::default()));
    for (name, secret) in handset.secrets() {
        other.write(name.clone(), vec![7; secret.len()]).unwrap();
        own.write(name, secret).unwrap();
    }
    let refused = |storage: &std::sync::Arc<Safe>| {
        let before = std::fs::read(folder.join("phone.db")).unwrap();
        let error = handset.opened_with(storage).err().unwrap();
        assert!(matches!(&error, CoreError::StoreUnusable { code, .. } if code == "wrong_key"), "{error:?}");
        assert_eq!(std::fs::read(folder.join("phone.db")).unwrap(), before);
    };
    refused(&other);
    let mut damaged = sound.clone();
    damaged[100] ^= 1;
    std::fs::write(folder.join("phone.db"), &damaged).unwrap();
    refused(&other);
    let noted = std::fs::read(folder.join("phone.db.key-check")).unwrap();
    std::fs::remove_file(folder.join("phone.db.key-check")).unwrap();
    refused(&own);
    // What is noted beside the file tells them apart.
    std::fs::write(folder.join("phone.db.key-check"), noted).unwrap();
    std::fs::write(folder.join("phone.db"), &sound).unwrap();
    assert!(handset.opened_with(&own).unwrap().enrolled().unwrap().is_some());
}

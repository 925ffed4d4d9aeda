//! The network: silent, away, cancelled, or in the shell's own hands.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use detailbook_bindings::{CancelSync, CoreError, HttpRequest};
use detailbook_core::device::{Incoming, Place, SyncProgress, Ticket, UploadProgress, WhichShift};
use detailbook_core::shift::FactKind;

use crate::scene::{Agency, Handset};

#[test]
fn a_sync_with_a_silent_server_ends_when_it_is_cancelled() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    agency.relay.fall_silent();
    let cancel = CancelSync::new();
    let canceller = std::thread::spawn({
        let cancel = cancel.clone();
        move || {
            std::thread::sleep(Duration::from_millis(200));
            cancel.cancel();
        }
    });
    let error = handset.core.sync_now(cancel.clone()).unwrap_err();
    assert!(matches!(error, CoreError::Cancelled { .. }), "{error:?}");
    canceller.join().unwrap();
    assert!(cancel.is_cancelled());
    assert!(matches!(handset.core.sync_now(cancel), Err(CoreError::Cancelled { .. })), "it stays cancelled");
    agency.relay.carry();
    handset.sync().unwrap();
    assert!(handset.core.sync_state().unwrap().all_synced);
}

#[test]
fn a_cancelled_enrolment_leaves_the_phone_as_it_was() {
    let agency = Agency::open();
    let (officer, handset) = (agency.officer("1001"), Handset::new(&agency));
    agency.relay.fall_silent();
    let cancel = CancelSync::new();
    cancel.cancel();
    let error = handset.core.enrol(agency.invitation(officer), cancel).unwrap_err();
    assert!(matches!(error, CoreError::Cancelled { .. }), "{error:?}");
    assert_eq!(handset.core.enrolled().unwrap(), None);
    agency.relay.carry();
    handset.core.enrol(agency.invitation(officer), CancelSync::new()).unwrap();
}

/// Carries a request as a shell's own transport would.
fn carry(request: &HttpRequest) -> Incoming {
    let rest = request.url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    let mut stream = TcpStream::connect(host).unwrap();
    let mut head = format!("{} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", request.method);
    for (name, value) in &request.headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    write!(head, "content-length: {}\r\n\r\n", request.body.len()).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&request.body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap().to_lowercase();
    assert!(!head.contains("transfer-encoding"), "{head}");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Incoming { status, gzip: head.contains("content-encoding: gzip"), body: answer[end + 4..].to_vec() }
}

#[test]
fn a_shell_can_carry_exchange_and_uploads_itself() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let core = &handset.core;
    let path = handset.folder.path().join("clip.mp4");
    std::fs::write(&path, vec![3_u8; 300_000]).unwrap();
    core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    let (place, path) = (Place::Shift(WhichShift::Running), path.to_string_lossy().into_owned());
    core.attach(place, path, "video/mp4".into(), None, handset.moment()).unwrap();
    let told = handset.told();
    loop {
        let request = core.begin_sync().unwrap();
        assert!(matches!(core.begin_sync(), Err(CoreError::Busy { .. })), "one at a time");
        assert!(matches!(handset.sync(), Err(CoreError::Busy { .. })), "of either sort");
        match core.finish_sync(request.ticket, carry(&request)).unwrap() {
            SyncProgress::Done => break,
            progress => assert_eq!(progress, SyncProgress::Again),
        }
    }
    assert!(handset.told() > told);
    let mut requests = 0;
    while let Some(request) = core.begin_upload().unwrap() {
        requests += 1;
        assert_eq!(core.finish_upload(request.ticket, carry(&request)).unwrap(), UploadProgress::Again);
    }
    assert_eq!(requests, 1 + 2, "a question and two chunks");
    assert!(core.sync_state().unwrap().all_synced);
}

#[test]
fn a_request_that_fails_or_is_given_up_can_be_made_again_and_a_stale_answer_does_nothing() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let core = &handset.core;
    let failed = core.begin_sync().unwrap();
    assert!(matches!(core.fail_sync(failed.ticket).unwrap(), SyncProgress::WaitUntil(_)));
    assert!(core.sync_state().unwrap().retry_at.is_some());
    let given_up = core.begin_sync().unwrap();
    core.abandon_sync(given_up.ticket).unwrap();
    for ticket in [failed.ticket, given_up.ticket, Ticket(999)] {
        let answer = Incoming { status: 200, gzip: false, body: vec![] };
        assert_eq!(core.finish_sync(ticket, answer.clone()).unwrap(), SyncProgress::Stale);
        assert_eq!(core.finish_upload(ticket, answer).unwrap(), UploadProgress::Stale);
        assert_eq!(core.fail_upload(ticket).unwrap(), UploadProgress::Stale);
        core.abandon_upload(ticket).unwrap();
    }
    let garbled = core.begin_sync().unwrap();
    let nonsense = Incoming { status: 200, gzip: true, body: vec![0xff; 1_000] };
    let outcome = core.finish_sync(garbled.ticket, nonsense);
    assert!(matches!(&outcome, Ok(SyncProgress::WaitUntil(_)) | Err(CoreError::Server { .. })), "{outcome:?}");
    handset.sync().unwrap();
    assert!(core.sync_state().unwrap().all_synced);
}

#[test]
fn a_server_that_is_away_is_offline_at_once() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    agency.relay.go_away();
    #[allow(clippy::disallowed_methods, reason = "how long a call takes is what is looked at")]
    let began = Instant::now();
    assert!(matches!(handset.sync(), Err(CoreError::Offline { .. })));
    assert!(began.elapsed() < Duration::from_secs(8));
}

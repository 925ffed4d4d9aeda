//! Enrolment, sessions, counters and revocation.

use detailbook_core::documents::DocumentKind;
use detailbook_core::evidence::{SoftwareSigner, verify};
use detailbook_core::ids::RecordId;
use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;
use detailbook_core::wire::{
    self, ChangeVerdict, Credential, ENROL_PATH, EnrolResponse, Refusal, SESSION_PATH, SYNC_PATH, SessionKey,
    SessionResponse, SyncRequest, SyncResponse,
};
use detailbook_server::access::revocation::revoke;
use detailbook_server::audit::By;
use detailbook_server::problem::Problem;
use detailbook_server::store::{agency, held};

use super::handset::{Handset, enrolment, post, push_of, read};
use super::precinct::{Precinct, Seeded};
use crate::store::home::Home;
use crate::store::on_both_engines;

const LOG: DocumentKind = DocumentKind::ShiftLog;

fn end(precinct: &Precinct, phone: &Handset) {
    let (device, agency, now) = (phone.device, precinct.agency, precinct.app.now());
    let revoked: Result<(), Problem> = precinct.app.store.write(move |sql| {
        agency::lock(sql, agency)?;
        revoke(sql, &By { agency, now, actor: "coordinator" }, device, "Lost.")
    });
    assert_eq!(revoked, Ok(()));
}

fn enrolment_is_answered_under_the_servers_key_and_once(home: &Home) {
    let precinct = Precinct::open(home);
    let code = precinct.invite(precinct.officer(1));
    let body = enrolment(&precinct.app, code, &SoftwareSigner::generate(&mut Seeded::new(5)));
    let answer: EnrolResponse = read(&post(&precinct.app, ENROL_PATH, &body)).unwrap();
    assert_eq!(answer.server_key.as_slice(), precinct.app.identity.public());
    assert!(verify(answer.server_key.as_slice(), &answer.statement(&body), &answer.signature));
    let stranger = enrolment(&precinct.app, code, &SoftwareSigner::generate(&mut Seeded::new(6)));
    assert_eq!(read::<EnrolResponse>(&post(&precinct.app, ENROL_PATH, &stranger)), Err(Refusal::BadCode));
}

fn an_enrolment_whose_answer_was_lost_is_answered_again(home: &Home) {
    let precinct = Precinct::open(home);
    let code = precinct.invite(precinct.officer(1));
    let body = enrolment(&precinct.app, code, &SoftwareSigner::generate(&mut Seeded::new(5)));
    let first: EnrolResponse = read(&post(&precinct.app, ENROL_PATH, &body)).unwrap();
    let second: EnrolResponse = read(&post(&precinct.app, ENROL_PATH, &body)).unwrap();
    assert_eq!(first.device, second.device);
    assert_ne!(first.session_key, second.session_key);
    assert_eq!(precinct.number("SELECT COUNT(*) FROM devices WHERE agency = $1"), 1);
    let sync = wire::encode(&SyncRequest { protocol: 1, ..SyncRequest::default() });
    let sign = |key: &[u8; 32], counter| {
        Credential::sign(&SessionKey(*key), second.device, counter, "POST", SYNC_PATH, &sync).to_header()
    };
    let send = |authorization: &str| {
        let call = detailbook_server::device_api::Call {
            method: "POST",
            path: SYNC_PATH,
            authorization: Some(authorization),
            accept_gzip: false,
            from: None,
            body: &sync,
        };
        read::<SyncResponse>(&detailbook_server::device_api::handle(&precinct.app, &call))
    };
    assert_eq!(send(&sign(&first.session_key, 1)), Err(Refusal::NotAuthenticated));
    assert!(send(&sign(&second.session_key, 1)).is_ok());
    // From its first request on the device is known to have heard.
    assert_eq!(read::<EnrolResponse>(&post(&precinct.app, ENROL_PATH, &body)), Err(Refusal::BadCode));
}

fn an_invitation_ends_after_a_quarter_of_an_hour(home: &Home) {
    let precinct = Precinct::open(home);
    let code = precinct.invite(precinct.officer(1));
    precinct.pass_time(Millis::from_mins(15));
    let body = enrolment(&precinct.app, code, &SoftwareSigner::generate(&mut Seeded::new(5)));
    assert_eq!(read::<EnrolResponse>(&post(&precinct.app, ENROL_PATH, &body)), Err(Refusal::BadCode));
}

fn whoever_keeps_guessing_codes_is_slowed_down(home: &Home) {
    let precinct = Precinct::open(home);
    let code = precinct.invite(precinct.officer(1));
    let signer = SoftwareSigner::generate(&mut Seeded::new(5));
    let try_code =
        |code| read::<EnrolResponse>(&post(&precinct.app, ENROL_PATH, &enrolment(&precinct.app, code, &signer)));
    (0..10).for_each(|n| assert_eq!(try_code([n; 16]), Err(Refusal::BadCode)));
    assert_eq!(try_code(code), Err(Refusal::SlowDown));
    precinct.pass_time(Millis::from_mins(5));
    assert!(try_code(code).is_ok());
}

fn what_fails_elsewhere_keeps_no_phone_from_renewing(home: &Home) {
    let precinct = Precinct::open(home);
    let code = precinct.invite(precinct.officer(1));
    let (mut phone, mut other) = (precinct.phone(precinct.officer(2)), precinct.phone(precinct.officer(3)));
    let signer = SoftwareSigner::generate(&mut Seeded::new(5));
    for _ in 0..20 {
        assert_eq!(read::<EnrolResponse>(&post(&precinct.app, ENROL_PATH, b"x")), Err(Refusal::Malformed));
    }
    let enrolled = post(&precinct.app, ENROL_PATH, &enrolment(&precinct.app, code, &signer));
    assert!(read::<EnrolResponse>(&enrolled).is_ok(), "nonsense guesses nothing");
    for n in 0..10 {
        let guess = enrolment(&precinct.app, [n; 16], &signer);
        assert_eq!(read::<EnrolResponse>(&post(&precinct.app, ENROL_PATH, &guess)), Err(Refusal::BadCode));
    }
    let mut forged: wire::SessionRequest = wire::decode(&phone.renewal(100)).unwrap();
    forged.device = other.device;
    let forged = wire::encode(&forged);
    for _ in 0..10 {
        assert_eq!(
            read::<SessionResponse>(&post(&precinct.app, SESSION_PATH, &forged)),
            Err(Refusal::NotAuthenticated)
        );
    }
    assert_eq!(phone.renew(), Ok(()));
    assert_eq!(other.renew(), Err(Refusal::SlowDown), "from where its renewals were forged");
    precinct.pass_time(Millis::from_mins(5));
    assert_eq!(other.renew(), Ok(()));
}

fn a_key_that_the_phone_does_not_hold_is_not_enrolled(home: &Home) {
    let precinct = Precinct::open(home);
    let code = precinct.invite(precinct.officer(1));
    let (mine, other) = (SoftwareSigner::generate(&mut Seeded::new(5)), SoftwareSigner::generate(&mut Seeded::new(6)));
    let mut request: wire::EnrolRequest = wire::decode(&enrolment(&precinct.app, code, &mine)).unwrap();
    request.public_key = other.public().into();
    let body = wire::encode(&request);
    assert_eq!(read::<EnrolResponse>(&post(&precinct.app, ENROL_PATH, &body)), Err(Refusal::NotAuthenticated));
}

fn a_request_is_carried_out_once(home: &Home) {
    let precinct = Precinct::open(home);
    let officer = precinct.officer(1);
    let mut phone = precinct.phone(officer);
    let log = precinct.shift_log(officer, 50);
    let punch = phone.punch(log, FactKind::In);
    let body = wire::encode(&SyncRequest { push: Some(vec![push_of(log, LOG, &[punch])]), ..phone.request() });
    let authorization = phone.authorization("POST", SYNC_PATH, &body);
    let first = read::<SyncResponse>(&phone.send_as(&authorization, "POST", SYNC_PATH, &body)).unwrap();
    assert_eq!(first.verdicts.unwrap()[0].0, [ChangeVerdict::Accepted]);
    let again = phone.send_as(&authorization, "POST", SYNC_PATH, &body);
    assert_eq!(read::<SyncResponse>(&again), Err(Refusal::Replayed));
    // Requests that were sent but never arrived leave gaps, which are no matter.
    phone.counter += 10;
    assert!(phone.try_sync(&phone.request()).is_ok());
    phone.counter -= 5;
    assert_eq!(phone.try_sync(&phone.request()), Err(Refusal::Replayed));
    assert_eq!(precinct.number("SELECT COUNT(*) FROM changes WHERE agency = $1"), 1);
}

fn a_request_that_was_changed_on_the_way_is_nobodys(home: &Home) {
    let precinct = Precinct::open(home);
    let mut phone = precinct.phone(precinct.officer(1));
    let body = wire::encode(&phone.request());
    let authorization = phone.authorization("POST", SYNC_PATH, &body);
    let mut other = body.clone();
    *other.last_mut().unwrap() ^= 1;
    for (path, body) in [(SYNC_PATH, &other), ("/v1/sync?x=1", &body), ("/v1/sync/compare", &body)] {
        let reply = phone.send_as(&authorization, "POST", path, body);
        assert_eq!(read::<SyncResponse>(&reply), Err(Refusal::NotAuthenticated), "{path}");
    }
    for nonsense in ["", "Bearer x", "Detailbook AAAA"] {
        assert_eq!(
            read::<SyncResponse>(&phone.send_as(nonsense, "POST", SYNC_PATH, &body)),
            Err(Refusal::NotAuthenticated)
        );
    }
}

fn a_session_runs_out_and_is_renewed(home: &Home) {
    let precinct = Precinct::open(home);
    let mut phone = precinct.phone(precinct.officer(1));
    precinct.pass_time(Millis::from_hours(30 * 24));
    assert_eq!(phone.try_sync(&phone.request()), Err(Refusal::SessionExpired));
    let before = phone.key.clone();
    phone.renew().unwrap();
    assert!(phone.try_sync(&phone.request()).is_ok());
    phone.key = before;
    assert_eq!(phone.try_sync(&phone.request()), Err(Refusal::NotAuthenticated));
}

fn a_renewal_cannot_be_sent_again_or_by_another(home: &Home) {
    let precinct = Precinct::open(home);
    let (phone, other) = (precinct.phone(precinct.officer(1)), precinct.phone(precinct.officer(2)));
    let renewal = phone.renewal(100);
    let renew = |body: &[u8]| read::<SessionResponse>(&post(&precinct.app, SESSION_PATH, body));
    let answer = renew(&renewal).unwrap();
    assert!(verify(&precinct.app.identity.public(), &answer.statement(&renewal), &answer.signature));
    assert_eq!(renew(&renewal), Err(Refusal::Replayed));
    let mut forged: wire::SessionRequest = wire::decode(&other.renewal(101)).unwrap();
    forged.device = phone.device;
    assert_eq!(renew(&wire::encode(&forged)), Err(Refusal::NotAuthenticated));
    assert_eq!(renew(b"nonsense"), Err(Refusal::Malformed));
}

fn a_revoked_phone_gets_one_last_push_that_is_kept_whole(home: &Home) {
    let precinct = Precinct::open(home);
    let officer = precinct.officer(1);
    let mut phone = precinct.phone(officer);
    let log = precinct.shift_log(officer, 50);
    end(&precinct, &phone);
    assert_eq!(phone.try_sync(&phone.request()), Err(Refusal::Revoked), "an empty request is no last push");
    let punch = phone.punch(log, FactKind::In);
    let request = SyncRequest { push: Some(vec![push_of(log, LOG, &[punch])]), ..phone.request() };
    assert_eq!(phone.try_sync(&request), Err(Refusal::Revoked));
    assert_eq!(phone.try_sync(&request), Err(Refusal::Revoked));
    let agency = precinct.agency;
    let kept = precinct.app.store.read(|sql| held::pushes(sql, agency, RecordId::NIL, 10)).unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].device, phone.device);
    let opened = precinct.app.store.read(|sql| held::open(sql, agency, kept[0].id)).unwrap();
    assert_eq!(opened.unwrap().1, wire::encode(&request));
    assert_eq!(precinct.number("SELECT COUNT(*) FROM changes WHERE agency = $1"), 0);
    assert_eq!(phone.renew(), Err(Refusal::Revoked));
}

fn a_revoked_phone_without_a_key_gets_one_for_its_last_push_and_nothing_else(home: &Home) {
    let precinct = Precinct::open(home);
    let officer = precinct.officer(1);
    let mut phone = precinct.phone(officer);
    let log = precinct.shift_log(officer, 50);
    end(&precinct, &phone);
    phone.key = wire::SessionKey([9; 32]);
    let punch = phone.punch(log, FactKind::In);
    let request = SyncRequest { push: Some(vec![push_of(log, LOG, &[punch])]), ..phone.request() };
    assert_eq!(phone.try_sync(&request), Err(Refusal::NotAuthenticated));
    phone.renew().unwrap();
    assert_eq!(phone.try_sync(&request), Err(Refusal::Revoked));
    let agency = precinct.agency;
    let kept = precinct.app.store.read(|sql| held::pushes(sql, agency, RecordId::NIL, 10)).unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(precinct.number("SELECT COUNT(*) FROM changes WHERE agency = $1"), 0);
    assert_eq!(phone.renew(), Err(Refusal::Revoked));
}

on_both_engines!(
    enrolment_is_answered_under_the_servers_key_and_once,
    an_enrolment_whose_answer_was_lost_is_answered_again,
    an_invitation_ends_after_a_quarter_of_an_hour,
    whoever_keeps_guessing_codes_is_slowed_down,
    what_fails_elsewhere_keeps_no_phone_from_renewing,
    a_key_that_the_phone_does_not_hold_is_not_enrolled,
    a_request_is_carried_out_once,
    a_request_that_was_changed_on_the_way_is_nobodys,
    a_session_runs_out_and_is_renewed,
    a_renewal_cannot_be_sent_again_or_by_another,
    a_revoked_phone_gets_one_last_push_that_is_kept_whole,
    a_revoked_phone_without_a_key_gets_one_for_its_last_push_and_nothing_else,
);

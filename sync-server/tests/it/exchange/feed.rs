//! Cursors, comparing, and what an exchange costs.

use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{CommandId, DocumentId, RecordId};
use detailbook_core::records::RecordKind;
use detailbook_core::shift::{FactKind, Sha256};
use detailbook_core::wire::{
    self, COMPARE_PATH, CompareRequest, CompareResponse, Cursor, DocumentHeads, Entry, Refusal, SYNC_PATH, SyncRequest,
    SyncResponse, Wish,
};
use detailbook_server::device_api::{Call, handle};
use detailbook_server::store::audience::Audience;
use detailbook_server::store::records;

use super::handset::{Handset, read};
use super::precinct::Precinct;
use crate::store::home::Home;
use crate::store::on_both_engines;

const LOG: DocumentKind = DocumentKind::ShiftLog;

fn post_sites(precinct: &Precinct, count: u8) {
    let now = precinct.app.now();
    precinct.arrange(move |sql, agency| {
        (0..count).try_for_each(|n| {
            let (id, body) = (RecordId::from_bytes([n; 16]), vec![n; 200]);
            let record = minicbor::bytes::ByteVec::from(body);
            records::put(sql, agency, now, RecordKind::Site, id, &record, &[Audience::Agency]).map(drop)
        })
    });
}

fn an_idle_exchange_is_small_and_brings_nothing(home: &Home) {
    let precinct = Precinct::open(home);
    post_sites(&precinct, 3);
    let mut phone = precinct.phone(precinct.officer(1));
    phone.sync(&phone.request());
    let cursor = phone.cursor.clone();
    let body = wire::encode(&phone.request());
    let reply = phone.call("POST", SYNC_PATH, &body);
    assert!(body.len() + reply.body.len() < 60, "{} + {}", body.len(), reply.body.len());
    let response: SyncResponse = read(&reply).unwrap();
    assert_eq!((response.entries, response.more, response.compare), (None, None, None));
    assert_eq!(Some(response.cursor), cursor);
}

fn a_fresh_phone_pages_through_everything(home: &Home) {
    let precinct = Precinct::open(home);
    post_sites(&precinct, 7);
    let mut phone = precinct.phone(precinct.officer(1));
    phone.cursor = None;
    let (mut sites, mut pages) = (Vec::new(), 0);
    loop {
        let response = phone.sync(&SyncRequest { limit: Some(3), ..phone.request() });
        pages += 1;
        sites.extend(response.entries.unwrap_or_default().into_iter().map(|entry| match entry {
            Entry::Record { id, .. } => id.as_bytes()[0],
            other => panic!("{other:?}"),
        }));
        if response.more.is_none() {
            break;
        }
    }
    assert_eq!((sites, pages), ((0..7).collect(), 3));
}

fn a_cursor_from_another_life_of_the_database_starts_over(home: &Home) {
    let precinct = Precinct::open(home);
    post_sites(&precinct, 2);
    let mut phone = precinct.phone(precinct.officer(1));
    let ours: Cursor = wire::decode(&phone.cursor.clone().unwrap()).unwrap();
    let strange = [
        wire::encode(&Cursor { epoch: ours.epoch + 1, ..ours }),
        wire::encode(&Cursor { seq: ours.seq + 1_000, ..ours }),
        wire::encode(&Cursor { seq: -1, ..ours }),
        b"nonsense".to_vec(),
        vec![],
    ];
    for cursor in strange {
        let response = phone.sync(&SyncRequest { cursor: Some(cursor.clone().into()), ..phone.request() });
        assert_eq!(response.compare, Some(true), "{cursor:?}");
        assert_eq!(response.entries.unwrap().len(), 2);
    }
    let response = phone.sync(&SyncRequest { cursor: Some(wire::encode(&ours).into()), ..phone.request() });
    assert_eq!((response.compare, response.entries), (None, None));
}

fn compare(phone: &mut Handset, documents: Vec<DocumentHeads>) -> Vec<DocumentHeads> {
    let body = wire::encode(&CompareRequest { protocol: wire::PROTOCOL, documents });
    read::<CompareResponse>(&phone.call("POST", COMPARE_PATH, &body)).unwrap().differing
}

fn comparing_names_what_differs_and_what_is_missing(home: &Home) {
    let precinct = Precinct::open(home);
    let mut phone = precinct.phone(precinct.officer(1));
    let theirs = precinct.shift_log(precinct.officer(2), 59);
    let logs = [1, 2].map(|n| precinct.shift_log(phone.officer, 50 + n));
    for log in logs {
        let punch = phone.punch(log, FactKind::In);
        phone.push(log, LOG, &[punch]);
    }
    let heads =
        |phone: &Handset, document| DocumentHeads { document, kind: LOG, heads: phone.stand(document, LOG).0.heads };
    let same = heads(&phone, logs[0]);
    let stored = heads(&phone, logs[1]);
    phone.punch(logs[1], FactKind::Out);
    let ahead = heads(&phone, logs[1]);
    let unknown = DocumentHeads { document: DocumentId::from_bytes([77; 16]), kind: LOG, heads: vec![Sha256([1; 32])] };
    let strangers = DocumentHeads { document: theirs, ..unknown.clone() };
    let differing = compare(&mut phone, vec![same, ahead, unknown.clone(), strangers.clone()]);
    let nothing = |heads: DocumentHeads| DocumentHeads { heads: vec![], ..heads };
    assert_eq!(differing, [stored, nothing(unknown), nothing(strangers)]);
}

fn comparing_takes_a_live_credential(home: &Home) {
    let precinct = Precinct::open(home);
    let mut phone = precinct.phone(precinct.officer(1));
    let body = wire::encode(&CompareRequest { protocol: wire::PROTOCOL, documents: vec![] });
    let authorization = phone.authorization("POST", COMPARE_PATH, &body);
    assert!(read::<CompareResponse>(&phone.send_as(&authorization, "POST", COMPARE_PATH, &body)).is_ok());
    let again = phone.send_as(&authorization, "POST", COMPARE_PATH, &body);
    assert_eq!(read::<CompareResponse>(&again), Err(Refusal::Replayed));
}

fn a_long_answer_is_compressed_for_whoever_takes_that(home: &Home) {
    let precinct = Precinct::open(home);
    post_sites(&precinct, 20);
    let mut phone = precinct.phone(precinct.officer(1));
    phone.cursor = None;
    let body = wire::encode(&phone.request());
    let mut send = |accept_gzip, body: &[u8]| {
        let authorization = phone.authorization("POST", SYNC_PATH, body);
        let authorization = Some(authorization.as_str());
        handle(&precinct.app, &Call { method: "POST", path: SYNC_PATH, authorization, accept_gzip, from: None, body })
    };
    let (plain, packed) = (send(false, &body), send(true, &body));
    assert!(!plain.gzip && packed.gzip && packed.body.len() < plain.body.len() / 2);
    let mut unpacked = Vec::new();
    std::io::copy(&mut flate2::read::GzDecoder::new(&packed.body[..]), &mut unpacked).unwrap();
    let mut response: SyncResponse = wire::decode(&unpacked).unwrap();
    response.server_time = precinct.app.now();
    assert_eq!(response, read(&plain).unwrap());
    let cursor = Some(response.cursor);
    let idle = wire::encode(&SyncRequest { protocol: 1, cursor, ..SyncRequest::default() });
    assert!(!send(true, &idle).gzip, "a short one is not");
}

fn what_others_do_does_not_hide_behind_an_own_push(home: &Home) {
    let precinct = Precinct::open(home);
    let mut phone = precinct.phone(precinct.officer(1));
    let log = precinct.shift_log(phone.officer, 50);
    phone.sync(&phone.request());
    let mut other = precinct.phone(precinct.officer(2));
    other.wish(CommandId::from_bytes([4; 16]), &Wish::SendMessage { text: "Hello".into() });
    post_sites(&precinct, 1);
    let punch = phone.punch(log, FactKind::In);
    let push = Some(vec![super::handset::push_of(log, LOG, &[punch])]);
    let response = phone.sync(&SyncRequest { push, ..phone.request() });
    assert_eq!(response.entries.unwrap().len(), 1, "the site, and not the other officer's message");
    assert_eq!(phone.sync(&phone.request()).entries, None);
}

on_both_engines!(
    an_idle_exchange_is_small_and_brings_nothing,
    a_fresh_phone_pages_through_everything,
    a_cursor_from_another_life_of_the_database_starts_over,
    comparing_names_what_differs_and_what_is_missing,
    comparing_takes_a_live_credential,
    a_long_answer_is_compressed_for_whoever_takes_that,
    what_others_do_does_not_hide_behind_an_own_push,
);

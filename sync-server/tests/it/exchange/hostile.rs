//! What no honest phone sends. Each is answered in bounded time with a clear code, and honest items land all the same.

use detailbook_core::documents::{Document, DocumentIndex, DocumentKind, write_facts};
use detailbook_core::ids::{CommandId, DocumentId, WriterId};
use detailbook_core::shift::{FactKind, Sha256};
use detailbook_core::wire::{
    self, ChangeVerdict, Command, Limits, Refusal, SYNC_PATH, SyncRequest, SyncResponse, Wish,
};
use detailbook_server::store::{Store, documents};
use minicbor::Encoder;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use tempfile::TempDir;

use super::handset::{Handset, push_of, read};
use super::precinct::Precinct;

const LOG: DocumentKind = DocumentKind::ShiftLog;

struct Siege {
    precinct: Precinct,
    phone: Handset,
    log: DocumentId,
    _folder: TempDir,
}

impl Siege {
    fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let precinct = Precinct::over(Store::open_inline(folder.path().join("detailbook.db")).unwrap());
        let officer = precinct.officer(1);
        let (phone, log) = (precinct.phone(officer), precinct.shift_log(officer, 50));
        Self { precinct, phone, log, _folder: folder }
    }

    fn send(&mut self, body: &[u8]) -> Result<SyncResponse, Refusal> {
        read(&self.phone.call("POST", SYNC_PATH, body))
    }

    /// An honest punch is taken, and everything stored still makes a document that saves and loads.
    fn stands(&mut self) {
        let writer = WriterId::from_bytes([200; 16]);
        let log = DocumentId::from_bytes([201; 16]);
        self.phone.writer = writer;
        let punch = self.phone.punch(log, FactKind::In);
        let push = Some(vec![push_of(log, LOG, &[punch])]);
        let request = SyncRequest { writers: Some(vec![writer]), push, ..self.phone.request() };
        assert_eq!(self.phone.sync(&request).verdicts.unwrap()[0].0, [ChangeVerdict::Accepted]);
        self.documents_are_whole();
    }

    fn documents_are_whole(&self) {
        let agency = self.precinct.agency;
        let rows = self.precinct.app.store.read(|sql| documents::page(sql, agency, DocumentId::NIL, 1_000)).unwrap();
        for row in rows {
            let raw = self.precinct.app.store.read(|sql| documents::raw_changes(sql, agency, row.document)).unwrap();
            let document = Document::from_changes(row.kind, raw.iter().map(Vec::as_slice)).unwrap();
            document.save_check().unwrap();
            assert_eq!(document.index(), row.index);
        }
    }
}

#[test]
fn protocol_versions_that_are_not_spoken_are_named() {
    let mut siege = Siege::begin();
    for protocol in [0, 2, u16::MAX] {
        let body = wire::encode(&SyncRequest { protocol, ..siege.phone.request() });
        assert_eq!(siege.send(&body), Err(Refusal::UnknownProtocol));
    }
    // A later version may say the rest in a way that cannot be read.
    let mut body = Vec::new();
    Encoder::new(&mut body).map(2).unwrap().u8(0).unwrap().u16(2).unwrap().u8(1).unwrap().str("later").unwrap();
    assert_eq!(siege.send(&body), Err(Refusal::UnknownProtocol));
    // A field that only a later version knows is no hindrance.
    let mut body = Vec::new();
    let mut e = Encoder::new(&mut body);
    e.map(3).unwrap().u8(0).unwrap().u16(1).unwrap().u8(3).unwrap().u32(9).unwrap().u8(99).unwrap().str("new").unwrap();
    assert!(siege.send(&body).is_ok());
    siege.stands();
}

#[test]
fn more_than_the_limits_allow_is_too_large() {
    let mut siege = Siege::begin();
    let base = siege.phone.request();
    let change = || vec![vec![0]; 300];
    let pushes = vec![push_of(siege.log, LOG, &change()), push_of(siege.log, LOG, &change())];
    let command = Command::new(CommandId::NIL, &Wish::SendMessage { text: String::new() }, siege.precinct.app.now());
    let requests = [
        SyncRequest { push: Some(pushes), ..base.clone() },
        SyncRequest { push: Some(vec![push_of(siege.log, LOG, &[]); 513]), ..base.clone() },
        SyncRequest { commands: Some(vec![command; 129]), ..base.clone() },
        SyncRequest { writers: Some(vec![WriterId::NIL; 65]), ..base },
    ];
    for request in requests {
        assert_eq!(siege.send(&wire::encode(&request)), Err(Refusal::TooLarge));
    }
    assert_eq!(siege.send(&vec![0; Limits::V1.request_bytes + 1]), Err(Refusal::TooLarge));
    siege.stands();
}

#[test]
fn a_change_that_is_too_large_is_refused_alone() {
    let mut siege = Siege::begin();
    let text = "x".repeat(Limits::V1.fact_bytes + 1);
    let large = siege.phone.note(siege.log, LOG, &text);
    assert_eq!(siege.phone.push(siege.log, LOG, &[large]), [ChangeVerdict::Refused(Refusal::TooLarge)]);
    let huge = vec![0x85; Limits::V1.change_bytes + 1];
    assert_eq!(siege.phone.push(siege.log, LOG, &[huge]), [ChangeVerdict::Refused(Refusal::TooLarge)]);
    siege.stands();
}

#[test]
fn nested_and_endless_cbor_is_malformed_or_skipped() {
    let mut siege = Siege::begin();
    let nested = |first: u8, depth: usize| {
        // {0: 1, 3: 1, 9: [[[[...]]]]}, the innermost being a 0.
        let mut body = vec![0xa3, 0x00, 0x01, 0x03, 0x01, 0x09];
        body.extend(std::iter::repeat_n(first, depth));
        body.push(0);
        body
    };
    assert!(siege.send(&nested(0x81, 500_000)).is_ok(), "an unknown field is skipped, however deep");
    assert!(siege.send(&nested(0xc1, 500_000)).is_ok(), "tags too");
    for endless in [0x9f, 0xbf, 0x5f] {
        assert_eq!(siege.send(&nested(endless, 100_000)), Err(Refusal::Malformed), "{endless:x}");
    }
    // Lists, strings and maps that claim to hold 2^64 - 1 of something.
    for claim in [0x9b_u8, 0xbb, 0x5b, 0x7b] {
        for field in [1, 4, 5, 6, 9] {
            let mut body = vec![0xa3, 0x00, 0x01, 0x03, 0x01, field, claim];
            body.extend([0xff; 8]);
            assert_eq!(siege.send(&body), Err(Refusal::Malformed), "{claim:x} in {field}");
        }
    }
    for depth in [1, 10, 100_000] {
        let mut body = vec![0xa3, 0x00, 0x01, 0x03, 0x01, 0x05];
        body.extend(std::iter::repeat_n(0x81, depth));
        assert_eq!(siege.send(&body), Err(Refusal::Malformed), "pushes nested {depth} deep");
    }
    siege.stands();
}

#[test]
fn random_and_truncated_bodies_are_malformed() {
    let mut siege = Siege::begin();
    let mut random = ChaCha8Rng::seed_from_u64(11);
    for _ in 0..500 {
        let mut body = vec![0; (random.next_u32() % 400) as usize];
        random.fill_bytes(&mut body);
        let answer = siege.send(&body);
        assert!(matches!(answer, Err(Refusal::Malformed | Refusal::UnknownProtocol)), "{answer:?} to {body:?}");
    }
    let punch = siege.phone.punch(siege.log, FactKind::In);
    let body =
        wire::encode(&SyncRequest { push: Some(vec![push_of(siege.log, LOG, &[punch])]), ..siege.phone.request() });
    for length in 0..body.len() {
        assert_eq!(siege.send(&body[..length]), Err(Refusal::Malformed), "{length} of {}", body.len());
    }
    let mut longer = body.clone();
    longer.push(0);
    assert_eq!(siege.send(&longer), Err(Refusal::Malformed));
    assert!(siege.send(&body).is_ok());
    siege.stands();
}

/// The checksum of a chunk is the first four bytes of the hash of what follows it (automerge's binary format).
fn with_checksum(mut change: Vec<u8>) -> Vec<u8> {
    if change.len() > 8 {
        let digest = Sha256::of(&change[8..]);
        change[4..8].copy_from_slice(&digest.0[..4]);
    }
    change
}

fn mutated(change: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = change.to_vec();
    for _ in 0..=random.next_u32() % 3 {
        let place = random.next_u32() as usize % bytes.len();
        match random.next_u32() % 4 {
            0 => bytes[place] ^= 1 << (random.next_u32() % 8),
            1 => bytes[place] = random.next_u32() as u8,
            2 => drop(bytes.remove(place)),
            _ => bytes.insert(place, random.next_u32() as u8),
        }
    }
    bytes
}

#[test]
fn mutated_changes_never_keep_the_honest_one_out() {
    let mut siege = Siege::begin();
    let mut random = ChaCha8Rng::seed_from_u64(12);
    let mut landed = 0;
    for round in 0..60 {
        let honest = siege.phone.punch(siege.log, FactKind::In);
        let mut changes: Vec<_> = (0..8).map(|_| mutated(&honest, &mut random)).collect();
        changes.extend((0..8).map(|_| with_checksum(mutated(&honest, &mut random))));
        changes.retain(|change| *change != honest);
        changes.push(honest);
        let verdicts = siege.phone.push(siege.log, LOG, &changes);
        let (last, mutants) = verdicts.split_last().unwrap();
        for (change, verdict) in changes.iter().zip(mutants) {
            let whole = with_checksum(change.clone()) == *change;
            assert!(whole || *verdict != ChangeVerdict::Accepted, "round {round}: taken with a wrong checksum");
        }
        if mutants.contains(&ChangeVerdict::Accepted) {
            assert!(matches!(last, ChangeVerdict::Accepted | ChangeVerdict::Refused(_)), "round {round}: {last:?}");
            siege.documents_are_whole();
            // A mutant that is a well-formed change of this very writer is the phone's own word against itself: it takes the
            // number, and the phone goes on under another writer.
            siege.phone.writer = WriterId::from_bytes([round + 1; 16]);
            let writers = Some(vec![siege.phone.writer]);
            siege.phone.sync(&SyncRequest { writers, ..siege.phone.request() });
            siege.log = DocumentId::from_bytes([round + 100; 16]);
        } else {
            assert_eq!(*last, ChangeVerdict::Accepted, "round {round}: {mutants:?}");
            landed += 1;
        }
    }
    assert!(landed >= 15, "{landed} rounds tried what this is about");
    siege.stands();
}

#[test]
fn mutated_requests_are_answered() {
    let mut siege = Siege::begin();
    let mut random = ChaCha8Rng::seed_from_u64(13);
    let punch = siege.phone.punch(siege.log, FactKind::In);
    let command = Command::new(
        CommandId::from_bytes([7; 16]),
        &Wish::SendMessage { text: "Hi".into() },
        siege.precinct.app.now(),
    );
    let request = SyncRequest {
        writers: Some(vec![siege.phone.writer]),
        push: Some(vec![push_of(siege.log, LOG, &[punch])]),
        commands: Some(vec![command]),
        ..siege.phone.request()
    };
    let body = wire::encode(&request);
    let mut refused = 0;
    for _ in 0..600 {
        let mutant = mutated(&body, &mut random);
        if let Err(refusal) = siege.send(&mutant) {
            refused += 1;
            assert_ne!(refusal, Refusal::Unavailable, "the store failed at {mutant:?}");
        }
    }
    assert!((1..600).contains(&refused), "{refused}");
    siege.stands();
}

#[test]
fn an_operation_number_out_of_turn_is_refused() {
    let mut siege = Siege::begin();
    let mut sent = 0;
    for max_op in [0, 1, 3, 4_294_967_290, 4_000_000_000, u64::MAX / 2] {
        let fact = siege.phone.fact(FactKind::In, None);
        let entry = siege.phone.entry(siege.log, &fact);
        let index = DocumentIndex { max_op, ..DocumentIndex::seed(LOG) };
        if index == DocumentIndex::seed(LOG) {
            continue;
        }
        // Automerge itself panics at numbers that it cannot hold: then there is nothing to send.
        let writer = siege.phone.writer;
        let write = || write_facts(LOG, &index, writer, 1, std::slice::from_ref(&entry)).bytes;
        let Ok(change) = std::panic::catch_unwind(write) else { continue };
        sent += 1;
        let verdict = siege.phone.push(siege.log, LOG, &[change])[0];
        assert!(
            matches!(verdict, ChangeVerdict::Refused(Refusal::BadStartOp | Refusal::BadChange)),
            "{max_op}: {verdict:?}"
        );
    }
    assert!(sent >= 2, "{sent} were sent");
    siege.stands();
}

#[test]
fn compressed_and_claiming_chunks_are_refused_unread() {
    let mut siege = Siege::begin();
    let honest = siege.phone.punch(siege.log, FactKind::In);
    let mut compressed = honest.clone();
    compressed[8] = 2;
    let mut document = honest.clone();
    document[8] = 0;
    let mut claiming = honest[..9].to_vec();
    claiming.extend([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    claiming.extend(&honest[10..]);
    let changes = [with_checksum(compressed), with_checksum(document), with_checksum(claiming), honest];
    let bad = ChangeVerdict::Refused(Refusal::BadChange);
    assert_eq!(siege.phone.push(siege.log, LOG, &changes), [bad, bad, bad, ChangeVerdict::Accepted]);
    siege.stands();
}

#[test]
fn a_device_nobody_knows_is_nobody() {
    let mut siege = Siege::begin();
    siege.phone.device = detailbook_core::ids::DeviceId::from_bytes([9; 16]);
    let body = wire::encode(&siege.phone.request());
    assert_eq!(siege.send(&body), Err(Refusal::NotAuthenticated));
}

#[test]
fn the_highest_counters_lock_out_nobody_else() {
    let mut siege = Siege::begin();
    siege.phone.counter = u64::MAX - 1;
    let body = wire::encode(&siege.phone.request());
    assert_eq!(siege.send(&body), Err(Refusal::NotAuthenticated), "beyond what is stored");
    siege.phone.counter = i64::MAX as u64 - 1;
    assert!(siege.send(&body).is_ok());
    siege.phone.counter = 50;
    assert_eq!(siege.send(&body), Err(Refusal::Replayed));
    let mut other = siege.precinct.phone(siege.phone.officer);
    assert!(other.try_sync(&other.request()).is_ok());
}

//! Version 1 as it was released: documents, facts and messages saved as files, which every later version must read.
//!
//! With `DETAILBOOK_WRITE_FIXTURES` set, files that are missing are written. Those that are there are never touched.

use std::fs;
use std::path::{Path, PathBuf};

use detailbook_core::documents::{
    Document, DocumentKind, FactEntry, Splice, WrittenChange, seed_change, write_facts, write_signatures,
};
use detailbook_core::ids::DocumentId;
use detailbook_core::shift::{Fact, FactKind};
use detailbook_core::wire::{
    Command, CompareRequest, DocumentHeads, Push, SyncRequest, Wish, check_canonical, decode, encode,
};

use crate::sample::{admitted, entry, fact, id, writer};
use crate::shelf::Shelf;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/v1")
}

/// The files under a folder of the fixtures, in order of name.
fn saved(name: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = fs::read_dir(folder().join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).unwrap()).collect()
}

/// A fact as a later version might write it: a kind and a field that version 1 does not know.
fn newer_fact() -> Vec<u8> {
    let mut bytes = fact(FactKind::Other(200), 9).to_bytes();
    bytes[0] += 1;
    bytes.extend_from_slice(&[0x18, 99, 0x82, 0xf5, 0x61, b'x']);
    bytes
}

/// An evening by two phones of one officer: concurrent changes, signatures at once and later, a fact from a newer version.
fn shift_log() -> Vec<WrittenChange> {
    let kind = DocumentKind::ShiftLog;
    let seed = Shelf::new(kind).index;
    let signed = |kind, n| FactEntry { signature: Some([n as u8; 64]), ..entry(kind, n) };
    let a1 = write_facts(kind, &seed, writer(1), 1, &[signed(FactKind::EnRoute, 1)]);
    let a2 = write_facts(kind, &a1.index, writer(1), 2, &[entry(FactKind::In, 2), signed(FactKind::OrdersRead, 3)]);
    let b1 = write_facts(kind, &a1.index, writer(2), 1, &[signed(FactKind::Attachment, 4)]);
    let both = a2.index.with(b1.hash, &[a1.hash], b1.max_op);
    let a3 = write_signatures(kind, &both, writer(1), 3, &[(id(2), [2; 64])]);
    let newer = FactEntry { id: id(9), bytes: newer_fact(), signature: Some([9; 64]) };
    let b2 = write_facts(kind, &a3.index, writer(2), 2, &[newer]);
    let a4 = write_facts(kind, &b2.index, writer(1), 4, &[signed(FactKind::Out, 10), signed(FactKind::Submitted, 11)]);
    vec![a1, a2, b1, a3, b2, a4]
}

/// A detail's shared notes, edited by two officers at once, with a photo between.
fn pass_on() -> Vec<WrittenChange> {
    let kind = DocumentKind::PassOn;
    let splice = |at, delete, insert: &str| Splice { at, delete, insert: insert.to_owned() };
    let mut one = Document::seed(kind).unwrap();
    let mut two = one.clone();
    let first = one.edit_text(writer(1), &splice(0, 0, "North gate is locked.")).unwrap();
    let rival = two.edit_text(writer(2), &splice(0, 0, "Café opens 06:00. ")).unwrap();
    one.apply([rival.bytes.as_slice()]).unwrap();
    let photo = write_facts(kind, &one.index(), writer(1), 2, &[entry(FactKind::Attachment, 1)]);
    one.apply([photo.bytes.as_slice()]).unwrap();
    let last = one.edit_text(writer(1), &splice(0, 5, "Key at desk. ")).unwrap();
    vec![first, rival, photo, last]
}

fn request(changes: Vec<Vec<u8>>) -> SyncRequest {
    let wish = Wish::SendMessage { text: "running late".to_owned() };
    let made_at = fact(FactKind::In, 1).clock.wall;
    SyncRequest {
        protocol: 1,
        cursor: Some(vec![1; 24].into()),
        limit: Some(100),
        app: 1,
        writers: Some(vec![writer(1), writer(2)]),
        push: Some(vec![Push {
            document: DocumentId::from_bytes([5; 16]),
            kind: DocumentKind::ShiftLog,
            changes: changes.into_iter().map(Into::into).collect(),
        }]),
        commands: Some(vec![Command::new(detailbook_core::ids::CommandId::from_bytes([6; 16]), &wish, made_at)]),
    }
}

/// Every file there should be, as this version makes it.
fn made() -> Vec<(String, Vec<u8>)> {
    let log = shift_log();
    let changes = |name: &'static str, changes: &[WrittenChange]| {
        let file = move |(n, change): (usize, &WrittenChange)| (format!("{name}/{n:02}.change"), change.bytes.clone());
        changes.iter().enumerate().map(file).collect::<Vec<_>>()
    };
    let index = &log[5].index;
    let heads = DocumentHeads {
        document: DocumentId::from_bytes([5; 16]),
        kind: DocumentKind::ShiftLog,
        heads: index.heads.clone(),
    };
    let facts = FactKind::KNOWN
        .iter()
        .zip(1..)
        .map(|(kind, n)| (format!("facts/{:02}_{}.cbor", kind.code(), kind.name()), fact(*kind, n).to_bytes()));
    let mut files: Vec<_> = facts.collect();
    files.push(("facts/newer.cbor".to_owned(), newer_fact()));
    files.extend(changes("shift_log", &log));
    files.extend(changes("pass_on", &pass_on()));
    let pushed = log.iter().map(|change| change.bytes.clone()).collect();
    files.push(("messages/sync_request.cbor".to_owned(), encode(&request(pushed))));
    let compare = CompareRequest { protocol: 1, documents: vec![heads] };
    files.push(("messages/compare_request.cbor".to_owned(), encode(&compare)));
    files
}

#[test]
fn this_version_still_writes_the_saved_bytes() {
    for (name, bytes) in made() {
        let path = folder().join(&name);
        if std::env::var_os("DETAILBOOK_WRITE_FIXTURES").is_some() && !path.exists() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &bytes).unwrap();
        }
        assert_eq!(fs::read(&path).unwrap_or_default(), bytes, "{name}");
    }
}

#[test]
fn the_saved_facts_are_read_and_written_back_as_they_are() {
    let files = saved("facts");
    assert_eq!(files.len(), FactKind::KNOWN.len() + 1);
    for (bytes, (kind, n)) in files.iter().zip(FactKind::KNOWN.iter().zip(1..)) {
        check_canonical(bytes).unwrap();
        let read = Fact::from_bytes(bytes).unwrap();
        assert_eq!(read, fact(*kind, n));
        assert_eq!(&read.to_bytes(), bytes);
    }
    let newer = &files[FactKind::KNOWN.len()];
    check_canonical(newer).unwrap();
    assert_eq!(Fact::from_bytes(newer).unwrap().kind, FactKind::Other(200));
}

#[test]
fn the_saved_shift_log_is_admitted_and_loads() {
    let mut shelf = Shelf::new(DocumentKind::ShiftLog);
    for change in saved("shift_log") {
        admitted(shelf.push(&change));
    }
    shelf.check().unwrap();
    let heads: Vec<_> = shelf.index.heads.iter().map(ToString::to_string).collect();
    assert_eq!(heads, ["41163c5cb411809d394a35ebccb2b2da0d9a4f1c51c2852c797dc37d1b6081b2"]);
    assert_eq!(shelf.index.max_op, 14);
    let document = shelf.load().unwrap();
    assert_eq!(document.facts().len(), 7);
    assert_eq!(document.signatures().len(), 7);
    assert_eq!(document.facts().iter().find(|fact| fact.id == id(9)).unwrap().bytes, newer_fact());
}

#[test]
fn the_saved_pass_on_is_admitted_and_loads() {
    let mut shelf = Shelf::new(DocumentKind::PassOn);
    for change in saved("pass_on") {
        admitted(shelf.push(&change));
    }
    shelf.check().unwrap();
    let heads: Vec<_> = shelf.index.heads.iter().map(ToString::to_string).collect();
    assert_eq!(heads, ["bf867b3c8b2c6d03f005204d1e0a1891b2c7be825c489e6c3cf94fa96b44664e"]);
    assert_eq!(shelf.load().unwrap().text(), "Key at desk. opens 06:00. North gate is locked.");
    assert_eq!(shelf.facts[&id(1)], entry(FactKind::Attachment, 1));
}

#[test]
fn the_saved_seeds_make_the_containers() {
    for (kind, name, length) in [(DocumentKind::ShiftLog, "shift_log", 54), (DocumentKind::PassOn, "pass_on", 62)] {
        let saved = fs::read(folder().join(format!("{name}.seed"))).unwrap();
        assert_eq!((seed_change(kind), saved.len()), (saved.as_slice(), length));
        Document::seed(kind).unwrap().save_check().unwrap();
    }
}

#[test]
fn the_saved_messages_are_read() {
    let messages = saved("messages");
    let compare: CompareRequest = decode(&messages[0]).unwrap();
    assert_eq!(compare.documents[0].heads.len(), 1);
    let sync: SyncRequest = decode(&messages[1]).unwrap();
    let pushed = sync.push.unwrap().remove(0).changes;
    assert_eq!(pushed.iter().map(|change| change.to_vec()).collect::<Vec<_>>(), saved("shift_log"));
}

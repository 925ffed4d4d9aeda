//! Honest changes, written from the index alone and admitted from the index alone, held against automerge itself.

use detailbook_core::authority::Admission;
use detailbook_core::documents::{
    Document, DocumentIndex, DocumentKind, FactEntry, Splice, WrittenChange, seed_change, write_facts, write_signatures,
};
use detailbook_core::shift::{FactKind, Sha256};
use detailbook_core::wire::Refusal;
use proptest::prelude::*;

use crate::sample::{admitted, entry, id, refused, writer};
use crate::shelf::Shelf;

const LOG: DocumentKind = DocumentKind::ShiftLog;

fn splice(at: usize, delete: usize, insert: &str) -> Splice {
    Splice { at, delete, insert: insert.to_owned() }
}

#[test]
fn facts_written_from_the_index_are_admitted_from_the_index_and_read_back() {
    let mut shelf = Shelf::new(LOG);
    let first: WrittenChange = write_facts(LOG, &shelf.index, writer(1), 1, &[entry(FactKind::In, 1)]);
    assert_eq!(admitted(shelf.push(&first.bytes)).index, first.index);
    let signed = FactEntry { signature: Some([9; 64]), ..entry(FactKind::Out, 2) };
    let second = write_facts(LOG, &first.index, writer(1), 2, std::slice::from_ref(&signed));
    let brought = admitted(shelf.push(&second.bytes));
    assert_eq!((brought.index, brought.facts), (second.index.clone(), vec![signed]));
    let third = write_signatures(LOG, &second.index, writer(1), 3, &[(id(1), [8; 64])]);
    assert_eq!(admitted(shelf.push(&third.bytes)).signatures, [(id(1), [8; 64])]);
    assert_eq!(shelf.index, third.index);
    shelf.check().unwrap();
}

#[test]
fn a_change_sent_twice_is_a_duplicate_and_so_is_the_seed() {
    let mut shelf = Shelf::new(LOG);
    let change = write_facts(LOG, &shelf.index, writer(1), 1, &[entry(FactKind::In, 1)]);
    admitted(shelf.push(&change.bytes));
    assert_eq!(shelf.push(&change.bytes), Ok(Admission::Duplicate));
    let later = write_facts(LOG, &change.index, writer(1), 2, &[entry(FactKind::Out, 2)]);
    admitted(shelf.push(&later.bytes));
    assert_eq!(shelf.push(&change.bytes), Ok(Admission::Duplicate));
    assert_eq!(shelf.changes.len(), 2);
    assert_eq!(refused(shelf.push(seed_change(LOG))), Refusal::BadChange);
}

#[test]
fn a_change_waits_for_the_one_it_follows() {
    let mut shelf = Shelf::new(LOG);
    let first = write_facts(LOG, &shelf.index, writer(1), 1, &[entry(FactKind::In, 1)]);
    let second = write_facts(LOG, &first.index, writer(1), 2, &[entry(FactKind::Out, 2)]);
    assert_eq!(shelf.push(&second.bytes), Ok(Admission::Waiting(first.hash)));
    admitted(shelf.push(&first.bytes));
    admitted(shelf.push(&second.bytes));
    shelf.check().unwrap();
}

#[test]
fn a_writer_may_follow_its_own_last_change_through_anothers() {
    let mut server = Shelf::new(LOG);
    let one = write_facts(LOG, &server.index, writer(1), 1, &[entry(FactKind::In, 1)]);
    let two = write_facts(LOG, &one.index, writer(2), 1, &[entry(FactKind::Note, 2)]);
    let late = write_facts(LOG, &DocumentIndex::seed(LOG), writer(3), 1, &[entry(FactKind::Note, 3)]);
    let back = write_facts(LOG, &two.index, writer(1), 2, &[entry(FactKind::Out, 4)]);
    for change in [&one, &two, &late, &back] {
        admitted(server.push(&change.bytes));
    }
    assert_eq!(server.index.heads.len(), 2);
    server.check().unwrap();
}

#[test]
fn an_index_survives_its_bytes_and_nothing_else_is_one() {
    let index = DocumentIndex::seed(LOG).with(Sha256([9; 32]), &[], 7);
    let bytes = index.heads_to_bytes();
    assert_eq!(DocumentIndex::from_bytes(&bytes, index.max_op), Ok(index));
    let twice = [bytes.clone(), bytes.clone()].concat();
    for wrong in [&[][..], &bytes[..63], &twice] {
        assert!(DocumentIndex::from_bytes(wrong, 7).is_err());
    }
}

#[test]
fn shared_text_is_edited_by_two_writers_at_once() {
    let mut shelf = Shelf::new(DocumentKind::PassOn);
    let mut one = Document::seed(DocumentKind::PassOn).unwrap();
    let mut two = one.clone();
    let hello = one.edit_text(writer(1), &splice(0, 0, "gate é open")).unwrap();
    assert_eq!(admitted(shelf.push(&hello.bytes)).index, hello.index);
    let other = two.edit_text(writer(2), &splice(0, 0, "hi 👮")).unwrap();
    admitted(shelf.push(&other.bytes));
    one.apply([other.bytes.as_slice()]).unwrap();
    two.apply([hello.bytes.as_slice()]).unwrap();
    let cut = one.edit_text(writer(1), &splice(1, 3, "")).unwrap();
    let also = two.edit_text(writer(2), &splice(0, 3, "x")).unwrap();
    admitted(shelf.push(&cut.bytes));
    admitted(shelf.push(&also.bytes));
    let note = write_facts(DocumentKind::PassOn, &shelf.index, writer(2), 3, &[entry(FactKind::Note, 3)]);
    admitted(shelf.push(&note.bytes));
    shelf.check().unwrap();
    one.apply([also.bytes.as_slice(), &note.bytes]).unwrap();
    assert_eq!(shelf.load().unwrap().text(), one.text());
}

/// What one of the phones does next.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Writes that many facts in one change, every other one signed.
    Write(u64),
    /// Signs the oldest fact that it knows of without a signature.
    Sign,
    /// Sends what it has and takes what it lacks.
    Sync,
}

fn step() -> impl Strategy<Value = (usize, Step)> {
    let what = prop_oneof![3 => (1u64..4).prop_map(Step::Write), 1 => Just(Step::Sign), 2 => Just(Step::Sync)];
    (0usize..4, what)
}

/// A phone: its own copy, and what it has yet to send.
struct Phone {
    shelf: Shelf,
    outbox: Vec<Vec<u8>>,
    number: u8,
}

impl Phone {
    fn new(number: u8) -> Self {
        Self { shelf: Shelf::new(LOG), outbox: vec![], number }
    }

    fn write(&mut self, facts: &[FactEntry]) {
        let (writer, index) = (writer(self.number), self.shelf.index.clone());
        let change = write_facts(LOG, &index, writer, self.shelf.next_seq(writer), facts);
        self.add(change);
    }

    fn sign(&mut self) {
        let (writer, index) = (writer(self.number), self.shelf.index.clone());
        let Some(fact) = self.shelf.facts.values().find(|fact| fact.signature.is_none()) else { return };
        let signatures = [(fact.id, [self.number; 64])];
        let change = write_signatures(LOG, &index, writer, self.shelf.next_seq(writer), &signatures);
        self.add(change);
    }

    fn add(&mut self, change: WrittenChange) {
        assert_eq!(admitted(self.shelf.push(&change.bytes)).index, change.index);
        self.outbox.push(change.bytes);
    }

    /// Sends what it has and takes what it lacks. Two phones may sign one fact at once: the server takes the first, and the
    /// other phone starts over as another writer.
    fn sync(&mut self, server: &mut Shelf, next_writer: &mut u8) {
        for change in std::mem::take(&mut self.outbox) {
            match server.push(&change) {
                Ok(Admission::Admitted(_) | Admission::Duplicate) => {}
                Ok(Admission::Refused(Refusal::FactExists)) => return self.start_over(server, next_writer),
                other => panic!("{other:?}"),
            }
        }
        for kept in &server.changes {
            assert!(matches!(self.shelf.pull(&kept.bytes), Ok(Admission::Admitted(_) | Admission::Duplicate)));
        }
    }

    fn start_over(&mut self, server: &mut Shelf, next_writer: &mut u8) {
        let mine = std::mem::take(&mut self.shelf.facts);
        *self = Self::new(*next_writer);
        *next_writer += 1;
        self.sync(server, next_writer);
        let lost: Vec<_> = mine.into_values().filter(|fact| !server.facts.contains_key(&fact.id)).collect();
        if !lost.is_empty() {
            self.write(&lost);
            self.sync(server, next_writer);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_phones_write_and_whenever_they_sync_automerge_agrees_with_the_index(
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let mut server = Shelf::new(LOG);
        let mut phones: Vec<_> = (1..=4).map(Phone::new).collect();
        let (mut written, mut next_writer) = (0, 5);
        for (phone, step) in steps {
            match step {
                Step::Write(count) => {
                    let next = |n: u64| FactEntry {
                        signature: (n % 2 == 1).then_some([7; 64]),
                        ..entry(FactKind::Note, n)
                    };
                    phones[phone].write(&(written..written + count).map(next).collect::<Vec<_>>());
                    written += count;
                }
                Step::Sign => phones[phone].sign(),
                Step::Sync => phones[phone].sync(&mut server, &mut next_writer),
            }
        }
        for phone in [0, 1, 2, 3, 0, 1, 2, 3] {
            phones[phone].sync(&mut server, &mut next_writer);
        }
        prop_assert_eq!(server.check(), Ok(()));
        prop_assert_eq!(server.facts.len() as u64, written);
        for phone in phones {
            prop_assert_eq!(&phone.shelf.index, &server.index);
            prop_assert_eq!(&phone.shelf.facts, &server.facts);
            prop_assert_eq!(phone.shelf.check(), Ok(()));
        }
    }
}

#[test]
fn a_phone_keeps_shared_facts_of_a_kind_that_only_a_newer_server_takes() {
    let mut phone = Shelf::new(DocumentKind::PassOn);
    let newer = write_facts(DocumentKind::PassOn, &phone.index, writer(1), 1, &[entry(FactKind::Other(14), 1)]);
    let mut server = phone.clone();
    assert_eq!(refused(server.push(&newer.bytes)), Refusal::NotGranted);
    assert_eq!(admitted(phone.pull(&newer.bytes)).facts, [entry(FactKind::Other(14), 1)]);
    // What this version knows to belong elsewhere is none of them.
    let punch = write_facts(DocumentKind::PassOn, &phone.index, writer(1), 2, &[entry(FactKind::In, 2)]);
    assert_eq!(refused(phone.pull(&punch.bytes)), Refusal::NotGranted);
}

//! Writing changes from the index alone, and admitting them from the index alone, held against automerge itself.

use std::collections::BTreeMap;

use detailbook_core::authority::{Admission, Admitted, DocumentStore, Standing, admit, inspect};
use detailbook_core::documents::{
    Document, DocumentIndex, DocumentKind, FactEntry, Splice, WrittenChange, write_facts, write_signatures,
};
use detailbook_core::ids::{FactId, WriterId};
use detailbook_core::shift::{ChainLink, Content, Fact, FactKind, Sha256};
use detailbook_core::time::{BootId, ClockReading, UnixMillis, ZoneName};
use detailbook_core::wire::{Limits, Refusal};

/// A keeper of one document, in memory.
struct Shelf {
    kind: DocumentKind,
    index: DocumentIndex,
    changes: Vec<(Sha256, u64, Vec<u8>)>,
    facts: BTreeMap<FactId, FactEntry>,
    sequences: BTreeMap<WriterId, u64>,
}

impl DocumentStore for Shelf {
    type Error = std::convert::Infallible;
    fn change_max_op(&mut self, hash: &Sha256) -> Result<Option<u64>, Self::Error> {
        Ok(self.changes.iter().find(|(h, _, _)| h == hash).map(|(_, max_op, _)| *max_op))
    }
    fn has_fact(&mut self, fact: &FactId) -> Result<bool, Self::Error> {
        Ok(self.facts.contains_key(fact))
    }
    fn has_signature(&mut self, fact: &FactId) -> Result<bool, Self::Error> {
        Ok(self.facts.get(fact).is_some_and(|f| f.signature.is_some()))
    }
    fn changes(&mut self) -> Result<Vec<Vec<u8>>, Self::Error> {
        Ok(self.changes.iter().map(|(_, _, bytes)| bytes.clone()).collect())
    }
}

impl Shelf {
    fn new(kind: DocumentKind) -> Self {
        Self {
            kind,
            index: DocumentIndex::seed(kind),
            changes: vec![],
            facts: BTreeMap::new(),
            sequences: BTreeMap::new(),
        }
    }

    /// Judges a change and, where it is admitted, keeps it.
    fn push(&mut self, bytes: &[u8]) -> Result<Admission, Refusal> {
        let change = inspect(bytes, &Limits::V1)?;
        let index = self.index.clone();
        let writer_last_seq = self.sequences.get(&change.writer).copied().unwrap_or_default();
        let standing = Standing { kind: self.kind, index: &index, writer_last_seq };
        let Ok(admission) = admit(&change, &standing, self, &Limits::V1);
        if let Admission::Admitted(Admitted { index, facts, signatures, .. }) = &admission {
            self.index = index.clone();
            self.sequences.insert(change.writer, change.writer_seq);
            self.changes.push((change.hash, change.max_op, bytes.to_vec()));
            self.facts.extend(facts.iter().map(|f| (f.id, f.clone())));
            for (id, signature) in signatures {
                self.facts.get_mut(id).unwrap().signature = Some(*signature);
            }
        }
        Ok(admission)
    }

    fn document(&self) -> Document {
        Document::from_changes(self.kind, self.changes.iter().map(|(_, _, bytes)| bytes.as_slice())).unwrap()
    }
}

fn fact(kind: FactKind, at: i64) -> Fact {
    Fact {
        kind,
        clock: ClockReading {
            wall: UnixMillis::new(at),
            zone: ZoneName("America/New_York".into()),
            monotonic: 5_000,
            boot: BootId(7),
            anchor: None,
        },
        link: ChainLink::FIRST,
        fixes: None,
        phone: None,
        app: 1,
        content: Some(Content { text: Some("at the gate".into()), ..Content::default() }),
        about: None,
        detail: None,
    }
}

fn entry(n: u8, kind: FactKind) -> FactEntry {
    FactEntry { id: FactId::from_bytes([n; 16]), bytes: fact(kind, i64::from(n)).to_bytes(), signature: None }
}

fn writer(n: u8) -> WriterId {
    WriterId::from_bytes([n; 16])
}

fn admitted(admission: Result<Admission, Refusal>) -> Admitted {
    match admission {
        Ok(Admission::Admitted(admitted)) => admitted,
        other => panic!("not admitted: {other:?}"),
    }
}

#[test]
fn facts_written_from_the_index_are_admitted_from_the_index_and_read_back() {
    let mut shelf = Shelf::new(DocumentKind::ShiftLog);
    let kind = shelf.kind;
    let first: WrittenChange = write_facts(kind, &shelf.index, writer(1), 1, &[entry(1, FactKind::In)]);
    assert_eq!(admitted(shelf.push(&first.bytes)).index, first.index);
    let signed = FactEntry { signature: Some([9; 64]), ..entry(2, FactKind::Out) };
    let second = write_facts(kind, &first.index, writer(1), 2, &[signed]);
    assert_eq!(admitted(shelf.push(&second.bytes)).index, second.index);
    let third = write_signatures(kind, &second.index, writer(1), 3, &[(FactId::from_bytes([1; 16]), [8; 64])]);
    admitted(shelf.push(&third.bytes));
    let document = shelf.document();
    assert_eq!(document.index(), third.index);
    assert_eq!(document.facts(), shelf.facts.values().cloned().collect::<Vec<_>>());
    document.save_check().unwrap();
}

#[test]
fn shared_text_is_edited_by_two_writers() {
    let mut shelf = Shelf::new(DocumentKind::PassOn);
    let mut one = Document::seed(DocumentKind::PassOn).unwrap();
    let mut two = one.clone();
    let hello = one.edit_text(writer(1), &Splice { at: 0, delete: 0, insert: "gate é open".into() }).unwrap();
    assert_eq!(admitted(shelf.push(&hello.bytes)).index, hello.index);
    let other = two.edit_text(writer(2), &Splice { at: 0, delete: 0, insert: "hi".into() }).unwrap();
    admitted(shelf.push(&other.bytes));
    one.apply([other.bytes.as_slice()]).unwrap();
    let cut = one.edit_text(writer(1), &Splice { at: 1, delete: 3, insert: String::new() }).unwrap();
    admitted(shelf.push(&cut.bytes));
    let note = write_facts(DocumentKind::PassOn, &shelf.index, writer(2), 2, &[entry(3, FactKind::Note)]);
    admitted(shelf.push(&note.bytes));
    assert_eq!(shelf.document().text(), one.text());
    assert_eq!(shelf.document().index(), shelf.index);
}

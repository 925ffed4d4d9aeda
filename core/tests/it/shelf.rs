//! A keeper of one document in memory, as phone or server; the fuzz targets use it too.

use std::collections::BTreeMap;
use std::convert::Infallible;

use detailbook_core::authority::{
    Admission, Admitted, DocumentStore, Inspected, Receiver, Standing, admit, inspect, receive,
};
use detailbook_core::documents::{Document, DocumentError, DocumentIndex, DocumentKind, FactEntry};
use detailbook_core::ids::{FactId, WriterId};
use detailbook_core::shift::Sha256;
use detailbook_core::wire::{Limits, Refusal};

/// A document as a keeper has it: the index, the changes in the order of their arrival, and what they brought.
#[derive(Clone)]
pub(crate) struct Shelf {
    /// What kind.
    pub(crate) kind: DocumentKind,
    /// Heads and highest operation number.
    pub(crate) index: DocumentIndex,
    /// Every change but the seed.
    pub(crate) changes: Vec<Kept>,
    /// Every fact.
    pub(crate) facts: BTreeMap<FactId, FactEntry>,
    /// The last sequence number of each writer.
    pub(crate) sequences: BTreeMap<WriterId, u64>,
    /// How often all changes were asked for.
    pub(crate) asked_for_all: usize,
}

/// A stored change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Kept {
    /// Its hash.
    pub(crate) hash: Sha256,
    /// Its last operation's number.
    pub(crate) max_op: u64,
    /// The chunk.
    pub(crate) bytes: Vec<u8>,
}

impl DocumentStore for Shelf {
    type Error = Infallible;

    fn change_max_op(&mut self, hash: &Sha256) -> Result<Option<u64>, Infallible> {
        Ok(self.changes.iter().find(|kept| kept.hash == *hash).map(|kept| kept.max_op))
    }

    fn has_fact(&mut self, fact: &FactId) -> Result<bool, Infallible> {
        Ok(self.facts.contains_key(fact))
    }

    fn has_signature(&mut self, fact: &FactId) -> Result<bool, Infallible> {
        Ok(self.facts.get(fact).is_some_and(|entry| entry.signature.is_some()))
    }

    fn changes(&mut self) -> Result<Vec<Vec<u8>>, Infallible> {
        self.asked_for_all += 1;
        Ok(self.changes.iter().map(|kept| kept.bytes.clone()).collect())
    }
}

impl Shelf {
    /// A document that holds nothing but its seed.
    pub(crate) fn new(kind: DocumentKind) -> Self {
        let index = DocumentIndex::seed(kind);
        Self { kind, index, changes: Vec::new(), facts: BTreeMap::new(), sequences: BTreeMap::new(), asked_for_all: 0 }
    }

    /// The writer's next sequence number.
    pub(crate) fn next_seq(&self, writer: WriterId) -> u64 {
        self.sequences.get(&writer).copied().unwrap_or_default() + 1
    }

    /// Judges a change that a phone pushes and, where it is admitted, keeps it.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<Admission, Refusal> {
        let change = inspect(bytes, &Limits::V1)?;
        let (index, writer_last_seq) = (self.index.clone(), self.next_seq(change.writer) - 1);
        let standing = Standing { kind: self.kind, index: &index, writer_last_seq };
        let Ok(admission) = admit(&change, &standing, self, &Limits::V1);
        self.keep(&change, bytes, &admission);
        Ok(admission)
    }

    /// Judges a change that the server passes on and, where it is admitted, keeps it.
    pub(crate) fn pull(&mut self, bytes: &[u8]) -> Result<Admission, Refusal> {
        let change = inspect(bytes, &Limits::V1)?;
        let (index, writer_last_seq) = (self.index.clone(), self.next_seq(change.writer) - 1);
        let standing = Standing { kind: self.kind, index: &index, writer_last_seq };
        let Ok(admission) = receive(&change, &standing, self, &Limits::V1);
        self.keep(&change, bytes, &admission);
        Ok(admission)
    }

    /// The same, with what a receiver remembers of the changes before it.
    pub(crate) fn pull_after(&mut self, receiver: &mut Receiver<'_>, bytes: &[u8]) -> Result<Admission, Refusal> {
        let change = inspect(bytes, &Limits::V1)?;
        let (index, writer_last_seq) = (self.index.clone(), self.next_seq(change.writer) - 1);
        let standing = Standing { kind: self.kind, index: &index, writer_last_seq };
        let Ok(admission) = receiver.receive(&change, &standing, self);
        self.keep(&change, bytes, &admission);
        Ok(admission)
    }

    fn keep(&mut self, change: &Inspected, bytes: &[u8], admission: &Admission) {
        let Admission::Admitted(Admitted { index, facts, signatures, .. }) = admission else { return };
        self.index = index.clone();
        self.sequences.insert(change.writer, change.writer_seq);
        self.changes.push(Kept { hash: change.hash, max_op: change.max_op, bytes: bytes.to_vec() });
        self.facts.extend(facts.iter().map(|entry| (entry.id, entry.clone())));
        for (id, signature) in signatures {
            if let Some(entry) = self.facts.get_mut(id) {
                entry.signature = Some(*signature);
            }
        }
    }

    /// The whole document, as automerge has it.
    pub(crate) fn load(&self) -> Result<Document, DocumentError> {
        Document::from_changes(self.kind, self.changes.iter().map(|kept| kept.bytes.as_slice()))
    }

    /// Does automerge apply all that was admitted, agree with the index and the facts, and load what it saves?
    pub(crate) fn check(&self) -> Result<(), String> {
        let document = self.load().map_err(|error| error.to_string())?;
        if document.index() != self.index {
            return Err(format!("automerge has {:?}, the index {:?}", document.index(), self.index));
        }
        if document.facts() != self.facts.values().cloned().collect::<Vec<_>>() {
            return Err("automerge reads back other facts".to_owned());
        }
        document.save_check().map_err(|error| error.to_string())
    }
}

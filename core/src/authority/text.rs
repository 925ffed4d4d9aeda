//! Edits of shared text: the one thing for which a document is loaded.

use std::collections::{BTreeMap, BTreeSet};

use super::admit::{Case, DocumentStore, Stop};
use super::inspect::Inspected;
use crate::documents::{Action, Chunk, Container, DecodedChange, Document, Key, Object, OpRef, Operation, Schema};
use crate::shift::Sha256;
use crate::wire::Refusal;

/// Checks the edits of text in a change, then adds it to a copy of the document, saves and loads that.
pub(super) fn check_text<S: DocumentStore>(case: &Case<'_>, store: &mut S) -> Result<(), Stop<S::Error>> {
    let stored = store.changes().map_err(Stop::Store)?;
    let change = case.change;
    let mut text = Text::seen_by(change, case.schema, &stored)?;
    text.edit(&change.operations, change.start_op, change.writer.as_bytes())?;
    Ok(rehearse(case, &stored)?)
}

fn rehearse(case: &Case<'_>, stored: &[Vec<u8>]) -> Result<(), Refusal> {
    let changes = stored.iter().map(Vec::as_slice);
    let mut document = Document::from_changes(case.schema.kind, changes).map_err(|_| Refusal::Quarantined)?;
    document.apply([case.change.bytes.as_slice()]).map_err(|_| Refusal::BadChange)?;
    document.save_check().map_err(|_| Refusal::BadChange)?;
    let change = case.change;
    if document.index() != case.standing.index.with(change.hash, &change.deps, change.max_op) {
        return Err(Refusal::Quarantined);
    }
    let fits = document.text().chars().count() <= case.limits.text_chars;
    // Never, rather than not now: what waits behind such an edit must not wait for ever.
    if fits { Ok(()) } else { Err(Refusal::TooLarge) }
}

/// The characters of the shared text that a writer has seen.
struct Text<'a> {
    schema: &'a Schema,
    placed: BTreeSet<OpRef>,
    deleted: BTreeSet<OpRef>,
}

impl<'a> Text<'a> {
    /// The text as the changes leave it that `change` follows, directly or through others.
    fn seen_by(change: &Inspected, schema: &'a Schema, stored: &[Vec<u8>]) -> Result<Self, Refusal> {
        let chunks = stored.iter().map(|bytes| Ok((bytes, Chunk::read(bytes).map_err(|_| Refusal::Quarantined)?)));
        let by_hash: BTreeMap<Sha256, (&Vec<u8>, Chunk<'_>)> =
            chunks.map(|read| read.map(|read| (read.1.hash, read))).collect::<Result<_, Refusal>>()?;
        let mut text = Self { schema, placed: BTreeSet::new(), deleted: BTreeSet::new() };
        let mut seen = BTreeSet::new();
        let mut next = change.deps.clone();
        while let Some(hash) = next.pop() {
            let Some((bytes, chunk)) = by_hash.get(&hash).filter(|_| seen.insert(hash)) else { continue };
            let operations = DecodedChange::read(bytes).map_err(|_| Refusal::Quarantined)?.0;
            text.note(&operations, chunk.start_op, chunk.actor);
            next.extend(&chunk.dependencies);
        }
        Ok(text)
    }

    /// Remembers what admitted operations did.
    fn note(&mut self, operations: &[Operation], start_op: u64, actor: &[u8]) {
        for (counter, operation) in (start_op..).zip(operations).filter(|(_, op)| in_notes(op, self.schema)) {
            match &operation.key {
                Key::Element(element) if !operation.insert => drop(self.deleted.insert(element.clone())),
                _ => drop(self.placed.insert(OpRef { counter, actor: actor.to_vec() })),
            }
        }
    }

    /// Checks new operations one after the other, each seeing those before it.
    fn edit(&mut self, operations: &[Operation], start_op: u64, actor: &[u8]) -> Result<(), Refusal> {
        for (counter, operation) in (start_op..).zip(operations).filter(|(_, op)| in_notes(op, self.schema)) {
            if !self.may(operation) {
                return Err(Refusal::NotGranted);
            }
            self.note(std::slice::from_ref(operation), counter, actor);
        }
        Ok(())
    }

    /// One character behind one that was seen, or the deletion of one that was seen and still stands.
    fn may(&self, operation: &Operation) -> bool {
        match (&operation.key, &operation.action, operation.insert) {
            (Key::Head, Action::PutText(text), true) => is_one(text) && operation.overwrites.is_empty(),
            (Key::Element(behind), Action::PutText(text), true) => {
                is_one(text) && operation.overwrites.is_empty() && self.placed.contains(behind)
            }
            (Key::Element(element), Action::Delete, false) => {
                let stands = self.placed.contains(element) && !self.deleted.contains(element);
                stands && operation.overwrites == [element.clone()]
            }
            _ => false,
        }
    }
}

fn in_notes(operation: &Operation, schema: &Schema) -> bool {
    matches!(&operation.object, Object::Made(by) if schema.container(by) == Some(Container::NOTES))
}

fn is_one(text: &str) -> bool {
    text.chars().count() == 1
}

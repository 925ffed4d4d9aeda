//! What changes have done to the shared text, and how much of it each of them follows.
//!
//! A change of a writer always follows that writer's change before it. So what a change follows is told by one number a writer, the
//! last of its changes that is among them, and whether a character was seen is a comparison of two numbers: nothing is walked or
//! decoded twice.

use std::collections::{BTreeMap, BTreeSet};

use super::inspect::Inspected;
use crate::documents::{Action, Chunk, Container, DecodedChange, Key, Object, OpRef, Operation, SCHEMA_ACTOR, Schema};
use crate::ids::WriterId;
use crate::shift::Sha256;
use crate::wire::Refusal;

/// The number of the last change that is seen of each writer, in the order of [`History::writers`].
type Seen = Vec<u64>;

/// The shared text's characters, who placed and who deleted them.
pub(super) struct History<'a> {
    schema: &'a Schema,
    writers: BTreeMap<Vec<u8>, usize>,
    /// By a change: what it follows, itself included.
    seen: BTreeMap<Sha256, Seen>,
    /// By a character: the number of its writer's change.
    placed: BTreeMap<OpRef, u64>,
    /// By a character: the changes that deleted it.
    deleted: BTreeMap<OpRef, Vec<(usize, u64)>>,
}

/// A change that is there.
struct Made<'a> {
    hash: Sha256,
    deps: &'a [Sha256],
    actor: &'a [u8],
    seq: u64,
    start_op: u64,
    operations: &'a [Operation],
}

impl<'a> History<'a> {
    /// The history that admitted changes make, given in causal order.
    pub(super) fn of(schema: &'a Schema, changes: &[Vec<u8>]) -> Result<Self, Refusal> {
        let (seen, placed, deleted) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut history = Self { schema, writers: BTreeMap::new(), seen, placed, deleted };
        for bytes in changes {
            let chunk = Chunk::read(bytes).map_err(|_| Refusal::Quarantined)?;
            let operations = DecodedChange::read(bytes).map_err(|_| Refusal::Quarantined)?.0;
            history.take(&Made {
                hash: chunk.hash,
                deps: &chunk.dependencies,
                actor: chunk.actor,
                seq: chunk.seq,
                start_op: chunk.start_op,
                operations: &operations,
            });
        }
        Ok(history)
    }

    /// Adds a change that was admitted.
    pub(super) fn add(&mut self, change: &Inspected) {
        let actor = if change.writer == WriterId::NIL { SCHEMA_ACTOR } else { change.writer.as_bytes() };
        self.take(&Made {
            hash: change.hash,
            deps: &change.deps,
            actor,
            seq: change.writer_seq,
            start_op: change.start_op,
            operations: &change.operations,
        });
    }

    fn take(&mut self, made: &Made<'_>) {
        let next = self.writers.len();
        let writer = *self.writers.entry(made.actor.to_vec()).or_insert(next);
        for (counter, operation) in notes(made.operations, made.start_op, self.schema) {
            match &operation.key {
                Key::Element(element) if !operation.insert => {
                    self.deleted.entry(element.clone()).or_default().push((writer, made.seq));
                }
                _ => drop(self.placed.insert(OpRef { counter, actor: made.actor.to_vec() }, made.seq)),
            }
        }
        let mut seen = self.seen_with(made.deps);
        seen.resize(seen.len().max(writer + 1), 0);
        seen[writer] = seen[writer].max(made.seq);
        self.seen.insert(made.hash, seen);
    }

    /// What a change has seen that follows those.
    fn seen_with(&self, deps: &[Sha256]) -> Seen {
        let mut all = Seen::new();
        for seen in deps.iter().filter_map(|dep| self.seen.get(dep)) {
            all.resize(all.len().max(seen.len()), 0);
            all.iter_mut().zip(seen).for_each(|(all, seen)| *all = (*all).max(*seen));
        }
        all
    }

    /// Checks the edits of text in a change, each seeing those before it.
    pub(super) fn check(&self, change: &Inspected) -> Result<(), Refusal> {
        let seen = self.seen_with(&change.deps);
        let mut edit = Edit { history: self, seen, placed: BTreeSet::new(), deleted: BTreeSet::new() };
        for (counter, operation) in notes(&change.operations, change.start_op, self.schema) {
            if !edit.may(operation) {
                return Err(Refusal::NotGranted);
            }
            edit.note(operation, OpRef { counter, actor: change.writer.as_bytes().to_vec() });
        }
        Ok(())
    }
}

/// A change's edits so far, upon what it follows.
struct Edit<'a> {
    history: &'a History<'a>,
    seen: Seen,
    placed: BTreeSet<OpRef>,
    deleted: BTreeSet<OpRef>,
}

impl Edit<'_> {
    /// One character behind one that was seen, or the deletion of one that was seen and still stands.
    fn may(&self, operation: &Operation) -> bool {
        match (&operation.key, &operation.action, operation.insert) {
            (Key::Head, Action::PutText(text), true) => is_one(text) && operation.overwrites.is_empty(),
            (Key::Element(behind), Action::PutText(text), true) => {
                is_one(text) && operation.overwrites.is_empty() && self.is_placed(behind)
            }
            (Key::Element(element), Action::Delete, false) => {
                let stands = self.is_placed(element) && !self.is_deleted(element);
                stands && operation.overwrites == [element.clone()]
            }
            _ => false,
        }
    }

    fn note(&mut self, operation: &Operation, name: OpRef) {
        match &operation.key {
            Key::Element(element) if !operation.insert => drop(self.deleted.insert(element.clone())),
            _ => drop(self.placed.insert(name)),
        }
    }

    fn is_placed(&self, character: &OpRef) -> bool {
        let history = self.history;
        let seen = || Some(self.sees(*history.writers.get(&character.actor)?, *history.placed.get(character)?));
        self.placed.contains(character) || seen().unwrap_or(false)
    }

    fn is_deleted(&self, character: &OpRef) -> bool {
        let by = self.history.deleted.get(character);
        self.deleted.contains(character) || by.into_iter().flatten().any(|(writer, seq)| self.sees(*writer, *seq))
    }

    fn sees(&self, writer: usize, seq: u64) -> bool {
        self.seen.get(writer).is_some_and(|last| *last >= seq)
    }
}

/// The operations on shared text, with their numbers.
fn notes<'a>(
    operations: &'a [Operation],
    start_op: u64,
    schema: &'a Schema,
) -> impl Iterator<Item = (u64, &'a Operation)> {
    (start_op..).zip(operations).filter(|(_, operation)| in_notes(operation, schema))
}

/// Is that operation on shared text?
pub(super) fn in_notes(operation: &Operation, schema: &Schema) -> bool {
    matches!(&operation.object, Object::Made(by) if schema.container(by) == Some(Container::NOTES))
}

fn is_one(text: &str) -> bool {
    text.chars().count() == 1
}

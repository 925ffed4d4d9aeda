//! Tests of a schema's second version, on documents saved at the first.

use std::collections::BTreeMap;
use std::convert::Infallible;

use super::admit::{Admission, Admitted, Case, DocumentStore, Standing};
use super::inspect::{Inspected, inspect};
use crate::documents::{
    Container, Document, DocumentIndex, DocumentKind, FactEntry, Schema, WrittenChange, schema_of, write,
};
use crate::ids::{FactId, WriterId};
use crate::shift::Sha256;
use crate::wire::{Limits, Refusal};

const SAVED: [&[u8]; 6] = [
    include_bytes!("../../fixtures/v1/shift_log/00.change"),
    include_bytes!("../../fixtures/v1/shift_log/01.change"),
    include_bytes!("../../fixtures/v1/shift_log/02.change"),
    include_bytes!("../../fixtures/v1/shift_log/03.change"),
    include_bytes!("../../fixtures/v1/shift_log/04.change"),
    include_bytes!("../../fixtures/v1/shift_log/05.change"),
];
const FACT: &[u8] = include_bytes!("../../fixtures/v1/facts/08_note.cbor");

fn version_1() -> &'static Schema {
    schema_of(DocumentKind::ShiftLog)
}

fn version_2() -> &'static Schema {
    Box::leak(Box::new(version_1().with_step(&[Container::TRIAL])))
}

/// A keeper with a schema of its own.
#[derive(Clone)]
struct Keeper {
    schema: &'static Schema,
    from_server: bool,
    index: DocumentIndex,
    changes: Vec<(Inspected, Vec<u8>)>,
    facts: BTreeMap<FactId, FactEntry>,
}

impl DocumentStore for Keeper {
    type Error = Infallible;
    fn change_max_op(&mut self, hash: &Sha256) -> Result<Option<u64>, Infallible> {
        Ok(self.changes.iter().find(|(change, _)| change.hash == *hash).map(|(change, _)| change.max_op))
    }
    fn has_fact(&mut self, fact: &FactId) -> Result<bool, Infallible> {
        Ok(self.facts.contains_key(fact))
    }
    fn has_signature(&mut self, fact: &FactId) -> Result<bool, Infallible> {
        Ok(self.facts.get(fact).is_some_and(|entry| entry.signature.is_some()))
    }
    fn changes(&mut self) -> Result<Vec<Vec<u8>>, Infallible> {
        Ok(self.changes.iter().map(|(_, bytes)| bytes.clone()).collect())
    }
}

impl Keeper {
    /// The saved document, kept under that schema; as the server keeps it, or as a phone that takes it from the server.
    fn of_saved(schema: &'static Schema, from_server: bool) -> Self {
        Self::of_first(schema, from_server, SAVED.len())
    }

    fn of_first(schema: &'static Schema, from_server: bool, count: usize) -> Self {
        let index = DocumentIndex::seed(DocumentKind::ShiftLog);
        let mut keeper = Self { schema, from_server, index, changes: vec![], facts: BTreeMap::new() };
        for change in &SAVED[..count] {
            assert!(matches!(keeper.take(change), Ok(Admission::Admitted(_))));
        }
        keeper
    }

    fn last_seq(&self, writer: WriterId) -> u64 {
        self.changes.iter().filter(|(change, _)| change.writer == writer).count() as u64
    }

    fn take(&mut self, bytes: &[u8]) -> Result<Admission, Refusal> {
        let (change, index) = (inspect(bytes, &Limits::V1)?, self.index.clone());
        let writer_last_seq = self.last_seq(change.writer);
        let standing = Standing { kind: DocumentKind::ShiftLog, index: &index, writer_last_seq };
        let (schema, from_server) = (self.schema, self.from_server);
        let Ok(admission) =
            Case { change: &change, standing: &standing, schema, limits: &Limits::V1, from_server }.judge(self);
        if let Admission::Admitted(Admitted { index, facts, signatures, steps }) = &admission {
            for step in steps {
                self.changes.push((inspect(step, &Limits::V1)?, step.clone()));
            }
            self.index = index.clone();
            self.facts.extend(facts.iter().map(|fact| (fact.id, fact.clone())));
            for (id, signature) in signatures {
                self.facts.get_mut(id).unwrap().signature = Some(*signature);
            }
            self.changes.push((change, bytes.to_vec()));
        }
        Ok(admission)
    }

    /// Writes a fact into the container of version 2.
    fn write(&mut self, writer: u8, fact: u8) -> WrittenChange {
        let writer = WriterId::from_bytes([writer; 16]);
        let puts = [(Container::TRIAL, FactId::from_bytes([fact; 16]), FACT.to_vec())];
        let change = write(self.schema, &self.index, writer, self.last_seq(writer) + 1, puts.into_iter());
        let admission = self.take(&change.bytes);
        assert!(matches!(&admission, Ok(Admission::Admitted(a)) if a.index == change.index), "{admission:?}");
        change
    }

    fn load(&self) -> Document {
        Document::under(self.schema, self.changes.iter().map(|(_, bytes)| bytes.as_slice())).unwrap()
    }
}

fn steps(admission: Result<Admission, Refusal>) -> Vec<Vec<u8>> {
    match admission {
        Ok(Admission::Admitted(admitted)) => admitted.steps,
        other => panic!("not admitted: {other:?}"),
    }
}

#[test]
fn a_document_of_version_1_is_upgraded_by_the_first_change_that_needs_it_and_keeps_all_it_had() {
    let mut phone = Keeper::of_saved(version_2(), false);
    let before = phone.load();
    let first = phone.write(1, 0xa1);
    let second = phone.write(1, 0xa2);
    let after = phone.load();
    assert_eq!(after.facts(), before.facts());
    assert_eq!(after.entries(Container::TRIAL).count(), 2);
    assert_eq!(after.index(), second.index);
    assert_ne!(first.index, second.index);
    after.save_check().unwrap();
}

#[test]
fn two_phones_that_upgrade_at_once_add_the_same_bytes() {
    let mut one = Keeper::of_saved(version_2(), false);
    // The second phone has not seen the last saved change.
    let mut two = Keeper::of_first(version_2(), false, SAVED.len() - 1);
    let (from_one, from_two) = (one.write(1, 0xa1), two.write(2, 0xa2));
    let mut server = Keeper::of_saved(version_2(), false);
    let added = steps(server.take(&from_one.bytes));
    assert_eq!(added, [version_2().steps().nth(1).unwrap().bytes.to_vec()]);
    assert_eq!(steps(server.take(&from_two.bytes)), Vec::<Vec<u8>>::new());
    // Passed on by the server, the step is nothing new to a build that has it.
    one.from_server = true;
    assert_eq!(one.take(&added[0]), Ok(Admission::Duplicate));
    let document = server.load();
    let trial: Vec<_> = document.entries(Container::TRIAL).map(|(id, _)| id.as_bytes()[0]).collect();
    assert_eq!((trial, document.index()), (vec![0xa1, 0xa2], server.index));
    document.save_check().unwrap();
}

#[test]
fn a_server_that_lacks_the_step_lets_the_phone_wait() {
    let mut phone = Keeper::of_saved(version_2(), false);
    let change = phone.write(1, 0xa1);
    let mut old = Keeper::of_saved(version_1(), false);
    let step = version_2().steps().nth(1).unwrap();
    assert_eq!(old.take(&change.bytes), Ok(Admission::Waiting(step.hash)));
    // Nor may the phone bring the step itself.
    assert_eq!(old.take(&step.bytes), Ok(Admission::Refused(Refusal::ForgedWriter)));
}

#[test]
fn not_even_the_server_may_hide_a_container_behind_another_of_its_name() {
    let mut old = Keeper::of_saved(version_1(), true);
    let rival = Box::leak(Box::new(version_1().with_step(&[Container::FACTS])));
    let step = rival.steps().nth(1).unwrap();
    assert_eq!(old.take(&step.bytes), Ok(Admission::Refused(Refusal::NotGranted)));
}

#[test]
fn a_phone_of_version_1_keeps_what_a_newer_server_passes_on() {
    let mut phone = Keeper::of_saved(version_2(), false);
    let change = phone.write(1, 0xa1);
    let mut old = Keeper::of_saved(version_1(), true);
    let before = old.load();
    let step = version_2().steps().nth(1).unwrap();
    assert_eq!(old.take(&change.bytes), Ok(Admission::Waiting(step.hash)));
    assert!(matches!(old.take(&step.bytes), Ok(Admission::Admitted(_))));
    assert!(matches!(old.take(&change.bytes), Ok(Admission::Admitted(_))));
    assert_eq!(old.index.heads, change.index.heads);
    let after = old.load();
    assert_eq!((after.facts(), after.index()), (before.facts(), old.index));
    after.save_check().unwrap();
}

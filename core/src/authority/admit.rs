//! May an inspected change be added to a document, judged from the document's index.

use super::ancestry::follows_own_last;
use super::inspect::Inspected;
use super::operations::check_operations;
use super::text::{check_text, edits_text};
use crate::documents::{DocumentIndex, DocumentKind, FactEntry, Schema, hash_of, schema_of};
use crate::evidence::Signature;
use crate::ids::{FactId, WriterId};
use crate::shift::Sha256;
use crate::wire::{Limits, Refusal};

/// What the document's keeper can look up. All answers are about one document; the seed is never asked for.
pub trait DocumentStore {
    /// Why a look-up failed.
    type Error;
    /// The last operation number of the stored change with that hash; `None` where it is not stored.
    fn change_max_op(&mut self, hash: &Sha256) -> Result<Option<u64>, Self::Error>;
    /// Is there a fact with that id?
    fn has_fact(&mut self, fact: &FactId) -> Result<bool, Self::Error>;
    /// Is there a signature of that fact?
    fn has_signature(&mut self, fact: &FactId) -> Result<bool, Self::Error>;
    /// Every stored change, in causal order. Asked only for shared text.
    fn changes(&mut self) -> Result<Vec<Vec<u8>>, Self::Error>;
    /// The stored change with that hash. Asked only when a writer has not seen all there is; a keeper with an index over hashes
    /// should answer from it rather than take this default.
    fn change(&mut self, hash: &Sha256) -> Result<Option<Vec<u8>>, Self::Error> {
        Ok(self.changes()?.into_iter().find(|change| hash_of(change) == Some(*hash)))
    }
}

/// Where the document and the writer stand before the change.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// What kind of document.
    pub kind: DocumentKind,
    /// Its index.
    pub index: &'a DocumentIndex,
    /// The sequence number of the writer's last change in this document; 0 for none.
    pub writer_last_seq: u64,
}

/// May the change be added?
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Admission {
    /// Yes: store it.
    Admitted(Admitted),
    /// It is stored already, or is a step of the schema that this build has itself.
    Duplicate,
    /// No, and never.
    Refused(Refusal),
    /// Not before the change with that hash is there.
    Waiting(Sha256),
}

/// What an admitted change brings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Admitted {
    /// The document's index once it has been added.
    pub index: DocumentIndex,
    /// Facts that it adds, with those signatures that came along.
    pub facts: Vec<FactEntry>,
    /// Signatures of facts that were there before.
    pub signatures: Vec<(FactId, Signature)>,
    /// Steps of the document's schema that it is the first to need, oldest first: store and pass them on before it, as changes
    /// of [`WriterId::NIL`] ([`super::inspect`] says the rest). Empty as long as there is only version 1.
    pub steps: Vec<Vec<u8>>,
}

/// A change before the bench.
pub(super) struct Case<'a> {
    pub(super) change: &'a Inspected,
    pub(super) standing: &'a Standing<'a>,
    pub(super) schema: &'a Schema,
    pub(super) limits: &'a Limits,
    /// It comes from the agency's server, whose schema may be newer than ours.
    pub(super) from_server: bool,
}

/// Why a change is not admitted, or what kept it from being judged.
pub(super) enum Stop<E> {
    Refused(Refusal),
    Waiting(Sha256),
    Store(E),
}

impl<E> From<Refusal> for Stop<E> {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Judges a change that a phone made. Whether its writer is the calling device's is for the caller to check.
pub fn admit<S: DocumentStore>(
    change: &Inspected,
    standing: &Standing<'_>,
    store: &mut S,
    limits: &Limits,
) -> Result<Admission, S::Error> {
    let schema = schema_of(standing.kind);
    Case { change, standing, schema, limits, from_server: false }.judge(store)
}

/// Judges a change that the agency's server passes on, which may be of a newer schema: steps that make containers are
/// taken, operations in containers that this build does not know are kept without being judged, and so are facts of kinds that
/// it does not know, wherever the server let them in. All else is as in [`admit`].
pub fn receive<S: DocumentStore>(
    change: &Inspected,
    standing: &Standing<'_>,
    store: &mut S,
    limits: &Limits,
) -> Result<Admission, S::Error> {
    let schema = schema_of(standing.kind);
    Case { change, standing, schema, limits, from_server: true }.judge(store)
}

/// The admission in a verdict.
pub(super) fn settled<E>(verdict: Result<Admission, Stop<E>>) -> Result<Admission, E> {
    match verdict {
        Ok(admission) => Ok(admission),
        Err(Stop::Refused(refusal)) => Ok(Admission::Refused(refusal)),
        Err(Stop::Waiting(hash)) => Ok(Admission::Waiting(hash)),
        Err(Stop::Store(error)) => Err(error),
    }
}

impl Case<'_> {
    pub(super) fn judge<S: DocumentStore>(&self, store: &mut S) -> Result<Admission, S::Error> {
        settled(self.verdict(store))
    }

    /// Does the change make containers rather than fill them?
    pub(super) fn is_step(&self) -> bool {
        self.change.writer == WriterId::NIL
    }

    fn verdict<S: DocumentStore>(&self, store: &mut S) -> Result<Admission, Stop<S::Error>> {
        let admission = self.beside_text(store)?;
        if matches!(admission, Admission::Admitted(_)) && edits_text(self) {
            check_text(self, store)?;
        }
        Ok(admission)
    }

    /// The verdict, but for what the change does to shared text.
    pub(super) fn beside_text<S: DocumentStore>(&self, store: &mut S) -> Result<Admission, Stop<S::Error>> {
        let (change, index) = (self.change, self.standing.index);
        // One that follows exactly the heads cannot be stored: they would not be heads.
        let newest = change.deps == index.heads;
        if self.schema.step(&change.hash).is_some() || !newest && self.is_stored(store)? {
            return Ok(Admission::Duplicate);
        }
        let before = if newest { index.max_op } else { self.max_op_before(store)? };
        self.check_writer()?;
        if change.start_op != before + 1 {
            return Err(Refusal::BadStartOp.into());
        }
        if !newest && !self.is_step() && !follows_own_last(self, store)? {
            return Err(Refusal::BadChange.into());
        }
        let (facts, signatures) = check_operations(self, store)?;
        let steps = self.missing_steps(store)?;
        let index = index.with(change.hash, &change.deps, change.max_op);
        Ok(Admission::Admitted(Admitted { index, facts, signatures, steps }))
    }

    fn is_stored<S: DocumentStore>(&self, store: &mut S) -> Result<bool, Stop<S::Error>> {
        Ok(store.change_max_op(&self.change.hash).map_err(Stop::Store)?.is_some())
    }

    /// The highest operation number among the changes that this one follows.
    fn max_op_before<S: DocumentStore>(&self, store: &mut S) -> Result<u64, Stop<S::Error>> {
        let mut before = 0;
        for dep in &self.change.deps {
            let max_op = match self.schema.step(dep) {
                Some(step) => step.max_op,
                None => store.change_max_op(dep).map_err(Stop::Store)?.ok_or(Stop::Waiting(*dep))?,
            };
            before = before.max(max_op);
        }
        Ok(before)
    }

    /// The steps that this change follows and that are not stored yet. The seed never is.
    fn missing_steps<S: DocumentStore>(&self, store: &mut S) -> Result<Vec<Vec<u8>>, Stop<S::Error>> {
        let mut steps = Vec::new();
        for step in self.schema.steps_through(&self.change.deps).skip(1) {
            if store.change_max_op(&step.hash).map_err(Stop::Store)?.is_none() {
                steps.push(step.bytes.to_vec());
            }
        }
        Ok(steps)
    }

    fn check_writer(&self) -> Result<(), Refusal> {
        let (seq, last) = (self.change.writer_seq, self.standing.writer_last_seq);
        if self.is_step() {
            // No device writes under that name; the server passes steps on.
            return if self.from_server { Ok(()) } else { Err(Refusal::ForgedWriter) };
        }
        match seq.checked_sub(last) {
            None | Some(0) => Err(Refusal::SequenceReused),
            Some(1) => Ok(()),
            Some(_) => Err(Refusal::SequenceGap),
        }
    }
}

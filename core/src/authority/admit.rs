//! May an inspected change be added to a document, judged from the document's index.

use super::ancestry::follows_own_last;
use super::inspect::Inspected;
use super::operations::check_operations;
use crate::documents::{DocumentIndex, DocumentKind, FactEntry, fixed_max_op, hash_of};
use crate::evidence::Signature;
use crate::ids::FactId;
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
    /// Every stored change. Asked only for shared text.
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
    /// It is stored already.
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

/// Judges a change. Whether its writer is the calling device's is for the caller to check.
pub fn admit<S: DocumentStore>(
    change: &Inspected,
    standing: &Standing<'_>,
    store: &mut S,
    limits: &Limits,
) -> Result<Admission, S::Error> {
    // One that follows exactly the heads cannot be stored: they would not be heads.
    let newest = change.deps == standing.index.heads;
    if !newest && max_op_of(&change.hash, standing.kind, store)?.is_some() {
        return Ok(Admission::Duplicate);
    }
    match judge(change, newest, standing, store, limits) {
        Ok(admitted) => Ok(Admission::Admitted(admitted)),
        Err(Stop::Refused(refusal)) => Ok(Admission::Refused(refusal)),
        Err(Stop::Waiting(hash)) => Ok(Admission::Waiting(hash)),
        Err(Stop::Store(error)) => Err(error),
    }
}

fn judge<S: DocumentStore>(
    change: &Inspected,
    newest: bool,
    standing: &Standing<'_>,
    store: &mut S,
    limits: &Limits,
) -> Result<Admitted, Stop<S::Error>> {
    let before = if newest { standing.index.max_op } else { max_op_before(change, standing.kind, store)? };
    check_sequence(change.writer_seq, standing.writer_last_seq)?;
    if change.start_op != before + 1 {
        return Err(Refusal::BadStartOp.into());
    }
    if !newest && !follows_own_last(change, standing, store)? {
        return Err(Refusal::BadChange.into());
    }
    let (facts, signatures) = check_operations(change, standing.kind, store, limits)?;
    let index = standing.index.with(change.hash, &change.deps, change.max_op);
    Ok(Admitted { index, facts, signatures })
}

const fn check_sequence(seq: u64, last: u64) -> Result<(), Refusal> {
    if seq <= last {
        Err(Refusal::SequenceReused)
    } else if seq != last + 1 {
        Err(Refusal::SequenceGap)
    } else {
        Ok(())
    }
}

/// The highest operation number among the changes that this one follows.
fn max_op_before<S: DocumentStore>(
    change: &Inspected,
    kind: DocumentKind,
    store: &mut S,
) -> Result<u64, Stop<S::Error>> {
    let mut before = 0;
    for dep in &change.deps {
        let max_op = max_op_of(dep, kind, store).map_err(Stop::Store)?.ok_or(Stop::Waiting(*dep))?;
        before = before.max(max_op);
    }
    Ok(before)
}

fn max_op_of<S: DocumentStore>(hash: &Sha256, kind: DocumentKind, store: &mut S) -> Result<Option<u64>, S::Error> {
    match fixed_max_op(kind, hash) {
        Some(max_op) => Ok(Some(max_op)),
        None => store.change_max_op(hash),
    }
}

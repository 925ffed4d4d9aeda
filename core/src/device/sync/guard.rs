//! Taking in changes that the server sends, under the same rules as the server takes ours.

use crate::authority::{Admission, Admitted, DocumentStore, Inspected, Standing, inspect, receive};
use crate::device::error::PhoneError;
use crate::device::store::changes::Stored;
use crate::device::store::documents::Held;
use crate::device::store::{Tx, changes, documents, facts, writers};
use crate::documents::DocumentKind;
use crate::ids::{DocumentId, FactId};
use crate::shift::{Fact, Sha256};
use crate::time::UnixMillis;
use crate::wire::{Limits, Refusal};

/// What became of a change that the server sent.
pub(super) enum Taken {
    /// It is here now, or was before.
    Here,
    /// It is not taken.
    Refused(Refusal),
}

/// Takes in one change.
pub(super) fn take_in(
    tx: &Tx<'_>,
    held: &mut Held,
    bytes: &[u8],
    limits: &Limits,
    now: UnixMillis,
) -> Result<Taken, PhoneError> {
    let change = match inspect(bytes, limits) {
        Ok(change) => change,
        Err(refusal) => return Ok(Taken::Refused(refusal)),
    };
    let last_seq = changes::last_seq(tx, held.document, change.writer)?;
    let standing = Standing { kind: held.kind, index: &held.index, writer_last_seq: last_seq };
    let mut store = Kept { tx, document: held.document };
    Ok(match receive(&change, &standing, &mut store, limits)? {
        Admission::Admitted(admitted) => {
            add(tx, held, &change, bytes, admitted, limits, now)?;
            Taken::Here
        }
        Admission::Duplicate => {
            changes::accept(tx, held.document, change.hash, now)?;
            facts::accept(tx, held.document, change.hash, now)?;
            Taken::Here
        }
        Admission::Refused(refusal) => Taken::Refused(refusal),
        Admission::Waiting(_) => Taken::Refused(Refusal::SequenceGap),
    })
}

fn add(
    tx: &Tx<'_>,
    held: &mut Held,
    change: &Inspected,
    bytes: &[u8],
    admitted: Admitted,
    limits: &Limits,
    now: UnixMillis,
) -> Result<(), PhoneError> {
    for step in &admitted.steps {
        // A step is a constant of this build.
        let step_change = inspect(step, limits).map_err(|_| PhoneError::Unreadable("schema step"))?;
        keep(tx, held.document, &step_change, step, now)?;
    }
    keep(tx, held.document, change, bytes, now)?;
    for entry in &admitted.facts {
        let Ok(fact) = Fact::from_bytes(&entry.bytes) else { continue };
        // What was punched here is noted already, in its order: a clock that was set back would turn that around.
        let punched_here = facts::is_own(tx, held.document, &entry.id)?;
        facts::take_in(tx, held.document, entry, &fact, change.hash, now)?;
        if held.kind == DocumentKind::ShiftLog && !punched_here {
            documents::note_punch(tx, held.document, fact.kind, fact.clock.wall, false)?;
        }
    }
    for (fact, signature) in &admitted.signatures {
        facts::take_in_signature(tx, held.document, *fact, signature, change.hash)?;
    }
    held.index = admitted.index;
    Ok(())
}

fn keep(
    tx: &Tx<'_>,
    document: DocumentId,
    change: &Inspected,
    bytes: &[u8],
    now: UnixMillis,
) -> Result<(), PhoneError> {
    changes::add(
        tx,
        &Stored {
            document,
            hash: change.hash,
            own: writers::is_ours(tx, change.writer)?,
            writer: change.writer,
            writer_seq: change.writer_seq,
            deps: &change.deps,
            max_op: change.max_op,
            made_at: now,
            accepted_at: Some(now),
            body: bytes,
        },
    )
}

/// What the guard may look up.
struct Kept<'a> {
    tx: &'a Tx<'a>,
    document: DocumentId,
}

impl DocumentStore for Kept<'_> {
    type Error = PhoneError;

    fn change_max_op(&mut self, hash: &Sha256) -> Result<Option<u64>, PhoneError> {
        changes::max_op(self.tx, self.document, hash)
    }

    fn has_fact(&mut self, fact: &FactId) -> Result<bool, PhoneError> {
        facts::is_known(self.tx, self.document, fact)
    }

    fn has_signature(&mut self, fact: &FactId) -> Result<bool, PhoneError> {
        facts::is_signature_known(self.tx, self.document, fact)
    }

    fn changes(&mut self) -> Result<Vec<Vec<u8>>, PhoneError> {
        changes::bodies(self.tx, self.document)
    }

    fn change(&mut self, hash: &Sha256) -> Result<Option<Vec<u8>>, PhoneError> {
        changes::body(self.tx, self.document, hash)
    }
}

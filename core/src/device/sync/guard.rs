//! Taking in changes that the server sends, under the same rules as the server takes ours.

use std::collections::BTreeMap;

use crate::authority::{Admission, Admitted, DocumentStore, Inspected, Receiver, Standing, inspect, receive};
use crate::device::error::PhoneError;
use crate::device::store::changes::Stored;
use crate::device::store::documents::Held;
use crate::device::store::shift_logs::UnderWay;
use crate::device::store::{Tx, changes, documents, facts, shift_logs, standing, writers};
use crate::documents::DocumentKind;
use crate::ids::{DocumentId, FactId, WriterId};
use crate::shift::{Fact, FoldRules, Sha256, fold};
use crate::time::{UnixMillis, Zone};
use crate::wire::{Limits, Refusal};

/// What became of a change that the server sent.
pub(super) enum Taken {
    /// It is here now, or was before.
    Here,
    /// It is not taken.
    Refused(Refusal),
}

/// Takes in changes of one document, one after the other.
pub(super) struct Intake<'a> {
    tx: &'a Tx<'a>,
    limits: &'a Limits,
    now: UnixMillis,
    held: Held,
    /// Absent where each change is judged with the whole document loaded.
    receiver: Option<Receiver<'a>>,
    /// The last number of each writer met so far.
    last_seqs: BTreeMap<WriterId, u64>,
    /// One of the officer's other phones brought a clock event.
    punched_elsewhere: bool,
}

impl<'a> Intake<'a> {
    /// Judges changes one by one.
    pub(super) const fn new(tx: &'a Tx<'a>, held: Held, limits: &'a Limits, now: UnixMillis) -> Self {
        let last_seqs = BTreeMap::new();
        Self { tx, limits, now, held, receiver: None, last_seqs, punched_elsewhere: false }
    }

    /// Judges shared text by what is remembered from one change to the next; in the end the whole must be sound.
    pub(super) fn together(tx: &'a Tx<'a>, held: Held, limits: &'a Limits, now: UnixMillis) -> Self {
        let receiver = Some(Receiver::new(held.kind, limits));
        Self { receiver, ..Self::new(tx, held, limits, now) }
    }

    /// Takes in one change.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Taken, PhoneError> {
        let change = match inspect(bytes, self.limits) {
            Ok(change) => change,
            Err(refusal) => return Ok(Taken::Refused(refusal)),
        };
        let (document, writer_last_seq) = (self.held.document, self.last_seq(change.writer)?);
        let standing = Standing { kind: self.held.kind, index: &self.held.index, writer_last_seq };
        let mut store = Kept { tx: self.tx, document };
        let admission = match &mut self.receiver {
            Some(receiver) => receiver.receive(&change, &standing, &mut store)?,
            None => receive(&change, &standing, &mut store, self.limits)?,
        };
        Ok(match admission {
            Admission::Admitted(admitted) => {
                self.add(&change, bytes, admitted)?;
                Taken::Here
            }
            Admission::Duplicate => {
                changes::accept(self.tx, document, change.hash, self.now)?;
                facts::accept(self.tx, document, change.hash, self.now)?;
                Taken::Here
            }
            Admission::Refused(refusal) => Taken::Refused(refusal),
            Admission::Waiting(_) => Taken::Refused(Refusal::SequenceGap),
        })
    }

    fn last_seq(&self, writer: WriterId) -> Result<u64, PhoneError> {
        match self.last_seqs.get(&writer) {
            Some(seq) => Ok(*seq),
            None => changes::last_seq(self.tx, self.held.document, writer),
        }
    }

    fn add(&mut self, change: &Inspected, bytes: &[u8], admitted: Admitted) -> Result<(), PhoneError> {
        let (tx, document, now) = (self.tx, self.held.document, self.now);
        for step in &admitted.steps {
            // A step is a constant of this build.
            let step_change = inspect(step, self.limits).map_err(|_| PhoneError::Unreadable("schema step"))?;
            keep(tx, document, &step_change, step, now)?;
        }
        keep(tx, document, change, bytes, now)?;
        for entry in &admitted.facts {
            let Ok(fact) = Fact::from_bytes(&entry.bytes) else { continue };
            // What was punched here is noted already, in its order.
            let punched_here = facts::is_own(tx, document, &entry.id)?;
            facts::take_in(tx, document, entry, &fact, change.hash, now)?;
            self.punched_elsewhere |= fact.kind.is_punch() && !punched_here;
        }
        for (fact, signature) in &admitted.signatures {
            facts::take_in_signature(tx, document, *fact, signature, change.hash)?;
        }
        self.held.index = admitted.index;
        self.last_seqs.insert(change.writer, change.writer_seq);
        Ok(())
    }

    /// Is the document sound as it is now?
    pub(super) fn is_sound(&self) -> Result<bool, PhoneError> {
        let mut store = Kept { tx: self.tx, document: self.held.document };
        self.receiver.as_ref().map_or(Ok(true), |receiver| receiver.is_sound(&mut store, &self.held.index))
    }

    /// Keeps where the document now stands.
    pub(super) fn finish(&self) -> Result<(), PhoneError> {
        documents::set_index(self.tx, self.held.document, &self.held.index)?;
        documents::seen(self.tx, self.held.document)?;
        if self.punched_elsewhere && self.held.kind == DocumentKind::ShiftLog {
            note_running(self.tx, self.held.document)?;
        }
        Ok(())
    }
}

/// Facts of one shift that are looked at.
const MAX_FACTS: u32 = 10_000;

/// Whether the shift is under way, as all its facts tell it: the officer's other phone may have a clock that is off.
fn note_running(tx: &Tx<'_>, document: DocumentId) -> Result<(), PhoneError> {
    let kept = facts::of_document(tx, document, None, MAX_FACTS)?;
    let device = standing::enrolled(tx)?.device;
    let shift = fold(&facts::logged(&kept, device), &FoldRules::in_zone(Zone::UTC));
    shift_logs::set_under_way(tx, document, UnderWay::of_state(shift.state), shift.since.map(|mark| mark.at))
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

//! Putting what was written down into changes, when an exchange begins: facts that wait together travel together.

use crate::authority::inspect;
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::changes::Stored;
use crate::device::store::documents::{Held, Stage};
use crate::device::store::{Tx, changes, documents, facts, writers};
use crate::documents::{DocumentIndex, FactEntry, WrittenChange, write_facts, write_signatures};
use crate::evidence::Signature;
use crate::ids::{DocumentId, FactId, WriterId};
use crate::shift::Sha256;
use crate::time::UnixMillis;
use crate::wire::Limits;

/// What a fact costs in a change beside its bytes and signature.
const ENTRY_BYTES: usize = 96;
/// Signatures of earlier facts in one change.
const SIGNATURES: usize = 128;

impl Phone {
    /// Makes changes of all facts and signatures that wait for one.
    pub(super) fn seal(&self, tx: &Tx<'_>, now: UnixMillis) -> Result<(), PhoneError> {
        for document in facts::documents_to_seal(tx)? {
            let held = documents::find(tx, document)?.ok_or(PhoneError::Unreadable("document"))?;
            if held.stage != Stage::Refused {
                self.seal_document(tx, held, now)?;
            }
        }
        Ok(())
    }

    fn seal_document(&self, tx: &Tx<'_>, held: Held, now: UnixMillis) -> Result<(), PhoneError> {
        let one_by_one = held.stage == Stage::OneByOne;
        let mut stream = Stream::of(tx, held)?;
        let entries = facts::to_seal(tx, stream.document)?;
        for batch in batches(&entries, self.limits.change_bytes / 2, one_by_one) {
            let hash = stream.write_facts(tx, batch, now)?;
            batch.iter().try_for_each(|entry| facts::sealed(tx, stream.document, entry.id, hash))?;
        }
        let together = if one_by_one { 1 } else { SIGNATURES };
        for batch in facts::signatures_to_seal(tx, stream.document)?.chunks(together) {
            let hash = stream.write_signatures(tx, batch, now)?;
            batch.iter().try_for_each(|(fact, _)| facts::signature_sealed(tx, stream.document, *fact, hash))?;
        }
        stream.keep(tx)
    }
}

/// This phone's stream of changes to one document.
pub(in crate::device) struct Stream {
    pub(in crate::device) document: DocumentId,
    held: Held,
    pub(in crate::device) writer: WriterId,
    seq: u64,
    index: DocumentIndex,
}

impl Stream {
    /// Where the stream stands; the phone's current writer begins one, or goes on behind what the server has of it.
    pub(in crate::device) fn of(tx: &Tx<'_>, held: Held) -> Result<Self, PhoneError> {
        let (writer, seq) = if let Some(writer) = held.writer {
            (writer, held.writer_seq)
        } else {
            let writer = writers::current(tx)?.ok_or(PhoneError::NotEnrolled)?;
            (writer, changes::last_seq(tx, held.document, writer)?)
        };
        Ok(Self { document: held.document, writer, seq, index: held.index.clone(), held })
    }

    fn write_facts(&mut self, tx: &Tx<'_>, batch: &[FactEntry], now: UnixMillis) -> Result<Sha256, PhoneError> {
        let change = write_facts(self.held.kind, &self.index, self.writer, self.seq + 1, batch);
        self.add(tx, change, now)
    }

    fn write_signatures(
        &mut self,
        tx: &Tx<'_>,
        batch: &[(FactId, Signature)],
        now: UnixMillis,
    ) -> Result<Sha256, PhoneError> {
        let change = write_signatures(self.held.kind, &self.index, self.writer, self.seq + 1, batch);
        self.add(tx, change, now)
    }

    /// Adds a change of this phone's.
    pub(in crate::device) fn add(
        &mut self,
        tx: &Tx<'_>,
        change: WrittenChange,
        now: UnixMillis,
    ) -> Result<Sha256, PhoneError> {
        // What it follows may be more than the heads: steps of the schema.
        let made = inspect(&change.bytes, &Limits::V1).map_err(|_| PhoneError::Unreadable("own change"))?;
        changes::add(
            tx,
            &Stored {
                document: self.document,
                hash: change.hash,
                own: true,
                writer: self.writer,
                writer_seq: change.writer_seq,
                deps: &made.deps,
                max_op: change.max_op,
                made_at: now,
                accepted_at: None,
                body: &change.bytes,
            },
        )?;
        self.seq = change.writer_seq;
        self.index = change.index;
        Ok(change.hash)
    }

    /// Keeps where the stream now stands.
    pub(in crate::device) fn keep(&self, tx: &Tx<'_>) -> Result<(), PhoneError> {
        documents::set_index(tx, self.document, &self.index)?;
        documents::set_stream(tx, self.document, Some(self.writer), self.seq)
    }
}

/// Facts in runs that fit into a change.
fn batches(entries: &[FactEntry], bytes: usize, one_by_one: bool) -> Vec<&[FactEntry]> {
    let mut batches = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (place, entry) in entries.iter().enumerate() {
        let cost = entry.bytes.len() + ENTRY_BYTES + entry.signature.map_or(0, |_| ENTRY_BYTES + 64);
        if place > start && (one_by_one || size + cost > bytes) {
            batches.push(&entries[start..place]);
            (start, size) = (place, 0);
        }
        size += cost;
    }
    if start < entries.len() {
        batches.push(&entries[start..]);
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(sizes: &[usize], bytes: usize, one_by_one: bool) -> Vec<usize> {
        let entry = |n: &usize| FactEntry { id: FactId::NIL, bytes: vec![0; *n], signature: None };
        let entries: Vec<_> = sizes.iter().map(entry).collect();
        batches(&entries, bytes, one_by_one).iter().map(|batch| batch.len()).collect()
    }

    #[test]
    fn batches_keep_the_order_and_fit() {
        assert_eq!(lengths(&[], 1_000, false), Vec::<usize>::new());
        assert_eq!(lengths(&[100, 100, 100], 1_000, false), [3]);
        assert_eq!(lengths(&[400, 400, 400], 1_000, false), [2, 1]);
        assert_eq!(lengths(&[5_000, 5], 1_000, false), [1, 1]);
        assert_eq!(lengths(&[1, 1, 1], 1_000, true), [1, 1, 1]);
    }
}

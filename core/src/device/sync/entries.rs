//! Applying the feed. A bad entry is reported and left out; it never blocks the rest.

use super::answer::RawEntry;
use super::compare;
use super::guard::{Intake, Taken};
use super::rebase::Rebase;
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Tx, changes, documents, facts, records, reports};
use crate::documents::{DocumentIndex, DocumentKind, hash_of};
use crate::ids::DocumentId;
use crate::time::UnixMillis;
use crate::wire::{Entry, decode};

impl Phone {
    pub(super) fn apply_entries(&self, tx: &Tx<'_>, entries: &[RawEntry], now: UnixMillis) -> Result<(), PhoneError> {
        let mut rebase = Rebase::new(self, now);
        for raw in entries {
            match decode::<Entry>(&raw.0) {
                Ok(entry) => self.apply_entry(tx, &mut rebase, &entry, now)?,
                Err(_) => reports::add(
                    tx,
                    now,
                    "entry_not_read",
                    "",
                    "The server sent something that this version cannot read.",
                    Some(&raw.0),
                )?,
            }
        }
        Ok(())
    }

    fn apply_entry(
        &self,
        tx: &Tx<'_>,
        rebase: &mut Rebase<'_>,
        entry: &Entry,
        now: UnixMillis,
    ) -> Result<(), PhoneError> {
        match entry {
            Entry::Record { kind, id, version, body } => {
                if !records::put(tx, *kind, *id, *version, body)? {
                    let subject = format!("{} {id}", kind.name());
                    let reason = "This version cannot read the record. It is kept.";
                    reports::add(tx, now, "record_not_read", &subject, reason, None)?;
                }
                Ok(())
            }
            Entry::Changes { document, kind, changes } => self.apply_changes(tx, *document, *kind, changes, now),
            Entry::Snapshot { document, kind, changes } => {
                restore_stripped(tx, rebase, *document)?;
                // It is every change there is: what this phone has beyond it, the server has lost.
                let there = changes.iter().filter_map(|bytes| hash_of(bytes)).collect();
                compare::let_go(tx, rebase, *document, &there)?;
                self.apply_changes(tx, *document, *kind, changes, now)
            }
            Entry::ForgetRecord { kind, id } => records::forget(tx, *kind, *id),
            Entry::ForgetDocument { document } => documents::forget(tx, *document),
        }
    }

    fn apply_changes(
        &self,
        tx: &Tx<'_>,
        document: DocumentId,
        kind: DocumentKind,
        changes: &[minicbor::bytes::ByteVec],
        now: UnixMillis,
    ) -> Result<(), PhoneError> {
        documents::ensure(tx, document, kind, None)?;
        let held = documents::find(tx, document)?.ok_or(PhoneError::Unreadable("document"))?;
        if held.kind != kind {
            let reason = "The server says that it is of another kind.";
            return reports::add(tx, now, "change_not_taken", &document.to_string(), reason, None);
        }
        // Together the document is loaded once. Should it not be sound then, it is found out which change is at fault.
        let taken = tx.attempt(|| {
            let mut intake = Intake::together(tx, held.clone(), &self.limits, now);
            take_all(tx, &mut intake, document, changes, now)?;
            Ok(if intake.is_sound()? { Some(intake.finish()?) } else { None })
        })?;
        if taken.is_some() {
            return Ok(());
        }
        let mut intake = Intake::new(tx, held, &self.limits, now);
        take_all(tx, &mut intake, document, changes, now)?;
        intake.finish()
    }
}

/// A document that was taken away comes back whole. Own facts in it are settled as they are found there; the rest waits again.
fn restore_stripped(tx: &Tx<'_>, rebase: &mut Rebase<'_>, document: DocumentId) -> Result<(), PhoneError> {
    let Some(held) = documents::find(tx, document)?.filter(|held| held.stripped) else { return Ok(()) };
    // Under another writer: a restored server may have lost what this one wrote, and a stream cannot go on behind what is gone.
    rebase.clear(tx, &held)?;
    for change in changes::linked(tx, document)? {
        facts::unseal(tx, document, change.hash)?;
        changes::drop_one(tx, document, &change.hash)?;
    }
    documents::set_index(tx, document, &DocumentIndex::seed(held.kind))
}

fn take_all(
    tx: &Tx<'_>,
    intake: &mut Intake<'_>,
    document: DocumentId,
    changes: &[minicbor::bytes::ByteVec],
    now: UnixMillis,
) -> Result<(), PhoneError> {
    for bytes in changes {
        if let Taken::Refused(refusal) = intake.take(bytes)? {
            reports::add(tx, now, "change_not_taken", &document.to_string(), refusal.sentence(), Some(bytes))?;
        }
    }
    Ok(())
}

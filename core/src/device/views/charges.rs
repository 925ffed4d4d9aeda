//! What the opportunity ledger holds of the officer.

use serde::Serialize;

use super::{Page, PageMark, newest, page};
use crate::award::{Entry, EntryKind};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::records;
use crate::ids::{PositionId, RecordId};
use crate::records::RecordKind;
use crate::time::UnixMillis;
use crate::wire::decode;

/// One entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ChargeView {
    /// The entry.
    pub id: RecordId,
    /// When.
    pub at: UnixMillis,
    /// What happened.
    pub kind: EntryKind,
    /// The list it counts on; empty for the usual one.
    pub list: String,
    /// The position it is about.
    pub position: Option<PositionId>,
    /// Minutes that it charges; given back where negative.
    pub minutes: i64,
    /// The contract's rule that says so, with the contract and its version.
    pub rule: String,
    /// Who wrote it and why, where a person did.
    pub note: String,
}

impl From<Entry> for ChargeView {
    fn from(entry: Entry) -> Self {
        let Entry { what, charged, rule, .. } = entry;
        let (id, at, kind, position) = (what.id, what.at, what.kind, what.position);
        Self { id, at, kind, list: what.list, position, minutes: charged, rule, note: what.note }
    }
}

impl Phone {
    /// The officer's entries in the opportunity ledger, newest first.
    pub fn charges(&self, mark: Option<PageMark>, limit: u32) -> Result<Page<ChargeView>, PhoneError> {
        let (from, before) = newest(UnixMillis::MAX, mark);
        self.store.read(|reader| {
            let rows = records::ending_before(reader, RecordKind::LedgerEntry, from, before, limit.saturating_add(1))?;
            let read = |(at, number, body): (i64, i64, Vec<u8>)| {
                Some((PageMark { at, number }, ChargeView::from(decode::<Entry>(&body).ok()?)))
            };
            Ok(page(rows.into_iter().filter_map(read).collect(), limit))
        })
    }
}

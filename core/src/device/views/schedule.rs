//! My schedule: assignments to come and past, with what the agency ruled.

use serde::Serialize;

use super::calling_off::leaving;
use super::{LeavingView, Page, PageMark, newest, page, ruling, site, start};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Reader, commands, records};
use crate::ids::DocumentId;
use crate::records::{Assignment, Detail, RecordKind, Ruling, Site};
use crate::time::UnixMillis;
use crate::wire::decode;

/// One assignment of the officer's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ShiftView {
    /// The assignment.
    pub assignment: Assignment,
    /// The document of its facts.
    pub log: DocumentId,
    /// The detail, if its record has come.
    pub detail: Option<Detail>,
    /// Where, if the record has come.
    pub site: Option<Site>,
    /// Has the officer acknowledged it?
    pub acknowledgement: AcknowledgementView,
    /// The ruling that holds, if the agency has ruled.
    pub ruling: Option<Ruling>,
    /// Where the officer's wishes to be rid of it stand; absent where there was none.
    pub leaving: Option<LeavingView>,
}

/// How the acknowledgement of an award stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AcknowledgementView {
    /// Not given.
    Open,
    /// Given, and waiting on this phone.
    Waiting,
    /// The agency has it.
    Given,
}

impl Phone {
    /// Assignments in force that end after `now`, the next one first.
    pub fn schedule(&self, now: UnixMillis, mark: Option<PageMark>, limit: u32) -> Result<Page<ShiftView>, PhoneError> {
        let (from, after) = start(now, mark);
        self.store.read(|reader| {
            let rows = records::ending_after(reader, RecordKind::Assignment, from, after, limit.saturating_add(1))?;
            shifts(reader, rows, limit)
        })
    }

    /// Assignments that ended before `now`, the last one first; given up ones too.
    pub fn past_shifts(
        &self,
        now: UnixMillis,
        mark: Option<PageMark>,
        limit: u32,
    ) -> Result<Page<ShiftView>, PhoneError> {
        let (from, before) = newest(now, mark);
        self.store.read(|reader| {
            let rows = records::ending_before(reader, RecordKind::Assignment, from, before, limit.saturating_add(1))?;
            shifts(reader, rows, limit)
        })
    }
}

fn shifts(reader: &Reader<'_>, rows: Vec<(i64, i64, Vec<u8>)>, limit: u32) -> Result<Page<ShiftView>, PhoneError> {
    let mut shifts = Vec::new();
    for (at, number, body) in rows {
        if let Ok(assignment) = decode::<Assignment>(&body) {
            shifts.push((PageMark { at, number }, shift(reader, assignment)?));
        }
    }
    Ok(page(shifts, limit))
}

/// One assignment with what belongs to it.
pub(super) fn shift(reader: &Reader<'_>, assignment: Assignment) -> Result<ShiftView, PhoneError> {
    let detail: Option<Detail> = records::get(reader, RecordKind::Detail, assignment.detail.into())?;
    let site = site(reader, detail.as_ref())?;
    Ok(ShiftView {
        log: assignment.log(),
        detail,
        site,
        acknowledgement: acknowledgement(reader, &assignment)?,
        ruling: ruling(reader, *assignment.id.as_bytes())?,
        leaving: leaving(reader, assignment.id)?,
        assignment,
    })
}

/// How the acknowledgement of that assignment stands.
pub(super) fn acknowledgement(reader: &Reader<'_>, assignment: &Assignment) -> Result<AcknowledgementView, PhoneError> {
    if assignment.acknowledged.is_some() {
        return Ok(AcknowledgementView::Given);
    }
    let waits = commands::waits(reader, *assignment.id.as_bytes(), commands::ACKNOWLEDGE)?;
    Ok(if waits { AcknowledgementView::Waiting } else { AcknowledgementView::Open })
}

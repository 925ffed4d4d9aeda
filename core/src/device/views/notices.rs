//! What the officer was told of.

use serde::Serialize;

use super::{AcknowledgementView, Page, PageMark, page, start};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Reader, commands, records};
use crate::notices::EventKind;
use crate::records::{Assignment, Notice, RecordKind};
use crate::time::UnixMillis;
use crate::wire::decode;

/// A notice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NoticeView {
    /// The notice.
    pub notice: Notice,
    /// Has the officer acknowledged it? Absent where nobody asks, and the officer has not said so unasked.
    pub acknowledgement: Option<AcknowledgementView>,
}

impl Phone {
    /// Notices, newest first.
    pub fn notices(&self, mark: Option<PageMark>, limit: u32) -> Result<Page<NoticeView>, PhoneError> {
        let (from, before) = match mark {
            Some(mark) => start(UnixMillis::MAX, Some(mark)),
            None => (UnixMillis::MAX, i64::MAX),
        };
        self.store.read(|reader| {
            let rows = records::ending_before(reader, RecordKind::Notice, from, before, limit.saturating_add(1))?;
            let mut notices = Vec::new();
            for (at, number, body) in rows {
                if let Ok(notice) = decode::<Notice>(&body) {
                    notices.push((PageMark { at, number }, view(reader, notice)?));
                }
            }
            Ok(page(notices, limit))
        })
    }
}

fn view(reader: &Reader<'_>, notice: Notice) -> Result<NoticeView, PhoneError> {
    let acknowledgement = if notice.acknowledged.is_some() || award_acknowledged(reader, &notice)? {
        Some(AcknowledgementView::Given)
    } else if waits(reader, &notice)? {
        Some(AcknowledgementView::Waiting)
    } else {
        notice.acknowledge_by.map(|_| AcknowledgementView::Open)
    };
    Ok(NoticeView { notice, acknowledgement })
}

/// Whoever acknowledges an assignment has seen that it was awarded.
fn award_acknowledged(reader: &Reader<'_>, notice: &Notice) -> Result<bool, PhoneError> {
    let Some(assignment) = awarded(notice) else { return Ok(false) };
    let held: Option<Assignment> = records::get(reader, RecordKind::Assignment, assignment.into())?;
    Ok(held.is_some_and(|held| held.acknowledged.is_some()))
}

/// Does a wish that says so wait on this phone?
fn waits(reader: &Reader<'_>, notice: &Notice) -> Result<bool, PhoneError> {
    let kinds = (commands::ACKNOWLEDGE_NOTICE, commands::ACKNOWLEDGE_NOTICE);
    let mut latest = commands::latest_about(reader, *notice.id.as_bytes(), kinds)?;
    if let (None, Some(assignment)) = (&latest, awarded(notice)) {
        let kinds = (commands::ACKNOWLEDGE, commands::ACKNOWLEDGE);
        latest = commands::latest_about(reader, *assignment.as_bytes(), kinds)?;
    }
    Ok(latest.is_some_and(|kept| kept.waiting))
}

fn awarded(notice: &Notice) -> Option<crate::ids::AssignmentId> {
    notice.assignment.filter(|_| notice.event == EventKind::Awarded)
}

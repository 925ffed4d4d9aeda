//! What the officer was told of.

use serde::Serialize;

use super::AcknowledgementView::{Given, Open, Waiting};
use super::schedule::acknowledgement;
use super::{AcknowledgementView, Page, PageMark, newest, page};
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
        let (from, before) = newest(UnixMillis::MAX, mark);
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
    // Whoever acknowledges an assignment has seen that it was awarded.
    let of_award = award_acknowledgement(reader, &notice)?;
    let acknowledgement = if notice.acknowledged.is_some() || of_award == Some(Given) {
        Some(Given)
    } else if of_award == Some(Waiting) || commands::waits(reader, *notice.id.as_bytes(), commands::ACKNOWLEDGE_NOTICE)?
    {
        Some(Waiting)
    } else {
        notice.acknowledge_by.map(|_| Open)
    };
    Ok(NoticeView { notice, acknowledgement })
}

/// How the acknowledgement stands of the assignment whose award the notice tells of.
fn award_acknowledgement(reader: &Reader<'_>, notice: &Notice) -> Result<Option<AcknowledgementView>, PhoneError> {
    let Some(id) = notice.assignment.filter(|_| notice.event == EventKind::Awarded) else { return Ok(None) };
    let held: Option<Assignment> = records::get(reader, RecordKind::Assignment, id.into())?;
    held.map(|held| acknowledgement(reader, &held)).transpose()
}

//! Details on offer, and how the officer's own application stands.

use serde::Serialize;

use super::{Page, PageMark, page, start};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Reader, commands, records};
use crate::ids::{CommandId, DetailId};
use crate::records::{Application, ApplicationState, Detail, RecordKind, Site};
use crate::staffing::{OwnOpening, Posting};
use crate::time::UnixMillis;
use crate::wire::{Decision, Wish, decode};

/// A detail on offer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OfferView {
    /// The detail.
    pub detail: Detail,
    /// Where, if the record has come.
    pub site: Option<Site>,
    /// From when the officer may apply, where that is later than when the detail came into sight: by their turn, or drawn. It may
    /// have come since.
    pub opens: Option<UnixMillis>,
    /// The officer's application, if there is one.
    pub application: Option<ApplicationView>,
}

/// How an application stands. *Applied* is never *won*: that is an assignment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ApplicationView {
    /// The wish waits on this phone.
    Applying {
        /// The wish.
        command: CommandId,
    },
    /// The wish to take it back waits on this phone.
    Withdrawing {
        /// The wish.
        command: CommandId,
    },
    /// The server did not carry the wish out.
    Refused {
        /// Why, as a sentence.
        reason: String,
    },
    /// The agency has it.
    Stands {
        /// Where it stands.
        #[serde(rename = "application")]
        state: ApplicationState,
        /// Why, as a sentence; may be empty.
        reason: String,
    },
}

impl Phone {
    /// Details on offer that end after `now`, the next one first.
    pub fn offers(&self, now: UnixMillis, mark: Option<PageMark>, limit: u32) -> Result<Page<OfferView>, PhoneError> {
        let (from, after) = start(now, mark);
        self.store.read(|reader| {
            let rows = records::ending_after(reader, RecordKind::Detail, from, after, limit.saturating_add(1))?;
            let mut offers = Vec::new();
            for (at, number, body) in rows {
                // A record that this version cannot read was reported when it came.
                if let Ok(detail) = decode::<Detail>(&body) {
                    offers.push((PageMark { at, number }, offer(reader, detail)?));
                }
            }
            Ok(page(offers, limit))
        })
    }
}

fn offer(reader: &Reader<'_>, detail: Detail) -> Result<OfferView, PhoneError> {
    let site = records::get(reader, RecordKind::Site, detail.site.into())?;
    let opens = own_opening(reader, detail.id)?;
    let application = application(reader, *detail.id.as_bytes())?;
    Ok(OfferView { detail, site, opens, application })
}

/// When it opens to this officer, if the agency has said so.
fn own_opening(reader: &Reader<'_>, detail: DetailId) -> Result<Option<UnixMillis>, PhoneError> {
    let Some(posting) = records::get::<Posting>(reader, RecordKind::Posting, detail.into())? else { return Ok(None) };
    let bodies = records::of_parent(reader, RecordKind::OwnOpening, *detail.as_bytes())?;
    let mut said = bodies.iter().filter_map(|body| decode::<OwnOpening>(body).ok());
    // What was said of an earlier posting of it says nothing of this one.
    Ok(said.find(|it| it.commitment == posting.commitment).map(|it| it.opens))
}

/// Does the agency have one that stands, whatever became of a second wish for the same?
fn stands(record: Option<&Application>) -> bool {
    record.is_some_and(|it| matches!(it.state, ApplicationState::Received | ApplicationState::Awarded))
}

fn is_younger(record: Option<&Application>, than: &commands::Kept) -> bool {
    record.is_some_and(|record| than.decided_at.is_some_and(|decided| record.received_at > decided))
}

/// What the officer last wished, until the server has answered; then what the server says.
fn application(reader: &Reader<'_>, detail: [u8; 16]) -> Result<Option<ApplicationView>, PhoneError> {
    let bodies = records::of_parent(reader, RecordKind::Application, detail)?;
    let record: Option<Application> = bodies.iter().find_map(|body| decode(body).ok());
    let latest = commands::latest_about(reader, detail, (commands::APPLY, commands::WITHDRAW))?;
    let wish = latest.as_ref().and_then(commands::Kept::wish);
    Ok(match (latest, wish) {
        (Some(kept), Some(Wish::Withdraw { .. })) if kept.waiting => {
            Some(ApplicationView::Withdrawing { command: kept.id })
        }
        (Some(kept), Some(_)) if kept.waiting => Some(ApplicationView::Applying { command: kept.id }),
        (Some(kept), Some(Wish::Apply { .. }))
            if kept.decision == Some(Decision::Refused) && stands(record.as_ref()) =>
        {
            record.map(|it| ApplicationView::Stands { state: it.state, reason: it.reason })
        }
        // A record younger than the refusal tells of what came after it, from another phone or from the agency.
        (Some(kept), Some(_)) if kept.decision == Some(Decision::Refused) && !is_younger(record.as_ref(), &kept) => {
            Some(ApplicationView::Refused { reason: kept.reason })
        }
        _ => record.map(|it| ApplicationView::Stands { state: it.state, reason: it.reason }),
    })
}

//! What a screen shows. Everything is read from tables; only [`Phone::pass_on_text`] loads a document.
//!
//! Long lists come in pages: hand the mark of one page back to get the next. How much history there is makes no difference to
//! how long a page takes.

mod advice;
mod award;
mod calling_off;
mod charges;
mod document;
mod first_screen;
mod messages;
mod notices;
mod offers;
mod page;
mod relief_asks;
mod running;
mod schedule;
mod sync_state;
mod trades;
mod unassigned;

pub use advice::{AdviceView, FindingState, FindingView};
pub use award::{AwardView, TermsView};
pub use calling_off::LeavingView;
pub use charges::ChargeView;
pub use document::{FactView, OriginalView, WrittenView};
pub use first_screen::{FirstScreen, OfficerName};
pub use messages::MessageView;
pub use notices::NoticeView;
pub use offers::{ApplicationView, OfferView};
pub use page::{NotAMark, Page, PageMark};
pub use relief_asks::{ReliefAnswerView, ReliefAskView};
pub use running::RunningView;
pub use schedule::{AcknowledgementView, ShiftView};
pub use sync_state::{EnrolAgain, ItemKind, ItemView, SyncView, WishView};
pub use trades::{PendingView, TradeView};

use serde::Serialize;

use super::error::PhoneError;
use super::phone::Phone;
use super::store::facts::Kept;
use super::store::{Reader, records};
use crate::records::{Agency, Assignment, Detail, RecordKind, Ruling, Site};
use crate::time::{UnixMillis, Zone};
use crate::wire::{Refusal, decode};

/// How far an item has come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SyncState {
    /// Written down here, durable, and not yet with the agency.
    OnThisPhone,
    /// Written down here; the agency's server holds the document back for now. It is sent again by itself.
    Held {
        /// The stable code.
        code: String,
        /// The same as a sentence.
        reason: String,
    },
    /// On the agency's disk.
    AgencyHasIt,
    /// The agency had it when it ruled on the shift it belongs to.
    Ruled,
    /// The agency's server will not have it. It stays here.
    Refused {
        /// The stable code.
        code: String,
        /// The same as a sentence.
        reason: String,
    },
}

impl SyncState {
    /// Of a fact, in a shift that was ruled on at that time: the ruling is about what the agency had then.
    pub(super) fn of_fact(fact: &Kept, ruled_at: Option<UnixMillis>) -> Self {
        match (fact.refused, fact.held, fact.accepted_at) {
            (Some(refusal), _, _) => Self::refused(refusal),
            (None, Some(refusal), None) => Self::held(refusal),
            (None, None, None) => Self::OnThisPhone,
            (None, _, Some(at)) if ruled_at.is_some_and(|ruled_at| at <= ruled_at) => Self::Ruled,
            (None, _, Some(_)) => Self::AgencyHasIt,
        }
    }

    /// How far that is, for telling which of several is least far.
    pub(super) const fn progress(&self) -> u8 {
        match self {
            Self::Refused { .. } => 0,
            Self::Held { .. } => 1,
            Self::OnThisPhone => 2,
            Self::AgencyHasIt => 3,
            Self::Ruled => 4,
        }
    }

    pub(super) fn refused(refusal: Refusal) -> Self {
        Self::Refused { code: refusal.code().to_owned(), reason: refusal.sentence().to_owned() }
    }

    fn held(refusal: Refusal) -> Self {
        Self::Held { code: refusal.code().to_owned(), reason: refusal.sentence().to_owned() }
    }
}

impl Phone {
    /// What went wrong that a person may want to see, newest first: a damaged store set aside, entries that could not be taken, words
    /// that no longer apply.
    pub fn reports(&self, limit: u32) -> Result<Vec<super::Report>, PhoneError> {
        self.store.read(|reader| super::store::reports::latest(reader, limit))
    }
}

/// The page of rows that were read, one more than asked for telling that there is another.
fn page<T>(mut rows: Vec<(PageMark, T)>, limit: u32) -> Page<T> {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|(mark, _)| *mark);
    Page { items: rows.into_iter().map(|(_, item)| item).collect(), next }
}

/// The ruling that holds on an assignment.
fn ruling(reader: &Reader<'_>, assignment: [u8; 16]) -> Result<Option<Ruling>, PhoneError> {
    let bodies = records::of_parent(reader, RecordKind::Ruling, assignment)?;
    Ok(bodies.iter().find_map(|body| decode(body).ok()))
}

/// When the shift of that assignment was ruled on, if it was.
fn ruled_at(reader: &Reader<'_>, assignment: Option<&Assignment>) -> Result<Option<UnixMillis>, PhoneError> {
    let Some(assignment) = assignment else { return Ok(None) };
    Ok(ruling(reader, *assignment.id.as_bytes())?.map(|ruling| ruling.ruled_at))
}

/// Where a detail is, if both records have come.
fn site(reader: &Reader<'_>, detail: Option<&Detail>) -> Result<Option<Site>, PhoneError> {
    let Some(detail) = detail else { return Ok(None) };
    records::get(reader, RecordKind::Site, detail.site.into())
}

/// The agency's own zone; UTC before its record has come.
fn agency_zone(reader: &Reader<'_>) -> Result<Zone, PhoneError> {
    let body = records::any(reader, RecordKind::Agency)?;
    Ok(body.and_then(|body| decode::<Agency>(&body).ok()).map_or(Zone::UTC, |agency| agency.zone))
}

/// Where a list of things by time begins that goes forward.
fn start(from: UnixMillis, mark: Option<PageMark>) -> (UnixMillis, i64) {
    match mark {
        Some(mark) => (UnixMillis::new(mark.at), mark.number),
        None => (from, 0),
    }
}

/// Where a list of things by time begins that goes back: the newest before `from` first.
fn newest(from: UnixMillis, mark: Option<PageMark>) -> (UnixMillis, i64) {
    match mark {
        Some(mark) => (UnixMillis::new(mark.at), mark.number),
        None => (from, i64::MAX),
    }
}

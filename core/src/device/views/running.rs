//! The shift under way, as the facts on this phone tell it.

use serde::Serialize;

use super::schedule::{self, ShiftView};
use super::{SyncState, agency_zone, ruled_at, site};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::facts;
use crate::device::store::{Reader, documents, records, shift_logs, standing};
use crate::ids::{DetailId, DocumentId};
use crate::records::{Detail, Placement, RecordKind, Site};
use crate::shift::{Flag, Mark, ProposalRules, PunchPlace, Questions, ShiftState, propose, questions, worked_until};
use crate::time::{Interval, Millis, UnixMillis};

/// Facts of one shift that are looked at. More than that is not a shift.
const MAX_FACTS: u32 = 10_000;

/// A shift as its facts tell it. Advice: the agency rules.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RunningView {
    /// Its document.
    pub log: DocumentId,
    /// The assignment with its detail and site; absent where the officer clocked in without one.
    pub shift: Option<ShiftView>,
    /// What the officer said it belongs to, where there is no assignment.
    pub detail: Option<DetailId>,
    /// En route, in, on a break, away, out.
    pub state: ShiftState,
    /// The punch that brought it there.
    pub since: Option<Mark>,
    /// Stretches worked so far, breaks taken out.
    pub worked: Vec<Interval>,
    /// How long that is, to the millisecond.
    pub worked_so_far: Millis,
    /// What a coordinator will see, the weightiest first: a chance to explain before that.
    pub flags: Vec<Flag>,
    /// Where each punch was made, in order; empty where the site has no surveyed fence.
    pub places: Vec<PunchPlace>,
    /// When to ask about a forgotten clock-out.
    pub ask_at: Vec<UnixMillis>,
    /// From when on a person must look at it.
    pub review_at: Option<UnixMillis>,
    /// When the post orders were read.
    pub orders_read: Option<UnixMillis>,
    /// When it was handed in.
    pub submitted: Option<UnixMillis>,
    /// How far all of it has come: the state of the fact that is least far. Absent where there is none.
    pub sync: Option<SyncState>,
}

impl Phone {
    /// The shift under way, if there is one: where the officer is at work, or else is on the way to. Being on the way ends where the
    /// assignment is taken back, the detail is cancelled, or its time is over.
    pub fn running(&self, now: UnixMillis) -> Result<Option<RunningView>, PhoneError> {
        self.store.read(|reader| match shift_logs::running(reader, now)? {
            Some(document) => Ok(Some(view(reader, document, now)?)),
            None => Ok(None),
        })
    }

    /// Any shift, by its document.
    pub fn shift(&self, log: DocumentId, now: UnixMillis) -> Result<RunningView, PhoneError> {
        self.store.read(|reader| view(reader, log, now))
    }
}

pub(super) fn view(reader: &Reader<'_>, log: DocumentId, now: UnixMillis) -> Result<RunningView, PhoneError> {
    let kept = facts::of_document(reader, log, None, MAX_FACTS)?;
    let device = standing::enrolled(reader)?.device;
    let assignment = records::assignment_of(reader, log)?;
    let ruled = ruled_at(reader, assignment.as_ref())?;
    let shift = assignment.map(|assignment| schedule::shift(reader, assignment)).transpose()?;
    let said = documents::find(reader, log)?.and_then(|held| held.detail);
    let place = of_place(reader, shift.as_ref(), said)?;
    let rules = ProposalRules::in_zone(place.detail.as_ref().map_or(agency_zone(reader)?, |detail| detail.zone));
    let proposal = propose(&facts::logged(&kept, device), place.fence(), now, &rules);
    let asked = asked(&proposal.shift, place.detail.as_ref(), &rules);
    let worked = worked_until(&proposal.shift.stints, now, &rules.hours, rules.fold.zone);
    Ok(RunningView {
        log,
        shift,
        detail: said,
        state: proposal.shift.state,
        since: proposal.shift.since,
        worked: worked.intervals,
        worked_so_far: worked.exact,
        flags: proposal.flags,
        places: proposal.places,
        ask_at: asked.ask_at,
        review_at: asked.review_at,
        orders_read: proposal.shift.orders_read,
        submitted: proposal.shift.submitted,
        sync: kept.iter().map(|fact| SyncState::of_fact(fact, ruled)).min_by_key(SyncState::progress),
    })
}

fn asked(shift: &crate::shift::Shift, detail: Option<&Detail>, rules: &ProposalRules) -> Questions {
    questions(shift, detail.map(|detail| detail.ends), &rules.questions)
}

/// What is known of where and when the shift should be.
struct Known {
    detail: Option<Detail>,
    site: Option<Site>,
}

impl Known {
    /// The fence, unless its pin only stands in for coordinates that nobody gave.
    fn fence(&self) -> Option<&crate::geo::Fence> {
        self.site.as_ref().filter(|site| site.placement == Placement::Surveyed).map(|site| &site.fence)
    }
}

fn of_place(reader: &Reader<'_>, shift: Option<&ShiftView>, said: Option<DetailId>) -> Result<Known, PhoneError> {
    if let Some(shift) = shift {
        return Ok(Known { detail: shift.detail.clone(), site: shift.site.clone() });
    }
    let Some(said) = said else { return Ok(Known { detail: None, site: None }) };
    let detail: Option<Detail> = records::get(reader, RecordKind::Detail, said.into())?;
    let site = site(reader, detail.as_ref())?;
    Ok(Known { detail, site })
}

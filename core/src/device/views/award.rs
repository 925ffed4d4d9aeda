//! How a detail on offer will be awarded, and why the officer got what they got.

use serde::Serialize;

use crate::award::Outcome;
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Reader, records};
use crate::ids::DetailId;
use crate::records::RecordKind;
use crate::staffing::{AwardNotice, Posting};
use crate::time::{Millis, UnixMillis};
use crate::wire::decode;

/// How a detail on offer will be awarded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TermsView {
    /// The method, with its version.
    pub method: String,
    /// When applications close.
    pub closes: UnixMillis,
    /// When the award is made: later than the close where applications from phones without a signal are waited for.
    pub decided_at: UnixMillis,
    /// How soon after the award it must be acknowledged.
    pub acknowledge_within: Option<Millis>,
    /// Hash of the secret that the agency has bound itself to, as hex digits.
    pub commitment: String,
}

/// Why the officer got what they got.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AwardView {
    /// What became of the application.
    pub outcome: Outcome,
    /// Place in the ranking, from 1; absent for those who were not ranked.
    pub rank: Option<u32>,
    /// Among how many.
    pub of: u32,
    /// The method, with its version.
    pub method: String,
    /// When it was decided.
    pub decided_at: UnixMillis,
    /// Why, in words with the numbers in them.
    pub sentence: String,
}

impl From<Posting> for TermsView {
    fn from(posting: Posting) -> Self {
        Self {
            method: posting.method.citation(),
            closes: posting.window.closes,
            decided_at: posting.decided_at(),
            acknowledge_within: posting.acknowledge_within,
            commitment: posting.commitment.to_string(),
        }
    }
}

impl From<AwardNotice> for AwardView {
    fn from(notice: AwardNotice) -> Self {
        let AwardNotice { method, decided_at, explanation, .. } = notice;
        let (outcome, rank, of) = (explanation.outcome, explanation.rank, explanation.of);
        Self { outcome, rank, of, method, decided_at, sentence: explanation.sentence }
    }
}

impl Phone {
    /// How a detail will be awarded; `None` where a coordinator decides, or its posting has not come.
    pub fn terms(&self, detail: DetailId) -> Result<Option<TermsView>, PhoneError> {
        let posting: Option<Posting> =
            self.store.read(|reader| records::get(reader, RecordKind::Posting, detail.into()))?;
        Ok(posting.map(TermsView::from))
    }

    /// Why the officer got what they got in the latest award of a detail; `None` where there was none.
    pub fn award(&self, detail: DetailId) -> Result<Option<AwardView>, PhoneError> {
        let of_detail = |reader: &Reader<'_>| records::of_parent(reader, RecordKind::AwardNotice, *detail.as_bytes());
        let bodies = self.store.read(of_detail)?;
        let notices = bodies.iter().filter_map(|body| decode::<AwardNotice>(body).ok());
        Ok(notices.max_by_key(|notice| notice.decided_at).map(AwardView::from))
    }
}

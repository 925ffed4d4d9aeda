//! What the officer does. Each intention is one durable transaction.

mod attach;
mod notes;
mod punch;
mod text;
mod wishes;

use super::error::PhoneError;
use super::phone::Phone;
use super::store::{Tx, documents, facts, records, shift_logs, standing};
use crate::documents::DocumentKind;
use crate::geo::Fix;
use crate::ids::{AssignmentId, DetailId, DocumentId, FactId};
use crate::records::{Assignment, RecordKind};
use crate::shift::{Content, Fact, FactKind, PhoneState};
use crate::time::ClockReading;
use crate::wire::APP_VERSION;

/// Fixes kept with a fact.
const MAX_FIXES: usize = 5;
/// How old a fix may be at the punch, in milliseconds, where there is a younger one.
const FRESH_FIX_MS: u32 = 20_000;

/// What the phone knows at the moment of an intention.
#[derive(Clone, Debug)]
pub struct Moment {
    /// What the clocks say. The anchor is filled in from the store; what stands there is ignored.
    pub clock: ClockReading,
    /// Location fixes at hand; the freshest five of the last 20 s are kept, or the last known one.
    pub fixes: Vec<Fix>,
    /// How the phone is doing.
    pub phone: Option<PhoneState>,
}

impl Moment {
    /// A moment without fixes.
    pub const fn at(clock: ClockReading) -> Self {
        Self { clock, fixes: Vec::new(), phone: None }
    }
}

/// Which shift.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WhichShift {
    /// The one under way, or that the officer is on the way to.
    Running,
    /// That assignment's, whether or not its record has come yet.
    Assignment(AssignmentId),
    /// A new one without an assignment; a coordinator links it later. The officer may say which detail it is.
    Unassigned(Option<DetailId>),
    /// One already begun, by its document: an unassigned one, or any the views name.
    Log(DocumentId),
}

/// Where a note, photo or incident goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Into a shift log: the officer's own words.
    Shift(WhichShift),
    /// Into the detail's pass-on: every officer on it reads them.
    PassOn(DetailId),
}

/// What was written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// The document.
    pub document: DocumentId,
    /// The fact.
    pub fact: FactId,
}

/// A fact to be written down.
pub(super) struct Draft {
    pub(super) kind: FactKind,
    pub(super) content: Option<Content>,
    pub(super) about: Option<FactId>,
}

impl Draft {
    pub(super) const fn of(kind: FactKind) -> Self {
        Self { kind, content: None, about: None }
    }

    pub(super) fn with_text(kind: FactKind, text: &str) -> Self {
        let content = Content { text: Some(text.to_owned()), ..Content::default() };
        Self { kind, content: Some(content), about: None }
    }

    pub(super) fn about(self, about: FactId) -> Self {
        Self { about: Some(about), ..self }
    }
}

impl Phone {
    /// One intention that is one fact.
    pub(super) fn intend(&self, moment: &Moment, place: Place, draft: &Draft) -> Result<Recorded, PhoneError> {
        self.store.write_hours(|tx| self.write_down(tx, moment, place, draft))
    }

    /// Writes a fact down within a transaction.
    pub(super) fn write_down(
        &self,
        tx: &Tx<'_>,
        moment: &Moment,
        place: Place,
        draft: &Draft,
    ) -> Result<Recorded, PhoneError> {
        let enrolment = standing::enrolled(tx)?;
        let document = self.locate(tx, moment, place)?;
        let id = FactId::new(moment.clock.wall, &mut **self.entropy());
        let id = facts::last_by(tx, document, id)?.map_or(id, |last| id.after(last));
        let fact = fact(tx, moment, document, draft)?;
        let bytes = fact.to_bytes();
        if bytes.len() > self.limits.fact_bytes {
            return Err(PhoneError::TooLarge);
        }
        let hash = enrolment.statement(document, id).hash(&bytes);
        facts::write_down(tx, document, id, &fact, &bytes, hash)?;
        standing::advance_chain(tx, fact.link, hash)?;
        shift_logs::note_punch(tx, document, fact.kind, fact.clock.wall)?;
        Ok(Recorded { document, fact: id })
    }

    /// Sends a fact again that the agency's server refused ([`super::SyncView::facts_refused`]): its reason may have gone.
    pub fn retry_fact(&self, document: DocumentId, fact: FactId) -> Result<(), PhoneError> {
        if self.store.write(|tx| facts::try_again(tx, document, fact))? { Ok(()) } else { Err(PhoneError::NoSuchFact) }
    }

    /// The document that a place stands for, made where it is new.
    pub(super) fn locate(&self, tx: &Tx<'_>, moment: &Moment, place: Place) -> Result<DocumentId, PhoneError> {
        let (document, kind, detail) = match place {
            Place::PassOn(detail) => (detail.into(), DocumentKind::PassOn, None),
            Place::Shift(WhichShift::Running) => {
                return shift_logs::running(tx, moment.clock.wall)?.ok_or(PhoneError::NoRunningShift);
            }
            Place::Shift(WhichShift::Assignment(assignment)) => (log_of(tx, assignment)?, DocumentKind::ShiftLog, None),
            Place::Shift(WhichShift::Unassigned(detail)) => {
                (DocumentId::new(moment.clock.wall, &mut **self.entropy()), DocumentKind::ShiftLog, detail)
            }
            Place::Shift(WhichShift::Log(document)) => return existing_log(tx, document),
        };
        documents::ensure(tx, document, kind, detail)?;
        Ok(document)
    }

    /// Words that fit: some, and not too many.
    pub(super) fn check_text(&self, text: &str) -> Result<(), PhoneError> {
        if text.trim().is_empty() {
            return Err(PhoneError::Empty);
        }
        if text.chars().count() > self.limits.text_chars { Err(PhoneError::TooLarge) } else { Ok(()) }
    }
}

fn fact(tx: &Tx<'_>, moment: &Moment, document: DocumentId, draft: &Draft) -> Result<Fact, PhoneError> {
    let fixes = freshest(&moment.fixes);
    let clock = ClockReading { anchor: standing::anchor(tx)?, ..moment.clock.clone() };
    Ok(Fact {
        kind: draft.kind,
        clock,
        link: standing::next_link(tx)?,
        fixes: (!fixes.is_empty()).then_some(fixes),
        phone: moment.phone,
        app: APP_VERSION,
        content: draft.content.clone(),
        about: draft.about,
        detail: documents::find(tx, document)?.and_then(|held| held.detail),
    })
}

/// The shift log of an assignment; its id is the assignment's unless the record says otherwise. One that this phone began before the
/// record came goes on until it is handed in: a shift in two logs is no shift, and what is said about a punch stands beside it.
fn log_of(tx: &Tx<'_>, assignment: AssignmentId) -> Result<DocumentId, PhoneError> {
    let begun = facts::has_own_punch(tx, assignment.into())?;
    if begun && !facts::has_kind(tx, assignment.into(), FactKind::Submitted)? {
        return Ok(assignment.into());
    }
    let record: Option<Assignment> = records::get(tx, RecordKind::Assignment, assignment.into())?;
    Ok(record.map_or_else(|| assignment.into(), |record| record.log()))
}

fn existing_log(tx: &Tx<'_>, document: DocumentId) -> Result<DocumentId, PhoneError> {
    match documents::find(tx, document)? {
        Some(held) if held.kind == DocumentKind::ShiftLog => Ok(document),
        _ => Err(PhoneError::NoSuchFact),
    }
}

/// Up to five of the last 20 s, freshest first; else the freshest of all.
fn freshest(fixes: &[Fix]) -> Vec<Fix> {
    let mut fixes = fixes.to_vec();
    fixes.sort_by_key(|fix| fix.age_ms);
    let fresh = fixes.iter().filter(|fix| fix.age_ms <= FRESH_FIX_MS).count();
    fixes.truncate(fresh.clamp(1, MAX_FIXES));
    fixes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::Provider;

    fn fix(age_ms: u32) -> Fix {
        Fix { latitude_e7: 0, longitude_e7: 0, accuracy_dm: Some(50), age_ms, provider: Provider::Gps, mock: false }
    }

    fn ages(fixes: &[u32]) -> Vec<u32> {
        freshest(&fixes.iter().map(|age| fix(*age)).collect::<Vec<_>>()).iter().map(|fix| fix.age_ms).collect()
    }

    #[test]
    fn the_freshest_five_are_kept_and_an_old_one_only_alone() {
        assert_eq!(ages(&[]), Vec::<u32>::new());
        assert_eq!(ages(&[90_000, 50_000]), [50_000]);
        assert_eq!(ages(&[90_000, 3, 20_001, 20_000]), [3, 20_000]);
        assert_eq!(ages(&[9, 8, 7, 6, 5, 4, 3]), [3, 4, 5, 6, 7]);
    }
}

//! Clock events, and handing the shift in.

use super::{Draft, Moment, Place, Recorded, WhichShift};
use crate::device::{Phone, PhoneError};
use crate::ids::FactId;
use crate::shift::{Content, FactKind};
use crate::time::UnixMillis;

impl Phone {
    /// Writes down a clock event. It is durable when this returns, needs no signal and no synced assignment, and is never refused for
    /// what it says: the agency rules on it later.
    pub fn punch(&self, kind: FactKind, shift: WhichShift, moment: &Moment) -> Result<Recorded, PhoneError> {
        if !kind.is_punch() {
            return Err(PhoneError::NotAPunch);
        }
        self.intend(moment, Place::Shift(shift), &Draft::of(kind))
    }

    /// Says what time an earlier punch should have had, and why. The punch itself stays.
    pub fn correct(
        &self,
        shift: WhichShift,
        punch: FactId,
        corrected: UnixMillis,
        reason: &str,
        moment: &Moment,
    ) -> Result<Recorded, PhoneError> {
        self.check_text(reason)?;
        let content = Content { text: Some(reason.to_owned()), corrected: Some(corrected), attachment: None };
        let draft = Draft { kind: FactKind::Correction, content: Some(content), about: Some(punch) };
        self.intend_about(moment, shift, &draft, FactKind::is_punch)
    }

    /// Explains a flag on an earlier fact before a coordinator sees it.
    pub fn explain(
        &self,
        shift: WhichShift,
        about: FactId,
        text: &str,
        moment: &Moment,
    ) -> Result<Recorded, PhoneError> {
        self.check_text(text)?;
        let draft = Draft::with_text(FactKind::Explanation, text).about(about);
        self.intend_about(moment, shift, &draft, |_| true)
    }

    /// Has read the post orders.
    pub fn read_orders(&self, shift: WhichShift, moment: &Moment) -> Result<Recorded, PhoneError> {
        self.intend(moment, Place::Shift(shift), &Draft::of(FactKind::OrdersRead))
    }

    /// Hands the shift in: its notes are fixed from here on.
    pub fn submit(&self, shift: WhichShift, moment: &Moment) -> Result<Recorded, PhoneError> {
        self.intend(moment, Place::Shift(shift), &Draft::of(FactKind::Submitted))
    }

    /// A fact about an earlier one of the same shift, which must be there and of a fitting kind.
    fn intend_about(
        &self,
        moment: &Moment,
        shift: WhichShift,
        draft: &Draft,
        fits: impl Fn(FactKind) -> bool,
    ) -> Result<Recorded, PhoneError> {
        self.store.write_hours(|tx| {
            let document = self.locate(tx, moment, Place::Shift(shift))?;
            let about = draft.about.ok_or(PhoneError::NoSuchFact)?;
            match crate::device::store::facts::find(tx, document, about)? {
                Some(kept) if fits(kept.fact.kind) => {
                    self.write_down(tx, moment, Place::Shift(WhichShift::Log(document)), draft)
                }
                _ => Err(PhoneError::NoSuchFact),
            }
        })
    }
}

//! Written words: notes, incidents.

use super::{Draft, Moment, Place, Recorded, WhichShift};
use crate::device::store::facts;
use crate::device::{Phone, PhoneError};
use crate::documents::DocumentKind;
use crate::ids::{DocumentId, FactId};
use crate::shift::FactKind;

impl Phone {
    /// Writes a note, into the shift log or for every officer on the detail.
    pub fn note(&self, place: Place, text: &str, moment: &Moment) -> Result<Recorded, PhoneError> {
        self.check_text(text)?;
        self.intend(moment, place, &Draft::with_text(FactKind::Note, text))
    }

    /// Writes down an incident that the agency must know of.
    pub fn incident(&self, place: Place, text: &str, moment: &Moment) -> Result<Recorded, PhoneError> {
        self.check_text(text)?;
        self.intend(moment, place, &Draft::with_text(FactKind::Incident, text))
    }

    /// Replaces one of this officer's notes, until the shift is handed in. The old words stay in the document.
    pub fn replace_note(
        &self,
        document: DocumentId,
        note: FactId,
        text: &str,
        moment: &Moment,
    ) -> Result<Recorded, PhoneError> {
        self.check_text(text)?;
        self.store.write_hours(|tx| {
            match facts::find(tx, document, note)? {
                Some(kept) if kept.own && kept.fact.kind == FactKind::Note => {}
                _ => return Err(PhoneError::NoSuchFact),
            }
            if facts::has_kind(tx, document, FactKind::Submitted)? {
                return Err(PhoneError::Submitted);
            }
            let place = match crate::device::store::documents::find(tx, document)?.map(|held| held.kind) {
                Some(DocumentKind::PassOn) => Place::PassOn(crate::ids::RecordId::from(document).into()),
                _ => Place::Shift(WhichShift::Log(document)),
            };
            self.write_down(tx, moment, place, &Draft::with_text(FactKind::Note, text).about(note))
        })
    }
}

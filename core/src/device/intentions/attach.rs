//! Photos and videos: the original first, then the fact that names it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{Draft, Moment, Place, Recorded};
use crate::device::attachments::capture;
use crate::device::store::attachments;
use crate::device::{Phone, PhoneError};
use crate::shift::{Attachment, Content, FactKind};

impl Phone {
    /// Takes in an original: its bytes are copied into the blob folder under their hash, flushed to disk, and only then named by a
    /// fact. The source is read once and never touched. Where there is no room for more than
    /// hours, it is not taken. A crash in between leaves a copy that nothing names, and no fact.
    pub fn attach(
        &self,
        place: Place,
        original: &mut dyn Read,
        media_type: &str,
        caption: Option<&str>,
        moment: &Moment,
    ) -> Result<Recorded, PhoneError> {
        if let Some(caption) = caption {
            self.check_text(caption)?;
        }
        self.store.keep_reserve()?;
        let name: [u8; 16] = crate::entropy::random_bytes(&mut **self.entropy());
        let copy = capture::take_in(&self.store, &self.blobs, &name, original, self.limits.blob_bytes)?;
        let attachment = Attachment { hash: copy.hash, size: copy.size, media_type: media_type.to_owned() };
        let content =
            Content { text: caption.map(str::to_owned), attachment: Some(attachment.clone()), corrected: None };
        let draft = Draft { kind: FactKind::Attachment, content: Some(content), about: None };
        let recorded = self.store.write_hours(|tx| {
            let recorded = self.write_down(tx, moment, place, &draft)?;
            attachments::add(tx, &attachment, recorded.document, recorded.fact, moment.clock.wall)?;
            Ok(recorded)
        });
        if recorded.as_ref().is_err_and(|error| !matches!(error, PhoneError::Killed)) {
            self.discard_unnamed(&attachment)?;
        }
        recorded
    }

    /// Takes in the original that lies at a path, as [`Self::attach`] does.
    pub fn attach_file(
        &self,
        place: Place,
        path: &Path,
        media_type: &str,
        caption: Option<&str>,
        moment: &Moment,
    ) -> Result<Recorded, PhoneError> {
        let mut original = File::open(path).map_err(|_| PhoneError::NoOriginal)?;
        self.attach(place, &mut original, media_type, caption, moment)
    }

    /// Removes a copy that no fact came to name.
    fn discard_unnamed(&self, attachment: &Attachment) -> Result<(), PhoneError> {
        match self.store.read(|reader| attachments::find(reader, &attachment.hash))? {
            Some(_) => Ok(()),
            None => capture::discard(&self.blobs, &attachment.hash),
        }
    }
}

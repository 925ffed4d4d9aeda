//! What leaves the phone by itself, and when.

use super::capture;
use crate::device::error::PhoneError;
use crate::device::fault::WritePoint;
use crate::device::phone::Phone;
use crate::device::store::{attachments, commands, standing};
use crate::device::sync::KEPT_FOR;
use crate::time::{Millis, UnixMillis};

/// How long an original stays after the agency had all of it.
pub const KEPT_AFTER_COMPLETE: Millis = KEPT_FOR;

/// What was removed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tidied {
    /// Originals.
    pub originals: u64,
    /// Decided wishes.
    pub wishes: u64,
}

impl Phone {
    /// Removes originals that the agency has had for [`KEPT_AFTER_COMPLETE`], and wishes decided before that, both by the server's clock
    /// as last heard. Facts stay.
    pub fn tidy(&self, now: UnixMillis) -> Result<Tidied, PhoneError> {
        let Some(before) = self.store.read(|reader| standing::kept_since(reader, KEPT_AFTER_COMPLETE))? else {
            return Ok(Tidied::default());
        };
        let removable = self.store.read(|reader| attachments::removable(reader, before))?;
        for hash in &removable {
            self.store.point(WritePoint::BlobRemoved)?;
            capture::discard(&self.blobs, hash)?;
            self.store.write(|tx| attachments::removed(tx, hash, now))?;
        }
        // The next time will do, too.
        let _ = self.store.keep_reserve();
        let wishes = self.store.write(|tx| commands::tidy(tx, before))?;
        Ok(Tidied { originals: removable.len() as u64, wishes: wishes as u64 })
    }
}

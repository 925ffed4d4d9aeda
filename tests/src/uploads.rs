//! Photos and videos on their way to the agency.

use detailbook_core::device::{Incoming, PhoneError, Ticket, UploadProgress};

use crate::broken::{Broken, Checked};
use crate::exchange::{Errand, sent};
use crate::world::World;

impl World {
    /// A phone sends the next chunk of an original, if it has one.
    pub fn upload(&mut self, handset: usize) -> Checked {
        self.upload_more(handset).map(drop)
    }

    /// The same; was there something to send?
    pub(crate) fn upload_more(&mut self, handset: usize) -> Result<bool, Broken> {
        let reading = self.handsets[handset].reading(self.now);
        let Some(core) = self.handsets[handset].core() else { return Ok(false) };
        match core.begin_upload(&reading) {
            Ok(Some(outgoing)) => {
                let request = sent(&outgoing);
                self.depart(handset, Errand::Upload(outgoing.ticket), &request);
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(PhoneError::SyncBusy | PhoneError::Suspended | PhoneError::NotEnrolled | PhoneError::Revoked) => {
                Ok(false)
            }
            Err(error) => self.failed(handset, "begins an upload", &error).map(|()| false),
        }
    }

    pub(crate) fn finish_upload(&mut self, handset: usize, ticket: Ticket, reply: &Incoming) -> Checked {
        let reading = self.handsets[handset].reading(self.now);
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        match core.finish_upload(ticket, reply, &reading) {
            Ok(progress) => {
                self.tally.count("chunks answered");
                if progress == UploadProgress::SyncFirst { self.sync(handset) } else { Ok(()) }
            }
            Err(PhoneError::Suspended | PhoneError::BadAnswer(_)) => Ok(()),
            Err(error) => self.failed(handset, "takes an answer about a photo", &error),
        }
    }
}

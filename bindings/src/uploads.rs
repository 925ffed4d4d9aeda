//! Originals of photos and videos, a request at a time, for a transport of the shell's own. `sync_now` sends them by itself.

use detailbook_core::device::{Incoming, PhoneError, SyncError, Ticket, UploadProgress};

use crate::{CoreError, HttpRequest, OfficerCore};

#[uniffi::export]
impl OfficerCore {
    /// The next request, or none where nothing is left that the server would take. One at a time.
    pub fn begin_upload(&self) -> Result<Option<HttpRequest>, CoreError> {
        self.call("begin_upload", |phone| {
            let outgoing = phone.begin_upload(&self.reading()?)?;
            Ok::<_, SyncError>(outgoing.map(|outgoing| HttpRequest::of(phone, outgoing)).transpose()?)
        })
    }

    /// Takes the answer to a request of `begin_upload`.
    pub fn finish_upload(&self, ticket: Ticket, incoming: Incoming) -> Result<UploadProgress, CoreError> {
        self.call("finish_upload", |phone| {
            Ok::<_, SyncError>(phone.finish_upload(ticket, &incoming, &self.reading()?)?)
        })
    }

    /// The request did not get through, or no answer came.
    pub fn fail_upload(&self, ticket: Ticket) -> Result<UploadProgress, CoreError> {
        self.call("fail_upload", |phone| Ok::<_, SyncError>(phone.fail_upload(ticket, &self.reading()?)?))
    }

    /// Gives the request up, without counting it as a failure.
    pub fn abandon_upload(&self, ticket: Ticket) -> Result<(), CoreError> {
        self.call("abandon_upload", |phone| {
            phone.abandon_upload(ticket);
            Ok::<_, PhoneError>(())
        })
    }
}

//! The exchange: one blocking call, or single requests for a transport of the shell's own.

use std::collections::HashMap;
use std::sync::Arc;

use detailbook_core::device::{
    CancelHandle, Enrolled, Incoming, Outgoing, Phone, PhoneError, SyncError, SyncProgress, SyncSummary, Ticket,
};

use crate::shell::LogLevel;
use crate::{CoreError, OfficerCore};

/// Ends the calls it was given to, from any thread.
#[derive(uniffi::Object)]
pub struct CancelSync(CancelHandle);

#[uniffi::export]
impl CancelSync {
    /// A fresh one.
    #[allow(clippy::new_without_default, reason = "made by the shell")]
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Arc::new(Self(CancelHandle::new()))
    }

    /// Ends every call that has this, now and later.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Has it been used?
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// A request for the shell to carry. Redirects must not be followed.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct HttpRequest {
    /// Goes back with the answer.
    pub ticket: Ticket,
    /// The HTTP method.
    pub method: String,
    /// Where to.
    pub url: String,
    /// Headers to send.
    pub headers: HashMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpRequest {
    pub(crate) fn of(phone: &Phone, outgoing: Outgoing) -> Result<Self, PhoneError> {
        Ok(Self {
            ticket: outgoing.ticket,
            method: outgoing.method.to_owned(),
            url: phone.url(&outgoing)?,
            headers: outgoing.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: outgoing.body,
        })
    }
}

#[uniffi::export]
impl OfficerCore {
    /// Enrols the phone from the text of a QR code. Blocks until the server has answered or `cancel` is used.
    pub fn enrol(&self, invitation: String, cancel: Arc<CancelSync>) -> Result<Enrolled, CoreError> {
        let enrolled = self.call("enrol", |phone| self.driver.enrol_now(phone, &invitation, &self.clock, &cancel.0))?;
        self.listeners.log(LogLevel::Info, "enrolled".to_owned());
        Ok(enrolled)
    }

    /// Exchanges until phone and server are in step, then sends originals until none is left. Blocks; one at a time. What was
    /// confirmed before an error or `cancel` stays done.
    pub fn sync_now(&self, cancel: Arc<CancelSync>) -> Result<SyncSummary, CoreError> {
        let summary = self.call("sync_now", |phone| self.driver.sync_now(phone, &self.clock, &cancel.0))?;
        self.listeners.log(LogLevel::Info, format!("sync_now: {} requests", summary.requests));
        Ok(summary)
    }

    /// The next request of an exchange that the shell carries itself, such as in a background session. One at a time, `sync_now`
    /// included.
    pub fn begin_sync(&self) -> Result<HttpRequest, CoreError> {
        self.call("begin_sync", |phone| {
            let outgoing = phone.begin_sync(&self.reading()?)?;
            Ok::<_, SyncError>(HttpRequest::of(phone, outgoing)?)
        })
    }

    /// Takes the answer to a request of `begin_sync`.
    pub fn finish_sync(&self, ticket: Ticket, incoming: Incoming) -> Result<SyncProgress, CoreError> {
        self.call("finish_sync", |phone| Ok::<_, SyncError>(phone.finish_sync(ticket, &incoming, &self.reading()?)?))
    }

    /// The request did not get through, or no answer came.
    pub fn fail_sync(&self, ticket: Ticket) -> Result<SyncProgress, CoreError> {
        self.call("fail_sync", |phone| Ok::<_, SyncError>(phone.fail_sync(ticket, &self.reading()?)?))
    }

    /// Gives the request up, without counting it as a failure.
    pub fn abandon_sync(&self, ticket: Ticket) -> Result<(), CoreError> {
        self.call("abandon_sync", |phone| {
            phone.abandon_sync(ticket);
            Ok::<_, PhoneError>(())
        })
    }
}

//! The exchange over HTTP: blocking calls that do all there is to do, for shells that have a thread to spare.

mod cancel;
mod options;
mod summary;
mod transport;

pub use cancel::CancelHandle;
pub use options::DriverOptions;
pub use summary::{SyncError, SyncSummary};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::{Builder, Handle, Runtime};

use super::attachments::UploadProgress;
use super::enrol::Enrolled;
use super::error::PhoneError;
use super::phone::Phone;
use super::sync::{Outgoing, SyncProgress, Ticket};
use crate::time::ClockReading;
use transport::Transport;

/// The phone's clocks did not answer.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("the phone's clocks did not answer")]
pub struct ClockFailed;

/// Reads the phone's clocks. The shell's to implement: the core reads none.
pub trait PhoneClock: Send + Sync {
    /// What they say now. The anchor is ignored.
    fn read(&self) -> Result<ClockReading, ClockFailed>;
}

/// Requests in one call; a server that always has more must not hold a phone awake for ever.
const MAX_ROUNDS: u32 = 2_000;

/// Carries the exchange. Keeps its connection between calls; holds nothing of the phone's.
pub struct Driver {
    runtime: Runtime,
    under_way: AtomicBool,
    transport: Transport,
    options: DriverOptions,
}

impl std::fmt::Debug for Driver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Driver")
    }
}

impl Driver {
    /// A driver with its own runtime on the calling thread.
    pub fn new(options: DriverOptions) -> Result<Self, SyncError> {
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(|error| SyncError::Setup(error.into()))?;
        let transport = Transport::new(&options)?;
        Ok(Self { runtime, under_way: AtomicBool::new(false), transport, options })
    }

    /// Enrols the phone from the text of a QR code.
    pub fn enrol_now(
        &self,
        phone: &Arc<Phone>,
        invitation: &str,
        clock: &dyn PhoneClock,
        cancel: &CancelHandle,
    ) -> Result<Enrolled, SyncError> {
        self.run(async {
            let enrolling = phone.begin_enrol(invitation, &clock.read()?)?;
            let sent = self.transport.send(&enrolling.server, &enrolling.outgoing, phone.limits.response_bytes);
            let incoming = cancel.unless_cancelled(sent).await?;
            Ok(phone.finish_enrol(&enrolling, &incoming?, &clock.read()?)?)
        })
    }

    /// Exchanges until phone and server are in step, then sends originals until none is left. Blocks; [`CancelHandle::cancel`] ends it
    /// between any two bytes, and whatever was confirmed by then stays done.
    pub fn sync_now(
        &self,
        phone: &Arc<Phone>,
        clock: &dyn PhoneClock,
        cancel: &CancelHandle,
    ) -> Result<SyncSummary, SyncError> {
        self.run(async {
            self.sign(phone).await;
            let mut run = Run { driver: self, phone, clock, cancel, summary: SyncSummary::default() };
            run.sync().await?;
            while run.upload().await? == UploadProgress::SyncFirst {
                run.sync().await?;
            }
            Ok(run.summary)
        })
    }

    /// Signs on another thread, and goes on without once that takes too long.
    async fn sign(&self, phone: &Arc<Phone>) {
        let phone = Arc::clone(phone);
        let signing = tokio::task::spawn_blocking(move || phone.sign_pending());
        // Unsigned facts are sent unsigned; signatures follow.
        let _ = tokio::time::timeout(self.options.signing_patience, signing).await;
    }

    /// One call at a time. No lock is held meanwhile: a clock or key that calls back in is told that an exchange is under way, and so is
    /// one that belongs to another driver's call, since a thread drives one exchange.
    fn run<T>(&self, work: impl Future<Output = Result<T, SyncError>>) -> Result<T, SyncError> {
        if Handle::try_current().is_ok() || self.under_way.swap(true, Ordering::AcqRel) {
            return Err(PhoneError::SyncBusy.into());
        }
        let _under_way = UnderWay(&self.under_way);
        self.runtime.block_on(work)
    }
}

/// Lets the next call go ahead, also after a panic.
struct UnderWay<'a>(&'a AtomicBool);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// One call of [`Driver::sync_now`].
struct Run<'a> {
    driver: &'a Driver,
    phone: &'a Phone,
    clock: &'a dyn PhoneClock,
    cancel: &'a CancelHandle,
    summary: SyncSummary,
}

impl Run<'_> {
    async fn sync(&mut self) -> Result<(), SyncError> {
        loop {
            let outgoing = self.phone.begin_sync(&self.clock.read()?)?;
            let incoming = match self.send(&outgoing).await {
                Ok(incoming) => incoming,
                Err(SyncError::Cancelled) => {
                    self.phone.abandon_sync(outgoing.ticket);
                    return Err(SyncError::Cancelled);
                }
                Err(error) => {
                    self.phone.fail_sync(outgoing.ticket, &self.read_or_abandon(outgoing.ticket)?)?;
                    return Err(error);
                }
            };
            let at = self.read_or_abandon(outgoing.ticket)?;
            match self.phone.finish_sync(outgoing.ticket, &incoming, &at)? {
                SyncProgress::Done => return Ok(()),
                SyncProgress::Again => {}
                SyncProgress::WaitUntil(at) => return Err(SyncError::TryLater(at)),
                SyncProgress::Revoked => return Err(PhoneError::Revoked.into()),
                SyncProgress::Stale => return Err(PhoneError::SyncBusy.into()),
            }
        }
    }

    async fn upload(&mut self) -> Result<UploadProgress, SyncError> {
        while let Some(outgoing) = self.phone.begin_upload(&self.clock.read()?)? {
            let incoming = match self.send(&outgoing).await {
                Ok(incoming) => incoming,
                Err(error) => {
                    self.phone.fail_upload(outgoing.ticket, &self.read_or_abandon(outgoing.ticket)?)?;
                    return Err(error);
                }
            };
            let at = self.read_or_abandon(outgoing.ticket)?;
            match self.phone.finish_upload(outgoing.ticket, &incoming, &at)? {
                UploadProgress::Again => self.summary.chunks += 1,
                UploadProgress::WaitUntil(at) => return Err(SyncError::TryLater(at)),
                done => return Ok(done),
            }
        }
        Ok(UploadProgress::Done)
    }

    /// Without clocks an answer says nothing about time: the request is given up, and the next one asks again.
    fn read_or_abandon(&self, ticket: Ticket) -> Result<ClockReading, ClockFailed> {
        self.clock.read().inspect_err(|_| {
            self.phone.abandon_sync(ticket);
            self.phone.abandon_upload(ticket);
        })
    }

    async fn send(&mut self, outgoing: &Outgoing) -> Result<super::sync::Incoming, SyncError> {
        self.summary.requests += 1;
        // Chunks of an original make progress by themselves; exchanges must come to an end.
        if self.summary.requests - self.summary.chunks > MAX_ROUNDS {
            return Err(SyncError::NeverDone);
        }
        let server = self.phone.server()?.ok_or(PhoneError::NotEnrolled)?;
        let sent = self.driver.transport.send(&server, outgoing, self.phone.limits.response_bytes);
        let incoming = self.cancel.unless_cancelled(sent).await??;
        self.summary.body_bytes_up += outgoing.body.len() as u64;
        self.summary.body_bytes_down += incoming.body.len() as u64;
        Ok(incoming)
    }
}

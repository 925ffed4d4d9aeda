//! The exchange over HTTP: blocking calls that do all there is to do, for shells that have a thread to spare.

mod cancel;
mod options;
mod summary;
mod transport;

pub use cancel::CancelHandle;
pub use options::DriverOptions;
pub use summary::{SyncError, SyncSummary};

use std::sync::{Arc, Mutex, TryLockError};

use tokio::runtime::{Builder, Runtime};

use super::attachments::UploadProgress;
use super::enrol::Enrolled;
use super::error::PhoneError;
use super::phone::Phone;
use super::sync::{Outgoing, SyncProgress};
use crate::time::ClockReading;
use transport::Transport;

/// Reads the phone's clocks. The shell's to implement: the core reads none.
pub trait PhoneClock: Send + Sync {
    /// What they say now. The anchor is ignored.
    fn read(&self) -> ClockReading;
}

/// Requests in one call; a server that always has more must not hold a phone awake for ever.
const MAX_ROUNDS: u32 = 2_000;

/// Carries the exchange. Keeps its connection between calls; holds nothing of the phone's.
pub struct Driver {
    runtime: Mutex<Runtime>,
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
        Ok(Self { runtime: Mutex::new(runtime), transport: Transport::new(&options)?, options })
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
            let enrolling = phone.begin_enrol(invitation, &clock.read())?;
            let sent = self.transport.send(&enrolling.server, &enrolling.outgoing, phone.limits.response_bytes);
            let incoming = cancel.unless_cancelled(sent).await?;
            Ok(phone.finish_enrol(&enrolling, &incoming?, &clock.read())?)
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

    fn run<T>(&self, work: impl Future<Output = Result<T, SyncError>>) -> Result<T, SyncError> {
        match self.runtime.try_lock() {
            Ok(runtime) => runtime.block_on(work),
            Err(TryLockError::Poisoned(runtime)) => runtime.into_inner().block_on(work),
            Err(TryLockError::WouldBlock) => Err(PhoneError::SyncBusy.into()),
        }
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
            let outgoing = self.phone.begin_sync(&self.clock.read())?;
            let incoming = match self.send(&outgoing).await {
                Ok(incoming) => incoming,
                Err(SyncError::Cancelled) => {
                    self.phone.abandon_sync(outgoing.ticket);
                    return Err(SyncError::Cancelled);
                }
                Err(error) => {
                    self.phone.fail_sync(outgoing.ticket, &self.clock.read())?;
                    return Err(error);
                }
            };
            match self.phone.finish_sync(outgoing.ticket, &incoming, &self.clock.read())? {
                SyncProgress::Done => return Ok(()),
                SyncProgress::Again => {}
                SyncProgress::WaitUntil(at) => return Err(SyncError::TryLater(at)),
                SyncProgress::Revoked => return Err(PhoneError::Revoked.into()),
                SyncProgress::Stale => return Err(PhoneError::SyncBusy.into()),
            }
        }
    }

    async fn upload(&mut self) -> Result<UploadProgress, SyncError> {
        while let Some(outgoing) = self.phone.begin_upload(&self.clock.read())? {
            let incoming = match self.send(&outgoing).await {
                Ok(incoming) => incoming,
                Err(error) => {
                    self.phone.fail_upload(outgoing.ticket, &self.clock.read())?;
                    return Err(error);
                }
            };
            match self.phone.finish_upload(outgoing.ticket, &incoming, &self.clock.read())? {
                UploadProgress::Again => self.summary.chunks += 1,
                UploadProgress::WaitUntil(at) => return Err(SyncError::TryLater(at)),
                done => return Ok(done),
            }
        }
        Ok(UploadProgress::Done)
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

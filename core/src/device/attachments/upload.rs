//! Sending originals, without I/O but for reading the file: `GET` says how far the server is, `PUT ?offset=` sends a chunk.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::{MutexGuard, PoisonError};

use super::place;
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::attachments::{self, Original};
use crate::device::store::standing;
use crate::device::sync::{Incoming, LOST_AFTER, Outgoing, Ticket, credentials, elapsed, problem, retry_after};
use crate::shift::Sha256;
use crate::time::{ClockReading, UnixMillis};
use crate::wire::{BLOB_PATH, BlobStatus, Refusal, decode};

/// Bytes of a chunk: what a weak signal carries in a few seconds.
const CHUNK: usize = 256 * 1024;
/// How often an original is sent from the start before it is given up.
const MAX_ATTEMPTS: u32 = 5;

/// What to do next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UploadProgress {
    /// Nothing is left to send now.
    Done,
    /// Begin the next request.
    Again,
    /// The session has to be renewed first, by an exchange.
    SyncFirst,
    /// It did not work: try again then.
    WaitUntil(UnixMillis),
    /// The answer belongs to no request under way.
    Stale,
}

/// Uploads as one run of the app remembers them.
#[derive(Debug, Default)]
pub(in crate::device) struct Upload {
    flight: Option<Flight>,
    /// A request is being made.
    preparing: bool,
    /// Not taken by the server for now.
    skip: Vec<Sha256>,
    /// Those of which the server has said in this run how far it is: what was noted before may be out of date.
    asked: BTreeSet<Sha256>,
    failures: u32,
}

#[derive(Debug)]
struct Flight {
    ticket: Ticket,
    began: ClockReading,
    hash: Sha256,
    size: u64,
    /// Where the chunk began and ended; absent for a question.
    sent: Option<(u64, u64)>,
}

impl Phone {
    /// The next request, or none where nothing is left that the server would take. One at a time, as with exchanges.
    pub fn begin_upload(&self, at: &ClockReading) -> Result<Option<Outgoing>, PhoneError> {
        let mut uploads = self.uploads();
        let under_way = uploads.flight.as_ref().is_some_and(|flight| elapsed(&flight.began, at) < LOST_AFTER);
        if under_way || uploads.preparing {
            return Err(PhoneError::SyncBusy);
        }
        uploads.preparing = true;
        drop(uploads);
        let prepared = self.prepare_upload(at);
        self.uploads().preparing = false;
        prepared
    }

    fn prepare_upload(&self, at: &ClockReading) -> Result<Option<Outgoing>, PhoneError> {
        while let Some(original) = self.next_original()? {
            if let Some((method, path, body, sent)) = self.request(&original)? {
                let (enrolment, counter) = self.store.write(credentials)?;
                let ticket = Ticket(self.tickets.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
                let (hash, size) = (original.hash, original.size);
                self.uploads().flight = Some(Flight { ticket, began: at.clone(), hash, size, sent });
                let outgoing = Outgoing { method, ..Outgoing::plain(ticket, &path, body) };
                return Ok(Some(outgoing.signed(&enrolment, counter)));
            }
        }
        Ok(None)
    }

    fn next_original(&self) -> Result<Option<Original>, PhoneError> {
        let skip = self.uploads().skip.clone();
        self.store.read(|reader| attachments::next(reader, &skip))
    }

    /// Method, path, body, and what part of the original that is. None where the original is not what it was.
    #[allow(clippy::type_complexity, reason = "made and taken apart in one place")]
    fn request(
        &self,
        original: &Original,
    ) -> Result<Option<(&'static str, String, Vec<u8>, Option<(u64, u64)>)>, PhoneError> {
        let path = format!("{BLOB_PATH}{}", original.hash.to_hex());
        let known = original.received.filter(|_| self.uploads().asked.contains(&original.hash));
        let Some(offset) = known else { return Ok(Some(("GET", path, Vec::new(), None))) };
        match self.chunk(original, offset) {
            Ok(chunk) => {
                let sent = Some((offset, offset + chunk.len() as u64));
                Ok(Some(("PUT", format!("{path}?offset={offset}"), chunk, sent)))
            }
            Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::UnexpectedEof) => {
                self.store
                    .write(|tx| attachments::fail(tx, &original.hash, "The original is no longer on this phone."))?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn chunk(&self, original: &Original, offset: u64) -> std::io::Result<Vec<u8>> {
        let mut file = File::open(place(&self.blobs, &original.hash))?;
        if file.metadata()?.len() != original.size {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let length = (original.size - offset.min(original.size)).min(CHUNK.min(self.limits.chunk_bytes) as u64);
        let mut chunk = vec![0; length as usize];
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(&mut chunk)?;
        Ok(chunk)
    }

    /// Takes the answer.
    pub fn finish_upload(
        &self,
        ticket: Ticket,
        incoming: &Incoming,
        at: &ClockReading,
    ) -> Result<UploadProgress, PhoneError> {
        let Some(flight) = self.uploads().flight.take_if(|flight| flight.ticket == ticket) else {
            return Ok(UploadProgress::Stale);
        };
        if incoming.status != 200 {
            return self.upload_refused(&flight, problem(incoming), at.wall);
        }
        let status: BlobStatus = decode(&incoming.body)?;
        let mut uploads = self.uploads();
        uploads.failures = 0;
        uploads.asked.insert(flight.hash);
        drop(uploads);
        self.take_status(&flight, status, at)?;
        Ok(UploadProgress::Again)
    }

    /// The request did not get through, or no answer came. The server is asked how far it is before the next chunk.
    pub fn fail_upload(&self, ticket: Ticket, at: &ClockReading) -> Result<UploadProgress, PhoneError> {
        let Some(flight) = self.uploads().flight.take_if(|flight| flight.ticket == ticket) else {
            return Ok(UploadProgress::Stale);
        };
        self.store.write(|tx| attachments::set_received(tx, &flight.hash, None))?;
        Ok(self.wait_for_upload(at.wall))
    }

    /// Gives the request under way up, without counting it as a failure. The server is asked how far it is before the next chunk.
    pub fn abandon_upload(&self, ticket: Ticket) {
        let mut uploads = self.uploads();
        if let Some(flight) = uploads.flight.take_if(|flight| flight.ticket == ticket) {
            uploads.asked.remove(&flight.hash);
        }
    }

    fn take_status(&self, flight: &Flight, status: BlobStatus, at: &ClockReading) -> Result<(), PhoneError> {
        // A server that has taken none of a chunk, or all of the original and not as it was, is given it again, but not for ever.
        let stuck = flight.sent.is_some_and(|(from, _)| status.received <= from);
        let other = status.received > flight.size || (status.received == flight.size && flight.size > 0);
        self.store.write(|tx| {
            if status.complete {
                attachments::complete(tx, &flight.hash, standing::server_now(tx, at)?)
            } else if stuck || other {
                match attachments::count_attempt(tx, &flight.hash)? {
                    0..MAX_ATTEMPTS => Ok(()),
                    _ => attachments::fail(tx, &flight.hash, "The agency's server did not take it."),
                }
            } else {
                attachments::set_received(tx, &flight.hash, Some(status.received))
            }
        })
    }

    fn upload_refused(&self, flight: &Flight, refusal: Refusal, now: UnixMillis) -> Result<UploadProgress, PhoneError> {
        match refusal {
            Refusal::SessionExpired | Refusal::NotAuthenticated => {
                self.exchange().renew = true;
                Ok(UploadProgress::SyncFirst)
            }
            Refusal::Conflict | Refusal::BadChange => {
                self.again(flight, refusal)?;
                Ok(UploadProgress::Again)
            }
            Refusal::TooLarge | Refusal::LimitReached | Refusal::Invalid => {
                self.store.write(|tx| attachments::fail(tx, &flight.hash, refusal.sentence()))?;
                Ok(UploadProgress::Again)
            }
            Refusal::NotFound | Refusal::NotAllowed | Refusal::NotYours => {
                self.uploads().skip.push(flight.hash);
                Ok(UploadProgress::Again)
            }
            _ => Ok(self.wait_for_upload(now)),
        }
    }

    /// The server stands elsewhere than thought, or what it got is not what was named: it is asked, but not for ever.
    fn again(&self, flight: &Flight, why: Refusal) -> Result<(), PhoneError> {
        self.store.write(|tx| match attachments::count_attempt(tx, &flight.hash)? {
            0..MAX_ATTEMPTS => Ok(()),
            _ => attachments::fail(tx, &flight.hash, why.sentence()),
        })
    }

    fn wait_for_upload(&self, now: UnixMillis) -> UploadProgress {
        let jitter = u64::from_le_bytes(crate::entropy::random_bytes(&mut **self.entropy()));
        let mut uploads = self.uploads();
        let wait = retry_after(uploads.failures, jitter);
        uploads.failures = uploads.failures.saturating_add(1);
        UploadProgress::WaitUntil(now + wait)
    }

    /// Sends an original again that was given up ([`super::super::SyncView::originals_failed`]).
    pub fn retry_original(&self, hash: &Sha256) -> Result<(), PhoneError> {
        if !self.store.write(|tx| attachments::try_again(tx, hash))? {
            return Err(PhoneError::NoSuchFact);
        }
        self.uploads().skip.retain(|skipped| skipped != hash);
        Ok(())
    }

    /// Lets originals be tried again that the server would not take for now: called when an exchange has brought news.
    pub(in crate::device) fn retry_uploads(&self) {
        self.uploads().skip.clear();
    }

    fn uploads(&self) -> MutexGuard<'_, Upload> {
        self.upload.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

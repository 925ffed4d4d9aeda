//! The exchange, without I/O: a request comes out, its answer goes in. One at a time.

mod answer;
mod backoff;
mod begin;
mod compare;
mod entries;
mod finish;
mod guard;
mod inflate;
mod problem;
mod rebase;
mod seal;
mod session;
mod verdicts;

pub use backoff::retry_after;
pub(super) use begin::credentials;
pub(super) use compare::KEPT_FOR;
pub(super) use problem::problem;
pub(super) use rebase::fresh_streams;
pub(super) use seal::Stream;

use std::sync::{MutexGuard, PoisonError};

use super::error::PhoneError;
use super::phone::Phone;
use super::store::standing::{self, Enrolment};
use crate::ids::{CommandId, DocumentId, WriterId};
use crate::shift::Sha256;
use crate::time::{Anchor, ClockReading, Millis, UnixMillis};
use crate::wire::Credential;

/// Names one request, so that its answer finds it and no other does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Ticket(pub u64);

/// A request as data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// Goes back with the answer.
    pub ticket: Ticket,
    /// The HTTP method.
    pub method: &'static str,
    /// Path and query, to be appended to the server's address.
    pub path: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// Ask for `Accept-Encoding: gzip`.
    pub accept_gzip: bool,
    /// The body.
    pub body: Vec<u8>,
}

impl Outgoing {
    /// The headers to send with it.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let gzip = self.accept_gzip.then_some(("accept-encoding", "gzip"));
        self.authorization.as_deref().map(|value| ("authorization", value)).into_iter().chain(gzip)
    }

    /// A `POST` that needs no credential.
    pub(super) fn plain(ticket: Ticket, path: &str, body: Vec<u8>) -> Self {
        Self { ticket, method: "POST", path: path.to_owned(), authorization: None, accept_gzip: false, body }
    }

    /// The same, under the session key.
    pub(super) fn signed(self, enrolment: &Enrolment, counter: u64) -> Self {
        let key = &enrolment.session_key;
        let credential = Credential::sign(key, enrolment.device, counter, self.method, &self.path, &self.body);
        Self { authorization: Some(credential.to_header()), ..self }
    }
}

/// An answer as data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Incoming {
    /// The HTTP status.
    pub status: u16,
    /// The body came with `Content-Encoding: gzip`.
    pub gzip: bool,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// What to do next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SyncProgress {
    /// Nothing more to exchange now. What the server holds back or waits with still waits:
    /// [`SyncView::all_synced`](crate::device::SyncView::all_synced) says whether the agency has everything.
    Done,
    /// There is more to exchange: begin again at once.
    Again,
    /// It did not work: begin again at that time, or when something has changed.
    WaitUntil(UnixMillis),
    /// The agency has ended this enrolment. What could be sent was sent.
    Revoked,
    /// The answer belongs to no request under way; nothing was done with it.
    Stale,
}

/// A request that is held to be lost after this long.
pub(super) const LOST_AFTER: Millis = Millis::from_secs(120);

/// Requests are not made smaller for ever.
pub(super) const MAX_HALVINGS: u32 = 12;

/// What a request under way was about.
#[derive(Debug)]
pub(super) enum Errand {
    /// Still being made.
    Preparing,
    Sync(Pushed),
    Session {
        body: Vec<u8>,
    },
    Compare {
        last: Option<DocumentId>,
    },
}

/// What a sync request carried.
#[derive(Debug, Default)]
pub(super) struct Pushed {
    pub(super) changes: Vec<(DocumentId, Vec<Sha256>)>,
    pub(super) last_number: i64,
    pub(super) commands: Vec<CommandId>,
    pub(super) writers: Vec<WriterId>,
}

/// A request under way.
#[derive(Debug)]
pub(super) struct Flight {
    ticket: Ticket,
    began: ClockReading,
    errand: Errand,
}

/// What one run of the app remembers of its exchanges.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is one thing to remember; none excludes another")]
pub(super) struct Exchange {
    flight: Option<Flight>,
    /// The session key has run out.
    pub(super) renew: bool,
    /// It was just renewed: if it still does not fit, something else is wrong.
    renewed: bool,
    /// The server found a request too large: push less.
    halvings: u32,
    /// Comparing heads was too much, or took too long: compare fewer at once.
    compare_halvings: u32,
    /// The agency has ended the enrolment, and one push is still to be made.
    pub(super) last_push: bool,
    /// An exchange has gone through since heads were last compared, or were to be.
    pub(super) synced: bool,
    /// Comparing heads has failed: not again before.
    pub(super) compare_after: Option<UnixMillis>,
    /// Failures that the store could not note, and when to try again.
    unwritten: Option<(u32, UnixMillis)>,
    /// A comparison of heads has come as far as that document.
    compared_to: Option<DocumentId>,
}

impl Phone {
    /// Gives the request under way up, without counting it as a failure.
    pub fn abandon_sync(&self, ticket: Ticket) {
        self.land(ticket);
    }

    /// The request did not get through, or no answer came.
    pub fn fail_sync(&self, ticket: Ticket, at: &ClockReading) -> Result<SyncProgress, PhoneError> {
        match self.land(ticket) {
            Some(flight) => {
                if matches!(flight.errand, Errand::Compare { .. }) {
                    self.compare_fewer();
                    self.put_off_compare(at.wall)?;
                }
                self.count_failure(at.wall)
            }
            None => Ok(SyncProgress::Stale),
        }
    }

    /// Compares fewer heads at once from now on, unless it is one at a time already.
    pub(super) fn compare_fewer(&self) -> bool {
        let mut exchange = self.exchange();
        let may = exchange.compare_halvings < MAX_HALVINGS;
        exchange.compare_halvings += u32::from(may);
        may
    }

    /// When the schedule says to try next, if the last exchange failed.
    pub fn retry_at(&self) -> Result<Option<UnixMillis>, PhoneError> {
        let unwritten = self.exchange().unwritten.map(|(_, at)| at);
        Ok(self.store.read(standing::feed)?.retry_at.max(unwritten))
    }

    /// Takes the flight with that ticket off the board.
    pub(super) fn land(&self, ticket: Ticket) -> Option<Flight> {
        self.exchange().flight.take_if(|flight| flight.ticket == ticket)
    }

    pub(super) fn exchange(&self) -> MutexGuard<'_, Exchange> {
        self.exchange.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a failure and says when to try again.
    pub(super) fn count_failure(&self, now: UnixMillis) -> Result<SyncProgress, PhoneError> {
        let jitter = u64::from_le_bytes(crate::entropy::random_bytes(&mut **self.entropy()));
        let written = self.store.write(|tx| {
            let failures = standing::feed(tx)?.failures;
            let retry_at = now + retry_after(failures, jitter);
            standing::failed(tx, retry_at)?;
            Ok(SyncProgress::WaitUntil(retry_at))
        });
        match written {
            Ok(progress) => Ok(progress),
            Err(error @ (PhoneError::Suspended | PhoneError::Closed | PhoneError::Killed)) => Err(error),
            // A store that is full, busy or broken makes the phone wait as long as any other failure.
            Err(_) => Ok(self.remember_failure(now, jitter)),
        }
    }

    fn remember_failure(&self, now: UnixMillis, jitter: u64) -> SyncProgress {
        let mut exchange = self.exchange();
        let failures = exchange.unwritten.map_or(0, |(failures, _)| failures);
        let retry_at = now + retry_after(failures, jitter);
        exchange.unwritten = Some((failures.saturating_add(1), retry_at));
        SyncProgress::WaitUntil(retry_at)
    }
}

/// How long between two readings; by the wall clock where the phone was started anew in between.
pub(super) fn elapsed(from: &ClockReading, to: &ClockReading) -> Millis {
    if from.boot == to.boot {
        Millis(i64::try_from(to.monotonic.saturating_sub(from.monotonic)).unwrap_or(i64::MAX))
    } else {
        Millis((to.wall - from.wall).0.saturating_abs())
    }
}

/// What the server's clock said, against this phone's; none across a restart of the phone.
pub(super) fn anchor_between(began: &ClockReading, ended: &ClockReading, server: UnixMillis) -> Option<Anchor> {
    let round_trip = ended.monotonic.checked_sub(began.monotonic).filter(|_| began.boot == ended.boot)?;
    let round_trip = u32::try_from(round_trip).ok()?;
    Some(Anchor { server, monotonic: ended.monotonic, boot: ended.boot, round_trip })
}

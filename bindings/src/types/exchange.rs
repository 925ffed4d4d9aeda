//! The exchange as a shell sees it.

use detailbook_core::device::{Incoming, SyncProgress, SyncSummary, UploadProgress};
use detailbook_core::time::UnixMillis;

/// What to do next.
#[uniffi::remote(Enum)]
pub enum SyncProgress {
    /// Nothing more to exchange now. What the server holds back or waits with still waits:
    /// `SyncView::all_synced` says whether the agency has everything.
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

/// What to do next.
#[uniffi::remote(Enum)]
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

/// An answer as data.
#[uniffi::remote(Record)]
pub struct Incoming {
    /// The HTTP status.
    pub status: u16,
    /// The body came with `Content-Encoding: gzip`.
    pub gzip: bool,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// What was exchanged.
#[uniffi::remote(Record)]
pub struct SyncSummary {
    /// Requests in all.
    pub requests: u32,
    /// Of these, chunks of originals and questions about them.
    pub chunks: u32,
    /// Bytes of request bodies.
    pub body_bytes_up: u64,
    /// Bytes of answers' bodies, as they came.
    pub body_bytes_down: u64,
}

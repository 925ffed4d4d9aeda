//! How a call ended.

use super::ClockFailed;
use crate::device::error::PhoneError;
use crate::time::UnixMillis;

/// What was exchanged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
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

/// Why a call did not come to its end. What was confirmed before stays done.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The phone could not.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// The server was not reached, or broke off.
    #[error("the server was not reached")]
    Network(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The answer was larger than the limit.
    #[error("the server's answer is too large")]
    TooLarge,
    /// The server cannot right now.
    #[error("the server cannot right now")]
    TryLater(UnixMillis),
    /// Cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The phone's clocks did not answer.
    #[error(transparent)]
    Clock(#[from] ClockFailed),
    /// The server always had more.
    #[error("the exchange did not come to an end")]
    NeverDone,
    /// The driver could not be set up.
    #[error("the driver could not be set up")]
    Setup(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl SyncError {
    /// A short, stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Phone(error) => error.code(),
            Self::Network(_) => "network",
            Self::TooLarge => "answer_too_large",
            Self::TryLater(_) => "try_later",
            Self::Cancelled => "cancelled",
            Self::Clock(_) => "no_clock",
            Self::NeverDone => "never_done",
            Self::Setup(_) => "setup",
        }
    }
}

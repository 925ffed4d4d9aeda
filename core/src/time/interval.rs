//! Stretches of time.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Millis, UnixMillis};

/// A half-open stretch of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(array)]
pub struct Interval {
    /// The first instant in it.
    #[n(0)]
    pub start: UnixMillis,
    /// The first instant after it.
    #[n(1)]
    pub end: UnixMillis,
}

impl Interval {
    /// How long it is; zero where it ends before it starts.
    pub fn length(self) -> Millis {
        (self.end - self.start).max(Millis(0))
    }

    /// Has it no instant in it?
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Is the instant in it?
    pub fn contains(self, at: UnixMillis) -> bool {
        self.start <= at && at < self.end
    }

    /// What both have, if anything.
    pub fn overlap(self, other: Self) -> Option<Self> {
        let both = Self { start: self.start.max(other.start), end: self.end.min(other.end) };
        (!both.is_empty()).then_some(both)
    }
}

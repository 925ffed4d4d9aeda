//! Stretches of work between an in and the next out, and the breaks in them.

use serde::Serialize;

use crate::ids::FactId;
use crate::time::{Interval, UnixMillis};

/// A punch and the time that counts for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Mark {
    /// The fact.
    pub fact: FactId,
    /// The time that counts.
    pub at: UnixMillis,
}

/// A break.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Break {
    /// Where it begins.
    pub start: Mark,
    /// Where it ends, if it has.
    pub end: Option<Mark>,
}

/// A stretch of work. A split shift has several.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = ShiftStint))]
pub struct Stint {
    /// The in.
    pub start: Mark,
    /// The out, or the leaving with the word to return. Never invented: open where there is none.
    pub end: Option<Mark>,
    /// The breaks in it, in order.
    pub breaks: Vec<Break>,
}

impl Break {
    /// The break's time, if it is over.
    pub fn interval(&self) -> Option<Interval> {
        self.end.map(|end| Interval { start: self.start.at, end: end.at })
    }
}

impl Stint {
    /// The stint's time with its breaks, if it is over.
    pub fn interval(&self) -> Option<Interval> {
        self.end.map(|end| Interval { start: self.start.at, end: end.at })
    }

    /// Is the officer still at it?
    pub const fn is_open(&self) -> bool {
        self.end.is_none()
    }
}

//! The kinds of document and who writes them.

use minicbor::{Decode, Encode};
use serde::Serialize;

/// What kind of document. Numbers are part of the protocol: add, never renumber.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode, Serialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// One an assignment, or one begun without: facts of one officer, written by that officer's devices only.
    #[n(1)]
    ShiftLog,
    /// One a detail: notes, photos and incidents shared by every officer on it and the coordinators.
    #[n(2)]
    PassOn,
}

impl DocumentKind {
    /// The kind's number, as stored.
    pub const fn code(self) -> i64 {
        match self {
            Self::ShiftLog => 1,
            Self::PassOn => 2,
        }
    }

    /// The kind with that number.
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::ShiftLog),
            2 => Some(Self::PassOn),
            _ => None,
        }
    }
}

//! Where an officer's wish to be relieved of an assignment stands, as their phone shows it.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::{AssignmentId, DetailId, OfficerId};
use crate::time::UnixMillis;

/// Where the wish stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum CallingOffState {
    /// The officer is released.
    #[n(0)]
    Released,
    /// The officer keeps the assignment until somebody else has it.
    #[n(1)]
    Kept,
    /// The officer keeps the assignment until the coordinator decides.
    #[n(2)]
    Waits,
    /// Somebody else has the assignment.
    #[n(3)]
    Replaced,
    /// The coordinator did not release the officer.
    #[n(4)]
    Refused,
    /// The officer came after all, or the assignment ended some other way.
    #[n(5)]
    Lapsed,
}

impl CallingOffState {
    /// Is anything still to be decided or found?
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Kept | Self::Waits)
    }
}

/// A wish to be relieved. Its record id is the assignment's: the latest wish stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct CallingOff {
    /// The assignment.
    #[n(0)]
    pub assignment: AssignmentId,
    /// Its detail.
    #[n(1)]
    pub detail: DetailId,
    /// Whose wish.
    #[n(2)]
    pub officer: OfficerId,
    /// When the server had it.
    #[n(3)]
    pub called_at: UnixMillis,
    /// Why, in the officer's words.
    #[n(4)]
    pub why: String,
    /// With less notice than is free of consequences.
    #[n(5)]
    pub late: bool,
    /// Where it stands.
    #[n(6)]
    pub state: CallingOffState,
    /// Why it stands there, as a sentence for the officer.
    #[n(7)]
    pub reason: String,
}

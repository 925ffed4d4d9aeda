//! What happened to an officer's chance of a job.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::{OfficerId, PositionId, RecordId};
use crate::time::{Interval, UnixMillis};

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// The job was offered.
    #[n(0)]
    Offered,
    /// Somebody tried to reach the officer.
    #[n(1)]
    Contacted,
    /// And did.
    #[n(2)]
    Reached,
    /// The officer said no.
    #[n(3)]
    Declined,
    /// The officer was not reached.
    #[n(4)]
    NoAnswer,
    /// The officer has it.
    #[n(5)]
    Awarded,
    /// The officer worked it.
    #[n(6)]
    Worked,
    /// The officer called off.
    #[n(7)]
    CalledOff,
    /// The officer did not come.
    #[n(8)]
    NoShow,
    /// The officer gave it up to another who took it.
    #[n(9)]
    GivenUp,
    /// The agency ordered the officer to work it.
    #[n(10)]
    OrderedIn,
    /// Charges begin anew at zero.
    #[n(11)]
    Reset,
    /// A person or a rule set the charge right.
    #[n(12)]
    Adjustment,
}

/// What happened, before anything is charged for it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Happening {
    /// The entry's id: entries of one moment are in the order of their ids.
    #[n(0)]
    pub id: RecordId,
    /// The officer; everybody where absent, which only a reset may be.
    #[n(1)]
    pub officer: Option<OfficerId>,
    /// When.
    #[n(2)]
    pub at: UnixMillis,
    /// What.
    #[n(3)]
    pub kind: EntryKind,
    /// The list it counts on: empty for the usual one, else such as `double_time`.
    #[n(4)]
    pub list: String,
    /// The position it is about: what a job is charged at changes with each entry about it.
    #[n(5)]
    pub position: Option<PositionId>,
    /// When the job is worked.
    #[n(6)]
    pub shift: Option<Interval>,
    /// The job's length in minutes, or what was worked of it.
    #[n(7)]
    pub minutes: u32,
    /// The job came up as an emergency, or an emergency is why.
    #[n(8)]
    pub emergency: bool,
    /// A replacement was found.
    #[n(9)]
    pub replaced: bool,
    /// The coordinator was told in time, or accepts the reason.
    #[n(10)]
    pub excused: bool,
    /// Minutes that an adjustment adds (takes away where negative).
    #[n(11)]
    pub adjusts: i64,
    /// Who wrote it and why, where a person did.
    #[n(12)]
    pub note: String,
}

/// What happened, and what was charged for it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Entry {
    /// What happened.
    #[n(0)]
    pub what: Happening,
    /// Minutes charged by this entry (given back where negative).
    #[n(1)]
    pub charged: i64,
    /// Points of this entry.
    #[n(2)]
    pub points: i64,
    /// The contract's rule that says so, with the contract and its version.
    #[n(3)]
    pub rule: String,
}

impl Happening {
    /// Something that happened to one officer, with nothing special about it.
    pub const fn new(id: RecordId, officer: OfficerId, at: UnixMillis, kind: EntryKind) -> Self {
        Self {
            id,
            officer: Some(officer),
            at,
            kind,
            list: String::new(),
            position: None,
            shift: None,
            minutes: 0,
            emergency: false,
            replaced: false,
            excused: false,
            adjusts: 0,
            note: String::new(),
        }
    }

    /// Is it about that officer, be it as one of all?
    pub fn concerns(&self, officer: OfficerId) -> bool {
        self.officer.is_none_or(|one| one == officer)
    }
}

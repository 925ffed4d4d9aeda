//! The award: who has what, who stands behind them, and for everyone why.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Criterion, Figure};
use crate::ids::{OfficerId, PositionId};
use crate::records::AssignmentOrigin;
use crate::time::{Interval, UnixMillis};

/// How somebody came to a position.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By rank.
    #[n(0)]
    Ranked,
    /// By standing assignment.
    #[n(1)]
    Standing,
    /// By a person's choice.
    #[n(2)]
    Chosen,
    /// Ordered, since no volunteer took it.
    #[n(3)]
    Ordered,
}

impl How {
    /// How the assignment that follows came about: an order changes how it is paid.
    pub const fn origin(self) -> AssignmentOrigin {
        match self {
            Self::Ranked | Self::Chosen => AssignmentOrigin::Applied,
            Self::Standing => AssignmentOrigin::Standing,
            Self::Ordered => AssignmentOrigin::Ordered,
        }
    }
}

/// A position and who has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Winner {
    /// The position.
    #[n(0)]
    pub position: PositionId,
    /// The officer.
    #[n(1)]
    pub officer: OfficerId,
    /// How it came about.
    #[n(2)]
    pub how: How,
}

/// A position that nobody has.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Unfilled {
    /// The position.
    #[n(0)]
    pub position: PositionId,
    /// Why.
    #[n(1)]
    pub sentence: String,
}

/// Who comes next if a winner calls off.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Backup {
    /// The officer.
    #[n(0)]
    pub officer: OfficerId,
    /// The positions that they want and may have, in the order in which they want them.
    #[n(1)]
    pub positions: Vec<PositionId>,
}

/// What became of one officer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = AwardOutcome))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Has a position.
    #[n(0)]
    Awarded,
    /// Comes next.
    #[n(1)]
    Backup,
    /// Was not ranked.
    #[n(2)]
    Excluded,
}

/// Why an officer was not ranked, or could not have a position.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = AwardReason))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A rule stands against it.
    #[n(0)]
    Barred {
        /// The rule's id.
        #[n(0)]
        rule: String,
        /// Its version.
        #[n(1)]
        version: u32,
        /// What it says.
        #[n(2)]
        sentence: String,
    },
    /// The officer already has work then.
    #[n(1)]
    Holds {
        /// What.
        #[n(0)]
        what: String,
        /// When.
        #[n(1)]
        shift: Interval,
    },
    /// The officer won another position of this window at that time.
    #[n(2)]
    WonAnother {
        /// Which.
        #[n(0)]
        position: PositionId,
    },
    /// The officer has as many as one officer gets in this window.
    #[n(3)]
    AtLimit {
        /// How many that is.
        #[n(0)]
        awards: u32,
    },
    /// No application came.
    #[n(4)]
    DidNotApply,
    /// The application came, or was made, too late.
    #[n(5)]
    TooLate {
        /// When the server had it.
        #[n(0)]
        received: UnixMillis,
    },
    /// The window opens to no group that the officer is in.
    #[n(6)]
    NoTier,
    /// The officer did not want it.
    #[n(7)]
    NotWanted,
    /// Somebody ranked before has it.
    #[n(8)]
    Taken {
        /// Who.
        #[n(0)]
        by: OfficerId,
        /// How they came to it.
        #[n(1)]
        how: How,
    },
    /// A supervisor position would have stayed empty.
    #[n(9)]
    NeededElsewhere,
    /// A person chooses in this window, and did not choose this officer for it.
    #[n(10)]
    NotChosen,
}

/// Why an officer does not have one position.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Missed {
    /// The position.
    #[n(0)]
    pub position: PositionId,
    /// Why not.
    #[n(1)]
    pub reason: Reason,
}

/// Whom an officer is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Beside {
    /// The one ranked just before.
    #[n(0)]
    Before,
    /// The one ranked just after.
    #[n(1)]
    After,
    /// The last of those who won by rank what this officer wanted and could have had.
    #[n(2)]
    LastWinner,
}

/// How the order of two officers was decided.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Comparison {
    /// Whom with.
    #[n(0)]
    pub beside: Beside,
    /// The other officer.
    #[n(1)]
    pub other: OfficerId,
    /// What was equal before something decided.
    #[n(2)]
    pub equal: Vec<Criterion>,
    /// What decided; absent where even the draws were equal, and the officers' ids decided.
    #[n(3)]
    pub decided: Option<Criterion>,
    /// What this officer brought to it.
    #[n(4)]
    pub own: Figure,
    /// What the other brought.
    #[n(5)]
    pub theirs: Figure,
}

/// One criterion and what the officer brought to it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Compared {
    /// What was compared.
    #[n(0)]
    pub criterion: Criterion,
    /// What the officer brought.
    #[n(1)]
    pub figure: Figure,
}

/// Why an officer got what they got.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = AwardExplanation))]
#[cbor(map)]
pub struct Explanation {
    /// The officer.
    #[n(0)]
    pub officer: OfficerId,
    /// What became of them.
    #[n(1)]
    pub outcome: Outcome,
    /// Place in the ranking, from 1; absent for those who were not ranked.
    #[n(2)]
    pub rank: Option<u32>,
    /// Among how many.
    #[n(3)]
    pub of: u32,
    /// What they have.
    #[n(4)]
    pub won: Vec<Winner>,
    /// Everything that was compared, in order.
    #[n(5)]
    pub compared: Vec<Compared>,
    /// How the order beside others was decided.
    #[n(6)]
    pub comparisons: Vec<Comparison>,
    /// Why they were not ranked.
    #[n(7)]
    pub excluded: Vec<Reason>,
    /// Why they do not have the other positions.
    #[n(8)]
    pub missed: Vec<Missed>,
    /// What was compared to order them in, if it came to that.
    #[n(9)]
    pub order_in: Vec<Compared>,
    /// All that, for the officer.
    #[n(10)]
    pub sentence: String,
}

/// A choice that could not be followed.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct RefusedChoice {
    /// The position.
    #[n(0)]
    pub position: PositionId,
    /// Whom it was to go to.
    #[n(1)]
    pub officer: OfficerId,
    /// Why it could not; absent where the position or the officer takes no part at all.
    #[n(2)]
    pub reason: Option<Reason>,
}

/// An award.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Award {
    /// The method, with its version.
    #[n(0)]
    pub method: String,
    /// Who has what, in the order of the window's positions.
    #[n(1)]
    pub winners: Vec<Winner>,
    /// What nobody has.
    #[n(2)]
    pub unfilled: Vec<Unfilled>,
    /// Who comes next, the best ranked first.
    #[n(3)]
    pub backups: Vec<Backup>,
    /// For everyone, why: by rank, then those who were not ranked by officer id.
    #[n(4)]
    pub explanations: Vec<Explanation>,
    /// Choices that could not be followed.
    #[n(5)]
    pub refused_choices: Vec<RefusedChoice>,
}

impl Award {
    /// Why an officer got what they got.
    pub fn explanation(&self, officer: OfficerId) -> Option<&Explanation> {
        self.explanations.iter().find(|explanation| explanation.officer == officer)
    }

    /// Who has a position.
    pub fn winner(&self, position: PositionId) -> Option<&Winner> {
        self.winners.iter().find(|winner| winner.position == position)
    }

    /// Who comes next for one position, the best ranked first.
    pub fn backups_for(&self, position: PositionId) -> impl Iterator<Item = OfficerId> + '_ {
        let can = move |backup: &&Backup| backup.positions.contains(&position);
        self.backups.iter().filter(can).map(|backup| backup.officer)
    }
}

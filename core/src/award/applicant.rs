//! Who takes part in an award, and what is known of them.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::evidence::{EstimateRule, Uncertainty, estimate};
use crate::ids::{CommandId, OfficerId, PositionId};
use crate::time::{ClockReading, Interval, UnixMillis};

/// Between which moments an application was made, as far as server time bounds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = AwardMade))]
#[cbor(array)]
pub struct Made {
    /// Not before.
    #[n(0)]
    pub earliest: UnixMillis,
    /// Not after.
    #[n(1)]
    pub latest: UnixMillis,
}

impl Made {
    /// The bounds of a clock reading that came with an application; `None` where nothing but the phone's word bounds it.
    ///
    /// `last_without` is when the server last heard that phone without the application: it was not made before, whatever the
    /// phone says, and not after the server had it.
    pub fn bounded(
        reading: &ClockReading,
        rule: &EstimateRule,
        last_without: UnixMillis,
        received: UnixMillis,
    ) -> Option<Self> {
        let time = estimate(reading, rule).received_by(received);
        let Uncertainty::Within(margin) = time.uncertainty else {
            return None;
        };
        let held = |at: UnixMillis| at.max(last_without).min(received);
        Some(Self { earliest: held(time.at - margin), latest: held(time.at + margin) })
    }
}

/// Which positions an officer wants.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = AwardWish))]
#[cbor(map)]
pub struct Wish {
    /// Certain ones, the dearest first.
    #[n(0)]
    pub positions: Vec<PositionId>,
    /// Any other would do as well.
    #[n(1)]
    pub others: bool,
}

impl Wish {
    /// Any position.
    pub const fn any() -> Self {
        Self { positions: Vec::new(), others: true }
    }

    /// These and no other, the dearest first.
    pub const fn only(positions: Vec<PositionId>) -> Self {
        Self { positions, others: false }
    }

    /// Would the officer take it?
    pub fn takes(&self, position: PositionId) -> bool {
        self.others || self.positions.contains(&position)
    }
}

/// An application.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = AwardApplication))]
#[cbor(map)]
pub struct Application {
    /// The command it came by.
    #[n(0)]
    pub command: CommandId,
    /// When the server had it.
    #[n(1)]
    pub received: UnixMillis,
    /// When it was made, where server time bounds that.
    #[n(2)]
    pub made: Option<Made>,
    /// What is wanted.
    #[n(3)]
    pub wish: Wish,
}

/// Why an officer may not have a position, or any: a blocking finding of policy, or a missing requirement.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Bar {
    /// The position; any where absent.
    #[n(0)]
    pub position: Option<PositionId>,
    /// The rule's id.
    #[n(1)]
    pub rule: String,
    /// The rule's version.
    #[n(2)]
    pub version: u32,
    /// What the officer is told, with the numbers in it.
    #[n(3)]
    pub sentence: String,
}

/// A stretch that an officer already has work in.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Hold {
    /// When.
    #[n(0)]
    pub shift: Interval,
    /// What, as the officer knows it.
    #[n(1)]
    pub what: String,
}

/// An officer who takes part: applied, has it as a standing assignment, or may be ordered in.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Applicant {
    /// The officer.
    #[n(0)]
    pub officer: OfficerId,
    /// The application, if one came.
    #[n(1)]
    pub application: Option<Application>,
    /// Place by seniority: 1 is the most senior, equal numbers are one group.
    #[n(2)]
    pub seniority: Option<u32>,
    /// When service with the agency began.
    #[n(3)]
    pub in_service_since: Option<UnixMillis>,
    /// The agency's groups that the officer is in.
    #[n(4)]
    pub groups: Vec<String>,
    /// Of another agency.
    #[n(5)]
    pub outside: bool,
    /// When the window opens to this officer, where that is later than to the tier: a turn in bidding rounds, a drawn unlock.
    #[n(6)]
    pub turn: Option<UnixMillis>,
    /// What stands against an award.
    #[n(7)]
    pub bars: Vec<Bar>,
    /// What the officer already has.
    #[n(8)]
    pub holds: Vec<Hold>,
    /// Positions that are this officer's by standing assignment.
    #[n(9)]
    pub standing: Vec<PositionId>,
    /// What earlier runs of this window gave.
    #[n(10)]
    pub awards_before: u32,
}

impl Applicant {
    /// An officer of whom nothing more is known.
    pub const fn new(officer: OfficerId) -> Self {
        Self {
            officer,
            application: None,
            seniority: None,
            in_service_since: None,
            groups: Vec::new(),
            outside: false,
            turn: None,
            bars: Vec::new(),
            holds: Vec::new(),
            standing: Vec::new(),
            awards_before: 0,
        }
    }

    /// Would the officer take that position unasked?
    pub fn wants(&self, position: PositionId) -> bool {
        self.standing.contains(&position)
            || self.application.as_ref().is_some_and(|application| application.wish.takes(position))
    }
}

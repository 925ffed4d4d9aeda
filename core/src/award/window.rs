//! What is on offer, who may have it from when, and which application counts from when.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::{OfficerId, PositionId, RecordId};
use crate::time::{Interval, Millis, UnixMillis, Zone};

/// One position on offer.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Opening {
    /// The position.
    #[n(0)]
    pub position: PositionId,
    /// What people call it, such as "Traffic 1".
    #[n(1)]
    pub name: String,
    /// When it is worked.
    #[n(2)]
    pub shift: Interval,
    /// A supervisor's: no pick may leave it empty that could have been filled.
    #[n(3)]
    pub supervisor: bool,
}

/// Which moment an application counts from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CountsFrom {
    /// When the server had it.
    #[n(0)]
    Receipt,
    /// When the phone made it, where server time bounds that; else when the server had it.
    #[n(1)]
    Estimate {
        /// The widest margin, from earliest to latest, that is still believed.
        #[n(0)]
        within: Millis,
        /// Which end of the margin counts.
        #[n(1)]
        bound: Bound,
    },
}

/// Which end of an estimate counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The earliest it can have been.
    #[n(0)]
    Earliest,
    /// The latest it can have been: nobody gains by a vague clock.
    #[n(1)]
    Latest,
}

/// How applications are timed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Timing {
    /// Which moment counts.
    #[n(0)]
    pub counts_from: CountsFrom,
    /// How long after closing the server still takes applications that were certainly made before it.
    #[n(1)]
    pub grace: Millis,
}

impl Timing {
    /// By receipt, and nothing after closing.
    pub const RECEIPT: Self = Self { counts_from: CountsFrom::Receipt, grace: Millis(0) };
}

/// How much one officer may get.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Limits {
    /// Positions in this window, those of its earlier runs included.
    #[n(0)]
    pub awards_per_officer: u32,
    /// Why shifts may overlap in this window; they may not where this is absent.
    #[n(1)]
    pub overlap_allowed: Option<String>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { awards_per_officer: 1, overlap_allowed: None }
    }
}

/// Officers to whom a window opens together.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Tier {
    /// What people call it.
    #[n(0)]
    pub name: String,
    /// When it opens to them.
    #[n(1)]
    pub opens: UnixMillis,
    /// Which groups they are in; everybody where there is none.
    #[n(2)]
    pub groups: Vec<String>,
}

/// A person's decision that a position goes to an officer.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Choice {
    /// The position.
    #[n(0)]
    pub position: PositionId,
    /// Who gets it.
    #[n(1)]
    pub officer: OfficerId,
    /// Who decided, as the agency names them.
    #[n(2)]
    pub by: String,
    /// Why; never empty.
    #[n(3)]
    pub reason: String,
}

/// A posting's window.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = AwardWindow))]
#[cbor(map)]
pub struct Window {
    /// The posting: the seed is committed to it.
    #[n(0)]
    pub posting: RecordId,
    /// When it opens.
    #[n(1)]
    pub opens: UnixMillis,
    /// When it closes.
    #[n(2)]
    pub closes: UnixMillis,
    /// The zone that times are told in.
    #[n(3)]
    pub zone: Zone,
    /// What is on offer, in the order in which it is to be filled.
    #[n(4)]
    pub openings: Vec<Opening>,
    /// How applications are timed.
    #[n(5)]
    pub timing: Timing,
    /// How much one officer may get.
    #[n(6)]
    pub limits: Limits,
    /// Who may apply from when, in order; everybody at once where there is none.
    #[n(7)]
    pub tiers: Vec<Tier>,
    /// What a person has decided.
    #[n(8)]
    pub choices: Vec<Choice>,
}

impl Tier {
    /// Does it open to an officer of those groups?
    pub fn holds(&self, groups: &[String]) -> bool {
        self.groups.is_empty() || self.groups.iter().any(|group| groups.contains(group))
    }
}

impl Window {
    /// The first tier that opens to an officer of those groups, by number from 0. `None` where none ever does.
    pub fn tier_of(&self, groups: &[String]) -> Option<usize> {
        if self.tiers.is_empty() {
            return Some(0);
        }
        self.tiers.iter().position(|tier| tier.holds(groups))
    }

    /// When the window opens to a tier.
    pub fn opens_to(&self, tier: usize) -> UnixMillis {
        self.tiers.get(tier).map_or(self.opens, |tier| tier.opens.max(self.opens))
    }

    /// The opening of that position, by number from 0.
    pub fn opening(&self, position: PositionId) -> Option<usize> {
        self.openings.iter().position(|opening| opening.position == position)
    }
}

//! When a rule is asked, and how much its answer weighs.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// The moment at which rules are asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// A detail is put on offer.
    #[n(0)]
    Post,
    /// An officer asks for it.
    #[n(1)]
    Apply,
    /// The agency gives it to an officer.
    #[n(2)]
    Award,
    /// An officer gives it up or passes it on.
    #[n(3)]
    Trade,
    /// The officer begins the shift. Findings never keep the punch from being recorded.
    #[n(4)]
    ClockIn,
    /// Facts made offline arrive.
    #[n(5)]
    Sync,
    /// The coordinator rules on the shift.
    #[n(6)]
    Ruling,
    /// The customer is invoiced.
    #[n(7)]
    Invoice,
}

impl Stage {
    /// Every stage, in the order a detail meets them.
    pub const ALL: [Self; 8] =
        [Self::Post, Self::Apply, Self::Award, Self::Trade, Self::ClockIn, Self::Sync, Self::Ruling, Self::Invoice];
}

/// What a rule that does not pass does to the act it was asked about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It is written down.
    #[n(0)]
    Log,
    /// The person acting must say that they have read it.
    #[n(1)]
    Warn,
    /// Someone with the right must approve first.
    #[n(2)]
    NeedsApproval,
    /// It does not happen, but for an override.
    #[n(3)]
    Block,
}

/// A rule's severity at each stage. A stage left out is one at which the rule is not asked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct Severities {
    /// At [`Stage::Post`].
    #[n(0)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<Severity>,
    /// At [`Stage::Apply`].
    #[n(1)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apply: Option<Severity>,
    /// At [`Stage::Award`].
    #[n(2)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub award: Option<Severity>,
    /// At [`Stage::Trade`].
    #[n(3)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trade: Option<Severity>,
    /// At [`Stage::ClockIn`].
    #[n(4)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_in: Option<Severity>,
    /// At [`Stage::Sync`].
    #[n(5)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync: Option<Severity>,
    /// At [`Stage::Ruling`].
    #[n(6)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling: Option<Severity>,
    /// At [`Stage::Invoice`].
    #[n(7)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Severity>,
}

impl Severities {
    /// The same severity at every stage.
    pub const fn everywhere(severity: Severity) -> Self {
        let each = Some(severity);
        Self {
            post: each,
            apply: each,
            award: each,
            trade: each,
            clock_in: each,
            sync: each,
            ruling: each,
            invoice: each,
        }
    }

    /// The severity at a stage; `None` where the rule is not asked.
    pub const fn at(&self, stage: Stage) -> Option<Severity> {
        match stage {
            Stage::Post => self.post,
            Stage::Apply => self.apply,
            Stage::Award => self.award,
            Stage::Trade => self.trade,
            Stage::ClockIn => self.clock_in,
            Stage::Sync => self.sync,
            Stage::Ruling => self.ruling,
            Stage::Invoice => self.invoice,
        }
    }

    /// Is the rule asked at no stage at all?
    pub fn is_empty(&self) -> bool {
        Stage::ALL.iter().all(|stage| self.at(*stage).is_none())
    }
}

//! What a rule says.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Severity, Stage, Stream};
use crate::time::{Interval, Millis, UnixMillis};

/// Does the rule hold?
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PolicyOutcome))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds, or does not apply.
    #[n(0)]
    Pass,
    /// It does not hold.
    #[n(1)]
    Fail,
    /// What it needs is missing, stale or not understood. Never a pass.
    #[n(2)]
    Unknown,
}

/// A number that the answer rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PolicyFigure))]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Hours without this detail.
    #[n(0)]
    Before(#[n(0)] Millis),
    /// Hours this detail adds.
    #[n(1)]
    Adds(#[n(0)] Millis),
    /// Hours with it.
    #[n(2)]
    After(#[n(0)] Millis),
    /// The limit that held, after leave or an approval changed it.
    #[n(3)]
    Limit(#[n(0)] Millis),
    /// The window they were counted in.
    #[n(4)]
    Window(#[n(0)] Interval),
    /// The rest there is.
    #[n(5)]
    Rest(#[n(0)] Millis),
    /// The rest there must be.
    #[n(6)]
    Needed(#[n(0)] Millis),
    /// Time that two things share.
    #[n(7)]
    Overlap(#[n(0)] Millis),
    /// How many there are.
    #[n(8)]
    Count(#[n(0)] u32),
    /// How many there may be at most.
    #[n(9)]
    AtMost(#[n(0)] u32),
    /// How many there must be at least.
    #[n(10)]
    AtLeast(#[n(0)] u32),
    /// A distance in metres.
    #[n(11)]
    Metres(#[n(0)] u32),
    /// When something was, or is due.
    #[n(12)]
    At(#[n(0)] UnixMillis),
}

/// What follows from an answer, for those who keep the ledger, the schedule and the invoice.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The opportunity ledger counts it as this much.
    #[n(0)]
    Charge {
        /// Percent of the detail's length.
        #[n(0)]
        percent: u32,
        /// What that comes to.
        #[n(1)]
        charged: Millis,
    },
    /// That time counts as another stream.
    #[n(1)]
    CountAs {
        /// Which.
        #[n(0)]
        stream: Stream,
        /// When.
        #[n(1)]
        when: Interval,
    },
    /// The customer does not pay for that time.
    #[n(2)]
    NotBilled(#[n(0)] Interval),
    /// The officer may take no details in that time.
    #[n(3)]
    LockedOut(#[n(0)] Interval),
    /// The officer's details in that time are taken back.
    #[n(4)]
    Release(#[n(0)] Interval),
    /// Something must be handed in.
    #[n(5)]
    Due {
        /// What.
        #[n(0)]
        what: String,
        /// By when.
        #[n(1)]
        by: UnixMillis,
    },
    /// Another consequence by the agency's code, such as `reprimand`, `notify_coordinator` or `call_in_pay`.
    #[n(6)]
    Also(#[n(0)] String),
}

/// What one rule says about one proposal.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Finding {
    /// The rule's id.
    #[n(0)]
    pub rule: String,
    /// The rule set's name.
    #[n(1)]
    pub set: String,
    /// The rule set's version.
    #[n(2)]
    pub version: u32,
    /// When it was asked.
    #[n(3)]
    pub stage: Stage,
    /// Does the rule hold?
    #[n(4)]
    pub outcome: Outcome,
    /// What it does at this stage where it does not pass.
    #[n(5)]
    pub severity: Severity,
    /// The answer in words, with the numbers in it.
    #[n(6)]
    pub sentence: String,
    /// The numbers.
    #[n(7)]
    pub figures: Vec<Figure>,
    /// What follows.
    #[n(8)]
    pub effects: Vec<Effect>,
}

impl Finding {
    /// Must the act wait or fall for this?
    pub fn stands_in_the_way(&self) -> bool {
        self.outcome != Outcome::Pass && matches!(self.severity, Severity::Block | Severity::NeedsApproval)
    }

    /// Set and version, as records cite them.
    pub fn citation(&self) -> String {
        format!("{} v{}, {}", self.set, self.version, self.rule)
    }

    /// The answer, and what says so.
    pub fn cited(&self) -> String {
        format!("{} ({})", self.sentence, self.citation())
    }

    /// Hours without the detail, where the rule counts hours.
    pub fn hours_before(&self) -> Option<Millis> {
        self.figures.iter().find_map(|figure| if let Figure::Before(hours) = figure { Some(*hours) } else { None })
    }

    /// Hours with the detail, where the rule counts hours.
    pub fn hours_after(&self) -> Option<Millis> {
        self.figures.iter().find_map(|figure| if let Figure::After(hours) = figure { Some(*hours) } else { None })
    }
}

//! One officer's offer of an assignment to another.

use std::fmt;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::{AssignmentId, DetailId, OfficerId};
use crate::time::UnixMillis;

/// Where a trade stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum TradeState {
    /// Offered; nobody has taken it.
    #[n(0)]
    Offered,
    /// Taken by an officer; the agency must still agree.
    #[n(1)]
    Taken,
    /// The other officer has the assignment.
    #[n(2)]
    Done,
    /// The officer it was offered to does not want it.
    #[n(3)]
    Declined,
    /// Taken back by who offered it.
    #[n(4)]
    Withdrawn,
    /// The agency did not agree.
    #[n(5)]
    Refused,
    /// The detail began, or the assignment ended, before anybody took it.
    #[n(6)]
    Lapsed,
}

/// What may happen to a trade.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TradeStep {
    /// The other officer takes it.
    Take,
    /// The other officer does not want it.
    Decline,
    /// Who offered it takes it back.
    Withdraw,
    /// The agency agrees, or need not be asked.
    Agree,
    /// The agency does not agree.
    Refuse,
    /// Its time is over.
    Lapse,
}

/// A step that the trade's state does not allow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("This trade {from}, so it cannot be {step}.")]
pub struct IllegalTradeStep {
    /// Where the trade stands.
    pub from: TradeState,
    /// What was asked.
    pub step: TradeStep,
}

/// A trade. Its record id is the id of the command that offered it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Trade {
    /// The assignment.
    #[n(0)]
    pub assignment: AssignmentId,
    /// Who has it.
    #[n(1)]
    pub from: OfficerId,
    /// Who is to have it.
    #[n(2)]
    pub to: OfficerId,
    /// Where it stands.
    #[n(3)]
    pub state: TradeState,
    /// When the server had the offer.
    #[n(4)]
    pub offered_at: UnixMillis,
    /// Why it stands there, as a sentence for both officers.
    #[n(5)]
    pub reason: String,
    /// The assignment's detail: the phone of whom it is offered to has no record of the assignment.
    #[n(6)]
    pub detail: Option<DetailId>,
    /// Who has it, by name: phones do not get other officers' records.
    #[n(7)]
    pub from_name: Option<String>,
    /// Who is to have it, by name.
    #[n(8)]
    pub to_name: Option<String>,
}

impl TradeState {
    /// Where a step leads.
    pub const fn after(self, step: TradeStep) -> Result<Self, IllegalTradeStep> {
        Ok(match (self, step) {
            (Self::Offered, TradeStep::Take) => Self::Taken,
            (Self::Offered, TradeStep::Decline) => Self::Declined,
            (Self::Offered | Self::Taken, TradeStep::Withdraw) => Self::Withdrawn,
            (Self::Taken, TradeStep::Agree) => Self::Done,
            (Self::Taken, TradeStep::Refuse) => Self::Refused,
            (Self::Offered | Self::Taken, TradeStep::Lapse) => Self::Lapsed,
            (from, step) => return Err(IllegalTradeStep { from, step }),
        })
    }

    /// Does it still wait for somebody?
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Offered | Self::Taken)
    }
}

impl fmt::Display for TradeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Offered => "was not taken yet",
            Self::Taken => "was taken and waits for the agency",
            Self::Done => "is done",
            Self::Declined => "was declined",
            Self::Withdrawn => "was taken back",
            Self::Refused => "was refused by the agency",
            Self::Lapsed => "has lapsed",
        })
    }
}

impl fmt::Display for TradeStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Take => "taken",
            Self::Decline => "declined",
            Self::Withdraw => "taken back",
            Self::Agree => "agreed to",
            Self::Refuse => "refused",
            Self::Lapse => "ended",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [TradeState; 7] = [
        TradeState::Offered,
        TradeState::Taken,
        TradeState::Done,
        TradeState::Declined,
        TradeState::Withdrawn,
        TradeState::Refused,
        TradeState::Lapsed,
    ];
    const STEPS: [TradeStep; 6] = [
        TradeStep::Take,
        TradeStep::Decline,
        TradeStep::Withdraw,
        TradeStep::Agree,
        TradeStep::Refuse,
        TradeStep::Lapse,
    ];

    #[test]
    fn a_trade_is_offered_taken_and_agreed_to() {
        let done = TradeState::Offered.after(TradeStep::Take).and_then(|state| state.after(TradeStep::Agree));
        assert_eq!(done, Ok(TradeState::Done));
    }

    #[test]
    fn the_agency_agrees_only_to_what_somebody_took() {
        let refused = TradeState::Offered.after(TradeStep::Agree).unwrap_err();
        assert_eq!(refused.to_string(), "This trade was not taken yet, so it cannot be agreed to.");
    }

    #[test]
    fn exactly_the_open_states_can_be_left() {
        for state in STATES {
            let leaves = STEPS.iter().any(|step| state.after(*step).is_ok());
            assert_eq!(leaves, state.is_open(), "{state:?}");
        }
    }
}

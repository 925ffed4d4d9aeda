//! Commands: an officer's wishes that only the server can decide.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use serde::Serialize;

use super::codec::{DecodeError, decode, encode};
use crate::ids::{AssignmentId, CommandId, DetailId, NoticeId, OfficerId, PositionId, TradeId};
use crate::time::{ClockReading, UnixMillis};

/// What an officer wants.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = WireWish))]
pub enum Wish {
    /// To work a detail, on a certain position or on any.
    #[n(1)]
    Apply {
        /// The detail.
        #[n(0)]
        detail: DetailId,
        /// The position wanted, or any.
        #[n(1)]
        position: Option<PositionId>,
        /// The phone's clocks, from which the server bounds when it was made.
        #[n(2)]
        read: Option<ClockReading>,
    },
    /// To take an application back.
    #[n(2)]
    Withdraw {
        /// The detail applied for.
        #[n(0)]
        detail: DetailId,
    },
    /// To say that the award was seen.
    #[n(3)]
    Acknowledge {
        /// The assignment that the award made.
        #[n(0)]
        assignment: AssignmentId,
    },
    /// To write to the agency.
    #[n(4)]
    SendMessage {
        /// The words.
        #[n(0)]
        text: String,
    },
    /// To be relieved of an assignment.
    #[n(5)]
    CallOff {
        /// The assignment.
        #[n(0)]
        assignment: AssignmentId,
        /// Why.
        #[n(1)]
        reason: String,
    },
    /// To come instead of somebody, or not.
    #[n(6)]
    Relieve {
        /// The assignment that was given up.
        #[n(0)]
        assignment: AssignmentId,
        /// Comes, or does not.
        #[n(1)]
        comes: bool,
    },
    /// To give an assignment to another officer. The trade's id is the command's.
    #[n(7)]
    OfferTrade {
        /// The assignment.
        #[n(0)]
        assignment: AssignmentId,
        /// Who is to have it.
        #[n(1)]
        to: OfficerId,
    },
    /// To take an assignment that was offered, or not.
    #[n(8)]
    AnswerTrade {
        /// The trade.
        #[n(0)]
        trade: TradeId,
        /// Takes it, or does not.
        #[n(1)]
        takes: bool,
    },
    /// To take the offer of an assignment back.
    #[n(9)]
    WithdrawTrade {
        /// The trade.
        #[n(0)]
        trade: TradeId,
    },
    /// To say that a notice was read.
    #[n(10)]
    AcknowledgeNotice {
        /// The notice.
        #[n(0)]
        notice: NoticeId,
    },
    /// To give an assignment to another officer, whom the wish names by the agency's employee number: phones do not know each other's
    /// ids. The trade's id is the command's.
    #[n(11)]
    OfferTradeTo {
        /// The assignment.
        #[n(0)]
        assignment: AssignmentId,
        /// The number of who is to have it.
        #[n(1)]
        number: String,
    },
}

/// A command that this version cannot carry out.
#[derive(Debug, thiserror::Error)]
#[error("a command of an unknown kind or shape")]
pub struct WishError(#[from] DecodeError);

/// A wish on its way: made on the phone, decided by the server exactly once however often it is sent.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Command {
    /// Made on the phone.
    #[n(0)]
    pub id: CommandId,
    /// The encoded [`Wish`]. Opaque here, so that a server that does not know it can still decode the request.
    #[n(1)]
    pub wish: ByteVec,
    /// When the officer made it, by the phone's wall clock.
    #[n(2)]
    pub made_at: UnixMillis,
}

impl Command {
    /// A command for `wish`.
    pub fn new(id: CommandId, wish: &Wish, made_at: UnixMillis) -> Self {
        Self { id, wish: encode(wish).into(), made_at }
    }

    /// The wish itself, if this version knows it.
    pub fn wish(&self) -> Result<Wish, WishError> {
        Ok(decode(&self.wish)?)
    }
}

/// What became of a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Carried out. For an application: received, not won.
    #[n(0)]
    Accepted,
    /// Not carried out; the reason says why.
    #[n(1)]
    Refused,
}

/// The server's answer to one command. Sent again, the same, whenever the command is.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct CommandOutcome {
    /// The command.
    #[n(0)]
    pub id: CommandId,
    /// The decision.
    #[n(1)]
    pub decision: Decision,
    /// Why, as a sentence for the officer; empty where there is nothing to say.
    #[n(2)]
    pub reason: String,
    /// When the server decided.
    #[n(3)]
    pub decided_at: UnixMillis,
}

//! What goes into an intention, and what comes of it.

use detailbook_core::device::{Enrolled, Place, Recorded, Tidied, WhichShift};
use detailbook_core::ids::{
    AgencyId, AssignmentId, DetailId, DeviceId, DocumentId, FactId, NoticeId, OfficerId, PositionId, TradeId,
};
use detailbook_core::time::ClockReading;
use detailbook_core::wire::{Decision, Wish};

/// Which shift.
#[uniffi::remote(Enum)]
pub enum WhichShift {
    /// The one under way, or that the officer is on the way to.
    Running,
    /// That assignment's, whether or not its record has come yet.
    Assignment(AssignmentId),
    /// A new one without an assignment; a coordinator links it later. The officer may say which detail it is.
    Unassigned(Option<DetailId>),
    /// One already begun, by its document: an unassigned one, or any the views name.
    Log(DocumentId),
}

/// Where a note, photo or incident goes.
#[uniffi::remote(Enum)]
pub enum Place {
    /// Into a shift log: the officer's own words.
    Shift(WhichShift),
    /// Into the detail's pass-on: every officer on it reads them.
    PassOn(DetailId),
}

/// What was written down.
#[uniffi::remote(Record)]
pub struct Recorded {
    /// The document.
    pub document: DocumentId,
    /// The fact.
    pub fact: FactId,
}

/// What an officer wants.
#[uniffi::remote(Enum)]
pub enum Wish {
    /// To work a detail, on a certain position or on any.
    Apply {
        /// The detail.
        detail: DetailId,
        /// The position wanted, or any.
        position: Option<PositionId>,
        /// The phone's clocks, from which the server bounds when it was made.
        read: Option<ClockReading>,
    },
    /// To take an application back.
    Withdraw {
        /// The detail applied for.
        detail: DetailId,
    },
    /// To say that the award was seen.
    Acknowledge {
        /// The assignment that the award made.
        assignment: AssignmentId,
    },
    /// To write to the agency.
    SendMessage {
        /// The words.
        text: String,
    },
    /// To be relieved of an assignment.
    CallOff {
        /// The assignment.
        assignment: AssignmentId,
        /// Why.
        reason: String,
    },
    /// To come instead of somebody, or not.
    Relieve {
        /// The assignment that was given up.
        assignment: AssignmentId,
        /// Comes, or does not.
        comes: bool,
    },
    /// To give an assignment to another officer. The trade's id is the command's.
    OfferTrade {
        /// The assignment.
        assignment: AssignmentId,
        /// Who is to have it.
        to: OfficerId,
    },
    /// To take an assignment that was offered, or not.
    AnswerTrade {
        /// The trade.
        trade: TradeId,
        /// Takes it, or does not.
        takes: bool,
    },
    /// To take the offer of an assignment back.
    WithdrawTrade {
        /// The trade.
        trade: TradeId,
    },
    /// To say that a notice was read.
    AcknowledgeNotice {
        /// The notice.
        notice: NoticeId,
    },
    /// To give an assignment to the officer with that employee number. The trade's id is the command's.
    OfferTradeTo {
        /// The assignment.
        assignment: AssignmentId,
        /// The number of who is to have it.
        number: String,
    },
}

/// What became of a command.
#[uniffi::remote(Enum)]
pub enum Decision {
    /// Carried out. For an application: received, not won.
    Accepted,
    /// Not carried out; the reason says why.
    Refused,
}

/// Who the phone is from now on.
#[uniffi::remote(Record)]
pub struct Enrolled {
    /// The agency.
    pub agency: AgencyId,
    /// The officer.
    pub officer: OfficerId,
    /// This enrolment.
    pub device: DeviceId,
}

/// What was removed.
#[uniffi::remote(Record)]
pub struct Tidied {
    /// Originals.
    pub originals: u64,
    /// Decided wishes.
    pub wishes: u64,
}

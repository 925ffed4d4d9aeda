//! What goes into an intention, and what comes of it.

use detailbook_core::device::{Enrolled, Place, Recorded, Tidied, WhichShift};
use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, DeviceId, DocumentId, FactId, OfficerId, PositionId};
use detailbook_core::wire::{Decision, Wish};

/// Which shift.
#[uniffi::remote(Enum)]
pub enum WhichShift {
    /// The one under way.
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

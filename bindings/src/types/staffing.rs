//! Call-offs, who comes instead, and trades.

use detailbook_core::ids::{AssignmentId, DetailId, OfficerId, PositionId};
use detailbook_core::staffing::{Answer, AskState, CallingOff, CallingOffState, ReliefAsk, Trade, TradeState};
use detailbook_core::time::UnixMillis;

/// A wish to be relieved of an assignment, as the agency has it.
#[uniffi::remote(Record)]
pub struct CallingOff {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Its detail.
    pub detail: DetailId,
    /// Whose wish.
    pub officer: OfficerId,
    /// When the server had it.
    pub called_at: UnixMillis,
    /// Why, in the officer's words.
    pub why: String,
    /// With less notice than is free of consequences.
    pub late: bool,
    /// Where it stands.
    pub state: CallingOffState,
    /// Why it stands there, as a sentence for the officer.
    pub reason: String,
}

/// Where such a wish stands.
#[uniffi::remote(Enum)]
pub enum CallingOffState {
    /// The officer is released.
    Released,
    /// The officer keeps the assignment until somebody else has it.
    Kept,
    /// The officer keeps the assignment until the coordinator decides.
    Waits,
    /// Somebody else has the assignment.
    Replaced,
    /// The coordinator did not release the officer.
    Refused,
    /// The officer came after all, or the assignment ended some other way.
    Lapsed,
}

/// A question to one officer, or to everybody who may work the detail, to come instead of somebody.
#[uniffi::remote(Record)]
pub struct ReliefAsk {
    /// The assignment that was given up.
    pub assignment: AssignmentId,
    /// Its detail.
    pub detail: DetailId,
    /// The place.
    pub position: PositionId,
    /// Who is asked; absent where everybody is who may work it.
    pub officer: Option<OfficerId>,
    /// When.
    pub asked_at: UnixMillis,
    /// From then on others are asked as well; absent where everybody is asked already.
    pub answer_by: Option<UnixMillis>,
    /// What this officer said.
    pub answer: Option<Answer>,
    /// Where it stands.
    pub state: AskState,
    /// Why it stands there, as a sentence for the officer.
    pub reason: String,
}

/// What somebody who was asked said.
#[uniffi::remote(Enum)]
pub enum Answer {
    /// Comes.
    Yes,
    /// Does not.
    No,
}

/// Where a question stands.
#[uniffi::remote(Enum)]
pub enum AskState {
    /// It can be answered.
    Open,
    /// This officer has the place.
    Taken,
    /// The place is not free any more, or the detail is over.
    Closed,
}

/// One officer's offer of an assignment to another.
#[uniffi::remote(Record)]
pub struct Trade {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Who has it.
    pub from: OfficerId,
    /// Who is to have it.
    pub to: OfficerId,
    /// Where it stands.
    pub state: TradeState,
    /// When the server had the offer.
    pub offered_at: UnixMillis,
    /// Why it stands there, as a sentence for both officers.
    pub reason: String,
    /// The assignment's detail.
    pub detail: Option<DetailId>,
    /// Who has it, by name.
    pub from_name: Option<String>,
    /// Who is to have it, by name.
    pub to_name: Option<String>,
}

/// Where a trade stands.
#[uniffi::remote(Enum)]
pub enum TradeState {
    /// Offered; nobody has taken it.
    Offered,
    /// Taken by an officer; the agency must still agree.
    Taken,
    /// The other officer has the assignment.
    Done,
    /// The officer it was offered to does not want it.
    Declined,
    /// Taken back by who offered it.
    Withdrawn,
    /// The agency did not agree.
    Refused,
    /// The detail began, or the assignment ended, before anybody took it.
    Lapsed,
}

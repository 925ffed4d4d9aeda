//! What the agency writes and phones read.

use detailbook_core::geo::Fence;
use detailbook_core::ids::{
    AssignmentId, CustomerId, DetailId, DocumentId, MessageId, OfficerId, PositionId, RulingId, SiteId,
};
use detailbook_core::money::Cents;
use detailbook_core::records::{
    ApplicationState, Assignment, AssignmentOrigin, AssignmentState, Correspondent, CountsAs, Detail, DetailState,
    Message, Pay, Placement, Position, Ruling, Site,
};
use detailbook_core::time::{Interval, UnixMillis, Zone};

/// A place of a customer's.
#[uniffi::remote(Record)]
pub struct Site {
    /// The site.
    pub id: SiteId,
    /// Whose it is.
    pub customer: CustomerId,
    /// What people call it.
    pub name: String,
    /// Street address.
    pub address: String,
    /// The fence.
    pub fence: Fence,
    /// How the coordinates came about.
    pub placement: Placement,
}

/// How a site's coordinates came about.
#[uniffi::remote(Enum)]
pub enum Placement {
    /// Someone put the pin there.
    Surveyed,
    /// The source had no coordinates; the pin only stands in for them.
    Placeholder,
}

/// A job at a site.
#[uniffi::remote(Record)]
pub struct Detail {
    /// The detail.
    pub id: DetailId,
    /// Where.
    pub site: SiteId,
    /// Who hires, by name: phones do not get the customer's record.
    pub customer_name: String,
    /// What it is called.
    pub title: String,
    /// The tariff's name for this type of job, such as `C` or `S`.
    pub job_type: String,
    /// Scheduled start.
    pub starts: UnixMillis,
    /// Scheduled end.
    pub ends: UnixMillis,
    /// The zone of the site.
    pub zone: Zone,
    /// Its positions.
    pub positions: Vec<Position>,
    /// What the officer must know.
    pub post_orders: String,
    /// Where it stands.
    pub state: DetailState,
    /// The agency's own number for it; empty where it has none.
    pub reference: String,
    /// Who hires, whoever has the site by now. Absent in records that were written before it was kept.
    #[uniffi(default = None)]
    pub customer: Option<CustomerId>,
}

/// Where a detail stands.
#[uniffi::remote(Enum)]
pub enum DetailState {
    /// On offer.
    Open,
    /// Every position is taken.
    Filled,
    /// Will not take place.
    Cancelled,
}

/// One officer's place on a detail.
#[uniffi::remote(Record)]
pub struct Position {
    /// The position.
    pub id: PositionId,
    /// What it is called, such as "Traffic 1".
    pub name: String,
    /// The rank it asks for, if any.
    pub rank: Option<String>,
    /// Someone has it.
    pub filled: bool,
}

/// Officer x position.
#[uniffi::remote(Record)]
pub struct Assignment {
    /// The assignment; its shift log has the same id unless `Assignment::shift_log` says otherwise.
    pub id: AssignmentId,
    /// The detail.
    pub detail: DetailId,
    /// The position.
    pub position: PositionId,
    /// The officer.
    pub officer: OfficerId,
    /// How it came about.
    pub origin: AssignmentOrigin,
    /// Where it stands.
    pub state: AssignmentState,
    /// A shift log that was begun without an assignment and linked to this one later.
    pub shift_log: Option<DocumentId>,
    /// When the officer acknowledged it.
    pub acknowledged: Option<UnixMillis>,
}

/// How an assignment came about.
#[uniffi::remote(Enum)]
pub enum AssignmentOrigin {
    /// The officer applied.
    Applied,
    /// The officer always works it.
    Standing,
    /// Taken over from another officer.
    Traded,
    /// Ordered by the agency.
    Ordered,
}

/// Where an assignment stands.
#[uniffi::remote(Enum)]
pub enum AssignmentState {
    /// The officer has it.
    Active,
    /// Taken back or given up. The shift log stays, and may still be written to.
    Released,
}

/// The agency's decision on an assignment. Never edited: a newer ruling supersedes it.
#[uniffi::remote(Record)]
pub struct Ruling {
    /// The ruling.
    pub id: RulingId,
    /// The assignment ruled on.
    pub assignment: AssignmentId,
    /// The time that is paid, in order, not overlapping.
    pub accepted: Vec<Interval>,
    /// What the coordinator set aside or noted, a sentence each.
    pub exceptions: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who ruled, as the agency names them.
    pub ruled_by: String,
    /// When.
    pub ruled_at: UnixMillis,
    /// The ruling that this one replaces.
    pub supersedes: Option<RulingId>,
    /// What the work counts as for its price. Absent in rulings made before this was kept.
    pub counts_as: Option<CountsAs>,
    /// What it pays by the tariff in force when it was made. Absent where no tariff gave a price.
    pub pay: Option<Pay>,
}

/// What ruled time pays, as it stood when the ruling was made.
#[uniffi::remote(Record)]
pub struct Pay {
    /// In all, in cents of the agency's currency.
    pub amount: Cents,
    /// Name and version of the tariff.
    pub tariff: String,
    /// How it comes about, a sentence a line.
    pub lines: Vec<String>,
}

/// What ruled work counts as for its price: as it stood when the ruling was made, whatever is promoted or edited later.
#[uniffi::remote(Record)]
pub struct CountsAs {
    /// The agency's code of the rank it is paid at.
    pub rank: String,
    /// The agency's code of the type of job.
    pub job_type: String,
}

/// A message between the agency and one officer, or to all.
#[uniffi::remote(Record)]
pub struct Message {
    /// The message.
    pub id: MessageId,
    /// The officer it is to or from; absent for a message to all.
    pub officer: Option<OfficerId>,
    /// Who wrote it.
    pub from: Correspondent,
    /// The words.
    pub text: String,
    /// When the server had it.
    pub sent_at: UnixMillis,
}

/// Who wrote a message.
#[uniffi::remote(Enum)]
pub enum Correspondent {
    /// Someone of the agency.
    Agency,
    /// The officer.
    Officer,
}

/// Where an application stands.
#[uniffi::remote(Enum)]
pub enum ApplicationState {
    /// The agency has it.
    Received,
    /// The officer took it back.
    Withdrawn,
    /// Awarded: there is an assignment.
    Awarded,
    /// Someone else was awarded the last place.
    NotAwarded,
}

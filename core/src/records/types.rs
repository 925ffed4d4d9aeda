//! The records themselves.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::award::Made;
use crate::geo::Fence;
use crate::ids::{
    AgencyId, AssignmentId, CustomerId, DetailId, DocumentId, MessageId, OfficerId, PositionId, RulingId, SiteId,
};
use crate::money::Cents;
use crate::pricing::Priced;
use crate::time::{Interval, UnixMillis, Zone};

/// The agency's settings that phones need.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Agency {
    /// The agency.
    #[n(0)]
    pub id: AgencyId,
    /// Its name.
    #[n(1)]
    pub name: String,
    /// The zone its pay days are counted in.
    #[n(2)]
    pub zone: Zone,
}

/// An officer.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Officer {
    /// The officer.
    #[n(0)]
    pub id: OfficerId,
    /// Name as the agency writes it.
    #[n(1)]
    pub name: String,
    /// The agency's employee number.
    #[n(2)]
    pub employee_number: String,
    /// The agency's rank code; empty where unknown.
    #[n(3)]
    pub rank: String,
}

/// How a site's coordinates came about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// Someone put the pin there.
    #[n(0)]
    Surveyed,
    /// The source had no coordinates; the pin only stands in for them.
    #[n(1)]
    Placeholder,
}

/// A place of a customer's.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Site {
    /// The site.
    #[n(0)]
    pub id: SiteId,
    /// Whose it is.
    #[n(1)]
    pub customer: CustomerId,
    /// What people call it.
    #[n(2)]
    pub name: String,
    /// Street address.
    #[n(3)]
    pub address: String,
    /// The fence.
    #[n(4)]
    pub fence: Fence,
    /// How the coordinates came about.
    #[n(5)]
    pub placement: Placement,
}

/// A business that hires.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Customer {
    /// The customer.
    #[n(0)]
    pub id: CustomerId,
    /// Its name.
    #[n(1)]
    pub name: String,
    /// The agency's number for it; empty where it has none.
    #[n(2)]
    pub number: String,
}

/// One officer's place on a detail.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Position {
    /// The position.
    #[n(0)]
    pub id: PositionId,
    /// What it is called, such as "Traffic 1".
    #[n(1)]
    pub name: String,
    /// The rank it asks for, if any.
    #[n(2)]
    pub rank: Option<String>,
    /// Someone has it.
    #[n(3)]
    pub filled: bool,
}

/// Where a detail stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum DetailState {
    /// On offer.
    #[n(0)]
    Open,
    /// Every position is taken.
    #[n(1)]
    Filled,
    /// Will not take place.
    #[n(2)]
    Cancelled,
}

/// A job at a site.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Detail {
    /// The detail.
    #[n(0)]
    pub id: DetailId,
    /// Where.
    #[n(1)]
    pub site: SiteId,
    /// Who hires, by name: phones do not get the customer's record.
    #[n(2)]
    pub customer_name: String,
    /// What it is called.
    #[n(3)]
    pub title: String,
    /// The tariff's name for this type of job, such as `C` or `S`.
    #[n(4)]
    pub job_type: String,
    /// Scheduled start.
    #[n(5)]
    pub starts: UnixMillis,
    /// Scheduled end.
    #[n(6)]
    pub ends: UnixMillis,
    /// The zone of the site.
    #[n(7)]
    pub zone: Zone,
    /// Its positions.
    #[n(8)]
    pub positions: Vec<Position>,
    /// What the officer must know.
    #[n(9)]
    pub post_orders: String,
    /// Where it stands.
    #[n(10)]
    pub state: DetailState,
    /// The agency's own number for it; empty where it has none.
    #[n(11)]
    pub reference: String,
    /// Who hires, whoever has the site by now. Absent in records that were written before it was kept.
    #[n(12)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
}

/// How an assignment came about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentOrigin {
    /// The officer applied.
    #[n(0)]
    Applied,
    /// The officer always works it.
    #[n(1)]
    Standing,
    /// Taken over from another officer.
    #[n(2)]
    Traded,
    /// Ordered by the agency.
    #[n(3)]
    Ordered,
}

/// Where an assignment stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentState {
    /// The officer has it.
    #[n(0)]
    Active,
    /// Taken back or given up. The shift log stays, and may still be written to.
    #[n(1)]
    Released,
}

/// Officer x position.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Assignment {
    /// The assignment; its shift log has the same id unless [`Assignment::shift_log`] says otherwise.
    #[n(0)]
    pub id: AssignmentId,
    /// The detail.
    #[n(1)]
    pub detail: DetailId,
    /// The position.
    #[n(2)]
    pub position: PositionId,
    /// The officer.
    #[n(3)]
    pub officer: OfficerId,
    /// How it came about.
    #[n(4)]
    pub origin: AssignmentOrigin,
    /// Where it stands.
    #[n(5)]
    pub state: AssignmentState,
    /// A shift log that was begun without an assignment and linked to this one later.
    #[n(6)]
    pub shift_log: Option<DocumentId>,
    /// When the officer acknowledged it.
    #[n(7)]
    pub acknowledged: Option<UnixMillis>,
}

impl Assignment {
    /// The document that holds this assignment's facts.
    pub fn log(&self) -> DocumentId {
        self.shift_log.unwrap_or_else(|| self.id.into())
    }
}

/// The agency's decision on an assignment. Never edited: a newer ruling supersedes it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Ruling {
    /// The ruling.
    #[n(0)]
    pub id: RulingId,
    /// The assignment ruled on.
    #[n(1)]
    pub assignment: AssignmentId,
    /// The time that is paid, in order, not overlapping.
    #[n(2)]
    pub accepted: Vec<Interval>,
    /// What the coordinator set aside or noted, a sentence each.
    #[n(3)]
    pub exceptions: Vec<String>,
    /// Why.
    #[n(4)]
    pub reason: String,
    /// Who ruled, as the agency names them.
    #[n(5)]
    pub ruled_by: String,
    /// When.
    #[n(6)]
    pub ruled_at: UnixMillis,
    /// The ruling that this one replaces.
    #[n(7)]
    pub supersedes: Option<RulingId>,
    /// What the work counts as for its price. Absent in rulings made before this was kept.
    #[n(8)]
    pub counts_as: Option<CountsAs>,
    /// What it pays by the tariff in force when it was made. Absent where no tariff gave a price, and in rulings made before this
    /// was kept.
    #[n(9)]
    pub pay: Option<Pay>,
}

/// What ruled time pays, as it stood when the ruling was made.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Pay {
    /// In all.
    #[n(0)]
    pub amount: Cents,
    /// Name and version of the tariff.
    #[n(1)]
    pub tariff: String,
    /// How it comes about, a sentence a line.
    #[n(2)]
    pub lines: Vec<String>,
}

impl From<Priced> for Pay {
    fn from(priced: Priced) -> Self {
        let tariff = priced.lines.first().map_or_else(String::new, |line| line.tariff.clone());
        Self { amount: priced.amount, tariff, lines: priced.lines.into_iter().map(|line| line.sentence).collect() }
    }
}

/// What ruled work counts as for its price: as it stood when the ruling was made, whatever is promoted or edited later.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct CountsAs {
    /// The agency's code of the rank it is paid at.
    #[n(0)]
    pub rank: String,
    /// The agency's code of the type of job.
    #[n(1)]
    pub job_type: String,
}

/// Who wrote a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Correspondent {
    /// Someone of the agency.
    #[n(0)]
    Agency,
    /// The officer.
    #[n(1)]
    Officer,
}

/// A message between the agency and one officer, or to all.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Message {
    /// The message.
    #[n(0)]
    pub id: MessageId,
    /// The officer it is to or from; absent for a message to all.
    #[n(1)]
    pub officer: Option<OfficerId>,
    /// Who wrote it.
    #[n(2)]
    pub from: Correspondent,
    /// The words.
    #[n(3)]
    pub text: String,
    /// When the server had it.
    #[n(4)]
    pub sent_at: UnixMillis,
}

/// Where an application stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationState {
    /// The agency has it.
    #[n(0)]
    Received,
    /// The officer took it back.
    #[n(1)]
    Withdrawn,
    /// Awarded: there is an assignment.
    #[n(2)]
    Awarded,
    /// Someone else was awarded the last place.
    #[n(3)]
    NotAwarded,
}

/// What became of an officer's application. Its record id is the id of the command that made it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Application {
    /// The officer.
    #[n(0)]
    pub officer: OfficerId,
    /// The detail.
    #[n(1)]
    pub detail: DetailId,
    /// The position wanted, or any.
    #[n(2)]
    pub position: Option<PositionId>,
    /// Where it stands.
    #[n(3)]
    pub state: ApplicationState,
    /// When the server had it.
    #[n(4)]
    pub received_at: UnixMillis,
    /// When the officer made it, by the phone's clock.
    #[n(5)]
    pub made_at: UnixMillis,
    /// Why it stands there, as a sentence for the officer.
    #[n(6)]
    pub reason: String,
    /// Between which moments it was made, where server time bounds that.
    #[n(7)]
    pub made: Option<Made>,
}

//! What the rules are asked about: one officer's place on one detail.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Document, Known, Stint, Stream};
use crate::geo::Point;
use crate::ids::{AssignmentId, CustomerId, DetailId, OfficerId, PositionId, SiteId};
use crate::pricing::Minutes;
use crate::time::{Interval, UnixMillis};

/// Alcohol at a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(array)]
#[serde(deny_unknown_fields)]
pub struct Alcohol {
    /// It is served.
    #[n(0)]
    pub served: bool,
    /// The part of the employer's income that it makes, in percent, if known.
    #[n(1)]
    #[serde(default)]
    pub income_percent: Option<u8>,
}

/// A place on the detail, and who is on it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The position.
    #[n(0)]
    pub position: PositionId,
    /// The rank it asks for, if any.
    #[n(1)]
    #[serde(default)]
    pub asks: Option<String>,
    /// Who is on it, if anybody.
    #[n(2)]
    #[serde(default)]
    pub holder: Option<Holder>,
}

/// Somebody on a detail.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// Who.
    #[n(0)]
    pub officer: OfficerId,
    /// Their rank, if known.
    #[n(1)]
    pub rank: Option<String>,
}

/// A condition that somebody has looked into, such as `city_unit_full` or `riot`.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Its code.
    #[n(0)]
    pub code: String,
    /// Does it hold?
    #[n(1)]
    pub holds: bool,
    /// Since when it is known.
    #[n(2)]
    #[serde(default)]
    pub known: Known,
}

/// The officer wants to give the detail up, or has.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct GivingUp {
    /// When the agency was told.
    #[n(0)]
    pub told_at: UnixMillis,
    /// The agency's code for the reason, such as `emergency`; empty where none was given.
    #[n(1)]
    pub reason: String,
    /// Who comes instead, if the officer found somebody.
    #[n(2)]
    pub replacement: Option<OfficerId>,
    /// The coordinator was told, not only the replacement.
    #[n(3)]
    pub coordinator_told: bool,
}

/// What the rules are asked about. What is not said is `None`, and a rule that needs it answers *unknown*.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// The detail.
    #[n(0)]
    pub detail: DetailId,
    /// When the officer would work. Further shifts of the same detail stand in the context as stints.
    #[n(1)]
    pub when: Interval,
    /// What it counts as; a detail unless somebody plans overtime with the same rules.
    #[n(2)]
    pub stream: Stream,
    /// The officer's assignment, if there is one: its stints in the context are this proposal's own.
    #[n(3)]
    #[serde(default)]
    pub assignment: Option<AssignmentId>,
    /// Assignments that the officer would be rid of by this.
    #[n(4)]
    #[serde(default)]
    pub instead_of: Vec<AssignmentId>,
    /// Who hires.
    #[n(5)]
    #[serde(default)]
    pub customer: Option<CustomerId>,
    /// Where, by site.
    #[n(6)]
    #[serde(default)]
    pub site: Option<SiteId>,
    /// Where, on the map.
    #[n(7)]
    #[serde(default)]
    pub place: Option<Point>,
    /// The class of job.
    #[n(8)]
    #[serde(default)]
    pub class: Option<String>,
    /// Where the job came from and what its employer is: `city_unit`, `hotel`, `towing`, `labor_dispute`.
    #[n(9)]
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    /// Alcohol.
    #[n(10)]
    #[serde(default)]
    pub alcohol: Option<Alcohol>,
    /// How many people come.
    #[n(11)]
    #[serde(default)]
    pub attendees: Option<u32>,
    /// The places on it.
    #[n(12)]
    #[serde(default)]
    pub places: Option<Vec<Place>>,
    /// What the officer would use, such as `uniform`, `weapon`, `vehicle`.
    #[n(13)]
    #[serde(default)]
    pub uses: Option<Vec<String>>,
    /// Certifications that the detail asks for.
    #[n(14)]
    #[serde(default)]
    pub requires: Vec<String>,
    /// The customer's documents, such as an insurance certificate; `None` where nobody has looked.
    #[n(15)]
    #[serde(default)]
    pub customer_documents: Option<Vec<Document>>,
    /// Who scheduled it.
    #[n(16)]
    #[serde(default)]
    pub scheduled_by: Option<OfficerId>,
    /// Who oversees it for the agency.
    #[n(17)]
    #[serde(default)]
    pub overseen_by: Vec<OfficerId>,
    /// When the customer asked for it.
    #[n(18)]
    #[serde(default)]
    pub requested_at: Option<UnixMillis>,
    /// How many days the whole engagement runs.
    #[n(19)]
    #[serde(default)]
    pub runs_days: Option<u32>,
    /// Time it would be paid for, where that is not its length.
    #[n(20)]
    #[serde(default)]
    pub paid: Option<Minutes>,
    /// Time it would be charged as, where that is not its length.
    #[n(21)]
    #[serde(default)]
    pub charged: Option<Minutes>,
    /// Conditions that were looked into.
    #[n(22)]
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// The officer wants to give it up.
    #[n(23)]
    #[serde(default)]
    pub giving_up: Option<GivingUp>,
}

impl Proposal {
    /// A detail at a time, with nothing else said of it.
    pub fn detail(detail: DetailId, when: Interval) -> Self {
        Self {
            detail,
            when,
            stream: Stream::Detail,
            assignment: None,
            instead_of: Vec::new(),
            customer: None,
            site: None,
            place: None,
            class: None,
            tags: None,
            alcohol: None,
            attendees: None,
            places: None,
            uses: None,
            requires: Vec::new(),
            customer_documents: None,
            scheduled_by: None,
            overseen_by: Vec::new(),
            requested_at: None,
            runs_days: None,
            paid: None,
            charged: None,
            conditions: Vec::new(),
            giving_up: None,
        }
    }

    /// Is the stint this proposal's own, or one that the officer would be rid of?
    pub(super) fn takes_the_place_of(&self, stint: &Stint) -> bool {
        stint.assignment.is_some_and(|own| self.assignment == Some(own) || self.instead_of.contains(&own))
    }
}

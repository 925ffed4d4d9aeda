//! What is known of one officer when the rules are asked.
//!
//! Every fact says since when it is known, and until when it was believed, so that a past day can be looked at with the
//! eyes of that day. What was not known then is not read.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Basis, Feed, Stream};
use crate::geo::Point;
use crate::ids::{AssignmentId, CustomerId, DetailId, OfficerId};
use crate::pricing::{Day, Minutes};
use crate::time::{Interval, UnixMillis};

/// Since when a fact is known, and until when it was believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(array)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// When the agency learned it.
    #[n(0)]
    pub since: UnixMillis,
    /// When it was taken back or replaced, if it was.
    #[n(1)]
    pub until: Option<UnixMillis>,
}

impl Default for Known {
    fn default() -> Self {
        Self { since: UnixMillis::MIN, until: None }
    }
}

impl Known {
    /// Known from that moment on.
    pub const fn since(since: UnixMillis) -> Self {
        Self { since, until: None }
    }

    /// Was it believed at that moment?
    pub fn at(self, as_of: UnixMillis) -> bool {
        self.since <= as_of && self.until.is_none_or(|until| as_of < until)
    }
}

/// One stretch of an officer's time. A shift with a break is two stints where the break does not count.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PolicyStint))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Stint {
    /// What it was spent on.
    #[n(0)]
    pub stream: Stream,
    /// When.
    #[n(1)]
    pub when: Interval,
    /// [`Basis::Scheduled`] or [`Basis::Actual`]; [`Basis::Either`] where the source does not say, which counts as both.
    #[n(2)]
    #[serde(default)]
    pub basis: Basis,
    /// Time paid for it, where that is not its length.
    #[n(3)]
    #[serde(default)]
    pub paid: Option<Minutes>,
    /// Time charged for it, where that is not its length.
    #[n(4)]
    #[serde(default)]
    pub charged: Option<Minutes>,
    /// The type of leave, or the class of job.
    #[n(5)]
    #[serde(default)]
    pub class: String,
    /// Where a detail came from and what its employer is, such as `city_unit` or `hotel`.
    #[n(6)]
    #[serde(default)]
    pub tags: Vec<String>,
    /// Where it was, if known.
    #[n(7)]
    #[serde(default)]
    pub place: Option<Point>,
    /// The assignment it belongs to: not counted beside a proposal about the same one.
    #[n(8)]
    #[serde(default)]
    pub assignment: Option<AssignmentId>,
    /// Since when it is known.
    #[n(9)]
    #[serde(default)]
    pub known: Known,
}

impl Stint {
    /// A stint of a stream, with nothing else said of it.
    pub fn of(stream: Stream, when: Interval) -> Self {
        Self {
            stream,
            when,
            basis: Basis::Either,
            paid: None,
            charged: None,
            class: String::new(),
            tags: Vec::new(),
            place: None,
            assignment: None,
            known: Known::default(),
        }
    }
}

/// That a feed was read: without one, nothing of that feed is known, which is not the same as there being nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(array)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Which.
    #[n(0)]
    pub feed: Feed,
    /// When it was last read from where it comes from.
    #[n(1)]
    pub read_at: UnixMillis,
    /// The time it speaks of; all time where absent.
    #[n(2)]
    #[serde(default)]
    pub covers: Option<Interval>,
}

/// A status an officer has for a time, by the agency's code: `suspended`, `limited_duty`, `probation`, `performance_below`.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// The code.
    #[n(0)]
    pub code: String,
    /// From when.
    #[n(1)]
    pub from: UnixMillis,
    /// Until when; without end where absent.
    #[n(2)]
    #[serde(default)]
    pub until: Option<UnixMillis>,
    /// Since when it is known.
    #[n(3)]
    #[serde(default)]
    pub known: Known,
}

/// A rank an officer has from some time on.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct RankSince {
    /// The agency's rank code.
    #[n(0)]
    pub rank: String,
    /// From when.
    #[n(1)]
    pub from: UnixMillis,
    /// Since when it is known.
    #[n(2)]
    #[serde(default)]
    pub known: Known,
}

/// A certification, insurance certificate, indemnity or other document.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What it is, such as `liquor_training` or `insurance`.
    #[n(0)]
    pub kind: String,
    /// The first day it is good for.
    #[n(1)]
    pub from: Day,
    /// The last day it is good for; without end where absent.
    #[n(2)]
    #[serde(default)]
    pub until: Option<Day>,
    /// Since when it is known.
    #[n(3)]
    #[serde(default)]
    pub known: Known,
}

/// What one approver said.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// In which role, such as `chief`.
    #[n(0)]
    pub role: String,
    /// When.
    #[n(1)]
    pub at: UnixMillis,
    /// Yes or no.
    #[n(2)]
    pub approved: bool,
}

/// An approval that an officer asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct Approval {
    /// What kind, such as `outside_work` or `long_shift`.
    #[n(0)]
    pub kind: String,
    /// For one employer only, if so.
    #[n(1)]
    pub employer: Option<CustomerId>,
    /// For one detail only, if so.
    #[n(2)]
    pub detail: Option<DetailId>,
    /// What it lets the officer use, such as `uniform`, `weapon`, `vehicle`.
    #[n(3)]
    pub covers: Vec<String>,
    /// What was found in giving it, such as `no_disrepute`.
    #[n(4)]
    pub statements: Vec<String>,
    /// Where it stands in the public record, such as a minute book and page.
    #[n(5)]
    pub reference: Option<String>,
    /// Who has signed.
    #[n(6)]
    pub signatures: Vec<Signature>,
    /// The first day it is good for; from its last signature on where absent.
    #[n(7)]
    pub from: Option<Day>,
    /// The last day it is good for, if it says so itself.
    #[n(8)]
    pub until: Option<Day>,
    /// It was given by word of mouth in an emergency.
    #[n(9)]
    pub oral: bool,
    /// When its paperwork was handed in.
    #[n(10)]
    pub paperwork_at: Option<UnixMillis>,
    /// Since when it is known.
    #[n(11)]
    pub known: Known,
}

/// The code of the event that an officer did not come.
pub const NO_SHOW: &str = "no_show";
/// The code of the event that an officer called a detail off.
pub const CANCELLED: &str = "cancelled";

/// Something that happened, by the agency's code: `applied`, `awarded`, `cancelled`, `no_show`, `sick_call`,
/// `schedule_changed`, `police_action`, `recalled`, `post_orders_read`, `report_filed`.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The code.
    #[n(0)]
    pub kind: String,
    /// When.
    #[n(1)]
    pub at: UnixMillis,
    /// The time it is about: the job's, the moved shift's, the police action's.
    #[n(2)]
    #[serde(default)]
    pub about: Option<Interval>,
    /// The detail it is about, if one.
    #[n(3)]
    #[serde(default)]
    pub detail: Option<DetailId>,
    /// The class of that job.
    #[n(4)]
    #[serde(default)]
    pub class: String,
    /// Somebody with the right found it excused.
    #[n(5)]
    #[serde(default)]
    pub excused: bool,
    /// Since when it is known.
    #[n(6)]
    #[serde(default)]
    pub known: Known,
}

/// How another person stands to the officer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PolicyStanding))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Works under the officer, at whatever remove.
    #[n(0)]
    Subordinate,
    /// The officer works under them.
    #[n(1)]
    Superior,
    /// Neither.
    #[n(2)]
    Apart,
}

/// One person's place in the chain of command, seen from the officer.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// Who.
    #[n(0)]
    pub person: OfficerId,
    /// How they stand to the officer.
    #[n(1)]
    pub standing: Standing,
    /// Since when it is known.
    #[n(2)]
    #[serde(default)]
    pub known: Known,
}

/// All that is known of one officer. The order in any list does not matter.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct Context {
    /// The officer; absent where a detail is looked at before anybody is on it.
    #[n(0)]
    pub officer: Option<OfficerId>,
    /// What was read, and when.
    #[n(1)]
    pub sources: Vec<Source>,
    /// The officer's time.
    #[n(2)]
    pub stints: Vec<Stint>,
    /// Statuses.
    #[n(3)]
    pub statuses: Vec<Status>,
    /// Ranks.
    #[n(4)]
    pub ranks: Vec<RankSince>,
    /// Certifications and other documents.
    #[n(5)]
    pub documents: Vec<Document>,
    /// Approvals.
    #[n(6)]
    pub approvals: Vec<Approval>,
    /// Events.
    #[n(7)]
    pub events: Vec<Event>,
    /// Who stands where in the chain of command.
    #[n(8)]
    pub relations: Vec<Relation>,
}

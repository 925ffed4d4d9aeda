//! What phones are told of a detail beyond its record, so that rules can be asked there as the server asks them.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Alcohol, Proposal};
use crate::pricing::Minutes;
use crate::time::UnixMillis;

/// What rules ask about a detail and an officer may know. What nobody has said is absent.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct Told {
    /// The class of job, where it is not the detail's job type.
    #[n(0)]
    pub class: Option<String>,
    /// Where the job came from and what its employer is.
    #[n(1)]
    pub tags: Option<Vec<String>>,
    /// Alcohol.
    #[n(2)]
    pub alcohol: Option<Alcohol>,
    /// How many people come.
    #[n(3)]
    pub attendees: Option<u32>,
    /// What the officer would use.
    #[n(4)]
    pub uses: Option<Vec<String>>,
    /// Certifications and equipment that it asks for.
    #[n(5)]
    pub requires: Vec<String>,
    /// When the customer asked for it.
    #[n(6)]
    pub requested_at: Option<UnixMillis>,
    /// How many days the whole engagement runs.
    #[n(7)]
    pub runs_days: Option<u32>,
    /// Time it is paid for, where that is not its length.
    #[n(8)]
    pub paid: Option<Minutes>,
    /// Time it is charged as, where that is not its length.
    #[n(9)]
    pub charged: Option<Minutes>,
}

impl Told {
    /// A proposal with all that.
    pub fn of(self, proposal: Proposal) -> Proposal {
        Proposal {
            class: self.class.or(proposal.class),
            tags: self.tags,
            alcohol: self.alcohol,
            attendees: self.attendees,
            uses: self.uses,
            requires: self.requires,
            requested_at: self.requested_at,
            runs_days: self.runs_days,
            paid: self.paid,
            charged: self.charged,
            ..proposal
        }
    }
}

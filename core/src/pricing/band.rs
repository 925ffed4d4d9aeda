//! A band: what a stretch of worked time pays.

use serde::{Deserialize, Serialize};

use super::Minutes;

/// What worked time within a band pays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Pays {
    /// A fixed length, however little of it was worked.
    Block(Minutes),
    /// The time worked, rounded up to a whole number of this length.
    Started(Minutes),
    /// Nobody knows: worked time in this band is unrated, for this reason.
    Unknown(String),
}

/// More than `over` and no more than `up_to` worked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The rule's id, as lines cite it.
    pub id: String,
    /// Worked time above this is in the band.
    pub over: Minutes,
    /// Worked time up to and including this is in the band; without end where absent.
    pub up_to: Option<Minutes>,
    /// What it pays.
    pub pays: Pays,
}

impl Band {
    /// Is `worked` in this band?
    pub fn holds(&self, worked: Minutes) -> bool {
        worked > self.over && self.up_to.is_none_or(|end| worked <= end)
    }

    /// The time paid for `worked`, where the band knows it and it can be held.
    pub fn paid(&self, worked: Minutes) -> Option<Minutes> {
        match &self.pays {
            Pays::Block(length) => Some(*length),
            Pays::Started(step) => worked.rounded_up_to(*step),
            Pays::Unknown(_) => None,
        }
    }

    /// The least worked time in the band.
    pub(super) fn least(&self) -> Minutes {
        Minutes(self.over.0.saturating_add(1))
    }

    /// The band's limits in words, such as "over 4:00 up to 8:00".
    pub fn limits(&self) -> String {
        match (self.over, self.up_to) {
            (Minutes(0), Some(end)) => format!("up to {end}"),
            (over, Some(end)) => format!("over {over} up to {end}"),
            (over, None) => format!("over {over}"),
        }
    }
}

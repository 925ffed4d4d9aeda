//! What a ranking compares, one thing after the other.

use std::cmp::Ordering;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::ledger::EntryKind;
use super::person::Person;
use super::{Case, Seed};
use crate::time::UnixMillis;

/// One thing that a ranking compares. The next decides where this one is equal.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "by", deny_unknown_fields)]
pub enum Criterion {
    /// The tier that opened first.
    #[n(0)]
    Tier,
    /// Officers of the agency before those of others.
    #[n(1)]
    OwnAgency,
    /// The application that counts from the earliest moment.
    #[n(2)]
    FirstCome,
    /// The most senior.
    #[n(3)]
    Seniority,
    /// The least senior, as order-in goes; whose number nobody knows goes first.
    #[n(4)]
    InverseSeniority,
    /// The longest in the agency's service.
    #[n(5)]
    Service,
    /// The least charged on a list; the usual one where it is empty.
    #[n(6)]
    Charged {
        /// Which list.
        #[n(0)]
        #[serde(default)]
        list: String,
    },
    /// The fewest jobs on a list; the usual one where it is empty.
    #[n(7)]
    Jobs {
        /// Which list.
        #[n(0)]
        #[serde(default)]
        list: String,
    },
    /// The most points.
    #[n(8)]
    Points,
    /// The top of the rotating list.
    #[n(9)]
    Rotation,
    /// Ordered in the fewest times: nobody again before all have served.
    #[n(10)]
    OrderedIn,
    /// Contacted about a job the longest ago.
    #[n(11)]
    LongestSinceContact,
    /// Contacted about a job last.
    #[n(12)]
    LastContacted,
    /// Without an award for the longest.
    #[n(13)]
    LongestSinceAward,
    /// The lowest draw from the sealed seed.
    #[n(14)]
    Draw,
}

/// What an officer brings to one criterion.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = AwardFigure))]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// A number: a place, minutes, jobs, points, times.
    #[n(0)]
    Number(#[n(0)] i64),
    /// A moment.
    #[n(1)]
    At(#[n(0)] UnixMillis),
    /// Never happened.
    #[n(2)]
    Never,
    /// A draw.
    #[n(3)]
    Draw(#[n(0)] u64),
    /// Nobody told the agency's system: comes last (by inverse seniority first), and says so.
    #[n(4)]
    Unknown,
}

impl Criterion {
    /// What the officer brings to it.
    pub(super) fn figure(&self, person: &Person<'_>, case: &Case, seed: &Seed) -> Figure {
        let applicant = person.applicant;
        let standing = case.standings.of(applicant.officer);
        let number = |figure: Option<i64>| figure.map_or(Figure::Unknown, Figure::Number);
        let moment = |at: Option<UnixMillis>| at.map_or(Figure::Never, Figure::At);
        match self {
            Self::Tier => number(person.tier.map(|tier| tier as i64)),
            Self::OwnAgency => Figure::Number(i64::from(applicant.outside)),
            Self::FirstCome => person.counts_from.map_or(Figure::Unknown, Figure::At),
            Self::Seniority | Self::InverseSeniority => number(applicant.seniority.map(i64::from)),
            Self::Service => applicant.in_service_since.map_or(Figure::Unknown, Figure::At),
            Self::Charged { list } => Figure::Number(standing.map_or(0, |standing| standing.charged(list))),
            Self::Jobs { list } => Figure::Number(standing.map_or(0, |standing| standing.jobs(list))),
            Self::Points => Figure::Number(standing.map_or(0, |standing| standing.points)),
            Self::Rotation => number(standing.and_then(|standing| standing.turn).map(i64::from)),
            Self::OrderedIn => {
                Figure::Number(standing.map_or(0, |standing| standing.times(EntryKind::OrderedIn).into()))
            }
            Self::LongestSinceContact | Self::LastContacted => moment(standing.and_then(|s| s.last_contact)),
            Self::LongestSinceAward => moment(standing.and_then(|s| s.last_award)),
            Self::Draw => Figure::Draw(seed.draw(applicant.officer)),
        }
    }

    /// Which of two figures goes first.
    pub(super) fn compare(&self, one: Figure, other: Figure) -> Ordering {
        let (one, other) = (self.order(one), self.order(other));
        one.cmp(&other)
    }

    /// Smaller goes first: whether it is known, then what it is.
    fn order(&self, figure: Figure) -> (bool, i128) {
        let value = match figure {
            Figure::Number(number) => number.into(),
            Figure::At(at) => at.as_millis().into(),
            Figure::Never => i128::MIN + 1,
            Figure::Draw(draw) => draw.into(),
            // Who is on no list is ordered in before who is: nobody escapes an order by what was forgotten to be written down.
            Figure::Unknown if *self == Self::InverseSeniority => i128::MIN,
            Figure::Unknown => return (true, 0),
        };
        (false, if self.most_first() && figure != Figure::Unknown { -value } else { value })
    }

    const fn most_first(&self) -> bool {
        matches!(self, Self::Points | Self::InverseSeniority | Self::LastContacted)
    }
}

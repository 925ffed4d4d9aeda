//! A tariff: what work pays, as data with dates.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Band, BillTerms, CancellationTerms, Minutes, SecondsRule, TariffFaults};
use crate::money::{Cents, Rounding};

/// A calendar day, written `2019-06-27`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(pub NaiveDate);

impl FromStr for Day {
    type Err = chrono::ParseError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.format("%Y-%m-%d"), f)
    }
}

impl<C> Encode<C> for Day {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.i32(self.0.to_epoch_days())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Day {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let day = NaiveDate::from_epoch_days(d.i32()?);
        day.map(Self).ok_or_else(|| decode::Error::message("a day is within the calendar"))
    }
}

#[cfg(feature = "schema")]
crate::schema::text!(Day, "date");

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(|_| serde::de::Error::custom(format!("`{text}` is not a day such as 2019-06-27")))
    }
}

/// What an hour of a rank pays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RankRate {
    /// The agency's rank code.
    pub rank: String,
    /// Cents an hour.
    pub cents_per_hour: Cents,
}

impl RankRate {
    /// The rule's id, as lines cite it.
    pub fn id(&self) -> String {
        format!("rate-{}", self.rank)
    }
}

/// How a type of job turns worked time into paid time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct JobType {
    /// The code that details carry, such as `C`.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Bands over the worked time, in order and without holes: silence is a band of its own.
    #[serde(default, rename = "band")]
    pub bands: Vec<Band>,
}

/// A tariff as written down, not yet checked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TariffDraft {
    /// Its name.
    pub name: String,
    /// 1, then one more for each change.
    pub version: u32,
    /// The first day it is in force.
    pub effective_from: Day,
    /// The last day it is in force; without end where absent.
    pub effective_until: Option<Day>,
    /// Where its figures come from.
    pub source: String,
    /// What becomes of the seconds before anything is priced.
    pub seconds: SecondsRule,
    /// The one rounding of each line.
    pub rounding: Rounding,
    /// Rates by rank.
    #[serde(default, rename = "rate")]
    pub rates: Vec<RankRate>,
    /// Types of job.
    #[serde(default, rename = "job_type")]
    pub job_types: Vec<JobType>,
    /// What cancelling costs; nothing is quoted where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellation: Option<CancellationTerms>,
    /// What the customer pays; where absent, what the work pays and the fees of the terms of cancellation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bill: Option<BillTerms>,
}

/// A tariff that was checked: see [`TariffFaults`] for what it cannot hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "TariffDraft", into = "TariffDraft")]
pub struct Tariff(TariffDraft);

#[cfg(feature = "schema")]
crate::schema::same!(Tariff, TariffDraft);

impl TryFrom<TariffDraft> for Tariff {
    type Error = TariffFaults;
    fn try_from(draft: TariffDraft) -> Result<Self, TariffFaults> {
        TariffFaults::of(&draft).map_or(Ok(Self(draft)), Err)
    }
}

impl From<Tariff> for TariffDraft {
    fn from(tariff: Tariff) -> Self {
        tariff.0
    }
}

impl Tariff {
    /// What was written down.
    pub fn terms(&self) -> &TariffDraft {
        &self.0
    }

    /// Name and version, as lines cite them.
    pub fn citation(&self) -> String {
        format!("{} v{}", self.0.name, self.0.version)
    }

    /// Is it in force on that day?
    pub fn in_force_on(&self, day: Day) -> bool {
        day >= self.0.effective_from && self.0.effective_until.is_none_or(|last| day <= last)
    }

    /// The rate of a rank, if the tariff has one.
    pub fn rate(&self, rank: &str) -> Option<&RankRate> {
        self.0.rates.iter().find(|rate| rate.rank == rank)
    }

    /// The type of job with that code, if the tariff has one.
    pub fn job_type(&self, code: &str) -> Option<&JobType> {
        self.0.job_types.iter().find(|job| job.code == code)
    }
}

impl JobType {
    /// The band that `worked` falls in.
    pub fn band(&self, worked: Minutes) -> Option<&Band> {
        self.bands.iter().find(|band| band.holds(worked))
    }
}

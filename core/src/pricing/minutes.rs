//! Lengths of worked and paid time in whole minutes.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Millis;

/// A length of time in whole minutes, written `H:MM`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Encode, Decode)]
#[cbor(transparent)]
pub struct Minutes(#[n(0)] pub u32);

/// What becomes of the seconds of a total of worked time before it is priced. (Seconds of single punches are a matter of
/// [`crate::shift::SecondsRule`], long before.)
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PricingSecondsRule))]
#[serde(rename_all = "snake_case")]
pub enum SecondsRule {
    /// To the nearest minute; exactly half a minute counts as one.
    NearestMinute,
    /// Seconds are dropped.
    WholeMinutes,
    /// A minute begun is a minute.
    MinutesStarted,
}

/// A text that is not a length of time such as `4:00`.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a length of time such as 4:00")]
pub struct NotALength;

impl Minutes {
    /// A length from whole hours.
    pub const fn from_hours(hours: u32) -> Self {
        Self(hours.saturating_mul(60))
    }

    /// `length` in whole minutes by a named rule; `None` where it is negative or too long to hold.
    pub fn from_length(length: Millis, rule: SecondsRule) -> Option<Self> {
        const MINUTE: u64 = 60_000;
        let millis = u64::try_from(length.0).ok()?;
        let minutes = match rule {
            SecondsRule::NearestMinute => millis.checked_add(MINUTE / 2)? / MINUTE,
            SecondsRule::WholeMinutes => millis / MINUTE,
            SecondsRule::MinutesStarted => millis.div_ceil(MINUTE),
        };
        u32::try_from(minutes).ok().map(Self)
    }

    /// Rounded up to a whole number of `step`s; `None` where `step` is zero or the result is too long to hold.
    pub fn rounded_up_to(self, step: Self) -> Option<Self> {
        self.0.checked_next_multiple_of(step.0).map(Self)
    }
}

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}:{:02}", self.0 / 60, self.0 % 60))
    }
}

impl FromStr for Minutes {
    type Err = NotALength;

    fn from_str(text: &str) -> Result<Self, NotALength> {
        let (hours, minutes) = text.split_once(':').ok_or(NotALength)?;
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(hours) || !digits(minutes) || minutes.len() != 2 {
            return Err(NotALength);
        }
        let (hours, minutes): (u32, u32) =
            (hours.parse().map_err(|_| NotALength)?, minutes.parse().map_err(|_| NotALength)?);
        let all = hours.checked_mul(60).and_then(|m| m.checked_add(minutes));
        all.filter(|_| minutes < 60).map(Self).ok_or(NotALength)
    }
}

#[cfg(feature = "schema")]
crate::schema::text!(Minutes, pattern "^[0-9]+:[0-5][0-9]$");

impl Serialize for Minutes {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Minutes {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(|e: NotALength| serde::de::Error::custom(format!("`{text}` is {e}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_written_as_hours_and_minutes() {
        assert_eq!("4:00".parse(), Ok(Minutes(240)));
        assert_eq!("0:07".parse(), Ok(Minutes(7)));
        assert_eq!(Minutes(367).to_string(), "6:07");
        for text in ["", "4", "4:0", "4:60", "-1:00", "4:000", ":30", "4:-1", "1:2:3", "99999999999:00", "71582789:00"]
        {
            assert_eq!(text.parse::<Minutes>(), Err(NotALength), "{text}");
        }
    }

    #[test]
    fn each_seconds_rule_decides_the_odd_seconds() {
        let by = |secs, rule| Minutes::from_length(Millis::from_secs(secs), rule).unwrap().0;
        assert_eq!((by(89, SecondsRule::NearestMinute), by(90, SecondsRule::NearestMinute)), (1, 2));
        assert_eq!((by(119, SecondsRule::WholeMinutes), by(120, SecondsRule::WholeMinutes)), (1, 2));
        assert_eq!((by(60, SecondsRule::MinutesStarted), by(61, SecondsRule::MinutesStarted)), (1, 2));
    }

    #[test]
    fn negative_and_endless_lengths_are_none() {
        for rule in [SecondsRule::NearestMinute, SecondsRule::WholeMinutes, SecondsRule::MinutesStarted] {
            assert_eq!(Minutes::from_length(Millis(-1), rule), None);
            assert_eq!(Minutes::from_length(Millis(i64::MAX), rule), None);
        }
        assert_eq!(Minutes(u32::MAX).rounded_up_to(Minutes(60)), None);
        assert_eq!(Minutes(1).rounded_up_to(Minutes(0)), None);
    }
}

//! Named rules for seconds, rounding and breaks. Which of them applies is the agency's contract.

use serde::{Deserialize, Serialize};

use crate::time::{Millis, UnixMillis, Zone};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 3_600_000;

/// What becomes of a punch's seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondsRule {
    /// They count.
    Keep,
    /// They are dropped: 18:02:59 is 18:02.
    #[default]
    Truncate,
    /// From 30 s on it is the next minute.
    RoundHalfUp,
}

/// A unit to round to the nearest of, in whole minutes; seconds are dropped first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nearest {
    /// Five minutes: 2 down, 3 up.
    FiveMinutes,
    /// A tenth of an hour: 2 minutes down, 3 up.
    Tenth,
    /// A quarter of an hour, the seven-minute rule: 7 down, 8 up (29 CFR 785.48 allows it where it evens out).
    Quarter,
}

/// How a shift's total is rounded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Not at all.
    #[default]
    None,
    /// To the nearest unit.
    Nearest(Nearest),
    /// To the next whole hour.
    UpToHour,
}

/// Which breaks are paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakRule {
    /// All.
    Paid,
    /// None.
    #[default]
    Unpaid,
    /// Of each break, its beginning up to that length.
    PaidUpTo(Millis),
}

/// How hours are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct HoursRule {
    /// What becomes of a punch's seconds.
    pub seconds: SecondsRule,
    /// What each punch is rounded to on the clock, if to anything.
    pub punches: Option<Nearest>,
    /// Which breaks are paid.
    pub breaks: BreakRule,
    /// How the total is rounded.
    pub total: Rounding,
}

impl SecondsRule {
    /// The instant under this rule.
    pub fn apply(self, at: UnixMillis) -> UnixMillis {
        let millis = at.as_millis();
        match self {
            Self::Keep => at,
            Self::Truncate => UnixMillis::new(floor(millis, MINUTE)),
            Self::RoundHalfUp => UnixMillis::new(floor(millis.saturating_add(MINUTE / 2), MINUTE)),
        }
    }
}

impl Nearest {
    const fn unit(self) -> i64 {
        match self {
            Self::FiveMinutes => 5,
            Self::Tenth => 6,
            Self::Quarter => 15,
        }
    }

    /// A length of time to the nearest unit.
    pub const fn length(self, length: Millis) -> Millis {
        let minutes = length.0.div_euclid(MINUTE);
        let over = minutes.rem_euclid(self.unit());
        let up = if over * 2 >= self.unit() { self.unit() } else { 0 };
        Millis::from_mins(minutes.saturating_sub(over).saturating_add(up))
    }

    /// A punch to the nearest unit on the clock of its zone.
    pub fn punch(self, at: UnixMillis, zone: Zone) -> UnixMillis {
        let offset = zone.offset(at);
        let local = Millis(at.as_millis().saturating_add(offset.0));
        UnixMillis::new(self.length(local).0) - offset
    }
}

impl Rounding {
    /// A total under this rule.
    pub const fn apply(self, total: Millis) -> Millis {
        match self {
            Self::None => total,
            Self::Nearest(nearest) => nearest.length(total),
            Self::UpToHour => Millis(floor(total.0.saturating_add(HOUR - 1), HOUR)),
        }
    }
}

/// The multiple of `unit` at or below; never below the least multiple there is.
const fn floor(millis: i64, unit: i64) -> i64 {
    millis.saturating_sub(millis.rem_euclid(unit))
}

impl HoursRule {
    /// A punch's time as hours are counted from it.
    pub(super) fn punch(&self, at: UnixMillis, zone: Zone) -> UnixMillis {
        let at = self.seconds.apply(at);
        self.punches.map_or(at, |nearest| nearest.punch(at, zone))
    }
}

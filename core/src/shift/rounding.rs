//! Named rules for seconds, rounding and breaks. Which of them applies is the agency's contract.

use serde::{Deserialize, Serialize};

use crate::time::{Millis, UnixMillis, Zone};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 3_600_000;

/// What becomes of a punch's seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = ShiftSecondsRule))]
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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = ShiftRounding))]
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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sample::{at, new_york};
    use super::*;

    fn mins(minutes: i64) -> Millis {
        Millis::from_mins(minutes)
    }

    #[test]
    fn seconds_are_kept_dropped_or_rounded_as_named() {
        let (early, late) = (at("2019-06-27 18:02:29"), at("2019-06-27 18:02:30"));
        assert_eq!(SecondsRule::Keep.apply(late), late);
        assert_eq!(SecondsRule::Truncate.apply(late), at("2019-06-27 18:02:00"));
        assert_eq!(SecondsRule::RoundHalfUp.apply(early), at("2019-06-27 18:02:00"));
        assert_eq!(SecondsRule::RoundHalfUp.apply(late), at("2019-06-27 18:03:00"));
    }

    #[test]
    fn seven_minutes_round_down_and_eight_up() {
        let rule = Rounding::Nearest(Nearest::Quarter);
        for (minutes, want) in [(0, 0), (7, 0), (8, 15), (22, 15), (23, 30), (60, 60)] {
            assert_eq!(rule.apply(mins(minutes)), mins(want), "{minutes}");
        }
        assert_eq!(rule.apply(Millis(mins(7).0 + 59_999)), mins(0));
    }

    #[test]
    fn tenths_and_five_minutes_round_to_the_nearest() {
        for (minutes, tenth, five) in [(2, 0, 0), (3, 6, 5), (8, 6, 10), (9, 12, 10), (57, 60, 55)] {
            assert_eq!(Rounding::Nearest(Nearest::Tenth).apply(mins(minutes)), mins(tenth), "{minutes}");
            assert_eq!(Rounding::Nearest(Nearest::FiveMinutes).apply(mins(minutes)), mins(five), "{minutes}");
        }
    }

    #[test]
    fn up_to_the_hour_leaves_whole_hours_alone() {
        assert_eq!(Rounding::UpToHour.apply(mins(479)), mins(480));
        assert_eq!(Rounding::UpToHour.apply(mins(480)), mins(480));
        assert_eq!(Rounding::UpToHour.apply(Millis(mins(480).0 + 1)), mins(540));
        assert_eq!(Rounding::UpToHour.apply(mins(0)), mins(0));
    }

    #[test]
    fn a_punch_is_rounded_on_its_own_zones_clock() {
        let kathmandu = Zone::named("Asia/Kathmandu").unwrap();
        let shown =
            |zone: Zone, at: UnixMillis| zone.local(Nearest::Quarter.punch(at, zone)).format("%H:%M").to_string();
        let punch = at("2019-06-27 18:08:00");
        assert_eq!(shown(new_york(), punch), "18:15");
        // 22:08 UTC is 03:53 there.
        assert_eq!(shown(kathmandu, punch), "04:00");
    }

    proptest! {
        #[test]
        fn no_length_or_instant_panics_and_order_is_kept(a: i64, b: i64) {
            let (low, high) = (a.min(b), a.max(b));
            for rule in [Rounding::None, Rounding::UpToHour, Rounding::Nearest(Nearest::Quarter), Rounding::Nearest(Nearest::Tenth)] {
                prop_assert!(rule.apply(Millis(low)) <= rule.apply(Millis(high)));
            }
            for rule in [SecondsRule::Keep, SecondsRule::Truncate, SecondsRule::RoundHalfUp] {
                prop_assert!(rule.apply(UnixMillis::new(low)) <= rule.apply(UnixMillis::new(high)));
            }
            let _ = Nearest::FiveMinutes.punch(UnixMillis::new(a), new_york());
        }

        #[test]
        fn rounding_to_the_nearest_moves_at_most_half_a_unit_and_a_minute(millis in 0..1_000_000_000i64) {
            for nearest in [Nearest::FiveMinutes, Nearest::Tenth, Nearest::Quarter] {
                let moved = (nearest.length(Millis(millis)).0 - millis).abs();
                prop_assert!(moved <= nearest.unit() * MINUTE / 2 + MINUTE);
                prop_assert_eq!(nearest.length(Millis(millis)).0 % (nearest.unit() * MINUTE), 0);
            }
        }
    }
}

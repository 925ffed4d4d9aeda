//! Where things lie on the line of a day, from its start to its end: shares that a page draws by, of whatever width it is.

use std::fmt;

use chrono::NaiveTime;
use detailbook_core::time::{Interval, UnixMillis, Zone};

/// A share of the day's length, in hundredths of a percent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Share(i64);

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}%", self.0 / 100, self.0 % 100)
    }
}

/// A stretch of the day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Bar {
    /// Where it begins.
    pub from: Share,
    /// How long it is.
    pub width: Share,
}

/// An hour that is marked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Hour {
    /// Where.
    pub at: Share,
    /// What clocks show then.
    pub name: String,
}

/// How narrow a stretch is drawn at least, so that it is seen.
const NARROWEST: i64 = 40;

/// Where a moment lies; the ends for what lies outside.
pub(super) fn share(day: Interval, at: UnixMillis) -> Share {
    let length = (day.end - day.start).0.max(1);
    let since = (at - day.start).0.clamp(0, length);
    Share((i128::from(since) * 10_000 / i128::from(length)) as i64)
}

/// The line of now, where now is within the day.
pub(super) fn now(day: Interval, at: UnixMillis) -> Option<Share> {
    day.contains(at).then(|| share(day, at))
}

/// The part of a stretch of time that lies within the day.
pub(super) fn bar(day: Interval, time: Interval) -> Option<Bar> {
    let within = day.overlap(time).filter(|within| !within.is_empty())?;
    let (from, to) = (share(day, within.start), share(day, within.end));
    let from = Share(from.0.min(10_000 - NARROWEST));
    Some(Bar { from, width: Share((to.0 - from.0).max(NARROWEST)) })
}

/// Every third hour as clocks show it, on a day with a change of clocks too.
pub(super) fn hours(day: Interval, zone: Zone) -> Vec<Hour> {
    let date = zone.local(day.start).date();
    let at = |hour: u32| {
        let local = date.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?);
        let at = zone.instant(local).first();
        day.contains(at).then(|| Hour { at: share(day, at), name: zone.local(at).format("%H:%M").to_string() })
    };
    (0..24).step_by(3).filter_map(at).collect()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use detailbook_core::time::{Millis, PayDayRule};
    use proptest::prelude::*;

    use super::*;

    fn day(year: i32, month: u32, day: u32) -> (Interval, Zone) {
        let zone = Zone::named("America/New_York").unwrap();
        let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        (PayDayRule::midnight(zone).day(date).interval, zone)
    }

    fn hour(day: Interval, hours: i64) -> UnixMillis {
        day.start + Millis::from_hours(hours)
    }

    #[test]
    fn a_shift_lies_where_its_hours_are_and_what_is_outside_is_cut_off() {
        let (day, _) = day(2019, 5, 15);
        let bar = |from, to| bar(day, Interval { start: hour(day, from), end: hour(day, to) });
        let text = |bar: Option<Bar>| bar.map(|bar| format!("{} {}", bar.from, bar.width));
        assert_eq!(text(bar(6, 12)).unwrap(), "25.00% 25.00%");
        assert_eq!(text(bar(-4, 6)).unwrap(), "0.00% 25.00%", "it began the day before");
        assert_eq!(text(bar(18, 30)).unwrap(), "75.00% 25.00%");
        assert_eq!([bar(-4, 0), bar(24, 26)], [None, None]);
    }

    #[test]
    fn now_is_a_line_on_its_own_day_only() {
        let (day, _) = day(2019, 5, 15);
        assert_eq!(now(day, hour(day, 12)).unwrap().to_string(), "50.00%");
        assert_eq!([now(day, hour(day, 24)), now(day, hour(day, -1))], [None, None]);
    }

    #[test]
    fn hours_are_those_of_the_clock_on_days_of_23_and_25_hours_too() {
        let names = |(day, zone)| hours(day, zone).into_iter().map(|hour| hour.name).collect::<Vec<_>>();
        let usual = ["00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"];
        assert_eq!(names(day(2019, 5, 15)), usual);
        assert_eq!(names(day(2019, 3, 10)), usual, "clocks go forward at two");
        let (long, zone) = day(2019, 11, 3);
        assert_eq!(names((long, zone)), usual, "clocks go back at two");
        assert_eq!(hours(long, zone)[4].at, share(long, hour(long, 13)), "noon is thirteen hours after midnight");
    }

    proptest! {
        /// Whatever is drawn lies within the line and is wide enough to be seen.
        #[test]
        fn nothing_is_drawn_beyond_the_day(start in -100_000_000i64..200_000_000, length in 0i64..200_000_000) {
            let (day, _) = day(2019, 5, 15);
            let start = day.start + Millis(start);
            if let Some(bar) = bar(day, Interval { start, end: start + Millis(length) }) {
                prop_assert!(bar.from.0 >= 0 && bar.width.0 >= NARROWEST && bar.from.0 + bar.width.0 <= 10_000);
            }
        }
    }
}

//! Pay days and weeks: an agency's day may begin at any local minute, and lasts 23, 24 or 25 hours.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use super::{Interval, UnixMillis, Zone};

/// Intervals longer than this are not cut into days.
const MAX_DAYS: u64 = 366;

/// When an agency's pay day begins.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PayDayRule {
    zone: Zone,
    starts: NaiveTime,
}

/// A pay day: the date it begins on, and its stretch of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PayDay {
    /// The local date it begins on.
    pub date: NaiveDate,
    /// The time it covers, or the part of it that was asked for.
    pub interval: Interval,
}

/// An interval too long to be cut into days.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("an interval longer than a year is no shift")]
pub struct TooLong;

impl PayDayRule {
    /// Days that begin at a local minute (0 to 1439) of the agency's zone; `None` beyond that.
    pub fn new(zone: Zone, starts_at_minute: u16) -> Option<Self> {
        let starts = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(starts_at_minute) * 60, 0)?;
        Some(Self { zone, starts })
    }

    /// Days that begin at midnight.
    pub const fn midnight(zone: Zone) -> Self {
        Self { zone, starts: NaiveTime::MIN }
    }

    /// The zone the days are counted in.
    pub const fn zone(&self) -> Zone {
        self.zone
    }

    /// The first instant of the pay day of a date. Where the clocks show the starting minute twice it is the first time;
    /// where they skip it, the first instant after.
    pub fn start_of(&self, date: NaiveDate) -> UnixMillis {
        self.zone.instant(NaiveDateTime::new(date, self.starts)).first()
    }

    /// The pay day of a date. Empty where the zone skipped that whole date.
    pub fn day(&self, date: NaiveDate) -> PayDay {
        PayDay { date, interval: Interval { start: self.start_of(date), end: self.start_of(after(date, 1)) } }
    }

    /// The pay day that an instant belongs to.
    pub fn day_of(&self, at: UnixMillis) -> PayDay {
        let mut date = after(self.zone.local(at).date(), 1);
        let (mut start, mut end) = (self.start_of(date), None);
        // A day either side of the local date is as far as an odd start or a change of clocks can move it.
        for _ in 0..3 {
            if start <= at {
                break;
            }
            date = before(date, 1);
            end = Some(std::mem::replace(&mut start, self.start_of(date)));
        }
        let end = end.unwrap_or_else(|| self.start_of(after(date, 1)));
        PayDay { date, interval: Interval { start, end } }
    }

    /// Cuts an interval at pay-day boundaries. The parts are in order, without gap or overlap; an empty interval has none.
    pub fn cut(&self, interval: Interval) -> Result<Vec<PayDay>, TooLong> {
        if interval.length().0.unsigned_abs() > MAX_DAYS * 86_400_000 {
            return Err(TooLong);
        }
        let (mut parts, mut date) = (Vec::new(), self.day_of(interval.start).date);
        while self.start_of(date) < interval.end {
            let day = self.day(date);
            parts.extend(day.interval.overlap(interval).map(|interval| PayDay { date, interval }));
            if after(date, 1) == date {
                break;
            }
            date = after(date, 1);
        }
        Ok(parts)
    }

    /// The first date of the week that a date belongs to.
    pub fn week_start(date: NaiveDate, first_day: Weekday) -> NaiveDate {
        before(date, u64::from(date.weekday().days_since(first_day)))
    }

    /// The week of pay days that an instant belongs to, by the date it begins on.
    pub fn week_of(&self, at: UnixMillis, first_day: Weekday) -> PayDay {
        let date = Self::week_start(self.day_of(at).date, first_day);
        PayDay { date, interval: Interval { start: self.start_of(date), end: self.start_of(after(date, 7)) } }
    }
}

fn after(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

fn before(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::Millis;

    fn new_york() -> Zone {
        Zone::named("America/New_York").unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(zone: Zone, text: &str) -> UnixMillis {
        zone.instant(text.parse().unwrap()).once().unwrap()
    }

    #[test]
    fn a_pay_day_is_23_24_or_25_hours_long() {
        let rule = PayDayRule::midnight(new_york());
        for (day, hours) in [("2019-03-10", 23), ("2019-06-27", 24), ("2019-11-03", 25)] {
            assert_eq!(rule.day(date(day)).interval.length(), Millis::from_hours(hours), "{day}");
        }
    }

    #[test]
    fn before_the_starting_minute_it_is_still_yesterday() {
        let rule = PayDayRule::new(new_york(), 6 * 60).unwrap();
        assert_eq!(rule.day_of(at(new_york(), "2019-06-27T05:59:59")).date, date("2019-06-26"));
        assert_eq!(rule.day_of(at(new_york(), "2019-06-27T06:00:00")).date, date("2019-06-27"));
    }

    #[test]
    fn a_day_cannot_begin_at_minute_1440() {
        assert!(PayDayRule::new(new_york(), 1_439).is_some());
        assert_eq!(PayDayRule::new(new_york(), 1_440), None);
    }

    #[test]
    fn a_start_in_the_gap_begins_when_the_clocks_resume() {
        let rule = PayDayRule::new(new_york(), 150).unwrap();
        let start = rule.start_of(date("2019-03-10"));
        assert_eq!(start, at(new_york(), "2019-03-10T03:00:00"));
        assert_eq!(rule.day_of(start).date, date("2019-03-10"));
        assert_eq!(rule.day_of(start - Millis(1)).date, date("2019-03-09"));
    }

    #[test]
    fn a_start_in_the_fold_begins_the_first_time() {
        let rule = PayDayRule::new(new_york(), 90).unwrap();
        let start = rule.start_of(date("2019-11-03"));
        assert_eq!(start.to_string(), "2019-11-03T05:30:00.000Z");
        assert_eq!(rule.day_of(start + Millis::from_mins(45)).date, date("2019-11-03"));
    }

    #[test]
    fn a_shift_over_midnight_of_the_long_night_is_cut_exactly() {
        let zone = new_york();
        let shift = Interval { start: at(zone, "2019-11-02T23:00:00"), end: at(zone, "2019-11-03T07:00:00") };
        let parts = PayDayRule::midnight(zone).cut(shift).unwrap();
        let lengths: Vec<_> = parts.iter().map(|part| (part.date, part.interval.length())).collect();
        let want = [(date("2019-11-02"), Millis::from_hours(1)), (date("2019-11-03"), Millis::from_hours(8))];
        assert_eq!(lengths, want);
    }

    #[test]
    fn a_date_the_zone_skipped_is_an_empty_pay_day() {
        let apia = PayDayRule::midnight(Zone::named("Pacific/Apia").unwrap());
        assert!(apia.day(date("2011-12-30")).interval.is_empty());
        let start = apia.start_of(date("2011-12-29"));
        let parts = apia.cut(Interval { start, end: start + Millis::from_hours(48) }).unwrap();
        assert_eq!(parts.iter().map(|part| part.date).collect::<Vec<_>>(), [date("2011-12-29"), date("2011-12-31")]);
    }

    #[test]
    fn a_week_begins_on_the_agencys_day() {
        let rule = PayDayRule::midnight(new_york());
        let sunday = rule.week_of(at(new_york(), "2019-03-13T12:00:00"), Weekday::Sun);
        assert_eq!(sunday.date, date("2019-03-10"));
        assert_eq!(sunday.interval.length(), Millis::from_hours(7 * 24 - 1));
        assert_eq!(PayDayRule::week_start(date("2019-03-10"), Weekday::Mon), date("2019-03-04"));
        assert_eq!(PayDayRule::week_start(date("2019-03-10"), Weekday::Sun), date("2019-03-10"));
    }

    #[test]
    fn an_interval_of_years_is_refused_and_extremes_do_not_panic() {
        let rule = PayDayRule::new(new_york(), 300).unwrap();
        assert_eq!(rule.cut(Interval { start: UnixMillis::MIN, end: UnixMillis::MAX }), Err(TooLong));
        for edge in [UnixMillis::MIN, UnixMillis::MAX] {
            let _ = rule.day_of(edge);
            let _ = rule.week_of(edge, Weekday::Sat);
            let _ = rule.cut(Interval { start: edge - Millis::from_hours(99), end: edge + Millis::from_hours(99) });
        }
        assert_eq!(rule.cut(Interval { start: UnixMillis::MAX, end: UnixMillis::MIN }), Ok(vec![]));
    }

    fn zones() -> impl Strategy<Value = Zone> {
        let names = [
            "America/New_York",
            "Europe/Dublin",
            "Australia/Lord_Howe",
            "Asia/Kathmandu",
            "Pacific/Apia",
            "Africa/Casablanca",
        ];
        prop::sample::select(names.to_vec()).prop_map(|name| Zone::named(name).unwrap())
    }

    proptest! {
        #[test]
        fn the_parts_of_a_cut_add_up_and_lie_in_their_days(
            zone in zones(), minute in 0..1_440u16, start in 0..4_000_000_000_000i64, length in 0..1_000_000_000i64,
        ) {
            let rule = PayDayRule::new(zone, minute).unwrap();
            let whole = Interval { start: UnixMillis::new(start), end: UnixMillis::new(start + length) };
            let parts = rule.cut(whole).unwrap();
            prop_assert_eq!(parts.iter().map(|part| part.interval.length().0).sum::<i64>(), length);
            for pair in parts.windows(2) {
                prop_assert_eq!(pair[0].interval.end, pair[1].interval.start);
            }
            for part in parts {
                prop_assert_eq!(rule.day_of(part.interval.start).date, part.date);
                prop_assert_eq!(rule.day_of(part.interval.end - Millis(1)).date, part.date);
            }
        }

        #[test]
        fn an_instant_lies_in_its_day_and_week(zone in zones(), minute in 0..1_440u16, at in 0..4_000_000_000_000i64) {
            let (rule, at) = (PayDayRule::new(zone, minute).unwrap(), UnixMillis::new(at));
            prop_assert!(rule.day_of(at).interval.contains(at));
            prop_assert!(rule.week_of(at, Weekday::Sun).interval.contains(at));
        }
    }
}

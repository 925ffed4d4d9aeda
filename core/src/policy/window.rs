//! Windows in which hours and events are counted.

use std::cell::RefCell;
use std::sync::Arc;

use chrono::{Datelike, Months, NaiveDate, Weekday};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::RuleSet;
use super::days::Days;
use crate::pricing::{Day, Minutes};
use crate::time::{Interval, Millis, PayDayRule, UnixMillis, Zone};

/// More windows than this are never looked at: no detail touches so many.
pub(super) const MAX_WINDOWS: usize = 400;

/// So many answers are kept, and then none: 50 positions with a few kinds of window each are fewer.
const KEPT: usize = 256;

/// A day of the week.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "they are the days of the week")]
pub enum WeekDay {
    #[n(0)]
    Monday,
    #[n(1)]
    Tuesday,
    #[n(2)]
    Wednesday,
    #[n(3)]
    Thursday,
    #[n(4)]
    Friday,
    #[n(5)]
    Saturday,
    #[default]
    #[n(6)]
    Sunday,
}

impl From<WeekDay> for Weekday {
    fn from(day: WeekDay) -> Self {
        match day {
            WeekDay::Monday => Self::Mon,
            WeekDay::Tuesday => Self::Tue,
            WeekDay::Wednesday => Self::Wed,
            WeekDay::Thursday => Self::Thu,
            WeekDay::Friday => Self::Fri,
            WeekDay::Saturday => Self::Sat,
            WeekDay::Sunday => Self::Sun,
        }
    }
}

/// The stretch of time in which something is counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PolicyWindow))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Window {
    /// Any stretch of that length, wherever it begins. Elapsed time, whatever the clocks do.
    #[n(0)]
    Rolling(#[n(0)] Minutes),
    /// A pay day of the agency's: 23, 24 or 25 hours.
    #[n(1)]
    Day,
    /// A day that begins at that time of the clock, such as `0:01`.
    #[n(2)]
    DayFrom(#[n(0)] Minutes),
    /// A week of pay days from the set's first day of the week on.
    #[n(3)]
    Week,
    /// A week of pay days from that day on.
    #[n(4)]
    WeekFrom(#[n(0)] WeekDay),
    /// A calendar month of pay days.
    #[n(5)]
    Month,
    /// A calendar year of pay days.
    #[n(6)]
    Year,
    /// A roster or pay period of so many pay days, one of which begins on `first`.
    #[n(7)]
    Cycle {
        /// How many days it has.
        #[n(0)]
        days: u16,
        /// The first day of any one of them.
        #[n(1)]
        first: Day,
    },
    /// The detail itself.
    #[n(8)]
    Job,
}

/// What kind of day it is for the officer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum DayClass {
    /// The officer is on duty at some time of it.
    #[n(0)]
    Duty,
    /// On leave, and not on duty beside it.
    #[n(1)]
    Leave,
    /// Neither.
    #[n(2)]
    Off,
    /// One of the set's holidays, whatever else it is.
    #[n(3)]
    Holiday,
}

/// The agency's way of counting days. What was found once is kept: many rules ask for the same days and windows, and they
/// are the same for every officer.
#[derive(Debug)]
pub(super) struct Clock {
    pay: PayDayRule,
    week: Weekday,
    days: RefCell<Days>,
    found: RefCell<Vec<Found>>,
}

/// The windows of one kind that a stretch of time touches.
#[derive(Clone, Debug)]
struct Found {
    window: Window,
    over: Interval,
    windows: Arc<[Interval]>,
}

impl Clock {
    /// In UTC where this build does not know the set's zone; then nothing that it says may be relied on.
    pub(super) fn of(set: &RuleSet) -> Self {
        let zone = set.zone.zone().unwrap_or(Zone::UTC);
        let midnight = PayDayRule::midnight(zone);
        let pay = u16::try_from(set.day_starts.0).ok().and_then(|minute| PayDayRule::new(zone, minute));
        let pay = pay.unwrap_or(midnight);
        Self { pay, week: set.week_starts.into(), days: RefCell::new(Days::of(pay)), found: RefCell::default() }
    }

    pub(super) fn zone(&self) -> Zone {
        self.pay.zone()
    }

    /// The date of the pay day that an instant belongs to.
    pub(super) fn date(&self, at: UnixMillis) -> NaiveDate {
        let held = self.days.borrow().date(at);
        held.unwrap_or_else(|| {
            let date = self.pay.day_of(at).date;
            self.day(date);
            date
        })
    }

    /// The pay day of a date.
    pub(super) fn day(&self, date: NaiveDate) -> Interval {
        self.days.borrow_mut().day(date)
    }

    /// The windows of a fixed kind that a stretch of time touches, in order; none for a rolling window.
    pub(super) fn windows(&self, window: Window, over: Interval) -> Arc<[Interval]> {
        let mut found = self.found.borrow_mut();
        if let Some(held) = found.iter().find(|held| held.window == window && held.over == over) {
            return held.windows.clone();
        }
        let windows: Arc<[Interval]> = match window {
            Window::Rolling(_) => [].into(),
            Window::Job => [over].into(),
            _ => self.find(window, over).into(),
        };
        if found.len() >= KEPT {
            found.clear();
        }
        found.push(Found { window, over, windows: windows.clone() });
        windows
    }

    fn find(&self, window: Window, over: Interval) -> Vec<Interval> {
        let pay = self.pay_rule(window);
        let date = if pay == self.pay { self.date(over.start) } else { pay.day_of(over.start).date };
        let mut first = self.first_date(window, date);
        let (mut found, mut start) = (Vec::new(), pay.start_of(first));
        while start < over.end && found.len() < MAX_WINDOWS {
            let next = next_first(window, first);
            let end = pay.start_of(next);
            if over.start < end {
                found.push(Interval { start, end });
            }
            if next <= first {
                break;
            }
            (first, start) = (next, end);
        }
        found
    }

    /// The window of a fixed kind that an instant lies in.
    pub(super) fn window_at(&self, window: Window, at: UnixMillis) -> Option<Interval> {
        self.windows(window, Interval { start: at, end: at + Millis(1) }).first().copied()
    }

    /// So many calendar days later (or earlier), at the same time of the clock; the end of time where there is no such day.
    pub(super) fn days_after(&self, at: UnixMillis, days: i64) -> UnixMillis {
        let local = self.zone().local(at);
        let by = chrono::Days::new(days.unsigned_abs());
        let (moved, beyond) = match days {
            ..0 => (local.checked_sub_days(by), UnixMillis::MIN),
            _ => (local.checked_add_days(by), UnixMillis::MAX),
        };
        moved.map_or(beyond, |local| self.zone().instant(local).first())
    }

    /// So many calendar months later, at the same time of the clock; the end of time where there is no such month.
    pub(super) fn months_after(&self, at: UnixMillis, months: u32) -> UnixMillis {
        let moved = self.zone().local(at).checked_add_months(Months::new(months));
        moved.map_or(UnixMillis::MAX, |local| self.zone().instant(local).first())
    }

    /// So many calendar months earlier, at the same time of the clock; the beginning of time where there is no such month.
    pub(super) fn months_before(&self, at: UnixMillis, months: u32) -> UnixMillis {
        let moved = self.zone().local(at).checked_sub_months(Months::new(months));
        moved.map_or(UnixMillis::MIN, |local| self.zone().instant(local).first())
    }

    fn pay_rule(&self, window: Window) -> PayDayRule {
        match window {
            Window::DayFrom(minute) => {
                u16::try_from(minute.0).ok().and_then(|minute| PayDayRule::new(self.zone(), minute)).unwrap_or(self.pay)
            }
            _ => self.pay,
        }
    }

    fn first_date(&self, window: Window, date: NaiveDate) -> NaiveDate {
        match window {
            Window::Week => PayDayRule::week_start(date, self.week),
            Window::WeekFrom(first) => PayDayRule::week_start(date, first.into()),
            Window::Month => date.with_day(1).unwrap_or(date),
            Window::Year => date.with_ordinal(1).unwrap_or(date),
            Window::Cycle { days, first } => {
                let since = date.signed_duration_since(first.0).num_days();
                let into = since.rem_euclid(i64::from(days.max(1)));
                date.checked_sub_days(chrono::Days::new(into.unsigned_abs())).unwrap_or(date)
            }
            Window::Rolling(_) | Window::Day | Window::DayFrom(_) | Window::Job => date,
        }
    }
}

fn next_first(window: Window, first: NaiveDate) -> NaiveDate {
    let days = |count| first.checked_add_days(chrono::Days::new(count));
    let next = match window {
        Window::Week | Window::WeekFrom(_) => days(7),
        Window::Month => first.checked_add_months(Months::new(1)),
        Window::Year => first.checked_add_months(Months::new(12)),
        Window::Cycle { days: count, .. } => days(u64::from(count.max(1))),
        Window::Rolling(_) | Window::Day | Window::DayFrom(_) | Window::Job => days(1),
    };
    next.unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::sample;

    fn shown(window: Window, from: &str, to: &str) -> Vec<(String, i64)> {
        let clock = Clock::of(&sample::set(vec![]));
        let found = clock.windows(window, sample::when(from, to));
        found.iter().map(|w| (clock.zone().clock_text(w.start), w.length().0 / 3_600_000)).collect()
    }

    #[test]
    fn a_night_over_the_week_boundary_touches_two_weeks_and_one_of_them_is_an_hour_short() {
        let weeks = shown(Window::WeekFrom(WeekDay::Sunday), "2025-03-08T23:50", "2025-03-09T07:00");
        assert_eq!(weeks, [("2025-03-02 00:00".into(), 168), ("2025-03-09 00:00".into(), 167)]);
    }

    #[test]
    fn lengths_beyond_the_calendar_end_at_the_end_of_time() {
        let clock = Clock::of(&sample::set(vec![]));
        let now = sample::at(sample::NOW);
        let (days, months) = (i64::from(u32::MAX), u32::MAX);
        assert_eq!((clock.days_after(now, days), clock.days_after(now, -days)), (UnixMillis::MAX, UnixMillis::MIN));
        assert_eq!(
            (clock.months_after(now, months), clock.months_before(now, months)),
            (UnixMillis::MAX, UnixMillis::MIN)
        );
        assert_eq!(clock.months_before(sample::at("2025-03-31T12:00"), 1), sample::at("2025-02-28T12:00"));
    }

    #[test]
    fn days_months_years_and_rosters_begin_where_they_should() {
        let day = |window| shown(window, "2025-03-31T22:00", "2025-03-31T23:00");
        assert_eq!(day(Window::Day), [("2025-03-31 00:00".into(), 24)]);
        assert_eq!(day(Window::DayFrom(Minutes(1))), [("2025-03-31 00:01".into(), 24)]);
        assert_eq!(day(Window::Month), [("2025-03-01 00:00".into(), 31 * 24 - 1)]);
        assert_eq!(day(Window::Year), [("2025-01-01 00:00".into(), 365 * 24)]);
        let roster = Window::Cycle { days: 28, first: sample::day("2025-01-05") };
        assert_eq!(day(roster), [("2025-03-30 00:00".into(), 28 * 24)]);
        let earlier = Window::Cycle { days: 28, first: sample::day("2025-04-27") };
        assert_eq!(day(earlier), day(roster));
    }
}

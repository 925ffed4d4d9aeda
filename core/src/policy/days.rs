//! First instants of pay days, kept once found.

use std::collections::VecDeque;

use chrono::{Datelike, NaiveDate};

use crate::time::{Interval, PayDayRule, UnixMillis};

/// A date so near to those kept is joined to them.
const NEAR: i32 = 16;
/// Two years and a month. What lies further off is found anew each time.
const MOST: usize = 760;

/// The first instants of days that follow each other, grown towards the days that are asked for.
#[derive(Debug)]
pub(super) struct Days {
    pay: PayDayRule,
    /// The first of them, in days since 1970.
    first: i32,
    starts: VecDeque<UnixMillis>,
}

impl Days {
    pub(super) fn of(pay: PayDayRule) -> Self {
        Self { pay, first: 0, starts: VecDeque::new() }
    }

    /// The date of the day that an instant belongs to, where it lies among those kept.
    pub(super) fn date(&self, at: UnixMillis) -> Option<NaiveDate> {
        let begun = self.starts.partition_point(|start| *start <= at);
        let kept = begun > 0 && begun < self.starts.len();
        // The last that has begun: of a date that the zone skipped and the next, which begin together, the next.
        kept.then(|| NaiveDate::from_epoch_days(self.first + begun as i32 - 1)).flatten()
    }

    /// The day of a date.
    pub(super) fn day(&mut self, date: NaiveDate) -> Interval {
        let number = date.to_epoch_days();
        if let Some(kept) = self.kept(number) {
            return kept;
        }
        match (self.start(number), self.start(number + 1)) {
            (Some(start), Some(end)) => Interval { start, end },
            _ => self.pay.day(date).interval,
        }
    }

    /// Nearly always: rules ask for the same days again and again.
    fn kept(&self, number: i32) -> Option<Interval> {
        let index = usize::try_from(number - self.first).ok()?;
        Some(Interval { start: *self.starts.get(index)?, end: *self.starts.get(index + 1)? })
    }

    fn start(&mut self, number: i32) -> Option<UnixMillis> {
        self.reach(number);
        let index = usize::try_from(number - self.first).ok()?;
        self.starts.get(index).copied()
    }

    /// Grows as far as that day, if it is near.
    fn reach(&mut self, number: i32) {
        if self.starts.is_empty() {
            self.first = number;
        }
        let end = self.first + self.starts.len() as i32;
        if number < self.first - NEAR || number >= end + NEAR {
            return;
        }
        for number in end..=number {
            let Some(start) = self.find(number) else { return };
            self.starts.push_back(start);
        }
        for number in (number..self.first).rev() {
            let Some(start) = self.find(number) else { return };
            self.starts.push_front(start);
            self.first = number;
        }
    }

    /// Nothing at the ends of the range of dates, nor once enough are kept.
    fn find(&self, number: i32) -> Option<UnixMillis> {
        let date = NaiveDate::from_epoch_days(number).filter(|date| (1..9_999).contains(&date.year()))?;
        (self.starts.len() < MOST).then(|| self.pay.start_of(date))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::Zone;

    fn pay(zone: &str, minute: u16) -> PayDayRule {
        PayDayRule::new(Zone::named(zone).unwrap(), minute).unwrap()
    }

    #[test]
    fn the_ends_of_the_calendar_are_days_too() {
        let mut days = Days::of(pay("America/New_York", 0));
        for date in [NaiveDate::MIN, NaiveDate::MAX] {
            assert_eq!(days.day(date), pay("America/New_York", 0).day(date).interval);
        }
        assert_eq!(days.date(UnixMillis::MAX), None);
    }

    proptest! {
        #[test]
        fn days_kept_are_the_days_found_anew(
            zone in prop::sample::select(vec!["America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]),
            minute in 0..1_440u16, begin in 15_300..15_400i32, asked in prop::collection::vec(-30..30i32, 1..60),
        ) {
            let (pay, mut days) = (pay(zone, minute), Days::of(pay(zone, minute)));
            for offset in asked {
                let date = NaiveDate::from_epoch_days(begin + offset).unwrap();
                let day = days.day(date);
                prop_assert_eq!(day, pay.day(date).interval);
                for at in [day.start, day.end] {
                    prop_assert!(days.date(at).is_none_or(|date| date == pay.day_of(at).date));
                }
            }
        }
    }
}

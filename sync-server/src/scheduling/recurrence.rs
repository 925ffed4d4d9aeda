//! The shifts of a request that recurs, by a rule of RFC 5545 such as `FREQ=WEEKLY;BYDAY=FR,SA;COUNT=10`.
//!
//! Rules are unrolled over the clock on the wall, so that a Friday evening stays at seven over a change to summer time: a start
//! that the clocks skip is when they resume, and one that they show twice is the first. Each shift lasts as long as the first.

use chrono::{DateTime, NaiveDateTime};
use detailbook_core::time::{Interval, Zone};
use rrule::{RRule, RRuleSet, Tz, Unvalidated};

use crate::problem::Problem;

/// Shifts of one request.
pub(super) const MOST_SHIFTS: u16 = 400;

/// The first shift and all that follow from the rule.
pub(super) fn shifts(first: Interval, rule: &str, zone: Zone) -> Result<Vec<Interval>, Problem> {
    let wrong = || Problem::invalid("recurrence", "must be a rule such as FREQ=WEEKLY;BYDAY=FR;COUNT=10");
    let rule: RRule<Unvalidated> = rule.parse().map_err(|_| wrong())?;
    if rule.get_count().is_none() && rule.get_until().is_none() {
        return Err(Problem::invalid("recurrence", "must say when it ends: COUNT or UNTIL"));
    }
    let begins: DateTime<Tz> = zone.local(first.start).and_utc().with_timezone(&Tz::UTC);
    let rule = rule.validate(begins).map_err(|_| wrong())?;
    let found = RRuleSet::new(begins).rrule(rule).all(MOST_SHIFTS);
    if found.limited {
        return Err(Problem::invalid("recurrence", &format!("must give at most {MOST_SHIFTS} shifts")));
    }
    let length = first.length();
    let shift = |begins: NaiveDateTime| {
        let start = zone.instant(begins).first();
        Interval { start, end: start + length }
    };
    let shifts: Vec<Interval> = found.dates.iter().map(|date| shift(date.naive_utc())).collect();
    match shifts.first() {
        Some(one) if one.start == first.start => Ok(shifts),
        _ => Err(Problem::invalid("recurrence", "must give the first shift too")),
    }
}

#[cfg(test)]
mod tests {
    use detailbook_core::time::{Millis, UnixMillis};

    use super::*;

    fn zone() -> Zone {
        Zone::named("America/New_York").unwrap()
    }

    /// Seven in the evening to one in the morning.
    fn evening(day: &str) -> Interval {
        let start = zone().instant(format!("{day}T19:00:00").parse().unwrap()).first();
        Interval { start, end: start + Millis::from_hours(6) }
    }

    fn starts(first: &str, rule: &str) -> Vec<String> {
        let shifts = shifts(evening(first), rule, zone()).unwrap();
        assert!(shifts.iter().all(|shift| shift.length() == Millis::from_hours(6)));
        shifts.iter().map(|shift| zone().clock_text(shift.start)).collect()
    }

    #[test]
    fn fridays_and_saturdays_stay_at_seven_over_the_change_to_summer_time() {
        let starts = starts("2025-03-07", "FREQ=WEEKLY;BYDAY=FR,SA;COUNT=4");
        assert_eq!(starts, ["2025-03-07 19:00", "2025-03-08 19:00", "2025-03-14 19:00", "2025-03-15 19:00"]);
    }

    #[test]
    fn a_start_that_the_clocks_skip_is_when_they_resume() {
        let start = zone().instant("2025-03-08T02:30:00".parse().unwrap()).first();
        let first = Interval { start, end: start + Millis::from_hours(4) };
        let shifts = shifts(first, "FREQ=DAILY;COUNT=3", zone()).unwrap();
        let texts: Vec<_> = shifts.iter().map(|shift| zone().clock_text(shift.start)).collect();
        assert_eq!(texts, ["2025-03-08 02:30", "2025-03-09 03:00", "2025-03-10 02:30"]);
    }

    #[test]
    fn a_rule_ends_with_its_last_day() {
        assert_eq!(starts("2025-05-30", "FREQ=WEEKLY;UNTIL=20250606T235959Z").len(), 2);
    }

    #[test]
    fn rules_without_an_end_too_long_or_beside_the_first_shift_are_refused() {
        let refused = |rule: &str| shifts(evening("2025-03-07"), rule, zone()).unwrap_err().reason;
        assert!(refused("FREQ=DAILY").contains("COUNT or UNTIL"));
        assert!(refused("FREQ=DAILY;COUNT=401").contains("at most 400"));
        assert!(refused("FREQ=WEEKLY;BYDAY=MO;COUNT=3").contains("the first shift"));
        assert!(refused("every friday").contains("a rule such as"));
        assert!(refused("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3").contains("the first shift"));
        let always = Interval { start: UnixMillis::MIN, end: UnixMillis::MAX };
        assert!(shifts(always, "FREQ=DAILY;COUNT=2", zone()).is_err(), "the ends of time do not panic");
    }
}

//! Worked time: stretches of work less unpaid breaks, and their total.

use chrono::NaiveDate;
use serde::Serialize;

use super::{BreakRule, HoursRule, Mark, Rounding, Stint};
use crate::time::{Interval, Millis, PayDayRule, TooLong, UnixMillis, Zone};

/// Worked time.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Worked {
    /// When, in order, not overlapping.
    pub intervals: Vec<Interval>,
    /// How long, before the total is rounded.
    pub exact: Millis,
    /// How long, as the agency rounds it.
    pub rounded: Millis,
}

/// The worked time of one pay day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DayWorked {
    /// The date the pay day begins on.
    pub date: NaiveDate,
    /// When, in order.
    pub intervals: Vec<Interval>,
    /// How long, not rounded: only the shift's total is.
    pub exact: Millis,
}

/// The worked time of the stints that are over.
pub fn worked(stints: &[Stint], rule: &HoursRule, zone: Zone) -> Worked {
    let intervals = stints.iter().flat_map(|stint| stint_intervals(stint, rule, zone)).collect();
    total(intervals, rule.total)
}

/// The worked time if the officer left now: for showing a running shift, never for paying one.
pub fn worked_until(stints: &[Stint], now: UnixMillis, rule: &HoursRule, zone: Zone) -> Worked {
    let closed: Vec<Stint> = stints.iter().cloned().map(|stint| closed_at(stint, now)).collect();
    worked(&closed, rule, zone)
}

/// The total of intervals that a person accepted, under the agency's rounding.
pub fn total(mut intervals: Vec<Interval>, rounding: Rounding) -> Worked {
    intervals.retain(|interval| !interval.is_empty());
    intervals.sort_unstable_by_key(|interval| (interval.start, interval.end));
    let intervals = merged(intervals);
    let exact = intervals.iter().fold(Millis(0), |sum, interval| sum + interval.length());
    Worked { rounded: rounding.apply(exact), exact, intervals }
}

impl Worked {
    /// The worked time by pay day, days without any left out.
    pub fn by_day(&self, rule: &PayDayRule) -> Result<Vec<DayWorked>, TooLong> {
        let mut days: Vec<DayWorked> = Vec::new();
        for interval in &self.intervals {
            for part in rule.cut(*interval)? {
                match days.last_mut().filter(|day| day.date == part.date) {
                    Some(day) => day.add(part.interval),
                    None => days.push(DayWorked::new(part.date, part.interval)),
                }
            }
        }
        Ok(days)
    }
}

impl DayWorked {
    fn new(date: NaiveDate, interval: Interval) -> Self {
        Self { date, intervals: vec![interval], exact: interval.length() }
    }

    fn add(&mut self, interval: Interval) {
        self.intervals.push(interval);
        self.exact = self.exact + interval.length();
    }
}

fn closed_at(mut stint: Stint, now: UnixMillis) -> Stint {
    let mark = |start: Mark| Mark { fact: start.fact, at: now.max(start.at) };
    for open in stint.breaks.iter_mut().filter(|taken| taken.end.is_none()) {
        open.end = Some(mark(open.start));
    }
    stint.end = stint.end.or(Some(mark(stint.start)));
    stint
}

/// A stint's paid time: what unpaid breaks leave of it.
fn stint_intervals(stint: &Stint, rule: &HoursRule, zone: Zone) -> Vec<Interval> {
    let Some(whole) = stint.interval() else {
        return Vec::new();
    };
    let counted =
        |interval: Interval| Interval { start: rule.punch(interval.start, zone), end: rule.punch(interval.end, zone) };
    let mut rest = counted(whole);
    let mut paid = Vec::new();
    for taken in stint.breaks.iter().filter_map(super::Break::interval) {
        if let Some(unpaid) = unpaid(counted(taken), rule.breaks).and_then(|unpaid| unpaid.overlap(rest)) {
            paid.push(Interval { start: rest.start, end: unpaid.start });
            rest.start = unpaid.end;
        }
    }
    paid.push(rest);
    paid
}

fn unpaid(taken: Interval, rule: BreakRule) -> Option<Interval> {
    match rule {
        BreakRule::Paid => None,
        BreakRule::Unpaid => Some(taken),
        BreakRule::PaidUpTo(limit) => Some(Interval { start: taken.start + limit.max(Millis(0)), end: taken.end }),
    }
}

/// Sorted intervals with those that touch or overlap joined.
fn merged(intervals: Vec<Interval>) -> Vec<Interval> {
    let mut joined: Vec<Interval> = Vec::with_capacity(intervals.len());
    for interval in intervals {
        match joined.last_mut().filter(|last| interval.start <= last.end) {
            Some(last) => last.end = last.end.max(interval.end),
            None => joined.push(interval),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sample::{Phone, at, clock, new_york};
    use super::super::{FactKind, FoldRules, Nearest, SecondsRule, Shift, fold};
    use super::*;

    fn shift(punches: &[(FactKind, &str)]) -> Shift {
        let mut phone = Phone::new(1);
        let facts: Vec<_> =
            punches.iter().map(|(kind, time)| phone.fact(*kind, at(&format!("2019-06-27 {time}")))).collect();
        fold(&facts, &FoldRules::in_zone(new_york()))
    }

    fn with_break() -> Shift {
        shift(&[
            (FactKind::In, "17:59:40"),
            (FactKind::BreakStart, "20:00:00"),
            (FactKind::BreakEnd, "20:30:00"),
            (FactKind::Out, "23:00:20"),
        ])
    }

    fn minutes(rule: HoursRule) -> i64 {
        worked(&with_break().stints, &rule, new_york()).exact.0 / 60_000
    }

    #[test]
    fn unpaid_breaks_are_cut_out_and_paid_ones_are_not() {
        let unpaid = worked(&with_break().stints, &HoursRule::default(), new_york());
        assert_eq!(unpaid.intervals.len(), 2);
        assert_eq!((unpaid.intervals[0].end, unpaid.intervals[1].start), (clock("20:00"), clock("20:30")));
        assert_eq!(minutes(HoursRule { breaks: BreakRule::Unpaid, ..HoursRule::default() }), 271);
        assert_eq!(minutes(HoursRule { breaks: BreakRule::Paid, ..HoursRule::default() }), 301);
        assert_eq!(
            minutes(HoursRule { breaks: BreakRule::PaidUpTo(Millis::from_mins(20)), ..HoursRule::default() }),
            291
        );
        assert_eq!(
            minutes(HoursRule { breaks: BreakRule::PaidUpTo(Millis::from_mins(60)), ..HoursRule::default() }),
            301
        );
    }

    #[test]
    fn the_rule_for_seconds_decides_on_minutes() {
        let paid = HoursRule { breaks: BreakRule::Paid, ..HoursRule::default() };
        let exact = |seconds| worked(&with_break().stints, &HoursRule { seconds, ..paid }, new_york()).exact;
        assert_eq!(exact(SecondsRule::Keep), Millis::from_secs(300 * 60 + 40));
        assert_eq!(exact(SecondsRule::Truncate), Millis::from_mins(301));
        assert_eq!(exact(SecondsRule::RoundHalfUp), Millis::from_mins(300));
    }

    #[test]
    fn punches_or_the_total_are_rounded_as_the_contract_says() {
        let shift = shift(&[(FactKind::In, "18:08:00"), (FactKind::Out, "23:07:00")]);
        let rule = HoursRule { punches: Some(Nearest::Quarter), ..HoursRule::default() };
        let by_punch = worked(&shift.stints, &rule, new_york());
        assert_eq!(by_punch.exact, Millis::from_mins(285));
        let rule = HoursRule { total: Rounding::Nearest(Nearest::Quarter), ..HoursRule::default() };
        let by_total = worked(&shift.stints, &rule, new_york());
        assert_eq!((by_total.exact, by_total.rounded), (Millis::from_mins(299), Millis::from_mins(300)));
    }

    #[test]
    fn a_running_shift_is_shown_up_to_now_but_counts_nothing_yet() {
        let shift = shift(&[(FactKind::In, "18:00:00"), (FactKind::BreakStart, "19:00:00")]);
        assert_eq!(worked(&shift.stints, &HoursRule::default(), new_york()), Worked::default());
        let now = worked_until(&shift.stints, clock("19:30"), &HoursRule::default(), new_york());
        assert_eq!(now.exact, Millis::from_hours(1));
        let before = worked_until(&shift.stints, clock("12:00"), &HoursRule::default(), new_york());
        assert_eq!(before.exact, Millis(0));
    }

    #[test]
    fn hours_fall_on_the_pay_days_they_were_worked_on() {
        let mut phone = Phone { anchored: false, ..Phone::new(1) };
        let facts = [
            phone.fact(FactKind::In, at("2019-11-02 20:00:00")),
            phone.fact(FactKind::BreakStart, at("2019-11-02 22:00:00")),
            phone.fact(FactKind::BreakEnd, at("2019-11-02 22:30:00")),
            phone.fact(FactKind::Out, at("2019-11-03 04:00:00")),
        ];
        let shift = fold(&facts, &FoldRules::in_zone(new_york()));
        let worked = worked(&shift.stints, &HoursRule::default(), new_york());
        let days = worked.by_day(&PayDayRule::midnight(new_york())).unwrap();
        let hours: Vec<_> = days.iter().map(|day| (day.date.to_string(), day.exact)).collect();
        let want =
            [("2019-11-02".to_owned(), Millis::from_mins(210)), ("2019-11-03".to_owned(), Millis::from_mins(300))];
        assert_eq!(hours, want);
    }

    #[test]
    fn accepted_intervals_that_touch_are_one() {
        let stretch = |start, end| Interval { start: clock(start), end: clock(end) };
        let sum = total(vec![stretch("20:00", "22:00"), stretch("18:00", "20:00")], Rounding::None);
        assert_eq!(sum.intervals, [stretch("18:00", "22:00")]);
    }

    #[test]
    fn accepted_intervals_that_overlap_are_counted_once() {
        let stretch = |start, end| Interval { start: clock(start), end: clock(end) };
        let accepted = vec![stretch("20:00", "22:00"), stretch("18:00", "21:00"), stretch("23:00", "22:30")];
        let sum = total(accepted, Rounding::None);
        assert_eq!((sum.intervals, sum.exact), (vec![stretch("18:00", "22:00")], Millis::from_hours(4)));
    }

    proptest! {
        #[test]
        fn pay_days_add_up_to_the_whole(punches in prop::collection::vec(0..200_000i64, 0..12), minute in 0..1_440u16) {
            let mut phone = Phone { anchored: false, ..Phone::new(1) };
            let kinds = [FactKind::In, FactKind::BreakStart, FactKind::BreakEnd, FactKind::Out];
            let start = at("2019-11-02 12:00:00");
            let facts: Vec<_> = punches.iter().zip(kinds.iter().cycle())
                .map(|(seconds, kind)| phone.fact(*kind, start + Millis::from_secs(*seconds))).collect();
            let shift = fold(&facts, &FoldRules::in_zone(new_york()));
            for breaks in [BreakRule::Paid, BreakRule::Unpaid] {
                let worked = worked(&shift.stints, &HoursRule { breaks, ..HoursRule::default() }, new_york());
                let days = worked.by_day(&PayDayRule::new(new_york(), minute).unwrap()).unwrap();
                prop_assert_eq!(days.iter().map(|day| day.exact.0).sum::<i64>(), worked.exact.0);
                prop_assert!(worked.intervals.windows(2).all(|pair| pair[0].end < pair[1].start));
            }
        }

        #[test]
        fn no_intervals_however_hostile_panic(ends in prop::collection::vec((any::<i64>(), any::<i64>()), 0..8)) {
            let raw = |millis: i64| minicbor::decode::<UnixMillis>(&minicbor::to_vec(millis).unwrap()).unwrap();
            let intervals = ends.into_iter().map(|(start, end)| Interval { start: raw(start), end: raw(end) }).collect();
            let sum = total(intervals, Rounding::UpToHour);
            let _ = sum.by_day(&PayDayRule::midnight(new_york()));
        }
    }
}

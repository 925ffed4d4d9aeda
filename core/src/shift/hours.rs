//! Worked time: stretches of work less unpaid breaks, and their total.

use chrono::NaiveDate;
use serde::Serialize;

use super::{BreakRule, HoursRule, Mark, Rounding, Stint};
use crate::time::{Interval, Millis, PayDayRule, TooLong, UnixMillis, Zone};

/// Worked time.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
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

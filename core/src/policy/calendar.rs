//! An officer's time, sorted once, and how far it can be trusted.

use chrono::{Days, NaiveDate};

use super::sentence;
use super::window::Clock;
use super::{Context, DayClass, Feed, Proposal, RuleSet, Source, Stint, Stream};
use crate::pricing::Day;
use crate::time::{Interval, Millis, UnixMillis};

/// What was known at a moment, sorted by start.
pub(super) struct Calendar<'a> {
    stints: Vec<&'a Stint>,
    /// Where each begins, side by side, so that a stretch of time is found without a look at every stint's page.
    starts: Vec<UnixMillis>,
    /// No stint reaches further than this from its start.
    longest: Millis,
    sources: [Option<&'a Source>; Feed::COUNT],
    broken: [bool; Feed::COUNT],
}

impl<'a> Calendar<'a> {
    pub(super) fn of(context: &'a Context, proposal: &Proposal, now: UnixMillis) -> Self {
        let mut calendar = Self {
            stints: Vec::with_capacity(context.stints.len()),
            starts: Vec::with_capacity(context.stints.len()),
            longest: Millis(0),
            sources: [None; Feed::COUNT],
            broken: [false; Feed::COUNT],
        };
        for stint in context.stints.iter().filter(|stint| stint.known.at(now)) {
            if !proposal.takes_the_place_of(stint) {
                calendar.add(stint);
            }
        }
        calendar.sort();
        for source in context.sources.iter().filter(|source| source.read_at <= now) {
            let held = &mut calendar.sources[source.feed.index()];
            if held.is_none_or(|held| held.read_at < source.read_at) {
                *held = Some(source);
            }
        }
        calendar
    }

    fn add(&mut self, stint: &'a Stint) {
        if stint.when.end < stint.when.start {
            self.broken[Feed::from(stint.stream).index()] = true;
            return;
        }
        let counted = stint.paid.max(stint.charged).unwrap_or_default();
        let reach = stint.when.length().max(Millis::from_mins(i64::from(counted.0)));
        self.longest = self.longest.max(reach);
        self.stints.push(stint);
        self.starts.push(stint.when.start);
    }

    fn sort(&mut self) {
        if self.starts.is_sorted() {
            return;
        }
        self.stints.sort_by_key(|stint| stint.when.start);
        self.starts.clear();
        self.starts.extend(self.stints.iter().map(|stint| stint.when.start));
    }

    /// Every stint, by start.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a Stint> + '_ {
        self.stints.iter().copied()
    }

    /// The stints that may reach into a stretch of time, by start.
    pub(super) fn near(&self, window: Interval) -> impl Iterator<Item = &'a Stint> + '_ {
        let first = window.start - self.longest;
        let from = self.starts.partition_point(|start| *start < first);
        let begun = self.starts[from..].partition_point(|start| *start < window.end);
        self.stints[from..from + begun].iter().copied()
    }

    /// Why a feed cannot be relied on for a stretch of time, if it cannot.
    pub(super) fn doubt(
        &self,
        set: &RuleSet,
        feed: Feed,
        span: impl FnOnce() -> Interval,
        now: UnixMillis,
    ) -> Option<String> {
        let Some(source) = self.sources[feed.index()] else {
            return Some(format!("the {feed} has not been read"));
        };
        if self.broken[feed.index()] {
            return Some(format!("the {feed} has an entry that ends before it starts"));
        }
        let limit = set.freshness.iter().find(|limit| limit.feed == feed).map(|limit| limit.at_most);
        let age = now - source.read_at;
        if let Some(limit) = limit.map(|limit| Millis::from_mins(i64::from(limit.0))).filter(|limit| age > *limit) {
            let (age, limit) = (sentence::length(age), sentence::length(limit));
            return Some(format!("the {feed} is {age} old, more than the {limit} allowed"));
        }
        let (covers, span) = (source.covers?, span());
        let covered = covers.start <= span.start && span.end <= covers.end;
        (!covered).then(|| format!("the {feed} does not reach over all of that time"))
    }

    /// What kind of day it is.
    pub(super) fn day_class(&self, set: &RuleSet, clock: &Clock, date: NaiveDate) -> DayClass {
        if set.holidays.contains(&Day(date)) {
            return DayClass::Holiday;
        }
        let day = clock.day(date);
        let has = |stream| self.near(day).any(|s| s.stream == stream && s.when.overlap(day).is_some());
        if self.on_duty_beside_leave(day) {
            DayClass::Duty
        } else if has(Stream::Leave) {
            DayClass::Leave
        } else {
            DayClass::Off
        }
    }

    /// Leave is taken from a shift that stays in the schedule: only duty that no leave covers makes a duty day.
    fn on_duty_beside_leave(&self, day: Interval) -> bool {
        let leave: Vec<Interval> =
            self.near(day).filter(|stint| stint.stream == Stream::Leave).map(|stint| stint.when).collect();
        let leave = super::timeline::joined(leave, Millis(0));
        self.near(day)
            .filter(|stint| stint.stream == Stream::OnDuty)
            .filter_map(|s| s.when.overlap(day))
            .any(|duty| !leave.iter().any(|leave| leave.start <= duty.start && duty.end <= leave.end))
    }

    /// The days of a window that are leave, but for some types.
    pub(super) fn leave_days(&self, set: &RuleSet, clock: &Clock, window: Interval, except: &[String]) -> u32 {
        let mut days: Vec<NaiveDate> = Vec::new();
        for stint in self.near(window).filter(|s| s.stream == Stream::Leave && !except.contains(&s.class)) {
            let Some(part) = stint.when.overlap(window) else { continue };
            let mut date = clock.date(part.start);
            while clock.day(date).start < part.end {
                days.push(date);
                let Some(next) = date.checked_add_days(Days::new(1)) else { break };
                date = next;
            }
        }
        days.sort_unstable();
        days.dedup();
        days.into_iter().filter(|date| self.day_class(set, clock, *date) == DayClass::Leave).count() as u32
    }
}

//! Days in a row without one off.

use chrono::{Days, NaiveDate};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::question::{Question, Verdict};
use super::sentence;
use super::stream::Feeds;
use super::timeline::joined;
use super::window::Clock;
use super::{Figure, Stint, Stream};
use crate::time::{Interval, Millis};

/// On each side so many days are counted out for the sentence, or as many as there may be and one more.
const TOLD: u32 = 31;
/// And never more than these.
const LONGEST_RUN: u32 = 400;

/// At most so many days in a row with any of these streams in them.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct DaysInARow {
    /// The streams.
    #[n(0)]
    pub counts: Vec<Stream>,
    /// How many days.
    #[n(1)]
    pub at_most: u32,
}

pub(super) fn judge(rule: &DaysInARow, question: &Question<'_>) -> Verdict {
    if !rule.counts.contains(&question.proposal.stream) {
        return Verdict::pass("Does not count towards this limit.");
    }
    let doubts = question.doubts(Feeds::of(&rule.counts).iter(), around(rule, question));
    let trusted = |stream: Stream| !doubts.iter().any(|(feed, _)| *feed == stream.into());
    let (days, ends) = run(rule, question, &trusted);
    let figures = [Figure::Count(days), Figure::AtMost(rule.at_most)];
    let says = question.say(|| {
        let more = if ends { "" } else { " or more" };
        format!("With this detail {}{more} in a row; at most {}", sentence::count(days, "day"), rule.at_most)
    });
    if days > rule.at_most {
        Verdict::fail(format!("{says}.")).with(figures)
    } else if doubts.is_empty() {
        Verdict::pass(format!("{says}.")).with(figures)
    } else {
        Verdict::in_doubt(&doubts, &format!("As far as is known: {}.", says.to_lowercase())).with(figures)
    }
}

/// The days that matter: as many on either side as there may be in a row, and one more.
fn around(rule: &DaysInARow, question: &Question<'_>) -> Interval {
    let (first, last) = own(question);
    over(question, first, last, rule.at_most.saturating_add(1))
}

/// The first and the last day of the detail.
fn own(question: &Question<'_>) -> (NaiveDate, NaiveDate) {
    let when = question.proposal.when;
    (question.clock.date(when.start), question.clock.date(when.end - Millis(1)))
}

/// How many days there are in a row with the detail, as far as they are counted out, and whether that is all of them.
fn run(rule: &DaysInARow, question: &Question<'_>, trusted: &dyn Fn(Stream) -> bool) -> (u32, bool) {
    let (first, last) = own(question);
    let enough = rule.at_most.saturating_add(1);
    let most = if question.words { enough.max(TOLD) } else { enough }.min(LONGEST_RUN);
    let counted = |stint: &&Stint| rule.counts.contains(&stint.stream) && trusted(stint.stream);
    let near = question.calendar.near(at_least(question, most)).filter(counted);
    // Joined, their ends rise as their starts do: one look at the nearest is enough for each day.
    let busy = joined(near.map(|stint| stint.when).collect(), Millis(0));
    let own = last.signed_duration_since(first).num_days().unsigned_abs() as u32 + 1;
    let (before, after) = (before(question.clock, &busy, first, most), after(question.clock, &busy, last, most));
    (before + own + after, before < most && after < most)
}

/// No less time than so many days on either side of the detail's own. What lies further off is not looked at, however much there is.
fn at_least(question: &Question<'_>, most: u32) -> Interval {
    let (when, reach) = (question.proposal.when, Millis::from_hours(25 * (i64::from(most) + 2)));
    Interval { start: when.start - reach, end: when.end + reach }
}

/// So many days on either side of the detail's own.
fn over(question: &Question<'_>, first: NaiveDate, last: NaiveDate, most: u32) -> Interval {
    let reach = Days::new(u64::from(most));
    let start = question.clock.day(first.checked_sub_days(reach).unwrap_or(first)).start;
    Interval { start, end: question.clock.day(last.checked_add_days(reach).unwrap_or(last)).end }
}

fn before(clock: &Clock, mut busy: &[Interval], mut date: NaiveDate, most: u32) -> u32 {
    for days in 0..most {
        let Some(earlier) = date.pred_opt() else { return days };
        let day = clock.day(earlier);
        while let [rest @ .., last] = busy
            && last.start >= day.end
        {
            busy = rest;
        }
        if busy.last().is_none_or(|last| last.overlap(day).is_none()) {
            return days;
        }
        date = earlier;
    }
    most
}

fn after(clock: &Clock, busy: &[Interval], mut date: NaiveDate, most: u32) -> u32 {
    let begins = clock.day(date).end;
    let mut busy = &busy[busy.partition_point(|piece| piece.end <= begins)..];
    for days in 0..most {
        let Some(later) = date.succ_opt() else { return days };
        let day = clock.day(later);
        while let [first, rest @ ..] = busy
            && first.end <= day.start
        {
            busy = rest;
        }
        if busy.first().is_none_or(|first| first.overlap(day).is_none()) {
            return days;
        }
        date = later;
    }
    most
}

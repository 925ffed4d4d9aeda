//! Days in a row without one off.

use chrono::{Days, NaiveDate};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::question::{Question, Verdict};
use super::sentence;
use super::{Figure, Stream};
use crate::time::{Interval, Millis};

/// Runs longer than this are not counted out.
const LONGEST_RUN: u32 = 400;

/// At most so many days in a row with any of these streams in them.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
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
    let when = question.proposal.when;
    let reach = i64::from(rule.at_most) + 1;
    let clock = &question.clock;
    let around = Interval { start: clock.days_after(when.start, -reach), end: clock.days_after(when.end, reach) };
    let doubts = question.doubts(rule.counts.iter().map(|stream| (*stream).into()), around);
    let trusted = |stream: Stream| !doubts.iter().any(|(feed, _)| *feed == stream.into());
    let days = run(rule, question, &trusted);
    let figures = [Figure::Count(days), Figure::AtMost(rule.at_most)];
    let says = format!("With this detail {} in a row; at most {}", sentence::count(days, "day"), rule.at_most);
    if days > rule.at_most {
        Verdict::fail(format!("{says}.")).with(figures)
    } else if doubts.is_empty() {
        Verdict::pass(format!("{says}.")).with(figures)
    } else {
        Verdict::in_doubt(&doubts, &format!("As far as is known: {}.", says.to_lowercase())).with(figures)
    }
}

fn run(rule: &DaysInARow, question: &Question<'_>, trusted: &dyn Fn(Stream) -> bool) -> u32 {
    let (clock, when) = (&question.clock, question.proposal.when);
    let (first, last) = (clock.date(when.start), clock.date(when.end - Millis(1)));
    let busy = |date: NaiveDate| {
        let day = clock.day(date);
        let counted = |stint: &&super::Stint| rule.counts.contains(&stint.stream) && trusted(stint.stream);
        question.calendar.near(day).filter(counted).any(|stint| stint.when.overlap(day).is_some())
    };
    let own = last.signed_duration_since(first).num_days().unsigned_abs() as u32 + 1;
    let side = |step: &dyn Fn(NaiveDate) -> Option<NaiveDate>, from: NaiveDate| {
        let days = std::iter::successors(step(from), |date| step(*date));
        days.take(LONGEST_RUN as usize).take_while(|date| busy(*date)).count() as u32
    };
    let before = side(&|date| date.checked_sub_days(Days::new(1)), first);
    before + own + side(&|date| date.checked_add_days(Days::new(1)), last)
}

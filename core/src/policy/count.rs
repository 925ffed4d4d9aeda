//! At most so many of something in a while: applications, jobs, cancellations.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::hours::span;
use super::question::{Question, Verdict};
use super::sentence;
use super::{Event, Feed, Figure, Window};
use crate::time::{Interval, Millis, UnixMillis};

/// Which time of an event counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = CountBy))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// When it happened; the window is the one of the moment the rule is asked.
    #[default]
    #[n(0)]
    Made,
    /// The time it is about; the windows are those of the detail.
    #[n(1)]
    Job,
}

/// At most so many events within a window.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The kinds of event.
    #[n(0)]
    pub events: Vec<String>,
    /// How many, this one included.
    #[n(1)]
    pub at_most: u32,
    /// The window.
    #[n(2)]
    pub window: Window,
    /// Which time counts.
    #[n(3)]
    #[serde(default)]
    pub by: By,
    /// What is asked about is one more; so where absent.
    #[n(4)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub this_counts: Option<bool>,
    /// Only events about jobs of these classes.
    #[n(5)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<Vec<String>>,
}

pub(super) fn judge(count: &Count, question: &Question<'_>) -> Verdict {
    if let Some(why) = question.doubt(Feed::Events) {
        return Verdict::unknown(format!("Not known: {why}."));
    }
    let mut at: Vec<UnixMillis> = Vec::with_capacity(question.context.events.len());
    at.extend(matching(count, question).filter_map(|event| time(count, event)));
    at.sort_unstable();
    let own = u32::from(count.this_counts != Some(false));
    let windows = windows(count, question, &at);
    let most = windows.into_iter().map(|window| (within(&at, window) + own, window));
    let Some((number, window)) = most.max_by_key(|(number, window)| (*number, std::cmp::Reverse(window.start))) else {
        return Verdict::pass("Nothing to count.");
    };
    let says = question.say(|| {
        let (what, when) = (sentence::any_of(&count.events), sentence::window(question, count.window, window));
        let with = if own == 1 { " with this one" } else { "" };
        format!("{number} of {} {when}{with} ({what}).", count.at_most)
    });
    let figures = [Figure::Count(number), Figure::AtMost(count.at_most), Figure::Window(window)];
    if number > count.at_most {
        return Verdict::fail(says).with(figures);
    }
    match question.doubt_over(Feed::Events, || reach(count, question)) {
        Some(why) => Verdict::unknown(format!("Not known: {why}.")),
        None => Verdict::pass(says).with(figures),
    }
}

/// The time over which events must be known: every window that is counted, as far as it can have something in it.
fn reach(count: &Count, question: &Question<'_>) -> Interval {
    let when = question.proposal.when;
    if let (Window::Rolling(width), By::Job) = (count.window, count.by) {
        return Interval { start: when.start - span(width), end: when.start + span(width) };
    }
    let windows = windows(count, question, &[]);
    let (Some(first), Some(last)) = (windows.first(), windows.last()) else { return when };
    let end = match count.by {
        // What is still to come has not been made.
        By::Made => last.end.min(question.now).max(first.start),
        By::Job => last.end,
    };
    Interval { start: first.start, end }
}

fn matching<'a>(count: &'a Count, question: &'a Question<'_>) -> impl Iterator<Item = &'a Event> {
    let own = question.proposal.detail;
    let counts_itself = count.this_counts != Some(false);
    question.context.events.iter().filter(move |event| {
        let known = event.at <= question.now && event.known.at(question.now) && !event.excused;
        let class = || count.classes.as_ref().is_none_or(|classes| classes.contains(&event.class));
        known && !(counts_itself && event.detail == Some(own)) && count.events.contains(&event.kind) && class()
    })
}

fn time(count: &Count, event: &Event) -> Option<UnixMillis> {
    match count.by {
        By::Made => Some(event.at),
        By::Job => event.about.map(|about| about.start),
    }
}

fn windows(count: &Count, question: &Question<'_>, at: &[UnixMillis]) -> Vec<Interval> {
    let start = match count.by {
        By::Made => question.now,
        By::Job => question.proposal.when.start,
    };
    let Window::Rolling(width) = count.window else {
        return match count.by {
            By::Made => question.clock.window_at(count.window, start).into_iter().collect(),
            By::Job => question.clock.windows(count.window, question.proposal.when).to_vec(),
        };
    };
    let width = span(width);
    let ending_now = Interval { start: start - width + Millis(1), end: start + Millis(1) };
    if count.by == By::Made {
        return vec![ending_now];
    }
    // Every window that holds the detail's start and begins with an event, or ends with the detail's start.
    let before = at.iter().filter(|event| **event <= start && start < **event + width);
    before
        .map(|event| Interval { start: *event, end: *event + width })
        .chain([ending_now, Interval { start, end: start + width }])
        .collect()
}

fn within(at: &[UnixMillis], window: Interval) -> u32 {
    (at.partition_point(|event| *event < window.end) - at.partition_point(|event| *event < window.start)) as u32
}

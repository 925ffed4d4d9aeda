//! Hours within a window: the caps.

use std::sync::Arc;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::approvals::{Granted, granted};
use super::question::{Question, Verdict};
use super::sentence;
use super::stream::Feeds;
use super::timeline::{Timeline, joined, within};
use super::{DayClass, Feed, Figure, Measure, Outcome, Severity, Stint, Stream, Window};
use crate::pricing::Minutes;
use crate::time::{Interval, Millis};

/// At most so many hours within a window.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The streams that count.
    #[n(0)]
    pub counts: Vec<Stream>,
    /// The window.
    #[n(1)]
    pub window: Window,
    /// The most that may lie in one.
    #[n(2)]
    pub limit: Minutes,
    /// Worked, paid or charged hours.
    #[n(3)]
    #[serde(default)]
    pub measure: Measure,
    /// Of details, only those with one of these tags count.
    #[n(4)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Of details, those with one of these tags do not count.
    #[n(5)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_tags: Option<Vec<String>>,
    /// Only days of these kinds; for a window of one day.
    #[n(6)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_days: Option<Vec<DayClass>>,
    /// So much time off in one piece, and the count begins anew.
    #[n(7)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_resets: Option<Minutes>,
    /// Leave raises the limit.
    #[n(8)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave: Option<LeaveRaises>,
    /// With an approval, the limit is higher.
    #[n(9)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised: Option<Raised>,
    /// The least that a detail may last; for the window `job`.
    #[n(10)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Minutes>,
}

/// How leave in the window raises its limit.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LeaveRaises {
    /// With so many days of leave, another limit holds.
    #[n(0)]
    Days {
        /// How many.
        #[n(0)]
        at_least: u32,
        /// The limit then.
        #[n(1)]
        limit: Minutes,
        /// Types of leave that do not count, such as `medical`.
        #[n(2)]
        #[serde(default)]
        except: Vec<String>,
    },
    /// Each hour of leave adds an hour.
    #[n(1)]
    HourForHour {
        /// The most that the limit becomes.
        #[n(0)]
        up_to: Minutes,
        /// Types of leave that do not count.
        #[n(1)]
        #[serde(default)]
        except: Vec<String>,
    },
}

/// A higher limit that somebody may approve.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Raised {
    /// The limit then.
    #[n(0)]
    pub limit: Minutes,
    /// The kind of approval it takes.
    #[n(1)]
    pub approval: String,
    /// How many windows of a period may be over the lower limit; as many as are approved where absent.
    #[n(2)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// That period.
    #[n(3)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<Window>,
}

/// One window's sums.
#[derive(Clone, Copy)]
struct Sum {
    window: Interval,
    before: Millis,
    after: Millis,
    limit: Millis,
}

pub(super) fn span(minutes: Minutes) -> Millis {
    Millis::from_mins(i64::from(minutes.0))
}

pub(super) fn judge(hours: &Hours, question: &Question<'_>) -> Verdict {
    match counts_proposal(hours, question) {
        Some(true) => {}
        Some(false) => return Verdict::pass("Does not count towards this limit."),
        None => return Verdict::unsaid("Not known: nobody has said where the job comes from and who hires."),
    }
    if let Some(short) = too_short(hours, question) {
        return short;
    }
    let reach = reach(hours, question);
    let doubts = question.doubts(feeds(hours).iter(), reach);
    let Some(worst) = worst(hours, question, reach, &|_| true) else {
        return if doubts.is_empty() {
            Verdict::pass("Does not count on this kind of day.")
        } else {
            Verdict::in_doubt(&doubts, "")
        };
    };
    let doubts = that_matter(hours, worst, doubts);
    if doubts.is_empty() {
        decide(hours, question, worst)
    } else {
        decide_in_doubt(hours, question, reach, worst, &doubts)
    }
}

/// The fullest window at the time of the question without what it proposes, the hours in it, its limit, and why it may be more; nothing
/// for single jobs, and where no such day is.
pub(super) fn used(hours: &Hours, question: &Question<'_>) -> Option<(Interval, Millis, Millis, Vec<String>)> {
    if hours.window == Window::Job {
        return None;
    }
    let reach = reach(hours, question);
    let Sum { window, before, limit, .. } = worst(hours, question, reach, &|_| true)?;
    let doubts = question.doubts(feeds(hours).iter(), reach).into_iter().map(|(_, why)| why).collect();
    Some((window, before, limit, doubts))
}

/// Leave only raises a limit: within the limit that holds without it, it need not be known.
fn that_matter(hours: &Hours, sum: Sum, mut doubts: Vec<(Feed, String)>) -> Vec<(Feed, String)> {
    let needed = hours.counts.contains(&Stream::Leave) || hours.on_days.is_some();
    if !needed && sum.after <= span(hours.limit) {
        doubts.retain(|(feed, _)| *feed != Feed::Leave);
    }
    doubts
}

/// Does this detail count at all? `None` where nobody has said what it is.
fn counts_proposal(hours: &Hours, question: &Question<'_>) -> Option<bool> {
    let proposal = question.proposal;
    if !hours.counts.contains(&proposal.stream) {
        return Some(false);
    }
    if proposal.stream != Stream::Detail || (hours.tags.is_none() && hours.not_tags.is_none()) {
        return Some(true);
    }
    proposal.tags.as_ref().map(|tags| selects(hours, tags))
}

fn selects(hours: &Hours, tags: &[String]) -> bool {
    let any = |wanted: &[String]| wanted.iter().any(|tag| tags.contains(tag));
    hours.tags.as_deref().is_none_or(any) && !hours.not_tags.as_deref().is_some_and(any)
}

fn counts_stint(hours: &Hours, stint: &Stint) -> bool {
    hours.counts.contains(&stint.stream) && (stint.stream != Stream::Detail || selects(hours, &stint.tags))
}

fn feeds(hours: &Hours) -> Feeds {
    let counted = if hours.window == Window::Job { Feeds::default() } else { Feeds::of(&hours.counts) };
    let leave = if hours.leave.is_some() { counted.and(Feed::Leave) } else { counted };
    if hours.on_days.is_some() { leave.and(Feed::OnDuty).and(Feed::Leave) } else { leave }
}

/// The time over which the feeds must be known.
fn reach(hours: &Hours, question: &Question<'_>) -> Interval {
    let when = question.proposal.when;
    if let Window::Rolling(width) = hours.window {
        return Interval { start: when.start - span(width), end: when.end + span(width) };
    }
    let windows = question.clock.windows(hours.window, touched(hours, question));
    let end = windows.last().map_or(when.end, |window| window.end);
    Interval { start: windows.first().map_or(when.start, |window| window.start), end }
}

/// The detail's own time, as it is measured.
fn own(hours: &Hours, question: &Question<'_>) -> Interval {
    let proposal = question.proposal;
    measured(hours.measure, proposal.when, proposal.paid, proposal.charged)
}

/// The time whose windows are looked at: what is paid or charged may reach beyond what is worked.
fn touched(hours: &Hours, question: &Question<'_>) -> Interval {
    let when = question.proposal.when;
    if hours.window == Window::Job {
        return when;
    }
    Interval { start: when.start, end: when.end.max(own(hours, question).end) }
}

fn too_short(hours: &Hours, question: &Question<'_>) -> Option<Verdict> {
    let least = span(hours.at_least?);
    let length = question.proposal.when.length();
    (length < least).then(|| {
        let says =
            format!("A detail lasts at least {}; this one {}.", sentence::length(least), sentence::length(length));
        Verdict::fail(says).with([Figure::After(length), Figure::Needed(least)])
    })
}

fn counted(hours: &Hours, stint: &Stint) -> Interval {
    measured(hours.measure, stint.when, stint.paid, stint.charged)
}

fn measured(measure: Measure, when: Interval, paid: Option<Minutes>, charged: Option<Minutes>) -> Interval {
    let instead = match measure {
        Measure::Worked => None,
        Measure::Paid => paid,
        Measure::Charged => charged,
    };
    instead.map_or(when, |minutes| Interval { start: when.start, end: when.start + span(minutes) })
}

/// The window that is over its limit by most, with the time of these streams only; the earliest of equals.
fn worst(hours: &Hours, question: &Question<'_>, reach: Interval, only: &dyn Fn(Stream) -> bool) -> Option<Sum> {
    let own = own(hours, question);
    let reach = Interval { start: reach.start, end: reach.end.max(own.end) };
    let counts = |stint: &&Stint| only(stint.stream) && counts_stint(hours, stint);
    let counted: Vec<Interval> = question.calendar.near(reach).filter(counts).map(|s| counted(hours, s)).collect();
    let after = as_measured(hours, with(&counted, own), own);
    let before = as_measured(hours, counted, own);
    let sum = |window: Interval| Sum {
        window,
        before: within(&before, window),
        after: within(&after, window),
        limit: limit(hours, question, window, only(Stream::Leave)),
    };
    let windows = windows(hours, question, &after, own);
    let sums = windows.iter().filter(|window| on_such_a_day(hours, question, **window)).map(|window| sum(*window));
    sums.max_by_key(|sum| (sum.after.0 - sum.limit.0, std::cmp::Reverse(sum.window.start)))
}

fn with(pieces: &[Interval], own: Interval) -> Vec<Interval> {
    let mut all = Vec::with_capacity(pieces.len() + 1);
    all.extend_from_slice(pieces);
    all.push(own);
    all
}

/// Worked time is joined, so that no minute counts twice; after enough time off only the detail's own stretch is left.
fn as_measured(hours: &Hours, pieces: Vec<Interval>, own: Interval) -> Vec<Interval> {
    let pieces = match hours.off_resets {
        Some(off) => of_one_stretch(pieces, own, span(off)),
        None => pieces,
    };
    if hours.measure == Measure::Worked { joined(pieces, Millis(0)) } else { pieces }
}

fn of_one_stretch(mut pieces: Vec<Interval>, own: Interval, off: Millis) -> Vec<Interval> {
    let gap = Millis(off.0.saturating_sub(1).max(0));
    let whole = joined(with(&pieces, own), gap);
    let Some(stretch) = whole.into_iter().find(|stretch| stretch.overlap(own).is_some()) else {
        return pieces;
    };
    pieces.retain(|piece| piece.overlap(stretch).is_some());
    pieces
}

fn windows(hours: &Hours, question: &Question<'_>, after: &[Interval], own: Interval) -> Arc<[Interval]> {
    match hours.window {
        Window::Rolling(width) => [Timeline::new(after).fullest(span(width), own)].into(),
        fixed => question.clock.windows(fixed, touched(hours, question)),
    }
}

fn on_such_a_day(hours: &Hours, question: &Question<'_>, day: Interval) -> bool {
    hours.on_days.as_ref().is_none_or(|classes| {
        let date = question.clock.date(day.start);
        classes.contains(&question.calendar.day_class(question.set, question.clock, date))
    })
}

/// The limit in a window; the highest it could be, where the leave record is not to be relied on.
fn limit(hours: &Hours, question: &Question<'_>, window: Interval, leave_known: bool) -> Millis {
    let base = span(hours.limit);
    let Some(raises) = &hours.leave else { return base };
    let (raised, highest) = match raises {
        LeaveRaises::Days { at_least, limit, except } => {
            let days = question.calendar.leave_days(question.set, question.clock, window, except);
            (if days >= *at_least { span(*limit) } else { base }, span(*limit))
        }
        LeaveRaises::HourForHour { up_to, except } => {
            let leave =
                question.calendar.near(window).filter(|s| s.stream == Stream::Leave && !except.contains(&s.class));
            let leave = joined(leave.map(|stint| stint.when).collect(), Millis(0));
            ((base + within(&leave, window)).min(span(*up_to)), span(*up_to))
        }
    };
    if leave_known { raised.max(base) } else { highest.max(raised).max(base) }
}

fn decide(hours: &Hours, question: &Question<'_>, sum: Sum) -> Verdict {
    let says = question.say(|| counted_so_far(hours, question, sum));
    if sum.after <= sum.limit {
        let left = || format!("{says}, which leaves {}.", sentence::length(Millis(sum.limit.0 - sum.after.0)));
        return Verdict::pass(question.say(left)).with(figures(sum, sum.limit));
    }
    over(hours, question, sum, &says)
}

fn over(hours: &Hours, question: &Question<'_>, sum: Sum, says: &str) -> Verdict {
    match &hours.raised {
        Some(raised) => over_the_lower(hours, raised, question, sum, says),
        None => too_much(sum, sum.limit, says),
    }
}

/// What can be relied on may be too much already, in whichever window; anything else is unknown.
fn decide_in_doubt(
    hours: &Hours,
    question: &Question<'_>,
    reach: Interval,
    known: Sum,
    doubts: &[(Feed, String)],
) -> Verdict {
    let trusted = |stream: Stream| !doubts.iter().any(|(feed, _)| *feed == stream.into());
    let says = question.say(|| format!("As far as is known: {}.", counted_so_far(hours, question, known)));
    let unknown = || Verdict::in_doubt(doubts, &says).with(figures(known, known.limit));
    // Which kind of day it is may turn on what is in doubt.
    let surely = if hours.on_days.is_some() { None } else { worst(hours, question, reach, &trusted) };
    let Some(sum) = surely.filter(|sum| sum.after > sum.limit) else { return unknown() };
    let verdict = over(hours, question, sum, &question.say(|| counted_so_far(hours, question, sum)));
    match verdict.outcome {
        // Approved up to a limit, and what is missing may be more.
        Outcome::Pass => unknown(),
        // For the same reason an approval may not do.
        Outcome::Fail | Outcome::Unknown => Verdict { at_most: None, ..verdict },
    }
}

fn too_much(sum: Sum, limit: Millis, says: &str) -> Verdict {
    let over = sentence::length(Millis(sum.after.0 - limit.0));
    Verdict::fail(format!("{says}, {over} too much.")).with(figures(sum, limit))
}

/// "20 h 15 m of 24 h this week; this detail adds 5 h".
fn counted_so_far(hours: &Hours, question: &Question<'_>, sum: Sum) -> String {
    let kind = match hours.measure {
        Measure::Worked => "",
        Measure::Paid => " paid",
        Measure::Charged => " charged",
    };
    let (before, limit) = (sentence::length(sum.before), sentence::length(sum.limit));
    let adds = sentence::length(Millis(sum.after.0 - sum.before.0));
    let when = sentence::window(question, hours.window, sum.window);
    let what = if question.proposal.stream == Stream::Detail { "this detail" } else { "this" };
    format!("{before}{kind} of {limit} {when}; {what} adds {adds}")
}

fn figures(sum: Sum, limit: Millis) -> [Figure; 5] {
    let adds = Millis(sum.after.0 - sum.before.0);
    [
        Figure::Before(sum.before),
        Figure::Adds(adds),
        Figure::After(sum.after),
        Figure::Limit(limit),
        Figure::Window(sum.window),
    ]
}

/// Over the limit: is it within what can be approved, and was it?
fn over_the_lower(hours: &Hours, raised: &Raised, question: &Question<'_>, sum: Sum, says: &str) -> Verdict {
    let limit = span(raised.limit);
    if sum.after > limit {
        let (most, over) = (sentence::length(limit), sentence::length(Millis(sum.after.0 - limit.0)));
        let says = format!("{says}, {over} more than even the {most} that can be approved.");
        return Verdict::fail(says).with(figures(sum, limit));
    }
    if let Some(refused) = quota(hours, raised, question, sum, says) {
        return refused;
    }
    let kind = sentence::plain(&raised.approval);
    let most = sentence::length(limit);
    match granted(question, &raised.approval, sum.window) {
        Granted::Yes => Verdict::pass(format!("{says}; {most} were approved ({kind}).")).with(figures(sum, limit)),
        Granted::No => Verdict::fail(format!("{says}; up to {most} takes an approval ({kind}), which is not there."))
            .with(figures(sum, limit))
            .at_most(Severity::NeedsApproval),
        Granted::Unknown(why) => Verdict::unknown(format!("Not known: {why}. {says}.")).with(figures(sum, limit)),
    }
}

/// Refuses where the windows of the period that may be over the limit are used up.
fn quota(hours: &Hours, raised: &Raised, question: &Question<'_>, sum: Sum, says: &str) -> Option<Verdict> {
    let (times, per) = (raised.times?, raised.per?);
    let period = question.clock.window_at(per, sum.window.start)?;
    let doubts = question.doubts(feeds(hours).iter(), period);
    if !doubts.is_empty() {
        return Some(Verdict::in_doubt(&doubts, &format!("{says}.")).with(figures(sum, sum.limit)));
    }
    let pieces = question.calendar.near(period).filter(|stint| counts_stint(hours, stint));
    let mut pieces: Vec<Interval> = pieces.map(|stint| counted(hours, stint)).collect();
    // This detail may take a second window over the limit.
    let own = own(hours, question);
    pieces.push(own);
    let done = Timeline::new(&as_measured(hours, pieces, own));
    let windows = question.clock.windows(hours.window, period);
    let others = windows.iter().filter(|window| **window != sum.window && period.contains(window.start));
    let used = others.filter(|window| done.within(**window) > limit(hours, question, **window, true)).count() as u32;
    (used >= times).then(|| {
        let said = sentence::window(question, per, period);
        let says = format!("{says}; the limit is exceeded {} besides {said}, of {times} allowed.", times_words(used));
        Verdict::fail(says).with(figures(sum, sum.limit)).with([Figure::Count(used), Figure::AtMost(times)])
    })
}

fn times_words(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{NOW, asked, at, detail, officer, stint};
    use super::super::{Context, Outcome, Stream};

    const WEEK: &str = "[hours]\ncounts = [\"detail\"]\nwindow = \"week\"\nlimit = \"24:00\"";

    #[test]
    fn the_sentence_has_the_numbers_in_it() {
        let worked = stint(Stream::Detail, "2025-06-08T01:00", "2025-06-08T21:15");
        let said = asked(WEEK, &officer(vec![worked]), &detail("2025-06-12T18:00", "2025-06-12T23:00"));
        assert_eq!(said.outcome, Outcome::Fail);
        assert_eq!(said.sentence, "20 h 15 m of 24 h this week; this detail adds 5 h, 1 h 15 m too much.");
    }

    #[test]
    fn what_was_never_read_is_unknown_and_never_a_pass() {
        let said = asked(WEEK, &Context::default(), &detail("2025-06-12T18:00", "2025-06-12T23:00"));
        assert_eq!(said.outcome, Outcome::Unknown);
        assert_eq!(
            said.sentence,
            "Not known: the record of details has not been read. As far as is known: 0 h of 24 h this week; this detail adds 5 h."
        );
        assert!(at(NOW) < at("2025-06-12T18:00"));
    }

    #[test]
    fn a_rolling_window_is_looked_at_wherever_it_lies() {
        let body = "[hours]\ncounts = [\"on_duty\", \"detail\"]\nwindow = { rolling = \"24:00\" }\nlimit = \"16:00\"";
        let duty = [
            stint(Stream::OnDuty, "2025-06-11T22:00", "2025-06-12T06:00"),
            stint(Stream::OnDuty, "2025-06-12T16:00", "2025-06-13T00:00"),
        ];
        // 8 h before, 8 h after, and half an hour between them: 16 h 30 m from 22:00 to 22:00 less the last 2 h.
        let said = asked(body, &officer(duty.to_vec()), &detail("2025-06-12T10:00", "2025-06-12T10:30"));
        assert_eq!(said.outcome, Outcome::Pass);
        let said = asked(body, &officer(duty.to_vec()), &detail("2025-06-12T10:00", "2025-06-12T12:01"));
        assert_eq!(said.outcome, Outcome::Fail);
        assert_eq!(
            said.sentence,
            "14 h of 16 h in the 24 h from 2025-06-11 22:00; this detail adds 2 h 1 m, 1 m too much."
        );
    }
}

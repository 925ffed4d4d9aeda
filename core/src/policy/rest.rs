//! Rest, breaks, travel and overlap: what lies between a detail and the officer's other time.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::hours::span;
use super::place;
use super::question::{Question, Verdict};
use super::sentence;
use super::stream::Feeds;
use super::timeline::{Timeline, joined, within};
use super::{Basis, DayClass, Effect, Feed, Figure, Stint, Stream};
use crate::pricing::Minutes;
use crate::time::{Interval, Millis, UnixMillis};

/// On which side of a detail.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Before and after it.
    #[default]
    #[n(0)]
    Both,
    /// Between it and what comes next.
    #[n(1)]
    BeforeNext,
    /// Between it and what came last.
    #[n(2)]
    AfterLast,
}

/// So much time must lie between a detail and other time. With none asked for, they only may not overlap.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Rest {
    /// The streams that a detail is held against.
    #[n(0)]
    pub counts: Vec<Stream>,
    /// The time between.
    #[n(1)]
    #[serde(default)]
    pub at_least: Minutes,
    /// On which side.
    #[n(2)]
    #[serde(default)]
    pub side: Side,
    /// So much overlap is let go.
    #[n(3)]
    #[serde(default)]
    pub overlap_up_to: Minutes,
    /// As scheduled, as it happened, or either.
    #[n(4)]
    #[serde(default)]
    pub basis: Basis,
    /// Only after a stretch of at least so much time without a longer break than `joined_by`.
    #[n(5)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_stretch: Option<Minutes>,
    /// A break up to this does not end a stretch.
    #[n(6)]
    #[serde(default)]
    pub joined_by: Minutes,
    /// Only after a stretch that begins on such a day.
    #[n(7)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_days: Option<Vec<DayClass>>,
    /// The way from one place to the other takes time.
    #[n(8)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub travel: Option<Travel>,
    /// What follows where the rest is not there, by the agency's code, such as `call_in_pay`.
    #[n(9)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
}

/// How long a way takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Travel {
    /// Kilometres an hour as the crow flies.
    #[n(0)]
    pub km_per_hour: u32,
    /// No way counts for longer, so that nobody needs to know where the officer was days ago.
    #[n(1)]
    pub at_most: Minutes,
}

/// What is wrong, worst first.
enum Trouble {
    Overlap { with: Stream, shared: Millis },
    TooClose { with: Stream, rest: Millis, needed: Millis, after: bool },
}

pub(super) fn judge(rest: &Rest, question: &Question<'_>) -> Verdict {
    let when = question.proposal.when;
    let span_needed = reach(rest);
    let around = Interval { start: when.start - span_needed, end: when.end + span_needed };
    let doubts = question.doubts(feeds(rest).iter(), around);
    let trusted = |stream: Stream| !doubts.iter().any(|(feed, _)| *feed == stream.into());
    let found = if rest.after_stretch.is_some() {
        let class_known = rest.on_days.is_none() || doubts.is_empty();
        Ok(after_stretch(rest, question, &|stream| class_known && trusted(stream)))
    } else {
        beside(rest, question, around, &trusted)
    };
    match found {
        Err(unknown) => unknown,
        Ok(Some(trouble)) => told(rest, question, &trouble),
        Ok(None) if doubts.is_empty() => in_order(rest, question),
        Ok(None) => Verdict::in_doubt(&doubts, ""),
    }
}

/// How far from the detail other time matters.
fn reach(rest: &Rest) -> Millis {
    let travel = rest.travel.map_or(Millis(0), |travel| span(travel.at_most));
    span(rest.at_least).max(travel)
}

fn feeds(rest: &Rest) -> Feeds {
    let feeds = Feeds::of(&rest.counts);
    if rest.on_days.is_some() { feeds.and(Feed::OnDuty).and(Feed::Leave) } else { feeds }
}

fn counts(rest: &Rest, stint: &Stint) -> bool {
    let basis = rest.basis == Basis::Either || stint.basis == Basis::Either || stint.basis == rest.basis;
    basis && rest.counts.contains(&stint.stream)
}

/// The worst of what lies beside or under the detail.
fn beside(
    rest: &Rest,
    question: &Question<'_>,
    around: Interval,
    trusted: &dyn Fn(Stream) -> bool,
) -> Result<Option<Trouble>, Verdict> {
    let near = || question.calendar.near(around).filter(|stint| counts(rest, stint) && trusted(stint.stream));
    if let Some(trouble) = overlap(rest, question.proposal.when, near()) {
        return Ok(Some(trouble));
    }
    let (mut worst, mut unknown): (Option<(Millis, Trouble)>, _) = (None, None);
    for stint in near() {
        match short_of(rest, question, stint) {
            Err(why) => unknown = unknown.or(Some(why)),
            Ok(Some((short, trouble))) if worst.as_ref().is_none_or(|(held, _)| short > *held) => {
                worst = Some((short, trouble));
            }
            Ok(_) => {}
        }
    }
    match (worst, unknown) {
        (Some((_, trouble)), _) => Ok(Some(trouble)),
        (None, Some(why)) => Err(why),
        (None, None) => Ok(None),
    }
}

fn overlap<'a>(rest: &Rest, when: Interval, near: impl Iterator<Item = &'a Stint>) -> Option<Trouble> {
    let shared: Vec<(Stream, Interval)> =
        near.filter_map(|stint| stint.when.overlap(when).map(|part| (stint.stream, part))).collect();
    let with = shared.iter().max_by_key(|(stream, part)| (part.length(), std::cmp::Reverse(*stream)))?.0;
    let parts = joined(shared.into_iter().map(|(_, part)| part).collect(), Millis(0));
    let total = Timeline::new(&parts).within(when);
    (total > span(rest.overlap_up_to)).then_some(Trouble::Overlap { with, shared: total })
}

/// By how much the rest beside one stint is too short.
fn short_of(rest: &Rest, question: &Question<'_>, stint: &Stint) -> Result<Option<(Millis, Trouble)>, Verdict> {
    let when = question.proposal.when;
    let after = stint.when.start >= when.start;
    let asked = match rest.side {
        Side::Both => true,
        Side::BeforeNext => after,
        Side::AfterLast => !after,
    };
    if !asked || stint.when.is_empty() {
        return Ok(None);
    }
    let gap = if after { stint.when.start - when.end } else { when.start - stint.when.end }.max(Millis(0));
    if rest.at_least == Minutes(0) && rest.travel.is_none() {
        return Ok(None);
    }
    let needed = needed(rest, question, stint, gap)?;
    let trouble = Trouble::TooClose { with: stint.stream, rest: gap, needed, after };
    Ok((gap < needed).then(|| (Millis(needed.0 - gap.0), trouble)))
}

/// The rest needed beside one stint, the way between included.
fn needed(rest: &Rest, question: &Question<'_>, stint: &Stint, gap: Millis) -> Result<Millis, Verdict> {
    let least = span(rest.at_least);
    let Some(travel) = rest.travel.filter(|travel| gap >= least && gap < span(travel.at_most)) else {
        return Ok(least);
    };
    let (Some(here), Some(there)) = (question.proposal.place, stint.place) else {
        let gap = sentence::length(gap);
        return Err(Verdict::unknown(format!("Not known: how far apart two places are that {gap} lie between.")));
    };
    let metres = u64::from(place::metres_between(here, there));
    let an_hour = u64::from(travel.km_per_hour.max(1)) * 1_000;
    let millis = (metres * 3_600_000).div_ceil(an_hour);
    Ok(least.max(Millis(i64::try_from(millis).unwrap_or(i64::MAX)).min(span(travel.at_most))))
}

/// Rest after a long stretch, where the detail is in the stretch, goes on with it or follows it.
fn after_stretch(rest: &Rest, question: &Question<'_>, trusted: &dyn Fn(Stream) -> bool) -> Option<Trouble> {
    let when = question.proposal.when;
    let all = question.calendar.all().filter(|stint| counts(rest, stint) && trusted(stint.stream));
    let mut pieces: Vec<Interval> = all.map(|stint| stint.when).filter(|piece| !piece.is_empty()).collect();
    pieces.push(when);
    let work = joined(pieces.clone(), Millis(0));
    let stretches = joined(pieces.clone(), span(rest.joined_by));
    let own = stretches.iter().position(|stretch| stretch.start <= when.start && when.end <= stretch.end)?;
    if let Some(trouble) = gone_on(rest, question, &pieces, &work, stretches[own]) {
        return Some(trouble);
    }
    let before = own.checked_sub(1).map(|last| (stretches[last], stretches[own], false));
    let after = stretches.get(own + 1).map(|next| (stretches[own], *next, true));
    for (stretch, next, after) in before.into_iter().chain(after) {
        let (gap, needed) = (next.start - stretch.end, span(rest.at_least));
        if gap < needed && is_long(rest, question, &work, stretch) {
            return Some(Trouble::TooClose { with: question.proposal.stream, rest: gap, needed, after });
        }
    }
    None
}

/// The detail, or what follows it within its stretch, begins when enough was worked for the rest to be due.
fn gone_on(
    rest: &Rest,
    question: &Question<'_>,
    pieces: &[Interval],
    work: &[Interval],
    own: Interval,
) -> Option<Trouble> {
    let when = question.proposal.when;
    let later = pieces.iter().map(|piece| piece.start).filter(|start| when.end <= *start && *start < own.end);
    let due = |start: &UnixMillis| is_long(rest, question, work, Interval { start: own.start, end: *start });
    let start = [when.start].into_iter().chain(later).filter(due).min()?;
    let ended = work.iter().map(|piece| piece.end).filter(|end| *end <= start).max();
    // Within a piece of work that goes on there is no rest at all.
    let within = work.iter().any(|piece| piece.start < start && start < piece.end);
    let rest_there = ended.filter(|_| !within).map_or(Millis(0), |end| start - end);
    let needed = span(rest.at_least);
    let with = question.proposal.stream;
    Some(Trouble::TooClose { with, rest: rest_there, needed, after: start > when.start })
}

fn is_long(rest: &Rest, question: &Question<'_>, work: &[Interval], stretch: Interval) -> bool {
    let long = within(work, stretch) >= span(rest.after_stretch.unwrap_or_default());
    long && rest.on_days.as_ref().is_none_or(|classes| classes.contains(&class_at(question, stretch.start)))
}

fn class_at(question: &Question<'_>, at: UnixMillis) -> DayClass {
    question.calendar.day_class(question.set, question.clock, question.clock.date(at))
}

fn told(rest: &Rest, question: &Question<'_>, trouble: &Trouble) -> Verdict {
    let says = question.say(|| words(rest, trouble));
    let figures = match trouble {
        Trouble::Overlap { shared, .. } => [Figure::Overlap(*shared), Figure::Limit(span(rest.overlap_up_to))],
        Trouble::TooClose { rest: gap, needed, .. } => [Figure::Rest(*gap), Figure::Needed(*needed)],
    };
    Verdict::fail(says).with(figures).then(rest.otherwise.iter().cloned().map(Effect::Also))
}

fn words(rest: &Rest, trouble: &Trouble) -> String {
    match trouble {
        Trouble::Overlap { with, shared } => {
            let allowed = span(rest.overlap_up_to);
            let spare = if allowed.0 > 0 { format!(", {} allowed", sentence::length(allowed)) } else { String::new() };
            format!("Overlaps {} by {}{spare}.", named(*with), sentence::length(*shared))
        }
        Trouble::TooClose { rest: gap, needed, after, with } => {
            let (gap, needed) = (sentence::length(*gap), sentence::length(*needed));
            match (rest.after_stretch, after) {
                (Some(long), _) => {
                    let long = sentence::length(span(long));
                    format!("{gap} of rest after {long} or more at work; {needed} are needed.")
                }
                (None, true) => format!("{gap} until {} begins; {needed} are needed.", named(*with)),
                (None, false) => format!("{gap} since {} ended; {needed} are needed.", named(*with)),
            }
        }
    }
}

fn in_order(rest: &Rest, question: &Question<'_>) -> Verdict {
    Verdict::pass(question.say(|| {
        if rest.at_least == Minutes(0) && rest.travel.is_none() {
            return "Overlaps nothing else of the officer's.".to_owned();
        }
        format!("At least {} lie between this detail and the next.", sentence::length(span(rest.at_least)))
    }))
}

fn named(stream: Stream) -> &'static str {
    match stream {
        Stream::OnDuty => "a duty shift",
        Stream::Overtime => "overtime",
        Stream::Court => "court",
        Stream::Training => "training",
        Stream::Leave => "leave",
        Stream::Detail => "another detail",
        Stream::OtherAgency => "work for another agency",
    }
}

//! Duty status: who may not work details, and why.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::hours::span;
use super::question::{Question, Verdict};
use super::sentence;
use super::timeline::joined;
use super::{Effect, Feed, Figure, Status};
use crate::pricing::Minutes;
use crate::time::{Interval, Millis, UnixMillis};

/// When a status matters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// At any time of the detail.
    #[default]
    #[n(0)]
    Job,
    /// At the moment the rule is asked.
    #[n(1)]
    Now,
    /// At either.
    #[n(2)]
    Either,
}

/// Statuses with which an officer may not work details, or without which they may not.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct Barred {
    /// None of these.
    #[n(0)]
    pub none_of: Vec<String>,
    /// One of these, if any are named.
    #[n(1)]
    pub one_of: Vec<String>,
    /// When it matters.
    #[n(2)]
    pub at: At,
    /// So long after such a status has ended it still bars.
    #[n(3)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lasts_after: Option<Minutes>,
    /// The officer's further details in that time are taken back, and those concerned are told.
    #[n(4)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub releases: Option<bool>,
}

/// The statuses that an officer has at some time of a stretch.
pub(super) fn during<'a>(question: &'a Question<'_>, span: Interval) -> impl Iterator<Item = &'a Status> {
    let known = question.context.statuses.iter().filter(|status| status.known.at(question.now));
    known.filter(move |status| status.from < span.end && status.until.is_none_or(|until| span.start < until))
}

pub(super) fn judge(barred: &Barred, question: &Question<'_>) -> Verdict {
    if let Some(why) = question.doubt(Feed::Status) {
        return Verdict::unknown(format!("Not known: {why}."));
    }
    let spans = times(barred, question);
    if let Some(status) = spans.iter().find_map(|span| bars(barred, question, *span)) {
        return refused(barred, question, status);
    }
    if barred.one_of.is_empty() {
        return Verdict::pass("No status stands against it.");
    }
    let what = sentence::any_of(&barred.one_of);
    let held: Vec<Vec<Interval>> = spans.iter().map(|span| held(barred, question, *span)).collect();
    let throughout = |(span, held): (&Interval, &Vec<Interval>)| {
        held.iter().any(|held| held.start <= span.start && span.end <= held.end)
    };
    if spans.iter().zip(&held).all(throughout) {
        Verdict::pass(format!("The officer is {what}."))
    } else if held.iter().all(Vec::is_empty) {
        Verdict::fail(format!("The officer is not {what}."))
    } else {
        Verdict::fail(format!("The officer is {what} for a part of the detail only."))
    }
}

/// When, about that time, the officer has one of the statuses asked for.
fn held(barred: &Barred, question: &Question<'_>, span: Interval) -> Vec<Interval> {
    let asked = during(question, span).filter(|status| barred.one_of.contains(&status.code));
    let when = |status: &Status| Interval { start: status.from, end: status.until.unwrap_or(UnixMillis::MAX) };
    joined(asked.map(when).collect(), Millis(0))
}

fn times(barred: &Barred, question: &Question<'_>) -> Vec<Interval> {
    let job = question.proposal.when;
    let now = Interval { start: question.now, end: question.now + Millis(1) };
    match barred.at {
        At::Job => vec![job],
        At::Now => vec![now],
        At::Either => vec![now, job],
    }
}

/// The status that bars, the one that begins first.
fn bars<'a>(barred: &Barred, question: &'a Question<'_>, when: Interval) -> Option<&'a Status> {
    let since = when.start - span(barred.lasts_after.unwrap_or_default());
    let found = during(question, Interval { start: since, end: when.end });
    found.filter(|status| barred.none_of.contains(&status.code)).min_by_key(|status| (status.from, &status.code))
}

fn refused(barred: &Barred, question: &Question<'_>, status: &Status) -> Verdict {
    let zone = question.clock.zone();
    let since = zone.clock_text(status.from);
    let until = status.until.map_or(String::new(), |until| format!(" until {}", zone.clock_text(until)));
    let after = barred.lasts_after.filter(|_| status.until.is_some_and(|until| until <= question.proposal.when.start));
    let still = after.map_or(String::new(), |m| format!(", which bars for {} after it", sentence::length(span(m))));
    let says = format!("The officer is {} from {since}{until}{still}.", sentence::plain(&status.code));
    let verdict = Verdict::fail(says).with([Figure::At(status.from)]);
    if barred.releases != Some(true) {
        return verdict;
    }
    let end = status.until.map_or(UnixMillis::MAX, |until| until + span(barred.lasts_after.unwrap_or_default()));
    let release = Interval { start: status.from.max(question.now.min(question.proposal.when.start)), end };
    verdict.then([Effect::Release(release), Effect::Also("notify".to_owned())])
}

//! What must have happened by when: acknowledgements, punches, uploads, reports.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::hours::span;
use super::question::{Question, Verdict};
use super::sentence;
use super::{Effect, Event, Feed, Figure};
use crate::pricing::Minutes;
use crate::time::{Interval, UnixMillis};

/// By when.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = DueBy))]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Before the detail begins.
    #[n(0)]
    Start,
    /// Before it ends.
    #[n(1)]
    End,
    /// So long after its end.
    #[n(2)]
    AfterEnd(#[n(0)] Minutes),
}

/// Events that must have happened for this detail.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Required {
    /// All of these kinds.
    #[n(0)]
    pub events: Vec<String>,
    /// By when.
    #[n(1)]
    pub due: By,
    /// Something that, where it happens, makes it due sooner.
    #[n(2)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sooner: Option<Sooner>,
    /// What the officer acknowledges, in the agency's words.
    #[n(3)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Due sooner after an event of the detail.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Sooner {
    /// After one of these.
    #[n(0)]
    pub after: Vec<String>,
    /// By when then.
    #[n(1)]
    pub due: By,
}

pub(super) fn judge(required: &Required, question: &Question<'_>) -> Verdict {
    let due = due(required, question);
    let when = question.proposal.when;
    let reach = Interval { start: when.start, end: when.end.max(due.min(question.now)) };
    if let Some(why) = question.doubt_over(Feed::Events, || reach) {
        return Verdict::unknown(format!("Not known: {why}."));
    }
    let text = |at| question.clock.zone().clock_text(at);
    let late = required.events.iter().find(|kind| first(question, kind).is_none_or(|at| at > due));
    let Some(kind) = late else {
        return Verdict::pass(question.say(|| format!("Done: {}.", said(required))));
    };
    let what = || sentence::plain(kind);
    let verdict = match first(question, kind) {
        Some(at) => {
            let says = || format!("Late: {}, at {}; it was due by {}.", what(), text(at), text(due));
            return Verdict::fail(question.say(says)).with([Figure::At(due)]);
        }
        None if question.now > due => {
            Verdict::fail(question.say(|| format!("Missing: {}; it was due by {}.", what(), text(due))))
        }
        None => Verdict::pass(question.say(|| format!("Due by {}: {}.", text(due), what()))),
    };
    verdict.with([Figure::At(due)]).then([Effect::Due { what: kind.clone(), by: due }])
}

fn said(required: &Required) -> String {
    required.events.iter().map(|kind| sentence::plain(kind)).collect::<Vec<_>>().join(", ")
}

fn due(required: &Required, question: &Question<'_>) -> UnixMillis {
    let sooner = required.sooner.as_ref().filter(|sooner| sooner.after.iter().any(|k| first(question, k).is_some()));
    let at = |by| match by {
        By::Start => question.proposal.when.start,
        By::End => question.proposal.when.end,
        By::AfterEnd(after) => question.proposal.when.end + span(after),
    };
    sooner.map_or(at(required.due), |sooner| at(sooner.due).min(at(required.due)))
}

/// The first time that something happened for this detail, as far as was known.
fn first(question: &Question<'_>, kind: &str) -> Option<UnixMillis> {
    of_detail(question).filter(|event| event.kind == kind).map(|event| event.at).min()
}

/// What happened for this detail, as far as was known. What names no detail, such as what was read from elsewhere, belongs to the
/// detail in whose time it was, or whose time it is about.
pub(super) fn of_detail<'a>(question: &Question<'a>) -> impl Iterator<Item = &'a Event> {
    question.happened.get_or_init(|| found(question)).iter().copied()
}

fn found<'a>(question: &Question<'a>) -> Vec<&'a Event> {
    let (own, when) = (question.proposal.detail, question.proposal.when);
    let in_time = move |event: &Event| match event.about {
        Some(about) => about.overlap(when).is_some(),
        None => when.contains(event.at),
    };
    let of_it = move |event: &&Event| event.detail.map_or_else(|| in_time(event), |detail| detail == own);
    let known = |event: &&Event| event.known.at(question.now) && event.at <= question.now;
    question.context.events.iter().filter(known).filter(of_it).collect()
}

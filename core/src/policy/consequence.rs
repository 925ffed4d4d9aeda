//! What happened on a detail and changes how it counts: for the ledger, the hours and the invoice.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::question::{Question, Verdict};
use super::required::of_detail;
use super::sentence;
use super::{Effect, Event, Feed, Stream};
use crate::time::Interval;

/// What follows.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Follows {
    /// The opportunity ledger counts so many percent of the detail.
    #[n(0)]
    Charge(#[n(0)] u32),
    /// The event's time counts as another stream.
    #[n(1)]
    CountAs(#[n(0)] Stream),
    /// The customer does not pay for the event's time.
    #[n(2)]
    NotBilled,
    /// Another consequence by the agency's code.
    #[n(3)]
    Also(#[n(0)] String),
}

/// After certain events of the detail, it counts otherwise. Nothing is wrong: such a finding passes and has effects.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Consequence {
    /// The kinds of event.
    #[n(0)]
    pub after: Vec<String>,
    /// What follows, once for each event, or once for the detail where it is a charge.
    #[n(1)]
    pub follows: Follows,
}

pub(super) fn judge(rule: &Consequence, question: &Question<'_>) -> Verdict {
    if let Some(why) = question.doubt(Feed::Events) {
        return Verdict::unknown(format!("Not known: {why}."));
    }
    let counted = |event: &&Event| rule.after.contains(&event.kind) && !event.excused;
    let mut events: Vec<&Event> = of_detail(question).filter(counted).collect();
    events.sort_by(|one, other| (one.at, &one.kind).cmp(&(other.at, &other.kind)));
    let Some(first) = events.first() else {
        return Verdict::pass("Nothing of the kind happened.");
    };
    let what = sentence::plain(&first.kind);
    match &rule.follows {
        Follows::Charge(percent) => {
            let effect = super::notice::charge(question, *percent);
            let whole = sentence::length(question.proposal.when.length());
            Verdict::pass(format!("After {what}, {whole} are charged at {percent} percent.")).then([effect])
        }
        Follows::CountAs(stream) => told(question, &events, &what, &format!("counts as {stream:?}"), |when| {
            Effect::CountAs { stream: *stream, when }
        }),
        Follows::NotBilled => told(question, &events, &what, "is not billed", Effect::NotBilled),
        Follows::Also(code) => {
            let says = format!("After {what}: {}.", sentence::plain(code));
            Verdict::pass(says).then([Effect::Also(code.clone())])
        }
    }
}

fn told(
    question: &Question<'_>,
    events: &[&Event],
    what: &str,
    how: &str,
    effect: impl Fn(Interval) -> Effect,
) -> Verdict {
    let job = question.proposal.when;
    let parts = events.iter().filter_map(|event| {
        // An event without an end lasts to the end of the detail.
        event.about.unwrap_or(Interval { start: event.at, end: job.end }).overlap(job)
    });
    let parts: Vec<Interval> = super::timeline::joined(parts.collect(), crate::time::Millis(0));
    let total = parts.iter().fold(crate::time::Millis(0), |sum, part| sum + part.length());
    Verdict::pass(format!("After {what}, {} {how}.", sentence::length(total))).then(parts.into_iter().map(effect))
}

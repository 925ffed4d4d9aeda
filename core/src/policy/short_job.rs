//! Only a short job just before or within a shift.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::hours::span;
use super::question::{Question, Verdict};
use super::sentence;
use super::{Feed, Figure, Stream};
use crate::pricing::Minutes;
use crate::time::Interval;

/// A detail within a shift, or with one soon after it, lasts at most so long.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct ShortJob {
    /// The streams of the shift.
    #[n(0)]
    pub counts: Vec<Stream>,
    /// So long before a shift the detail is one before it.
    #[n(1)]
    pub within: Minutes,
    /// How long it may last then.
    #[n(2)]
    pub at_most: Minutes,
}

pub(super) fn judge(rule: &ShortJob, question: &Question<'_>) -> Verdict {
    let (when, limit) = (question.proposal.when, span(rule.at_most));
    let length = when.length();
    let words = sentence::length(length);
    if length <= limit {
        return Verdict::pass(format!("A detail of {words} may lie beside a shift.")).with([Figure::After(length)]);
    }
    let around = Interval { start: when.start, end: when.end + span(rule.within) };
    let doubts = question.doubts(rule.counts.iter().map(|stream| Feed::from(*stream)), around);
    let trusted = |stream: Stream| !doubts.iter().any(|(feed, _)| *feed == stream.into());
    let counted = question.calendar.near(around).filter(|s| rule.counts.contains(&s.stream) && trusted(s.stream));
    if counted.into_iter().any(|stint| stint.when.overlap(around).is_some()) {
        let says =
            format!("Just before or within a shift at most {}; this one lasts {words}.", sentence::length(limit));
        return Verdict::fail(says).with([Figure::After(length), Figure::Limit(limit)]);
    }
    if doubts.is_empty() { Verdict::pass("No shift lies beside it.") } else { Verdict::in_doubt(&doubts, "") }
}

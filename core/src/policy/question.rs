//! Everything that a check may look at, and the answer it gives.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::calendar::Calendar;
use super::window::Clock;
use super::{Context, Effect, Event, Feed, Figure, Outcome, Proposal, RuleSet, Severity, Stage};
use crate::time::{Interval, UnixMillis};

/// One set asked about one proposal of one officer at one moment.
pub(super) struct Question<'a> {
    pub(super) set: &'a RuleSet,
    pub(super) stage: Stage,
    pub(super) context: &'a Context,
    pub(super) proposal: &'a Proposal,
    pub(super) now: UnixMillis,
    pub(super) clock: &'a Clock,
    pub(super) calendar: Calendar<'a>,
    /// What happened for the detail, once a rule has asked: see [`super::required::of_detail`].
    pub(super) happened: OnceCell<Vec<&'a Event>>,
    /// Is somebody going to read the sentence?
    pub(super) words: bool,
}

/// What a check says, before it is signed with the rule's name.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    pub(super) sentence: Cow<'static, str>,
    pub(super) figures: Vec<Figure>,
    pub(super) effects: Vec<Effect>,
    /// At most this severe, whatever the rule says: only an approval is missing, for instance.
    pub(super) at_most: Option<Severity>,
    /// It is unknown, and only since nobody has said something of the detail.
    pub(super) unsaid: bool,
}

impl Question<'_> {
    /// A sentence, made only where somebody is going to read it.
    pub(super) fn say(&self, sentence: impl FnOnce() -> String) -> String {
        if self.words { sentence() } else { String::new() }
    }

    /// Why feeds cannot be relied on for a stretch of time.
    pub(super) fn doubts(&self, feeds: impl IntoIterator<Item = Feed>, span: Interval) -> Vec<(Feed, String)> {
        let doubt = |feed| self.doubt_over(feed, || span).map(|why| (feed, why));
        feeds.into_iter().filter_map(doubt).collect()
    }

    /// Why one feed cannot be relied on at the time of the detail.
    pub(super) fn doubt(&self, feed: Feed) -> Option<String> {
        self.doubt_over(feed, || self.proposal.when)
    }

    /// Why one feed cannot be relied on for a stretch of time, which is found only where the feed does not speak of all time.
    pub(super) fn doubt_over(&self, feed: Feed, span: impl FnOnce() -> Interval) -> Option<String> {
        self.calendar.doubt(self.set, feed, span, self.now)
    }
}

impl Verdict {
    fn new(outcome: Outcome, sentence: Cow<'static, str>) -> Self {
        Self { outcome, sentence, figures: Vec::new(), effects: Vec::new(), at_most: None, unsaid: false }
    }

    pub(super) fn pass(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::Pass, sentence.into())
    }

    pub(super) fn fail(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::Fail, sentence.into())
    }

    pub(super) fn unknown(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::Unknown, sentence.into())
    }

    /// Unknown, since nobody has said something of the detail.
    pub(super) fn unsaid(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self { unsaid: true, ..Self::unknown(sentence) }
    }

    /// Is anything but what was said of the detail a reason for not knowing?
    pub(super) fn is_in_doubt(&self) -> bool {
        self.outcome == Outcome::Unknown && !self.unsaid
    }

    /// Unknown, since feeds are in doubt.
    pub(super) fn in_doubt(doubts: &[(Feed, String)], beside: &str) -> Self {
        let why: Vec<&str> = doubts.iter().map(|(_, why)| why.as_str()).collect();
        Self::unknown(format!("Not known: {}. {beside}", why.join("; ")).trim_end().to_owned())
    }

    pub(super) fn with(mut self, figures: impl IntoIterator<Item = Figure>) -> Self {
        self.figures.extend(figures);
        self
    }

    pub(super) fn then(mut self, effects: impl IntoIterator<Item = Effect>) -> Self {
        self.effects.extend(effects);
        self
    }

    pub(super) fn at_most(mut self, severity: Severity) -> Self {
        self.at_most = Some(severity);
        self
    }
}

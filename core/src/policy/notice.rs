//! Giving a detail up: with how much notice, and who comes instead.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::hours::span;
use super::question::{Question, Verdict};
use super::sentence;
use super::{Effect, Event, Figure, GivingUp};
use crate::pricing::Minutes;
use crate::time::{Millis, UnixMillis};

/// How long before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Lead {
    /// So many days, at the same time of the clock.
    #[n(0)]
    Days(#[n(0)] u32),
    /// So much time.
    #[n(1)]
    Time(#[n(0)] Minutes),
}

impl Lead {
    /// The last moment that is early enough.
    fn before(self, question: &Question<'_>, start: UnixMillis) -> UnixMillis {
        match self {
            Self::Days(days) => question.clock.days_after(start, -i64::from(days)),
            Self::Time(time) => start - span(time),
        }
    }

    /// Did the event come too late for the job that it is about?
    pub(super) fn is_short(self, question: &Question<'_>, event: &Event) -> bool {
        event.about.is_none_or(|about| event.at > self.before(question, about.start))
    }

    fn words(self) -> String {
        match self {
            Self::Days(days) => sentence::count(days, "day"),
            Self::Time(time) => sentence::length(span(time)).to_string(),
        }
    }
}

/// Who finds a replacement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Replacement {
    /// Nobody needs to.
    #[n(0)]
    NotNeeded,
    /// The officer, who works it otherwise.
    #[n(1)]
    Officer,
    /// It goes back to the pool.
    #[n(2)]
    Pool,
    /// The coordinator, who must be told.
    #[n(3)]
    Coordinator,
    /// Nobody may take it over from an officer.
    #[n(4)]
    NoTrades,
}

/// What giving a detail up takes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PolicyNotice))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct Notice {
    /// How long before.
    #[n(0)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Lead>,
    /// Reasons for which less will do.
    #[n(1)]
    pub except: Vec<String>,
    /// Who finds a replacement.
    #[n(2)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<Replacement>,
    /// The officer is charged so many percent of it unless the coordinator was told.
    #[n(3)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charged_percent_unless_told: Option<u32>,
}

pub(super) fn judge(notice: &Notice, question: &Question<'_>) -> Verdict {
    let Some(giving_up) = &question.proposal.giving_up else {
        return Verdict::pass("The officer is not giving the detail up.");
    };
    let verdict = late(notice, question, giving_up)
        .or_else(|| nobody_instead(notice, giving_up))
        .unwrap_or_else(|| in_time(notice, question, giving_up));
    let charged = notice.charged_percent_unless_told.filter(|_| !giving_up.coordinator_told);
    verdict.then(charged.map(|percent| charge(question, percent)))
}

/// A percentage of the detail's hours, for the ledger.
pub(super) fn charge(question: &Question<'_>, percent: u32) -> Effect {
    let length = question.proposal.when.length().0;
    Effect::Charge { percent, charged: Millis(length.saturating_mul(i64::from(percent)) / 100) }
}

/// The notice there was, and the notice that it takes, where any is asked for.
fn asked_for(notice: &Notice, question: &Question<'_>, giving_up: &GivingUp) -> Option<(Millis, Millis)> {
    let lead = notice.at_least.filter(|_| !notice.except.contains(&giving_up.reason))?;
    let start = question.proposal.when.start;
    Some((start - giving_up.told_at, start - lead.before(question, start)))
}

fn in_time(notice: &Notice, question: &Question<'_>, giving_up: &GivingUp) -> Verdict {
    let figures = asked_for(notice, question, giving_up);
    let figures = figures.into_iter().flat_map(|(had, needed)| [Figure::Rest(had), Figure::Needed(needed)]);
    Verdict::pass("Given up in time and in the agency's way.").with(figures)
}

fn late(notice: &Notice, question: &Question<'_>, giving_up: &GivingUp) -> Option<Verdict> {
    let lead = notice.at_least?;
    let (had, needed) = asked_for(notice, question, giving_up).filter(|(had, needed)| had < needed)?;
    let words = if had.0 < 0 { "after the start".to_owned() } else { format!("{} ahead", sentence::length(had)) };
    let says = format!("Given up {words}; it takes {} of notice.", lead.words());
    Some(Verdict::fail(says).with([Figure::Rest(had), Figure::Needed(needed)]))
}

fn nobody_instead(notice: &Notice, giving_up: &GivingUp) -> Option<Verdict> {
    match notice.replacement? {
        Replacement::Officer if giving_up.replacement.is_none() => {
            Some(Verdict::fail("The officer finds a replacement, or works it."))
        }
        Replacement::Coordinator if !giving_up.coordinator_told => {
            Some(Verdict::fail("The coordinator, who finds a replacement, has not been told."))
        }
        Replacement::NoTrades if giving_up.replacement.is_some() => {
            Some(Verdict::fail("A detail cannot be passed on to another officer."))
        }
        _ => None,
    }
}

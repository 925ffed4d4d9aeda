//! When to ask an officer who may have forgotten to clock out. Asking is all: no out is ever invented.

use super::Shift;
use crate::time::{Millis, UnixMillis};

/// When to ask and when to flag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuestionRules {
    /// How long after the scheduled end to ask.
    pub after_end: Vec<Millis>,
    /// How long after the in a person must look at it.
    pub review_after: Millis,
}

impl Default for QuestionRules {
    /// 5 and 60 minutes after the end; 16 hours.
    fn default() -> Self {
        Self { after_end: vec![Millis::from_mins(5), Millis::from_mins(60)], review_after: Millis::from_hours(16) }
    }
}

/// When to ask about one shift.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Questions {
    /// When to ask the officer, in order.
    pub ask_at: Vec<UnixMillis>,
    /// From when on a person must look at it.
    pub review_at: Option<UnixMillis>,
}

/// When to ask. Nothing is asked of an officer who is not clocked in, nor before the officer clocked in; a shift without a
/// schedule is only flagged.
pub fn questions(shift: &Shift, scheduled_end: Option<UnixMillis>, rules: &QuestionRules) -> Questions {
    let Some(open) = shift.open_stint() else {
        return Questions::default();
    };
    let start = open.start.at;
    let times = scheduled_end.into_iter().flat_map(|end| rules.after_end.iter().map(move |after| end + *after));
    let mut ask_at: Vec<UnixMillis> = times.filter(|at| *at > start).collect();
    ask_at.sort_unstable();
    ask_at.dedup();
    Questions { ask_at, review_at: Some(start + rules.review_after) }
}

impl Questions {
    /// The next time to ask, after `now`.
    pub fn next_after(&self, now: UnixMillis) -> Option<UnixMillis> {
        self.ask_at.iter().copied().find(|at| *at > now)
    }

    /// Must a person look at it by now?
    pub fn needs_review(&self, now: UnixMillis) -> bool {
        self.review_at.is_some_and(|at| now >= at)
    }
}

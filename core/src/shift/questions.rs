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

#[cfg(test)]
mod tests {
    use super::super::sample::{Phone, at, clock, new_york};
    use super::super::{FactKind, FoldRules, fold};
    use super::*;

    fn shift(punches: &[(FactKind, &str)]) -> Shift {
        let mut phone = Phone::new(1);
        let facts: Vec<_> = punches.iter().map(|(kind, time)| phone.punch(*kind, time)).collect();
        fold(&facts, &FoldRules::in_zone(new_york()))
    }

    #[test]
    fn a_shift_that_runs_on_is_asked_about_5_and_60_minutes_after_its_end() {
        let asked = questions(&shift(&[(FactKind::In, "18:00")]), Some(clock("22:00")), &QuestionRules::default());
        assert_eq!(asked.ask_at, [clock("22:05"), clock("23:00")]);
        assert_eq!(asked.next_after(clock("21:00")), Some(clock("22:05")));
        assert_eq!(asked.next_after(clock("22:05")), Some(clock("23:00")));
        assert_eq!(asked.next_after(clock("23:00")), None);
    }

    #[test]
    fn after_16_hours_a_person_must_look() {
        let asked = questions(&shift(&[(FactKind::In, "18:00")]), None, &QuestionRules::default());
        assert_eq!(asked.ask_at, []);
        assert!(!asked.needs_review(at("2019-06-28 09:59:59")));
        assert!(asked.needs_review(at("2019-06-28 10:00:00")));
    }

    #[test]
    fn nobody_is_asked_who_is_out_or_away_or_came_back_after_the_end() {
        for punches in [
            &[(FactKind::In, "18:00"), (FactKind::Out, "22:00")],
            &[(FactKind::In, "18:00"), (FactKind::WillReturn, "19:00")],
        ] {
            let asked = questions(&shift(punches), Some(clock("22:00")), &QuestionRules::default());
            assert_eq!(asked, Questions::default());
        }
        let late = questions(&shift(&[(FactKind::In, "22:30")]), Some(clock("22:00")), &QuestionRules::default());
        assert_eq!(late.ask_at, [clock("23:00")]);
    }

    #[test]
    fn a_schedule_at_the_end_of_time_does_not_panic() {
        let rules =
            QuestionRules { after_end: vec![Millis(i64::MAX), Millis(i64::MIN)], review_after: Millis(i64::MAX) };
        let asked = questions(&shift(&[(FactKind::In, "18:00")]), Some(UnixMillis::MAX), &rules);
        assert!(!asked.needs_review(clock("23:00")));
    }
}

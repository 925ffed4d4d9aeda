//! How much of each limit an officer has used, before anything else is proposed.

use std::cell::OnceCell;

use super::question::Question;
use super::window::Clock;
use super::{Check, Context, Entry, Proposal, RuleSet, Stage, calendar, hours};
use crate::ids::DetailId;
use crate::pricing::Day;
use crate::time::{Interval, Millis, UnixMillis};

/// One limit of hours, and how much of it is used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Used {
    /// The rule's id.
    pub rule: String,
    /// What it says, for people.
    pub title: String,
    /// The window in which most is used, of those that hold the moment asked about.
    pub window: Interval,
    /// Hours in it, done and planned, to the minute.
    pub hours: Millis,
    /// The most there may be, after leave changed it.
    pub limit: Millis,
    /// Why it may be more, a sentence each: what it is counted from is missing or too old.
    pub doubts: Vec<String>,
    /// The rule holds for some details only.
    pub sometimes: bool,
}

/// The limits of hours that hold at an instant, in the set's order, with what the officer has used of each, by what is known then. A
/// limit for single details, or for other days than this one, is not among them.
pub fn hours_used(set: &RuleSet, context: &Context, now: UnixMillis) -> Vec<Used> {
    let clock = Clock::of(set);
    // A moment has to have a length: so short a one that no minute is missing for it.
    let when = Interval { start: now, end: now + Millis(1) };
    let proposal = Proposal::detail(DetailId::NIL, when);
    let calendar = calendar::Calendar::of(context, &proposal, now);
    let question = Question {
        set,
        stage: Stage::Award,
        context,
        proposal: &proposal,
        now,
        clock: &clock,
        calendar,
        happened: OnceCell::new(),
        words: false,
    };
    let today = Day(clock.date(now));
    let mut all = Vec::new();
    for entry in &set.rules {
        let Entry::Rule(rule) = entry else { continue };
        let holds = rule.from.is_none_or(|from| from <= today) && rule.until.is_none_or(|until| today <= until);
        let Check::Hours(limit) = &rule.check else { continue };
        let Some((window, hours, most, doubts)) = hours::used(limit, &question).filter(|_| holds) else { continue };
        let (rule, title, sometimes) = (rule.id.clone(), rule.title.clone(), !rule.when.is_empty());
        all.push(Used { rule, title, window, hours: to_the_minute(hours), limit: most, doubts, sometimes });
    }
    all
}

const fn to_the_minute(length: Millis) -> Millis {
    Millis((length.0 + 30_000).div_euclid(60_000) * 60_000)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, fresh, rule, set, stint};
    use super::super::{Stint, Stream};
    use super::*;

    fn used(body: &str, stints: Vec<Stint>, now: &str) -> Vec<(i64, i64)> {
        let context = Context { sources: fresh(at(now)), stints, ..Context::default() };
        let all = hours_used(&set(vec![rule(body)]), &context, at(now));
        all.iter().map(|it| (it.hours.0 / 60_000, it.limit.0 / 60_000)).collect()
    }

    const ROLLING: &str = "[hours]\ncounts = ['on_duty', 'detail']\nwindow = { rolling = '24:00' }\nlimit = '16:00'\n";
    const WEEK: &str = "[hours]\ncounts = ['detail']\nwindow = 'week'\nlimit = '20:00'\n";

    #[test]
    fn hours_done_and_planned_count_in_the_rules_own_window() {
        let duty = stint(Stream::OnDuty, "2025-06-11T07:00", "2025-06-11T15:00");
        let detail = stint(Stream::Detail, "2025-06-11T18:00", "2025-06-11T22:30");
        let both = vec![duty, detail];
        assert_eq!(used(ROLLING, both.clone(), "2025-06-11T12:00"), [(750, 960)]);
        assert_eq!(used(ROLLING, both.clone(), "2025-06-12T12:00"), [(450, 960)], "duty has left the window by half");
        assert_eq!(used(WEEK, both.clone(), "2025-06-11T12:00"), [(270, 1_200)]);
        assert_eq!(used(WEEK, both, "2025-06-19T12:00"), [(0, 1_200)], "another week");
    }

    #[test]
    fn what_is_not_known_is_said_and_what_does_not_hold_today_is_left_out() {
        let now = at("2025-06-11T12:00");
        let all = hours_used(&set(vec![rule(ROLLING)]), &Context::default(), now);
        assert!(all[0].doubts.iter().any(|why| why.contains("has not been read")), "{all:?}");
        assert!(used(&format!("until = '2025-06-10'\n{ROLLING}"), vec![], "2025-06-11T12:00").is_empty());
        let holidays = WEEK.replace("window = 'week'", "window = 'day'\non_days = ['holiday']");
        assert!(used(&holidays, vec![], "2025-06-11T12:00").is_empty());
        assert_eq!(used(&holidays, vec![], "2025-07-04T12:00"), [(0, 1_200)]);
    }
}

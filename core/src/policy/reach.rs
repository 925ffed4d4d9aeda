//! How far back a set looks: what lies before that, nobody needs to read for it.

use super::hours::span;
use super::{Check, Count, Entry, Hours, Lasts, Lockout, RuleSet, Window};
use crate::time::Millis;

const DAY: i64 = 24 * 3_600_000;

/// Rest, travel and what belongs to the detail itself lie within this, and so does what is paid or charged beyond the time worked.
const LEAST: Millis = Millis(35 * DAY);

impl RuleSet {
    /// How long before a detail, or before the moment of asking where that is earlier, an officer's time and what happened to them
    /// still matters to these rules; all of the past where it is `None`.
    pub fn looks_back(&self) -> Option<Millis> {
        self.rules.iter().map(back).try_fold(LEAST, |most, back| back.map(|back| most.max(back)))
    }
}

fn back(entry: &Entry) -> Option<Millis> {
    let Entry::Rule(rule) = entry else { return Some(LEAST) };
    match &rule.check {
        Check::Hours(hours) => Some(of_hours(hours)),
        Check::Rest(rest) => Some(Millis(span(rest.at_least).0.saturating_add(LEAST.0))),
        Check::DaysInARow(run) => Some(days(run.at_most.saturating_add(3))),
        Check::Count(Count { window, .. }) => Some(width(*window)),
        Check::Lockout(lockout) => of_lockout(lockout),
        _ => Some(LEAST),
    }
}

fn days(count: u32) -> Millis {
    Millis(i64::from(count).saturating_mul(DAY))
}

/// A window of that kind is no longer than this.
fn width(window: Window) -> Millis {
    match window {
        Window::Rolling(width) => span(width),
        Window::Day | Window::DayFrom(_) => days(2),
        Window::Week | Window::WeekFrom(_) => days(8),
        Window::Month => days(32),
        Window::Year => days(367),
        Window::Cycle { days: count, .. } => days(u32::from(count).saturating_add(1)),
        Window::Job => Millis(0),
    }
}

fn of_hours(hours: &Hours) -> Millis {
    let per = hours.raised.as_ref().and_then(|raised| raised.per).map_or(Millis(0), width);
    Millis(width(hours.window).0.saturating_add(per.0).saturating_add(LEAST.0))
}

/// The longest penalty, and what makes it the second time or the third.
fn of_lockout(lockout: &Lockout) -> Option<Millis> {
    let longest = lockout.steps.iter().map(|step| lasts(step.lasts)).max().unwrap_or(LEAST);
    let earlier = match lockout.look_back_days {
        _ if lockout.steps.len() < 2 => Millis(0),
        Some(count) => days(count),
        None => return None,
    };
    Some(Millis(longest.0.saturating_add(earlier.0).saturating_add(days(2).0)))
}

fn lasts(lasts: Lasts) -> Millis {
    match lasts {
        Lasts::Days(count) => days(count),
        Lasts::Months(months) => days(months.saturating_mul(31)),
        // The job may have been given up long before its day.
        Lasts::JobDay(_) => days(367),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{rule, set};
    use super::*;

    fn looks_back(body: &str) -> Option<i64> {
        set(vec![rule(body)]).looks_back().map(|back| back.0 / DAY)
    }

    #[test]
    fn a_set_looks_back_as_far_as_its_longest_window_or_penalty() {
        assert_eq!(looks_back("[short_job]\ncounts = [\"on_duty\"]\nwithin = \"1:00\"\nat_most = \"4:00\""), Some(35));
        let hours = |window: &str| format!("[hours]\ncounts = [\"detail\"]\nwindow = {window}\nlimit = \"24:00\"");
        assert_eq!(looks_back(&hours("\"week\"")), Some(43));
        assert_eq!(looks_back(&hours("{ rolling = \"9600:00\" }")), Some(435));
        let step = |times: u32, days: u32| format!("{{ times = {times}, lasts = {{ days = {days} }} }}");
        let once = format!("[lockout]\nevents = [\"no_show\"]\nstep = [{}]", step(1, 90));
        assert_eq!(looks_back(&once), Some(92));
        let ladder = format!("[lockout]\nevents = [\"no_show\"]\nstep = [{}, {}]", step(1, 30), step(2, 60));
        assert_eq!(looks_back(&ladder), None, "every earlier time counts");
        assert_eq!(looks_back(&ladder.replace("step =", "look_back_days = 730\nstep =")), Some(792));
    }
}

//! Numbers as people say them.

use std::fmt;

use super::Window;
use super::question::Question;
use crate::time::{Interval, Millis};

/// A length of time, such as `20 h 15 m`. Seconds are told where there are any, since a limit is exact.
pub(super) const fn length(span: Millis) -> Length {
    Length(span)
}

/// A length of time that writes itself into the sentence it is told in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Length(Millis);

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Millis(span) = self.0;
        let seconds = span.unsigned_abs() / 1_000;
        if seconds == 0 {
            return f.write_str("0 h");
        }
        let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        let mut before = if span < 0 { "-" } else { "" };
        for (count, unit) in [(hours, "h"), (minutes, "m"), (seconds, "s")] {
            if count > 0 {
                write!(f, "{before}{count} {unit}")?;
                before = " ";
            }
        }
        Ok(())
    }
}

/// `1 officer`, `2 officers`.
pub(super) fn count(number: u32, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn any_of(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => plain(one),
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(|word| plain(word)).collect();
            format!("{} or {}", most.join(", "), plain(last))
        }
    }
}

/// An agency's code in words: `liquor_training` is "liquor training".
pub(super) fn plain(code: &str) -> String {
    code.replace('_', " ")
}

/// Which window: "this week", or "in the week from 2025-03-02".
pub(super) fn window(question: &Question<'_>, kind: Window, window: Interval) -> String {
    let now = window.contains(question.now);
    let zone = question.clock.zone();
    let from = || zone.local(window.start);
    match kind {
        Window::Rolling(width) => {
            let width = length(Millis::from_mins(i64::from(width.0)));
            format!("in the {width} from {}", zone.clock_text(window.start))
        }
        Window::Day | Window::DayFrom(_) if now => "today".to_owned(),
        Window::Day | Window::DayFrom(_) => format!("on {}", from().date()),
        Window::Week | Window::WeekFrom(_) if now => "this week".to_owned(),
        Window::Week | Window::WeekFrom(_) => format!("in the week from {}", from().date()),
        Window::Month if now => "this month".to_owned(),
        Window::Month => format!("in {}", from().format("%Y-%m")),
        Window::Year if now => "this year".to_owned(),
        Window::Year => format!("in {}", from().format("%Y")),
        Window::Cycle { days, .. } => format!("in the {days} days from {}", from().date()),
        Window::Job => "in one detail".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_in_hours_minutes_and_seconds() {
        for (seconds, says) in [
            (0, "0 h"),
            (72_900, "20 h 15 m"),
            (18_000, "5 h"),
            (900, "15 m"),
            (59_701, "16 h 35 m 1 s"),
            (-600, "-10 m"),
        ] {
            assert_eq!(length(Millis::from_secs(seconds)).to_string(), says);
        }
    }
}

//! How timesheets are put into words and figures.

use detailbook_core::evidence::Uncertainty;
use detailbook_core::records::Interval;
use detailbook_core::shift::Weight;
use detailbook_core::time::{Millis, UnixMillis, Zone};

use super::typed;
use crate::store::timesheets::State;

/// Minutes as hours and minutes, such as `5:05`.
pub(super) fn hours(minutes: i64) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// A difference from the schedule in minutes, to the nearest.
pub(super) const fn whole_minutes(difference: Millis) -> i64 {
    (difference.0 + 30_000).div_euclid(60_000)
}

/// Minutes more or fewer than scheduled: a figure with its sign, and the same in words.
pub(super) fn difference(minutes: i64) -> (String, String) {
    let (count, unit) = (minutes.unsigned_abs(), if minutes.abs() == 1 { "minute" } else { "minutes" });
    match minutes {
        0 => ("0".to_owned(), "as scheduled".to_owned()),
        1.. => (format!("+{count}"), format!("{count} {unit} more than scheduled")),
        _ => (format!("\u{2212}{count}"), format!("{count} {unit} fewer than scheduled")),
    }
}

/// Lengths of time in all, to the nearest minute.
pub(super) fn length(intervals: &[Interval]) -> String {
    let all = intervals.iter().fold(Millis(0), |sum, interval| sum + interval.length());
    hours((all.0 + 30_000) / 60_000)
}

/// Date and time with seconds.
pub(super) fn exactly(zone: Zone, at: UnixMillis) -> String {
    format!("{}{}", zone.local(at).format("%Y-%m-%d %H:%M:%S"), which(zone, at))
}

/// Which of two times it is, in the hour that the clocks show twice.
fn which(zone: Zone, at: UnixMillis) -> &'static str {
    match typed::which(zone, at) {
        typed::FIRST => " (the first time)",
        typed::SECOND => " (the second time)",
        _ => "",
    }
}

/// A stretch of time: the second date only where it is another one.
pub(super) fn stretch(zone: Zone, interval: Interval) -> String {
    let (start, end) = (zone.local(interval.start), zone.local(interval.end));
    let ends = if start.date() == end.date() { end.format("%H:%M") } else { end.format("%Y-%m-%d %H:%M") };
    let (first, last) = (which(zone, interval.start), which(zone, interval.end));
    format!("{}{first}\u{2013}{ends}{last}", start.format("%Y-%m-%d %H:%M"))
}

/// How far the truth may be from an estimate.
pub(super) fn margin(uncertainty: Uncertainty) -> String {
    match uncertainty {
        Uncertainty::Unknown => "not known how exactly".to_owned(),
        Uncertainty::Within(bound) if bound.0 < 1_000 => "within 1 s".to_owned(),
        Uncertainty::Within(bound) if bound.0 < 120_000 => format!("within {} s", (bound.0 + 999) / 1_000),
        Uncertainty::Within(bound) if bound.0 < 7_200_000 => format!("within {} min", (bound.0 + 59_999) / 60_000),
        Uncertainty::Within(bound) => format!("within {} h", (bound.0 + 3_599_999) / 3_600_000),
    }
}

/// Decimetres as metres.
pub(super) fn metres(decimetres: i64) -> String {
    if decimetres.abs() < 100 {
        format!("{}.{} m", decimetres / 10, decimetres.abs() % 10)
    } else {
        format!("{} m", (decimetres + 5).div_euclid(10))
    }
}

/// A kind in words, its first letter large.
pub(super) fn titled(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Where a timesheet stands, with the class of its mark.
pub(super) const fn state(state: State) -> (&'static str, &'static str) {
    match state {
        State::Open => ("quiet", "open"),
        State::Asked => ("warn", "asked back"),
        State::Ruled => ("good", "ruled"),
        State::Changed => ("bad", "changed after the ruling"),
    }
}

/// The class of a flag's mark, and how much it asks for.
pub(super) const fn weight(weight: Weight) -> (&'static str, &'static str) {
    match weight {
        Weight::Review => ("bad", "look"),
        Weight::Notice => ("warn", "know"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_hour_that_is_shown_twice_it_is_said_which() {
        let (zone, hour) = (Zone::named("America/New_York").unwrap(), 3_600_000);
        // 2019-11-03 01:50, before the clocks go back at two, and twenty minutes later.
        let at = |minutes: i64| UnixMillis::new(1_572_757_200_000 + 5 * hour / 6 + minutes * 60_000);
        assert_eq!(exactly(zone, at(0)), "2019-11-03 01:50:00 (the first time)");
        assert_eq!(
            stretch(zone, Interval { start: at(0), end: at(20) }),
            "2019-11-03 01:50 (the first time)\u{2013}01:10 (the second time)"
        );
        assert_eq!(exactly(zone, at(120)), "2019-11-03 02:50:00");
    }

    #[test]
    fn figures_are_what_people_read() {
        assert_eq!((hours(0), hours(65), hours(600)), ("0:00".into(), "1:05".into(), "10:00".into()));
        let told = |figure: &str, words: &str| (figure.to_owned(), words.to_owned());
        assert_eq!(difference(0), told("0", "as scheduled"));
        assert_eq!(difference(61), told("+61", "61 minutes more than scheduled"));
        assert_eq!(difference(-1), told("\u{2212}1", "1 minute fewer than scheduled"));
        assert_eq!([29_999, 30_000, -30_000, -30_001].map(|it| whole_minutes(Millis(it))), [0, 1, 0, -1]);
        assert_eq!((metres(35), metres(1_234), metres(-2_005)), ("3.5 m".into(), "123 m".into(), "-200 m".into()));
        assert_eq!(margin(Uncertainty::Within(Millis(2_001))), "within 3 s");
        assert_eq!(margin(Uncertainty::Within(Millis::from_mins(3))), "within 3 min");
        assert_eq!(titled("break_start"), "Break start");
        let at = |millis| UnixMillis::new(millis);
        let night = Interval { start: at(1_557_950_400_000), end: at(1_557_979_200_000) };
        assert_eq!(stretch(Zone::UTC, night), "2019-05-15 20:00\u{2013}2019-05-16 04:00");
    }
}

//! Dates and times as schedules write them, in the agency's zone, and the instants that they mean.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use detailbook_core::pricing::Day;
use detailbook_core::time::{Interval, LocalInstant, PayDayRule, UnixMillis, Zone};

/// Reads `2025-03-08 23:50`, with a `T` or with seconds if need be, or with an offset such as `-05:00` or `Z`.
///
/// A time that the clocks pass over is refused, and so is one that they show twice unless its offset says which is meant.
pub(crate) fn instant(zone: Zone, name: &str, text: &str) -> Result<UnixMillis, String> {
    let with_t = text.replacen(' ', "T", 1);
    let out_of_range = || format!("{name} {text:?} is out of range");
    if let Some(at) = with_offset(&with_t) {
        return in_era(at).ok_or_else(out_of_range);
    }
    let local = local(&with_t).ok_or_else(|| format!("{name} {text:?} is not a time such as 2025-03-08 23:50"))?;
    match zone.instant(local) {
        LocalInstant::Once(at) => in_era(at).ok_or_else(out_of_range),
        LocalInstant::Fold { .. } => Err(format!(
            "{name} {text} is shown twice by the clocks that night: write it with its offset, such as {text}-05:00"
        )),
        LocalInstant::Gap { .. } => Err(format!("{name} {text} does not exist: the clocks went forward over it")),
    }
}

/// What a time with an offset means, where it has one and is within range.
pub(crate) fn by_offset(text: &str) -> Option<UnixMillis> {
    with_offset(&text.replacen(' ', "T", 1)).and_then(in_era)
}

fn with_offset(text: &str) -> Option<UnixMillis> {
    let long = if text.len() > 16 && text.as_bytes()[16] != b':' {
        format!("{}:00{}", text.get(..16)?, text.get(16..)?)
    } else {
        text.to_owned()
    };
    DateTime::parse_from_rfc3339(&long).ok().map(|at| at.to_utc().into())
}

fn local(text: &str) -> Option<NaiveDateTime> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
}

fn in_era(at: UnixMillis) -> Option<UnixMillis> {
    (946_684_800_000..7_258_118_400_000).contains(&at.as_millis()).then_some(at)
}

/// Reads a date such as `2025-03-08`.
pub(crate) fn day(name: &str, text: &str) -> Result<Day, String> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
    date.map(Day).ok_or_else(|| format!("{name} {text:?} is not a date such as 2025-03-08"))
}

/// Reads a time, or a date as the time at which it begins.
pub(super) fn from(zone: Zone, name: &str, text: &str) -> Result<UnixMillis, String> {
    if text.len() == 10 { Ok(begins(zone, day(name, text)?)) } else { instant(zone, name, text) }
}

/// Reads a time, or a date as the time at which it ends.
pub(super) fn until(zone: Zone, name: &str, text: &str) -> Result<UnixMillis, String> {
    if text.len() == 10 { Ok(ends(zone, day(name, text)?)) } else { instant(zone, name, text) }
}

/// When a day begins.
pub(crate) fn begins(zone: Zone, day: Day) -> UnixMillis {
    PayDayRule::midnight(zone).day(day.0).interval.start
}

/// When a day ends.
pub(crate) fn ends(zone: Zone, day: Day) -> UnixMillis {
    PayDayRule::midnight(zone).day(day.0).interval.end
}

/// The time from the beginning of one day, or of all time, to the end of another.
pub(crate) fn days(zone: Zone, from: Day, until: Option<Day>) -> Interval {
    Interval { start: begins(zone, from), end: until.map_or(UnixMillis::MAX, |until| ends(zone, until)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        let zone = Zone::named("America/New_York").unwrap();
        instant(zone, "starts", text).map(|at| at.to_utc().format("%dT%H:%M").to_string())
    }

    #[test]
    fn times_are_the_agencys_unless_they_say_otherwise() {
        for (text, utc) in [
            ("2025-03-08 23:50", "09T04:50"),
            ("2025-03-08T23:50", "09T04:50"),
            ("2025-03-08 23:50:00", "09T04:50"),
            ("2025-03-08T23:50Z", "08T23:50"),
            ("2025-03-08 23:50-08:00", "09T07:50"),
            ("2025-03-08T23:50:00-08:00", "09T07:50"),
            ("2025-11-02 01:30-04:00", "02T05:30"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(utc), "{text}");
        }
    }

    #[test]
    fn hours_that_are_not_or_are_twice_are_refused() {
        assert_eq!(
            read("2025-03-09 02:30").unwrap_err(),
            "starts 2025-03-09 02:30 does not exist: the clocks went forward over it"
        );
        assert!(read("2025-11-02 01:30").unwrap_err().contains("shown twice"));
        for text in [
            "",
            "8 March",
            "2025-02-30 10:00",
            "2025-03-08",
            "2025-03-08 24:00",
            "1999-01-01 10:00",
            "é2025-03-08 10:00+",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}

//! The records' dates and times, and the instants they mean.
//!
//! Times are local. On the night the clocks go forward an hour does not exist; on the night they go back an hour exists
//! twice, and the hours worked, which the record gives too, say which one is meant, or nothing does.

use chrono::{LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use detailbook_core::pricing::Minutes;
use detailbook_core::records::Interval;
use detailbook_core::time::{UnixMillis, Zone};

/// What a record's hours worked are the difference of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Start and end as time passed.
    AsItPassed,
    /// The times of day alone, on a night the clocks changed: an hour more or less than passed.
    ByTheWall,
}

/// The stretch of time a record means, and how its hours worked were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) shift: Interval,
    pub(super) reading: Reading,
}

/// Why a shift's times mean nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeFault {
    /// Not a date.
    #[error("{column} \"{text}\" is not a date such as 27-Jun-19")]
    Date {
        /// The column.
        column: &'static str,
        /// What it says.
        text: String,
    },
    /// Not a time of day.
    #[error("{column} \"{text}\" is not a time of day such as 0900")]
    TimeOfDay {
        /// The column.
        column: &'static str,
        /// What it says.
        text: String,
    },
    /// Not a length of time.
    #[error("{column} \"{text}\" is not hours and minutes such as 0830")]
    Length {
        /// The column.
        column: &'static str,
        /// What it says.
        text: String,
    },
    /// In the hour that the clocks pass over.
    #[error("the {which} {at} does not exist: the clocks went forward over it")]
    Gap {
        /// Start or end.
        which: &'static str,
        /// The local time.
        at: String,
    },
    /// The end is not after the start.
    #[error("the end {end} is not after the start {start}")]
    EndsBeforeItStarts {
        /// Local start.
        start: String,
        /// Local end.
        end: String,
    },
    /// In the hour that exists twice, and the hours worked do not say which is meant.
    #[error("the clocks went back in this shift, and Hours_Worked {worked} does not say which hour is meant")]
    Ambiguous {
        /// Hours worked by the record.
        worked: Minutes,
    },
    /// The hours worked are not the time from start to end.
    #[error("Hours_Worked says {worked}, but from start to end is {elapsed}")]
    Disagrees {
        /// Hours worked by the record.
        worked: Minutes,
        /// Start to end.
        elapsed: Minutes,
    },
}

/// Reads `27-Jun-19` (or `27-Jun-2019`), the month in English in any case.
pub(super) fn date(column: &'static str, text: &str) -> Result<NaiveDate, TimeFault> {
    let fault = || TimeFault::Date { column, text: text.to_owned() };
    let parts: Vec<&str> = text.split('-').collect();
    let [day, month, year] = parts[..] else { return Err(fault()) };
    let month = month_number(month).ok_or_else(fault)?;
    let century = match year.len() {
        2 => 2000,
        4 => 0,
        _ => return Err(fault()),
    };
    let year = number(year).map(|year| century + year).filter(|year| (2000..2100).contains(year)).ok_or_else(fault)?;
    let day = number(day).filter(|_| day.len() <= 2).ok_or_else(fault)?;
    NaiveDate::from_ymd_opt(year.cast_signed(), month, day).ok_or_else(fault)
}

fn month_number(name: &str) -> Option<u32> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let index = NAMES.iter().position(|month| name.eq_ignore_ascii_case(month))?;
    u32::try_from(index + 1).ok()
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Hours and minutes of `HHMM` or `HH:MM`.
fn hours_and_minutes(text: &str) -> Option<(u32, u32)> {
    let (hours, minutes) = match text.len() {
        4 => text.split_at_checked(2)?,
        5 => text.split_once(':').filter(|(hours, _)| hours.len() == 2)?,
        _ => return None,
    };
    Some((number(hours)?, number(minutes).filter(|minutes| *minutes < 60)?))
}

/// Reads a time of day.
pub(super) fn time_of_day(column: &'static str, text: &str) -> Result<NaiveTime, TimeFault> {
    let time = hours_and_minutes(text).and_then(|(hours, minutes)| NaiveTime::from_hms_opt(hours, minutes, 0));
    time.ok_or_else(|| TimeFault::TimeOfDay { column, text: text.to_owned() })
}

/// Reads a length of time.
pub(super) fn length(column: &'static str, text: &str) -> Result<Minutes, TimeFault> {
    let length = hours_and_minutes(text).map(|(hours, minutes)| Minutes(hours * 60 + minutes));
    length.ok_or_else(|| TimeFault::Length { column, text: text.to_owned() })
}

/// The stretch of time that a local start, a local end and the hours worked mean together.
pub(super) fn taken(zone: Zone, start: NaiveDateTime, end: NaiveDateTime, worked: Minutes) -> Result<Taken, TimeFault> {
    let (starts, ends) = (instants(zone, "start", start)?, instants(zone, "end", end)?);
    let pairs: Vec<Interval> = starts
        .iter()
        .flat_map(|start| ends.iter().map(|end| Interval { start: *start, end: *end }))
        .filter(|pair| pair.start < pair.end)
        .collect();
    let agreeing: Vec<Interval> = pairs.iter().copied().filter(|pair| elapsed(pair) == worked).collect();
    match (&pairs[..], &agreeing[..]) {
        ([], _) => Err(TimeFault::EndsBeforeItStarts { start: shown(start), end: shown(end) }),
        (_, [one]) => Ok(Taken { shift: *one, reading: Reading::AsItPassed }),
        // A clerk who subtracts one time of day from the other is an hour off on the night the clocks change.
        ([one], []) if by_the_wall(start, end) == Some(worked) => {
            Ok(Taken { shift: *one, reading: Reading::ByTheWall })
        }
        ([one], []) => Err(TimeFault::Disagrees { worked, elapsed: elapsed(one) }),
        _ => Err(TimeFault::Ambiguous { worked }),
    }
}

fn instants(zone: Zone, which: &'static str, local: NaiveDateTime) -> Result<Vec<UnixMillis>, TimeFault> {
    match zone.0.from_local_datetime(&local) {
        LocalResult::Single(one) => Ok(vec![one.with_timezone(&Utc).into()]),
        LocalResult::Ambiguous(one, two) => Ok(vec![one.with_timezone(&Utc).into(), two.with_timezone(&Utc).into()]),
        LocalResult::None => Err(TimeFault::Gap { which, at: shown(local) }),
    }
}

fn elapsed(pair: &Interval) -> Minutes {
    minutes(TimeDelta::milliseconds((pair.end - pair.start).0)).unwrap_or(Minutes(u32::MAX))
}

fn by_the_wall(start: NaiveDateTime, end: NaiveDateTime) -> Option<Minutes> {
    minutes(end - start)
}

fn minutes(length: TimeDelta) -> Option<Minutes> {
    u32::try_from(length.num_minutes()).ok().map(Minutes)
}

fn shown(local: NaiveDateTime) -> String {
    local.format("%d-%b-%Y %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boston() -> Zone {
        Zone::named("America/New_York").unwrap()
    }

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn shift(start: &str, end: &str, worked: &str) -> Result<String, String> {
        let got = taken(boston(), at(start), at(end), worked.parse().unwrap()).map(|taken| taken.shift);
        let utc = |at: UnixMillis| at.to_utc().format("%dT%H:%M").to_string();
        got.map(|pair| format!("{}-{}", utc(pair.start), utc(pair.end))).map_err(|fault| fault.to_string())
    }

    #[test]
    fn dates_are_read_strictly() {
        assert_eq!(date("d", "27-Jun-19").unwrap().to_string(), "2019-06-27");
        assert_eq!(date("d", "1-OCT-2019").unwrap().to_string(), "2019-10-01");
        for text in [
            "",
            "27-Jun",
            "31-Jun-19",
            "29-Feb-19",
            "27/Jun/19",
            "27-June-19",
            "0-Jun-19",
            "27-Jun-019",
            "2 7-Jun-19",
            "27-Jun--9",
            "27-Jun-1999",
            "27-Jun-2100",
            "٢-Jun-19",
        ] {
            assert!(date("d", text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_of_day_end_at_23_59() {
        assert_eq!(time_of_day("t", "0900").unwrap().to_string(), "09:00:00");
        assert_eq!(time_of_day("t", "23:59").unwrap().to_string(), "23:59:00");
        for text in ["25:00", "2500", "2400", "0960", "900", "", "9:00", "+900", "09 0", "é00", "12:3", "123:4"] {
            assert!(time_of_day("t", text).is_err(), "{text}");
        }
        assert_eq!(length("h", "2500"), Ok(Minutes(1_500)));
        assert!(length("h", "0099").is_err());
    }

    #[test]
    fn shifts_cross_midnight() {
        assert_eq!(shift("2019-07-31 16:30", "2019-08-01 00:32", "8:02").unwrap(), "31T20:30-01T04:32");
    }

    #[test]
    fn hours_that_do_not_exist_are_refused() {
        let reason = shift("2019-03-10 02:30", "2019-03-10 07:00", "4:30").unwrap_err();
        assert_eq!(reason, "the start 10-Mar-2019 02:30 does not exist: the clocks went forward over it");
        assert!(shift("2019-03-09 22:00", "2019-03-10 02:00", "4:00").unwrap_err().starts_with("the end "));
    }

    #[test]
    fn a_night_the_clocks_change_is_counted_as_it_passed_or_by_the_wall() {
        assert_eq!(shift("2019-03-09 22:00", "2019-03-10 06:00", "7:00").unwrap(), "10T03:00-10T10:00");
        assert_eq!(shift("2019-03-09 22:00", "2019-03-10 06:00", "8:00").unwrap(), "10T03:00-10T10:00");
        assert_eq!(shift("2019-11-02 22:00", "2019-11-03 06:00", "9:00").unwrap(), "03T02:00-03T11:00");
        assert_eq!(shift("2019-11-02 22:00", "2019-11-03 06:00", "8:00").unwrap(), "03T02:00-03T11:00");
        let reason = shift("2019-11-02 22:00", "2019-11-03 06:00", "7:00").unwrap_err();
        assert_eq!(reason, "Hours_Worked says 7:00, but from start to end is 9:00");
    }

    #[test]
    fn which_reading_was_taken_is_known() {
        let reading = |worked: &str| {
            let (start, end) = (at("2019-03-09 22:00"), at("2019-03-10 06:00"));
            taken(boston(), start, end, worked.parse().unwrap()).map(|taken| taken.reading)
        };
        assert_eq!(reading("7:00"), Ok(Reading::AsItPassed));
        assert_eq!(reading("8:00"), Ok(Reading::ByTheWall));
    }

    #[test]
    fn an_hour_that_exists_twice_is_decided_by_the_hours_worked() {
        assert_eq!(shift("2019-11-02 22:00", "2019-11-03 01:30", "3:30").unwrap(), "03T02:00-03T05:30");
        assert_eq!(shift("2019-11-02 22:00", "2019-11-03 01:30", "4:30").unwrap(), "03T02:00-03T06:30");
        assert_eq!(shift("2019-11-03 01:50", "2019-11-03 01:10", "0:20").unwrap(), "03T05:50-03T06:10");
        assert!(shift("2019-11-03 01:10", "2019-11-03 01:40", "0:30").unwrap_err().contains("which hour is meant"));
        assert!(shift("2019-11-02 22:00", "2019-11-03 01:30", "5:00").unwrap_err().contains("which hour is meant"));
    }

    #[test]
    fn the_end_is_after_the_start() {
        for end in ["2019-06-27 08:00", "2019-06-27 09:00"] {
            assert!(shift("2019-06-27 09:00", end, "0:00").unwrap_err().contains("is not after the start"), "{end}");
        }
        let reason = shift("2019-06-27 09:00", "2019-06-27 17:00", "7:00").unwrap_err();
        assert_eq!(reason, "Hours_Worked says 7:00, but from start to end is 8:00");
    }
}

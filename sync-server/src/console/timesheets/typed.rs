//! Times that a coordinator types: read in the agency's zone, where the clocks of one night a year show an hour twice, and skip one on
//! another.

use chrono::{NaiveDateTime, Timelike as _};
use detailbook_core::records::Interval;
use detailbook_core::time::{LocalInstant, UnixMillis, Zone};
use detailbook_core::wire::Refusal;

use super::super::form::Form;
use crate::problem::Problem;

/// Empty lines below those that are filled.
const SPARE: usize = 2;
/// What says which of two times is meant that the clocks show alike.
pub(super) const FIRST: &str = "first";
/// The same for the second.
pub(super) const SECOND: &str = "second";

/// One line of a form: a stretch of time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct TypedRow {
    pub(super) number: usize,
    pub(super) start: String,
    pub(super) start_which: String,
    pub(super) start_twice: bool,
    pub(super) end: String,
    pub(super) end_which: String,
    pub(super) end_twice: bool,
}

/// A time as a form shows it.
fn shown(zone: Zone, at: UnixMillis) -> String {
    zone.local(at).format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Which of two times it is that the clocks show alike; empty where they show it once.
pub(super) fn which(zone: Zone, at: UnixMillis) -> &'static str {
    match zone.instant(zone.local(at)) {
        LocalInstant::Fold { later, .. } if at >= later => SECOND,
        LocalInstant::Fold { .. } => FIRST,
        _ => "",
    }
}

fn local(text: &str) -> Option<NaiveDateTime> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
}

/// Do the clocks show what was typed twice?
fn is_twice(zone: Zone, text: &str) -> bool {
    local(text).is_some_and(|local| matches!(zone.instant(local), LocalInstant::Fold { .. }))
}

/// The lines of a form that shows these stretches, and empty ones for more.
pub(super) fn rows(zone: Zone, accepted: &[Interval]) -> Vec<TypedRow> {
    let row = |interval: &Interval| TypedRow {
        start: shown(zone, interval.start),
        start_which: which(zone, interval.start).to_owned(),
        end: shown(zone, interval.end),
        end_which: which(zone, interval.end).to_owned(),
        ..TypedRow::default()
    };
    numbered(zone, accepted.iter().map(row).collect())
}

/// The lines as they were typed, without those that were left empty, and empty ones for more.
pub(super) fn typed(zone: Zone, sent: &Columns) -> Result<Vec<TypedRow>, Problem> {
    Ok(numbered(zone, filled(sent)?))
}

/// The columns of the lines as they were sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Columns([Vec<String>; 4]);

/// Their names.
const COLUMNS: [&str; 4] = ["start", "start_which", "end", "end_which"];

impl Columns {
    /// Of a form, in which each line sends all four.
    pub(super) fn of_form(form: &Form) -> Self {
        Self(COLUMNS.map(|name| form.all(name).map(str::to_owned).collect()))
    }

    /// Of an address, where a column stands once, with its lines in it, and one in which nothing stands not at all.
    pub(super) fn of_query(query: &Form) -> Self {
        let mut columns = COLUMNS.map(|name| query.get(name).split('\n').map(str::to_owned).collect::<Vec<_>>());
        let most = columns.iter().map(Vec::len).max().unwrap_or(0);
        columns.iter_mut().for_each(|column| column.resize(most, String::new()));
        Self(columns)
    }
}

fn filled(sent: &Columns) -> Result<Vec<TypedRow>, Problem> {
    let [starts, start_which, ends, end_which] = &sent.0;
    let length = starts.len();
    if [start_which, ends, end_which].iter().any(|column| column.len() != length) {
        return Err(Refusal::Malformed.into());
    }
    let row = |place: usize| TypedRow {
        start: starts[place].trim().to_owned(),
        start_which: start_which[place].clone(),
        end: ends[place].trim().to_owned(),
        end_which: end_which[place].clone(),
        ..TypedRow::default()
    };
    Ok((0..length).map(row).filter(|row| !row.start.is_empty() || !row.end.is_empty()).collect())
}

fn numbered(zone: Zone, filled: Vec<TypedRow>) -> Vec<TypedRow> {
    let all = filled.into_iter().chain(std::iter::repeat_n(TypedRow::default(), SPARE));
    let numbered = all.zip(1..).map(|(row, number)| TypedRow {
        number,
        start_twice: is_twice(zone, &row.start),
        end_twice: is_twice(zone, &row.end),
        ..row
    });
    numbered.collect()
}

/// The stretches of time that were typed. A time shown as one of `known` was shown stands for it to the millisecond.
pub(super) fn read(zone: Zone, sent: &Columns, known: &[UnixMillis]) -> Result<Vec<Interval>, Problem> {
    let interval = |(row, number): (TypedRow, usize)| {
        let start = time(zone, ("start", number), &row.start, &row.start_which, known)?;
        let end = time(zone, ("end", number), &row.end, &row.end_which, known)?;
        if end <= start {
            return Err(Problem::invalid("end", &format!("must be after the start in line {number}")));
        }
        Ok(Interval { start, end })
    };
    filled(sent)?.into_iter().zip(1..).map(interval).collect()
}

fn time(
    zone: Zone,
    (name, number): (&str, usize),
    text: &str,
    which_one: &str,
    known: &[UnixMillis],
) -> Result<UnixMillis, Problem> {
    let wrong = |why: &str| Problem::invalid(name, &format!("{why} (line {number})"));
    let local = local(text).ok_or_else(|| wrong("must be a day and a time"))?;
    // Browsers send whole minutes without their seconds: it is the time that is compared, not its letters.
    let is_it = |at: &&UnixMillis| zone.local(**at).with_nanosecond(0) == Some(local) && which(zone, **at) == which_one;
    if let Some(at) = known.iter().find(is_it) {
        return Ok(*at);
    }
    match (zone.instant(local), which_one) {
        (LocalInstant::Once(at), _) => Ok(at),
        (LocalInstant::Fold { earlier, .. }, FIRST) => Ok(earlier),
        (LocalInstant::Fold { later, .. }, SECOND) => Ok(later),
        (LocalInstant::Fold { .. }, _) => {
            Err(wrong("is shown twice by the clocks that night: choose the first or the second time"))
        }
        (LocalInstant::Gap { resumes }, _) => {
            let next = zone.local(resumes).format("%H:%M");
            Err(wrong(&format!("is never shown by the clocks that night: they go forward over it, to {next}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zone() -> Zone {
        Zone::named("America/New_York").unwrap()
    }

    fn form(rows: &[(&str, &str, &str, &str)]) -> Columns {
        let encode = |text: &str| text.replace(':', "%3A");
        let pairs: Vec<_> = rows
            .iter()
            .map(|(a, b, c, d)| format!("start={}&start_which={b}&end={}&end_which={d}", encode(a), encode(c)))
            .collect();
        Columns::of_form(&Form::read(pairs.join("&").as_bytes(), &[], &COLUMNS).unwrap())
    }

    /// As browsers send the value of such a field (HTML, "valid normalized local date and time string").
    fn normalized(shown: &str) -> &str {
        shown.strip_suffix(":00").filter(|cut| cut.len() == "2019-06-27T18:00".len()).unwrap_or(shown)
    }

    fn why(rows: &[(&str, &str, &str, &str)]) -> String {
        read(zone(), &form(rows), &[]).unwrap_err().reason
    }

    #[test]
    fn empty_lines_are_left_out_and_half_a_line_is_refused() {
        let day = ("2019-06-27T18:00", "", "2019-06-27T23:00:30", "");
        let read = read(zone(), &form(&[("", "", "", ""), day, ("", "", "", "")]), &[]).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].length().0, 5 * 3_600_000 + 30_000);
        assert_eq!(why(&[day, ("2019-06-28T01:00", "", "", "")]), "end: must be a day and a time (line 2)");
        assert_eq!(why(&[("2019-06-27T18:00", "", "2019-06-27T18:00", "")]), "end: must be after the start in line 1");
        assert!(why(&[("yesterday", "", "2019-06-27T18:00", "")]).starts_with("start: must be a day"));
    }

    #[test]
    fn of_an_hour_that_is_shown_twice_one_must_be_chosen() {
        let night = |which| [("2019-11-03T00:30", "", "2019-11-03T01:30", which)];
        assert!(why(&night("")).contains("shown twice"), "{}", why(&night("")));
        let length = |which| read(zone(), &form(&night(which)), &[]).unwrap()[0].length().0;
        assert_eq!((length(FIRST), length(SECOND)), (3_600_000, 7_200_000));
        let rows = typed(zone(), &form(&night(""))).unwrap();
        assert!(rows[0].end_twice && !rows[0].start_twice && rows.len() == 1 + SPARE);
    }

    #[test]
    fn an_hour_that_is_skipped_is_no_time() {
        let told = why(&[("2019-03-10T01:30", "", "2019-03-10T02:30", "")]);
        assert!(told.contains("never shown") && told.contains("03:00"), "{told}");
    }

    #[test]
    fn lines_that_do_not_match_are_no_form_of_ours() {
        let odd = Form::read(b"start=a&start=b&end=c&start_which=&end_which=", &[], &COLUMNS).unwrap();
        assert_eq!(read(zone(), &Columns::of_form(&odd), &[]).unwrap_err().refusal, Refusal::Malformed);
    }

    #[test]
    fn what_an_address_asks_with_is_what_a_form_sends() {
        let two = [("2019-06-27T18:00", "", "2019-06-27T20:00", ""), ("2019-06-27T21:00", "", "2019-06-27T22:00", "")];
        let asked = "start=2019-06-27T18%3A00%0A2019-06-27T21%3A00&end=2019-06-27T20%3A00%0A2019-06-27T22%3A00";
        let asked = Columns::of_query(&Form::read(asked.as_bytes(), &COLUMNS, &[]).unwrap());
        assert_eq!(asked, form(&two));
        let nothing = Columns::of_query(&Form::default());
        assert_eq!(read(zone(), &nothing, &[]).unwrap(), vec![]);
    }

    #[test]
    fn a_whole_minute_that_was_not_touched_keeps_its_milliseconds() {
        let at = |millis| UnixMillis::new(1_561_672_800_000 + millis);
        let interval = Interval { start: at(123), end: at(3_600_456) };
        let shown = &rows(zone(), &[interval])[0];
        assert!(shown.start.ends_with(":00") && normalized(&shown.start).len() < shown.start.len());
        let sent = form(&[(normalized(&shown.start), "", normalized(&shown.end), "")]);
        assert_eq!(read(zone(), &sent, &[interval.start, interval.end]).unwrap(), [interval]);
    }

    proptest! {
        #[test]
        fn what_a_form_shows_comes_back_to_the_millisecond(
            name in prop::sample::select(vec!["America/New_York", "Europe/London", "Australia/Lord_Howe"]),
            start in 1_500_000_000_000..1_600_000_000_000i64, length in 1_000..90_000_000i64,
        ) {
            let zone = Zone::named(name).unwrap();
            let interval = Interval { start: UnixMillis::new(start), end: UnixMillis::new(start + length) };
            let rows = rows(zone, &[interval]);
            let one = &rows[0];
            let form = form(&[(normalized(&one.start), &one.start_which, normalized(&one.end), &one.end_which)]);
            prop_assert_eq!(read(zone, &form, &[interval.start, interval.end]).unwrap(), vec![interval]);
        }
    }
}

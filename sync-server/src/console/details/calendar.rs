//! The calendar: a month or a week of details, day by day.

use std::collections::BTreeMap;

use askama::Template;
use chrono::{Datelike, Days, Months, NaiveDate};
use detailbook_core::ids::DetailId;
use detailbook_core::records::{Detail, DetailState, RecordKind};
use detailbook_core::time::{Interval, Millis, Zone};

use super::sought::{self, Places};
use crate::access::scope::Scope;
use crate::console::field::Choice;
use crate::console::frame::Frame;
use crate::console::options::{any, labelled};
use crate::console::page::{Answer, Page};
use crate::console::part::with_query;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::store::{Ahead, Sql, StoreError, records};

/// What the calendar's address may hold: month or week, a day in it, customer, site, state and empty places.
pub const FILTER: &[&str] = &["view", "day", "customer", "site", "state", "empty"];
/// What stays from day to day.
const KEPT: &[&str] = &["customer", "site", "state", "empty"];

/// How much is shown at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum View {
    Month,
    Week,
}

#[derive(Template)]
#[template(path = "console/details/calendar.html")]
struct CalendarPage {
    frame: Frame,
    view: &'static str,
    span: String,
    before: String,
    after: String,
    now: String,
    month: String,
    week: String,
    list: String,
    day: String,
    weekdays: [&'static str; 7],
    customer: Choice,
    site: Choice,
    empty: Choice,
    days: Vec<DayBox>,
    may_write: bool,
}

struct DayBox {
    spoken: String,
    number: u32,
    outside: bool,
    today: bool,
    items: Vec<Item>,
}

struct Item {
    id: String,
    clock: String,
    title: String,
    site: String,
    places: i64,
    empty: i64,
    cancelled: bool,
}

/// The page.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let view = if visit.query.get("view") == "week" { View::Week } else { View::Month };
    let today = sought::today(visit)?;
    let day = sought::day(visit, "day", today)?;
    let shown = shown(view, day).ok_or_else(|| Problem::invalid("day", "must be a day of this age"))?;
    let places = Places::of(sql, visit.agency()?)?;
    Page::html(&CalendarPage {
        frame: Frame::of(visit, "Calendar"),
        view: name(view),
        span: span(view, day, shown),
        before: address(visit, view, step(view, day, false)),
        after: address(visit, view, step(view, day, true)),
        now: address(visit, view, today),
        month: address(visit, View::Month, day),
        week: address(visit, View::Week, day),
        list: with_query("/console/details", &[&format!("from={}&until={}", shown.0, shown.1), &visit.same(KEPT)]),
        day: day.to_string(),
        weekdays: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
        customer: Choice::asked(visit, "customer", "Customer", any(places.customer_options())),
        site: Choice::asked(visit, "site", "Site", any(places.site_options())),
        empty: Choice::asked(visit, "empty", "Places", any(labelled(sought::EMPTY))),
        days: boxes(sql, visit, &places, shown, (day, today))?,
        may_write: visit.who()?.may(Scope::RecordsWrite),
    })
}

const fn name(view: View) -> &'static str {
    match view {
        View::Month => "month",
        View::Week => "week",
    }
}

fn span(view: View, day: NaiveDate, (first, last): (NaiveDate, NaiveDate)) -> String {
    match view {
        View::Month => day.format("%B %Y").to_string(),
        View::Week => format!("{} \u{2013} {}", first.format("%Y-%m-%d"), last.format("%Y-%m-%d")),
    }
}

fn address(visit: &Visit, view: View, day: NaiveDate) -> String {
    with_query("/console/details/calendar", &[&format!("view={}&day={day}", name(view)), &visit.same(KEPT)])
}

/// The first and the last day that are shown: whole weeks, from Sunday on.
fn shown(view: View, day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let sunday = |day: NaiveDate| day.checked_sub_days(Days::new(day.weekday().num_days_from_sunday().into()));
    let (first, last) = match view {
        View::Week => (day, day),
        View::Month => {
            let first = day.with_day(1)?;
            (first, first.checked_add_months(Months::new(1))?.pred_opt()?)
        }
    };
    Some((sunday(first)?, sunday(last)?.checked_add_days(Days::new(6))?))
}

/// A day in the month or week beside; the same day where there is none.
fn step(view: View, day: NaiveDate, forward: bool) -> NaiveDate {
    let found = match (view, forward) {
        (View::Month, true) => day.checked_add_months(Months::new(1)),
        (View::Month, false) => day.checked_sub_months(Months::new(1)),
        (View::Week, true) => day.checked_add_days(Days::new(7)),
        (View::Week, false) => day.checked_sub_days(Days::new(7)),
    };
    found.unwrap_or(day)
}

/// The days on which something of a stretch of time lies.
fn days_of(zone: Zone, time: Interval) -> impl Iterator<Item = NaiveDate> {
    let last = zone.local(time.end - Millis(1)).date();
    zone.local(time.start).date().iter_days().take_while(move |day| *day <= last)
}

/// On which of the days shown each thing lies, in the order given.
fn placed<T: Copy>(
    zone: Zone,
    (first, last): (NaiveDate, NaiveDate),
    things: &[(Interval, T)],
) -> BTreeMap<NaiveDate, Vec<(Interval, T)>> {
    let mut days: BTreeMap<_, Vec<_>> =
        first.iter_days().take_while(|day| *day <= last).map(|day| (day, Vec::new())).collect();
    for (time, thing) in things {
        for day in days_of(zone, *time) {
            if let Some(there) = days.get_mut(&day) {
                there.push((*time, *thing));
            }
        }
    }
    days
}

fn boxes(
    sql: &mut dyn Sql,
    visit: &Visit,
    places: &Places,
    shown: (NaiveDate, NaiveDate),
    (day, today): (NaiveDate, NaiveDate),
) -> Result<Vec<DayBox>, Problem> {
    let zone = visit.who()?.zone;
    let found = sought::found(sql, visit, shown)?;
    let titles = titles(sql, visit, found.iter().map(|line| line.detail))?;
    let things: Vec<_> = found.iter().map(|line| (line.time, line)).collect();
    let weeks = placed(zone, shown, &things).into_iter();
    Ok(weeks
        .map(|(date, items)| DayBox {
            spoken: date.format("%A, %-d %B").to_string(),
            number: date.day(),
            outside: visit.query.get("view") != "week" && date.month() != day.month(),
            today: date == today,
            items: items
                .into_iter()
                .map(|(time, line)| Item {
                    id: line.detail.to_string(),
                    clock: clock(zone, time, date),
                    title: titles.get(&line.detail).cloned().unwrap_or_default(),
                    site: places.site(line.site).to_owned(),
                    places: line.places,
                    empty: line.empty,
                    cancelled: line.state == DetailState::Cancelled,
                })
                .collect(),
        })
        .collect())
}

fn titles(
    sql: &mut dyn Sql,
    visit: &Visit,
    ids: impl Iterator<Item = DetailId>,
) -> Result<BTreeMap<DetailId, String>, Problem> {
    let (agency, sql, ids) = (visit.agency()?, &mut Ahead::over(sql), ids.collect::<Vec<_>>());
    records::ahead(sql, agency, RecordKind::Detail, ids.iter().copied())?;
    let title = |id| -> Result<_, StoreError> {
        let found = records::get::<Detail>(sql, agency, RecordKind::Detail, id)?;
        Ok((id, found.map(|it| it.record.title).unwrap_or_default()))
    };
    Ok(ids.into_iter().map(title).collect::<Result<_, _>>()?)
}

/// Of a day, the hours that something lies on it.
fn clock(zone: Zone, time: Interval, day: NaiveDate) -> String {
    let (begins, ends) = (zone.local(time.start), zone.local(time.end));
    match (begins.date() == day, days_of(zone, time).last() == Some(day)) {
        (true, true) => format!("{}\u{2013}{}", begins.format("%H:%M"), ends.format("%H:%M")),
        (true, false) => format!("from {}", begins.format("%H:%M")),
        (false, true) => format!("until {}", ends.format("%H:%M")),
        (false, false) => "all day".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Weekday;
    use proptest::prelude::{any, *};

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn zone() -> Zone {
        Zone::named("America/New_York").unwrap()
    }

    fn time(from: &str, until: &str) -> Interval {
        let at = |text: &str| zone().instant(format!("{text}:00").parse().unwrap()).first();
        Interval { start: at(from), end: at(until) }
    }

    #[test]
    fn a_month_is_shown_in_whole_weeks() {
        assert_eq!(shown(View::Month, day("2026-05-16")), Some((day("2026-04-26"), day("2026-06-06"))));
        assert_eq!(shown(View::Month, day("2026-02-01")), Some((day("2026-02-01"), day("2026-02-28"))), "four weeks");
        assert_eq!(shown(View::Week, day("2026-05-16")), Some((day("2026-05-10"), day("2026-05-16"))));
        assert_eq!(shown(View::Week, NaiveDate::MIN), None);
    }

    #[test]
    fn a_night_lies_on_both_days_and_midnight_on_the_one_before() {
        let week = (day("2026-05-10"), day("2026-05-16"));
        let night = time("2026-05-15T19:00", "2026-05-16T01:00");
        let evening = time("2026-05-14T19:00", "2026-05-15T00:00");
        let placed = placed(zone(), week, &[(evening, 1), (night, 2)]);
        let on = |text: &str| placed[&day(text)].iter().map(|(_, n)| *n).collect::<Vec<_>>();
        assert_eq!((on("2026-05-14"), on("2026-05-15"), on("2026-05-16")), (vec![1], vec![2], vec![2]));
        let told = |text: &str, time| clock(zone(), time, day(text));
        assert_eq!(told("2026-05-15", night), "from 19:00");
        assert_eq!(told("2026-05-16", night), "until 01:00");
        assert_eq!(told("2026-05-14", evening), "19:00\u{2013}00:00");
    }

    proptest! {
        #[test]
        fn every_day_is_shown_with_its_neighbours_in_whole_weeks(number in 700_000..760_000, month in any::<bool>()) {
            let day = NaiveDate::from_num_days_from_ce_opt(number).unwrap();
            let view = if month { View::Month } else { View::Week };
            let (first, last) = shown(view, day).unwrap();
            prop_assert!(first <= day && day <= last);
            prop_assert_eq!((first.weekday(), last.weekday()), (Weekday::Sun, Weekday::Sat));
            // Forward and back again comes to the same span, but where months are of other lengths.
            let there = step(view, step(view, day, true), false);
            prop_assert_eq!(shown(view, there), Some((first, last)));
        }
    }
}

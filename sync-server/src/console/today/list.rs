//! The day: every place, by site, along the hours; what asks for somebody first.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use chrono::{Days, NaiveDate};
use detailbook_core::ids::{AgencyId, OfficerId, SiteId};
use detailbook_core::notices::{Party, PartyKind};
use detailbook_core::records::{DetailState, Interval, RecordKind, Site};
use detailbook_core::staffing::{PlaceState, Presence};
use detailbook_core::time::PayDayRule;
use detailbook_core::wire::Refusal;

use super::order::{Key, Order, order};
use super::timeline::{Bar, Hour, Share, bar, hours, now};
use super::words::{class, hour, punch, relief, sentence};
use crate::access::scope::Scope;
use crate::console::assets::Script;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::live;
use crate::console::options::{any, plain};
use crate::console::page::{Answer, Page};
use crate::console::part::{Part, with_query};
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::scheduling::board::{self, Place};
use crate::store::{Ahead, Sql, StoreError, contacts, records};

const PATH: &str = "/console";
/// Places in one part of the list.
const PART: usize = 100;
/// Details of one day that are looked at.
const DETAILS: i64 = 2_000;
/// Places of them all.
const PLACES: i64 = 10_000;
/// How many days of the address may be read: the calendar of the trade.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2199;

#[derive(Template)]
#[template(path = "console/today.html")]
struct TodayPage {
    frame: Frame,
    day: Day,
    head: String,
    zone: &'static str,
    says: String,
    counts: Vec<(&'static str, &'static str, usize)>,
    hours: Vec<Hour>,
    now: Option<Share>,
    sites: Vec<SiteLines>,
    of: usize,
    part: Part,
    day_field: Field,
    site: Choice,
    state: Choice,
    sort: Choice,
    problems: bool,
}

/// The page of whoever may not see the day.
#[derive(Template)]
#[template(path = "console/today_closed.html")]
struct ClosedPage {
    frame: Frame,
}

/// The day that is shown, with the ways to those beside it.
struct Day {
    interval: Interval,
    name: String,
    is_today: bool,
    now: String,
    before: String,
    after: String,
}

struct SiteLines {
    name: String,
    lines: Vec<Line>,
}

struct Line {
    row: String,
    way: String,
    detail: String,
    title: String,
    position: String,
    time: String,
    officer: String,
    phone: String,
    class: &'static str,
    state: &'static str,
    sentence: String,
    since: String,
    punch: String,
    relief: &'static str,
    acknowledged: Option<bool>,
    replace: bool,
    bar: Option<Bar>,
    worked: Option<Bar>,
}

/// The page.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let who = visit.who()?;
    if !who.may(Scope::RecordsRead) {
        return Page::html(&ClosedPage { frame: Frame::of(visit, "Today") });
    }
    let day = day(visit)?;
    let found = Found::of(sql, visit, &day)?;
    let part =
        Part::new(visit, PATH, &["day", "site", "state", "problems", "sort"], found.shown.len()).sized(visit, PART);
    let shown = part.cut(found.shown.iter().copied());
    let problems = found.places.iter().filter(|place| place.state.is_problem()).count();
    let sites = site_lines(sql, visit, &day, &found, &shown)?;
    Page::html(&TodayPage {
        frame: Frame::of(visit, "Today").with(&[Script::Live, Script::Keys]),
        head: live::head(sql, who.user.agency)?,
        zone: who.zone.name(),
        says: asks_for(problems),
        counts: counts(&found.places),
        hours: hours(day.interval, who.zone),
        now: now(day.interval, visit.now),
        sites,
        of: found.places.len(),
        part,
        day_field: Field::new(visit, "day", "Day").kind("date").optional(&day.name),
        site: Choice::asked(visit, "site", "Site", any(found.site_options())),
        state: Choice::asked(visit, "state", "State", any(states())),
        sort: Choice::asked(visit, "sort", "Order", orders()),
        problems: !visit.query.get("problems").is_empty(),
        day,
    })
}

/// The same as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let day = day(visit)?;
    let found = Found::of(sql, visit, &day)?;
    let mut csv = Csv::of(&[
        "begins",
        "ends",
        "site",
        "detail",
        "position",
        "officer",
        "state",
        "sentence",
        "since",
        "last_punch",
        "acknowledged",
        "replacement",
    ]);
    for place in found.shown.iter().map(|number| &found.places[*number]) {
        let line = place.holder.as_ref();
        csv.line([
            visit.time(place.scheduled.start),
            visit.time(place.scheduled.end),
            found.site_name(place.site).to_owned(),
            place.title.clone(),
            place.position.name.clone(),
            line.map(|line| line.name.clone()).unwrap_or_default(),
            place.state.name().to_owned(),
            sentence(place),
            line.and_then(|line| line.since).map(|at| visit.time(at)).unwrap_or_default(),
            place.punch.as_ref().map(|last| punch(visit, last)).unwrap_or_default(),
            line.and_then(|line| line.acknowledged).map(|at| visit.time(at)).unwrap_or_default(),
            place.relief().map(relief).unwrap_or_default().to_owned(),
        ]);
    }
    Ok(Page::csv(&format!("today-{}.csv", day.name), csv.finish()))
}

/// The day of the address, else the one that it is now.
fn day(visit: &Visit) -> Result<Day, Problem> {
    let rule = PayDayRule::midnight(visit.who()?.zone);
    let today = rule.day_of(visit.now).date;
    let date = match visit.query.get("day") {
        "" => today,
        text => NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .filter(|date| YEARS.contains(&chrono::Datelike::year(date)))
            .ok_or_else(|| Problem::invalid("day", "must be a day such as 2026-05-16"))?,
    };
    let kept = visit.same(&["site", "state", "problems", "sort"]);
    let way = |date: Option<NaiveDate>| {
        with_query(PATH, &[&kept, &format!("day={}", date.unwrap_or(today).format("%Y-%m-%d"))])
    };
    Ok(Day {
        interval: rule.day(date).interval,
        name: date.format("%Y-%m-%d").to_string(),
        is_today: date == today,
        now: visit.time(visit.now),
        before: way(date.checked_sub_days(Days::new(1))),
        after: way(date.checked_add_days(Days::new(1))),
    })
}

/// The places of a day, and which of them are shown in which order.
struct Found {
    places: Vec<Place>,
    sites: BTreeMap<SiteId, String>,
    shown: Vec<usize>,
}

impl Found {
    fn of(sql: &mut dyn Sql, visit: &Visit, day: &Day) -> Result<Self, Problem> {
        let agency = visit.agency()?;
        // How many there are is known before any of them is read.
        let longest = crate::scheduling::details::LONGEST;
        let rows = crate::store::detail_times::in_time(sql, agency, day.interval, longest, DETAILS + 1)?;
        let wanted: i64 = rows.iter().filter(|row| row.state != DetailState::Cancelled).map(|row| row.places).sum();
        if rows.len() as i64 > DETAILS || wanted > PLACES {
            let reason = "That day has more than 2,000 details or 10,000 places, which is what one page looks at.";
            return Err(Problem::new(Refusal::Conflict, reason));
        }
        let places = board::places(sql, agency, day.interval, DETAILS, visit.now)?;
        let ids: BTreeSet<_> = places.iter().map(|place| place.site).collect();
        let mut ahead = Ahead::over(sql);
        records::ahead(&mut ahead, agency, RecordKind::Site, ids.iter().copied())?;
        let sql = &mut ahead;
        let sites = ids.into_iter().map(|id| Ok((id, site(sql, agency, id)?))).collect::<Result<_, StoreError>>()?;
        let mut found = Self { places, sites, shown: Vec::new() };
        found.shown = found.sought(visit)?;
        Ok(found)
    }

    fn sought(&self, visit: &Visit) -> Result<Vec<usize>, Problem> {
        let by = match visit.query.get("sort") {
            "" => Order::default(),
            name => Order::named(name).ok_or_else(|| Problem::invalid("sort", "must be an order of the list"))?,
        };
        let state = match visit.query.get("state") {
            "" => None,
            name => Some(state(name).ok_or_else(|| Problem::invalid("state", "must be a state of the list"))?),
        };
        let (site, problems) = (visit.query.get("site"), !visit.query.get("problems").is_empty());
        let keep = |place: &Place| {
            (site.is_empty() || place.site.to_string() == site)
                && state.is_none_or(|state| place.state == state)
                && (!problems || place.state.is_problem())
        };
        let keys: Vec<_> = self.places.iter().map(|place| Key::of(place, self.site_name(place.site))).collect();
        Ok(order(by, &keys).into_iter().filter(|number| keep(&self.places[*number])).collect())
    }

    fn site_name(&self, id: SiteId) -> &str {
        self.sites.get(&id).map_or("", String::as_str)
    }

    fn site_options(&self) -> Vec<(String, String)> {
        let mut options: Vec<_> = self.sites.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
        options.sort_by_key(|(id, name)| (name.to_lowercase(), id.clone()));
        options
    }
}

fn site(sql: &mut dyn Sql, agency: AgencyId, id: SiteId) -> Result<String, StoreError> {
    let found = records::get::<Site>(sql, agency, RecordKind::Site, id)?;
    Ok(found.map(|site| site.record.name).unwrap_or_default())
}

/// The lines of one part, those of a site together.
fn site_lines(
    sql: &mut dyn Sql,
    visit: &Visit,
    day: &Day,
    found: &Found,
    shown: &[usize],
) -> Result<Vec<SiteLines>, Problem> {
    let mut ahead = Ahead::over(sql);
    if visit.who()?.may(Scope::ContactsRead) {
        let holders = shown.iter().filter_map(|number| found.places[*number].holder.as_ref());
        contacts::ahead(&mut ahead, visit.agency()?, PartyKind::Officer, holders.map(|line| line.officer))?;
    }
    let mut sites: Vec<(SiteId, SiteLines)> = Vec::new();
    for place in shown.iter().map(|number| &found.places[*number]) {
        let line = line(&mut ahead, visit, day, place)?;
        if let Some((_, site)) = sites.last_mut().filter(|(id, _)| *id == place.site) {
            site.lines.push(line);
        } else {
            let name = found.site_name(place.site).to_owned();
            sites.push((place.site, SiteLines { name, lines: vec![line] }));
        }
    }
    Ok(sites.into_iter().map(|(_, site)| site).collect())
}

fn line(sql: &mut dyn Sql, visit: &Visit, day: &Day, place: &Place) -> Result<Line, Problem> {
    let (who, holder) = (visit.who()?, place.holder.as_ref());
    let phone = match holder {
        Some(line) if who.may(Scope::ContactsRead) => phone(sql, who.user.agency, line.officer)?,
        _ => None,
    };
    let since = holder.and_then(|line| line.since);
    // Whoever is there has worked since then; how long whoever left had worked is the timesheet's to say.
    let there = holder.is_some_and(|line| line.presence == Presence::There);
    let worked = since.filter(|_| there).and_then(|start| bar(day.interval, Interval { start, end: visit.now }));
    Ok(Line {
        row: format!("{}-{}", place.detail, place.position.id),
        way: super::place::way(place),
        detail: place.detail.to_string(),
        title: place.title.clone(),
        position: place.position.name.clone(),
        time: format!("{}–{}", hour(visit, place.scheduled.start), hour(visit, place.scheduled.end)),
        officer: holder.map(|line| line.name.clone()).unwrap_or_default(),
        phone: phone.unwrap_or_default(),
        class: class(place.state),
        state: place.state.name(),
        sentence: sentence(place),
        since: since.map(|at| hour(visit, at)).unwrap_or_default(),
        punch: place.punch.as_ref().map(|last| punch(visit, last)).unwrap_or_default(),
        relief: place.relief().map(relief).unwrap_or_default(),
        acknowledged: holder.map(|line| line.acknowledged.is_some()),
        replace: place.state.may_be_replaced() && visit.now < place.scheduled.end && who.may(Scope::Assign),
        bar: bar(day.interval, place.scheduled),
        worked,
    })
}

/// How an officer is called.
pub(super) fn phone(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId) -> Result<Option<String>, StoreError> {
    let party = Party { kind: PartyKind::Officer, id: officer.into() };
    Ok(contacts::get(sql, agency, party)?.1.phone)
}

/// How many look how, what asks most for somebody first.
fn counts(places: &[Place]) -> Vec<(&'static str, &'static str, usize)> {
    let count = |state: PlaceState| places.iter().filter(|place| place.state == state).count();
    let told = PlaceState::ALL.into_iter().map(|state| (class(state), state.name(), count(state)));
    told.filter(|(.., count)| *count > 0).collect()
}

fn asks_for(problems: usize) -> String {
    match problems {
        0 => "Everyone is where they should be.".to_owned(),
        1 => "1 place asks for somebody.".to_owned(),
        many => format!("{many} places ask for somebody."),
    }
}

fn state(name: &str) -> Option<PlaceState> {
    PlaceState::ALL.into_iter().find(|state| state.name() == name)
}

fn states() -> Vec<(String, String)> {
    plain(PlaceState::ALL.map(|state| state.name().to_owned())).collect()
}

fn orders() -> Vec<(String, String)> {
    Order::ALL.into_iter().map(|(_, name, label)| (name.to_owned(), label.to_owned())).collect()
}

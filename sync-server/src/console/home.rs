//! Today: who is on a detail now, and how it looks.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use askama::Template;
use detailbook_core::ids::{AgencyId, AssignmentId, SiteId};
use detailbook_core::records::{Interval, RecordKind, Site};
use detailbook_core::staffing::Presence;
use detailbook_core::time::{Millis, UnixMillis};

use super::frame::Frame;
use super::page::{Answer, Page};
use super::visit::Visit;
use crate::access::scope::Scope;
use crate::scheduling::today;
use crate::store::{Sql, StoreError, records};

/// How far back and ahead the page looks.
const BACK: Millis = Millis::from_hours(12);
const AHEAD: Millis = Millis::from_hours(12);
/// Lines on the page.
const LINES: i64 = 500;

#[derive(Template)]
#[template(path = "console/home.html")]
struct HomePage {
    frame: Frame,
    now: String,
    zone: &'static str,
    allowed: bool,
    lines: Vec<Line>,
    more: bool,
    counts: Vec<(&'static str, &'static str, usize)>,
}

struct Line {
    begins: String,
    ends: String,
    officer: String,
    title: String,
    site: String,
    mark: &'static str,
    state: &'static str,
    sentence: String,
    since: String,
    acknowledged: bool,
    relief: &'static str,
}

/// The page.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (who, allowed) = (visit.who()?, visit.who()?.may(Scope::RecordsRead));
    let mut found = if allowed { lines(sql, visit)? } else { Vec::new() };
    let more = found.len() as i64 > LINES;
    found.truncate(LINES as usize);
    Page::html(&HomePage {
        frame: Frame::of(visit, "Today"),
        now: visit.time(visit.now),
        zone: who.zone.name(),
        allowed,
        counts: counts(&found),
        lines: told(sql, visit, found)?,
        more,
    })
}

fn lines(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<today::Line>, crate::problem::Problem> {
    let time = Interval { start: visit.now - BACK, end: visit.now + AHEAD };
    let first = (UnixMillis::MIN, AssignmentId::NIL);
    Ok(today::lines(sql, visit.agency()?, time, first, LINES + 1, visit.now)?)
}

/// How many look how, in the order of how much they ask for somebody.
fn counts(lines: &[today::Line]) -> Vec<(&'static str, &'static str, usize)> {
    let order = [
        Presence::NoShow,
        Presence::NoContact,
        Presence::Late,
        Presence::Due,
        Presence::EnRoute,
        Presence::There,
        Presence::Expected,
        Presence::Left,
    ];
    let count = |presence: &Presence| lines.iter().filter(|line| line.presence == *presence).count();
    let told = order.iter().map(|presence| (mark(*presence), name(*presence), count(presence)));
    told.filter(|(.., count)| *count > 0).collect()
}

fn told(sql: &mut dyn Sql, visit: &Visit, lines: Vec<today::Line>) -> Result<Vec<Line>, crate::problem::Problem> {
    let (agency, mut sites) = (visit.agency()?, BTreeMap::new());
    let mut told = Vec::new();
    for line in lines {
        let place: &mut String = match sites.entry(line.site) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(site(sql, agency, line.site)?),
        };
        told.push(Line {
            begins: visit.time(line.scheduled.start),
            ends: hour(visit, line.scheduled.end),
            officer: line.name,
            title: line.title,
            site: place.clone(),
            mark: mark(line.presence),
            state: name(line.presence),
            sentence: line.sentence,
            since: line.since.map(|at| hour(visit, at)).unwrap_or_default(),
            acknowledged: line.acknowledged.is_some(),
            relief: line.relief.map_or("", |_| "a replacement is being sought"),
        });
    }
    Ok(told)
}

fn site(sql: &mut dyn Sql, agency: AgencyId, id: SiteId) -> Result<String, StoreError> {
    let found = records::get::<Site>(sql, agency, RecordKind::Site, id)?;
    Ok(found.map(|site| site.record.name).unwrap_or_default())
}

/// The clock's part of a time.
fn hour(visit: &Visit, at: UnixMillis) -> String {
    let text = visit.time(at);
    text.split_once(' ').map_or(text.clone(), |(_, clock)| clock.to_owned())
}

const fn name(presence: Presence) -> &'static str {
    match presence {
        Presence::Expected => "expected",
        Presence::EnRoute => "en route",
        Presence::Due => "due",
        Presence::Late => "late",
        Presence::NoShow => "no-show",
        Presence::NoContact => "no contact",
        Presence::There => "there",
        Presence::Left => "left",
    }
}

/// The class by which the style sheet marks it. The word stands beside it: colour alone says nothing.
const fn mark(presence: Presence) -> &'static str {
    match presence {
        Presence::Expected | Presence::Left => "quiet",
        Presence::EnRoute | Presence::There => "good",
        Presence::Due | Presence::Late => "warn",
        Presence::NoShow | Presence::NoContact => "bad",
    }
}

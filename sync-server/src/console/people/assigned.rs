//! The details that an officer has a place on: the nearest on the officer's page, those of any days on a page of their own, and as a file.

use askama::Template;
use detailbook_core::ids::{DetailId, OfficerId};
use detailbook_core::records::{Assignment, Detail, Officer, Site};
use detailbook_core::time::{Interval, Millis};

use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled};
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::{details, read_ahead};
use crate::store::{Ahead, Sql, assignments};

/// How far back and ahead they are shown where no days are asked for.
const BACK: Millis = Millis::from_hours(24 * 60);
const AHEAD: Millis = Millis::from_hours(24 * 366);
/// Of those to come and of those that are over, how many the officer's page shows.
const NEAREST: usize = 20;
/// What the list's address may hold.
pub(super) const FILTER: &[&str] = &["find", "acknowledged", "from", "until", "sort", "part"];
/// What of it is kept from part to part.
pub(super) const KEPT: &[&str] = &["find", "acknowledged", "from", "until", "sort"];
const ACKNOWLEDGED: &[(&str, &str)] = &[("yes", "Yes"), ("no", "Not yet")];
const ORDERS: &[(&str, &str)] = &[("latest", "Latest first"), ("first", "Earliest first"), ("site", "Site")];

/// A detail, as its officer's page shows it.
pub(super) struct Assigned {
    pub(super) detail: DetailId,
    pub(super) begins: String,
    pub(super) ends: String,
    pub(super) title: String,
    pub(super) site: String,
    pub(super) acknowledged: bool,
    time: Interval,
}

/// Those that are nearest in time.
pub(super) struct Near {
    /// To come or under way, the next first.
    pub(super) ahead: Vec<Assigned>,
    /// Over, the latest first.
    pub(super) past: Vec<Assigned>,
    /// Those that stand in neither, of the days that are looked at.
    pub(super) more: usize,
}

/// Those of an officer that are nearest in time.
pub(super) fn near(sql: &mut dyn Sql, visit: &Visit, officer: OfficerId) -> Result<Near, Problem> {
    let around = Interval { start: visit.now - BACK, end: visit.now + AHEAD };
    let (mut past, mut ahead): (Vec<_>, Vec<_>) =
        of(sql, visit, officer, around)?.into_iter().partition(|it| it.time.end <= visit.now);
    past.reverse();
    let all = past.len() + ahead.len();
    ahead.truncate(NEAREST);
    past.truncate(NEAREST);
    Ok(Near { more: all - ahead.len() - past.len(), ahead, past })
}

/// Those of a stretch of time, the earliest first.
fn of(sql: &mut dyn Sql, visit: &Visit, officer: OfficerId, time: Interval) -> Result<Vec<Assigned>, Problem> {
    let (agency, mut all) = (visit.agency()?, Vec::new());
    let ids = assignments::all_overlapping(sql, agency, officer, time)?;
    let sql = &mut Ahead::over(sql);
    read_ahead::held(sql, agency, &ids)?;
    for id in ids {
        let assignment = filing::get::<Assignment>(sql, agency, id)?.record;
        let detail = filing::get::<Detail>(sql, agency, assignment.detail)?.record;
        all.push(Assigned {
            detail: detail.id,
            begins: visit.time(detail.starts),
            ends: visit.time(detail.ends),
            time: details::scheduled(&detail),
            site: filing::get::<Site>(sql, agency, detail.site)?.record.name,
            title: detail.title,
            acknowledged: assignment.acknowledged.is_some(),
        });
    }
    Ok(all)
}

#[derive(Template)]
#[template(path = "console/people/assigned.html")]
struct AssignedPage {
    frame: Frame,
    id: OfficerId,
    name: String,
    find: Field,
    acknowledged: Choice,
    from: Field,
    until: Field,
    sort: Choice,
    lines: Vec<Assigned>,
    part: Part,
}

/// All of them.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<OfficerId>("id")?;
    let name = filing::get::<Officer>(sql, visit.agency()?, id)?.record.name;
    let found = sought(sql, visit, id)?;
    let (lines, part) = Part::of(visit, &format!("/console/officers/{id}/details"), KEPT, found);
    Page::html(&AssignedPage {
        frame: Frame::of(visit, &format!("Details: {name}")),
        id,
        name,
        find: Field::asked(visit, "find", "Detail or site").hint("Part of the name."),
        acknowledged: Choice::asked(visit, "acknowledged", "Acknowledged", any(labelled(ACKNOWLEDGED))),
        from: Field::asked(visit, "from", "From day").kind("date").hint("Empty: 60 days back."),
        until: Field::asked(visit, "until", "To day").kind("date").hint("Empty: a year ahead."),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        lines,
        part,
    })
}

/// Those that the address asks for, in its order.
fn sought(sql: &mut dyn Sql, visit: &Visit, officer: OfficerId) -> Result<Vec<Assigned>, Problem> {
    let (find, acknowledged) = (visit.query.get("find").trim().to_lowercase(), visit.query.get("acknowledged"));
    let start = visit.day_begins("from", 0)?.unwrap_or(visit.now - BACK);
    let end = visit.day_begins("until", 1)?.unwrap_or(visit.now + AHEAD);
    let mut all = of(sql, visit, officer, Interval { start, end })?;
    all.retain(|it| {
        let named = it.title.to_lowercase().contains(&find) || it.site.to_lowercase().contains(&find);
        named && (acknowledged.is_empty() || it.acknowledged == (acknowledged == "yes"))
    });
    match visit.query.get("sort") {
        "first" => {}
        "site" => all.sort_by_cached_key(|it| it.site.to_lowercase()),
        _ => all.reverse(),
    }
    Ok(all)
}

/// The same as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<OfficerId>("id")?;
    filing::get::<Officer>(sql, visit.agency()?, id)?;
    let mut csv = Csv::of(&["detail", "begins", "ends", "title", "site", "acknowledged"]);
    for it in sought(sql, visit, id)? {
        let acknowledged = if it.acknowledged { "yes" } else { "no" }.to_owned();
        csv.line([it.detail.to_string(), it.begins, it.ends, it.title, it.site, acknowledged]);
    }
    Ok(Page::csv("details-of-officer.csv", csv.finish()))
}

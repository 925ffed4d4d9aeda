//! The details of a stretch of days.

use askama::Template;
use detailbook_core::records::Detail;

use super::sought::{self, Fields, Places};
use super::words::{self, Mark};
use crate::access::scope::Scope;
use crate::console::csv::Csv;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::{read_ahead, stage};
use crate::store::detail_times::DetailTime;
use crate::store::{Ahead, Sql};

/// Details in one file.
const FILE: usize = 5000;
/// Details that are read at once.
const AT_ONCE: usize = 500;

#[derive(Template)]
#[template(path = "console/details/list.html")]
struct ListPage {
    frame: Frame,
    fields: Fields,
    lines: Vec<Line>,
    empty: i64,
    part: Part,
    may_write: bool,
}

struct Line {
    id: String,
    time: String,
    title: String,
    customer: String,
    site: String,
    reference: String,
    places: i64,
    empty: i64,
    stage: Mark,
}

/// The list.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (places, days) = (Places::of(sql, visit.agency()?)?, sought::days(visit)?);
    let found = sought::found(sql, visit, days)?;
    let empty = found.iter().map(|line| line.empty).sum();
    let (shown, part) = Part::of(visit, "/console/details", sought::KEPT, found);
    Page::html(&ListPage {
        frame: Frame::of(visit, "Details"),
        fields: Fields::of(visit, &places, days),
        lines: lines(sql, visit, &places, &shown)?,
        empty,
        part,
        may_write: visit.who()?.may(Scope::RecordsWrite),
    })
}

/// The same as CSV, whole or not at all.
pub fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (places, days) = (Places::of(sql, visit.agency()?)?, sought::days(visit)?);
    let found = sought::found(sql, visit, days)?;
    if found.len() > FILE {
        return Err(Problem::conflict(
            "That is more than 5,000 details, which is what one file holds. Choose fewer days.",
        ));
    }
    let mut csv =
        Csv::of(&["id", "starts", "ends", "title", "customer", "site", "reference", "places", "empty", "stage"]);
    for (it, told) in found.iter().zip(lines(sql, visit, &places, &found)?) {
        let (starts, ends) = (visit.time(it.time.start), visit.time(it.time.end));
        let first = [told.id, starts, ends, told.title, told.customer, told.site, told.reference];
        let last = [told.places.to_string(), told.empty.to_string(), told.stage.word.to_owned()];
        csv.line(first.into_iter().chain(last));
    }
    Ok(Page::csv("details.csv", csv.finish()))
}

fn lines(sql: &mut dyn Sql, visit: &Visit, places: &Places, found: &[DetailTime]) -> Result<Vec<Line>, Problem> {
    let mut lines = Vec::with_capacity(found.len());
    for some in found.chunks(AT_ONCE) {
        let (ahead, ids) = (&mut Ahead::over(sql), some.iter().map(|it| it.detail).collect::<Vec<_>>());
        read_ahead::stages(ahead, visit.agency()?, &ids)?;
        for it in some {
            lines.push(line(ahead, visit, places, it)?);
        }
    }
    Ok(lines)
}

fn line(sql: &mut dyn Sql, visit: &Visit, places: &Places, it: &DetailTime) -> Result<Line, Problem> {
    let detail = filing::get::<Detail>(sql, visit.agency()?, it.detail)?.record;
    let stage = stage::of(sql, visit.agency()?, &detail, visit.now)?;
    Ok(Line {
        id: it.detail.to_string(),
        time: words::time(visit.who()?.zone, it.time),
        title: detail.title,
        customer: detail.customer_name,
        site: places.site(it.site).to_owned(),
        reference: detail.reference,
        places: it.places,
        empty: it.empty,
        stage: words::stage(stage),
    })
}

//! The requests of an agency.

use askama::Template;
use detailbook_core::ids::CustomerId;
use detailbook_core::records::RecordKind;
use detailbook_core::staffing::{DetailStage, RequestLine};

use crate::access::scope::Scope;
use crate::console::csv::Csv;
use crate::console::details::sought::Places;
use crate::console::details::words::{self, Mark};
use crate::console::field::Choice;
use crate::console::frame::Frame;
use crate::console::options::{any, labelled, plain};
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::store::{Sql, listing};

/// What the list's address may hold: a stage, a customer, an order, and which part.
pub const FILTER: &[&str] = &["stage", "customer", "sort", "part"];
/// What of it is the filter.
const KEPT: &[&str] = &["stage", "customer", "sort"];
/// Orders, with what they are called.
const ORDERS: &[(&str, &str)] =
    &[("", "Asked last first"), ("first", "First shift first"), ("customer", "Customer"), ("title", "Title")];
const STAGES: [DetailStage; 6] = [
    DetailStage::Requested,
    DetailStage::Estimated,
    DetailStage::Accepted,
    DetailStage::Posted,
    DetailStage::Declined,
    DetailStage::Cancelled,
];

#[derive(Template)]
#[template(path = "console/requests/list.html")]
struct ListPage {
    frame: Frame,
    lines: Vec<Line>,
    part: Part,
    stage: Choice,
    customer: Choice,
    sort: Choice,
    may_write: bool,
}

struct Line {
    id: String,
    title: String,
    customer: String,
    site: String,
    first: String,
    shifts: usize,
    posted: usize,
    total: String,
    stage: Mark,
    asked: String,
}

/// The list.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let places = Places::of(sql, visit.agency()?)?;
    let found = found(sql, visit, &places)?;
    let part = Part::new(visit, "/console/requests", KEPT, found.len());
    let stages = plain(STAGES.map(|stage| words::stage(stage).word.to_owned()));
    Page::html(&ListPage {
        frame: Frame::of(visit, "Requests"),
        lines: part.cut(found.iter().map(|it| line(visit, &places, it))),
        part,
        stage: Choice::asked(visit, "stage", "Stage", any(stages)),
        customer: Choice::asked(visit, "customer", "Customer", any(places.customer_options())),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        may_write: visit.who()?.may(Scope::RecordsWrite),
    })
}

/// The same list as CSV.
pub fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let places = Places::of(sql, visit.agency()?)?;
    let headings = ["id", "title", "customer", "site", "first_shift", "shifts", "posted", "estimate", "stage", "asked"];
    let mut csv = Csv::of(&headings);
    for it in found(sql, visit, &places)? {
        let it = line(visit, &places, &it);
        let first = [it.id, it.title, it.customer, it.site, it.first];
        let last = [it.shifts.to_string(), it.posted.to_string(), it.total, it.stage.word.to_owned(), it.asked];
        csv.line(first.into_iter().chain(last));
    }
    Ok(Page::csv("requests.csv", csv.finish()))
}

fn found(sql: &mut dyn Sql, visit: &Visit, places: &Places) -> Result<Vec<RequestLine>, Problem> {
    let mut all = listing::lines::<RequestLine>(sql, visit.agency()?, RecordKind::Request)?;
    let customer = match visit.query.get("customer") {
        "" => None,
        text => Some(text.parse::<CustomerId>().map_err(|_| Problem::invalid("customer", "must be one of these"))?),
    };
    let stage = visit.query.get("stage");
    all.retain(|it| {
        customer.is_none_or(|customer| it.customer == customer)
            && (stage.is_empty() || words::stage(it.stage).word == stage)
    });
    match visit.query.get("sort") {
        "first" => all.sort_by_key(|it| (it.shifts.first().map(|shift| shift.start), it.id)),
        "customer" => all.sort_by_key(|it| (places.hires(it.customer).to_lowercase(), it.id)),
        "title" => all.sort_by_key(|it| (it.title.to_lowercase(), it.id)),
        _ => all.sort_by_key(|it| std::cmp::Reverse((it.asked_at, it.id))),
    }
    Ok(all)
}

fn line(visit: &Visit, places: &Places, it: &RequestLine) -> Line {
    let total = it.estimate.as_ref().and_then(|estimate| estimate.total);
    Line {
        id: it.id.to_string(),
        title: it.title.clone(),
        customer: places.hires(it.customer).to_owned(),
        site: places.site(it.site).to_owned(),
        first: it.shifts.first().map(|shift| words::time(it.zone, *shift)).unwrap_or_default(),
        shifts: it.shifts.len(),
        posted: it.details.len(),
        total: total.map(|total| total.to_string()).unwrap_or_default(),
        stage: words::stage(it.stage),
        asked: visit.time(it.asked_at),
    }
}

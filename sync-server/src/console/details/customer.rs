//! Who hires for a detail, where it turns out to be another customer.

use askama::Template;
use detailbook_core::ids::{CustomerId, DetailId};
use detailbook_core::records::{Detail, RecordKind};

use super::sought::Places;
use super::words;
use crate::console::changed::{Changed, version};
use crate::console::field::{Choice, Text};
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::{customer, details};
use crate::store::Sql;

/// What its form asks for.
pub const FIELDS: &[&str] = &["version", "customer", "reason"];

#[derive(Template)]
#[template(path = "console/details/customer.html")]
struct CustomerPage {
    frame: Frame,
    id: String,
    title: String,
    time: String,
    now: String,
    version: i64,
    changed: Changed,
    customer: Choice,
    reason: Text,
    seal: Seal,
}

/// The page.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<DetailId>("id")?);
    let stored = filing::get::<Detail>(sql, agency, id)?;
    let changed = Changed::since(sql, visit, RecordKind::Detail, id, &stored)?;
    let (places, detail) = (Places::of(sql, agency)?, &stored.record);
    let hires = customer::of(sql, agency, detail)?.map(|id| id.to_string());
    let others = places.customer_options().into_iter().filter(|(id, _)| Some(id) != hires.as_ref());
    let unchosen = [(String::new(), "Choose a customer".to_owned())];
    Page::html(&CustomerPage {
        frame: Frame::of(visit, "Another customer"),
        id: id.to_string(),
        title: detail.title.clone(),
        time: words::time(detail.zone, details::scheduled(detail)),
        now: detail.customer_name.clone(),
        version: stored.version,
        changed,
        customer: Choice::new(
            visit,
            "customer",
            "Who hires",
            unchosen.into_iter().chain(others),
            visit.typed("customer"),
        ),
        reason: Text::new(visit, "reason", "Why", 2).hint("It is kept with what was done."),
        seal: visit.seal(&format!("/console/details/{id}/customer")),
    })
}

/// Has the other customer hire.
pub fn change(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<DetailId>("id")?;
    filing::get::<Detail>(sql, visit.agency()?, id)?;
    let hires = visit.typed("customer").parse::<CustomerId>();
    let hires = hires.map_err(|_| Problem::invalid("customer", "must be one of these"))?;
    customer::change(sql, &visit.by()?, id, version(visit)?, hires, visit.typed("reason"))?;
    Ok(Page::to(&format!("/console/details/{id}?said=customer")))
}

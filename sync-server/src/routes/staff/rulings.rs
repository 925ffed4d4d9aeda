//! Rulings on assignments.

use detailbook_core::ids::{AssignmentId, RulingId};
use detailbook_core::records::Assignment;

use super::answer::{Answer, Listing, Reply, Versioned};
use super::request::Request;
use crate::filing;
use crate::problem::Problem;
use crate::rulings::{self, RulingDraft};
use crate::store::Sql;

/// Rules on an assignment.
pub fn rule(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: AssignmentId = request.id("id")?;
    filing::get::<Assignment>(sql, request.token.agency, id)?;
    let draft: RulingDraft = request.body()?;
    let mut entropy = request.app.entropy.clone();
    let tariff = request.app.settings.tariffs.of(request.token.agency);
    Reply::created(rulings::rule(sql, &request.by(), id, &draft, tariff, &mut entropy)?)
}

/// The rulings on an assignment: the one in force first, then each that it replaced.
pub fn history(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, id) = (request.token.agency, request.id::<AssignmentId>("id")?);
    filing::get::<Assignment>(sql, agency, id)?;
    let page = request.page(RulingId::NIL)?;
    let history = rulings::history(sql, agency, id, page.after, page.limit + 1)?;
    let items = history.into_iter().map(|ruling| Versioned::new(ruling.record.id, ruling));
    Reply::ok(&Listing::cut(items.collect(), page.limit, |item| item.id.to_string()))
}

/// The ruling that the facts alone would have. A person makes the ruling.
pub fn proposed(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, id) = (request.token.agency, request.id::<AssignmentId>("id")?);
    Reply::ok(&rulings::proposed(sql, agency, id, request.now)?)
}

/// One ruling.
pub fn read(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: RulingId = request.id("id")?;
    let ruling = rulings::read(sql, request.token.agency, id)?.ok_or_else(Problem::not_found)?;
    Reply::ok(&Versioned::new(id, ruling))
}

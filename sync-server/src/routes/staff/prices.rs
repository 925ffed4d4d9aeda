//! Prices of assignments.

use super::answer::{Answer, Reply};
use super::request::Request;
use crate::prices;
use crate::store::Sql;

/// What the ruling in force pays, or why nothing can be said.
pub fn of_assignment(sql: &mut dyn Sql, request: &Request) -> Answer {
    let tariff = request.app.settings.tariffs.of(request.token.agency);
    Reply::ok(&prices::of_assignment(sql, request.token.agency, tariff, request.id("id")?)?)
}

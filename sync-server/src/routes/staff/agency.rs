//! The agency's own settings.

use detailbook_core::records::Agency;

use super::answer::{Answer, Edit, Reply, Versioned};
use super::request::Request;
use crate::filing;
use crate::roster::{self, AgencyDraft};
use crate::store::Sql;

/// The settings.
pub fn read(sql: &mut dyn Sql, request: &Request) -> Answer {
    let agency = request.token.agency;
    let stored = filing::get::<Agency>(sql, agency, agency)?;
    Reply::ok(&Versioned::new(agency, stored))
}

/// Changes the settings.
pub fn edit(sql: &mut dyn Sql, request: &Request) -> Answer {
    let body: Edit<AgencyDraft> = request.body()?;
    roster::set_agency(sql, &request.by(), Some(body.version), &body.record)?;
    read(sql, request)
}

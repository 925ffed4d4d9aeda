//! A photo or video of a timesheet: given out as it was sent, so that no browser runs what is in it, or as a small picture made here.

use std::sync::Arc;

use detailbook_core::ids::AssignmentId;
use detailbook_core::records::Assignment;
use detailbook_core::shift::Sha256;

use super::super::page::{Answer, Page};
use super::super::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::routes::staff::blobs::{Original, original};
use crate::store::Sql;
use crate::timesheets::names_photo;

/// What is said of an original beside what every answer carries.
const OWN: [&str; 2] = ["content-disposition", "content-security-policy"];

/// The original, where a fact of this timesheet names it.
pub(super) fn give(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (_, found) = named(sql, visit)?;
    let page = Page::file(found.content_type, Arc::new(found.file), found.size);
    // What every answer of the console carries is not said twice.
    let own = found.headers.into_iter().filter(|(name, _)| OWN.contains(name));
    Ok(own.fold(page, |page, (name, value)| page.with(name, value)))
}

/// A small picture of it. Making one takes a while, so it is made once the store has been left.
pub(super) fn small(visit: &Visit) -> Answer {
    let hash = visit.app.store.read(|sql| named(sql, visit).map(|(hash, _)| hash))?;
    Ok(Page::picture(visit.app.thumbnails.of(&visit.app.blobs, visit.agency()?, hash)?))
}

/// The photo that the address names, where a fact of this timesheet does and it has arrived whole.
fn named(sql: &mut dyn Sql, visit: &Visit) -> Result<(Sha256, Original), Problem> {
    let (agency, id) = (visit.agency()?, visit.id::<AssignmentId>("id")?);
    let assignment = filing::get::<Assignment>(sql, agency, id)?.record;
    let hash = Sha256::from_hex(visit.param("hash")).ok_or_else(Problem::not_found)?;
    if !names_photo(sql, agency, &assignment, hash)? {
        return Err(Problem::not_found());
    }
    Ok((hash, original(sql, &visit.app, agency, hash)?))
}

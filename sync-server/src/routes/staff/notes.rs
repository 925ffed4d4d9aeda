//! Notes of staff in the pass-on of a detail.

use detailbook_core::ids::DetailId;
use detailbook_core::records::Detail;

use super::answer::{Answer, Reply};
use super::request::Request;
use crate::filing;
use crate::notes::{self, NoteDraft};
use crate::store::Sql;

/// Writes a note that every officer on the detail gets.
pub fn write(sql: &mut dyn Sql, request: &Request) -> Answer {
    let detail: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, detail)?;
    let draft: NoteDraft = request.body()?;
    let (app, mut entropy) = (&request.app, request.app.entropy.clone());
    Reply::created(notes::write(sql, &request.by(), detail, &draft, &app.identity, &mut entropy)?)
}

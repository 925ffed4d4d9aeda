//! Acknowledging what one was told. What follows when nobody does is looked after by whoever told it.

use detailbook_core::ids::{NoticeId, OfficerId};
use detailbook_core::records::{Notice, RecordKind};
use serde_json::json;

use crate::audit::By;
use crate::filing;
use crate::problem::Problem;
use crate::store::{Sql, outbox, records};

/// Notes that a notice was acknowledged. `of`: only if it is this officer's. Once is enough; a second time changes nothing.
pub fn acknowledge(sql: &mut dyn Sql, by: &By<'_>, notice: NoticeId, of: Option<OfficerId>) -> Result<(), Problem> {
    let stored = records::get::<Notice>(sql, by.agency, RecordKind::Notice, notice)?;
    let officer = stored.as_ref().map(|stored| stored.record.officer);
    if of.is_some() && of != officer {
        return Err(Problem::not_found());
    }
    outbox::acknowledge(sql, by.agency, notice, by.now)?.ok_or_else(Problem::not_found)?;
    if let Some(stored) = stored.filter(|stored| stored.record.acknowledged.is_none()) {
        filing::put(sql, by, notice, &Notice { acknowledged: Some(by.now), ..stored.record })?;
    }
    Ok(by.note(sql, "notice.acknowledge", notice, &json!({ "officer": officer }))?)
}

//! Linking a shift log that was begun without an assignment to the one it belongs to.

use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{AssignmentId, DocumentId, RecordId};
use detailbook_core::records::Assignment;
use serde_json::json;

use super::clocked::clocked;
use super::{noticed, watch};
use crate::audit::By;
use crate::filing;
use crate::policy::clock_in;
use crate::problem::Problem;
use crate::store::{Sql, assignments, documents};
use crate::timesheets;
use crate::words;

/// Links an unassigned shift log to an assignment of the same officer. What stands in the assignment's own log still counts.
pub fn link_log(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: AssignmentId,
    log: DocumentId,
    reason: &str,
) -> Result<(), Problem> {
    let reason = words::text("reason", reason)?;
    let before = filing::get::<Assignment>(sql, by.agency, id)?.record;
    if before.shift_log.is_some() {
        return Err(Problem::conflict("The assignment has a linked shift log already."));
    }
    let document = documents::find(sql, by.agency, log)?.filter(|found| found.kind == DocumentKind::ShiftLog);
    let document = document.ok_or_else(|| Problem::invalid("document", "there is no such shift log"))?;
    if document.owner != RecordId::from(before.officer) {
        return Err(Problem::conflict("That shift log is another officer's."));
    }
    if assignments::of_log(sql, by.agency, log)?.is_some() {
        return Err(Problem::conflict("That shift log belongs to an assignment already."));
    }
    let after = Assignment { shift_log: Some(log), ..before.clone() };
    let detail = filing::get(sql, by.agency, after.detail)?.record;
    assignments::put(sql, by.agency, &after, &detail)?;
    filing::put(sql, by, id, &after)?;
    by.note(sql, "assignment.link", id, &json!({ "before": before, "after": after, "reason": reason }))?;
    clock_in::linked(sql, by, log)?;
    noticed::linked(sql, by, log)?;
    timesheets::came(sql, by.agency, log, by.now)?;
    if clocked(sql, by.agency, &after)?.came.is_some() {
        watch::came(sql, by, id)?;
    }
    Ok(())
}

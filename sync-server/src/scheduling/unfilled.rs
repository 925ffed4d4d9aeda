//! Details for which the agency looks for officers no more.

use detailbook_core::ids::DetailId;
use detailbook_core::notices::{EventKind, Role};
use detailbook_core::records::Detail;
use detailbook_core::staffing::DetailStep;
use serde_json::json;

use super::told::{Happened, named, told};
use super::{applications, posting, relief};
use crate::audit::By;
use crate::filing;
use crate::problem::Problem;
use crate::store::{Sql, postings};
use crate::words;

/// Looks for officers no more for a detail that has empty places. Whoever has a place keeps it; who applied is turned down; staff and the
/// customer are told. It can be put on offer again.
pub fn give_up(sql: &mut dyn Sql, by: &By<'_>, id: DetailId, reason: &str) -> Result<(), Problem> {
    let reason = words::text("reason", reason)?;
    let detail = filing::get::<Detail>(sql, by.agency, id)?.record;
    if postings::find(sql, by.agency, id)?.is_none() {
        return Err(Problem::conflict("This detail was not posted with a window. Cancel it instead."));
    }
    posting::step(sql, by, id, DetailStep::GiveUp)?;
    applications::turn_down_waiting(sql, by, id, "The agency gave this detail up.")?;
    relief::given_up(sql, by, id)?;
    filing::put(sql, by, id, &detail)?;
    by.note(sql, "detail.give_up", id, &json!({ "detail": detail, "reason": reason }))?;
    let empty = detail.positions.iter().filter(|position| !position.filled).count();
    let text = format!("{}: {empty} of {} places stay empty.", named(&detail), detail.positions.len());
    let key = format!("{id} given up {}", by.now.as_millis());
    let happened = Happened {
        title: Some("Not filled"),
        text_for: vec![(Role::Customer, format!("The agency found no officers. {text}"))],
        ..Happened::new(EventKind::ReplacementMissing, key, &detail, format!("{text} {reason}"))
    };
    Ok(told(sql, by, &happened)?)
}

//! What a coordinator does themselves about a place whose officer does not come: has somebody looked for, or says who comes.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AssignmentId, OfficerId};
use detailbook_core::records::{Assignment, AssignmentState, Detail, DetailState, Officer};
use serde_json::json;

use super::{begin, fill, searching};
use crate::audit::By;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::clocked::clocked;
use crate::scheduling::eligible::bar;
use crate::store::Sql;
use crate::words;

/// Has somebody looked for who comes instead on an assignment. Whoever has the place keeps it until then.
pub fn look_for(sql: &mut dyn Sql, by: &By<'_>, assignment: AssignmentId) -> Result<(), Problem> {
    let (held, _) = to_be_relieved(sql, by, assignment)?;
    if searching(sql, by, assignment)?.is_some() {
        return Err(Problem::conflict("Somebody is looked for already."));
    }
    Ok(begin(sql, by, &held, held.state == AssignmentState::Active)?)
}

/// Gives the place to an officer, who is to acknowledge it, and takes it from whoever kept it until then: in one step, so that it is never
/// empty and never two officers'. A search for somebody ends.
pub fn send(
    sql: &mut dyn Sql,
    by: &By<'_>,
    assignment: AssignmentId,
    officer: OfficerId,
    reason: &str,
    entropy: &mut dyn Entropy,
) -> Result<AssignmentId, Problem> {
    let reason = words::text("reason", reason)?;
    let (held, detail) = to_be_relieved(sql, by, assignment)?;
    filing::named::<Officer>(sql, by.agency, "officer", officer)?;
    if officer == held.officer {
        return Err(Problem::invalid("officer", "must be somebody else than who does not come"));
    }
    if let Some(bar) = bar(sql, by, officer, &detail, held.position)? {
        return Err(Problem::conflict(bar.to_staff()));
    }
    let mut running = searching(sql, by, assignment)?;
    if running.is_none() {
        begin(sql, by, &held, held.state == AssignmentState::Active)?;
        running = searching(sql, by, assignment)?;
    }
    let search = running.ok_or_else(Problem::not_found)?;
    by.note(sql, "relief.send", assignment, &json!({ "officer": officer, "reason": reason }))?;
    Ok(fill(sql, by, &search, &detail, officer, false, entropy)?)
}

/// An assignment in whose place somebody else may come, with its detail.
fn to_be_relieved(sql: &mut dyn Sql, by: &By<'_>, id: AssignmentId) -> Result<(Assignment, Detail), Problem> {
    let held = filing::get::<Assignment>(sql, by.agency, id)?.record;
    let detail = filing::get::<Detail>(sql, by.agency, held.detail)?.record;
    if detail.state == DetailState::Cancelled {
        return Err(Problem::conflict("This detail was cancelled."));
    }
    if by.now >= detail.ends {
        return Err(Problem::conflict("This detail is over."));
    }
    match held.state {
        AssignmentState::Released => {
            let place = detail.positions.iter().find(|place| place.id == held.position);
            let place = place.ok_or_else(|| Problem::conflict("This place was taken off the detail."))?;
            if place.filled { Err(Problem::conflict("Somebody else has this place.")) } else { Ok((held, detail)) }
        }
        AssignmentState::Active if clocked(sql, by.agency, &held)?.in_now() => {
            Err(Problem::conflict("The officer has clocked in."))
        }
        AssignmentState::Active => Ok((held, detail)),
    }
}

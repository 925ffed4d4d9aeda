//! Taking a position back. The shift log stays, and its officer may still write to it: rights never destroy hours.

use detailbook_core::ids::AssignmentId;
use detailbook_core::records::{ApplicationState, Assignment, AssignmentState, Detail, DetailState};
use detailbook_core::staffing::{CallingOffState, DetailStep};
use serde_json::json;

use super::{applications, call_off, details, posting, relief, trade};
use crate::audit::By;
use crate::filing;
use crate::problem::Problem;
use crate::store::audience::{self, Audience};
use crate::store::{Sql, StoreError, assignments, standing};
use crate::words;

/// Releases an officer. The position is on offer again unless the detail is over.
pub fn release(sql: &mut dyn Sql, by: &By<'_>, id: AssignmentId, reason: &str) -> Result<(), Problem> {
    let reason = words::text("reason", reason)?;
    let assignment = filing::get::<Assignment>(sql, by.agency, id)?.record;
    if assignment.state == AssignmentState::Released {
        return Err(Problem::conflict("The officer was released before."));
    }
    Ok(free(sql, by, &assignment, &reason, &format!("You were released: {reason}"))?)
}

/// Takes the position back from an officer who has it, and tells the officer so.
pub(super) fn free(
    sql: &mut dyn Sql,
    by: &By<'_>,
    assignment: &Assignment,
    reason: &str,
    told: &str,
) -> Result<(), StoreError> {
    let (officer, id) = (assignment.officer, assignment.detail);
    let Some(mut detail) = details::find(sql, by.agency, id)? else {
        return Err(StoreError::Misused("an assignment to no detail"));
    };
    give_up(sql, by, &mut detail, assignment, reason, told)?;
    if by.now < detail.ends {
        if detail.state == DetailState::Filled {
            posting::follow(sql, by, detail.id, DetailStep::Vacate)?;
        }
        detail.state = details::state_of(&detail);
    }
    filing::put(sql, by, detail.id, &detail)?;
    if !assignments::holds(sql, by.agency, detail.id, officer)? {
        audience::leave(sql, by.agency, officer, &Audience::Detail(detail.id))?;
    }
    Ok(())
}

/// Writes an assignment as released and its position as free, notes why, and tells the officer so.
pub(super) fn give_up(
    sql: &mut dyn Sql,
    by: &By<'_>,
    detail: &mut Detail,
    assignment: &Assignment,
    reason: &str,
    told: &str,
) -> Result<(), StoreError> {
    let released = Assignment { state: AssignmentState::Released, ..assignment.clone() };
    assignments::put(sql, by.agency, &released, details::scheduled(detail))?;
    filing::put(sql, by, released.id, &released)?;
    call_off::end(sql, by, released.id, CallingOffState::Released, told)?;
    trade::lapse(sql, by, released.id, "The officer who offered this detail does not have it any more.")?;
    relief::vacated(sql, by, released.id)?;
    // Whoever gave up a place that was kept for them does not get it again unasked.
    standing::remove(sql, by.agency, detail.id, released.position, released.officer)?;
    let noted = json!({ "before": assignment, "after": released, "reason": reason });
    by.note(sql, "assignment.release", released.id, &noted)?;
    let free = |held: &mut detailbook_core::records::Position| held.filled &= held.id != released.position;
    detail.positions.iter_mut().for_each(free);
    if let Some((id, stored)) = applications::latest(sql, by.agency, detail.id, released.officer)?
        && stored.record.state == ApplicationState::Awarded
    {
        applications::settle(sql, by, id, &stored.record, ApplicationState::NotAwarded, told)?;
    }
    Ok(())
}

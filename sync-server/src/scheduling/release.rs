//! Taking a position back. The shift log stays, and its officer may still write to it: rights never destroy hours.

use detailbook_core::ids::AssignmentId;
use detailbook_core::notices::{EventKind, Role};
use detailbook_core::records::{ApplicationState, Assignment, AssignmentState, Detail, DetailState};
use detailbook_core::staffing::{CallingOffState, DetailStage, DetailStep};
use serde_json::json;

use super::told::{Happened, named, staff_name, told};
use super::{applications, call_off, details, ledger, posting, relief, trade};
use crate::audit::By;
use crate::filing;
use crate::problem::Problem;
use crate::store::audience::{self, Audience};
use crate::store::{Sql, StoreError, assignments, postings, standing};
use crate::words;

/// Releases an officer for the agency, and tells whom it concerns. `relieve`: somebody else is looked for; absent, where a place of a
/// posted detail becomes empty before it begins. A place that is on offer by itself needs nobody looked for.
pub fn release(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: AssignmentId,
    reason: &str,
    relieve: Option<bool>,
) -> Result<(), Problem> {
    let reason = words::text("reason", reason)?;
    let held = filing::get::<Assignment>(sql, by.agency, id)?.record;
    if held.state == AssignmentState::Released {
        return Err(Problem::conflict("The officer was released before."));
    }
    let detail = filing::get::<Detail>(sql, by.agency, held.detail)?.record;
    if relieve == Some(true) && by.now >= detail.ends {
        return Err(Problem::invalid("relieve", "must not be so where the detail is over"));
    }
    let said = format!("You were released: {reason}");
    let taken = Taken { kind: EventKind::Released, held: &held, detail: &detail, said: &said, reason: &reason };
    Ok(taken.away(sql, by, relieve)?)
}

/// Releases an officer whose duty status does not let them work, and has somebody else looked for.
pub(crate) fn lock_out(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, why: &LockedOut) -> Result<(), Problem> {
    let detail = filing::get::<Detail>(sql, by.agency, held.detail)?.record;
    let said = format!("{} You are released from {}.", why.officer, named(&detail));
    let taken = Taken { kind: EventKind::LockedOut, held, detail: &detail, said: &said, reason: &why.staff };
    Ok(taken.away(sql, by, None)?)
}

/// Tells staff that an officer whose duty status does not let them work is on a shift that runs: a person says who stays.
pub(crate) fn tell_on_post(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    detail: &Detail,
    why: &LockedOut,
) -> Result<(), StoreError> {
    let who = staff_name(sql, by.agency, held.officer)?;
    let text = format!("{who} is on a shift that runs: {}. {} A person decides who stays.", named(detail), why.staff);
    let key = format!("{} on post", held.id);
    let happened = Happened::new(EventKind::LockedOut, key, detail, text);
    told(
        sql,
        by,
        &Happened { title: Some("On post"), assignment: Some(held.id), not_customer: true, urgent: true, ..happened },
    )
}

/// Why an officer may not work what they were given, a sentence each.
pub(crate) struct LockedOut {
    officer: String,
    staff: String,
}

impl LockedOut {
    /// For a duty status, in words.
    pub(crate) fn for_status(status: &str) -> Self {
        Self { officer: format!("Your duty status is {status}."), staff: format!("Duty status: {status}.") }
    }

    /// By a rule that says so.
    pub(crate) fn by_rule(sentence: String) -> Self {
        Self { officer: sentence.clone(), staff: sentence }
    }
}

/// A place that the agency takes away.
pub(super) struct Taken<'a> {
    /// What people are told of it as.
    pub(super) kind: EventKind,
    pub(super) held: &'a Assignment,
    pub(super) detail: &'a Detail,
    /// What the officer is told.
    pub(super) said: &'a str,
    /// Why, for staff.
    pub(super) reason: &'a str,
}

impl Taken<'_> {
    /// Takes it, which is held against nobody, and tells whom it concerns.
    pub(super) fn away(&self, sql: &mut dyn Sql, by: &By<'_>, relieve: Option<bool>) -> Result<(), StoreError> {
        let Self { held, detail, reason, said, .. } = *self;
        let stage = postings::find(sql, by.agency, detail.id)?.map(|posted| posted.stage);
        // A detail that was never posted takes applications until it is filled.
        let closed = stage.is_some_and(|stage| !stage.takes_applications());
        let wanted = closed && stage != Some(DetailStage::Unfilled) && by.now < detail.starts;
        let looks = relieve.unwrap_or(wanted);
        if looks {
            relief::begin(sql, by, held, false)?;
        }
        free(sql, by, held, reason, said)?;
        if by.now < detail.ends {
            ledger::taken_away(sql, by, held, detail, reason)?;
        }
        self.tell(sql, by, looks, closed)
    }

    /// Tells the officer, staff by the officer's name, and the customer without a reason.
    fn tell(&self, sql: &mut dyn Sql, by: &By<'_>, looks: bool, closed: bool) -> Result<(), StoreError> {
        let Self { kind, held, detail, reason, said } = *self;
        let (who, what) = (staff_name(sql, by.agency, held.officer)?, named(detail));
        let next = match (looks, closed || by.now >= detail.ends) {
            (true, _) => " Somebody else is looked for.",
            (false, false) => " The place is on offer again.",
            (false, true) => "",
        };
        let staff = format!("{who} was released: {what}. {reason}{next}");
        let customer = format!("An officer will not come: {what}.{next}");
        let happened = Happened {
            text_for: vec![(Role::Officer, said.to_owned()), (Role::Customer, customer)],
            not_customer: by.now >= detail.ends,
            ..Happened::new(kind, held.id.to_string(), detail, staff)
        };
        told(sql, by, &happened.about(held.id, held.officer))
    }
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
    assignments::put(sql, by.agency, &released, detail)?;
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

//! What a coordinator decides about whoever has a place: whether it was a no-show, and whether who calls off is released.

use detailbook_core::ids::AssignmentId;
use detailbook_core::records::Assignment;

use super::place::{unchanged, way};
use crate::console::details::window::{at_override, overriding};
use crate::console::page::{Answer, Page};
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::board::Place;
use crate::scheduling::{call_off, watch};
use crate::store::Sql;
use crate::words;

/// Says that the officer did not come.
pub(super) fn confirm_no_show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (held, back) = about(sql, visit)?;
    let mut entropy = visit.app.entropy.clone();
    watch::confirm(sql, &visit.by()?, held, is_excused(visit), visit.typed("reason"), &mut entropy)?;
    Ok(Page::to(&format!("{back}?said=confirmed")))
}

/// Says that it is no no-show.
pub(super) fn deny_no_show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (held, back) = about(sql, visit)?;
    let reason = words::text("denied", visit.typed("denied"))?;
    watch::deny(sql, &visit.by()?, held, &reason)?;
    Ok(Page::to(&format!("{back}?said=denied")))
}

/// Releases the officer who calls off.
pub(super) fn release(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (held, back) = held(sql, visit)?;
    let (reason, mut entropy) = (words::text("released", visit.typed("released"))?, visit.app.entropy.clone());
    if let Some(passing) = overriding(visit)? {
        let (agency, scopes) = (visit.agency()?, &visit.who()?.permissions.scopes);
        let held = filing::get::<Assignment>(sql, agency, held)?.record;
        call_off::let_pass(sql, &visit.by()?, scopes, &held, passing).map_err(at_override)?;
    }
    call_off::grant(sql, &visit.by()?, held, &reason, is_excused(visit), visit.typed("code").trim(), &mut entropy)?;
    Ok(Page::to(&format!("{back}?said=let_go")))
}

/// Does not release the officer who calls off.
pub(super) fn keep(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (held, back) = held(sql, visit)?;
    let reason = words::text("kept", visit.typed("kept"))?;
    call_off::refuse(sql, &visit.by()?, held, &reason)?;
    Ok(Page::to(&format!("{back}?said=stays")))
}

fn is_excused(visit: &Visit) -> bool {
    visit.typed("excused") == "yes"
}

/// The assignment that is decided on: of whoever has the place, or of somebody who had it and of whom that is still to be said. And where
/// the place's page is.
fn about(sql: &mut dyn Sql, visit: &Visit) -> Result<(AssignmentId, String), Problem> {
    let (typed, place) = (visit.typed("assignment"), unchanged(sql, visit)?);
    let holder = place.holder.as_ref().map(|line| line.assignment);
    if typed.is_empty() || holder.is_some_and(|id| id.to_string() == typed) {
        return of_holder(&place);
    }
    let open = watch::undecided(sql, visit.agency()?, place.detail, place.position.id)?;
    let found = open.into_iter().find(|open| open.assignment.to_string() == typed);
    let found = found.ok_or_else(|| Problem::conflict("It was said before whether this officer was a no-show."))?;
    Ok((found.assignment, way(&place)))
}

fn of_holder(place: &Place) -> Result<(AssignmentId, String), Problem> {
    let line = place.holder.as_ref().ok_or_else(|| Problem::conflict("Nobody has this place."))?;
    Ok((line.assignment, way(place)))
}

/// The assignment of whoever has the place, if that is as the form says, and where the place's page is.
fn held(sql: &mut dyn Sql, visit: &Visit) -> Result<(AssignmentId, String), Problem> {
    of_holder(&unchanged(sql, visit)?)
}

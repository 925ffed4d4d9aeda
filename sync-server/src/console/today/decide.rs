//! What a coordinator decides about whoever has a place: whether it was a no-show, and whether who calls off is released.

use detailbook_core::ids::AssignmentId;

use super::place::{unchanged, way};
use crate::console::page::{Answer, Page};
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::scheduling::{call_off, watch};
use crate::store::Sql;
use crate::words;

/// Says that the officer did not come.
pub(super) fn confirm_no_show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (held, back) = held(sql, visit)?;
    let mut entropy = visit.app.entropy.clone();
    watch::confirm(sql, &visit.by()?, held, is_excused(visit), visit.typed("reason"), &mut entropy)?;
    Ok(Page::to(&format!("{back}?said=confirmed")))
}

/// Says that it is no no-show.
pub(super) fn deny_no_show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (held, back) = held(sql, visit)?;
    let reason = words::text("denied", visit.typed("denied"))?;
    watch::deny(sql, &visit.by()?, held, &reason)?;
    Ok(Page::to(&format!("{back}?said=denied")))
}

/// Releases the officer who calls off.
pub(super) fn release(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (held, back) = held(sql, visit)?;
    let (reason, mut entropy) = (words::text("released", visit.typed("released"))?, visit.app.entropy.clone());
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

/// The assignment of whoever has the place, if that is as the form says, and where the place's page is.
fn held(sql: &mut dyn Sql, visit: &Visit) -> Result<(AssignmentId, String), Problem> {
    let place = unchanged(sql, visit)?;
    let line = place.holder.as_ref().ok_or_else(|| Problem::conflict("Nobody has this place."))?;
    Ok((line.assignment, way(&place)))
}

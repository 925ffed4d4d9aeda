//! Giving a position to an officer: by award, by standing order, or ordered in.

use detailbook_core::documents::DocumentKind;
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AssignmentId, DetailId, DocumentId, OfficerId, PositionId};
use detailbook_core::policy::Stage;
use detailbook_core::records::{
    Application, ApplicationState, Assignment, AssignmentOrigin, AssignmentState, Detail, DetailState, Officer,
};
use detailbook_core::staffing::DetailStep;
use serde_json::json;

use super::{applications, details, given, posting, release, relief, reminders, watch};
use crate::access::scope::Scopes;
use crate::audit::By;
use crate::filing;
use crate::policy::overrides::{self, Overriding};
use crate::policy::{self, About};
use crate::problem::Problem;
use crate::store::audience::{self, Audience};
use crate::store::{Sql, StoreError, assignments, documents};
use crate::words;

/// Which position goes to whom, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Award {
    /// The assignment's id, where the caller names it.
    pub id: Option<AssignmentId>,
    /// The detail.
    pub detail: DetailId,
    /// The officer.
    pub officer: OfficerId,
    /// The position; absent for the one applied for, else the first that is free.
    pub position: Option<PositionId>,
    /// How it comes about. `Applied` needs an application that waits.
    pub origin: AssignmentOrigin,
    /// Why this officer.
    pub reason: String,
    /// Why the officer may have another detail at that time. Absent: they may not.
    pub overlap: Option<String>,
}

/// Gives the position, charges it, and tells the officer, who is to acknowledge it. Everyone whose application is thereby decided
/// learns of it too.
pub fn award(
    sql: &mut dyn Sql,
    by: &By<'_>,
    award: &Award,
    entropy: &mut dyn Entropy,
) -> Result<AssignmentId, Problem> {
    let reason = words::text("reason", &award.reason)?;
    let overlap = award.overlap.as_deref().map(|why| words::text("overlap", why)).transpose()?;
    let mut detail = filing::get::<Detail>(sql, by.agency, award.detail)?.record;
    filing::named::<Officer>(sql, by.agency, "officer", award.officer)?;
    let waiting = waiting(sql, by, award)?;
    let position = choose(&detail, award.position.or(waiting.as_ref().and_then(|(_, a)| a.position)))?;
    let clash = clash(sql, by, award.officer, &detail, overlap.as_deref())?;
    policy::permit(sql, by, Stage::Award, award.officer, award.detail, Some(position))?;
    let assignment = assignment(by, award, position, entropy);
    filing::free::<Assignment>(sql, by.agency, assignment.id)?;
    filing::free_document(sql, by.agency, assignment.id)?;
    hold(sql, by, &assignment, &mut detail)?;
    if let Some((id, application)) = waiting {
        applications::settle(sql, by, id, &application, ApplicationState::Awarded, &reason)?;
    }
    if detail.state == DetailState::Filled {
        posting::step(sql, by, detail.id, DetailStep::Fill)?;
        applications::turn_down_waiting(sql, by, detail.id, "Every position of this detail is taken.")?;
    }
    let overlap = clash.map(|with| json!({ "with": with, "reason": overlap }));
    by.note(
        sql,
        "assignment.award",
        assignment.id,
        &json!({ "after": assignment, "reason": reason, "overlap": overlap }),
    )?;
    given::given(sql, by, &assignment, &detail, &reason, entropy)?;
    Ok(assignment.id)
}

/// The same, letting the rules that stand in the way pass first where a reason is given for it.
pub fn award_passing(
    sql: &mut dyn Sql,
    by: &By<'_>,
    scopes: &Scopes,
    chosen: &Award,
    overriding: Option<Overriding>,
    entropy: &mut dyn Entropy,
) -> Result<AssignmentId, Problem> {
    if let Some(overriding) = overriding {
        let about = About { officer: chosen.officer, detail: chosen.detail, position: chosen.position };
        overrides::for_officer(sql, by, scopes, Stage::Award, about, overriding)?;
    }
    award(sql, by, chosen, entropy)
}

type Waiting = Option<(detailbook_core::ids::RecordId, Application)>;

/// The officer's application that this award decides.
fn waiting(sql: &mut dyn Sql, by: &By<'_>, award: &Award) -> Result<Waiting, Problem> {
    let latest = applications::latest(sql, by.agency, award.detail, award.officer)?;
    let latest = latest.map(|(id, stored)| (id, stored.record));
    let is = |state| latest.as_ref().is_some_and(|(_, application)| application.state == state);
    // One application may win several places of a detail, where they may overlap.
    let one_more = is(ApplicationState::Awarded) && award.overlap.is_some();
    let waiting = if is(ApplicationState::Received) { latest } else { None };
    if award.origin == AssignmentOrigin::Applied && waiting.is_none() && !one_more {
        return Err(Problem::conflict("The officer has no application for this detail that waits."));
    }
    Ok(waiting)
}

fn choose(detail: &Detail, wanted: Option<PositionId>) -> Result<PositionId, Problem> {
    if detail.state == DetailState::Cancelled {
        return Err(Problem::conflict("This detail was cancelled."));
    }
    let Some(wanted) = wanted else {
        let free = detail.positions.iter().find(|position| !position.filled);
        return free
            .map(|position| position.id)
            .ok_or_else(|| Problem::conflict("Every position of this detail is taken."));
    };
    match detail.positions.iter().find(|position| position.id == wanted) {
        None => Err(Problem::invalid("position", "the detail has no such position")),
        Some(position) if position.filled => Err(Problem::conflict("That position is taken.")),
        Some(_) => Ok(wanted),
    }
}

/// The other assignment that the officer has at that time, if that is allowed.
fn clash(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    detail: &Detail,
    allowed: Option<&str>,
) -> Result<Option<AssignmentId>, Problem> {
    let clash = assignments::overlapping(sql, by.agency, officer, details::scheduled(detail), None)?;
    if clash.is_some() && allowed.is_none() {
        return Err(Problem::conflict(
            "The officer has another detail at that time. To allow it, say why in the field overlap.",
        ));
    }
    Ok(clash)
}

fn assignment(by: &By<'_>, award: &Award, position: PositionId, entropy: &mut dyn Entropy) -> Assignment {
    Assignment {
        id: award.id.unwrap_or_else(|| AssignmentId::new(by.now, entropy)),
        detail: award.detail,
        position,
        officer: award.officer,
        origin: award.origin,
        state: AssignmentState::Active,
        shift_log: None,
        acknowledged: None,
    }
}

/// Writes the assignment, fills the position, and opens the shift log and the pass-on for the officer.
fn hold(sql: &mut dyn Sql, by: &By<'_>, assignment: &Assignment, detail: &mut Detail) -> Result<(), StoreError> {
    for position in &mut detail.positions {
        position.filled |= position.id == assignment.position;
    }
    detail.state = details::state_of(detail);
    assignments::put(sql, by.agency, assignment, detail)?;
    relief::filled(sql, by, detail, assignment)?;
    audience::join(sql, by.agency, assignment.officer, &Audience::Detail(detail.id))?;
    filing::put(sql, by, assignment.id, assignment)?;
    filing::put(sql, by, detail.id, detail)?;
    watch::expect(sql, by, assignment.id, details::scheduled(detail))?;
    reminders::expect(sql, by, assignment.id, details::scheduled(detail))?;
    open_documents(sql, by, assignment)
}

/// A place that passes to another officer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass<'a> {
    /// The detail.
    pub(super) detail: DetailId,
    /// The place.
    pub(super) position: PositionId,
    /// Who has it until now; nobody where it is free.
    pub(super) from: Option<&'a Assignment>,
    /// Who has it from now on. The caller has seen that nothing stands against it.
    pub(super) to: OfficerId,
    /// Why, for the log.
    pub(super) why: &'a str,
    /// What the officer who had it is told.
    pub(super) told: &'a str,
    /// The officer takes it by this very act, and need not be asked whether they have seen it.
    pub(super) seen: bool,
}

/// Passes a place on, in one step: it is never empty and never anybody else's in between. Charges and tells who has it now.
pub(super) fn pass(
    sql: &mut dyn Sql,
    by: &By<'_>,
    pass: &Pass<'_>,
    entropy: &mut dyn Entropy,
) -> Result<AssignmentId, StoreError> {
    let Some(mut detail) = details::find(sql, by.agency, pass.detail)? else {
        return Err(StoreError::Misused("a place of no detail passed on"));
    };
    if let Some(from) = pass.from {
        release::give_up(sql, by, &mut detail, from, pass.why, pass.told)?;
    }
    let award = Award {
        id: None,
        detail: detail.id,
        officer: pass.to,
        position: Some(pass.position),
        origin: AssignmentOrigin::Traded,
        reason: pass.why.to_owned(),
        overlap: None,
    };
    let assignment = assignment(by, &award, pass.position, entropy);
    let assignment = Assignment { acknowledged: pass.seen.then_some(by.now), ..assignment };
    hold(sql, by, &assignment, &mut detail)?;
    if let Some(from) = pass.from {
        audience::leave(sql, by.agency, from.officer, &Audience::Detail(detail.id))?;
    }
    settle_applications(sql, by, &detail, pass)?;
    by.note(sql, "assignment.award", assignment.id, &json!({ "after": assignment, "reason": pass.why }))?;
    given::given(sql, by, &assignment, &detail, pass.why, entropy)?;
    Ok(assignment.id)
}

fn settle_applications(sql: &mut dyn Sql, by: &By<'_>, detail: &Detail, pass: &Pass<'_>) -> Result<(), StoreError> {
    if let Some((id, stored)) = applications::latest(sql, by.agency, detail.id, pass.to)?
        && stored.record.state != ApplicationState::Withdrawn
    {
        let said = "You took this detail over.";
        applications::settle(sql, by, id, &stored.record, ApplicationState::Awarded, said)?;
    }
    if detail.state == DetailState::Filled {
        posting::follow(sql, by, detail.id, DetailStep::Fill)?;
        applications::turn_down_waiting(sql, by, detail.id, "Every position of this detail is taken.")?;
    }
    Ok(())
}

fn open_documents(sql: &mut dyn Sql, by: &By<'_>, assignment: &Assignment) -> Result<(), StoreError> {
    let log = DocumentId::from(assignment.id);
    let owner = assignment.officer;
    documents::create(sql, by.agency, by.now, DocumentKind::ShiftLog, log, owner)?;
    documents::show(sql, by.agency, DocumentKind::ShiftLog, log, &[Audience::Officer(assignment.officer)])?;
    let pass_on = DocumentId::from(assignment.detail);
    documents::create(sql, by.agency, by.now, DocumentKind::PassOn, pass_on, assignment.detail)?;
    documents::show(sql, by.agency, DocumentKind::PassOn, pass_on, &[Audience::Detail(assignment.detail)])
}

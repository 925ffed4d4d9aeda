//! What officers ask for: to work a detail, to take that back, to say that they saw the award.

use detailbook_core::award::Made;
use detailbook_core::evidence::EstimateRule;
use detailbook_core::ids::{AssignmentId, CommandId, DetailId, NoticeId, OfficerId, PositionId, RecordId};
use detailbook_core::notices::EventKind;
use detailbook_core::policy::Stage;
use detailbook_core::records::RecordKind;
use detailbook_core::records::{
    Application, ApplicationState, Assignment, AssignmentState, Detail, DetailState, Notice, Officer,
};
use detailbook_core::time::{ClockReading, UnixMillis};
use serde_json::json;

use super::decided::{At, Decided};
use super::told::{Happened, told};
use super::{details, eligible, given, posting};
use crate::audit::By;
use crate::filing;
use crate::notices;
use crate::policy::{self, About};
use crate::store::records::{self, Stored};
use crate::store::{Sql, StoreError, applications, assignments, postings};

/// The wish to work a detail, and what came with it.
#[derive(Clone, Copy, Debug)]
pub struct ToApply<'a> {
    /// The command it came by.
    pub command: CommandId,
    /// When it was made, by the phone's wall clock.
    pub made_at: UnixMillis,
    /// The phone's clocks then.
    pub read: Option<&'a ClockReading>,
    /// When the server last heard that phone without it: it was not made before.
    pub last_without: UnixMillis,
    /// The detail.
    pub detail: DetailId,
    /// The position wanted, or any.
    pub position: Option<PositionId>,
}

/// Decides the wish to work a detail. Accepted means received, not won.
pub fn apply(sql: &mut dyn Sql, at: &At<'_>, wish: &ToApply<'_>) -> Result<Decided, StoreError> {
    let (detail, position) = (wish.detail, wish.position);
    let Some(offered) = find::<Detail>(sql, at, RecordKind::Detail, detail)? else {
        return Ok(Decided::refused("There is no such detail on offer."));
    };
    let Some(officer) = find::<Officer>(sql, at, RecordKind::Officer, at.officer)? else {
        return Ok(Decided::refused("The agency has no record of you as an officer."));
    };
    if let Some(why) = not_on_offer(&offered, position, at.now) {
        return Ok(Decided::refused(why));
    }
    if let Some(posted) = postings::find(sql, at.agency, detail)?
        && let Some(why) = posting::closed_to(sql, &at.by(), at.officer, &posted)?
    {
        return Ok(Decided::refused(why));
    }
    match already_in(sql, at, wish)? {
        Some(Already::Applied) => return Ok(Decided::accepted(received(&offered, &officer, position))),
        Some(Already::Refused(why)) => return Ok(Decided::refused(why)),
        None => {}
    }
    if let Some(restriction) = eligible::restricted(sql, &at.by(), at.officer, &offered)? {
        return Ok(Decided::refused(restriction.why));
    }
    let about = About { officer: at.officer, detail, position };
    if let Some(why) = policy::refused_lately(sql, &at.by(), Stage::Apply, about)? {
        return Ok(Decided::refused(why));
    }
    let judged = policy::judge(sql, &at.by(), Stage::Apply, at.officer, detail, position)?;
    if let Some(why) = judged.blocked() {
        return Ok(Decided::refused(why));
    }
    receive(sql, at, wish)?;
    let told = [Some(received(&offered, &officer, position)), judged.told()];
    Ok(Decided::accepted(told.into_iter().flatten().collect::<Vec<_>>().join(" ")))
}

fn find<R: filing::Filed>(
    sql: &mut dyn Sql,
    at: &At<'_>,
    kind: RecordKind,
    id: impl Into<RecordId>,
) -> Result<Option<R>, StoreError> {
    Ok(records::get::<R>(sql, at.agency, kind, id)?.map(|stored| stored.record))
}

/// Why nobody can apply for this now.
fn not_on_offer(detail: &Detail, position: Option<PositionId>, now: UnixMillis) -> Option<&'static str> {
    match detail.state {
        DetailState::Cancelled => return Some("This detail was cancelled."),
        DetailState::Filled => return Some("Every position of this detail is taken."),
        DetailState::Open if detail.ends <= now => return Some("This detail is over."),
        DetailState::Open => {}
    }
    match detail.positions.iter().find(|p| position.is_none_or(|wanted| p.id == wanted)) {
        None => Some("This detail has no such position any more."),
        Some(found) if position.is_some() && found.filled => Some("That position is taken."),
        Some(_) => None,
    }
}

/// What became of an earlier wish to work the same detail.
enum Already {
    /// The same application waits: a second tap, or the officer's other phone. It stands, and so does this wish.
    Applied,
    /// Nothing can come of this one.
    Refused(&'static str),
}

/// Need this officer not apply again?
fn already_in(sql: &mut dyn Sql, at: &At<'_>, wish: &ToApply<'_>) -> Result<Option<Already>, StoreError> {
    const OTHER: &str = "You have already applied for another position of this detail. Take that back first.";
    if assignments::holds(sql, at.agency, wish.detail, at.officer)? {
        return Ok(Some(Already::Refused("You already have a position on this detail.")));
    }
    let waiting = latest(sql, at.agency, wish.detail, at.officer)?
        .map(|(_, application)| application.record)
        .filter(|application| application.state == ApplicationState::Received);
    let same = |application: Application| application.position == wish.position;
    Ok(waiting.map(|application| if same(application) { Already::Applied } else { Already::Refused(OTHER) }))
}

fn receive(sql: &mut dyn Sql, at: &At<'_>, wish: &ToApply<'_>) -> Result<(), StoreError> {
    let (id, detail) = (RecordId::from(wish.command), wish.detail);
    let bounded = |read| Made::bounded(read, &EstimateRule::DEFAULT, wish.last_without, at.now);
    let application = Application {
        officer: at.officer,
        detail,
        position: wish.position,
        state: ApplicationState::Received,
        received_at: at.now,
        made_at: wish.made_at,
        reason: "The agency has your application.".to_owned(),
        made: wish.read.and_then(bounded),
    };
    filing::put(sql, &at.by(), id, &application)?;
    applications::put(sql, at.agency, detail, at.officer, id)?;
    at.by().note(sql, settled(ApplicationState::Received), id, &json!({ "after": application }))
}

/// The sentence for an application that was received, with what the officer should know of their chances.
fn received(detail: &Detail, officer: &Officer, position: Option<PositionId>) -> String {
    let asked = detail.positions.iter().find(|p| Some(p.id) == position).and_then(|p| p.rank.as_deref());
    match asked {
        Some(rank) if rank != officer.rank => {
            format!("The agency has your application. The position asks for rank {rank}; the coordinator decides.")
        }
        _ => "The agency has your application.".to_owned(),
    }
}

/// Decides the wish to take an application back.
pub fn withdraw(sql: &mut dyn Sql, at: &At<'_>, detail: DetailId) -> Result<Decided, StoreError> {
    let Some((id, stored)) = latest(sql, at.agency, detail, at.officer)? else {
        return Ok(Decided::refused("You have not applied for this detail."));
    };
    let application = stored.record;
    match application.state {
        ApplicationState::Withdrawn => Ok(Decided::refused("You took this application back before.")),
        ApplicationState::NotAwarded => Ok(Decided::refused("This application was already decided.")),
        ApplicationState::Awarded => {
            Ok(Decided::refused("You were awarded this detail. Ask the agency to release you."))
        }
        ApplicationState::Received => {
            settle(sql, &at.by(), id, &application, ApplicationState::Withdrawn, "You took your application back.")?;
            Ok(Decided::accepted("Your application was taken back."))
        }
    }
}

/// What an officer is told who says to have seen what is no longer so.
const CHANGED: &str = "This has changed since you saw it. Please look at it again, and acknowledge it as it is now.";

/// Notes that the officer saw the award. Whose phone had not heard of the assignment as it now is has not seen it.
pub fn acknowledge(sql: &mut dyn Sql, at: &At<'_>, assignment: AssignmentId) -> Result<Decided, StoreError> {
    acknowledge_if(sql, at, assignment, |held| held.seq <= at.read)
}

/// Notes that the officer saw an assignment, unless they have not seen it as it now is.
fn acknowledge_if(
    sql: &mut dyn Sql,
    at: &At<'_>,
    assignment: AssignmentId,
    is_seen: impl FnOnce(&Stored<Assignment>) -> bool,
) -> Result<Decided, StoreError> {
    let found = records::get::<Assignment>(sql, at.agency, RecordKind::Assignment, assignment)?;
    let Some(stored) = found.filter(|found| found.record.officer == at.officer) else {
        return Ok(Decided::refused("You have no such assignment."));
    };
    if stored.record.state == AssignmentState::Released {
        return Ok(Decided::refused("You were released from this assignment."));
    }
    if stored.record.acknowledged.is_none() {
        if !is_seen(&stored) {
            return Ok(Decided::refused(CHANGED));
        }
        let (before, after) = (&stored.record, Assignment { acknowledged: Some(at.now), ..stored.record.clone() });
        filing::put(sql, &at.by(), after.id, &after)?;
        at.by().note(sql, "assignment.acknowledge", after.id, &json!({ "before": before, "after": after }))?;
        acknowledge_award(sql, at, assignment)?;
        given::seen(sql, &at.by(), assignment)?;
    }
    Ok(Decided::accepted("The agency knows that you saw it."))
}

/// Notes that the officer read a notice. Whoever read that they were awarded an assignment has seen the award, if it still stands as it
/// did when they were told.
pub fn acknowledge_notice(sql: &mut dyn Sql, at: &At<'_>, notice: NoticeId) -> Result<Decided, StoreError> {
    let found = find::<Notice>(sql, at, RecordKind::Notice, notice)?;
    let Some(told) = found.filter(|told| told.officer == at.officer) else {
        return Ok(Decided::refused("You have no such notice."));
    };
    if let Some(assignment) = told.assignment.filter(|_| told.event == EventKind::Awarded) {
        let decided = acknowledge_if(sql, at, assignment, |held| held.changed_at <= told.at)?;
        if decided.reason == CHANGED {
            return Ok(decided);
        }
    }
    let latest = find::<Notice>(sql, at, RecordKind::Notice, notice)?;
    if latest.is_some_and(|told| told.acknowledged.is_none()) {
        note_read(sql, at, notice)?;
    }
    Ok(Decided::accepted("The agency knows that you read it."))
}

fn note_read(sql: &mut dyn Sql, at: &At<'_>, notice: NoticeId) -> Result<(), StoreError> {
    let gone = |_| StoreError::Misused("a notice that is there could not be acknowledged");
    notices::acknowledge(sql, &at.by(), notice, Some(at.officer)).map_err(gone)
}

/// Whoever acknowledges an assignment has seen what they were told of it.
fn acknowledge_award(sql: &mut dyn Sql, at: &At<'_>, assignment: AssignmentId) -> Result<(), StoreError> {
    let notice = given::notice_of_award(at.agency, assignment, at.officer);
    if !records::exists(sql, at.agency, RecordKind::Notice, notice)? {
        return Ok(());
    }
    note_read(sql, at, notice)
}

/// The officer's latest application for a detail.
pub fn latest(
    sql: &mut dyn Sql,
    agency: detailbook_core::ids::AgencyId,
    detail: DetailId,
    officer: OfficerId,
) -> Result<Option<(RecordId, Stored<Application>)>, StoreError> {
    let Some(id) = applications::latest(sql, agency, detail, officer)? else { return Ok(None) };
    Ok(records::get(sql, agency, RecordKind::Application, id)?.map(|stored| (id, stored)))
}

/// Writes where an application stands now, and why; notes both.
pub(super) fn settle(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: RecordId,
    application: &Application,
    state: ApplicationState,
    reason: &str,
) -> Result<(), StoreError> {
    let after = Application { state, reason: reason.to_owned(), ..application.clone() };
    filing::put(sql, by, id, &after)?;
    by.note(sql, settled(state), id, &json!({ "before": application, "after": after, "reason": reason }))
}

/// What the audit log calls bringing an application to a state.
const fn settled(state: ApplicationState) -> &'static str {
    match state {
        ApplicationState::Received => "application.make",
        ApplicationState::Withdrawn => "application.withdraw",
        ApplicationState::Awarded => "application.award",
        ApplicationState::NotAwarded => "application.decline",
    }
}

/// Turns down every officer whose application for a detail still waits, and tells them why.
pub(super) fn turn_down_waiting(
    sql: &mut dyn Sql,
    by: &By<'_>,
    detail: DetailId,
    reason: &str,
) -> Result<(), StoreError> {
    let turned_down = settle_waiting(sql, by, detail, reason)?;
    let Some(detail) = details::find(sql, by.agency, detail)?.filter(|detail| detail.ends > by.now) else {
        return Ok(());
    };
    for (id, officer) in turned_down {
        let happened = Happened::new(EventKind::NotSelected, id.to_string(), &detail, reason.to_owned());
        told(sql, by, &Happened { title: Some("Not awarded"), officers: vec![officer], ..happened })?;
    }
    Ok(())
}

/// Turns down every officer whose application for a detail still waits, for whoever tells them of it. Gives the applications and whose
/// they are.
pub(super) fn settle_waiting(
    sql: &mut dyn Sql,
    by: &By<'_>,
    detail: DetailId,
    reason: &str,
) -> Result<Vec<(RecordId, OfficerId)>, StoreError> {
    let mut turned_down = Vec::new();
    for (id, application) in applications::all_of_detail(sql, by.agency, detail)? {
        if application.state == ApplicationState::Received {
            settle(sql, by, id, &application, ApplicationState::NotAwarded, reason)?;
            turned_down.push((id, application.officer));
        }
    }
    Ok(turned_down)
}

//! Clocking in, and facts that arrive: both are taken whatever the rules say, and what they say of it is kept for whoever rules on the
//! shift.

use detailbook_core::ids::{AgencyId, AssignmentId, DocumentId};
use detailbook_core::policy::Stage;
use detailbook_core::records::{Assignment, AssignmentState};
use detailbook_core::shift::FactKind;
use detailbook_core::time::UnixMillis;
use serde_json::json;

use super::effects;
use super::judge::{Judged, judge};
use super::sets;
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::scheduling::consequences;
use crate::store::{Sql, StoreError, assignments, facts, rule_sets};

/// Asks the rules about a shift that was begun.
pub const CLOCK_IN: Kind = Kind::inside("policy.clock_in", ask).or_tell(jobs::tell_coordinator);
/// Asks the rules about a shift of which facts came.
pub const SYNC: Kind = Kind::inside("policy.sync", ask_at_sync).or_tell(jobs::tell_coordinator);

/// Notes that an officer has clocked in, for the rules that there are to be asked soon. Nothing that they say keeps the punch from being
/// recorded.
pub(crate) fn noticed(sql: &mut dyn Sql, agency: AgencyId, log: DocumentId, now: UnixMillis) -> Result<(), StoreError> {
    jobs::enqueue(sql, agency, &CLOCK_IN, &log.to_string(), now, now, &log).map(drop)
}

/// Notes that facts of an assignment's shift log came, for the rules that there are to be asked soon: once for all that come together.
pub(crate) fn synced(sql: &mut dyn Sql, agency: AgencyId, log: DocumentId, now: UnixMillis) -> Result<(), StoreError> {
    jobs::set(sql, agency, &SYNC, &log.to_string(), now, now, &log)
}

/// Notes that a shift log belongs to an assignment since now: what it says was asked about by nobody yet.
pub(crate) fn linked(sql: &mut dyn Sql, by: &By<'_>, log: DocumentId) -> Result<(), StoreError> {
    if !rule_sets::any(sql, by.agency)? {
        return Ok(());
    }
    jobs::set(sql, by.agency, &SYNC, &log.to_string(), by.now, by.now, &log)?;
    if facts::of_kinds(sql, by.agency, [log, log], [FactKind::In; 3])?.is_empty() {
        return Ok(());
    }
    jobs::set(sql, by.agency, &CLOCK_IN, &log.to_string(), by.now, by.now, &log)
}

fn ask(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let Some(held) = held(sql, run)? else { return Ok(Next::Done) };
    judged(sql, run, &held, Stage::ClockIn)?;
    if held.state == AssignmentState::Released {
        flag(sql, run, held.id)?;
    }
    Ok(Next::Done)
}

fn ask_at_sync(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    if !sets::any_asks(sql, run.agency(), Stage::Sync, run.now)? {
        return Ok(Next::Done);
    }
    let Some(held) = held(sql, run)? else { return Ok(Next::Done) };
    let said = judged(sql, run, &held, Stage::Sync)?;
    consequences::tell_conflict(sql, &run.by(), &held, &said)?;
    Ok(Next::Done)
}

/// The assignment whose log it is about.
fn held(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Option<Assignment>, Failed> {
    let (by, log) = (run.by(), run.payload::<DocumentId>()?);
    let Some(id) = assignments::of_log(sql, by.agency, log)? else { return Ok(None) };
    Ok(Some(filing::get::<Assignment>(sql, by.agency, id)?.record))
}

/// What the rules say of a shift; what they take back for it is taken back.
fn judged(sql: &mut dyn Sql, run: &Run<'_>, held: &Assignment, stage: Stage) -> Result<Judged, StoreError> {
    let by = run.by();
    let said = judge(sql, &by, stage, held.officer, held.detail, Some(held.position))?;
    if effects::releases(&said) {
        consequences::by_the_rules(sql, &by, held.officer, held.id)?;
    }
    Ok(said)
}

fn flag(sql: &mut dyn Sql, run: &Run<'_>, id: AssignmentId) -> Result<(), StoreError> {
    let why =
        "The officer clocked in on a detail from which they had been released. The hours count until a person rules.";
    run.by().note(sql, "assignment.worked_though_released", id, &json!({ "reason": why }))
}

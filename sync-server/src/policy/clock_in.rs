//! Clocking in: the punch is taken whatever the rules say, and what they say of it is kept for whoever rules on the shift.

use detailbook_core::ids::{AgencyId, AssignmentId, DocumentId};
use detailbook_core::policy::Stage;
use detailbook_core::records::{Assignment, AssignmentState};
use detailbook_core::time::UnixMillis;
use serde_json::json;

use super::judge::judge;
use crate::filing;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::store::{Sql, StoreError, assignments, rule_sets};

/// Asks the rules about a shift that was begun.
pub const CLOCK_IN: Kind = Kind::inside("policy.clock_in", ask);

/// Notes that an officer has clocked in, for the rules to be asked soon. Nothing that they say keeps the punch from being recorded.
pub(crate) fn noticed(sql: &mut dyn Sql, agency: AgencyId, log: DocumentId, now: UnixMillis) -> Result<(), StoreError> {
    if !rule_sets::any(sql, agency)? {
        return Ok(());
    }
    jobs::enqueue(sql, agency, &CLOCK_IN, &log.to_string(), now, now, &log).map(drop)
}

fn ask(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, log) = (run.by(), run.payload::<DocumentId>()?);
    let Some(id) = assignments::of_log(sql, by.agency, log)? else { return Ok(Next::Done) };
    let held = filing::get::<Assignment>(sql, by.agency, id)?.record;
    judge(sql, &by, Stage::ClockIn, held.officer, held.detail, Some(held.position))?;
    if held.state == AssignmentState::Released {
        flag(sql, run, id)?;
    }
    Ok(Next::Done)
}

fn flag(sql: &mut dyn Sql, run: &Run<'_>, id: AssignmentId) -> Result<(), StoreError> {
    let why =
        "The officer clocked in on a detail from which they had been released. The hours count until a person rules.";
    run.by().note(sql, "assignment.worked_though_released", id, &json!({ "reason": why }))
}

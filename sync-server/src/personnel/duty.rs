//! Who may not work any more is released from what lies ahead.

use detailbook_core::ids::{AssignmentId, OfficerId};
use detailbook_core::policy::{Check, Entry, Status};
use detailbook_core::records::{Assignment, Detail};
use detailbook_core::time::{Interval, UnixMillis};
use detailbook_core::wire;
use serde_json::json;

use super::paper::ENDS_DUTY;
use crate::audit::By;
use crate::filing;
use crate::policy::sets;
use crate::problem::Problem;
use crate::scheduling;
use crate::store::known::Known;
use crate::store::{Sql, assignments};

/// Releases officers whom a new status keeps from working. Gives the assignments.
pub(super) fn release_all<'a>(
    sql: &mut dyn Sql,
    by: &By<'_>,
    fresh: impl Iterator<Item = &'a Known>,
) -> Result<Vec<AssignmentId>, Problem> {
    let codes = codes(sql, by)?;
    let mut released = Vec::new();
    for known in fresh {
        let Ok(status) = wire::decode::<Status>(&known.body) else { continue };
        if codes.contains(&status.code) {
            released.extend(release(sql, by, OfficerId::from_bytes(*known.subject.as_bytes()), &status)?);
        }
    }
    Ok(released)
}

/// The statuses that release: those that always do, and those that the rules of today say.
fn codes(sql: &mut dyn Sql, by: &By<'_>) -> Result<Vec<String>, Problem> {
    let mut codes: Vec<String> = ENDS_DUTY.map(str::to_owned).to_vec();
    let Some(set) = sets::in_force(sql, by.agency, by.now, by.now)? else { return Ok(codes) };
    for entry in &set.rules {
        if let Entry::Rule(rule) = entry
            && let Check::Barred(barred) = &rule.check
            && barred.releases == Some(true)
        {
            codes.extend(barred.none_of.iter().cloned());
        }
    }
    Ok(codes)
}

/// What has begun is not taken away by this: the shift runs, and a person is told of it in the log.
fn release(sql: &mut dyn Sql, by: &By<'_>, officer: OfficerId, status: &Status) -> Result<Vec<AssignmentId>, Problem> {
    let ahead = Interval { start: status.from.max(by.now), end: status.until.unwrap_or(UnixMillis::MAX) };
    if ahead.is_empty() {
        return Ok(vec![]);
    }
    let code = status.code.replace('_', " ");
    let mut released = Vec::new();
    for assignment in assignments::all_overlapping(sql, by.agency, officer, ahead)? {
        let held = filing::get::<Assignment>(sql, by.agency, assignment)?.record;
        if filing::get::<Detail>(sql, by.agency, held.detail)?.record.starts > by.now {
            scheduling::lock_out(sql, by, &held, &code)?;
            released.push(assignment);
        } else {
            by.note(
                sql,
                "assignment.status_while_working",
                assignment,
                &json!({ "status": status.code, "from": status.from }),
            )?;
        }
    }
    Ok(released)
}

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
use crate::policy::{effects, sets};
use crate::problem::Problem;
use crate::scheduling::{self, LockedOut};
use crate::store::known::Known;
use crate::store::{Sql, assignments};

/// Releases officers whom a new status keeps from working. Gives the assignments.
pub(super) fn release_all<'a>(
    sql: &mut dyn Sql,
    by: &By<'_>,
    fresh: impl Iterator<Item = &'a Known>,
) -> Result<Vec<AssignmentId>, Problem> {
    let by_rules = codes(sql, by)?;
    let mut released = Vec::new();
    for known in fresh {
        let Ok(status) = wire::decode::<Status>(&known.body) else { continue };
        let officer = OfficerId::from_bytes(*known.subject.as_bytes());
        let always = ENDS_DUTY.contains(&status.code.as_str());
        if always || by_rules.contains(&status.code) {
            released.extend(release(sql, by, officer, &status, always)?);
        }
    }
    Ok(released)
}

/// The statuses for which some rule of today takes back what was booked; of each detail the rule itself is asked.
fn codes(sql: &mut dyn Sql, by: &By<'_>) -> Result<Vec<String>, Problem> {
    let mut codes = Vec::new();
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

/// What has begun is not taken away by this: the shift runs, and staff are told of it. `always`: the status ends duty, whatever
/// the rules say of it.
fn release(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    status: &Status,
    always: bool,
) -> Result<Vec<AssignmentId>, Problem> {
    // A rule may bar for a while after the status has ended.
    let until = if always { status.until.unwrap_or(UnixMillis::MAX) } else { UnixMillis::MAX };
    let ahead = Interval { start: status.from.max(by.now), end: until };
    if ahead.is_empty() {
        return Ok(vec![]);
    }
    let mut released = Vec::new();
    for assignment in assignments::all_overlapping(sql, by.agency, officer, ahead)? {
        let held = filing::get::<Assignment>(sql, by.agency, assignment)?.record;
        let detail = filing::get::<Detail>(sql, by.agency, held.detail)?.record;
        let Some(why) = why(sql, by, officer, &detail, status, always)? else { continue };
        if detail.starts > by.now {
            scheduling::lock_out(sql, by, &held, &why)?;
            released.push(assignment);
        } else {
            let noted = json!({ "status": status.code, "from": status.from });
            by.note(sql, "assignment.status_while_working", assignment, &noted)?;
            scheduling::tell_on_post(sql, by, &held, &detail, &why)?;
        }
    }
    Ok(released)
}

/// Why a detail is taken back for a status; `None`: it is not.
fn why(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    detail: &Detail,
    status: &Status,
    always: bool,
) -> Result<Option<LockedOut>, Problem> {
    if always {
        return Ok(Some(LockedOut::for_status(&status.code.replace('_', " "))));
    }
    Ok(effects::taken_back(sql, by, officer, detail)?.map(LockedOut::by_rule))
}

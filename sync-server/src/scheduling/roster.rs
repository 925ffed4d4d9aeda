//! What awards compare of an officer, and which groups the officer is in.

use detailbook_core::ids::OfficerId;
use serde_json::json;

use super::openings;
use crate::audit::By;
use crate::problem::Problem;
use crate::store::Sql;
use crate::store::audience::{self, Audience};
use crate::store::service::{self, Service};
use crate::words;

/// Groups of one officer.
const MOST_GROUPS: usize = 100;

/// Writes an officer's service and exactly these groups. What a group no longer shows is forgotten with the next sync.
pub fn set_service(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    after: Service,
    groups: &[String],
) -> Result<(), Problem> {
    if after.seniority == Some(0) {
        return Err(Problem::invalid("service.seniority", "must be from 1 up"));
    }
    let groups = checked(groups)?;
    let (before, had) = (service::get(sql, by.agency, officer)?, audience::groups_of(sql, by.agency, officer)?);
    for left in had.iter().filter(|group| !groups.contains(group)) {
        audience::leave(sql, by.agency, officer, &Audience::Group(left.clone()))?;
    }
    for joined in &groups {
        audience::join(sql, by.agency, officer, &Audience::Group(joined.clone()))?;
    }
    service::put(sql, by.agency, officer, after)?;
    if groups.iter().any(|group| !had.contains(group)) {
        openings::tell_newcomer(sql, by, officer)?;
    }
    let noted =
        json!({ "before": { "service": before, "groups": had }, "after": { "service": after, "groups": groups } });
    Ok(by.note(sql, "officer.service", officer, &noted)?)
}

fn checked(groups: &[String]) -> Result<Vec<String>, Problem> {
    if groups.len() > MOST_GROUPS {
        return Err(Problem::invalid("groups", "must be at most 100"));
    }
    let mut groups = groups.iter().map(|group| words::line("groups", group)).collect::<Result<Vec<_>, _>>()?;
    groups.sort_unstable();
    groups.dedup();
    Ok(groups)
}

//! Promotions: the officer's record follows the personnel record, from the day on which the new rank holds. What was ruled before
//! is priced as it was.

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::records::Officer;
use detailbook_core::time::{Interval, Millis, UnixMillis};
use detailbook_core::wire;
use serde_json::json;

use super::kind::Kind;
use super::paper::Promotion;
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, Next, Run};
use crate::problem::Problem;
use crate::store::known::{self, Known};
use crate::store::{Sql, StoreError};

/// Brings an officer's rank up to date on the day it changes.
pub const PROMOTE: jobs::Kind = jobs::Kind::inside("personnel.promote", promote).or_tell(jobs::tell_coordinator);

/// Brings the ranks of officers up to date, and will again when a rank that is known begins.
pub(super) fn follow_all<'a>(
    sql: &mut dyn Sql,
    by: &By<'_>,
    fresh: impl Iterator<Item = &'a Known>,
) -> Result<(), Problem> {
    let officers: std::collections::BTreeSet<_> =
        fresh.map(|known| OfficerId::from_bytes(*known.subject.as_bytes())).collect();
    for officer in officers {
        if let Some(next) = follow(sql, by, officer)? {
            jobs::set(sql, by.agency, &PROMOTE, &officer.to_string(), next, by.now, &officer)?;
        }
    }
    Ok(())
}

/// The rank and rate of an officer at a time, by what is known at `as_of`.
pub fn at(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    when: UnixMillis,
    as_of: UnixMillis,
) -> Result<Option<Promotion>, StoreError> {
    let around = Interval { start: when, end: when + Millis(1) };
    let all = known::of_subject(sql, agency, officer.into(), Kind::Ranks.code(), around, as_of)?;
    Ok(all
        .iter()
        .filter_map(|known| wire::decode::<Promotion>(&known.body).ok())
        .max_by_key(|promotion| promotion.from))
}

/// Writes the rank that holds now into the officer's record. Gives when the next one begins.
fn follow(sql: &mut dyn Sql, by: &By<'_>, officer: OfficerId) -> Result<Option<UnixMillis>, Problem> {
    let before = filing::get::<Officer>(sql, by.agency, officer)?.record;
    let holds = at(sql, by.agency, officer, by.now, by.now)?;
    if let Some(promotion) = holds.filter(|promotion| promotion.rank != before.rank) {
        let after = Officer { rank: promotion.rank, ..before.clone() };
        filing::put(sql, by, officer, &after)?;
        let reason = "The personnel record says so.";
        by.note(sql, "officer.promote", officer, &json!({ "before": before, "after": after, "reason": reason }))?;
    }
    let ahead = Interval { start: by.now, end: UnixMillis::MAX };
    let all = known::of_subject(sql, by.agency, officer.into(), Kind::Ranks.code(), ahead, by.now)?;
    Ok(all.iter().map(|known| known.valid.start).filter(|start| *start > by.now).min())
}

fn promote(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let next = follow(sql, &run.by(), run.payload()?)?;
    Ok(next.map_or(Next::Done, Next::At))
}

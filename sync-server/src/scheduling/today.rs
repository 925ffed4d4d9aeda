//! Who works now, and how it looks: the assignments of a stretch of time.

use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, OfficerId, PositionId, SiteId};
use detailbook_core::records::{Assignment, Interval, Officer, RecordKind};
use detailbook_core::staffing::{CallingOffState, Presence, StaffingRules, look};
use detailbook_core::time::{Millis, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::clocked::{Clocked, seen};
use super::details::{self, LONGEST, scheduled};
use crate::store::reliefs::{self, Search, SearchState};
use crate::store::watches::{self, NoShow};
use crate::store::{Sql, StoreError, assignments, records, staffing_rules};
use detailbook_core::staffing::CallingOff;

/// One assignment as it looks now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = TodayLine)]
pub struct Line {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The officer.
    pub officer: OfficerId,
    /// The officer's name.
    pub name: String,
    /// The detail.
    pub detail: DetailId,
    /// What it is called.
    pub title: String,
    /// Where.
    pub site: SiteId,
    /// The place.
    pub position: PositionId,
    /// When it is scheduled.
    pub scheduled: Interval,
    /// When the officer acknowledged it.
    pub acknowledged: Option<UnixMillis>,
    /// How it looks.
    pub presence: Presence,
    /// The same as a sentence.
    pub sentence: String,
    /// Since when it looks so.
    pub since: Option<UnixMillis>,
    /// When the phone that the officer works with was last heard of.
    pub last_heard: Option<UnixMillis>,
    /// Whether it was a no-show.
    pub no_show: NoShow,
    /// Where the officer's wish to be relieved stands, if there was one.
    pub calling_off: Option<CallingOffState>,
    /// The search for who comes instead, if there was one.
    pub relief: Option<ReliefLine>,
}

/// A search for who comes instead, as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReliefLine {
    /// Where it stands.
    pub state: SearchState,
    /// The officer has the place until somebody else takes it.
    pub kept: bool,
    /// When it began.
    pub opened_at: UnixMillis,
    /// How many were asked one by one.
    pub asked: usize,
    /// When everybody was asked.
    pub all_asked_at: Option<UnixMillis>,
}

impl ReliefLine {
    /// The line of a search.
    pub fn of(search: &Search) -> Self {
        Self {
            state: search.state,
            kept: search.kept,
            opened_at: search.relief.opened_at,
            asked: search.relief.asks.len(),
            all_asked_at: search.relief.pool_asked_at,
        }
    }
}

/// The assignments that overlap a stretch of time, after one of that start and id, in the order of start and id.
pub fn lines(
    sql: &mut dyn Sql,
    agency: AgencyId,
    time: Interval,
    after: (UnixMillis, AssignmentId),
    limit: i64,
    now: UnixMillis,
) -> Result<Vec<Line>, StoreError> {
    let rules = staffing_rules::at(sql, agency, now)?;
    let mut lines = Vec::new();
    for id in assignments::in_time(sql, agency, time, LONGEST, after, limit)? {
        lines.extend(line(sql, agency, &rules, id, now)?);
    }
    Ok(lines)
}

/// How one assignment looks now, if it stands.
pub(super) fn line(
    sql: &mut dyn Sql,
    agency: AgencyId,
    rules: &StaffingRules,
    id: AssignmentId,
    now: UnixMillis,
) -> Result<Option<Line>, StoreError> {
    let Some(stored) = records::get::<Assignment>(sql, agency, RecordKind::Assignment, id)? else { return Ok(None) };
    let held = &stored.record;
    let Some(detail) = details::find(sql, agency, held.detail)? else { return Ok(None) };
    let officer = records::get::<Officer>(sql, agency, RecordKind::Officer, held.officer)?;
    let (seen, clocked) = seen(sql, agency, &stored, detail.starts)?;
    let presence = look(&rules.watch, scheduled(&detail), &seen, now).presence;
    let calling_off = records::get::<CallingOff>(sql, agency, RecordKind::CallingOff, id)?;
    Ok(Some(Line {
        assignment: id,
        officer: held.officer,
        name: officer.map(|officer| officer.record.name).unwrap_or_default(),
        detail: detail.id,
        title: detail.title.clone(),
        site: detail.site,
        position: held.position,
        scheduled: scheduled(&detail),
        acknowledged: held.acknowledged,
        presence,
        sentence: presence.sentence().to_owned(),
        since: since(rules, seen.due(scheduled(&detail)), presence, clocked),
        last_heard: seen.heard,
        no_show: watches::find(sql, agency, id)?.map(|watch| watch.no_show).unwrap_or_default(),
        calling_off: calling_off.map(|wish| wish.record.state),
        relief: reliefs::find(sql, agency, id)?.map(|search| ReliefLine::of(&search)),
    }))
}

/// Since when it looks so.
fn since(rules: &StaffingRules, due: UnixMillis, presence: Presence, clocked: Clocked) -> Option<UnixMillis> {
    let after = |wait: Millis| Some(due + wait);
    match presence {
        Presence::Expected => None,
        Presence::EnRoute => clocked.en_route,
        Presence::Due => Some(due),
        Presence::Late => after(rules.watch.late_after),
        Presence::NoShow | Presence::NoContact => after(rules.watch.no_show_after),
        Presence::There => clocked.came,
        Presence::Left => clocked.left,
    }
}

//! Details as coordinators post, change and cancel them.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, AssignmentId, CustomerId, DetailId, PositionId, SiteId};
use detailbook_core::notices::EventKind;
use detailbook_core::records::{Assignment, Customer, Detail, DetailState, Interval, Position, RecordKind, Site};
use detailbook_core::staffing::DetailStep;
use detailbook_core::time::{Millis, UnixMillis, Zone};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::clocked::clocked;
use super::{applications, changed, customer, ledger, posting, release, relief, reminders, watch};
use crate::audit::By;
use crate::filing;
use crate::notices::{Event, Words, tell};
use crate::problem::Problem;
use crate::store::records;
use crate::store::{Sql, StoreError, assignments};
use crate::timesheets;
use crate::words;

/// Longer than this no detail is: a slip of the year would hold an officer for ever.
pub const LONGEST: Millis = Millis::from_hours(31 * 24);
/// Positions on one detail.
pub const MOST_POSITIONS: usize = 200;
/// Times before 2000 or after 2199 are slips.
const ERA: (i64, i64) = (946_684_800_000, 7_258_118_400_000);

/// A position as a coordinator writes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PositionDraft {
    /// The position, where it is there already or the caller names it; absent for a new one.
    #[serde(default)]
    pub id: Option<PositionId>,
    /// What it is called.
    pub name: String,
    /// The rank it asks for, if any.
    #[serde(default)]
    pub rank: Option<String>,
}

/// A detail as a coordinator writes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DetailDraft {
    /// Where. The site's customer hires.
    pub site: SiteId,
    /// What it is called.
    pub title: String,
    /// The tariff's name for this type of job.
    pub job_type: String,
    /// Scheduled start, milliseconds since 1970 UTC.
    pub starts: UnixMillis,
    /// Scheduled end, milliseconds since 1970 UTC.
    pub ends: UnixMillis,
    /// The zone of the site.
    pub zone: Zone,
    /// Its positions.
    pub positions: Vec<PositionDraft>,
    /// What the officer must know.
    #[serde(default)]
    pub post_orders: String,
    /// The agency's own number for it.
    #[serde(default)]
    pub reference: String,
}

/// A changed detail as a coordinator writes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DetailEdit {
    /// The version that the caller saw. Refused with `conflict` if there is a newer one.
    pub version: i64,
    /// What it now says.
    pub record: DetailDraft,
    /// Why an officer on it may have another detail at the new time. Absent: they may not.
    #[serde(default)]
    pub overlap: Option<String>,
}

/// Posts a detail of the customer whose site it is at: it is on offer from now on.
pub fn post(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: Option<DetailId>,
    draft: &DetailDraft,
    entropy: &mut dyn Entropy,
) -> Result<DetailId, Problem> {
    post_for(sql, by, id, draft, None, entropy)
}

/// Posts a detail for which that customer hires, whoever has the site by now.
pub(super) fn post_for(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: Option<DetailId>,
    draft: &DetailDraft,
    hires: Option<CustomerId>,
    entropy: &mut dyn Entropy,
) -> Result<DetailId, Problem> {
    let id = id.unwrap_or_else(|| DetailId::new(by.now, entropy));
    filing::free::<Detail>(sql, by.agency, id)?;
    filing::free_document(sql, by.agency, id)?;
    let positions = new_positions(by.now, &draft.positions, entropy)?;
    let detail = written(sql, by.agency, id, draft, hires, positions)?;
    filing::put(sql, by, id, &detail)?;
    by.note(sql, "detail.post", id, &json!({ "after": detail }))?;
    Ok(id)
}

/// Changes a detail. Positions that are left out go; one that somebody holds cannot.
pub fn edit(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: DetailId,
    edit: &DetailEdit,
    entropy: &mut dyn Entropy,
) -> Result<(), Problem> {
    let overlap = edit.overlap.as_deref().map(|why| words::text("overlap", why)).transpose()?;
    let stored = filing::get::<Detail>(sql, by.agency, id)?;
    filing::same_version(&stored, edit.version)?;
    let (before, draft) = (stored.record, &edit.record);
    if before.state == DetailState::Cancelled {
        return Err(Problem::conflict("This detail was cancelled."));
    }
    let positions = changed_positions(by.now, &before, &draft.positions, entropy)?;
    let hires = if before.site == draft.site { customer::of(sql, by.agency, &before)? } else { None };
    let mut after = written(sql, by.agency, id, draft, hires, positions)?;
    after.state = state_of(&after);
    let moved = scheduled(&before) != scheduled(&after);
    let elsewhere = before.site != after.site;
    if moved || elsewhere {
        not_begun(sql, by, &before)?;
    }
    let clashes = move_assignments(sql, by, &before, &after, overlap.is_some())?;
    match (before.state, after.state) {
        (DetailState::Open, DetailState::Filled) => posting::step(sql, by, id, DetailStep::Fill)?,
        (DetailState::Filled, DetailState::Open) => posting::step(sql, by, id, DetailStep::Vacate)?,
        _ => {}
    }
    relief::places_went(sql, by, &after)?;
    filing::put(sql, by, id, &after)?;
    if before.post_orders != after.post_orders {
        reminders::orders_changed(sql, by, &after)?;
    }
    if moved {
        relief::moved(sql, by, id)?;
        posting::moved(sql, by, &before, &after)?;
    }
    if moved || elsewhere {
        changed::tell(sql, by, &before, &after)?;
    }
    if before.state == DetailState::Open && after.state == DetailState::Filled {
        applications::turn_down_waiting(sql, by, id, "Every position of this detail is taken.")?;
    }
    let overlap = (!clashes.is_empty()).then(|| json!({ "with": clashes, "reason": overlap }));
    by.note(sql, "detail.edit", id, &json!({ "before": before, "after": after, "overlap": overlap }))?;
    Ok(())
}

/// What is over, or at which somebody works or has worked, is not cancelled or moved, in time or to another place, whose fence would judge
/// punches that were made by the old one: what was worked stands, and is paid for, and is not billed once more as what was cancelled.
fn not_begun(sql: &mut dyn Sql, by: &By<'_>, detail: &Detail) -> Result<(), Problem> {
    if by.now >= detail.ends {
        return Err(Problem::conflict(
            "This detail is over. Rule on what was worked instead, assignment by assignment.",
        ));
    }
    for id in assignments::of_detail(sql, by.agency, detail.id, AssignmentId::NIL, i64::MAX)? {
        let held = filing::get::<Assignment>(sql, by.agency, id)?.record;
        if clocked(sql, by.agency, &held)?.came.is_some() {
            return Err(Problem::conflict(
                "This detail is under way: an officer has clocked in. It stays: release those who are to stop, one by one, and rule on what was worked.",
            ));
        }
    }
    Ok(())
}

/// Cancels a detail. Whoever had a position is released, and still sees that it was cancelled. Who applied is told of it too.
pub fn cancel(sql: &mut dyn Sql, by: &By<'_>, id: DetailId, version: i64, reason: &str) -> Result<(), Problem> {
    let reason = words::text("reason", reason)?;
    let stored = filing::get::<Detail>(sql, by.agency, id)?;
    filing::same_version(&stored, version)?;
    let (before, mut detail) = (stored.record.clone(), stored.record);
    if detail.state == DetailState::Cancelled {
        return Err(Problem::conflict("This detail was cancelled before."));
    }
    not_begun(sql, by, &before)?;
    detail.state = DetailState::Cancelled;
    posting::step(sql, by, id, DetailStep::Cancel)?;
    let applied = applications::settle_waiting(sql, by, id, "The detail was cancelled.")?;
    let mut officers: Vec<_> = applied.into_iter().map(|(_, officer)| officer).collect();
    for assignment in assignments::active_of_detail(sql, by.agency, id)? {
        let held = filing::get::<Assignment>(sql, by.agency, assignment)?.record;
        officers.push(held.officer);
        release::give_up(sql, by, &mut detail, &held, &reason, "The detail was cancelled.")?;
        ledger::taken_away(sql, by, &held, &before, &reason)?;
    }
    relief::cancelled(sql, by, id)?;
    filing::put(sql, by, id, &detail)?;
    let words = Words::new(&format!("Cancelled: {}, {}", detail.title, detail.zone.clock_text(detail.starts)), &reason);
    let event = Event::new(EventKind::DetailCancelled, id.to_string(), words);
    let customer = customer::of(sql, by.agency, &detail)?;
    tell(sql, by, &Event { officers, detail: Some(id), customer, ..event })?;
    by.note(sql, "detail.cancel", id, &json!({ "before": before, "after": detail, "reason": reason }))?;
    Ok(())
}

/// When a detail is scheduled.
pub fn scheduled(detail: &Detail) -> Interval {
    Interval { start: detail.starts, end: detail.ends }
}

/// Where a detail that takes place stands.
pub(super) fn state_of(detail: &Detail) -> DetailState {
    if detail.positions.iter().all(|position| position.filled) { DetailState::Filled } else { DetailState::Open }
}

fn written(
    sql: &mut dyn Sql,
    agency: AgencyId,
    id: DetailId,
    draft: &DetailDraft,
    hires: Option<CustomerId>,
    positions: Vec<Position>,
) -> Result<Detail, Problem> {
    check_times(draft.starts, draft.ends)?;
    let site = filing::named::<Site>(sql, agency, "site", draft.site)?.record;
    let customer = filing::named::<Customer>(sql, agency, "site", hires.unwrap_or(site.customer))?.record;
    Ok(Detail {
        id,
        site: draft.site,
        customer_name: customer.name,
        title: words::line("title", &draft.title)?,
        job_type: words::optional_line("job_type", &draft.job_type)?,
        starts: draft.starts,
        ends: draft.ends,
        zone: draft.zone,
        positions,
        post_orders: words::optional_text("post_orders", &draft.post_orders)?,
        state: DetailState::Open,
        reference: words::optional_line("reference", &draft.reference)?,
        customer: Some(customer.id),
    })
}

/// Would a detail that says so be taken?
pub(crate) fn would_be(sql: &mut dyn Sql, agency: AgencyId, draft: &DetailDraft) -> Result<(), Problem> {
    let positions = draft.positions.iter().map(|draft| position(draft, draft.id.unwrap_or(PositionId::NIL), false));
    let positions = positions.collect::<Result<Vec<_>, _>>()?;
    written(sql, agency, DetailId::NIL, draft, None, positions).map(drop)
}

pub(super) fn check_times(starts: UnixMillis, ends: UnixMillis) -> Result<(), Problem> {
    if starts.as_millis() < ERA.0 || ends.as_millis() > ERA.1 {
        return Err(Problem::invalid("starts", "must lie between the years 2000 and 2199"));
    }
    if ends <= starts {
        return Err(Problem::invalid("ends", "must be after starts"));
    }
    if ends - starts > LONGEST {
        return Err(Problem::invalid("ends", "must be within 31 days of starts"));
    }
    Ok(())
}

fn new_positions(
    now: UnixMillis,
    drafts: &[PositionDraft],
    entropy: &mut dyn Entropy,
) -> Result<Vec<Position>, Problem> {
    let positions =
        drafts.iter().map(|draft| position(draft, draft.id.unwrap_or_else(|| PositionId::new(now, entropy)), false));
    distinct(positions.collect::<Result<_, _>>()?)
}

fn changed_positions(
    now: UnixMillis,
    before: &Detail,
    drafts: &[PositionDraft],
    entropy: &mut dyn Entropy,
) -> Result<Vec<Position>, Problem> {
    let mut positions = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let there = before.positions.iter().find(|position| Some(position.id) == draft.id);
        if draft.id.is_some() && there.is_none() {
            return Err(Problem::invalid("positions", "names a position that the detail does not have"));
        }
        let id = there.map_or_else(|| PositionId::new(now, entropy), |position| position.id);
        positions.push(position(draft, id, there.is_some_and(|position| position.filled))?);
    }
    if before.positions.iter().any(|held| held.filled && positions.iter().all(|kept| kept.id != held.id)) {
        return Err(Problem::conflict("A position that is to go is taken: release its officer first."));
    }
    distinct(positions)
}

fn position(draft: &PositionDraft, id: PositionId, filled: bool) -> Result<Position, Problem> {
    let rank = draft.rank.as_deref().map(|rank| words::line("positions.rank", rank)).transpose()?;
    Ok(Position { id, name: words::line("positions.name", &draft.name)?, rank, filled })
}

fn distinct(positions: Vec<Position>) -> Result<Vec<Position>, Problem> {
    if positions.is_empty() || positions.len() > MOST_POSITIONS {
        return Err(Problem::invalid("positions", "must be between 1 and 200"));
    }
    let ids: std::collections::BTreeSet<_> = positions.iter().map(|position| position.id).collect();
    if ids.len() < positions.len() {
        return Err(Problem::invalid("positions", "must have different ids"));
    }
    Ok(positions)
}

/// Moves the assignments of a detail to its new time. Nobody may come to overlap another detail by it unless that is allowed,
/// and whoever had acknowledged the old time or place has not acknowledged the new one. Gives the assignments overlapped.
fn move_assignments(
    sql: &mut dyn Sql,
    by: &By<'_>,
    before: &Detail,
    after: &Detail,
    allowed: bool,
) -> Result<Vec<AssignmentId>, Problem> {
    let moved = scheduled(before) != scheduled(after);
    let mut clashes = Vec::new();
    if !moved && before.site == after.site {
        return Ok(clashes);
    }
    for id in assignments::active_of_detail(sql, by.agency, after.id)? {
        let held = filing::get::<Assignment>(sql, by.agency, id)?.record;
        if moved {
            clashes.extend(clash(sql, by, &held, after, allowed)?);
        }
        assignments::put(sql, by.agency, &held, after)?;
        timesheets::soon(sql, by.agency, id, by.now)?;
        if moved {
            watch::expect(sql, by, id, scheduled(after))?;
            reminders::expect(sql, by, id, scheduled(after))?;
        }
        unacknowledge(sql, by, &held, "The detail's time or place changed.")?;
    }
    Ok(clashes)
}

/// The assignment to another detail that the officer has at the new time, if that is allowed.
fn clash(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    after: &Detail,
    allowed: bool,
) -> Result<Option<AssignmentId>, Problem> {
    let clash = assignments::overlapping(sql, by.agency, held.officer, scheduled(after), Some(after.id))?;
    if clash.is_some() && !allowed {
        return Err(Problem::conflict(
            "An officer on this detail has another one at the new time. To allow it, say why in the field overlap.",
        ));
    }
    Ok(clash)
}

/// Whoever had acknowledged an assignment has not acknowledged what it has become. It is written again in any case: by its number in the
/// feed it is told whether a phone that acknowledges it had heard of the change.
pub(super) fn unacknowledge(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, reason: &str) -> Result<(), StoreError> {
    let open = Assignment { acknowledged: None, ..held.clone() };
    filing::put(sql, by, open.id, &open)?;
    if held.acknowledged.is_none() {
        return Ok(());
    }
    by.note(sql, "assignment.unacknowledge", open.id, &json!({ "before": held, "after": open, "reason": reason }))
}

/// The detail with that id, if there is one.
pub fn find(sql: &mut dyn Sql, agency: AgencyId, id: DetailId) -> Result<Option<Detail>, StoreError> {
    Ok(records::get::<Detail>(sql, agency, RecordKind::Detail, id)?.map(|stored| stored.record))
}

/// An assignment with its detail, whether or not it still stands.
pub(super) fn held(
    sql: &mut dyn Sql,
    agency: AgencyId,
    id: AssignmentId,
) -> Result<Option<(Assignment, Detail)>, StoreError> {
    let Some(held) = records::get::<Assignment>(sql, agency, RecordKind::Assignment, id)? else { return Ok(None) };
    Ok(find(sql, agency, held.record.detail)?.map(|detail| (held.record, detail)))
}

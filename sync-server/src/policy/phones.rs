//! What phones get of the rules: the sets, and what is known of their own officer, so that they can advise without a signal.
//!
//! An officer's context is written by a job, soon after whatever changed it: many changes at once are one write. An agency without
//! rules sends nothing.

use detailbook_core::ids::{AgencyId, DetailId, OfficerId, RecordId};
use detailbook_core::policy::{Context, RuleSet};
use detailbook_core::records::RecordKind;
use detailbook_core::shift::Sha256;
use detailbook_core::time::{Interval, Millis, UnixMillis};
use detailbook_core::wire;

use super::{context, sets};
use crate::audit::By;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::personnel::feeds::OWN;
use crate::store::audience::Audience;
use crate::store::records::{self, Stored};
use crate::store::{Sql, StoreError, assignments, listing, rule_sets};

/// Writes an officer's context, of all officers on a detail, or of all there are. Of one that is parked nobody is told: phones only advise,
/// say as of when, and hear more with the next change.
pub const CONTEXT: Kind = Kind::inside("policy.context", write_contexts).in_bulk();
/// Shows the sets that are in force from some day on, and takes back those that no longer are. Of one that is parked nobody is told: phones
/// only advise, and the server goes by the sets themselves.
pub const SETS: Kind = Kind::inside("policy.sets", show_again).in_bulk();

/// How far back and ahead a phone's context reaches. Beyond, a phone says that it does not know.
const BACK: Millis = Millis::from_hours(24 * 35);
const AHEAD: Millis = Millis::from_hours(24 * 98);
/// How often it is moved on where nothing else changes.
const WEEK: Millis = Millis::from_hours(24 * 7);
/// For how long a set is shown that is no longer in force, since work of its time is still talked about.
const SHOWN_AFTER: i64 = 35;

/// Has the officer's context written soon.
pub fn refresh(sql: &mut dyn Sql, by: &By<'_>, officer: OfficerId) -> Result<(), StoreError> {
    soon(sql, by, &format!("officer:{officer}"))
}

/// The same for everybody on a detail.
pub fn refresh_detail(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId) -> Result<(), StoreError> {
    soon(sql, by, &format!("detail:{detail}"))
}

/// The same for all officers of the agency.
pub fn refresh_all(sql: &mut dyn Sql, by: &By<'_>) -> Result<(), StoreError> {
    soon(sql, by, "all")
}

fn soon(sql: &mut dyn Sql, by: &By<'_>, key: &str) -> Result<(), StoreError> {
    if !rule_sets::any(sql, by.agency)? {
        return Ok(());
    }
    jobs::set(sql, by.agency, &CONTEXT, key, by.now, by.now, &key)
}

fn write_contexts(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, key) = (run.by(), run.payload::<String>()?);
    let unreadable = |_| Failed::for_good("The job names nobody.");
    match key.split_once(':') {
        Some(("officer", officer)) => {
            write(sql, &by, officer.parse().map_err(unreadable)?)?;
            return Ok(Next::At(run.now + WEEK));
        }
        Some(("detail", detail)) => {
            let detail: DetailId = detail.parse().map_err(unreadable)?;
            for id in assignments::active_of_detail(sql, by.agency, detail)? {
                let held = crate::filing::get::<detailbook_core::records::Assignment>(sql, by.agency, id)?;
                refresh(sql, &by, held.record.officer)?;
            }
        }
        _ => {
            for (id, _) in
                listing::of_kind::<detailbook_core::records::Officer>(sql, by.agency, RecordId::NIL, i64::MAX)?
            {
                refresh(sql, &by, OfficerId::from_bytes(*id.as_bytes()))?;
            }
        }
    }
    Ok(Next::Done)
}

/// Writes an officer's context, unless it is as it was.
fn write(sql: &mut dyn Sql, by: &By<'_>, officer: OfficerId) -> Result<(), StoreError> {
    let after = of_phone(sql, by.agency, officer, by.now)?;
    let before: Option<Stored<Context>> = records::get(sql, by.agency, RecordKind::PolicyContext, officer)?;
    if before.is_some_and(|before| before.record == after) {
        return Ok(());
    }
    let audiences = [Audience::Officer(officer)];
    records::put(sql, by.agency, by.now, RecordKind::PolicyContext, officer, &after, &audiences).map(drop)
}

/// What a phone is told of its officer: some weeks back and ahead, and every feed only as far as that.
pub fn of_phone(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    now: UnixMillis,
) -> Result<Context, StoreError> {
    let around = Interval { start: week_begun(now - BACK), end: week_begun(now + AHEAD) };
    let mut context = context(sql, agency, officer, around, now)?;
    let mut sources = Vec::with_capacity(context.sources.len());
    for mut source in context.sources {
        let covered = source.covers.map_or(Some(around), |covers| covers.overlap(around));
        source.covers = Some(covered.unwrap_or(Interval { start: around.start, end: around.start }));
        // What is our own is sent whenever it changes: it is as fresh as its week, and the record is not new every minute.
        source.read_at = if OWN.contains(&source.feed) { week_begun(now) } else { source.read_at };
        sources.push(source);
    }
    context.sources = sources;
    Ok(context)
}

/// The beginning of the week of an instant: a stable edge, so that a context changes only when something in it does.
fn week_begun(at: UnixMillis) -> UnixMillis {
    at - Millis(at.as_millis().rem_euclid(WEEK.0))
}

/// Shows phones the sets that are or will be in force.
pub fn show_sets(sql: &mut dyn Sql, by: &By<'_>) -> Result<(), StoreError> {
    if let Some(next) = show(sql, by)? {
        jobs::set(sql, by.agency, &SETS, "all", next, by.now, &"all")?;
    }
    Ok(())
}

fn show_again(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    Ok(show(sql, &run.by())?.map_or(Next::Done, Next::At))
}

/// Gives when the next set is to be taken back.
fn show(sql: &mut dyn Sql, by: &By<'_>) -> Result<Option<UnixMillis>, StoreError> {
    let standing = sets::standing(sql, by.agency, by.now)?;
    let mut next = None;
    for row in rule_sets::known(sql, by.agency, by.now)? {
        let mut set = sets::read(&row)?;
        let until = standing.iter().find(|standing| standing.row == row).map(|standing| standing.until);
        let gone = until.map_or(Some(by.now), |until| sets::begins(&set, until.saturating_add(1 + SHOWN_AFTER)));
        let shown = gone.is_none_or(|gone| gone > by.now);
        // As phones have it, it ends where the next version takes over: they hold sets that do not overlap.
        set.effective_until = until.and_then(sets::day).or(set.effective_until);
        next = [next, gone.filter(|_| shown)].into_iter().flatten().min();
        show_one(sql, by, &set, shown)?;
    }
    Ok(next)
}

/// A set's record: its id follows from name and version.
fn set_id(set: &RuleSet) -> RecordId {
    RecordId::from_bytes(Sha256::of(&wire::encode(&("rule set", &set.name, set.version))).as_id())
}

fn show_one(sql: &mut dyn Sql, by: &By<'_>, set: &RuleSet, shown: bool) -> Result<(), StoreError> {
    let id = set_id(set);
    if !shown && !records::exists(sql, by.agency, RecordKind::RuleSet, id)? {
        return Ok(());
    }
    let audiences: &[Audience] = if shown { &[Audience::Agency] } else { &[] };
    let before: Option<Stored<RuleSet>> = records::get(sql, by.agency, RecordKind::RuleSet, id)?;
    let as_it_was = before.is_some_and(|before| before.record == *set);
    if as_it_was && crate::store::audience::is_shown(sql, by.agency, records::item(RecordKind::RuleSet, id))? == shown {
        return Ok(());
    }
    records::put(sql, by.agency, by.now, RecordKind::RuleSet, id, set, audiences).map(drop)
}

//! What follows where an officer was given a place, however that came about: the ledger's entry, the news, and the watch over its
//! acknowledgement.

use detailbook_core::award::EntryKind;
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, AssignmentId, NoticeId, OfficerId};
use detailbook_core::notices::{EventKind, Party};
use detailbook_core::records::{Assignment, AssignmentOrigin, Detail, Notice, RecordKind};
use detailbook_core::time::{Millis, UnixMillis};
use serde_json::json;

use super::told::{Happened, is_soon, named, told};
use super::{ledger, parked, watch};
use crate::audit::By;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::notices::{Event, Words, acknowledge, notice_id, tell};
use crate::store::{Sql, StoreError, postings, records};

/// Looks whether an award was acknowledged in time.
pub const UNACKNOWLEDGED: Kind = Kind::inside("award.unacknowledged", unacknowledged).or_tell(parked::of_assignment);
/// Looks whether a change of time or place was acknowledged in time.
pub const CHANGE_UNACKNOWLEDGED: Kind =
    Kind::inside("change.unacknowledged", change_unacknowledged).or_tell(parked::of_change);

/// How long an officer has to acknowledge an award where its posting says nothing.
const ACKNOWLEDGE_WITHIN: Millis = Millis::from_hours(2);
/// However soon it begins, an officer has so long.
pub(super) const ACKNOWLEDGE_LEAST: Millis = Millis::from_mins(5);

/// Charges the officer as the contract says, tells them, and waits for the acknowledgement unless the assignment has it already.
pub(super) fn given(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    detail: &Detail,
    reason: &str,
    entropy: &mut dyn Entropy,
) -> Result<(), StoreError> {
    let ordered = held.origin == AssignmentOrigin::Ordered;
    let kind = if ordered { EntryKind::OrderedIn } else { EntryKind::Awarded };
    let what = ledger::about(sql, by, held.officer, kind, detail, held.position, entropy)?;
    ledger::enter(sql, by, what)?;
    // Whoever is written down for a detail that is over need not come any more.
    if detail.ends <= by.now {
        return Ok(());
    }
    let due = acknowledge_by(sql, by, detail)?;
    tell_officer(sql, by, held, detail, reason, due)?;
    if held.acknowledged.is_some() {
        return note_seen(sql, by, held);
    }
    jobs::enqueue(sql, by.agency, &UNACKNOWLEDGED, &held.id.to_string(), due, by.now, &held.id).map(drop)
}

/// When the officer must have acknowledged it: as its posting says, but before half the time to its start is gone.
fn acknowledge_by(sql: &mut dyn Sql, by: &By<'_>, detail: &Detail) -> Result<UnixMillis, StoreError> {
    let asked = postings::find(sql, by.agency, detail.id)?.and_then(|posted| posted.posting.acknowledge_within);
    let half = Millis((detail.starts - by.now).0 / 2);
    Ok(by.now + asked.unwrap_or(ACKNOWLEDGE_WITHIN).min(half.max(ACKNOWLEDGE_LEAST)))
}

fn tell_officer(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    detail: &Detail,
    reason: &str,
    due: UnixMillis,
) -> Result<(), StoreError> {
    let how = match held.origin {
        AssignmentOrigin::Ordered => "Ordered in",
        AssignmentOrigin::Traded => "Taken over",
        _ => "Awarded",
    };
    let words = Words::new(&format!("{how}: {}", named(detail)), reason);
    let event = Event {
        officers: vec![held.officer],
        detail: Some(detail.id),
        assignment: Some(held.id),
        urgent: is_soon(detail, by.now),
        acknowledge_by: Some(due),
        ..Event::new(EventKind::Awarded, held.id.to_string(), words)
    };
    tell(sql, by, &event).map(drop)
}

/// Whoever took the place by a wish of their own has seen it.
fn note_seen(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment) -> Result<(), StoreError> {
    let gone = |_| StoreError::Misused("a notice that is there could not be acknowledged");
    acknowledge(sql, by, notice_of_award(by.agency, held.id, held.officer), Some(held.officer)).map_err(gone)
}

/// The job that looks whether the award was acknowledged, and writes it down where it was not.
fn unacknowledged(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, id) = (run.by(), run.payload::<AssignmentId>()?);
    let Some((held, detail)) = watch::standing(sql, by.agency, id)? else { return Ok(Next::Done) };
    if held.acknowledged.is_none() && !is_read(sql, &by, &held)? {
        by.note(sql, "award.unacknowledged", id, &json!({ "assignment": held }))?;
        tell_unacknowledged(sql, &by, &held, &detail)?;
    }
    Ok(Next::Done)
}

/// Has somebody noted that the officer knows, such as on the telephone?
fn is_read(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment) -> Result<bool, StoreError> {
    is_noted(sql, by, notice_of_award(by.agency, held.id, held.officer))
}

fn is_noted(sql: &mut dyn Sql, by: &By<'_>, notice: NoticeId) -> Result<bool, StoreError> {
    let found = records::get::<Notice>(sql, by.agency, RecordKind::Notice, notice)?;
    Ok(found.is_some_and(|notice| notice.record.acknowledged.is_some()))
}

/// Waits for whoever has a place to say that they saw its new time or place, of which they are told by that event. It takes the place of
/// the wait for the award's acknowledgement.
pub(super) fn changed(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    detail: &Detail,
    event: &str,
) -> Result<(), StoreError> {
    let key = held.id.to_string();
    jobs::cancel(sql, by.agency, &UNACKNOWLEDGED, &key)?;
    if detail.ends <= by.now {
        return Ok(());
    }
    let anew = acknowledge_by(sql, by, detail)?;
    // Whoever has not acknowledged the change before gets no more time by the next: a detail moved every hour would never be told on.
    let due = open_watch(sql, by, &key)?.map_or(anew, |open| open.min(anew));
    let notice = notice_id(by.agency, EventKind::DetailChanged, event, Party::officer(held.officer));
    jobs::set(sql, by.agency, &CHANGE_UNACKNOWLEDGED, &key, due, by.now, &(held.id, notice))
}

/// When it would be looked whether an earlier change was acknowledged, where nobody has.
fn open_watch(sql: &mut dyn Sql, by: &By<'_>, key: &str) -> Result<Option<UnixMillis>, StoreError> {
    let waiting = jobs::waiting::<(AssignmentId, NoticeId)>(sql, by.agency, &CHANGE_UNACKNOWLEDGED, key)?;
    let Some((due, (_, notice))) = waiting else { return Ok(None) };
    Ok(if is_noted(sql, by, notice)? { None } else { Some(due) })
}

/// Nobody need look any more whether the officer has seen the latest change.
pub(super) fn seen(sql: &mut dyn Sql, by: &By<'_>, assignment: AssignmentId) -> Result<(), StoreError> {
    jobs::cancel(sql, by.agency, &CHANGE_UNACKNOWLEDGED, &assignment.to_string()).map(drop)
}

/// The job that looks whether a change was acknowledged.
fn change_unacknowledged(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, (id, notice)) = (run.by(), run.payload::<(AssignmentId, NoticeId)>()?);
    let Some((held, detail)) = watch::standing(sql, by.agency, id)? else { return Ok(Next::Done) };
    if held.acknowledged.is_some() || is_noted(sql, &by, notice)? {
        return Ok(Next::Done);
    }
    by.note(sql, "change.unacknowledged", id, &json!({ "assignment": held }))?;
    let text = format!("The new time or place of {} was not acknowledged in time.", named(&detail));
    let event = Happened::new(EventKind::AwardUnacknowledged, format!("{id} {notice}"), &detail, text);
    told(sql, &by, &Happened { urgent: is_soon(&detail, by.now), ..event.about(id, held.officer) })?;
    Ok(Next::Done)
}

/// What an officer is told of an award.
pub fn notice_of_award(agency: AgencyId, assignment: AssignmentId, officer: OfficerId) -> NoticeId {
    notice_id(agency, EventKind::Awarded, &assignment.to_string(), Party::officer(officer))
}

/// Tells the officer, the coordinator, and who is next in the list.
fn tell_unacknowledged(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, detail: &Detail) -> Result<(), StoreError> {
    let latest = postings::awards(sql, by.agency, detail.id)?.into_iter().next();
    let pool = latest.iter().flat_map(|record| record.award.backups_for(held.position)).take(1).collect();
    let text = format!("The award of {} was not acknowledged in time.", named(detail));
    let event = Happened::new(EventKind::AwardUnacknowledged, held.id.to_string(), detail, text);
    told(sql, by, &Happened { pool, urgent: is_soon(detail, by.now), ..event }.about(held.id, held.officer))
}

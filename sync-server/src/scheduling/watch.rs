//! Who has not come: looking when a shift begins and after, telling people once each, and what a person says to it.

use detailbook_core::award::{Entry, EntryKind, Happening};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, OfficerId, PositionId, RecordId};
use detailbook_core::notices::{EventKind, Role};
use detailbook_core::policy::NO_SHOW;
use detailbook_core::records::{Assignment, AssignmentState, Detail, Interval, RecordKind};
use detailbook_core::shift::{FactKind, Sha256};
use detailbook_core::staffing::{CLOCK_OUT_AFTER, Presence, Seen, StaffingRules, TOO_LONG, look};
use detailbook_core::time::Millis;
use serde_json::json;

use super::clocked::{clocked, seen};
use super::details::{self, scheduled};
use super::settled::{self, Cause};
use super::told::{Happened, named, told};
use super::{call_off, consequences, ledger, parked, relief, trade};
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::personnel;
use crate::policy::{self, About, Judged};
use crate::problem::Problem;
use crate::rulings;
use crate::store::watches::{self, NoShow, Watch};
use crate::store::{self, Sql, StoreError, assignments, postings, records, staffing_rules};
use crate::words;

/// Looks whether an officer has come.
pub const WATCH: Kind = Kind::inside("assignment.watch", watch).or_tell(parked::of_assignment);

/// How often a phone is looked for that nothing was heard of: as soon as it is, it is clear whether it holds a clock-in.
const LISTEN_EVERY: Millis = Millis::from_mins(5);

/// Has an assignment watched, at its detail's new time if it was watched before.
pub(super) fn expect(sql: &mut dyn Sql, by: &By<'_>, id: AssignmentId, time: Interval) -> Result<(), StoreError> {
    if time.end <= by.now {
        return Ok(());
    }
    jobs::set(sql, by.agency, &WATCH, &id.to_string(), time.start.max(by.now), by.now, &id)
}

/// An assignment that stands, with its detail.
pub(super) fn standing(
    sql: &mut dyn Sql,
    agency: AgencyId,
    id: AssignmentId,
) -> Result<Option<(Assignment, Detail)>, StoreError> {
    Ok(details::held(sql, agency, id)?.filter(|(held, _)| held.state == AssignmentState::Active))
}

fn watch(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, id) = (run.by(), run.payload::<AssignmentId>()?);
    let Some((held, detail)) = standing(sql, by.agency, id)? else { return Ok(Next::Done) };
    let rules = staffing_rules::at(sql, by.agency, by.now)?;
    let Some(stored) = records::get::<Assignment>(sql, by.agency, RecordKind::Assignment, id)? else {
        return Ok(Next::Done);
    };
    let (seen, _) = seen(sql, by.agency, &stored, detail.starts)?;
    let looked = look(&rules.watch, scheduled(&detail), &seen, by.now);
    if looked.presence.needs_telling() {
        tell_once(sql, &by, &rules, &held, &detail, looked.presence)?;
    }
    if looked.presence == Presence::Late && seen.en_route {
        running_late(sql, &by, &held, &detail)?;
    }
    if looked.presence == Presence::There {
        still_in(sql, &by, &held, &detail)?;
        on_too_long(sql, &by, &held, &detail, &seen)?;
    }
    let again = match looked.presence {
        Presence::NoContact => looked.again.map(|end| end.min(by.now + LISTEN_EVERY)),
        _ => looked.again,
    };
    Ok(again.map_or(Next::Done, Next::At))
}

/// The watch of an assignment as it is, or a new one.
fn of(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment) -> Result<Watch, StoreError> {
    let new = Watch { assignment: held.id, officer: held.officer, told: 0, no_show: NoShow::No, entry: None };
    Ok(watches::find(sql, by.agency, held.id)?.unwrap_or(new))
}

/// What is told of a presence, and the bit under which it is remembered.
const fn rung(presence: Presence) -> (i64, EventKind) {
    match presence {
        Presence::Late => (2, EventKind::NoClockIn5),
        Presence::NoShow => (4, EventKind::NoClockIn15),
        Presence::NoContact => (8, EventKind::NoContact),
        _ => (1, EventKind::NoClockIn),
    }
}

fn tell_once(
    sql: &mut dyn Sql,
    by: &By<'_>,
    rules: &StaffingRules,
    held: &Assignment,
    detail: &Detail,
    presence: Presence,
) -> Result<(), StoreError> {
    let (mut watch, (bit, kind)) = (of(sql, by, held)?, rung(presence));
    if watch.told & bit != 0 || watch.no_show == NoShow::Denied {
        return Ok(());
    }
    watch.told |= bit;
    if presence == Presence::NoShow && watch.no_show == NoShow::No {
        watch.no_show = NoShow::Looks;
    }
    watches::put(sql, by.agency, &watch)?;
    let text = format!("{}: {}", named(detail), presence.sentence());
    let key = format!("{} {}", held.id, detail.starts.as_millis());
    let pool = if presence == Presence::NoShow { backups(sql, by, held)? } else { vec![] };
    told(sql, by, &Happened { pool, ..Happened::new(kind, key, detail, text).about(held.id, held.officer) })?;
    if presence == Presence::NoShow && rules.relieve_unconfirmed {
        relief::begin_once(sql, by, held)?;
    }
    Ok(())
}

/// Tells, once each, that an officer has not clocked out some time after the end.
fn still_in(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, detail: &Detail) -> Result<(), StoreError> {
    let mut rungs = CLOCK_OUT_AFTER.into_iter().zip([(32, EventKind::NoClockOut5), (64, EventKind::NoClockOut60)]);
    let Some((_, (bit, kind))) = rungs.rfind(|(wait, _)| by.now >= detail.ends + *wait) else {
        return Ok(());
    };
    if !first_time(sql, by, held, bit)? {
        return Ok(());
    }
    let text = format!("{} is over, and there is no clock-out.", named(detail));
    let key = format!("{} {}", held.id, detail.starts.as_millis());
    told(sql, by, &Happened::new(kind, key, detail, text).about(held.id, held.officer))
}

/// Remembers once that something was told of a shift. `false`: it was before.
fn first_time(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, bit: i64) -> Result<bool, StoreError> {
    let watch = of(sql, by, held)?;
    if watch.told & bit != 0 {
        return Ok(false);
    }
    watches::put(sql, by.agency, &Watch { told: watch.told | bit, ..watch })?;
    Ok(true)
}

/// Tells coordinator and customer that an officer who set out has not arrived.
fn running_late(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, detail: &Detail) -> Result<(), StoreError> {
    if !first_time(sql, by, held, 128)? {
        return Ok(());
    }
    let text = format!("{} has begun. The officer is on the way and has not clocked in.", named(detail));
    let key = format!("{} {}", held.id, detail.starts.as_millis());
    told(sql, by, &Happened::new(EventKind::RunningLate, key, detail, text).about(held.id, held.officer))
}

/// Tells officer and supervisor that somebody has been clocked in for longer than anybody should work.
fn on_too_long(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    detail: &Detail,
    seen: &Seen,
) -> Result<(), StoreError> {
    let Some(since) = seen.since.filter(|since| by.now - *since >= TOO_LONG) else { return Ok(()) };
    if !first_time(sql, by, held, 256)? {
        return Ok(());
    }
    let text = format!(
        "{}: clocked in since {}, which is {}.",
        named(detail),
        detail.zone.clock_text(since),
        (by.now - since).spoken()
    );
    let key = format!("{} {}", held.id, since.as_millis());
    told(sql, by, &Happened::new(EventKind::OnTooLong, key, detail, text).about(held.id, held.officer))
}

/// Who is next in the award's list.
fn backups(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment) -> Result<Vec<OfficerId>, StoreError> {
    let latest = postings::awards(sql, by.agency, held.detail)?.into_iter().next();
    Ok(latest.iter().flat_map(|record| record.award.backups_for(held.position)).take(1).collect())
}

/// A person says that an officer did not come. `excused`: nothing follows from it. Somebody else is looked for.
pub fn confirm(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: AssignmentId,
    excused: bool,
    reason: &str,
    entropy: &mut dyn Entropy,
) -> Result<(), Problem> {
    let reason = words::text("reason", reason)?;
    let held = filing::get::<Assignment>(sql, by.agency, id)?.record;
    let detail = filing::get::<Detail>(sql, by.agency, held.detail)?.record;
    let before = of(sql, by, &held)?;
    if let Some(why) = no_no_show(sql, by, &held, &detail, &before)? {
        return Err(Problem::conflict(why));
    }
    let what = ledger::about(sql, by, held.officer, EntryKind::NoShow, &detail, held.position, entropy)?;
    let entry = ledger::enter(sql, by, Happening { excused, note: reason.clone(), ..what })?;
    let after = Watch { no_show: NoShow::Confirmed, entry: Some(entry.what.id), ..before };
    watches::put(sql, by.agency, &after)?;
    let noted = json!({ "officer": held.officer, "excused": excused, "reason": reason, "charged": entry.charged });
    by.note(sql, "no_show.confirm", id, &noted)?;
    let event = consequences::event(NO_SHOW, detail.starts, &detail, excused);
    consequences::happened(sql, by, &held, &event)?;
    consequences::follow(sql, by, &entry, id)?;
    if held.state == AssignmentState::Active && by.now < detail.ends {
        relief::begin_once(sql, by, &held)?;
    }
    Ok(())
}

/// Why this is no no-show that could be confirmed.
fn no_no_show(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    detail: &Detail,
    watch: &Watch,
) -> Result<Option<&'static str>, StoreError> {
    if by.now < detail.starts {
        return Ok(Some("The detail has not begun."));
    }
    if watch.no_show == NoShow::Confirmed {
        return Ok(Some("This no-show was confirmed before."));
    }
    if held.state == AssignmentState::Released && watch.no_show == NoShow::No {
        return Ok(Some("The officer was released."));
    }
    Ok(clocked(sql, by.agency, held)?.proved.then_some("The officer clocked in."))
}

/// A person says that it is no no-show: nobody is told any further, and nobody looked for instead. One that was confirmed is taken
/// back so only where a clock-in has come to light since.
pub fn deny(sql: &mut dyn Sql, by: &By<'_>, id: AssignmentId, reason: &str) -> Result<(), Problem> {
    let reason = words::text("reason", reason)?;
    let held = filing::get::<Assignment>(sql, by.agency, id)?.record;
    let before = of(sql, by, &held)?;
    if is_put_before(&before) {
        return Ok(take_back(sql, by, &before, &reason)?);
    }
    if !matches!(before.no_show, NoShow::No | NoShow::Looks) {
        return Err(Problem::conflict("A person or a clock-in has settled this before."));
    }
    watches::put(sql, by.agency, &Watch { no_show: NoShow::Denied, ..before })?;
    by.note(sql, "no_show.deny", id, &json!({ "officer": held.officer, "reason": reason }))?;
    Ok(relief::stop_kept(sql, by, id, "The officer comes.")?)
}

/// Does it wait for a person to say whether a no-show that was confirmed stands, since a doubtful clock-in came to light?
fn is_put_before(watch: &Watch) -> bool {
    watch.no_show == NoShow::Confirmed && watch.told & PUT_BEFORE != 0
}

/// Has a doubtful clock-in been put before the coordinator, who confirmed that the officer did not come?
pub fn put_before_staff(sql: &mut dyn Sql, agency: AgencyId, id: AssignmentId) -> Result<bool, StoreError> {
    Ok(watches::find(sql, agency, id)?.is_some_and(|watch| is_put_before(&watch)))
}

/// Whoever had a place before and has it no more, where it is still to be said of them whether they were a no-show.
pub fn undecided(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    position: PositionId,
) -> Result<Vec<Watch>, StoreError> {
    let mut open = Vec::new();
    for id in assignments::of_detail(sql, agency, detail, AssignmentId::NIL, i64::MAX)? {
        let Some(watch) = watches::find(sql, agency, id)? else { continue };
        let found = records::get::<Assignment>(sql, agency, RecordKind::Assignment, id)?.map(|stored| stored.record);
        let had = found.filter(|held| held.position == position && held.state == AssignmentState::Released);
        if had.is_some() && (watch.no_show == NoShow::Looks || is_put_before(&watch)) {
            open.push(watch);
        }
    }
    Ok(open)
}

/// Is somebody waiting for such a fact: does it say that the officer is on the way, or there?
pub(crate) const fn is_waited_for(kind: FactKind) -> bool {
    matches!(kind, FactKind::EnRoute | FactKind::In)
}

/// A clock event that is waited for came from a phone, for that assignment.
pub(crate) fn punched(sql: &mut dyn Sql, by: &By<'_>, id: AssignmentId, kind: FactKind) -> Result<(), StoreError> {
    if kind == FactKind::In {
        return came(sql, by, id);
    }
    let Some((held, detail)) = standing(sql, by.agency, id)? else { return Ok(()) };
    if by.now >= detail.ends {
        return Ok(());
    }
    let text = format!("The officer is on the way: {}.", named(&detail));
    let key = format!("{id} {}", detail.starts.as_millis());
    told(sql, by, &Happened::new(EventKind::EnRoute, key, &detail, text).about(id, held.officer))
}

/// A clock-in came to light: if it was made about the time of the detail, whatever waited for somebody else ends. A no-show is
/// taken back where it shows that there was none; one that a person has confirmed is else put before the coordinator.
pub(super) fn came(sql: &mut dyn Sql, by: &By<'_>, id: AssignmentId) -> Result<(), StoreError> {
    let found = records::get::<Assignment>(sql, by.agency, RecordKind::Assignment, id)?;
    let Some(held) = found.map(|stored| stored.record) else { return Ok(()) };
    let clocked = clocked(sql, by.agency, &held)?;
    if let Some(watch) = watches::find(sql, by.agency, id)? {
        match watch.no_show {
            NoShow::Looks if clocked.came.is_some() => take_back(sql, by, &watch, CAME)?,
            NoShow::Confirmed if clocked.proved => take_back(sql, by, &watch, CAME)?,
            NoShow::Confirmed => put_before(sql, by, &watch, &held)?,
            _ => {}
        }
    }
    if clocked.came.is_none() {
        return Ok(());
    }
    watch_on(sql, by, &held)?;
    call_off::came(sql, by, id)?;
    trade::lapse(sql, by, id, "The officer who offered it works it.")?;
    relief::stop_kept(sql, by, id, "The officer came after all.")
}

/// Has whoever came watched until they clock out: a watch that took them for absent has ended.
fn watch_on(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment) -> Result<(), StoreError> {
    let over = details::find(sql, by.agency, held.detail)?.is_none_or(|detail| detail.ends + TOO_LONG <= by.now);
    if over || held.state != AssignmentState::Active {
        return Ok(());
    }
    jobs::set(sql, by.agency, &WATCH, &held.id.to_string(), by.now, by.now, &held.id)
}

/// Why a clock-in takes a no-show back.
const CAME: &str = "A clock-in came: it was no no-show.";

/// The bit under which it is remembered that a clock-in was put before the coordinator.
const PUT_BEFORE: i64 = 16;

/// Once: the coordinator says whether a clock-in that shows little takes the no-show back.
fn put_before(sql: &mut dyn Sql, by: &By<'_>, watch: &Watch, held: &Assignment) -> Result<(), StoreError> {
    if watch.told & PUT_BEFORE != 0 {
        return Ok(());
    }
    watches::put(sql, by.agency, &Watch { told: watch.told | PUT_BEFORE, ..*watch })?;
    let Some(detail) = details::find(sql, by.agency, held.detail)? else { return Ok(()) };
    let text = "A clock-in came to light after the no-show was confirmed. Its time or place does not show that the officer was \
                there: the coordinator decides whether the no-show stands.";
    let key = format!("{} {}", held.id, detail.starts.as_millis());
    let happened = Happened::new(EventKind::SyncConflict, key, &detail, text.to_owned());
    told(sql, by, &happened.about(held.id, held.officer))
}

/// The id of the entry that takes another back: there is one.
fn after(entry: RecordId) -> RecordId {
    let mut bytes = b"detailbook-taken-back-v1".to_vec();
    bytes.extend_from_slice(entry.as_bytes());
    RecordId::from_bytes(Sha256::of(&bytes).as_id())
}

/// The ledger is never rewritten: another entry brings the job to what it stands at without the no-show, with what was ruled meanwhile,
/// and no penalty follows from it.
fn take_back(sql: &mut dyn Sql, by: &By<'_>, watch: &Watch, why: &str) -> Result<(), StoreError> {
    let id = watch.assignment;
    let no_show = if watch.entry.is_some() { NoShow::TakenBack } else { NoShow::No };
    watches::put(sql, by.agency, &Watch { no_show, ..*watch })?;
    personnel::took_back(sql, by, watch.officer, id.into(), NO_SHOW)?;
    let entries = store::ledger::of_officer(sql, by.agency, watch.officer, by.now)?;
    let entry = entries.iter().find(|entry| Some(entry.what.id) == watch.entry).cloned();
    tell_back(sql, by, watch, &lost(&entries, entry.as_ref()), why)?;
    let adjusts = entry.map_or(Ok(0), |entry| without(sql, by, id, &entry, why))?;
    let noted = json!({ "officer": watch.officer, "entry": watch.entry, "adjusts": adjusts, "reason": why });
    by.note(sql, "no_show.take_back", id, &noted)
}

/// Brings the job of a no-show that was none to what it stands at, and gives what was charged by it. The rules are asked anew of what
/// was ruled.
fn without(sql: &mut dyn Sql, by: &By<'_>, id: AssignmentId, no_show: &Entry, why: &str) -> Result<i64, StoreError> {
    let Some((held, detail)) = details::held(sql, by.agency, id)? else { return Ok(0) };
    let ruled =
        store::rulings::in_force(sql, by.agency, id)?.map(|id| rulings::read(sql, by.agency, id)).transpose()?;
    let said = match ruled.flatten() {
        Some(ruling) => {
            let about = About { officer: held.officer, detail: detail.id, position: Some(held.position) };
            policy::judge_ruling(sql, by, about, &ruling.record.accepted)?
        }
        None => Judged::default(),
    };
    let cause = Cause { entry: after(no_show.what.id), note: why.to_owned() };
    settled::settle(sql, by, &held, &detail, &said, cause)
}

/// The shifts that the penalty for a no-show took away: given up at the moment of its entry.
fn lost(entries: &[Entry], no_show: Option<&Entry>) -> Vec<Interval> {
    let Some(no_show) = no_show else { return vec![] };
    let taken = |entry: &&Entry| entry.what.kind == EntryKind::GivenUp && entry.what.at == no_show.what.at;
    entries.iter().filter(taken).filter_map(|entry| entry.what.shift).collect()
}

/// Tells those who were told of it that it was none, and officer and coordinator what stays taken away.
fn tell_back(sql: &mut dyn Sql, by: &By<'_>, watch: &Watch, lost: &[Interval], why: &str) -> Result<(), StoreError> {
    let Some((held, detail)) = details::held(sql, by.agency, watch.assignment)? else { return Ok(()) };
    let widely = watch.told & rung(Presence::NoShow).0 != 0;
    let kind = if widely { EventKind::NoClockIn15 } else { EventKind::SyncConflict };
    let text = format!("Taken back: {}. {why}", named(&detail));
    let mut text_for = vec![];
    if !lost.is_empty() {
        let starts: Vec<_> = lost.iter().map(|shift| detail.zone.clock_text(shift.start)).collect();
        let stays = format!("{text} The penalty took away what began at {}: that stays so.", starts.join(", "));
        text_for.extend([(Role::Officer, stays.clone()), (Role::Coordinator, stays)]);
    }
    let pool = if widely { backups(sql, by, &held)? } else { vec![] };
    let key = format!("{} {} back", held.id, detail.starts.as_millis());
    let happened = Happened { pool, text_for, ..Happened::new(kind, key, &detail, text) };
    told(sql, by, &Happened { title: Some("No no-show"), ..happened }.about(held.id, held.officer))
}

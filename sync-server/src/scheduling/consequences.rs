//! What follows from what officers do, by the contract and by the rules: details taken away, and charges. Here it is carried out.

use detailbook_core::award::{Entry, EntryKind, Happening, restrictions};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AssignmentId, OfficerId, RecordId};
use detailbook_core::notices::{EventKind, Role};
use detailbook_core::policy::{Event, Finding, Known};
use detailbook_core::records::{Assignment, Detail, Interval};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;

use super::details::{self, scheduled};
use super::told::{Happened, named, staff_name, told};
use super::{ledger, release, relief, watch};
use crate::audit::By;
use crate::personnel;
use crate::policy::{Judged, effects};
use crate::store::{self, Sql, StoreError, assignments};

/// Releases an officer from the details that an entry of the ledger takes away, and has somebody else looked for on each.
pub(super) fn follow(
    sql: &mut dyn Sql,
    by: &By<'_>,
    entry: &Entry,
    cause: AssignmentId,
    entropy: &mut dyn Entropy,
) -> Result<(), StoreError> {
    let Some(officer) = entry.what.officer else { return Ok(()) };
    let contract = ledger::contract(sql, by.agency, by.now)?;
    let entries = store::ledger::of_officer(sql, by.agency, officer, by.now)?;
    let found = restrictions(&entries, &contract, ledger::zone(sql, by.agency)?, by.now);
    for taken in found.into_iter().filter(|one| one.releases && one.entry == entry.what.id) {
        let time = Interval { start: taken.from, end: taken.until };
        for id in assignments::all_overlapping(sql, by.agency, officer, time)? {
            let Some((held, detail)) = watch::standing(sql, by.agency, id)?.filter(|_| id != cause) else { continue };
            if detail.starts > by.now {
                take(sql, by, &held, &detail, &taken.why, entropy)?;
            }
        }
    }
    Ok(())
}

/// Something that happened to an officer on a detail, as the rules count it.
pub(super) fn event(kind: &str, at: UnixMillis, detail: &Detail, excused: bool) -> Event {
    Event {
        kind: kind.to_owned(),
        at,
        about: Some(scheduled(detail)),
        detail: Some(detail.id),
        class: detail.job_type.clone(),
        excused,
        known: Known::default(),
    }
}

/// Gives the rules what happened to an officer, and takes back what they take back for it.
pub(super) fn happened(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    event: &Event,
    entropy: &mut dyn Entropy,
) -> Result<(), StoreError> {
    personnel::happened(sql, by, held.officer, held.id.into(), event)?;
    if event.excused { Ok(()) } else { by_the_rules(sql, by, held.officer, held.id, entropy) }
}

/// Releases an officer from what lies ahead and the rules take back, and has somebody else looked for on each.
pub(crate) fn by_the_rules(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    cause: AssignmentId,
    entropy: &mut dyn Entropy,
) -> Result<(), StoreError> {
    let ahead = Interval { start: by.now, end: UnixMillis::MAX };
    for id in assignments::all_overlapping(sql, by.agency, officer, ahead)? {
        let Some((held, detail)) = watch::standing(sql, by.agency, id)?.filter(|_| id != cause) else { continue };
        if detail.starts <= by.now {
            continue;
        }
        if let Some(why) = effects::taken_back(sql, by, officer, &detail)? {
            take(sql, by, &held, &detail, &why, entropy)?;
        }
    }
    Ok(())
}

/// Has the ledger charge a job at what the rules say, and at nothing more where they said so before and no longer do.
pub(crate) fn charge(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    detail: &Detail,
    judged: &Judged,
    entropy: &mut dyn Entropy,
) -> Result<(), StoreError> {
    let entries = store::ledger::of_officer(sql, by.agency, held.officer, by.now)?;
    let job = entries.iter().filter(|entry| entry.what.position == Some(held.position));
    let job = job.filter(|entry| entry.what.shift == Some(scheduled(detail)));
    let (ids, stands): (Vec<RecordId>, Vec<i64>) = job.map(|entry| (entry.what.id, entry.charged)).unzip();
    let by_rules = |turn: u32| ids.iter().position(|id| *id == charge_id(held.id, turn));
    let made: Vec<usize> = (0..).map_while(by_rules).collect();
    let (adjusts, note) = match effects::charged(judged) {
        Some((minutes, why)) => (minutes.saturating_sub(stands.iter().sum()), why),
        None => (made.iter().map(|at| -stands[*at]).sum(), "The rules charge nothing for it any more.".to_owned()),
    };
    if adjusts == 0 {
        return Ok(());
    }
    let what = ledger::about(sql, by, held.officer, EntryKind::Adjustment, detail, held.position, entropy)?;
    let id = charge_id(held.id, made.len().try_into().unwrap_or(u32::MAX));
    ledger::enter(sql, by, Happening { id, adjusts, note, ..what }).map(drop)
}

/// The id of what the rules charge for an assignment, the first time, the second and so on.
fn charge_id(assignment: AssignmentId, turn: u32) -> RecordId {
    let mut bytes = b"detailbook-charged-by-rules-v1".to_vec();
    bytes.extend_from_slice(assignment.as_bytes());
    bytes.extend_from_slice(&turn.to_be_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&Sha256::of(&bytes).0[..16]);
    RecordId::from_bytes(id)
}

/// Tells officer and coordinator that rules stand against what was worked; the hours count until a person rules.
pub(crate) fn tell_conflict(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    judged: &Judged,
) -> Result<(), StoreError> {
    let against: Vec<_> = [judged.blocked(), judged.to_approve()].into_iter().flatten().collect();
    let detail = details::find(sql, by.agency, held.detail)?;
    let Some(detail) = detail.filter(|_| !against.is_empty()) else { return Ok(()) };
    let stands = judged.findings.iter().filter(|finding| finding.stands_in_the_way());
    let rules: Vec<_> = stands.map(Finding::citation).collect();
    let text = format!("Rules stand against what was worked on {}: {}", named(&detail), against.join(" "));
    // Once for each of the rules, however many facts come.
    let key = format!("{} {}", held.id, rules.join(" "));
    told(sql, by, &Happened::new(EventKind::SyncConflict, key, &detail, text).about(held.id, held.officer))
}

fn take(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    detail: &Detail,
    why: &str,
    entropy: &mut dyn Entropy,
) -> Result<(), StoreError> {
    relief::begin(sql, by, held, false)?;
    let said = format!("You were released: {why}");
    release::free(sql, by, held, why, &said)?;
    let what = ledger::about(sql, by, held.officer, EntryKind::GivenUp, detail, held.position, entropy)?;
    ledger::enter(sql, by, what)?;
    let text = format!("{} was released: {}. {why}", staff_name(sql, by.agency, held.officer)?, named(detail));
    let customer = format!("An officer will not come: {}. Somebody else is looked for.", named(detail));
    let text_for = vec![(Role::Officer, said), (Role::Customer, customer)];
    let happened = Happened::new(EventKind::CalledOff, relief::key(held.id, by.now), detail, text);
    told(sql, by, &Happened { text_for, ..happened }.about(held.id, held.officer))
}

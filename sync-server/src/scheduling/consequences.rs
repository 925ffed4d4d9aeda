//! What follows from what officers do, by the contract and by the rules: details taken away. Here it is carried out.

use detailbook_core::award::{Entry, restrictions};
use detailbook_core::ids::{AssignmentId, OfficerId};
use detailbook_core::notices::EventKind;
use detailbook_core::policy::{Event, Finding, Known};
use detailbook_core::records::{Assignment, Detail, Interval};
use detailbook_core::time::UnixMillis;

use super::details;
use super::release::Taken;
use super::told::{Happened, named, told};
use super::{ledger, watch};
use crate::audit::By;
use crate::personnel;
use crate::policy::{self, Judged, effects};
use crate::store::{self, Sql, StoreError, assignments, postings};

/// Releases an officer from the details that an entry of the ledger takes away, and has somebody else looked for on each.
pub(super) fn follow(sql: &mut dyn Sql, by: &By<'_>, entry: &Entry, cause: AssignmentId) -> Result<(), StoreError> {
    let Some(officer) = entry.what.officer else { return Ok(()) };
    let contract = ledger::contract(sql, by.agency, by.now)?;
    let entries = store::ledger::of_officer(sql, by.agency, officer, by.now)?;
    let found = restrictions(&entries, &contract, ledger::zone(sql, by.agency)?, by.now);
    for taken in found.into_iter().filter(|one| one.releases && one.entry == entry.what.id) {
        let time = Interval { start: taken.from, end: taken.until };
        for id in assignments::all_overlapping(sql, by.agency, officer, time)? {
            let Some((held, detail)) = watch::standing(sql, by.agency, id)?.filter(|_| id != cause) else { continue };
            if detail.starts > by.now {
                take(sql, by, &held, &detail, &taken.why)?;
            }
        }
    }
    Ok(())
}

/// Something that happened to an officer on a detail, as the rules count it.
pub(super) fn event(kind: &str, at: UnixMillis, detail: &Detail, excused: bool) -> Event {
    // When it is known is for whoever enters it to say.
    Event { excused, known: Known::default(), ..policy::event(kind, at, detail) }
}

/// Gives the rules what happened to an officer, and takes back what they take back for it.
pub(super) fn happened(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, event: &Event) -> Result<(), StoreError> {
    personnel::happened(sql, by, held.officer, held.id.into(), event)?;
    if event.excused { Ok(()) } else { by_the_rules(sql, by, held.officer, held.id) }
}

/// Releases an officer from what lies ahead and the rules take back, and has somebody else looked for on each.
pub(crate) fn by_the_rules(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    cause: AssignmentId,
) -> Result<(), StoreError> {
    let ahead = Interval { start: by.now, end: UnixMillis::MAX };
    for id in assignments::all_overlapping(sql, by.agency, officer, ahead)? {
        let Some((held, detail)) = watch::standing(sql, by.agency, id)?.filter(|_| id != cause) else { continue };
        if detail.starts <= by.now {
            continue;
        }
        if let Some(why) = effects::taken_back(sql, by, officer, &detail)? {
            take(sql, by, &held, &detail, &why)?;
        }
    }
    Ok(())
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

/// Takes a place away by the contract or a rule.
fn take(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, detail: &Detail, why: &str) -> Result<(), StoreError> {
    let said = format!("You were released: {why}");
    // Nobody waits to apply for a detail that was never posted: who comes instead is found by looking.
    let looks = postings::find(sql, by.agency, detail.id)?.is_none().then_some(true);
    Taken { kind: EventKind::CalledOff, held, detail, said: &said, reason: why }.away(sql, by, looks)
}

//! What calling off late or not coming takes away: other details of a time in which the officer works none.

use detailbook_core::award::{Entry, EntryKind, restrictions};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::AssignmentId;
use detailbook_core::notices::{EventKind, Role};
use detailbook_core::records::{Assignment, Detail, Interval};

use super::told::{Happened, named, staff_name, told};
use super::{ledger, release, relief, watch};
use crate::audit::By;
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

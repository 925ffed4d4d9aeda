//! What was worked of a job, by the rulings on it, in the opportunity ledger.

use detailbook_core::award::{EntryKind, Happening};
use detailbook_core::ids::{AgencyId, AssignmentId};
use detailbook_core::records::{Assignment, Detail};

use super::ledger::{self, as_before};
use crate::audit::By;
use crate::rulings;
use crate::store::watches::{self, NoShow};
use crate::store::{self, Sql, StoreError, assignments, records};

/// Brings the ledger in line with the rulings on a job. The first enters it as worked; a newer one sets that right by what is missing, so
/// that a job counts as worked once. Where a no-show stands, so does what it charged.
pub(crate) fn worked(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, detail: &Detail) -> Result<(), StoreError> {
    let no_show = watches::find(sql, by.agency, held.id)?.is_some_and(|watch| watch.no_show == NoShow::Confirmed);
    let Some(ruling) = store::rulings::in_force(sql, by.agency, held.id)?.filter(|_| !no_show) else { return Ok(()) };
    let id = ledger::following("worked", ruling.into());
    if ledger::is_entered(sql, by.agency, id)? {
        return Ok(());
    }
    let what = Happening::new(id, held.officer, by.now, EntryKind::Worked);
    let what = ledger::happening(sql, by, what, detail, held.position)?;
    let what = Happening { minutes: minutes(sql, by.agency, held)?, ..what };
    let before = store::ledger::of_officer(sql, by.agency, held.officer, by.now)?;
    let same = |kind, of: &Happening| of.kind == kind && of.position == what.position && of.officer == what.officer;
    if before.iter().any(|entry| same(EntryKind::Worked, &entry.what)) {
        return set_right(sql, by, as_before(what, &before), &before);
    }
    if what.minutes > 0 {
        ledger::enter(sql, by, what)?;
    }
    Ok(())
}

fn set_right(
    sql: &mut dyn Sql,
    by: &By<'_>,
    what: Happening,
    before: &[detailbook_core::award::Entry],
) -> Result<(), StoreError> {
    let (contract, zone) = (ledger::contract(sql, by.agency, by.now)?, ledger::zone(sql, by.agency)?);
    let what = contract.set_right(what, before, zone);
    if what.adjusts != 0 {
        ledger::enter(sql, by, Happening { note: "Ruled anew.".to_owned(), ..what })?;
    }
    Ok(())
}

/// Minutes that the rulings in force accept of a job, by whichever of the officer's assignments to it; half a minute counts as one.
fn minutes(sql: &mut dyn Sql, agency: AgencyId, held: &Assignment) -> Result<u32, StoreError> {
    let mut accepted = 0;
    for id in assignments::of_detail(sql, agency, held.detail, AssignmentId::NIL, i64::MAX)? {
        let found = records::get::<Assignment>(sql, agency, detailbook_core::records::RecordKind::Assignment, id)?;
        let same = found.filter(|it| it.record.officer == held.officer && it.record.position == held.position);
        let Some(ruling) = same.map(|_| store::rulings::in_force(sql, agency, id)).transpose()?.flatten() else {
            continue;
        };
        let ruling = rulings::read(sql, agency, ruling)?;
        accepted += ruling.iter().flat_map(|it| &it.record.accepted).map(|time| time.length().0).sum::<i64>();
    }
    Ok(u32::try_from((accepted + 30_000) / 60_000).unwrap_or(u32::MAX))
}

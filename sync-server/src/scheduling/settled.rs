//! What a job stands at in the opportunity ledger once a person has said something of it: by the contract, then by the rules. Nothing
//! else sets a job right.

use std::collections::BTreeMap;

use detailbook_core::award::{Contract, Entry, EntryKind, Happening, Job};
use detailbook_core::ids::{AgencyId, AssignmentId, RecordId, RulingId};
use detailbook_core::records::{Assignment, Detail, RecordKind};

use super::ledger::{self, as_before};
use crate::audit::By;
use crate::policy::{Judged, effects};
use crate::rulings;
use crate::store::watches;
use crate::store::{self, Sql, StoreError, assignments, records};

/// Why a job is set right.
pub(crate) struct Cause {
    /// The id of the entry that sets it right.
    pub(crate) entry: RecordId,
    /// What the entry says where the rules say nothing.
    pub(crate) note: String,
}

impl Cause {
    /// A ruling, which sets a job right once.
    pub(crate) fn ruling(ruling: RulingId) -> Self {
        Self { entry: ledger::following("set right", ruling.into()), note: "Ruled anew.".to_owned() }
    }
}

/// Brings a job to what it stands at by all that is known of it now, by one entry: what the rules charge it at, else what was worked of
/// it, else what the contract alone says. The first ruling enters it as worked, so that it counts as worked once. While a no-show
/// stands, nothing was worked. Gives what was charged by it.
pub(crate) fn settle(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    detail: &Detail,
    said: &Judged,
    cause: Cause,
) -> Result<i64, StoreError> {
    let (contract, zone) = (ledger::contract(sql, by.agency, by.now)?, ledger::zone(sql, by.agency)?);
    let before = store::ledger::of_officer(sql, by.agency, held.officer, by.now)?;
    let what = Happening::new(cause.entry, held.officer, by.now, EntryKind::Adjustment);
    let what = as_before(ledger::happening(sql, by, what, detail, held.position)?, &before);
    let job = Job::of(&what, &before, &contract, zone);
    let worked = ruled(sql, by.agency, held)?.map(|(ruling, minutes)| Happening {
        id: ledger::following("worked", ruling.into()),
        kind: EntryKind::Worked,
        minutes,
        ..what.clone()
    });
    let charged = match &worked {
        Some(worked) if !job.was_worked() => ledger::enter(sql, by, worked.clone())?.charged,
        _ => 0,
    };
    let by_work = worked.and_then(|worked| contract.sets(&worked, job.entries()));
    let (stands, note) = match (effects::charged(said), by_work) {
        (Some(by_rules), _) => by_rules,
        (None, Some(by_work)) => (by_work, cause.note),
        (None, None) => (by_contract(sql, by, held, &job)?, cause.note),
    };
    let adjusts = job.missing_to(stands, charged);
    if adjusts != 0 {
        ledger::enter(sql, by, Happening { adjusts, note, ..what })?;
    }
    Ok(charged + adjusts)
}

/// What a job stands at by the contract alone, each entry by the contract of its time: without a no-show that was taken back, and
/// without what was taken away while one stands.
fn by_contract(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, job: &Job<'_>) -> Result<i64, StoreError> {
    let mut gone = watches::taken_back(sql, by.agency, held.officer)?;
    if watches::no_show_stands(sql, by.agency, held.id)? {
        gone.push(ledger::taken_away_id(held.id));
    }
    let mut contracts: BTreeMap<RecordId, Contract> = BTreeMap::new();
    for entry in job.entries().iter().filter(|entry| !gone.contains(&entry.what.id)) {
        contracts.insert(entry.what.id, ledger::contract(sql, by.agency, entry.what.at)?);
    }
    Ok(job.by_contract(|entry: &Entry| contracts.get(&entry.what.id)))
}

/// The ruling in force, and the minutes that the rulings in force accept of a job, by whichever of the officer's assignments to it; half
/// a minute counts as one. `None` where they accept nothing, and while a no-show stands.
fn ruled(sql: &mut dyn Sql, agency: AgencyId, held: &Assignment) -> Result<Option<(RulingId, u32)>, StoreError> {
    let stands = watches::no_show_stands(sql, agency, held.id)?;
    let Some(in_force) = store::rulings::in_force(sql, agency, held.id)?.filter(|_| !stands) else { return Ok(None) };
    let mut accepted = 0;
    for id in assignments::of_detail(sql, agency, held.detail, AssignmentId::NIL, i64::MAX)? {
        let found = records::get::<Assignment>(sql, agency, RecordKind::Assignment, id)?;
        let same = found.filter(|it| it.record.officer == held.officer && it.record.position == held.position);
        let Some(ruling) = same.map(|_| store::rulings::in_force(sql, agency, id)).transpose()?.flatten() else {
            continue;
        };
        let ruling = rulings::read(sql, agency, ruling)?;
        accepted += ruling.iter().flat_map(|it| &it.record.accepted).map(|time| time.length().0).sum::<i64>();
    }
    let minutes = u32::try_from((accepted + 30_000) / 60_000).unwrap_or(u32::MAX);
    Ok((minutes > 0).then_some((in_force, minutes)))
}

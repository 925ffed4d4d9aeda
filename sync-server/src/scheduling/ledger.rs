//! Entering what happened to an officer's chance of a job into the opportunity ledger, charged as the contract says.

use detailbook_core::award::{
    ChargeRule, Conduct, Contract, Entry, EntryKind, Happening, Restriction, Sets, When,
    restrictions as restrictions_of,
};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, OfficerId, PositionId, RecordId};
use detailbook_core::records::{Agency, Assignment, Detail, RecordKind};
use detailbook_core::shift::Sha256;
use detailbook_core::time::{UnixMillis, Zone};

use super::details::scheduled;
use crate::audit::By;
use crate::store::audience::Audience;
use crate::store::{Sql, StoreError, ledger, records};

/// What is charged where the agency has entered no contract: awarded jobs at their length, nothing for what was called off with
/// leave or given up to another, double for a no-show.
pub fn usual_contract() -> Contract {
    let rule = |id: &str, on, sets| ChargeRule { id: id.to_owned(), on, when: When::default(), sets };
    Contract {
        name: "usual charges".to_owned(),
        version: 1,
        charges: vec![
            rule("awarded", EntryKind::Awarded, Sets::Percent(100)),
            rule("ordered-in", EntryKind::OrderedIn, Sets::Percent(100)),
            rule("worked", EntryKind::Worked, Sets::Percent(100)),
            rule("called-off", EntryKind::CalledOff, Sets::Nothing),
            rule("given-up", EntryKind::GivenUp, Sets::Nothing),
            rule("no-show", EntryKind::NoShow, Sets::Percent(200)),
        ],
        points: vec![],
        resets: vec![],
        conduct: Conduct::default(),
    }
}

/// The contract in force at a moment.
pub fn contract(sql: &mut dyn Sql, agency: AgencyId, at: UnixMillis) -> Result<Contract, StoreError> {
    Ok(ledger::contract(sql, agency, at)?.unwrap_or_else(usual_contract))
}

/// The zone that the agency's days are counted in.
pub fn zone(sql: &mut dyn Sql, agency: AgencyId) -> Result<Zone, StoreError> {
    let settings = records::get::<Agency>(sql, agency, RecordKind::Agency, agency)?;
    settings.map(|it| it.record.zone).ok_or(StoreError::Misused("an agency without settings"))
}

/// What keeps an officer from details now or later, by the contract.
pub fn restrictions(sql: &mut dyn Sql, by: &By<'_>, officer: OfficerId) -> Result<Vec<Restriction>, StoreError> {
    let entries = ledger::of_officer(sql, by.agency, officer, by.now)?;
    let (contract, zone) = (contract(sql, by.agency, by.now)?, zone(sql, by.agency)?);
    Ok(restrictions_of(&entries, &contract, zone, by.now))
}

/// Something that happens now to an officer about a position of a detail, with nothing special about it.
pub fn about(
    by: &By<'_>,
    officer: OfficerId,
    kind: EntryKind,
    detail: &Detail,
    position: PositionId,
    entropy: &mut dyn Entropy,
) -> Happening {
    happening(by, RecordId::new(by.now, entropy), officer, kind, detail, position)
}

fn happening(
    by: &By<'_>,
    id: RecordId,
    officer: OfficerId,
    kind: EntryKind,
    detail: &Detail,
    position: PositionId,
) -> Happening {
    let shift = scheduled(detail);
    let minutes = u32::try_from(shift.length().0 / 60_000).unwrap_or(u32::MAX);
    let what = Happening::new(id, officer, by.now, kind);
    Happening { position: Some(position), shift: Some(shift), minutes, ..what }
}

/// Enters, once, that the agency took a job away from who had it: nothing is held against them.
pub(super) fn taken_away(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    detail: &Detail,
    why: &str,
) -> Result<(), StoreError> {
    let id = following("taken away", held.id.into());
    let what = happening(by, id, held.officer, EntryKind::GivenUp, detail, held.position);
    enter(sql, by, Happening { excused: true, note: why.to_owned(), ..what }).map(drop)
}

/// The id of the entry that follows from a cause: a cause enters a thing once.
pub(super) fn following(thing: &str, cause: RecordId) -> RecordId {
    let mut bytes = format!("detailbook-ledger-v1 {thing} ").into_bytes();
    bytes.extend_from_slice(cause.as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&Sha256::of(&bytes).0[..16]);
    RecordId::from_bytes(id)
}

/// Enters it, and shows the officer the entry.
pub fn enter(sql: &mut dyn Sql, by: &By<'_>, what: Happening) -> Result<Entry, StoreError> {
    let officer = what.officer.unwrap_or(OfficerId::NIL);
    let before = ledger::of_officer(sql, by.agency, officer, what.at)?;
    let zone = zone(sql, by.agency)?;
    let entry = contract(sql, by.agency, what.at)?.enter(what, &before, zone);
    ledger::add(sql, by.agency, &entry)?;
    let audience = entry.what.officer.map_or(Audience::Agency, Audience::Officer);
    records::put(sql, by.agency, by.now, RecordKind::LedgerEntry, entry.what.id, &entry, &[audience])?;
    Ok(entry)
}

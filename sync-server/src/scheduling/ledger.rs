//! Entering what happened to an officer's chance of a job into the opportunity ledger, charged as the contract says.

use std::collections::BTreeMap;

use detailbook_core::award::{
    ChargeRule, Conduct, Contract, Criterion, Entry, EntryKind, Happening, Method, Restriction, Sets, When,
    restrictions as restrictions_of,
};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, AssignmentId, OfficerId, PositionId, RecordId};
use detailbook_core::records::{Agency, Assignment, Detail, RecordKind};
use detailbook_core::shift::Sha256;
use detailbook_core::time::{UnixMillis, Zone};

use super::details::scheduled;
use crate::audit::By;
use crate::policy::detail_facts;
use crate::store::audience::Audience;
use crate::store::{Sql, StoreError, charges, ledger, postings, records, watches};

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
        emergency_under: None,
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

/// Minutes that each officer is charged at a moment, over all lists, by the contract in force then. Who was never charged is left out.
pub fn charged(sql: &mut dyn Sql, agency: AgencyId, at: UnixMillis) -> Result<BTreeMap<OfficerId, i64>, StoreError> {
    let (contract, zone) = (contract(sql, agency, at)?, zone(sql, agency)?);
    let began =
        contract.resets.iter().filter_map(|rule| Some((rule.list.clone(), contract.last_reset(&rule.list, zone, at)?)));
    charges::sums(sql, agency, &began.collect::<Vec<_>>(), at)
}

/// What keeps an officer from details now or later, by the contract.
pub fn restrictions(sql: &mut dyn Sql, by: &By<'_>, officer: OfficerId) -> Result<Vec<Restriction>, StoreError> {
    let entries = ledger::of_officer(sql, by.agency, officer, by.now)?;
    let (contract, zone) = (contract(sql, by.agency, by.now)?, zone(sql, by.agency)?);
    Ok(restrictions_of(&entries, &contract, zone, by.now))
}

/// Something that happens now to an officer about a position of a detail. It counts on the list that the detail's award compares, and
/// is an emergency where the detail came up as one.
pub fn about(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    kind: EntryKind,
    detail: &Detail,
    position: PositionId,
    entropy: &mut dyn Entropy,
) -> Result<Happening, StoreError> {
    happening(sql, by, Happening::new(RecordId::new(by.now, entropy), officer, by.now, kind), detail, position)
}

/// The same of what happened.
pub fn happening(
    sql: &mut dyn Sql,
    by: &By<'_>,
    what: Happening,
    detail: &Detail,
    position: PositionId,
) -> Result<Happening, StoreError> {
    let shift = scheduled(detail);
    let posted = postings::find(sql, by.agency, detail.id)?;
    let asked = detail_facts::at(sql, by.agency, detail.id, by.now)?.requested_at;
    let came_up = asked.or(posted.as_ref().map(|posted| posted.posting.window.opens));
    Ok(Happening {
        list: posted.map(|posted| list_of(&posted.posting.method)).unwrap_or_default(),
        position: Some(position),
        shift: Some(shift),
        minutes: u32::try_from(shift.length().0 / 60_000).unwrap_or(u32::MAX),
        emergency: match came_up {
            Some(came_up) => contract(sql, by.agency, by.now)?.is_emergency(came_up, detail.starts),
            None => false,
        },
        ..what
    })
}

/// The list that a method compares first: what is awarded by a list is charged on it.
fn list_of(method: &Method) -> String {
    let list = |criterion: &Criterion| match criterion {
        Criterion::Charged { list } | Criterion::Jobs { list } => Some(list.clone()),
        _ => None,
    };
    method.criteria.iter().find_map(list).unwrap_or_default()
}

/// Enters, once, that the agency took a job away from who had it: nothing is held against them. While a no-show stands, so does what
/// it charged.
pub(super) fn taken_away(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    detail: &Detail,
    why: &str,
) -> Result<(), StoreError> {
    let what = Happening::new(taken_away_id(held.id), held.officer, by.now, EntryKind::GivenUp);
    let what = happening(sql, by, what, detail, held.position)?;
    let what = Happening { excused: true, note: why.to_owned(), ..what };
    if !watches::no_show_stands(sql, by.agency, held.id)? {
        return enter(sql, by, what).map(drop);
    }
    let before = ledger::of_officer(sql, by.agency, held.officer, by.now)?;
    let entry = contract(sql, by.agency, by.now)?.enter_beside(as_before(what, &before), "a no-show stands");
    keep(sql, by, &entry)
}

/// The id of the entry that a job was taken away.
pub(super) fn taken_away_id(assignment: AssignmentId) -> RecordId {
    following("taken away", assignment.into())
}

/// The id of the entry that follows from a cause: a cause enters a thing once. Of one moment it comes after what was entered then, whose
/// ids begin with the time.
pub(super) fn following(thing: &str, cause: RecordId) -> RecordId {
    let mut bytes = format!("detailbook-ledger-v1 {thing} ").into_bytes();
    bytes.extend_from_slice(cause.as_bytes());
    let mut id = Sha256::of(&bytes).as_id();
    id[0] = 0xff;
    RecordId::from_bytes(id)
}

/// Was that entered?
pub(crate) fn is_entered(sql: &mut dyn Sql, agency: AgencyId, entry: RecordId) -> Result<bool, StoreError> {
    records::exists(sql, agency, RecordKind::LedgerEntry, entry)
}

/// Enters it, and shows the officer the entry.
pub fn enter(sql: &mut dyn Sql, by: &By<'_>, what: Happening) -> Result<Entry, StoreError> {
    let officer = what.officer.unwrap_or(OfficerId::NIL);
    let before = ledger::of_officer(sql, by.agency, officer, what.at)?;
    let zone = zone(sql, by.agency)?;
    let entry = contract(sql, by.agency, what.at)?.enter(as_before(what, &before), &before, zone);
    keep(sql, by, &entry)?;
    Ok(entry)
}

fn keep(sql: &mut dyn Sql, by: &By<'_>, entry: &Entry) -> Result<(), StoreError> {
    ledger::add(sql, by.agency, entry)?;
    let audience = entry.what.officer.map_or(Audience::Agency, Audience::Officer);
    records::put(sql, by.agency, by.now, RecordKind::LedgerEntry, entry.what.id, entry, &[audience])?;
    Ok(())
}

/// A job stays on the list that it was first entered on, and stays the emergency that it came up as, however it is posted again.
pub(super) fn as_before(what: Happening, before: &[Entry]) -> Happening {
    let same = |entry: &&Entry| what.position.is_some() && entry.what.position == what.position;
    match before.iter().rev().filter(|entry| entry.what.officer == what.officer).find(same) {
        Some(entry) => {
            Happening { list: entry.what.list.clone(), emergency: what.emergency || entry.what.emergency, ..what }
        }
        None => what,
    }
}

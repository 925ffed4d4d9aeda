//! What a page of many details is about to ask of each, read for all of them at once.

use detailbook_core::ids::{AgencyId, AssignmentId, DetailId};
use detailbook_core::records::{Assignment, RecordKind};

use super::clocked::CLOCK_EVENTS;
use super::details;
use crate::store::{
    Ahead, One, StoreError, assignments, devices, facts, params, postings, records, reliefs, rulings, watches,
};

/// What [`super::stage::of`] asks of each detail.
pub fn stages(ahead: &mut Ahead<'_>, agency: AgencyId, ids: &[DetailId]) -> Result<(), StoreError> {
    ahead.read(postings::FIND, &params![agency], ids.iter().copied())?;
    let held = work(ahead, agency, ids, assignments::OF_DETAIL)?;
    ahead.read(rulings::IN_FORCE, &params![agency], held.iter().map(|held| held.id))
}

/// What [`super::board`] asks of each place.
pub(super) fn places(ahead: &mut Ahead<'_>, agency: AgencyId, ids: &[DetailId]) -> Result<(), StoreError> {
    let held = work(ahead, agency, ids, assignments::ACTIVE)?;
    records::ahead(ahead, agency, RecordKind::Officer, held.iter().map(|held| held.officer))?;
    records::ahead(ahead, agency, RecordKind::CallingOff, held.iter().map(|held| held.id))?;
    ahead.read(watches::FIND, &params![agency], held.iter().map(|held| held.id))?;
    ahead.read(reliefs::FIND, &params![agency], held.iter().map(|held| held.id))?;
    ahead.read(devices::LIVE, &params![agency], held.iter().map(|held| held.officer))
}

/// Assignments with their details and the sites of these.
pub fn held(ahead: &mut Ahead<'_>, agency: AgencyId, ids: &[AssignmentId]) -> Result<(), StoreError> {
    let held = assigned(ahead, agency, ids)?;
    with_sites(ahead, agency, held.iter().map(|held| held.detail))
}

/// Assignments with their officers.
pub fn officers_of(ahead: &mut Ahead<'_>, agency: AgencyId, ids: &[AssignmentId]) -> Result<(), StoreError> {
    let held = assigned(ahead, agency, ids)?;
    records::ahead(ahead, agency, RecordKind::Officer, held.iter().map(|held| held.officer))
}

/// Details with their sites.
pub fn with_sites(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    ids: impl Iterator<Item = DetailId> + Clone,
) -> Result<(), StoreError> {
    records::ahead(ahead, agency, RecordKind::Detail, ids.clone())?;
    let mut sites = Vec::new();
    for id in ids {
        sites.extend(details::find(ahead, agency, id)?.map(|detail| detail.site));
    }
    records::ahead(ahead, agency, RecordKind::Site, sites)
}

/// The details, their sites, their assignments by that statement, and what was clocked on these. Gives the assignments.
fn work(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    ids: &[DetailId],
    of_detail: One,
) -> Result<Vec<Assignment>, StoreError> {
    with_sites(ahead, agency, ids.iter().copied())?;
    ahead.read(of_detail, &params![agency], ids.iter().copied())?;
    let mut held = Vec::new();
    for id in ids {
        held.extend(assignments::of_one(ahead, agency, of_detail, *id)?);
    }
    let held = assigned(ahead, agency, &held)?;
    let logs: Vec<_> = held.iter().map(|held| [held.id.into(), held.log()]).collect();
    facts::of_kinds_ahead(ahead, agency, &logs, CLOCK_EVENTS)?;
    Ok(held)
}

fn assigned(ahead: &mut Ahead<'_>, agency: AgencyId, ids: &[AssignmentId]) -> Result<Vec<Assignment>, StoreError> {
    records::ahead(ahead, agency, RecordKind::Assignment, ids.iter().copied())?;
    let mut all = Vec::new();
    for id in ids {
        all.extend(records::get::<Assignment>(ahead, agency, RecordKind::Assignment, *id)?.map(|it| it.record));
    }
    Ok(all)
}

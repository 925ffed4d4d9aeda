//! What the chain and the signatures of a shift's facts say for them, or against them.

use std::collections::{BTreeMap, BTreeSet};

use detailbook_core::evidence::{ChainEntry, Statement, check_stretch};
use detailbook_core::ids::{AgencyId, DeviceId, OfficerId};
use detailbook_core::shift::{ChainLink, Fact, FactHash, Flag, chain_flags, signature_flags};

use crate::store::documents::Signed;
use crate::store::facts::{self, StoredFact};
use crate::store::{Sql, StoreError, devices};

/// Facts of one enrolment that are read around a shift. A shift has some ten, between others of the same evening.
const STRETCH: u64 = 2_000;

/// What a person should know of the proof of these facts: what is missing next to them, what does not fit.
pub fn flags(sql: &mut dyn Sql, agency: AgencyId, log: &[StoredFact]) -> Result<Vec<Flag>, StoreError> {
    let with = |state: Signed| log.iter().filter(|fact| fact.signed == state).map(|fact| fact.fact).collect();
    let mut flags = signature_flags(with(Signed::No), with(Signed::Broken));
    for (writer, places) in places(log) {
        flags.extend(stretch(sql, agency, writer, &places)?);
    }
    Ok(flags)
}

/// Where each writer's facts stand in its phone's chain.
fn places(log: &[StoredFact]) -> BTreeMap<(OfficerId, DeviceId), BTreeSet<u64>> {
    let mut places: BTreeMap<_, BTreeSet<u64>> = BTreeMap::new();
    for fact in log {
        let link = Fact::from_bytes(&fact.body).map(|read| read.link.counter);
        places.entry((fact.officer, fact.device)).or_default().extend(link);
    }
    places
}

/// The chain from the fact before the first of these to the one after the last.
fn stretch(
    sql: &mut dyn Sql,
    agency: AgencyId,
    (officer, device): (OfficerId, DeviceId),
    places: &BTreeSet<u64>,
) -> Result<Vec<Flag>, StoreError> {
    let (Some(first), Some(last)) = (places.first().copied(), places.last().copied()) else { return Ok(Vec::new()) };
    let from = first.saturating_sub(1).max(1);
    // A place that far away is a lie, and the gap before it says so.
    let to = last.saturating_add(1).min(from.saturating_add(STRETCH));
    let devices = devices::of_officer(sql, agency, officer)?;
    let mut found = Vec::new();
    for device in &devices {
        found.extend(facts::of_chain(sql, agency, *device, (from, to), STRETCH as i64)?);
    }
    let entries: Vec<_> =
        found.iter().filter(|fact| fact.device == device).filter_map(|fact| entry(agency, fact)).collect();
    let known = under_any_enrolment(agency, &found, &devices);
    let elsewhere = |link: ChainLink| known.contains(&(link.counter.saturating_sub(1), link.previous));
    Ok(chain_flags(&check_stretch(from, &entries, &elsewhere)))
}

/// A fact with the hash of what is stored now, not the one kept beside it: whoever changed one could change the other.
fn entry(agency: AgencyId, stored: &StoredFact) -> Option<ChainEntry> {
    let link = Fact::from_bytes(&stored.body).ok()?.link;
    Some(ChainEntry::new(stored.document, stored.fact, link, hash(agency, stored, stored.device)))
}

/// The hash of what is stored, as it would be under that enrolment.
fn hash(agency: AgencyId, stored: &StoredFact, device: DeviceId) -> FactHash {
    let StoredFact { officer, document, fact, ref body, .. } = *stored;
    Statement { agency, officer, device, document, fact }.hash(body)
}

/// The place of each fact with its hash under every enrolment of the officer: under which of them it was written, when a later
/// one sent it, only its successor says.
fn under_any_enrolment(agency: AgencyId, found: &[StoredFact], devices: &[DeviceId]) -> BTreeSet<(u64, FactHash)> {
    let mut known = BTreeSet::new();
    for stored in found {
        let Ok(read) = Fact::from_bytes(&stored.body) else { continue };
        known.extend(devices.iter().map(|device| (read.link.counter, hash(agency, stored, *device))));
    }
    known
}

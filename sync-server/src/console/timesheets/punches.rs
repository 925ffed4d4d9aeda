//! The punches of a timesheet in order, each with its evidence: what the phone's clock said, what the time truly was and how sure that is, where
//! it was, who vouches for it, when it came.

use std::collections::BTreeSet;

use detailbook_core::evidence::Basis;
use detailbook_core::geo::{FenceState, FenceVerdict};
use detailbook_core::ids::DeviceId;
use detailbook_core::shift::{FactKind, Punch};
use detailbook_core::time::Zone;

use super::words;
use crate::fence_text::degrees;
use crate::store::documents::Signed;
use crate::timesheets::Sheet;

/// Punches that are shown, the earliest of them. A shift has some ten.
pub(super) const MOST: usize = 300;

/// One punch.
pub(super) struct PunchLine {
    pub(super) number: usize,
    pub(super) kind: String,
    pub(super) counts: String,
    pub(super) corrected: Option<String>,
    pub(super) wall: String,
    pub(super) estimate: String,
    pub(super) margin: String,
    pub(super) basis: &'static str,
    pub(super) place_mark: &'static str,
    pub(super) place: &'static str,
    pub(super) place_says: String,
    pub(super) coordinates: Option<String>,
    pub(super) mock: bool,
    pub(super) signed_mark: &'static str,
    pub(super) signed: &'static str,
    pub(super) received: String,
    pub(super) phone: String,
    pub(super) marks: Vec<(&'static str, String)>,
}

/// The punches, in order of the time that counts.
pub(super) fn lines(sheet: &Sheet, zone: Zone) -> Vec<PunchLine> {
    let phones = phones(sheet);
    sheet
        .proposed
        .shift
        .punches
        .iter()
        .take(MOST)
        .zip(1..)
        .map(|(punch, number)| line(sheet, zone, &phones, punch, number))
        .collect()
}

/// The phones that punched, in the order of their ids.
pub(super) fn phones(sheet: &Sheet) -> Vec<DeviceId> {
    let phones: BTreeSet<_> = sheet.proposed.shift.punches.iter().filter_map(|punch| punch.device).collect();
    phones.into_iter().collect()
}

/// What a phone is called here: its number among those that punched.
pub(super) fn phone(phones: &[DeviceId], device: Option<DeviceId>) -> String {
    let place = device.and_then(|device| phones.iter().position(|known| *known == device));
    place.map_or_else(|| "unknown".to_owned(), |place| format!("Phone {}", place + 1))
}

fn line(sheet: &Sheet, zone: Zone, phones: &[DeviceId], punch: &Punch, number: usize) -> PunchLine {
    let found = sheet.fact(punch.fact);
    let verdict = sheet.proposed.places.iter().find(|place| place.fact == punch.fact).map(|place| &place.verdict);
    let (place_mark, place) = place(punch.kind, verdict);
    let (signed_mark, signed) = found.as_ref().map_or(("quiet", "unknown"), |(stored, _)| signature(stored.signed));
    let fact = found.as_ref().and_then(|(_, fact)| fact.as_ref());
    let best = verdict.and_then(|verdict| verdict.fix).and_then(|fix| usize::try_from(fix).ok()).unwrap_or(0);
    let fix = fact.and_then(|fact| fact.fixes().get(best));
    PunchLine {
        number,
        kind: words::titled(punch.kind.name()),
        counts: words::exactly(zone, punch.at),
        corrected: punch.correction().map(|it| {
            let why = if it.reason.is_empty() { "no reason given" } else { it.reason.as_str() };
            format!("The officer corrects it to {}: {why}", words::exactly(zone, it.to))
        }),
        wall: fact.map(|fact| words::exactly(zone, fact.clock.wall)).unwrap_or_default(),
        estimate: words::exactly(zone, punch.time.at),
        margin: words::margin(punch.time.uncertainty),
        basis: rests_on(punch.time.basis),
        place_mark,
        place,
        place_says: verdict.map(|verdict| verdict.sentence.clone()).unwrap_or_default(),
        coordinates: fix.map(|fix| format!("{}, {}", degrees(fix.latitude_e7), degrees(fix.longitude_e7))),
        mock: verdict.is_some_and(|verdict| verdict.mock_seen),
        signed_mark,
        signed,
        received: found.as_ref().map(|(stored, _)| words::exactly(zone, stored.received_at)).unwrap_or_default(),
        phone: phone(phones, punch.device),
        marks: marks(sheet, punch),
    }
}

/// The flags that name a punch.
fn marks(sheet: &Sheet, punch: &Punch) -> Vec<(&'static str, String)> {
    let named = sheet.proposed.flags.iter().filter(|flag| flag.facts.contains(&punch.fact));
    named.map(|flag| (words::weight(flag.weight).0, words::titled(flag.kind.name()))).collect()
}

fn place(kind: FactKind, verdict: Option<&FenceVerdict>) -> (&'static str, &'static str) {
    match verdict.map(|verdict| verdict.state) {
        None if kind == FactKind::EnRoute => ("quiet", "not asked"),
        None => ("quiet", "no fence"),
        Some(FenceState::Inside) => ("good", "inside"),
        Some(FenceState::Outside) => ("bad", "outside"),
        Some(FenceState::Uncertain) => ("warn", "uncertain"),
    }
}

const fn signature(signed: Signed) -> (&'static str, &'static str) {
    match signed {
        Signed::No => ("warn", "unsigned"),
        Signed::Fits => ("good", "signed"),
        Signed::Broken => ("bad", "does not check"),
    }
}

const fn rests_on(basis: Basis) -> &'static str {
    match basis {
        Basis::Anchored { .. } => "server time and the phone's steady clock",
        Basis::OtherBoot { .. } => "the phone's clock; it had restarted",
        Basis::NoAnchor => "the phone's clock alone",
        Basis::Contradictory => "the phone's clock; its clocks contradict each other",
    }
}

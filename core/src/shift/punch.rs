//! A punch as the fold sees it: when it was made, and when the officer says it should have been.

use std::collections::BTreeMap;

use serde::Serialize;

use super::timeline::Dated;
use super::{Anomaly, AnomalyKind, FactKind, FoldRules};
use crate::evidence::TrueTime;
use crate::ids::{DeviceId, FactId};
use crate::time::UnixMillis;

/// Corrections of corrections that are followed.
const MAX_CORRECTION_HOPS: usize = 64;

/// An officer's word that a punch should have had another time. The punch itself stays as it was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PunchCorrection {
    /// The correction.
    pub fact: FactId,
    /// The time it should have been.
    pub to: UnixMillis,
    /// Why, in the officer's words; may be empty.
    pub reason: String,
}

/// One clock event.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Punch {
    /// The fact.
    pub fact: FactId,
    /// Which kind of punch.
    pub kind: FactKind,
    /// The device it was made on, where known.
    pub device: Option<DeviceId>,
    /// Its number among the enrolment's facts.
    pub counter: u64,
    /// When it was made.
    pub time: TrueTime,
    /// What the officer said about that since, oldest first. The last one counts.
    pub corrections: Vec<PunchCorrection>,
    /// The time that counts.
    pub at: UnixMillis,
}

impl Punch {
    /// The correction that counts, if there is one.
    pub fn correction(&self) -> Option<&PunchCorrection> {
        self.corrections.last()
    }

    pub(super) fn order(&self) -> (UnixMillis, u64, FactId) {
        (self.at, self.counter, self.fact)
    }
}

/// The punches in order of the time that counts, and what was odd about the corrections.
pub(super) fn punches(timeline: &[Dated], rules: &FoldRules) -> (Vec<Punch>, Vec<Anomaly>) {
    let mut found: BTreeMap<FactId, Punch> = BTreeMap::new();
    for dated in timeline.iter().filter(|dated| dated.logged.fact.kind.is_punch()) {
        found.insert(dated.logged.id, punch(dated));
    }
    let corrections = timeline.iter().filter(|dated| dated.logged.fact.kind == FactKind::Correction);
    let about: BTreeMap<FactId, Option<FactId>> =
        corrections.clone().map(|dated| (dated.logged.id, dated.logged.fact.about)).collect();
    let anomalies = corrections.filter_map(|dated| correct(dated, &about, &mut found)).collect();
    let mut punches: Vec<Punch> = found.into_values().collect();
    for punch in &mut punches {
        let corrected = punch.correction().filter(|_| rules.apply_corrections).map(|correction| correction.to);
        punch.at = corrected.unwrap_or(punch.time.at);
    }
    punches.sort_unstable_by_key(Punch::order);
    (punches, anomalies)
}

fn punch(dated: &Dated) -> Punch {
    let logged = dated.logged;
    Punch {
        fact: logged.id,
        kind: logged.fact.kind,
        device: logged.device,
        counter: logged.fact.link.counter,
        time: dated.time,
        corrections: Vec::new(),
        at: dated.time.at,
    }
}

/// Notes a correction on its punch, or says why it cannot be.
fn correct(
    dated: &Dated,
    about: &BTreeMap<FactId, Option<FactId>>,
    punches: &mut BTreeMap<FactId, Punch>,
) -> Option<Anomaly> {
    let id = dated.logged.id;
    let Some(punch) = corrected_punch(id, about).and_then(|punch| punches.get_mut(&punch)) else {
        let words = "A correction names no punch of this shift.";
        return Some(Anomaly::new(AnomalyKind::CorrectionOfNothing, [id], words));
    };
    let Some(to) = dated.logged.fact.content.as_ref().and_then(|content| content.corrected) else {
        let words = "A correction does not say what time the punch should have had.";
        return Some(Anomaly::new(AnomalyKind::CorrectionWithoutTime, [punch.fact, id], words));
    };
    let to = UnixMillis::new(to.as_millis());
    punch.corrections.push(PunchCorrection { fact: id, to, reason: dated.logged.text().to_owned() });
    None
}

/// The fact at the end of a chain of corrections.
fn corrected_punch(correction: FactId, about: &BTreeMap<FactId, Option<FactId>>) -> Option<FactId> {
    let mut at = correction;
    for _ in 0..MAX_CORRECTION_HOPS {
        match about.get(&at) {
            Some(next) => at = (*next)?,
            None => return Some(at),
        }
    }
    None
}

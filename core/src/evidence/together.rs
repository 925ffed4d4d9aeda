//! Estimates of one device's readings, each helped by the others.

use std::collections::BTreeMap;

use super::estimate::{between, by_anchor, estimate, held};
use super::{Basis, EstimateRule, TrueTime};
use crate::time::{Anchor, BootId, ClockReading, UnixMillis};

/// When each of one device's readings was truly taken, in the order given.
///
/// An anchor seen later in the same boot dates what came before it too, and the readings of a boot that never heard the server
/// keep the distances that the monotonic clock gives them. The result does not depend on the readings' order.
pub fn estimate_together(readings: &[&ClockReading], rule: &EstimateRule) -> Vec<TrueTime> {
    let mut boots: BTreeMap<BootId, Boot> = BTreeMap::new();
    for reading in readings {
        boots.entry(reading.boot).or_insert_with(|| Boot::starting(reading)).add(reading);
    }
    boots.values_mut().for_each(|boot| boot.settle(rule));
    readings.iter().map(|reading| boots[&reading.boot].estimate(reading, rule)).collect()
}

/// What the readings of one boot say together.
struct Boot {
    /// The earliest reading: monotonic time, then what the wall clock said.
    first: (u64, UnixMillis),
    /// By monotonic time.
    anchors: Vec<Anchor>,
    /// For each anchor, which of those up to it dates a later reading best.
    forward: Vec<usize>,
    /// For each anchor, which of those from it on dates an earlier reading best.
    backward: Vec<usize>,
}

impl Boot {
    fn starting(reading: &ClockReading) -> Self {
        let first = (reading.monotonic, reading.wall);
        Self { first, anchors: Vec::new(), forward: Vec::new(), backward: Vec::new() }
    }

    fn add(&mut self, reading: &ClockReading) {
        self.first = self.first.min((reading.monotonic, reading.wall));
        // An anchor that lies after its own reading contradicts itself and vouches for nothing.
        let sound = |anchor: &Anchor| anchor.boot == reading.boot && anchor.monotonic <= reading.monotonic;
        self.anchors.extend(reading.anchor.filter(sound));
    }

    /// Sorts the anchors and finds the best on either side of each, so that dating a reading does not try them all.
    fn settle(&mut self, rule: &EstimateRule) {
        self.anchors.sort_unstable_by_key(|anchor| (anchor.monotonic, anchor.server, anchor.round_trip));
        self.anchors.dedup();
        let drift = |anchor: &Anchor| i128::from(anchor.monotonic) * i128::from(rule.drift_ppm);
        let half = |anchor: &Anchor| i128::from(anchor.round_trip) * 500_000;
        self.forward = running_best(self.anchors.iter().map(|anchor| half(anchor) - drift(anchor)).enumerate());
        self.backward = running_best(self.anchors.iter().map(|anchor| half(anchor) + drift(anchor)).enumerate().rev());
        self.backward.reverse();
    }

    fn estimate(&self, reading: &ClockReading, rule: &EstimateRule) -> TrueTime {
        let own = estimate(reading, rule);
        if own.basis == Basis::Contradictory {
            return own;
        }
        let later = self.anchors.partition_point(|anchor| anchor.monotonic <= reading.monotonic);
        let before = later.checked_sub(1).map(|index| self.forward[index]);
        let after = self.backward.get(later).copied();
        let dated = before.into_iter().chain(after).map(|index| by_anchor(reading, &self.anchors[index], rule));
        dated.min_by_key(|time| (time.uncertainty, time.at)).unwrap_or_else(|| self.along(reading, own))
    }

    /// The wall clock as it stood at the boot's first reading, and monotonic time since.
    fn along(&self, reading: &ClockReading, own: TrueTime) -> TrueTime {
        let at = held(self.first.1) + between(self.first.0, reading.monotonic);
        TrueTime { at, wall_ahead: held(reading.wall) - at, ..own }
    }
}

/// For each position of the walk, the index with the least cost so far.
fn running_best(costs: impl Iterator<Item = (usize, i128)>) -> Vec<usize> {
    let mut best: Option<(i128, usize)> = None;
    let step = |(index, cost): (usize, i128)| {
        let so_far = best.map_or((cost, index), |best| best.min((cost, index)));
        best = Some(so_far);
        so_far.1
    };
    costs.map(step).collect::<Vec<_>>()
}

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
    for boot in boots.values_mut() {
        boot.settle(rule);
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::evidence::Uncertainty;
    use crate::time::{Millis, ZoneName};

    const RULE: EstimateRule = EstimateRule::DEFAULT;

    fn reading(wall: i64, monotonic: u64, boot: u32, anchor: Option<(i64, u64, u32)>) -> ClockReading {
        let anchor = anchor.map(|(server, monotonic, round_trip)| Anchor {
            server: UnixMillis::new(server),
            monotonic,
            boot: BootId(boot),
            round_trip,
        });
        let zone = ZoneName("UTC".to_owned());
        ClockReading { wall: UnixMillis::new(wall), zone, monotonic, boot: BootId(boot), anchor }
    }

    fn together(readings: &[ClockReading]) -> Vec<TrueTime> {
        estimate_together(&readings.iter().collect::<Vec<_>>(), &RULE)
    }

    #[test]
    fn a_later_anchor_of_the_same_boot_dates_an_earlier_reading() {
        let times = together(&[reading(7, 1_000, 2, None), reading(9, 61_000, 2, Some((5_000_000, 61_000, 0)))]);
        assert_eq!(times[0].at.as_millis(), 5_000_000 - 60_000);
        assert_eq!(times[0].basis, Basis::Anchored { elapsed: Millis(-60_000) });
        assert_eq!(times[0].uncertainty, Uncertainty::Within(Millis(6)));
    }

    #[test]
    fn an_anchor_of_another_boot_dates_nothing() {
        let times = together(&[reading(7, 1_000, 2, None), reading(9, 61_000, 3, Some((5_000_000, 61_000, 0)))]);
        assert_eq!((times[0].at.as_millis(), times[0].basis), (7, Basis::NoAnchor));
    }

    #[test]
    fn the_sharper_of_two_anchors_dates_a_reading() {
        let slow = reading(0, 1_000, 1, Some((1_000_000, 0, 60_000)));
        let sharp = reading(0, 9_000, 1, Some((1_030_000, 8_000, 100)));
        let times = together(&[slow, sharp]);
        assert_eq!(times[0].at.as_millis(), 1_030_000 + 50 - 7_000);
    }

    #[test]
    fn without_an_anchor_the_steady_clock_keeps_the_distances_when_the_wall_is_set_back() {
        let times = together(&[reading(10_000_000, 0, 1, None), reading(8_200_000, 1_800_000, 1, None)]);
        assert_eq!((times[1].at - times[0].at, times[0].at.as_millis()), (Millis(1_800_000), 10_000_000));
        assert_eq!(times[1].uncertainty, Uncertainty::Unknown);
        assert_eq!(times[1].wall_ahead, Millis(-3_600_000));
    }

    #[test]
    fn an_anchor_that_contradicts_its_own_reading_vouches_for_nothing() {
        let times = together(&[reading(7, 1_000, 1, None), reading(9, 2_000, 1, Some((5_000_000, 3_000, 0)))]);
        assert_eq!((times[0].basis, times[1].basis), (Basis::NoAnchor, Basis::Contradictory));
    }

    fn readings(most: u64, slowest: u32) -> impl Strategy<Value = Vec<ClockReading>> {
        let ticks = move || prop_oneof![0..=most, 0..5_000u64];
        let anchor = prop::option::of((any::<i64>(), ticks(), 0..=slowest));
        let one = (any::<i64>(), ticks(), 0..3u32, anchor);
        prop::collection::vec(
            one.prop_map(|(wall, monotonic, boot, anchor)| reading(wall, monotonic, boot, anchor)),
            0..12,
        )
    }

    proptest! {
        #[test]
        fn the_order_of_the_readings_does_not_matter(
            (readings, shuffled) in readings(u64::MAX, u32::MAX).prop_flat_map(|all| {
                let indexed: Vec<_> = all.into_iter().enumerate().collect();
                (Just(indexed.clone()), Just(indexed).prop_shuffle())
            }),
        ) {
            let plain: Vec<_> = readings.iter().map(|(_, reading)| reading.clone()).collect();
            let mixed: Vec<_> = shuffled.iter().map(|(_, reading)| reading.clone()).collect();
            let (times, mixed) = (together(&plain), together(&mixed));
            for ((index, _), time) in shuffled.iter().zip(mixed) {
                prop_assert_eq!(time, times[*index]);
            }
        }

        #[test]
        fn the_chosen_anchor_is_the_best_of_all(readings in readings(5_000_000_000, 200_000)) {
            let times = together(&readings);
            for (reading, time) in readings.iter().zip(times) {
                let sound = readings.iter().filter_map(|other| {
                    other.anchor.filter(|anchor| other.boot == reading.boot && anchor.monotonic <= other.monotonic)
                });
                let best = sound.map(|anchor| by_anchor(reading, &anchor, &RULE).uncertainty).min();
                if let (Uncertainty::Within(got), Some(Uncertainty::Within(best))) = (time.uncertainty, best) {
                    // Rounding of half milliseconds may prefer a neighbour.
                    prop_assert!(got.0.abs_diff(best.0) <= 1, "{:?} {:?}", got, best);
                }
            }
        }
    }
}

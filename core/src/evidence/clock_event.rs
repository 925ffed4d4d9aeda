//! What a device's clocks did between two of its facts: was one set, did the phone restart?

use serde::Serialize;

use super::EstimateRule;
use super::estimate::{between, drift, held};
use crate::time::{ClockReading, Millis};

/// Something a device's clocks did.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClockEvent {
    /// The wall clock moved differently from the one that cannot be set.
    Jump {
        /// How far it was set forward; back where negative.
        by: Millis,
    },
    /// The phone restarted: the two readings compare by wall clock only.
    Reboot,
    /// In one boot the clock that cannot be set went back: the readings contradict each other.
    Contradiction,
}

/// What the clocks of one device did between two consecutive facts, `earlier` having the lower counter.
pub fn clock_event(earlier: &ClockReading, later: &ClockReading, rule: &EstimateRule) -> Option<ClockEvent> {
    if earlier.boot != later.boot {
        return Some(ClockEvent::Reboot);
    }
    if later.monotonic < earlier.monotonic {
        return Some(ClockEvent::Contradiction);
    }
    let elapsed = between(earlier.monotonic, later.monotonic);
    let moved = held(later.wall) - held(earlier.wall);
    let by = Millis(moved.0.saturating_sub(elapsed.0));
    let tolerance = rule.wall_tolerance + drift(elapsed, rule);
    (by.0.unsigned_abs() > tolerance.0.max(0).unsigned_abs()).then_some(ClockEvent::Jump { by })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::{BootId, UnixMillis, ZoneName};

    fn reading(wall: i64, monotonic: u64, boot: u32) -> ClockReading {
        let zone = ZoneName("UTC".to_owned());
        ClockReading { wall: UnixMillis::new(wall), zone, monotonic, boot: BootId(boot), anchor: None }
    }

    fn event(earlier: &ClockReading, later: &ClockReading) -> Option<ClockEvent> {
        clock_event(earlier, later, &EstimateRule::DEFAULT)
    }

    #[test]
    fn clocks_that_move_together_did_nothing() {
        assert_eq!(event(&reading(0, 0, 1), &reading(3_600_000, 3_600_000, 1)), None);
        assert_eq!(event(&reading(0, 0, 1), &reading(3_660_360, 3_600_000, 1)), None);
    }

    #[test]
    fn a_wall_clock_that_moved_differently_was_set() {
        let back = event(&reading(0, 0, 1), &reading(0, 3_600_000, 1));
        assert_eq!(back, Some(ClockEvent::Jump { by: Millis(-3_600_000) }));
        let forward = event(&reading(0, 0, 1), &reading(3_660_361, 3_600_000, 1));
        assert_eq!(forward, Some(ClockEvent::Jump { by: Millis(60_361) }));
    }

    #[test]
    fn another_boot_is_a_reboot_and_a_steady_clock_going_back_a_contradiction() {
        assert_eq!(event(&reading(0, 9, 1), &reading(0, 0, 2)), Some(ClockEvent::Reboot));
        assert_eq!(event(&reading(0, 9, 1), &reading(0, 8, 1)), Some(ClockEvent::Contradiction));
    }

    proptest! {
        #[test]
        fn no_readings_panic(a: i64, b: i64, c: u64, d: u64, drift_ppm: u32, tolerance: i64) {
            let rule = EstimateRule { drift_ppm, wall_tolerance: Millis(tolerance), ..EstimateRule::DEFAULT };
            let _ = clock_event(&reading(a, c, 1), &reading(b, d, 1), &rule);
        }
    }
}

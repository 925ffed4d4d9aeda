//! What a device's clocks did between two of its facts: was one set, did the phone restart?

use serde::Serialize;

use super::EstimateRule;
use super::estimate::{between, drift, held};
use crate::time::{ClockReading, Millis};

/// Something a device's clocks did.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
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

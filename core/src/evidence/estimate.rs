//! When something truly happened, from what the phone's clocks said.
//!
//! The wall clock can be set; the monotonic clock cannot, but starts anew at each boot. A server time seen in the same boot
//! (an anchor) ties the two: true time = server time + monotonic time since, within half the round trip and the drift of a
//! quartz clock. Without such an anchor the wall clock is all there is, and the result says so.

use std::fmt;

use serde::Serialize;

use crate::time::{Anchor, ClockReading, Millis, UnixMillis};

/// How an agency wants true time estimated, and how exact it must be to be paid unseen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EstimateRule {
    /// How far the phone's monotonic clock may drift, in parts per million.
    pub drift_ppm: u32,
    /// The largest uncertainty with which an estimate is payable without a person looking.
    pub payable_within: Millis,
    /// A wall clock further than this from the estimate is worth telling.
    pub wall_tolerance: Millis,
}

impl EstimateRule {
    /// 100 ppm, about twice what phone crystals do in cold and heat; payable within two minutes; told from one minute on.
    pub const DEFAULT: Self =
        Self { drift_ppm: 100, payable_within: Millis::from_mins(2), wall_tolerance: Millis::from_mins(1) };
}

impl Default for EstimateRule {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How far the truth may be from an estimate, either way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Uncertainty {
    /// At most this far.
    Within(Millis),
    /// Nothing bounds it.
    Unknown,
}

/// What an estimate rests on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Server time seen in the same boot, that much monotonic time earlier (later where negative).
    Anchored {
        /// Monotonic time from anchor to reading, in milliseconds.
        elapsed: Millis,
    },
    /// The wall clock alone: the phone restarted since it last heard the server.
    OtherBoot {
        /// The truth is not before this, the last server time the phone had seen.
        not_before: UnixMillis,
    },
    /// The wall clock alone: the phone had never heard the server.
    NoAnchor,
    /// The wall clock alone: the reading lies before its own anchor on the clock that cannot be set.
    Contradictory,
}

/// An estimate of when something truly happened.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct TrueTime {
    /// The estimate.
    pub at: UnixMillis,
    /// How far off it may be.
    pub uncertainty: Uncertainty,
    /// What it rests on.
    pub basis: Basis,
    /// How far the wall clock was ahead of it (behind where negative).
    pub wall_ahead: Millis,
}

impl TrueTime {
    /// May this time be paid without a person looking?
    pub fn is_payable(&self, rule: &EstimateRule) -> bool {
        matches!(self.uncertainty, Uncertainty::Within(bound) if bound <= rule.payable_within)
    }

    /// Was the wall clock set wrong by more than the agency tolerates?
    pub fn wall_is_off(&self, rule: &EstimateRule) -> bool {
        self.wall_ahead.0.unsigned_abs() > rule.wall_tolerance.0.max(0).unsigned_abs() && self.is_anchored()
    }

    /// Does it rest on server time rather than on the wall clock?
    pub const fn is_anchored(&self) -> bool {
        matches!(self.basis, Basis::Anchored { .. })
    }

    /// Does the wall clock, on which this rests, contradict the server's last word?
    pub fn is_before_anchor(&self) -> bool {
        matches!(self.basis, Basis::OtherBoot { not_before } if self.at < not_before)
    }
}

impl fmt::Display for TrueTime {
    /// The estimate in a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at;
        match (self.basis, self.uncertainty) {
            (Basis::Anchored { .. }, Uncertainty::Within(bound)) => {
                write!(f, "{at}, within {}, from server time and the phone's steady clock.", Rough(bound))
            }
            (Basis::Anchored { .. }, Uncertainty::Unknown) => {
                write!(f, "{at}, from server time, by an unknown margin.")
            }
            (Basis::OtherBoot { not_before }, _) => write!(
                f,
                "{at} by the phone's clock alone: it restarted after it last heard the server at {not_before}, so nothing vouches for the time."
            ),
            (Basis::NoAnchor, _) => {
                write!(
                    f,
                    "{at} by the phone's clock alone: it had not heard the server, so nothing vouches for the time."
                )
            }
            (Basis::Contradictory, _) => {
                write!(
                    f,
                    "{at} by the phone's clock alone: its steady clock contradicts itself, so nothing vouches for the time."
                )
            }
        }
    }
}

/// A length of time for people, in its largest fitting unit.
pub(crate) struct Rough(pub(crate) Millis);

impl fmt::Display for Rough {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.0.unsigned_abs().div_ceil(1_000);
        match seconds {
            0..120 => write!(f, "{seconds} s"),
            120..7_200 => write!(f, "{} min", seconds.div_ceil(60)),
            _ => write!(f, "{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        }
    }
}

/// When a reading was truly taken, from that reading alone.
pub fn estimate(reading: &ClockReading, rule: &EstimateRule) -> TrueTime {
    let Some(anchor) = reading.anchor else {
        return by_wall(reading, Basis::NoAnchor);
    };
    if anchor.boot != reading.boot {
        return by_wall(reading, Basis::OtherBoot { not_before: anchor.server });
    }
    if reading.monotonic < anchor.monotonic {
        return by_wall(reading, Basis::Contradictory);
    }
    by_anchor(reading, &anchor, rule)
}

fn by_wall(reading: &ClockReading, basis: Basis) -> TrueTime {
    TrueTime { at: held(reading.wall), uncertainty: Uncertainty::Unknown, basis, wall_ahead: Millis(0) }
}

/// The server wrote its time somewhere within the round trip: half of it is added, and is the bound.
pub(super) fn by_anchor(reading: &ClockReading, anchor: &Anchor, rule: &EstimateRule) -> TrueTime {
    let elapsed = between(anchor.monotonic, reading.monotonic);
    let half = Millis(i64::from(anchor.round_trip.div_ceil(2)));
    let at = held(anchor.server) + half + elapsed;
    TrueTime {
        at,
        uncertainty: Uncertainty::Within(half + drift(elapsed, rule)),
        basis: Basis::Anchored { elapsed },
        wall_ahead: held(reading.wall) - at,
    }
}

pub(super) fn drift(elapsed: Millis, rule: &EstimateRule) -> Millis {
    let drift = (u128::from(elapsed.0.unsigned_abs()) * u128::from(rule.drift_ppm)).div_ceil(1_000_000);
    Millis(i64::try_from(drift).unwrap_or(i64::MAX))
}

/// Monotonic time from one moment to another, negative backwards.
pub(super) fn between(from: u64, to: u64) -> Millis {
    let difference = i128::from(to) - i128::from(from);
    Millis(difference.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
}

/// An instant as decoded may lie outside what dates can express.
pub(super) fn held(at: UnixMillis) -> UnixMillis {
    UnixMillis::new(at.as_millis())
}

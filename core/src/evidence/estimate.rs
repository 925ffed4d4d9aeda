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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Uncertainty {
    /// At most this far.
    Within(Millis),
    /// Nothing bounds it.
    Unknown,
}

/// What an estimate rests on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = EvidenceBasis))]
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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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

    /// The same, knowing that the server had the reading by then: between that and the last server time the phone had seen, a
    /// bare wall clock is bounded after all, and one that lies outside is moved to the nearer bound.
    #[must_use]
    pub fn received_by(self, received: UnixMillis) -> Self {
        let Basis::OtherBoot { not_before } = self.basis else {
            return self;
        };
        let (first, last) = (held(not_before), held(received));
        if last < first {
            // Received before the server's own last word: somebody's clock is wrong, and nothing bounds the truth.
            return self;
        }
        let at = self.at.clamp(first, last);
        Self { at, uncertainty: Uncertainty::Within((at - first).max(last - at)), ..self }
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

/// Does an older anchor still tell the time more exactly than a newer one? A slow answer says little. Where the two cannot both be
/// right, the server's clock was set, and the newer counts.
#[cfg(any(test, feature = "device"))]
pub(crate) fn is_sharper(older: &Anchor, newer: &Anchor, rule: &EstimateRule) -> bool {
    if older.boot != newer.boot || newer.monotonic < older.monotonic {
        return false;
    }
    let half = |anchor: &Anchor| Millis(i64::from(anchor.round_trip.div_ceil(2)));
    let elapsed = between(older.monotonic, newer.monotonic);
    let (old_bound, new_bound) = (half(older) + drift(elapsed, rule), half(newer));
    let apart = (held(older.server) + half(older) + elapsed) - (held(newer.server) + half(newer));
    let may_both_be_right = apart.0.unsigned_abs() <= (old_bound + new_bound).0.unsigned_abs();
    may_both_be_right && old_bound < new_bound
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::{BootId, ZoneName};

    fn reading(wall: i64, monotonic: u64, boot: u32, anchor: Option<Anchor>) -> ClockReading {
        let zone = ZoneName("America/New_York".to_owned());
        ClockReading { wall: UnixMillis::new(wall), zone, monotonic, boot: BootId(boot), anchor }
    }

    fn anchor(server: i64, monotonic: u64, boot: u32, round_trip: u32) -> Anchor {
        Anchor { server: UnixMillis::new(server), monotonic, boot: BootId(boot), round_trip }
    }

    const RULE: EstimateRule = EstimateRule::DEFAULT;

    #[test]
    fn within_a_boot_server_time_and_the_steady_clock_give_the_time_whatever_the_wall_says() {
        let hour = 3_600_000;
        let anchor = anchor(1_000_000, 5_000, 7, 400);
        for wall in [0, 1_000_200 + hour, i64::MAX] {
            let time = estimate(&reading(wall, 5_000 + hour as u64, 7, Some(anchor)), &RULE);
            assert_eq!(time.at.as_millis(), 1_000_000 + 200 + hour);
            // Half the round trip and 100 ppm of an hour.
            assert_eq!(time.uncertainty, Uncertainty::Within(Millis(200 + 360)));
            assert!(time.is_payable(&RULE));
        }
    }

    #[test]
    fn a_slow_answer_replaces_no_better_one_unless_they_contradict_each_other() {
        let (quick, minute) = (anchor(1_000_000, 5_000, 7, 400), 60_000);
        let slow = |server| anchor(server, 5_000 + minute, 7, 20_000);
        assert!(is_sharper(&quick, &slow(1_000_000 + 50_200), &RULE));
        assert!(!is_sharper(&slow(1_000_000), &anchor(1_060_000, 5_000 + 2 * minute, 7, 400), &RULE));
        // The server's clock was set by an hour.
        assert!(!is_sharper(&quick, &slow(1_000_000 + 3_600_000), &RULE));
        // Quartz: after three days the quick answer is worth no more than a slow one.
        assert!(!is_sharper(&quick, &anchor(1_000_000 + 259_200_000, 5_000 + 259_200_000, 7, 20_000), &RULE));
        assert!(!is_sharper(&quick, &anchor(1_060_000, 5_000 + minute, 8, 20_000), &RULE), "another boot");
    }

    #[test]
    fn the_wall_clocks_error_is_told() {
        let anchor = anchor(1_000_000, 0, 1, 0);
        let fast = estimate(&reading(1_000_000 + 60_001, 0, 1, Some(anchor)), &RULE);
        assert!(fast.wall_is_off(&RULE) && fast.wall_ahead == Millis(60_001));
        assert!(!estimate(&reading(1_000_000 - 60_000, 0, 1, Some(anchor)), &RULE).wall_is_off(&RULE));
    }

    #[test]
    fn after_a_reboot_the_wall_clock_is_all_there_is() {
        let time = estimate(&reading(2_000_000, 10, 8, Some(anchor(1_000_000, 5_000, 7, 400))), &RULE);
        assert_eq!((time.at.as_millis(), time.uncertainty), (2_000_000, Uncertainty::Unknown));
        assert_eq!(time.basis, Basis::OtherBoot { not_before: UnixMillis::new(1_000_000) });
        assert!(!time.is_payable(&RULE) && !time.is_before_anchor());
        assert!(time.to_string().contains("restarted"));
        let earlier = estimate(&reading(999_999, 10, 8, Some(anchor(1_000_000, 5_000, 7, 400))), &RULE);
        assert!(earlier.is_before_anchor());
    }

    #[test]
    fn what_the_server_received_lies_between_its_last_word_and_then() {
        let wall = |wall| estimate(&reading(wall, 10, 8, Some(anchor(1_000_000, 5_000, 7, 400))), &RULE);
        let bounded = wall(1_030_000).received_by(UnixMillis::new(1_100_000));
        assert_eq!((bounded.at.as_millis(), bounded.uncertainty), (1_030_000, Uncertainty::Within(Millis(70_000))));
        assert!(bounded.is_payable(&RULE));
        assert_eq!(wall(5).received_by(UnixMillis::new(1_100_000)).at.as_millis(), 1_000_000);
        assert_eq!(wall(9_000_000).received_by(UnixMillis::new(1_100_000)).at.as_millis(), 1_100_000);
        assert_eq!(wall(5).received_by(UnixMillis::new(999_999)), wall(5));
        let unheard = estimate(&reading(5, 10, 1, None), &RULE);
        assert_eq!(unheard.received_by(UnixMillis::MAX), unheard);
    }

    #[test]
    fn a_phone_that_never_heard_the_server_is_taken_at_its_word_and_no_more() {
        let time = estimate(&reading(2_000_000, 10, 1, None), &RULE);
        assert_eq!(
            (time.at.as_millis(), time.uncertainty, time.basis),
            (2_000_000, Uncertainty::Unknown, Basis::NoAnchor)
        );
    }

    #[test]
    fn a_reading_before_its_own_anchor_contradicts_itself() {
        let time = estimate(&reading(2_000_000, 4_999, 7, Some(anchor(1_000_000, 5_000, 7, 0))), &RULE);
        assert_eq!((time.basis, time.uncertainty), (Basis::Contradictory, Uncertainty::Unknown));
    }

    #[test]
    fn a_long_time_without_the_server_is_not_payable_unseen() {
        let days = |days: u64| days * 86_400_000;
        let anchored = |elapsed| estimate(&reading(0, elapsed, 1, Some(anchor(0, 0, 1, 200))), &RULE);
        assert!(anchored(days(13)).is_payable(&RULE));
        assert!(!anchored(days(14)).is_payable(&RULE));
        assert!(!anchored(days(1)).is_payable(&EstimateRule { payable_within: Millis(5_000), ..RULE }));
    }

    #[test]
    fn lengths_of_time_read_well() {
        let words = [(0, "0 s"), (1, "1 s"), (119_000, "119 s"), (120_000, "2 min"), (-7_200_000, "2 h 0 min")];
        for (millis, want) in words {
            assert_eq!(Rough(Millis(millis)).to_string(), want);
        }
    }

    /// An instant as a forged fact may hold it.
    fn raw(millis: i64) -> UnixMillis {
        minicbor::decode(&minicbor::to_vec(millis).unwrap()).unwrap()
    }

    proptest! {
        #[test]
        fn no_reading_panics(wall: i64, monotonic: u64, server: i64, seen: u64, round_trip: u32, drift_ppm: u32, same: bool) {
            let anchor = Anchor { server: raw(server), monotonic: seen, boot: BootId(u32::from(same)), round_trip };
            let mut reading = reading(0, monotonic, 1, Some(anchor));
            reading.wall = raw(wall);
            let rule = EstimateRule { drift_ppm, payable_within: Millis(wall), wall_tolerance: Millis(server) };
            let time = estimate(&reading, &rule);
            prop_assert!(UnixMillis::MIN <= time.at && time.at <= UnixMillis::MAX);
            let _ = (time.to_string(), time.is_payable(&rule), time.wall_is_off(&rule), time.is_before_anchor());
        }

        #[test]
        fn the_truth_lies_within_the_uncertainty(
            elapsed in 0..2_000_000_000i64, ppm in -100..=100i64, round_trip in 0..60_000u32, share in 0.0..=1.0f64,
        ) {
            // The server wrote its time so far into the round trip; the phone's clock runs fast or slow by ppm.
            let answered = (f64::from(round_trip) * (1.0 - share)) as i64;
            let truth = 1_000_000 + answered + elapsed;
            let ticked = 50_000 + elapsed + elapsed * ppm / 1_000_000;
            let time = estimate(&reading(0, ticked as u64, 1, Some(anchor(1_000_000, 50_000, 1, round_trip))), &RULE);
            let Uncertainty::Within(bound) = time.uncertainty else { panic!("unbounded") };
            // Two milliseconds for the rounding of this test and of drift on drift (100 ppm of 100 ppm).
            prop_assert!((time.at.as_millis() - truth).abs() <= bound.0 + 2 + elapsed / 100_000_000);
        }
    }
}

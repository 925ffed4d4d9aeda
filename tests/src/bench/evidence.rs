//! What a phone knows at a punch, as full as it gets: clocks with an anchor, four fixes, the battery.

use detailbook_core::device::{ClockFailed, Moment, PhoneClock};
use detailbook_core::geo::{Fix, Provider};
use detailbook_core::shift::PhoneState;
use detailbook_core::time::{Anchor, BootId, ClockReading, UnixMillis, Zone, ZoneName};

use super::draws::Draws;
use super::machine;

/// Fixes kept with a punch, between the three and five that phones get in 20 s.
const FIXES: u32 = 4;
/// Milliseconds since boot at the Unix epoch would be 0: phones have been up for days, so the numbers take their real size.
const UP_FOR: i64 = 400_000_000;
/// Where the sites are, in 1e-7 degrees.
pub(super) const DOWNTOWN: (i32, i32) = (423_550_000, -710_560_000);

/// A phone's clocks, run by the machine's.
#[derive(Debug)]
pub(super) struct BenchClock;

impl PhoneClock for BenchClock {
    fn read(&self) -> Result<ClockReading, ClockFailed> {
        Ok(reading(machine::wall()))
    }
}

/// What a phone's clocks say at that time.
pub(super) fn reading(wall: UnixMillis) -> ClockReading {
    let up = wall.as_millis().rem_euclid(1_000_000_000) + UP_FOR;
    let zone = Zone::named("America/New_York").map_or_else(|| ZoneName("UTC".to_owned()), ZoneName::from);
    ClockReading { wall, zone, monotonic: up.unsigned_abs(), boot: BootId(17), anchor: None }
}

/// The same with the server's time of an hour ago, for phones that do not keep it themselves.
pub(super) fn anchored(wall: UnixMillis) -> ClockReading {
    let plain = reading(wall);
    let monotonic = plain.monotonic.saturating_sub(3_600_000);
    let server = UnixMillis::new(wall.as_millis() - 3_600_041);
    ClockReading { anchor: Some(Anchor { server, monotonic, boot: plain.boot, round_trip: 183 }), ..plain }
}

/// How the phone is doing.
pub(super) const PHONE: PhoneState = PhoneState { battery: Some(71), saver: false, precise_location: true };

/// Fixes of the last seconds near the sites.
pub(super) fn fixes(draws: &mut Draws, count: u32) -> Vec<Fix> {
    (0..count).map(|nth| fix(draws, nth)).collect()
}

fn fix(draws: &mut Draws, nth: u32) -> Fix {
    let mut near = |middle: i32| middle + draws.below(6_000) as i32 - 3_000;
    let (latitude_e7, longitude_e7) = (near(DOWNTOWN.0), near(DOWNTOWN.1));
    let accuracy_dm = Some(40 + draws.below(260));
    Fix {
        latitude_e7,
        longitude_e7,
        accuracy_dm,
        age_ms: 800 + nth * 4_000 + draws.below(900),
        provider: Provider::Fused,
        mock: false,
    }
}

/// Fixes as a punch carries them.
pub(super) fn punch_fixes(draws: &mut Draws) -> Vec<Fix> {
    fixes(draws, FIXES)
}

/// The moment of a punch.
pub(super) fn moment(wall: UnixMillis, draws: &mut Draws) -> Moment {
    Moment { clock: reading(wall), fixes: punch_fixes(draws), phone: Some(PHONE) }
}

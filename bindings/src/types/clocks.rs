//! What the phone's clocks say, and stretches of time.

use detailbook_core::device::Moment;
use detailbook_core::geo::Fix;
use detailbook_core::shift::PhoneState;
use detailbook_core::time::{Anchor, BootId, ClockReading, Interval, UnixMillis, ZoneName};

/// The last time the server told this phone what time it is.
#[uniffi::remote(Record)]
pub struct Anchor {
    /// Server time as written in its answer.
    pub server: UnixMillis,
    /// The phone's monotonic time when the answer arrived, in milliseconds since boot.
    pub monotonic: u64,
    /// The boot that monotonic time belongs to.
    pub boot: BootId,
    /// How long the exchange took, in milliseconds: the server wrote its time somewhere within it.
    pub round_trip: u32,
}

/// What the phone's clocks said when something happened, and what they were last anchored to.
#[uniffi::remote(Record)]
pub struct ClockReading {
    /// The wall clock, which the officer or the network may set.
    pub wall: UnixMillis,
    /// The zone the phone was in.
    pub zone: ZoneName,
    /// Milliseconds since boot, sleep included; cannot be set.
    pub monotonic: u64,
    /// Which boot.
    pub boot: BootId,
    /// The last server time this enrolment saw, if any.
    #[uniffi(default = None)]
    pub anchor: Option<Anchor>,
}

/// A half-open stretch of time.
#[uniffi::remote(Record)]
pub struct Interval {
    /// The first instant in it.
    pub start: UnixMillis,
    /// The first instant after it.
    pub end: UnixMillis,
}

/// What the phone knows at the moment of an intention.
#[uniffi::remote(Record)]
pub struct Moment {
    /// What the clocks say. The anchor is filled in from the store; what stands there is ignored.
    pub clock: ClockReading,
    /// Location fixes at hand; the freshest five of the last 20 s are kept, or the last known one.
    #[uniffi(default = [])]
    pub fixes: Vec<Fix>,
    /// How the phone is doing.
    #[uniffi(default = None)]
    pub phone: Option<PhoneState>,
}

/// How the phone was doing, as far as it says how good the evidence can be.
#[uniffi::remote(Record)]
pub struct PhoneState {
    /// Battery charge in percent, if known.
    pub battery: Option<u8>,
    /// Battery saver was on.
    pub saver: bool,
    /// The app may read precise location.
    pub precise_location: bool,
}

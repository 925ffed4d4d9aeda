//! Time: instants, clock readings, zones and pay-day boundaries. Nothing here reads a clock.

mod instant;
mod interval;
mod reading;

pub use instant::{Millis, UnixMillis};
pub use interval::Interval;
pub use reading::{Anchor, BootId, ClockReading, Zone, ZoneName};

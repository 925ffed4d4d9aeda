//! Time: instants, clock readings, zones and pay-day boundaries. Nothing here reads a clock.

mod instant;
mod interval;
mod local;
mod pay_day;
mod reading;
mod spoken;

pub use instant::{Millis, UnixMillis};
pub use interval::Interval;
pub use local::LocalInstant;
pub use pay_day::{PayDay, PayDayRule, TooLong};
pub use reading::{Anchor, BootId, ClockReading, Zone, ZoneName};
pub use spoken::Spoken;

//! The one file of the server that reads the time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use detailbook_core::time::UnixMillis;

/// Says what time it is.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> UnixMillis;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the adapter through which everything else reads the time")]
    fn now(&self) -> UnixMillis {
        // A clock before 1970 reads as 1970.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixMillis::new(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands where it is put: for demos, tests and the simulation.
#[derive(Debug, Default)]
pub struct SetClock(AtomicI64);

impl SetClock {
    /// A clock that stands at `now`.
    pub fn new(now: UnixMillis) -> Self {
        Self(AtomicI64::new(now.as_millis()))
    }

    /// Puts the clock to `now`.
    pub fn set(&self, now: UnixMillis) {
        self.0.store(now.as_millis(), Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> UnixMillis {
        UnixMillis::new(self.0.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_clock_stands_where_it_is_put() {
        let clock = SetClock::new(UnixMillis::new(5));
        assert_eq!(clock.now(), UnixMillis::new(5));
        clock.set(UnixMillis::new(3));
        assert_eq!(clock.now(), UnixMillis::new(3));
    }

    #[test]
    fn the_machines_clock_is_past_2020() {
        assert!(SystemClock.now() > UnixMillis::new(1_577_836_800_000));
    }
}

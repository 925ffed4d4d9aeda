//! The demo's time: one moment that server and phones share, moved on by hand, and let run when everything is told.

use std::sync::{Arc, OnceLock};

use detailbook_core::time::{Millis, UnixMillis};

use crate::clock::{Clock, SetClock, SystemClock};

/// A clock that stands where it is put until it is let run.
#[derive(Clone, Default)]
pub struct DemoClock(Arc<Inner>);

#[derive(Default)]
struct Inner {
    stands_at: SetClock,
    /// The machine's time when the clock was let run.
    runs_since: OnceLock<UnixMillis>,
}

impl DemoClock {
    /// A clock that stands at `now`.
    pub fn new(now: UnixMillis) -> Self {
        let clock = Self::default();
        clock.set(now);
        clock
    }

    /// Puts the clock to `now`.
    pub fn set(&self, now: UnixMillis) {
        self.0.stands_at.set(now);
    }

    /// Moves the clock on.
    pub fn pass(&self, length: Millis) {
        self.set(self.0.stands_at.now() + length);
    }

    /// Lets the clock run at the machine's pace, from where it stands.
    pub fn run(&self) {
        self.0.runs_since.get_or_init(|| SystemClock.now());
    }
}

impl Clock for DemoClock {
    fn now(&self) -> UnixMillis {
        let stands_at = self.0.stands_at.now();
        self.0.runs_since.get().map_or(stands_at, |since| stands_at + (SystemClock.now() - *since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_until_it_is_let_run() {
        let clock = DemoClock::new(UnixMillis::new(1_000));
        clock.pass(Millis(500));
        assert_eq!(clock.now(), UnixMillis::new(1_500));
        std::thread::sleep(std::time::Duration::from_millis(5));
        assert_eq!(clock.now(), UnixMillis::new(1_500));
        clock.run();
        std::thread::sleep(std::time::Duration::from_millis(5));
        let now = clock.now();
        assert!(now > UnixMillis::new(1_500) && now < UnixMillis::new(600_000), "{now}");
    }
}

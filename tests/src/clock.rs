//! Simulated time: one true clock for the world, and for each phone clocks that may be wrong.

use detailbook_core::time::{BootId, Millis, UnixMillis};

/// A phone's clocks: a wall clock that anyone may set, and a monotonic one that starts again at each boot.
#[derive(Clone, Copy, Debug)]
pub struct PhoneClock {
    /// How far the wall clock is ahead of true time.
    ahead: Millis,
    /// When the phone was started, in true time.
    booted: UnixMillis,
    boot: BootId,
}

impl PhoneClock {
    /// A phone started at `now`, its wall clock `ahead` of true time.
    pub fn started(now: UnixMillis, ahead: Millis) -> Self {
        Self { ahead, booted: now, boot: BootId(1) }
    }

    /// What the wall clock shows.
    pub fn wall(&self, now: UnixMillis) -> UnixMillis {
        now + self.ahead
    }

    /// Milliseconds since boot, sleep included.
    pub fn monotonic(&self, now: UnixMillis) -> u64 {
        (now - self.booted).0.max(0).unsigned_abs()
    }

    /// Which boot this is.
    pub fn boot(&self) -> BootId {
        self.boot
    }

    /// Somebody, or the network, sets the wall clock.
    pub fn jump(&mut self, by: Millis) {
        self.ahead = self.ahead + by;
    }

    /// The phone starts again.
    pub fn reboot(&mut self, now: UnixMillis) {
        self.boot = BootId(self.boot.0 + 1);
        self.booted = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_moves_the_wall_alone_and_a_reboot_the_rest() {
        let start = UnixMillis::new(1_000_000);
        let mut clock = PhoneClock::started(start, Millis(0));
        clock.jump(Millis::from_hours(-3));
        let later = start + Millis(500);
        assert_eq!(clock.wall(later), later - Millis::from_hours(3));
        assert_eq!(clock.monotonic(later), 500);
        clock.reboot(later);
        assert_eq!((clock.monotonic(later), clock.boot()), (0, BootId(2)));
    }
}

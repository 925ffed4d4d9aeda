//! Giving a gateway that hangs a rest. Each call of it takes its whole patience, and hundreds may wait.

use std::sync::atomic::{AtomicI64, Ordering};

use detailbook_core::notices::Channel;
use detailbook_core::time::{Millis, UnixMillis};

use crate::clock::Clock;
use crate::jobs::Failed;

/// A failure that took longer than this is a gateway that hangs; what it refuses, it refuses sooner.
const HANGS: Millis = Millis::from_secs(5);
/// How long it is not called then.
const RESTS: Millis = Millis::from_mins(1);

/// One gateway's rest.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    until: AtomicI64,
}

impl Breaker {
    /// Calls, unless it rests. One call after the rest shows whether it answers again.
    pub(super) fn call(&self, clock: &dyn Clock, call: impl FnOnce() -> Result<(), Failed>) -> Result<(), Failed> {
        let began = clock.now();
        if began < UnixMillis::new(self.until.load(Ordering::Relaxed)) {
            return Err(Failed::later("The gateway did not answer a moment ago, and is not called now."));
        }
        let done = call();
        let hung = matches!(done, Err(Failed::Later(_))) && clock.now() - began > HANGS;
        let until = if hung { clock.now() + RESTS } else { UnixMillis::MIN };
        self.until.store(until.as_millis(), Ordering::Relaxed);
        done
    }
}

/// The rest of each channel's gateway, on this node.
#[derive(Debug, Default)]
pub(super) struct Breakers {
    push: Breaker,
    sms: Breaker,
    email: Breaker,
}

impl Breakers {
    pub(super) const fn of(&self, channel: Channel) -> &Breaker {
        match channel {
            Channel::Push | Channel::InApp => &self.push,
            Channel::Sms => &self.sms,
            Channel::Email => &self.email,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SetClock;

    /// A gateway that takes so many seconds.
    fn call(breaker: &Breaker, clock: &SetClock, seconds: i64, answer: Result<(), Failed>) -> Result<bool, Failed> {
        let mut called = false;
        let done = breaker.call(clock, || {
            called = true;
            clock.set(clock.now() + Millis::from_secs(seconds));
            answer
        });
        done.map(|()| called).or_else(|failed| if called { Err(failed) } else { Ok(false) })
    }

    #[test]
    fn a_gateway_that_hangs_is_called_again_after_a_minute() {
        let (breaker, clock) = (Breaker::default(), SetClock::new(UnixMillis::new(1_000)));
        assert!(call(&breaker, &clock, 30, Err(Failed::later("Nothing."))).is_err());
        assert_eq!(call(&breaker, &clock, 0, Ok(())), Ok(false), "not now");
        clock.set(clock.now() + RESTS);
        assert!(call(&breaker, &clock, 30, Err(Failed::later("Nothing."))).is_err(), "once");
        assert_eq!(call(&breaker, &clock, 0, Ok(())), Ok(false));
        clock.set(clock.now() + RESTS);
        assert_eq!([(); 2].map(|()| call(&breaker, &clock, 20, Ok(()))), [Ok(true), Ok(true)], "slow, but it answers");
    }

    #[test]
    fn what_a_gateway_refuses_soon_or_for_good_gives_it_no_rest() {
        let (breaker, clock) = (Breaker::default(), SetClock::new(UnixMillis::new(1_000)));
        for (seconds, answer) in [(1, Failed::later("Busy.")), (30, Failed::for_good("No such address."))] {
            assert!(call(&breaker, &clock, seconds, Err(answer)).is_err());
            assert_eq!(call(&breaker, &clock, 0, Ok(())), Ok(true));
        }
    }
}

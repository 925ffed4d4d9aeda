//! Slows down whoever keeps failing to prove who they are. Successes cost nothing: a whole shift may enrol from one address.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use detailbook_core::time::{Millis, UnixMillis};

/// Failures that one party may make in a window.
const PER_PARTY: u32 = 10;
/// Parties kept in memory. Those over that go uncounted: what they could guess at has 128 bits.
const PARTIES: usize = 10_000;
/// How long failures count.
const WINDOW: Millis = Millis::from_mins(5);

/// Counts failures by party, in bounded memory. Each party stands for itself, so that nobody's failures stop anybody else: a cap
/// on all of them together would let one stranger with many addresses close the door to a whole shift.
pub struct FailureLimiter<P> {
    most: u32,
    counts: Mutex<Counts<P>>,
}

struct Counts<P> {
    began: UnixMillis,
    parties: HashMap<P, u32>,
}

/// Who calls: an IPv4 address, or an IPv6 network of 64 bits, since one host has a whole one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Source {
    /// An IPv4 address.
    V4(u32),
    /// The first half of an IPv6 address.
    V6(u64),
    /// Not a network's.
    Unknown,
}

impl From<Option<IpAddr>> for Source {
    fn from(address: Option<IpAddr>) -> Self {
        match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => Self::V4(address.to_bits()),
            Some(IpAddr::V6(address)) => Self::V6((address.to_bits() >> 64) as u64),
            None => Self::Unknown,
        }
    }
}

impl<P> Default for FailureLimiter<P> {
    fn default() -> Self {
        Self::of(PER_PARTY)
    }
}

impl<P> FailureLimiter<P> {
    /// One that lets each party so many in a window.
    pub fn of(most: u32) -> Self {
        Self { most, counts: Mutex::new(Counts::since(UnixMillis::MIN)) }
    }
}

impl<P: Eq + Hash> FailureLimiter<P> {
    /// May this party try?
    pub fn allows(&self, party: impl Into<P>, now: UnixMillis) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.roll(now);
        counts.parties.get(&party.into()).is_none_or(|failed| *failed < self.most)
    }

    /// It tried and failed.
    pub fn failed(&self, party: impl Into<P>, now: UnixMillis) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.roll(now);
        counts.note(party.into());
    }
}

impl<P> Counts<P> {
    fn since(began: UnixMillis) -> Self {
        Self { began, parties: HashMap::new() }
    }
}

impl<P: Eq + Hash> Counts<P> {
    /// Begins a new window when the old one is over, or when the clock was put back.
    fn roll(&mut self, now: UnixMillis) {
        if now < self.began || now - self.began >= WINDOW {
            *self = Self::since(now);
        }
    }

    fn note(&mut self, party: P) {
        if self.parties.len() < PARTIES || self.parties.contains_key(&party) {
            *self.parties.entry(party).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> UnixMillis {
        UnixMillis::new(1_700_000_000_000) + Millis::from_mins(minutes)
    }

    fn host(n: u32) -> IpAddr {
        IpAddr::V4(n.into())
    }

    #[test]
    fn a_source_that_keeps_failing_is_stopped_and_others_are_not() {
        let limiter = FailureLimiter::<Source>::default();
        for _ in 0..PER_PARTY {
            assert!(limiter.allows(Some(host(1)), at(0)));
            limiter.failed(Some(host(1)), at(0));
        }
        assert!(!limiter.allows(Some(host(1)), at(4)));
        assert!(limiter.allows(Some(host(2)), at(4)));
        assert!(limiter.allows(Some(host(1)), at(5)), "a new window");
    }

    #[test]
    fn failures_elsewhere_stop_nobody_however_many_they_are() {
        let limiter = FailureLimiter::<Source>::default();
        (0..2 * PARTIES as u32).for_each(|n| limiter.failed(Some(host(n)), at(0)));
        assert!(limiter.allows(Some(host(2 * PARTIES as u32)), at(0)));
    }

    #[test]
    fn memory_stays_bounded() {
        let mut counts = Counts::since(UnixMillis::MIN);
        (0..2 * PARTIES as u32).for_each(|n| counts.note(Source::from(Some(host(n)))));
        assert_eq!(counts.parties.len(), PARTIES);
    }

    #[test]
    fn a_clock_put_back_does_not_lock_anybody_out() {
        let limiter = FailureLimiter::<Source>::default();
        (0..PER_PARTY).for_each(|_| limiter.failed(Some(host(1)), at(1_000)));
        assert!(limiter.allows(Some(host(1)), at(0)));
    }

    #[test]
    fn one_ipv6_network_is_one_source() {
        let limiter = FailureLimiter::<Source>::default();
        for n in 0..u128::from(PER_PARTY) {
            limiter.failed(Some(IpAddr::V6(((0x2001_0db8_u128 << 96) + n).into())), at(0));
        }
        assert!(!limiter.allows(Some(IpAddr::V6(((0x2001_0db8_u128 << 96) + 999).into())), at(0)));
    }
}

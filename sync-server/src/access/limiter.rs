//! Slows down whoever keeps failing to prove who they are. Successes cost nothing: a whole shift may enrol from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use detailbook_core::time::{Millis, UnixMillis};

/// Failures that one source may make in a window.
const PER_SOURCE: u32 = 10;
/// Failures that all sources may make together in a window.
const OVERALL: u32 = 1_000;
/// Sources kept in memory. What is over is counted under one shared entry.
const SOURCES: usize = 10_000;
/// How long failures count.
const WINDOW: Millis = Millis::from_mins(5);

/// Counts failures by source address and overall, in bounded memory.
#[derive(Default)]
pub struct FailureLimiter(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    began: UnixMillis,
    overall: u32,
    sources: HashMap<Source, u32>,
}

/// Who fails: an IPv4 address, or an IPv6 network of 64 bits, since one host has a whole one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Source {
    V4(u32),
    V6(u64),
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

impl FailureLimiter {
    /// May this source try?
    pub fn allows(&self, from: Option<IpAddr>, now: UnixMillis) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.roll(now);
        counts.overall < OVERALL && counts.sources.get(&counts.key(from)).is_none_or(|failed| *failed < PER_SOURCE)
    }

    /// It tried and failed.
    pub fn failed(&self, from: Option<IpAddr>, now: UnixMillis) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.roll(now);
        counts.overall += 1;
        let key = counts.key(from);
        *counts.sources.entry(key).or_default() += 1;
    }
}

impl Counts {
    /// Begins a new window when the old one is over, or when the clock was put back.
    fn roll(&mut self, now: UnixMillis) {
        if now < self.began || now - self.began >= WINDOW {
            *self = Self { began: now, ..Self::default() };
        }
    }

    fn key(&self, from: Option<IpAddr>) -> Source {
        let source = Source::from(from);
        if self.sources.len() >= SOURCES && !self.sources.contains_key(&source) { Source::Unknown } else { source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis::MIN;

    fn at(minutes: i64) -> UnixMillis {
        UnixMillis::new(1_700_000_000_000) + Millis::from_mins(minutes)
    }

    fn host(n: u32) -> IpAddr {
        IpAddr::V4(n.into())
    }

    #[test]
    fn a_source_that_keeps_failing_is_stopped_and_others_are_not() {
        let limiter = FailureLimiter::default();
        for _ in 0..PER_SOURCE {
            assert!(limiter.allows(Some(host(1)), at(0)));
            limiter.failed(Some(host(1)), at(0));
        }
        assert!(!limiter.allows(Some(host(1)), at(4)));
        assert!(limiter.allows(Some(host(2)), at(4)));
        assert!(limiter.allows(Some(host(1)), at(5)), "a new window");
    }

    #[test]
    fn many_sources_together_are_stopped() {
        let limiter = FailureLimiter::default();
        (0..OVERALL).for_each(|n| limiter.failed(Some(host(n)), at(0)));
        assert!(!limiter.allows(Some(host(OVERALL + 1)), at(0)));
    }

    #[test]
    fn memory_stays_bounded() {
        let mut counts = Counts { began: NOW, ..Counts::default() };
        for n in 0..2 * SOURCES as u32 {
            let key = counts.key(Some(host(n)));
            *counts.sources.entry(key).or_default() += 1;
        }
        assert!(counts.sources.len() <= SOURCES + 1);
    }

    #[test]
    fn a_clock_put_back_does_not_lock_anybody_out() {
        let limiter = FailureLimiter::default();
        (0..PER_SOURCE).for_each(|_| limiter.failed(Some(host(1)), at(1_000)));
        assert!(limiter.allows(Some(host(1)), at(0)));
    }

    #[test]
    fn one_ipv6_network_is_one_source() {
        let limiter = FailureLimiter::default();
        for n in 0..u128::from(PER_SOURCE) {
            limiter.failed(Some(IpAddr::V6(((0x2001_0db8_u128 << 96) + n).into())), at(0));
        }
        assert!(!limiter.allows(Some(IpAddr::V6(((0x2001_0db8_u128 << 96) + 999).into())), at(0)));
    }
}

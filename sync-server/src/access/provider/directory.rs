//! What providers said of themselves, kept for a while: neither everybody who signs in nor every stranger who presses the button
//! makes this server ask again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire::Refusal;

use super::described::Described;
use super::reach::Reach;
use crate::problem::Problem;

/// How long what a provider said is good.
const GOOD: Millis = Millis::from_mins(10);
/// How long one that failed is left alone.
const REST: Millis = Millis::from_secs(15);
/// How soon it is asked again for a key that is not known: providers change keys.
const RENEW: Millis = Millis::from_secs(30);
/// Providers kept.
const MOST: usize = 1_000;
/// Calls of strangers that are under way at once. Each holds a thread.
const CALLS: usize = 16;

/// What is known of providers.
#[derive(Debug, Default)]
pub struct Directory {
    known: Mutex<HashMap<String, Known>>,
    calls: AtomicUsize,
}

#[derive(Clone, Debug)]
struct Known {
    at: UnixMillis,
    what: Result<Arc<Described>, String>,
}

impl Known {
    fn is_good(&self, now: UnixMillis) -> bool {
        let lasts = if self.what.is_ok() { GOOD } else { REST };
        now >= self.at && now - self.at < lasts
    }
}

/// A call that is under way.
pub(super) struct Calling<'a>(&'a AtomicUsize);

impl Drop for Calling<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Directory {
    /// A place to call from.
    pub(super) fn calling(&self) -> Result<Calling<'_>, Problem> {
        let place = Calling(&self.calls);
        if self.calls.fetch_add(1, Ordering::Relaxed) < CALLS {
            return Ok(place);
        }
        let reason = "Too many are signing in by an identity provider just now. Try again in a minute.";
        Err(Problem::new(Refusal::SlowDown, reason))
    }

    /// What a provider says of itself. Blocks.
    pub fn get(&self, reach: &Reach, issuer: &str, now: UnixMillis) -> Result<Arc<Described>, String> {
        match self.look(issuer).filter(|known| known.is_good(now)) {
            Some(known) => known.what,
            None => self.ask(reach, issuer, now),
        }
    }

    /// The same, asked anew for a key that it had not yet, but not all the time. Blocks.
    pub(super) fn renewed(&self, reach: &Reach, issuer: &str, now: UnixMillis) -> Option<Arc<Described>> {
        let fresh = self.look(issuer).is_some_and(|known| now >= known.at && now - known.at < RENEW);
        if fresh { None } else { self.ask(reach, issuer, now).ok() }
    }

    /// Asks it in any case. Blocks.
    pub fn ask(&self, reach: &Reach, issuer: &str, now: UnixMillis) -> Result<Arc<Described>, String> {
        let what = Described::fetch(reach, issuer).map(Arc::new);
        if let Err(why) = &what {
            tracing::warn!(issuer, why, "an identity provider cannot be used");
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(issuer.to_owned(), Known { at: now, what: what.clone() });
        what
    }

    fn look(&self, issuer: &str) -> Option<Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_call_at_once_and_a_place_is_given_back() {
        let directory = Directory::default();
        let places: Vec<_> = (0..CALLS).map(|_| directory.calling().unwrap()).collect();
        assert!(directory.calling().is_err() && directory.calling().is_err());
        drop(places);
        assert!(directory.calling().is_ok());
    }

    #[test]
    fn what_failed_is_left_alone_for_a_moment_only() {
        let (directory, reach) = (Directory::default(), Reach::default());
        let at = |seconds| UnixMillis::new(0) + Millis::from_secs(seconds);
        assert!(directory.get(&reach, "http://login.example.org", at(0)).is_err());
        assert!(directory.look("http://login.example.org").unwrap().is_good(at(14)));
        assert!(!directory.look("http://login.example.org").unwrap().is_good(at(15)));
        assert!(!directory.look("http://login.example.org").unwrap().is_good(at(-1)), "a clock put back");
    }
}

//! Who listens, how many of them there may be, and how far each agency's feed has come.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;
use detailbook_core::wire::Refusal;
use tokio::sync::watch;

use crate::problem::Problem;

/// Streams of one session: a browser's pages, with some of another window.
const OF_ONE: usize = 8;
/// Streams in all: a third of the connections that the server takes.
const IN_ALL: usize = 256;

/// How fast things go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// How often a stream says that it is there, and looks whether the session is.
    pub beat: Duration,
    /// How often it is looked whether another node moved the feed.
    pub look: Duration,
    /// How long commits are gathered before anybody is told.
    pub gather: Duration,
    /// How long a stream is silent after it said that something moved.
    pub rest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        let millis = Duration::from_millis;
        Self {
            beat: Duration::from_secs(15),
            look: Duration::from_secs(1),
            gather: millis(200),
            rest: Duration::from_secs(1),
        }
    }
}

/// Everybody who listens to this node.
pub struct Live {
    /// How fast things go.
    pub pace: Pace,
    state: Mutex<State>,
    closed: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    /// Streams of each session.
    sessions: HashMap<(AgencyId, Sha256), usize>,
    /// How far the feed of each agency that somebody listens to has come; nothing until it was looked at.
    heads: HashMap<AgencyId, watch::Sender<String>>,
    /// Somebody looks already.
    watched: bool,
}

impl Default for Live {
    fn default() -> Self {
        Self::with(Pace::default())
    }
}

impl Live {
    /// Nobody listens yet.
    pub fn with(pace: Pace) -> Self {
        Self { pace, state: Mutex::default(), closed: watch::Sender::new(false) }
    }

    /// Lets one more listen, if there is room.
    pub fn enter(self: &Arc<Self>, agency: AgencyId, session: Sha256) -> Result<Place, Problem> {
        let mut state = self.state();
        let in_all: usize = state.sessions.values().sum();
        let own = state.sessions.entry((agency, session)).or_default();
        if *own >= OF_ONE || in_all >= IN_ALL {
            let reason = "Too many pages are live at once. Close some of them; this one shows what is new when you load it again.";
            let empty = *own == 0;
            if empty {
                state.sessions.remove(&(agency, session));
            }
            return Err(Problem::new(Refusal::SlowDown, reason));
        }
        *own += 1;
        state.heads.entry(agency).or_insert_with(|| watch::Sender::new(String::new()));
        Ok(Place { live: Arc::clone(self), agency, session })
    }

    /// Ends every stream, now and from now on: the server stops.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    /// How many listen.
    pub fn count(&self) -> usize {
        self.state().sessions.values().sum()
    }

    pub(super) fn closed(&self) -> watch::Receiver<bool> {
        self.closed.subscribe()
    }

    /// Notes how far their feeds have come, and wakes who listens to one that moved.
    pub(super) fn note(&self, heads: Vec<(AgencyId, String)>) {
        let state = self.state();
        for (agency, head) in heads {
            if let Some(known) = state.heads.get(&agency) {
                known.send_if_modified(|known| {
                    let moved = *known != head;
                    *known = head;
                    moved
                });
            }
        }
    }

    /// Takes it on to look after the feeds. Nothing: somebody does already.
    pub(super) fn take_watch(self: &Arc<Self>) -> Option<Watch> {
        let taken = std::mem::replace(&mut self.state().watched, true);
        (!taken).then(|| Watch { live: Arc::clone(self), over: false })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One stream's place. Dropped, it is free again.
pub struct Place {
    live: Arc<Live>,
    /// Whose feed.
    pub(super) agency: AgencyId,
    session: Sha256,
}

impl Place {
    /// How far the feed has come.
    pub(super) fn head(&self) -> Option<watch::Receiver<String>> {
        self.live.state().heads.get(&self.agency).map(watch::Sender::subscribe)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.live.state();
        let key = (self.agency, self.session);
        let left = state.sessions.get_mut(&key).map_or(0, |own| {
            *own -= 1;
            *own
        });
        if left == 0 {
            state.sessions.remove(&key);
        }
        if !state.sessions.keys().any(|(agency, _)| *agency == self.agency) {
            state.heads.remove(&self.agency);
        }
    }
}

/// Held by who looks after the feeds.
pub(super) struct Watch {
    live: Arc<Live>,
    over: bool,
}

impl Watch {
    /// The agencies that somebody listens to. Nothing: nobody does, and who comes next has the feeds looked after anew.
    pub(super) fn agencies(&mut self) -> Option<Vec<AgencyId>> {
        let mut state = self.live.state();
        // Under one lock: whoever comes in between would wait for somebody who has gone.
        self.over = state.heads.is_empty();
        state.watched = !self.over;
        (!self.over).then(|| state.heads.keys().copied().collect())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.over {
            self.live.state().watched = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agency(number: u8) -> AgencyId {
        AgencyId::from_bytes([number; 16])
    }

    fn session(number: u16) -> Sha256 {
        let mut bytes = [0; 32];
        bytes[..2].copy_from_slice(&number.to_be_bytes());
        Sha256(bytes)
    }

    #[test]
    fn a_session_and_all_together_have_so_many_streams_and_no_more() {
        let live = Arc::new(Live::default());
        let mut places: Vec<_> = (0..OF_ONE).map(|_| live.enter(agency(1), session(0)).unwrap()).collect();
        assert_eq!(live.enter(agency(1), session(0)).err().unwrap().refusal, Refusal::SlowDown);
        assert!(live.enter(agency(2), session(0)).is_ok(), "another agency's session is another session");
        places.pop();
        places.push(live.enter(agency(1), session(0)).unwrap());
        for number in 1.. {
            match live.enter(agency(1), session(number)) {
                Ok(place) => places.push(place),
                Err(_) => break,
            }
        }
        assert_eq!((places.len(), live.count()), (IN_ALL, IN_ALL));
        drop(places);
        assert_eq!(live.count(), 0);
        assert!(live.take_watch().unwrap().agencies().is_none(), "no agency is left behind");
    }

    #[test]
    fn who_listens_is_woken_by_their_own_agency_only() {
        let live = Arc::new(Live::default());
        let (one, two) = (live.enter(agency(1), session(1)).unwrap(), live.enter(agency(2), session(2)).unwrap());
        let (mut first, mut second) = (one.head().unwrap(), two.head().unwrap());
        live.note(vec![(agency(1), "1-5".into()), (agency(3), "1-9".into())]);
        assert!(first.has_changed().unwrap() && !second.has_changed().unwrap());
        assert_eq!((first.borrow_and_update().as_str(), second.borrow_and_update().as_str()), ("1-5", ""));
        live.note(vec![(agency(1), "1-5".into())]);
        assert!(!first.has_changed().unwrap(), "it did not move");
        drop(one);
        assert!(first.has_changed().is_err(), "nobody looks after it any more");
    }

    #[test]
    fn one_looks_after_the_feeds_until_nobody_listens() {
        let live = Arc::new(Live::default());
        let place = live.enter(agency(1), session(1)).unwrap();
        let mut watch = live.take_watch().unwrap();
        assert!(live.take_watch().is_none());
        assert_eq!(watch.agencies(), Some(vec![agency(1)]));
        drop(place);
        assert_eq!(watch.agencies(), None);
        let next = live.take_watch().unwrap();
        drop(watch);
        assert!(live.take_watch().is_none(), "who has gone takes nothing from who came after");
        drop(next);
        assert!(live.take_watch().is_some());
    }
}

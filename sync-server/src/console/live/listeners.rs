//! Who listens, how many of them there may be, and how far each agency's feed has come.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use detailbook_core::ids::{AgencyId, UserId};
use detailbook_core::shift::Sha256;
use detailbook_core::wire::Refusal;
use tokio::sync::watch;

use crate::problem::Problem;

/// Streams of one session. Browsers hold six connections to a server: some have to be left for what is asked for beside.
const OF_ONE: usize = 4;
/// Streams of one person, in however many browsers.
const OF_USER: usize = 8;
/// Streams of one agency: no other agency's pages fall silent by it.
const OF_AGENCY: usize = 64;
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

/// Whose session it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Whose {
    agency: AgencyId,
    user: UserId,
    session: Sha256,
}

#[derive(Default)]
struct State {
    /// Streams of each session.
    sessions: HashMap<Whose, usize>,
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

impl State {
    /// Is there no room for one more, of this session, of its user, of the agency or at all?
    fn is_full(&self, whose: Whose) -> bool {
        let of = |which: &dyn Fn(&Whose) -> bool| -> usize {
            self.sessions.iter().filter(|(known, _)| which(known)).map(|(_, streams)| streams).sum()
        };
        of(&|known: &Whose| *known == whose) >= OF_ONE
            || of(&|known: &Whose| known.agency == whose.agency && known.user == whose.user) >= OF_USER
            || of(&|known: &Whose| known.agency == whose.agency) >= OF_AGENCY
            || of(&|_: &Whose| true) >= IN_ALL
    }
}

impl Live {
    /// Nobody listens yet.
    pub fn with(pace: Pace) -> Self {
        Self { pace, state: Mutex::default(), closed: watch::Sender::new(false) }
    }

    /// Lets one more listen, if there is room.
    pub fn enter(self: &Arc<Self>, agency: AgencyId, user: UserId, session: Sha256) -> Result<Place, Problem> {
        let (mut state, whose) = (self.state(), Whose { agency, user, session });
        if state.is_full(whose) {
            let reason = "Too many pages are live at once. Close some of them; this one shows what is new when you load it again.";
            return Err(Problem::new(Refusal::SlowDown, reason));
        }
        *state.sessions.entry(whose).or_default() += 1;
        state.heads.entry(agency).or_insert_with(|| watch::Sender::new(String::new()));
        Ok(Place { live: Arc::clone(self), agency, whose })
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
    whose: Whose,
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
        let left = state.sessions.get_mut(&self.whose).map_or(0, |own| {
            *own -= 1;
            *own
        });
        if left == 0 {
            state.sessions.remove(&self.whose);
        }
        if !state.sessions.keys().any(|whose| whose.agency == self.agency) {
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

    fn user(number: u16) -> UserId {
        let mut bytes = [0; 16];
        bytes[..2].copy_from_slice(&number.to_be_bytes());
        UserId::from_bytes(bytes)
    }

    /// As many as are let in of those whom the numbers name.
    fn enter_all(live: &Arc<Live>, who: impl Iterator<Item = (u8, u16, u16)>) -> Vec<Place> {
        who.map_while(|(of, person, number)| live.enter(agency(of), user(person), session(number)).ok()).collect()
    }

    #[test]
    fn a_session_a_user_an_agency_and_all_together_have_so_many_streams_and_no_more() {
        let live = Arc::new(Live::default());
        let mut places = enter_all(&live, std::iter::repeat((1, 0, 0)));
        assert_eq!(places.len(), OF_ONE);
        assert_eq!(live.enter(agency(1), user(0), session(0)).err().unwrap().refusal, Refusal::SlowDown);
        assert!(live.enter(agency(2), user(0), session(0)).is_ok(), "another agency's session is another session");
        places.pop();
        places.extend(enter_all(&live, (0..).map(|number| (1, 0, number))));
        assert_eq!(places.len(), OF_USER, "one person has no more of them in other browsers");
        places.extend(enter_all(&live, (1..).map(|number| (1, number, 100 + number))));
        assert_eq!(places.len(), OF_AGENCY);
        let others = (2..).flat_map(|of| (0..32).map(move |number| (of, number, number)));
        places.extend(enter_all(&live, others));
        assert_eq!((places.len(), live.count()), (IN_ALL, IN_ALL), "and other agencies have theirs");
        drop(places);
        assert_eq!(live.count(), 0);
        assert!(live.take_watch().unwrap().agencies().is_none(), "no agency is left behind");
    }

    #[test]
    fn who_listens_is_woken_by_their_own_agency_only() {
        let live = Arc::new(Live::default());
        let (one, two) =
            (live.enter(agency(1), user(1), session(1)).unwrap(), live.enter(agency(2), user(2), session(2)).unwrap());
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
        let place = live.enter(agency(1), user(1), session(1)).unwrap();
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

//! Facts for tests of this room: one phone's clock, told minute by minute.

use chrono::NaiveDateTime;

use super::{ChainLink, Content, Fact, FactKind, LoggedFact, Sha256};
use crate::geo::{Fix, Provider};
use crate::ids::{DeviceId, FactId};
use crate::time::{Anchor, BootId, ClockReading, Millis, UnixMillis, Zone};

/// A phone that has heard the server and knows the time.
#[derive(Clone, Copy)]
pub(super) struct Phone {
    pub(super) number: u8,
    pub(super) counter: u64,
    pub(super) boot: u32,
    pub(super) anchored: bool,
    /// How far its wall clock is ahead.
    pub(super) ahead: Millis,
}

pub(super) fn new_york() -> Zone {
    Zone::named("America/New_York").unwrap()
}

/// An instant by New York's clock, such as `2019-06-27 18:00:00`.
pub(super) fn at(text: &str) -> UnixMillis {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
    new_york().instant(local).first()
}

/// A time on the evening that most tests are about.
pub(super) fn clock(text: &str) -> UnixMillis {
    at(&format!("2019-06-27 {text}:00"))
}

/// A boot that began before any test's evening.
fn booted() -> UnixMillis {
    at("2019-06-01 00:00:00")
}

impl Phone {
    pub(super) fn new(number: u8) -> Self {
        Self { number, counter: 0, boot: 1, anchored: true, ahead: Millis(0) }
    }

    /// A fact of that true time.
    pub(super) fn fact(&mut self, kind: FactKind, true_time: UnixMillis) -> LoggedFact {
        self.counter += 1;
        let monotonic = |at: UnixMillis| (at - booted()).0.unsigned_abs();
        let seen = clock("00:30");
        let anchor = Anchor { server: seen, monotonic: monotonic(seen), boot: BootId(self.boot), round_trip: 0 };
        let clock = ClockReading {
            wall: true_time + self.ahead,
            zone: new_york().into(),
            monotonic: monotonic(true_time),
            boot: BootId(self.boot),
            anchor: self.anchored.then_some(anchor),
        };
        let fact = Fact {
            kind,
            clock,
            link: ChainLink { counter: self.counter, previous: Sha256([0; 32]) },
            fixes: None,
            phone: None,
            app: 1,
            content: None,
            about: None,
            detail: None,
        };
        LoggedFact::new(self.id(), DeviceId::from_bytes([self.number; 16]), fact)
    }

    fn id(&self) -> FactId {
        let mut bytes = [self.number; 16];
        bytes[8..].copy_from_slice(&self.counter.to_be_bytes());
        FactId::from_bytes(bytes)
    }

    pub(super) fn punch(&mut self, kind: FactKind, time: &str) -> LoggedFact {
        self.fact(kind, clock(time))
    }

    pub(super) fn correction(&mut self, of: &LoggedFact, to: &str, time: &str) -> LoggedFact {
        let mut logged = self.punch(FactKind::Correction, time);
        logged.fact.about = Some(of.id);
        let text = Some("forgot to press".to_owned());
        logged.fact.content = Some(Content { text, corrected: Some(clock(to)), ..Content::default() });
        logged
    }

    pub(super) fn words(&mut self, kind: FactKind, text: &str, about: Option<FactId>, time: &str) -> LoggedFact {
        let mut logged = self.punch(kind, time);
        logged.fact.about = about;
        logged.fact.content = Some(Content { text: Some(text.to_owned()), ..Content::default() });
        logged
    }
}

/// A good fix at a place.
pub(super) fn fix(latitude_e7: i32, longitude_e7: i32) -> Fix {
    Fix { latitude_e7, longitude_e7, accuracy_dm: Some(100), age_ms: 1_000, provider: Provider::Gps, mock: false }
}

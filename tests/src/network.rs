//! A network that loses, delays, repeats, reorders and cuts what it carries.

use std::collections::BTreeMap;

use detailbook_core::time::{Millis, UnixMillis};

use crate::entropy::Seeded;

/// How bad the network is, each in times of a hundred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weather {
    /// Requests that never arrive.
    pub drop_request: u64,
    /// Answers that never arrive.
    pub drop_response: u64,
    /// Requests that arrive a second time.
    pub repeat: u64,
    /// Bodies that end too early.
    pub cut: u64,
    /// Messages that take minutes, and so overtake each other.
    pub slow: u64,
}

impl Weather {
    /// Everything arrives, in order, at once.
    pub const CLEAR: Self = Self { drop_request: 0, drop_response: 0, repeat: 0, cut: 0, slow: 0 };
    /// A bad evening.
    pub const FOUL: Self = Self { drop_request: 12, drop_response: 15, repeat: 8, cut: 8, slow: 15 };
}

/// What becomes of one message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It arrives after that long.
    Arrives(Millis),
    /// It never arrives.
    Lost,
    /// It arrives after that long with that share of its bytes, in thousandths.
    Cut(Millis, u64),
    /// It arrives twice.
    Twice(Millis, Millis),
}

impl Fate {
    /// What becomes of a request in this weather.
    pub fn of_request(weather: &Weather, entropy: &mut Seeded) -> Self {
        match Fault::draw(entropy, weather.drop_request, weather.repeat, weather.cut) {
            Fault::Drop => Self::Lost,
            Fault::Repeat => Self::Twice(delay(weather, entropy), delay(weather, entropy)),
            Fault::Cut => Self::Cut(delay(weather, entropy), entropy.below(1_000)),
            Fault::None => Self::Arrives(delay(weather, entropy)),
        }
    }

    /// What becomes of an answer.
    pub fn of_response(weather: &Weather, entropy: &mut Seeded) -> Self {
        match Fault::draw(entropy, weather.drop_response, 0, weather.cut) {
            Fault::Drop => Self::Lost,
            Fault::Cut => Self::Cut(delay(weather, entropy), entropy.below(1_000)),
            Fault::Repeat | Fault::None => Self::Arrives(delay(weather, entropy)),
        }
    }
}

enum Fault {
    None,
    Drop,
    Repeat,
    Cut,
}

impl Fault {
    fn draw(entropy: &mut Seeded, drop: u64, repeat: u64, cut: u64) -> Self {
        let none = 100_u64.saturating_sub(drop + repeat + cut);
        match entropy.weighted(&[none, drop, repeat, cut]) {
            1 => Self::Drop,
            2 => Self::Repeat,
            3 => Self::Cut,
            _ => Self::None,
        }
    }
}

fn delay(weather: &Weather, entropy: &mut Seeded) -> Millis {
    let most = if entropy.percent(weather.slow) { 300_000 } else { 900 };
    Millis(entropy.between(20, most) as i64)
}

/// What is on its way, in order of arrival; what was sent first comes first where times are equal.
pub struct Network<T> {
    under_way: BTreeMap<(UnixMillis, u64), T>,
    sent: u64,
}

impl<T> Default for Network<T> {
    fn default() -> Self {
        Self { under_way: BTreeMap::new(), sent: 0 }
    }
}

impl<T> Network<T> {
    /// Puts a message on its way.
    pub fn send(&mut self, arrives: UnixMillis, message: T) {
        self.sent += 1;
        self.under_way.insert((arrives, self.sent), message);
    }

    /// When the next message arrives.
    pub fn next(&self) -> Option<UnixMillis> {
        self.under_way.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next message that has arrived by `now`.
    pub fn arrived(&mut self, now: UnixMillis) -> Option<(UnixMillis, T)> {
        let first = self.under_way.first_entry()?;
        if first.key().0 > now {
            return None;
        }
        let ((at, _), message) = first.remove_entry();
        Some((at, message))
    }

    /// How much is under way.
    pub fn len(&self) -> usize {
        self.under_way.len()
    }

    /// Is nothing under way?
    pub fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }
}

/// The first `thousandths` of a body, always less than all of it.
pub fn cut(body: &[u8], thousandths: u64) -> &[u8] {
    let length = (body.len() as u64).saturating_mul(thousandths) / 1_000;
    &body[..(length as usize).min(body.len().saturating_sub(1))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_arrive_in_order_of_time_then_of_sending() {
        let mut network = Network::default();
        let at = UnixMillis::new;
        network.send(at(5), "late");
        network.send(at(3), "first");
        network.send(at(3), "second");
        assert_eq!(network.arrived(at(2)), None);
        assert_eq!(network.next(), Some(at(3)));
        let order: Vec<_> = std::iter::from_fn(|| network.arrived(at(9))).map(|(_, message)| message).collect();
        assert_eq!(order, ["first", "second", "late"]);
        assert!(network.is_empty());
    }

    #[test]
    fn a_cut_body_is_never_whole() {
        assert_eq!(cut(b"abcd", 999), b"abc");
        assert_eq!(cut(b"abcd", 0), b"");
        assert_eq!(cut(b"", 500), b"");
    }

    #[test]
    fn clear_weather_loses_nothing_and_foul_weather_does_everything() {
        let mut entropy = Seeded::new(1, "weather");
        for _ in 0..200 {
            assert!(matches!(Fate::of_request(&Weather::CLEAR, &mut entropy), Fate::Arrives(_)));
        }
        let fates: Vec<_> = (0..400).map(|_| Fate::of_request(&Weather::FOUL, &mut entropy)).collect();
        for wanted in [
            |fate: &Fate| matches!(fate, Fate::Lost),
            |fate: &Fate| matches!(fate, Fate::Cut(..)),
            |fate: &Fate| matches!(fate, Fate::Twice(..)),
            |fate: &Fate| matches!(fate, Fate::Arrives(_)),
        ] {
            assert!(fates.iter().any(wanted));
        }
    }
}

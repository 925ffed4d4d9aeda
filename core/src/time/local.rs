//! Between instants and what a clock on the wall of a zone shows.

use chrono::offset::LocalResult;
use chrono::{Days, NaiveDateTime, TimeDelta, TimeZone, Timelike};

use super::{Millis, UnixMillis, Zone};

/// The instants at which a zone's clocks show a date and time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LocalInstant {
    /// Exactly one.
    Once(UnixMillis),
    /// Two: the clocks were set back and show it again.
    Fold {
        /// The first time.
        earlier: UnixMillis,
        /// The second time.
        later: UnixMillis,
    },
    /// None: the clocks were set forward over it.
    Gap {
        /// The first instant after the gap.
        resumes: UnixMillis,
    },
}

impl LocalInstant {
    /// The one instant, if there is exactly one.
    pub const fn once(self) -> Option<UnixMillis> {
        match self {
            Self::Once(at) => Some(at),
            Self::Fold { .. } | Self::Gap { .. } => None,
        }
    }

    /// The first instant at which the clocks show that time or a later one: the earlier of two, the end of a gap.
    pub const fn first(self) -> UnixMillis {
        match self {
            Self::Once(at) | Self::Fold { earlier: at, .. } | Self::Gap { resumes: at } => at,
        }
    }

    /// The last instant at which the clocks begin to show that time: the later of two, the end of a gap.
    pub const fn last(self) -> UnixMillis {
        match self {
            Self::Once(at) | Self::Fold { later: at, .. } | Self::Gap { resumes: at } => at,
        }
    }
}

impl Zone {
    /// What the zone's clocks show at an instant. Held to a day within the range of dates, so that no zone overflows it.
    pub fn local(self, at: UnixMillis) -> NaiveDateTime {
        let day = Millis::from_hours(48);
        let held = at.max(UnixMillis::MIN + day).min(UnixMillis::MAX - day);
        held.to_utc().with_timezone(&self.0).naive_local()
    }

    /// When the zone's clocks show a date and time: once, twice or never.
    pub fn instant(self, local: NaiveDateTime) -> LocalInstant {
        let local = within_range(local);
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(at) => LocalInstant::Once(at.to_utc().into()),
            LocalResult::Ambiguous(one, other) => {
                let (one, other) = (one.to_utc().into(), other.to_utc().into());
                LocalInstant::Fold { earlier: UnixMillis::min(one, other), later: UnixMillis::max(one, other) }
            }
            LocalResult::None => LocalInstant::Gap { resumes: self.end_of_gap(local) },
        }
    }

    /// How far the zone's clocks are ahead of UTC at an instant.
    pub fn offset(self, at: UnixMillis) -> Millis {
        let held = UnixMillis::from(self.local(at).and_utc());
        let day = Millis::from_hours(48);
        held - at.max(UnixMillis::MIN + day).min(UnixMillis::MAX - day)
    }

    /// Date and time for people, such as `2019-06-27 18:02`.
    pub fn clock_text(self, at: UnixMillis) -> String {
        self.local(at).format("%Y-%m-%d %H:%M").to_string()
    }

    /// Bisects for the first instant at which the clocks have passed a time that they never show.
    fn end_of_gap(self, local: NaiveDateTime) -> UnixMillis {
        let reach = Millis::from_hours(50);
        let middle = UnixMillis::from(local.and_utc());
        let (mut before, mut after) = ((middle - reach).as_millis(), (middle + reach).as_millis());
        while after - before > 1 {
            let between = before + (after - before) / 2;
            if self.local(UnixMillis::new(between)) < local { before = between } else { after = between }
        }
        UnixMillis::new(after)
    }
}

/// Dates within the range that instants can express in every zone, in whole milliseconds.
fn within_range(local: NaiveDateTime) -> NaiveDateTime {
    let (least, most) = (NaiveDateTime::MIN + Days::new(8), NaiveDateTime::MAX - Days::new(8));
    let held = local.clamp(least, most);
    held - TimeDelta::nanoseconds(i64::from(held.nanosecond() % 1_000_000))
}

//! Between instants and what a clock on the wall of a zone shows.

use chrono::offset::LocalResult;
use chrono::{Datelike, Days, NaiveDateTime, TimeDelta, TimeZone, Timelike};

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
        let local = self.local(at);
        format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute())
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
    // Nearly always: the bounds are not worked out for it.
    if (1..9_999).contains(&local.year()) && local.nanosecond().is_multiple_of(1_000_000) {
        return local;
    }
    let (least, most) = (NaiveDateTime::MIN + Days::new(8), NaiveDateTime::MAX - Days::new(8));
    let held = local.clamp(least, most);
    held - TimeDelta::nanoseconds(i64::from(held.nanosecond() % 1_000_000))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn shown(instant: UnixMillis) -> String {
        instant.to_string()
    }

    #[test]
    fn an_ordinary_time_is_shown_once() {
        let at = zone("America/New_York").instant(local("2019-06-27T09:00:00"));
        assert_eq!(at.once().map(shown).as_deref(), Some("2019-06-27T13:00:00.000Z"));
    }

    #[test]
    fn a_time_in_the_autumn_fold_is_shown_twice() {
        let LocalInstant::Fold { earlier, later } = zone("America/New_York").instant(local("2019-11-03T01:30:00"))
        else {
            panic!("no fold")
        };
        assert_eq!([shown(earlier), shown(later)], ["2019-11-03T05:30:00.000Z", "2019-11-03T06:30:00.000Z"]);
    }

    #[test]
    fn a_time_in_the_spring_gap_is_never_shown() {
        let at = zone("America/New_York").instant(local("2019-03-10T02:30:00"));
        assert_eq!(at.once(), None);
        assert!(matches!(at, LocalInstant::Gap { resumes } if shown(resumes) == "2019-03-10T07:00:00.000Z"));
    }

    #[test]
    fn a_whole_day_may_be_missing() {
        let at = zone("Pacific/Apia").instant(local("2011-12-30T12:00:00"));
        assert!(matches!(at, LocalInstant::Gap { resumes } if shown(resumes) == "2011-12-30T10:00:00.000Z"));
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        for name in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"] {
            for at in [UnixMillis::MIN, UnixMillis::MAX] {
                let _ = (zone(name).instant(zone(name).local(at)), zone(name).offset(at), zone(name).clock_text(at));
            }
            let _ = (zone(name).instant(NaiveDateTime::MIN), zone(name).instant(NaiveDateTime::MAX));
        }
    }

    proptest! {
        #[test]
        fn what_the_clock_shows_leads_back_to_the_instant(
            name in prop::sample::select(vec!["America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia"]),
            millis in 0..4_000_000_000_000i64,
        ) {
            let (zone, at) = (zone(name), UnixMillis::new(millis));
            let back = match zone.instant(zone.local(at)) {
                LocalInstant::Once(back) => back == at,
                LocalInstant::Fold { earlier, later } => earlier < later && (earlier == at || later == at),
                LocalInstant::Gap { .. } => false,
            };
            prop_assert!(back);
            prop_assert_eq!(zone.offset(at).0 % 60_000, 0);
        }
    }
}

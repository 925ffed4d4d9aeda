//! The hours in which somebody is not to be woken, by the clocks of their zone.

use chrono::{Days, NaiveDateTime, NaiveTime, Timelike};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::time::{Millis, UnixMillis, Zone};

/// Minutes in a day.
const A_DAY: u16 = 24 * 60;

/// From one minute of the day up to another, past midnight where the second is the smaller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// The first quiet minute, counted from midnight.
    #[n(0)]
    pub from: u16,
    /// The first minute after them.
    #[n(1)]
    pub to: u16,
}

impl QuietHours {
    /// Are both minutes of a day, and not the same?
    pub const fn is_valid(self) -> bool {
        self.from < A_DAY && self.to < A_DAY && self.from != self.to
    }

    /// Do the zone's clocks show a quiet minute?
    pub fn contains(self, zone: Zone, at: UnixMillis) -> bool {
        self.covers(minute(zone.local(at)))
    }

    const fn covers(self, minute: u16) -> bool {
        if self.from < self.to {
            self.from <= minute && minute < self.to
        } else {
            self.from <= minute || minute < self.to
        }
    }

    /// The first instant from `at` on at which the clocks show no quiet minute.
    ///
    /// Where clocks are set forward over the end, that is when they go on, or the next end where it is quiet then; where they are set back
    /// over it, the first time that they show it after `at`, or when they are set back to before the quiet hours.
    pub fn over(self, zone: Zone, at: UnixMillis) -> UnixMillis {
        let local = zone.local(at);
        if !self.is_valid() || !self.covers(minute(local)) {
            return at;
        }
        let today = if minute(local) < self.to { local.date() } else { local.date() + Days::new(1) };
        // A minute of the day is always a time.
        let end = NaiveTime::from_hms_opt(u32::from(self.to / 60), u32::from(self.to % 60), 0).unwrap_or_default();
        let ends = zone.instant(today.and_time(end));
        let end = if ends.first() > at { ends.first() } else { ends.last() };
        if ahead(zone, at) == ahead(zone, end) { end } else { self.over_a_change(zone, at) }
    }

    /// The same where the clocks are set in between. They may be set over all that is not quiet, or back to before it was.
    fn over_a_change(self, zone: Zone, at: UnixMillis) -> UnixMillis {
        let minute = Millis::from_mins(1);
        let mut over = at - Millis(at.as_millis().rem_euclid(minute.0)) + minute;
        while self.contains(zone, over) {
            over = over + minute;
        }
        over
    }
}

/// How far a zone's clocks are ahead of UTC, in milliseconds.
fn ahead(zone: Zone, at: UnixMillis) -> i64 {
    zone.local(at).and_utc().timestamp_millis() - at.as_millis()
}

fn minute(local: NaiveDateTime) -> u16 {
    u16::try_from(local.hour() * 60 + local.minute()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NIGHT: QuietHours = QuietHours { from: 22 * 60, to: 6 * 60 };

    fn new_york() -> Zone {
        Zone::named("America/New_York").unwrap()
    }

    /// When the quiet hours around a local time of New York are over, as its clocks show it and in UTC.
    fn over(quiet: QuietHours, local: &str) -> (String, String) {
        let at = new_york().instant(local.parse().unwrap()).first();
        let over = quiet.over(new_york(), at);
        (new_york().clock_text(over), over.to_string())
    }

    #[test]
    fn what_comes_at_night_waits_for_the_morning() {
        assert_eq!(over(NIGHT, "2019-06-27T22:00:00").0, "2019-06-28 06:00");
        assert_eq!(over(NIGHT, "2019-06-28T05:59:59").0, "2019-06-28 06:00");
        assert_eq!(over(NIGHT, "2019-06-28T06:00:00").0, "2019-06-28 06:00");
        assert_eq!(over(NIGHT, "2019-06-27T21:59:00").0, "2019-06-27 21:59");
        let nap = QuietHours { from: 13 * 60, to: 15 * 60 };
        assert_eq!(over(nap, "2019-06-27T14:00:00").0, "2019-06-27 15:00");
        assert_eq!(over(nap, "2019-06-27T15:00:00").0, "2019-06-27 15:00");
    }

    #[test]
    fn a_night_in_which_the_clocks_are_set_ends_when_they_show_its_end() {
        let spring = over(NIGHT, "2019-03-09T23:00:00");
        assert_eq!(spring, ("2019-03-10 06:00".into(), "2019-03-10T10:00:00.000Z".into()));
        let autumn = over(NIGHT, "2019-11-02T23:00:00");
        assert_eq!(autumn, ("2019-11-03 06:00".into(), "2019-11-03T11:00:00.000Z".into()));
    }

    #[test]
    fn an_end_that_the_clocks_skip_is_when_they_go_on() {
        let until_half_past_two = QuietHours { from: 22 * 60, to: 150 };
        assert_eq!(over(until_half_past_two, "2019-03-10T01:00:00").0, "2019-03-10 03:00");
    }

    #[test]
    fn where_the_clocks_skip_all_that_is_not_quiet_it_is_over_a_day_later() {
        let but_for_six_minutes = QuietHours { from: 126, to: 120 };
        assert_eq!(over(but_for_six_minutes, "2019-03-10T01:59:00").0, "2019-03-11 02:00");
        assert_eq!(over(but_for_six_minutes, "2019-03-09T02:10:00").0, "2019-03-11 02:00");
    }

    #[test]
    fn where_the_clocks_are_set_back_to_before_them_they_are_over_then() {
        let from_a_minute_past_one = QuietHours { from: 61, to: 120 };
        let london = Zone::named("Europe/London").unwrap();
        // At 02:00 of the summer's time they show 01:00 again.
        let change = UnixMillis::new(1_572_138_000_000);
        assert_eq!(from_a_minute_past_one.over(london, change - Millis::from_mins(1)), change);
        assert_eq!(from_a_minute_past_one.over(london, change - Millis(1)), change);
    }

    #[test]
    fn an_end_that_the_clocks_show_twice_is_the_next_of_the_two() {
        let until_half_past_one = QuietHours { from: 22 * 60, to: 90 };
        let (first, second) = (UnixMillis::new(1_572_759_000_000), UnixMillis::new(1_572_762_600_000));
        let over = |at| until_half_past_one.over(new_york(), at);
        assert_eq!(over(first - Millis::from_hours(1)), first);
        assert_eq!(over(first), first);
        // An hour later the clocks show 1:20 again, which is quiet.
        assert_eq!(over(second - Millis::from_mins(10)), second);
    }

    #[test]
    fn hours_that_are_none_defer_nothing() {
        for wrong in
            [QuietHours { from: 60, to: 60 }, QuietHours { from: 0, to: 1440 }, QuietHours { from: 2000, to: 3 }]
        {
            assert!(!wrong.is_valid());
            assert_eq!(wrong.over(Zone::UTC, UnixMillis::new(0)), UnixMillis::new(0));
        }
    }

    proptest! {
        #[test]
        fn it_is_the_first_minute_that_is_not_quiet(
            name in prop::sample::select(vec!["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata"]),
            // Around the changes of 2019, so that the clocks are often set in between.
            change in prop::sample::select(vec![1_552_201_200_i64, 1_572_760_800, 1_553_994_000, 1_572_138_000, 1_554_562_800, 1_570_289_400]),
            minutes in -2_000..2_000_i64,
            from in 0..1_440_u16,
            to in 0..1_440_u16,
        ) {
            prop_assume!(from != to);
            let (quiet, zone) = (QuietHours { from, to }, Zone::named(name).unwrap());
            let at = UnixMillis::new((change + minutes * 60) * 1_000);
            let mut slow = at;
            while quiet.contains(zone, slow) {
                slow = slow + Millis::from_mins(1);
            }
            prop_assert_eq!(quiet.over(zone, at), slow);
        }
    }
}

//! Is everyone where they should be: late, not heard of, not there. Looked at when the shift starts and at set times after.
//!
//! A phone without a signal may hold a clock-in that nobody has seen. So only a phone that was heard of since the start shows
//! that its officer has not clocked in; else there is no contact, which is no no-show.
//!
//! Whoever is sent to a shift that has begun is looked for from when they were sent: nobody is late before they could know of it.
//!
//! A clock-in speaks for a shift only where it was made about the time of that shift: one of the day before shows nothing.

use serde::{Deserialize, Serialize};

use crate::evidence::{TrueTime, Uncertainty};
use crate::time::{Interval, Millis, UnixMillis};

/// How long before the start of a shift a clock-in is one of that shift.
pub const CLOCK_IN_BEFORE: Millis = Millis::from_mins(60);

/// How long after the end of a shift it is looked whether whoever came has clocked out.
pub const CLOCK_OUT_AFTER: [Millis; 2] = [Millis::from_mins(5), Millis::from_mins(60)];

/// How long somebody may be clocked in before it is told: nobody works longer (domain: 16 hours in a row).
pub const TOO_LONG: Millis = Millis::from_hours(16);

/// What the time of a clock-in says of a shift.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ClockIn {
    /// It was made at another time.
    Elsewhen,
    /// It was made about the time of the shift, as far as the phone says.
    Likely,
    /// It was made about the time of the shift, wherever within its bounds the truth lies.
    Sure,
}

impl ClockIn {
    /// What a clock-in says of a shift that the server had by `received`. It counts from [`CLOCK_IN_BEFORE`] the start to the end.
    pub fn of(scheduled: Interval, time: &TrueTime, received: UnixMillis) -> Self {
        let counts = Interval { start: scheduled.start - CLOCK_IN_BEFORE, end: scheduled.end };
        // Nothing was made after it was received, whatever the phone's clock says.
        if !counts.contains(time.at.min(received)) {
            return Self::Elsewhen;
        }
        match time.uncertainty {
            Uncertainty::Within(off) if counts.contains(time.at - off) && counts.contains(time.at + off) => Self::Sure,
            _ => Self::Likely,
        }
    }
}

/// When to look, and what it is called then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WatchRules {
    /// How long after the start an officer is late.
    pub late_after: Millis,
    /// How long after the start an officer who was heard of is taken for a no-show.
    pub no_show_after: Millis,
}

impl Default for WatchRules {
    /// 5 and 15 minutes.
    fn default() -> Self {
        Self { late_after: Millis::from_mins(5), no_show_after: Millis::from_mins(15) }
    }
}

/// What the server knows of an officer's shift.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Seen {
    /// On the way.
    pub en_route: bool,
    /// Clocked in about the time of the shift: see [`ClockIn`].
    pub clocked_in: bool,
    /// When the officer last clocked in.
    pub since: Option<UnixMillis>,
    /// Clocked in and out.
    pub clocked_out: bool,
    /// When the phone that the officer works with was last heard of: another of theirs holds no clock-in, and shows nothing.
    pub heard: Option<UnixMillis>,
    /// When the officer was given the place, where that was after the shift had begun.
    pub given: Option<UnixMillis>,
}

impl Seen {
    /// From when on the officer is looked for.
    pub fn due(&self, scheduled: Interval) -> UnixMillis {
        self.given.map_or(scheduled.start, |given| given.max(scheduled.start))
    }
}

/// How it looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// The shift has not begun.
    Expected,
    /// On the way to a shift that has not begun, or that had begun before the officer was sent.
    EnRoute,
    /// Just begun: the officer is asked.
    Due,
    /// Begun, and nothing yet.
    Late,
    /// The phone was heard of since the start and holds no clock-in: taken for a no-show, for a person to decide.
    NoShow,
    /// Nothing was heard of the phone since the start: a clock-in may lie on it.
    NoContact,
    /// Clocked in.
    There,
    /// Clocked out.
    Left,
}

/// What a look shows, and when to look again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// How it looks.
    pub presence: Presence,
    /// When to look again; absent where nothing more is to be seen.
    pub again: Option<UnixMillis>,
}

/// Looks at an officer's shift.
pub fn look(rules: &WatchRules, scheduled: Interval, seen: &Seen, now: UnixMillis) -> Look {
    let due = seen.due(scheduled);
    let (late, no_show) = (due + rules.late_after, due + rules.no_show_after);
    let presence = match seen {
        Seen { clocked_out: true, .. } => Presence::Left,
        Seen { clocked_in: true, .. } => Presence::There,
        Seen { en_route, .. } if now < scheduled.start => {
            if *en_route {
                Presence::EnRoute
            } else {
                Presence::Expected
            }
        }
        // Who sets out as soon as they are sent comes as fast as can be: nobody need be told.
        Seen { en_route: true, .. } if due > scheduled.start && now < no_show => Presence::EnRoute,
        _ if now < late => Presence::Due,
        _ if now < no_show => Presence::Late,
        Seen { heard, .. } if heard.is_some_and(|heard| heard >= no_show) => Presence::NoShow,
        _ => Presence::NoContact,
    };
    let again = match presence {
        Presence::Left | Presence::NoShow => None,
        Presence::There => {
            let too_long = seen.since.map(|since| since + TOO_LONG);
            let looks = CLOCK_OUT_AFTER.map(|wait| scheduled.end + wait).into_iter().chain(too_long);
            looks.filter(|at| *at > now).min()
        }
        _ => [due, late, no_show].into_iter().find(|at| *at > now).or(Some(scheduled.end)),
    };
    Look { presence, again: again.filter(|at| *at > now) }
}

impl Presence {
    /// Does somebody have to be told?
    pub const fn needs_telling(self) -> bool {
        matches!(self, Self::Due | Self::Late | Self::NoShow | Self::NoContact)
    }

    /// For the coordinator.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Expected => "The shift has not begun.",
            Self::EnRoute => "On the way.",
            Self::Due => "The shift has begun; there is no clock-in yet.",
            Self::Late => "Late: no clock-in yet.",
            Self::NoShow => "The phone was heard of since and holds no clock-in.",
            Self::NoContact => "No contact: nothing was heard of the phone since, so a clock-in may lie on it.",
            Self::There => "Clocked in.",
            Self::Left => "Clocked out.",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::evidence::Basis;

    fn at(minutes: i64) -> UnixMillis {
        UnixMillis::new(1_700_000_000_000) + Millis::from_mins(minutes)
    }

    fn seen_at(seen: Seen, minute: i64) -> Look {
        look(&WatchRules::default(), Interval { start: at(0), end: at(240) }, &seen, at(minute))
    }

    #[test]
    fn a_phone_that_was_heard_of_and_holds_no_clock_in_is_a_no_show() {
        let heard = Seen { heard: Some(at(15)), ..Seen::default() };
        assert_eq!(seen_at(heard, 15), Look { presence: Presence::NoShow, again: None });
    }

    #[test]
    fn a_phone_that_was_not_heard_of_is_no_contact_and_no_no_show() {
        for heard in [None, Some(at(-30)), Some(at(14))] {
            let look = seen_at(Seen { heard, ..Seen::default() }, 20);
            assert_eq!(look, Look { presence: Presence::NoContact, again: Some(at(240)) });
        }
    }

    #[test]
    fn it_is_looked_at_when_the_shift_begins_and_at_five_and_fifteen_minutes() {
        let looks: Vec<_> = [-60, 0, 5, 15].map(|minute| seen_at(Seen::default(), minute)).into();
        let expected = [
            (Presence::Expected, Some(at(0))),
            (Presence::Due, Some(at(5))),
            (Presence::Late, Some(at(15))),
            (Presence::NoContact, Some(at(240))),
        ];
        assert_eq!(looks, expected.map(|(presence, again)| Look { presence, again }));
    }

    #[test]
    fn who_is_there_is_looked_for_only_after_the_end() {
        let there = Seen { clocked_in: true, ..Seen::default() };
        assert_eq!(seen_at(there, 100), Look { presence: Presence::There, again: Some(at(245)) });
        assert_eq!((seen_at(there, 245).again, seen_at(there, 300).again), (Some(at(300)), None));
        let since = Seen { since: Some(at(-10)), ..there };
        let looks = [100, 245, 300, 950].map(|minute| seen_at(since, minute).again);
        assert_eq!(looks, [Some(at(245)), Some(at(300)), Some(at(950)), None], "and when it is sixteen hours");
        assert_eq!(seen_at(Seen { clocked_out: true, ..there }, 100).presence, Presence::Left);
        assert_eq!(seen_at(Seen { en_route: true, ..Seen::default() }, -5).presence, Presence::EnRoute);
    }

    #[test]
    fn who_is_sent_after_the_start_is_looked_for_from_then_on() {
        let sent = Seen { given: Some(at(40)), heard: Some(at(40)), ..Seen::default() };
        let looks = [40, 45, 54, 55].map(|minute| seen_at(sent, minute));
        let expected = [
            (Presence::Due, Some(at(45))),
            (Presence::Late, Some(at(55))),
            (Presence::Late, Some(at(55))),
            (Presence::NoContact, Some(at(240))),
        ];
        assert_eq!(looks, expected.map(|(presence, again)| Look { presence, again }));
        assert_eq!(seen_at(Seen { heard: Some(at(55)), ..sent }, 55).presence, Presence::NoShow);
        let coming = Seen { en_route: true, ..sent };
        let looks = [40, 45, 54, 55].map(|minute| seen_at(coming, minute).presence);
        assert_eq!(looks, [Presence::EnRoute, Presence::EnRoute, Presence::EnRoute, Presence::NoContact]);
        let early = Seen { given: Some(at(-40)), ..coming };
        assert_eq!(seen_at(early, 5).presence, Presence::Late, "who had the place in time is late all the same");
    }

    fn clock_in(minute: i64, uncertainty: Uncertainty, received: i64) -> ClockIn {
        let time = TrueTime { at: at(minute), uncertainty, basis: Basis::NoAnchor, wall_ahead: Millis(0) };
        ClockIn::of(Interval { start: at(0), end: at(240) }, &time, at(received))
    }

    #[test]
    fn a_clock_in_counts_from_an_hour_before_the_start_to_the_end() {
        let exact = |minute| clock_in(minute, Uncertainty::Within(Millis(0)), 2_000);
        assert_eq!([-1_440, -61, 240, 1_440].map(exact), [ClockIn::Elsewhen; 4]);
        assert_eq!([-60, 0, 239].map(exact), [ClockIn::Sure; 3]);
    }

    #[test]
    fn a_clock_in_is_sure_only_where_all_of_its_bounds_lie_about_the_shift() {
        let off = |minute, bound| clock_in(minute, Uncertainty::Within(Millis::from_mins(bound)), 2_000);
        assert_eq!([off(10, 70), off(10, 71), off(200, 40)], [ClockIn::Sure, ClockIn::Likely, ClockIn::Likely]);
        assert_eq!(clock_in(10, Uncertainty::Unknown, 2_000), ClockIn::Likely);
    }

    #[test]
    fn what_was_received_the_day_before_is_no_clock_in_of_the_shift_whatever_the_phone_says() {
        assert_eq!(clock_in(5, Uncertainty::Unknown, -1_440), ClockIn::Elsewhen);
        assert_eq!(clock_in(5, Uncertainty::Within(Millis(0)), -1_440), ClockIn::Elsewhen);
    }

    proptest! {
        #[test]
        fn the_watch_ends_and_never_looks_back(
            minute in -1_000i64..1_000,
            heard in prop::option::of(-1_000i64..1_000),
            given in prop::option::of(-1_000i64..1_000),
        ) {
            let seen = Seen { heard: heard.map(at), given: given.map(at), ..Seen::default() };
            let (mut now, mut looks) = (minute, 0);
            while let Some(again) = seen_at(seen, now).again {
                prop_assert!(again > at(now));
                now = (again - at(0)).0 / 60_000;
                looks += 1;
                prop_assert!(looks <= 4);
            }
        }

        #[test]
        fn nobody_is_a_no_show_whose_phone_was_silent(minute in -1_000i64..1_000, heard in -1_000i64..15) {
            let look = seen_at(Seen { heard: Some(at(heard)), ..Seen::default() }, minute);
            prop_assert_ne!(look.presence, Presence::NoShow);
        }

        #[test]
        fn nobody_is_late_within_minutes_of_being_sent(given in -1_000i64..1_000, after in 0i64..5, heard in -1_000i64..1_000, en_route: bool) {
            let seen = Seen { given: Some(at(given)), heard: Some(at(heard)), en_route, ..Seen::default() };
            let presence = seen_at(seen, given + after).presence;
            let calm = matches!(presence, Presence::Expected | Presence::EnRoute | Presence::Due);
            prop_assert!(calm || given < 0, "{presence:?}");
        }
    }
}

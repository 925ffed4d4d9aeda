//! How one place of a detail stands at a moment: is somebody where they should be, and how much does it ask for somebody.

use serde::{Deserialize, Serialize};

use super::Presence;
use crate::geo::FenceState;
use crate::time::{Interval, UnixMillis};

/// How a place stands. The order is that of how much it asks for somebody: the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceState {
    /// The officer did not come, or it looks like it.
    NoShow,
    /// The officer gave it up, and nobody comes instead so far.
    CalledOff,
    /// Nobody has it.
    Empty,
    /// It has begun, and nothing was heard of the officer's phone.
    NoContact,
    /// It has begun for some minutes, and there is no clock-in.
    Late,
    /// The officer's last punch was made outside the fence.
    Outside,
    /// The officer's last punch does not tell whether it was made inside the fence.
    Uncertain,
    /// It has just begun.
    Due,
    /// The officer is on the way.
    EnRoute,
    /// The officer is there.
    There,
    /// It has not begun.
    Expected,
    /// The officer has clocked out.
    Left,
    /// It is over, and nobody had it.
    Unworked,
}

/// How much it asks for somebody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Urgency {
    /// Somebody must act.
    Act,
    /// Somebody should look.
    Look,
    /// As it should be.
    Good,
    /// Nothing is to be done now.
    Quiet,
}

/// What is known of whoever has the place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HolderSeen {
    /// How it looks.
    pub presence: Presence,
    /// What the last punch says about the fence, where the site has a surveyed one.
    pub fence: Option<FenceState>,
    /// A person said that the officer did not come.
    pub no_show_confirmed: bool,
    /// A person said that it is no no-show.
    pub no_show_denied: bool,
    /// The officer wishes to be relieved, and keeps the place until that is settled.
    pub gives_up: bool,
}

/// What is known of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlaceSeen {
    /// When it is worked.
    pub scheduled: Interval,
    /// Whoever has it.
    pub holder: Option<HolderSeen>,
    /// Somebody had it and gave it up.
    pub given_up: bool,
}

impl PlaceState {
    /// Every state, the worst first.
    pub const ALL: [Self; 13] = [
        Self::NoShow,
        Self::CalledOff,
        Self::Empty,
        Self::NoContact,
        Self::Late,
        Self::Outside,
        Self::Uncertain,
        Self::Due,
        Self::EnRoute,
        Self::There,
        Self::Expected,
        Self::Left,
        Self::Unworked,
    ];

    /// How the place stands at `now`.
    pub fn of(seen: &PlaceSeen, now: UnixMillis) -> Self {
        match seen.holder {
            None if now >= seen.scheduled.end => Self::Unworked,
            None if seen.given_up => Self::CalledOff,
            None => Self::Empty,
            Some(holder) => Self::held(holder),
        }
    }

    fn held(holder: HolderSeen) -> Self {
        match holder.presence {
            Presence::Left => Self::Left,
            Presence::There => match holder.fence {
                Some(FenceState::Outside) => Self::Outside,
                Some(FenceState::Uncertain) => Self::Uncertain,
                Some(FenceState::Inside) | None => Self::There,
            },
            _ if holder.no_show_confirmed => Self::NoShow,
            // A person who knows better said so: the officer is late, and on the way.
            Presence::NoShow if holder.no_show_denied => Self::Late,
            Presence::NoShow => Self::NoShow,
            _ if holder.gives_up => Self::CalledOff,
            Presence::NoContact => Self::NoContact,
            Presence::Late => Self::Late,
            Presence::Due => Self::Due,
            Presence::EnRoute => Self::EnRoute,
            Presence::Expected => Self::Expected,
        }
    }

    /// How much it asks for somebody.
    pub const fn urgency(self) -> Urgency {
        match self {
            Self::NoShow | Self::CalledOff | Self::Empty | Self::NoContact => Urgency::Act,
            Self::Late | Self::Outside | Self::Uncertain | Self::Due => Urgency::Look,
            Self::EnRoute | Self::There => Urgency::Good,
            Self::Expected | Self::Left | Self::Unworked => Urgency::Quiet,
        }
    }

    /// Is it one that somebody should see first?
    pub fn is_problem(self) -> bool {
        self != Self::Due && self.urgency() <= Urgency::Look
    }

    /// May somebody else be sent in the officer's place?
    pub const fn may_be_replaced(self) -> bool {
        matches!(self, Self::NoShow | Self::CalledOff | Self::Empty | Self::NoContact | Self::Late)
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoShow => "no-show",
            Self::CalledOff => "called off",
            Self::Empty => "empty",
            Self::NoContact => "no contact",
            Self::Late => "late",
            Self::Outside => "outside",
            Self::Uncertain => "place uncertain",
            Self::Due => "due",
            Self::EnRoute => "en route",
            Self::There => "there",
            Self::Expected => "expected",
            Self::Left => "left",
            Self::Unworked => "unworked",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shift() -> Interval {
        Interval { start: UnixMillis::new(1_000), end: UnixMillis::new(2_000) }
    }

    fn holder(presence: Presence) -> HolderSeen {
        HolderSeen { presence, fence: None, no_show_confirmed: false, no_show_denied: false, gives_up: false }
    }

    fn held(holder: HolderSeen) -> PlaceState {
        PlaceState::of(&PlaceSeen { scheduled: shift(), holder: Some(holder), given_up: true }, UnixMillis::new(1_500))
    }

    fn free(given_up: bool, now: i64) -> PlaceState {
        PlaceState::of(&PlaceSeen { scheduled: shift(), holder: None, given_up }, UnixMillis::new(now))
    }

    #[test]
    fn a_place_that_nobody_has_is_empty_or_called_off_until_it_is_over() {
        assert_eq!([free(false, 0), free(false, 1_999)], [PlaceState::Empty; 2]);
        assert_eq!([free(true, 0), free(true, 2_000)], [PlaceState::CalledOff, PlaceState::Unworked]);
    }

    #[test]
    fn whoever_is_there_is_judged_by_where_they_are() {
        let at = |fence| held(HolderSeen { fence, ..holder(Presence::There) });
        assert_eq!(at(None), PlaceState::There);
        assert_eq!(at(Some(FenceState::Inside)), PlaceState::There);
        assert_eq!(at(Some(FenceState::Uncertain)), PlaceState::Uncertain);
        assert_eq!(at(Some(FenceState::Outside)), PlaceState::Outside);
        let gone = HolderSeen { fence: Some(FenceState::Outside), ..holder(Presence::Left) };
        assert_eq!(held(gone), PlaceState::Left);
    }

    #[test]
    fn a_persons_word_on_a_no_show_stands_until_the_officer_comes() {
        let confirmed = |presence| held(HolderSeen { no_show_confirmed: true, ..holder(presence) });
        assert_eq!(confirmed(Presence::NoContact), PlaceState::NoShow);
        assert_eq!(confirmed(Presence::There), PlaceState::There);
        let denied = HolderSeen { no_show_denied: true, ..holder(Presence::NoShow) };
        assert_eq!(held(denied), PlaceState::Late);
        assert_eq!(held(holder(Presence::NoShow)), PlaceState::NoShow);
    }

    #[test]
    fn whoever_wishes_to_be_relieved_and_has_not_come_is_called_off() {
        let wish = |presence| held(HolderSeen { gives_up: true, ..holder(presence) });
        assert_eq!([wish(Presence::Expected), wish(Presence::Late)], [PlaceState::CalledOff; 2]);
        assert_eq!([wish(Presence::There), wish(Presence::NoShow)], [PlaceState::There, PlaceState::NoShow]);
    }

    #[test]
    fn the_order_is_that_of_how_much_it_asks_for_somebody() {
        assert!(PlaceState::ALL.is_sorted() && PlaceState::ALL.is_sorted_by_key(|state| state.urgency()));
        for state in PlaceState::ALL {
            assert!(!state.may_be_replaced() || state.is_problem(), "{state:?}");
        }
    }

    proptest! {
        /// Nobody who has come is ever taken for absent, whatever else is said of them.
        #[test]
        fn who_came_is_never_absent(confirmed: bool, denied: bool, gives_up: bool, left: bool) {
            let presence = if left { Presence::Left } else { Presence::There };
            let seen = HolderSeen { presence, fence: None, no_show_confirmed: confirmed, no_show_denied: denied, gives_up };
            prop_assert!(!held(seen).may_be_replaced());
        }
    }
}

//! What becomes of an officer's wish to be relieved of an assignment.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::ReliefMode;
use crate::award::Foreseen;
use crate::time::{Interval, Millis, UnixMillis};

/// An agency's gates for calling off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CallOffRules {
    /// With at least this much notice a call-off is not late. Where the rules or the contract ask for notice, theirs counts instead.
    pub free_with: Millis,
    /// With less than this the officer cannot be released by the app: the coordinator decides, and is told at once.
    pub coordinator_under: Millis,
}

impl Default for CallOffRules {
    /// 5 days (domain practice: GM 905, Los Angeles stations); 4 hours.
    fn default() -> Self {
        Self { free_with: Millis::from_hours(5 * 24), coordinator_under: Millis::from_hours(4) }
    }
}

/// What becomes of the wish.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallOff {
    /// The officer is released now, and the search begins.
    Released {
        /// With less notice than is free of consequences.
        late: bool,
    },
    /// The officer keeps the assignment until somebody else has it.
    KeptUntilReplaced {
        /// With less notice than is free of consequences.
        late: bool,
    },
    /// The officer keeps the assignment until the coordinator decides. Always late.
    CoordinatorDecides,
}

/// Why there is nothing to call off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CallOffRefusal {
    /// The detail's time is over.
    #[error("This detail is over.")]
    Over,
    /// The officer is at work.
    #[error("You are clocked in. Clock out if you must leave, and tell the agency why.")]
    ClockedIn,
}

/// Decides on a call-off that the server has at `now`. A notice is what lies between then and the start, whatever a phone says.
pub fn call_off(
    rules: &CallOffRules,
    mode: ReliefMode,
    scheduled: Interval,
    clocked_in: bool,
    now: UnixMillis,
) -> Result<CallOff, CallOffRefusal> {
    if now >= scheduled.end {
        return Err(CallOffRefusal::Over);
    }
    if clocked_in {
        return Err(CallOffRefusal::ClockedIn);
    }
    let notice = scheduled.start - now;
    let late = notice < rules.free_with;
    Ok(match mode {
        _ if notice < rules.coordinator_under => CallOff::CoordinatorDecides,
        ReliefMode::OfficerFinds => CallOff::KeptUntilReplaced { late },
        ReliefMode::Backups | ReliefMode::Pool | ReliefMode::Coordinator => CallOff::Released { late },
    })
}

impl CallOff {
    /// The same, late or not as the rules and the contract have it, where they say when a call-off is late.
    #[must_use]
    pub fn under(self, foreseen: &Foreseen) -> Self {
        let Some(by_them) = foreseen.late else { return self };
        match self {
            Self::Released { .. } => Self::Released { late: by_them },
            Self::KeptUntilReplaced { .. } => Self::KeptUntilReplaced { late: by_them },
            Self::CoordinatorDecides => self,
        }
    }

    /// The same for an officer who may not simply be released: they have the detail until somebody else takes it over.
    #[must_use]
    pub const fn kept(self) -> Self {
        match self {
            Self::Released { late } => Self::KeptUntilReplaced { late },
            other => other,
        }
    }

    /// For the officer, with what follows by the rules and the contract.
    pub fn sentence(self, scheduled: Interval, now: UnixMillis, foreseen: &Foreseen) -> String {
        let notice = (scheduled.start - now).max(Millis(0)).spoken();
        let mut told = match self {
            Self::Released { .. } => "You are released from this detail.".to_owned(),
            Self::KeptUntilReplaced { .. } => "You have this detail until somebody else takes it over.".to_owned(),
            Self::CoordinatorDecides => format!(
                "You have this detail until the coordinator decides, who has been told: your notice is {notice}."
            ),
        };
        let decided = self != Self::CoordinatorDecides;
        if decided && self.is_late() && foreseen.late.is_none() {
            // Writing to a String cannot fail.
            let _ = write!(told, " Your notice of {notice} is short, which is noted.");
        }
        if !decided && !foreseen.follows.is_empty() {
            told.push_str(" Unless it is excused, this follows:");
        }
        for follows in &foreseen.follows {
            told.push(' ');
            told.push_str(follows);
        }
        told
    }

    /// Is it counted against the officer?
    pub const fn is_late(self) -> bool {
        match self {
            Self::Released { late } | Self::KeptUntilReplaced { late } => late,
            Self::CoordinatorDecides => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hours(hours: i64) -> UnixMillis {
        UnixMillis::new(1_700_000_000_000) + Millis::from_hours(hours)
    }

    fn evening() -> Interval {
        Interval { start: hours(200), end: hours(206) }
    }

    fn decide(mode: ReliefMode, now: UnixMillis) -> Result<CallOff, CallOffRefusal> {
        call_off(&CallOffRules::default(), mode, evening(), false, now)
    }

    #[test]
    fn five_days_notice_is_free_and_a_millisecond_less_is_late() {
        assert_eq!(decide(ReliefMode::Pool, hours(80)), Ok(CallOff::Released { late: false }));
        assert_eq!(decide(ReliefMode::Pool, hours(80) + Millis(1)), Ok(CallOff::Released { late: true }));
    }

    #[test]
    fn who_must_find_a_replacement_keeps_the_detail_until_then() {
        assert_eq!(decide(ReliefMode::OfficerFinds, hours(100)), Ok(CallOff::KeptUntilReplaced { late: true }));
    }

    #[test]
    fn shortly_before_the_start_a_person_decides() {
        let now = hours(197);
        let decided = decide(ReliefMode::Pool, now).unwrap();
        assert_eq!(decided, CallOff::CoordinatorDecides);
        assert_eq!(
            decided.sentence(evening(), now, &Foreseen::default()),
            "You have this detail until the coordinator decides, who has been told: your notice is 3 h."
        );
    }

    #[test]
    fn what_the_contract_makes_of_it_counts_before_the_agencys_own_notice() {
        // Six days ahead: free by the agency's five, late by the contract's seven.
        let now = hours(200 - 6 * 24);
        let decided = decide(ReliefMode::Pool, now).unwrap();
        assert!(!decided.is_late());
        let contract = Foreseen { late: Some(true), follows: vec!["No details for 30 days.".to_owned()] };
        assert_eq!(decided.under(&contract), CallOff::Released { late: true });
        assert_eq!(
            decided.under(&contract).sentence(evening(), now, &contract),
            "You are released from this detail. No details for 30 days."
        );
        // Four days ahead: the contract asks for no more than it is, so nothing is said of it.
        let now = hours(200 - 4 * 24);
        let free = Foreseen { late: Some(false), follows: vec![] };
        let decided = decide(ReliefMode::OfficerFinds, now).unwrap().under(&free);
        assert_eq!(decided, CallOff::KeptUntilReplaced { late: false });
        assert_eq!(decided.sentence(evening(), now, &free), "You have this detail until somebody else takes it over.");
        let silent = Foreseen::default();
        let decided = decide(ReliefMode::Pool, now).unwrap().under(&silent);
        let says = "You are released from this detail. Your notice of 4 days is short, which is noted.";
        assert_eq!(decided.sentence(evening(), now, &silent), says);
    }

    #[test]
    fn after_the_end_or_while_at_work_there_is_nothing_to_call_off() {
        assert_eq!(decide(ReliefMode::Pool, hours(206)), Err(CallOffRefusal::Over));
        let at_work = call_off(&CallOffRules::default(), ReliefMode::Pool, evening(), true, hours(201));
        assert_eq!(at_work, Err(CallOffRefusal::ClockedIn));
    }

    proptest! {
        #[test]
        fn less_notice_never_makes_it_easier(earlier in 0i64..206, later in 0i64..206) {
            prop_assume!(earlier <= later);
            let ease = |at| match decide(ReliefMode::Backups, hours(at)).unwrap() {
                CallOff::Released { late: false } => 2,
                CallOff::Released { late: true } => 1,
                _ => 0,
            };
            prop_assert!(ease(earlier) >= ease(later));
        }
    }
}

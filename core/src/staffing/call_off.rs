//! What becomes of an officer's wish to be relieved of an assignment.

use serde::{Deserialize, Serialize};

use super::ReliefMode;
use crate::time::{Interval, Millis, UnixMillis};

/// An agency's gates for calling off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CallOffRules {
    /// With at least this much notice nothing follows for the officer.
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
    /// For the officer.
    pub fn sentence(self, scheduled: Interval, now: UnixMillis) -> String {
        let notice = (scheduled.start - now).max(Millis(0)).spoken();
        let late = |late: bool| {
            if late { format!(" Your notice of {notice} is short and is counted.") } else { String::new() }
        };
        match self {
            Self::Released { late: is } => format!("You are released from this detail.{}", late(is)),
            Self::KeptUntilReplaced { late: is } => {
                format!("You have this detail until somebody else takes it over.{}", late(is))
            }
            Self::CoordinatorDecides => format!(
                "You have this detail until the coordinator decides, who has been told: your notice is {notice}."
            ),
        }
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
            decided.sentence(evening(), now),
            "You have this detail until the coordinator decides, who has been told: your notice is 3 h."
        );
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

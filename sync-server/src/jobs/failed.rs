//! Why a job did not succeed, and when it is tried again.

use detailbook_core::time::Millis;

use crate::problem::Problem;
use crate::store::StoreError;

/// Why a job did not succeed. Nothing that it did in the store is kept.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Failed {
    /// The store failed.
    #[error("the store failed: {0}")]
    Store(#[from] StoreError),
    /// It may succeed later. The sentence is kept for staff; no personal data.
    #[error("{0}")]
    Later(String),
    /// It will never succeed as it stands: parked at once. The sentence is kept for staff; no personal data.
    #[error("{0}")]
    ForGood(String),
}

impl Failed {
    /// It may succeed later.
    pub fn later(reason: impl Into<String>) -> Self {
        Self::Later(reason.into())
    }

    /// It will never succeed as it stands.
    pub fn for_good(reason: impl Into<String>) -> Self {
        Self::ForGood(reason.into())
    }

    /// Is it the store's state that stood in the way, and not the job? Then no attempt is counted.
    pub(super) const fn is_the_stores(&self) -> Option<&StoreError> {
        match self {
            Self::Store(
                error @ (StoreError::Transient(_)
                | StoreError::OutcomeUnknown(_)
                | StoreError::Crashed
                | StoreError::Closed
                | StoreError::Unusable(_)
                | StoreError::Newer { .. }
                | StoreError::Settings(_)),
            ) => Some(error),
            Self::Store(_) | Self::Later(_) | Self::ForGood(_) => None,
        }
    }
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self::Later(problem.reason)
    }
}

/// How long what fails for now is tried again before it is parked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Patience {
    /// Some ten hours, after growing pauses: what a person had better look at.
    Hours,
    /// [`DAYS`], in the end every quarter of an hour: a way out that is closed opens again by itself.
    Days,
}

/// How long after each failed attempt the next one is made.
const PAUSES: [Millis; 7] = [
    Millis::from_secs(10),
    Millis::from_mins(1),
    Millis::from_mins(5),
    Millis::from_mins(15),
    Millis::from_hours(1),
    Millis::from_hours(3),
    Millis::from_hours(6),
];

/// Attempts that a job gets at least before it is parked.
pub const ATTEMPTS: usize = PAUSES.len() + 1;

/// How long after it was enqueued a job is tried that gets [`Patience::Days`].
pub const DAYS: Millis = Millis::from_hours(3 * 24);

/// The longest pause between two of its attempts.
const AT_LEAST_EVERY: Millis = Millis::from_mins(15);

impl Patience {
    /// The pause after so many failed attempts at a job of that age; `None`: that was the last.
    pub(super) fn pause_after(self, attempts: i64, age: Millis) -> Option<Millis> {
        let failed = usize::try_from(attempts).ok()?.checked_sub(1)?;
        let pause = PAUSES.get(failed).copied();
        match self {
            Self::Hours => pause,
            // Also one that a person has tried again after these days gets its attempts.
            Self::Days if pause.is_none() && age >= DAYS => None,
            Self::Days => Some(pause.unwrap_or(AT_LEAST_EVERY).min(AT_LEAST_EVERY)),
        }
    }

    /// Was a job of that age begun so often that its last attempt must have been one that nobody came back from?
    pub(super) fn is_spent(self, attempts: i64, age: Millis) -> bool {
        let often = usize::try_from(attempts).is_ok_and(|attempts| attempts >= ATTEMPTS);
        often && (self == Self::Hours || age >= DAYS + PAUSES[4])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_until_there_is_no_further_attempt() {
        let after = |attempts| Patience::Hours.pause_after(attempts, DAYS);
        let pauses: Vec<_> = (1..).map_while(after).collect();
        assert_eq!(pauses.len() + 1, ATTEMPTS);
        assert!(pauses.is_sorted_by(|one, next| one < next));
        assert_eq!([0, -1, i64::MAX].map(after), [None; 3]);
    }

    #[test]
    fn what_leaves_the_server_is_tried_at_least_every_quarter_of_an_hour_for_three_days_and_then_no_more() {
        let (mut age, mut attempts) = (Millis(0), 1);
        while let Some(pause) = Patience::Days.pause_after(attempts, age) {
            assert!(pause <= Millis::from_mins(15));
            (age, attempts) = (age + pause, attempts + 1);
        }
        assert!(age >= DAYS && age < DAYS + Millis::from_mins(15), "{age:?}");
        let again = (1..).map_while(|attempts| Patience::Days.pause_after(attempts, age)).count();
        assert_eq!(again + 1, ATTEMPTS, "as often where a person has it tried later");
    }

    #[test]
    fn a_database_that_is_away_is_not_the_jobs_fault_and_a_faulty_statement_is() {
        let stores = |error: StoreError| Failed::from(error).is_the_stores().is_some();
        assert!(stores(StoreError::Transient(String::new())) && stores(StoreError::Closed));
        assert!(!stores(StoreError::Refused(String::new())) && !stores(StoreError::Panicked(String::new())));
        assert!(Failed::later("No.").is_the_stores().is_none());
    }
}

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

/// How long after each failed attempt the next one is made. After the last of these the job is parked.
const PAUSES: [Millis; 7] = [
    Millis::from_secs(10),
    Millis::from_mins(1),
    Millis::from_mins(5),
    Millis::from_mins(15),
    Millis::from_hours(1),
    Millis::from_hours(3),
    Millis::from_hours(6),
];

/// Attempts that a job gets before it is parked.
pub const ATTEMPTS: usize = PAUSES.len() + 1;

/// The pause after so many failed attempts; `None`: that was the last.
pub(super) fn pause_after(attempts: i64) -> Option<Millis> {
    usize::try_from(attempts).ok()?.checked_sub(1).and_then(|failed| PAUSES.get(failed)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_until_there_is_no_further_attempt() {
        let pauses: Vec<_> = (1..).map_while(pause_after).collect();
        assert_eq!(pauses.len() + 1, ATTEMPTS);
        assert!(pauses.is_sorted_by(|one, next| one < next));
        assert_eq!((pause_after(0), pause_after(-1), pause_after(i64::MAX)), (None, None, None));
    }

    #[test]
    fn a_database_that_is_away_is_not_the_jobs_fault_and_a_faulty_statement_is() {
        let stores = |error: StoreError| Failed::from(error).is_the_stores().is_some();
        assert!(stores(StoreError::Transient(String::new())) && stores(StoreError::Closed));
        assert!(!stores(StoreError::Refused(String::new())) && !stores(StoreError::Panicked(String::new())));
        assert!(Failed::later("No.").is_the_stores().is_none());
    }
}

//! A version there is, and whether it is in force.

use detailbook_core::pricing::Day;
use detailbook_core::time::UnixMillis;

/// Whether a version is in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::console::settings) enum State {
    /// It is, today.
    InForce,
    /// It will be.
    ToCome,
    /// It was.
    Over,
    /// Another version took every day of it.
    Never,
}

impl State {
    /// Every state there is.
    pub(super) const ALL: [Self; 4] = [Self::InForce, Self::ToCome, Self::Over, Self::Never];

    /// As it stands in addresses.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::ToCome => "to_come",
            Self::Over => "over",
            Self::Never => "never",
        }
    }

    /// For people.
    pub(in crate::console::settings) const fn says(self) -> &'static str {
        match self {
            Self::InForce => "in force",
            Self::ToCome => "from its day on",
            Self::Over => "over",
            Self::Never => "never in force",
        }
    }

    /// How it is marked.
    pub(in crate::console::settings) const fn mark(self) -> &'static str {
        match self {
            Self::InForce => "good",
            Self::ToCome => "warn",
            Self::Over | Self::Never => "quiet",
        }
    }

    /// Of days counted from 1970-01-01, the last one without end where absent.
    pub(in crate::console::settings) fn of_days(from: i64, until: Option<i64>, today: i64) -> Self {
        match until {
            Some(until) if until < from => Self::Never,
            _ if from > today => Self::ToCome,
            Some(until) if until < today => Self::Over,
            _ => Self::InForce,
        }
    }
}

/// A version.
#[derive(Clone, Debug)]
pub(in crate::console::settings) struct Known<T> {
    /// What it says.
    pub(in crate::console::settings) is: T,
    /// The text as it was set, where that is kept.
    pub(in crate::console::settings) body: Option<String>,
    /// Its last day, as later versions leave it.
    pub(in crate::console::settings) until: Option<Day>,
    /// Whether it is in force.
    pub(in crate::console::settings) state: State,
    /// When it was set.
    pub(in crate::console::settings) set_at: UnixMillis,
    /// By whom.
    pub(in crate::console::settings) set_by: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_in_force_from_its_first_day_to_its_last() {
        let of = |from, until| State::of_days(from, until, 100);
        assert_eq!([of(100, None), of(0, Some(100)), of(100, Some(100))], [State::InForce; 3]);
        assert_eq!((of(101, None), of(0, Some(99)), of(50, Some(49))), (State::ToCome, State::Over, State::Never));
        assert_eq!(of(150, Some(149)), State::Never);
    }
}

//! The rule sets of an agency over time.

use super::RuleSet;
use super::window::Clock;
use crate::pricing::Day;
use crate::time::UnixMillis;

/// Why sets cannot stand in one book.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BookFault {
    /// Two sets are in force on the same day.
    #[error("{one} and {other} are both in force on {day}")]
    Overlap {
        /// The earlier one.
        one: String,
        /// The later one.
        other: String,
        /// The first such day.
        day: Day,
    },
    /// The same name and version twice.
    #[error("{0} is there twice")]
    Twice(String),
}

/// Rule sets with dates that do not overlap, in the order of their dates.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RuleBook {
    sets: Vec<RuleSet>,
}

impl RuleBook {
    /// A book of these sets, in any order; else everything that keeps them from being one.
    pub fn new(mut sets: Vec<RuleSet>) -> Result<Self, Vec<BookFault>> {
        sets.sort_by(|one, other| {
            (one.effective_from, &one.name, one.version).cmp(&(other.effective_from, &other.name, other.version))
        });
        let mut faults = Vec::new();
        for (index, set) in sets.iter().enumerate() {
            for earlier in &sets[..index] {
                faults.extend(fault(earlier, set));
            }
        }
        if faults.is_empty() { Ok(Self { sets }) } else { Err(faults) }
    }

    /// The sets, by date.
    pub fn sets(&self) -> &[RuleSet] {
        &self.sets
    }

    /// The set in force on a day, if there is one.
    pub fn in_force_on(&self, day: Day) -> Option<&RuleSet> {
        self.sets.iter().rev().find(|set| set.in_force_on(day))
    }

    /// The set in force on the pay day of an instant: for a detail, of its start.
    pub fn in_force_at(&self, at: UnixMillis) -> Option<&RuleSet> {
        self.sets.iter().rev().find(|set| set.in_force_on(Day(Clock::of(set).date(at))))
    }
}

fn fault(earlier: &RuleSet, later: &RuleSet) -> Option<BookFault> {
    if earlier.name == later.name && earlier.version == later.version {
        return Some(BookFault::Twice(later.citation()));
    }
    earlier.in_force_on(later.effective_from).then(|| BookFault::Overlap {
        one: earlier.citation(),
        other: later.citation(),
        day: later.effective_from,
    })
}

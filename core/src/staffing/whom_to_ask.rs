//! Whom to ask first to come instead: a coordinator's list, in an order that explains itself.

use std::cmp::Ordering;

use crate::ids::OfficerId;
use crate::time::UnixMillis;

/// What became of asking an officer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum WasAsked {
    /// Said that they come.
    Yes,
    /// Was asked, and has not answered.
    Waits(UnixMillis),
    /// Was not asked.
    Not,
    /// Said that they do not come.
    No,
}

/// What is known of an officer who might come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The officer.
    pub officer: OfficerId,
    /// Something stands against it.
    pub barred: bool,
    /// What became of asking them.
    pub asked: WasAsked,
    /// The place among the backups of the award, from 1.
    pub backup: Option<usize>,
    /// Minutes charged against them in the opportunity ledger.
    pub charged: i64,
}

impl Candidate {
    /// Who comes first: nothing stands against them; then whoever said yes, was asked or not yet, and at last who said no; then the backups of
    /// the award in its order; then who was given least. The id decides what nothing else does.
    pub fn before(&self, other: &Self) -> Ordering {
        let key = |one: &Self| (one.barred, one.answer(), one.backup.unwrap_or(usize::MAX), one.charged, one.officer);
        key(self).cmp(&key(other))
    }

    fn answer(&self) -> u8 {
        match self.asked {
            WasAsked::Yes => 0,
            WasAsked::Waits(_) | WasAsked::Not => 1,
            WasAsked::No => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(number: u8) -> Candidate {
        let officer = OfficerId::from_bytes([number; 16]);
        Candidate { officer, barred: false, asked: WasAsked::Not, backup: None, charged: 0 }
    }

    fn order(mut candidates: Vec<Candidate>) -> Vec<u8> {
        candidates.sort_by(Candidate::before);
        candidates.iter().map(|candidate| candidate.officer.as_bytes()[0]).collect()
    }

    #[test]
    fn backups_come_in_the_awards_order_and_then_who_was_given_least() {
        let backup = |number, place| Candidate { backup: Some(place), charged: 900, ..one(number) };
        let charged = |number, charged| Candidate { charged, ..one(number) };
        assert_eq!(
            order(vec![charged(5, 60), charged(4, 30), backup(3, 2), backup(2, 1), charged(1, 60)]),
            [2, 3, 4, 1, 5]
        );
    }

    #[test]
    fn who_said_no_comes_last_of_those_who_can_and_who_cannot_after_all() {
        let asked = |number, asked| Candidate { asked, backup: Some(1), ..one(number) };
        let barred = Candidate { barred: true, ..asked(9, WasAsked::Yes) };
        let no = asked(1, WasAsked::No);
        let waits = asked(2, WasAsked::Waits(UnixMillis::new(0)));
        assert_eq!(order(vec![barred, no, waits, one(3), asked(4, WasAsked::Yes)]), [4, 2, 3, 1, 9]);
    }

    proptest! {
        /// The list does not depend on the order in which officers were found.
        #[test]
        fn the_order_is_one(charged in prop::collection::vec(0i64..3, 1..8), turned in 0usize..8) {
            let all: Vec<_> = (1..).zip(&charged).map(|(n, charged)| Candidate { charged: *charged, ..one(n) }).collect();
            let mut other = all.clone();
            other.rotate_left(turned % all.len());
            prop_assert_eq!(order(all), order(other));
        }
    }
}

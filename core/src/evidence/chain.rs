//! Is anything missing from what one enrolment wrote?
//!
//! Each fact carries a counter and the hash of the fact before it, over all documents of the enrolment. A log that was
//! dropped, held back or forked therefore shows in the others.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::ids::{DocumentId, FactId};
use crate::shift::{ChainLink, FactHash};

/// One fact of an enrolment's, as the chain sees it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ChainEntry {
    /// Its place, as the fact itself says.
    pub counter: u64,
    /// The hash of the fact before it, as the fact itself says.
    pub previous: FactHash,
    /// Its own hash; see [`crate::evidence::Statement::hash`].
    pub hash: FactHash,
    /// The document it is in.
    pub document: DocumentId,
    /// Its id there.
    pub fact: FactId,
}

impl ChainEntry {
    /// A fact with that link and hash.
    pub const fn new(document: DocumentId, fact: FactId, link: ChainLink, hash: FactHash) -> Self {
        Self { counter: link.counter, previous: link.previous, hash, document, fact }
    }
}

/// What is wrong with a chain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChainFinding {
    /// Facts that were written but are not here.
    Missing {
        /// The first counter missing.
        first: u64,
        /// The last counter missing.
        last: u64,
    },
    /// A counter that several different facts claim: the enrolment's store was copied, or turned back.
    Repeated {
        /// The counter.
        counter: u64,
        /// Who claims it.
        facts: Vec<FactId>,
    },
    /// A fact that names another fact before it than the one that is here.
    Mismatch {
        /// The fact.
        fact: FactId,
        /// Its counter.
        counter: u64,
        /// The fact before it that it names.
        named: FactHash,
        /// A fact that stands there.
        present: FactHash,
    },
    /// A counter of zero, which no fact has.
    ZeroCounter {
        /// The fact.
        fact: FactId,
    },
}

/// Checks all facts of a phone that was enrolled once, from its first, in any order, those not received yet simply missing.
/// The same fact given twice is one fact.
pub fn check_chain(entries: &[ChainEntry]) -> Vec<ChainFinding> {
    let start = ChainLink::FIRST;
    walk(entries, (start.counter - 1, Some(BTreeSet::from([start.previous]))), &|_| false)
}

/// Checks a stretch of an enrolment's chain that should begin at the counter `from` (1 for the first fact of all).
///
/// A phone that is enrolled again goes on with its chain: what it could not send before goes out under the new enrolment, after
/// facts that stand under the former one. `elsewhere` tells whether the link that an entry gives leads to a fact of the
/// officer's that is known, but not in this stretch as it stands.
pub fn check_stretch(from: u64, entries: &[ChainEntry], elsewhere: &dyn Fn(ChainLink) -> bool) -> Vec<ChainFinding> {
    let before = if from <= 1 { Some(BTreeSet::from([ChainLink::FIRST.previous])) } else { None };
    walk(entries, (from.saturating_sub(1), before), elsewhere)
}

/// A counter and the hashes of the facts that claim it; None where they were not asked for.
type Stand = (u64, Option<BTreeSet<FactHash>>);

fn walk(entries: &[ChainEntry], start: Stand, elsewhere: &dyn Fn(ChainLink) -> bool) -> Vec<ChainFinding> {
    let mut by_counter: BTreeMap<u64, Vec<ChainEntry>> = BTreeMap::new();
    for entry in entries {
        by_counter.entry(entry.counter).or_default().push(*entry);
    }
    for claimants in by_counter.values_mut() {
        claimants.sort_unstable_by_key(|entry| (entry.fact, entry.hash, *entry));
        claimants.dedup();
    }
    let mut findings = zeros(by_counter.remove(&0).unwrap_or_default());
    let mut before = start;
    for (counter, claimants) in by_counter {
        findings.extend(step(&before, counter, &claimants, elsewhere));
        before = (counter, Some(claimants.iter().map(|entry| entry.hash).collect()));
    }
    findings
}

fn zeros(entries: Vec<ChainEntry>) -> Vec<ChainFinding> {
    entries.into_iter().map(|entry| ChainFinding::ZeroCounter { fact: entry.fact }).collect()
}

/// What is wrong between one counter and the next one present.
fn step(
    before: &Stand,
    counter: u64,
    claimants: &[ChainEntry],
    elsewhere: &dyn Fn(ChainLink) -> bool,
) -> Vec<ChainFinding> {
    let (last, hashes) = before;
    let mut findings = Vec::new();
    let handed_over = |entry: &ChainEntry| elsewhere(ChainLink { counter, previous: entry.previous });
    let gap = counter.saturating_sub(*last) > 1;
    if gap && !claimants.iter().any(handed_over) {
        findings.push(ChainFinding::Missing { first: last + 1, last: counter - 1 });
    }
    if claimants.len() > 1 {
        let facts = claimants.iter().map(|entry| entry.fact).collect();
        findings.push(ChainFinding::Repeated { counter, facts });
    }
    let Some(hashes) = hashes.as_ref().filter(|_| !gap) else { return findings };
    let astray = claimants.iter().filter(|entry| !hashes.contains(&entry.previous) && !handed_over(entry));
    findings.extend(astray.map(|entry| ChainFinding::Mismatch {
        fact: entry.fact,
        counter,
        named: entry.previous,
        present: hashes.first().copied().unwrap_or(ChainLink::FIRST.previous),
    }));
    findings
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::shift::Sha256;

    fn hash(number: u64) -> FactHash {
        Sha256::of(&number.to_be_bytes())
    }

    fn id(number: u64) -> FactId {
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&number.to_be_bytes());
        FactId::from_bytes(bytes)
    }

    /// A fact with that counter whose predecessor is the one before it.
    fn entry(counter: u64) -> ChainEntry {
        let previous = if counter <= 1 { ChainLink::FIRST.previous } else { hash(counter - 1) };
        ChainEntry { counter, previous, hash: hash(counter), document: DocumentId::NIL, fact: id(counter) }
    }

    #[test]
    fn a_whole_chain_has_nothing_to_tell() {
        assert_eq!(check_chain(&[]), []);
        assert_eq!(check_chain(&[entry(2), entry(1), entry(3)]), []);
    }

    #[test]
    fn missing_facts_show_at_the_beginning_and_in_the_middle() {
        let want = [ChainFinding::Missing { first: 1, last: 1 }, ChainFinding::Missing { first: 3, last: 7 }];
        assert_eq!(check_chain(&[entry(2), entry(8), entry(9)]), want);
    }

    #[test]
    fn a_fact_that_names_another_predecessor_is_astray() {
        let changed = ChainEntry { previous: hash(77), ..entry(3) };
        let found = check_chain(&[entry(1), entry(2), changed]);
        let want = ChainFinding::Mismatch { fact: id(3), counter: 3, named: hash(77), present: hash(2) };
        assert_eq!(found, [want]);
        let first = ChainEntry { previous: hash(5), ..entry(1) };
        assert!(matches!(check_chain(&[first])[..], [ChainFinding::Mismatch { counter: 1, .. }]));
    }

    #[test]
    fn a_counter_claimed_twice_is_named_and_both_branches_may_go_on() {
        let fork = ChainEntry { hash: hash(99), fact: id(99), ..entry(2) };
        let other_branch = ChainEntry { previous: hash(99), hash: hash(98), fact: id(98), ..entry(3) };
        let found = check_chain(&[entry(1), entry(2), fork, entry(3), other_branch]);
        let want = [
            ChainFinding::Repeated { counter: 2, facts: vec![id(2), id(99)] },
            ChainFinding::Repeated { counter: 3, facts: vec![id(3), id(98)] },
        ];
        assert_eq!(found, want);
    }

    #[test]
    fn the_same_fact_twice_is_one_fact_but_copied_to_another_document_it_is_a_repeat() {
        assert_eq!(check_chain(&[entry(1), entry(1), entry(2)]), []);
        let copied = ChainEntry { document: DocumentId::from_bytes([1; 16]), hash: hash(50), ..entry(1) };
        assert!(matches!(check_chain(&[entry(1), copied])[..], [ChainFinding::Repeated { counter: 1, .. }]));
    }

    #[test]
    fn counters_of_zero_and_of_the_end_of_counting_are_told_without_panic() {
        let last = entry(u64::MAX);
        let found = check_chain(&[entry(0), entry(1), last]);
        let want = [ChainFinding::ZeroCounter { fact: id(0) }, ChainFinding::Missing { first: 2, last: u64::MAX - 1 }];
        assert_eq!(found, want);
    }

    #[test]
    fn a_stretch_takes_what_it_begins_with_and_tells_what_is_missing_before_it() {
        let nowhere = |_: ChainLink| false;
        assert_eq!(check_stretch(7, &[entry(7), entry(8)], &nowhere), []);
        assert_eq!(check_stretch(6, &[entry(7)], &nowhere), [ChainFinding::Missing { first: 6, last: 6 }]);
        let turned = ChainEntry { previous: hash(77), ..entry(8) };
        assert!(matches!(
            check_stretch(7, &[entry(7), turned], &nowhere)[..],
            [ChainFinding::Mismatch { counter: 8, .. }]
        ));
        assert!(matches!(
            check_stretch(1, &[ChainEntry { previous: hash(5), ..entry(1) }], &nowhere)[..],
            [ChainFinding::Mismatch { counter: 1, .. }]
        ));
    }

    #[test]
    fn what_a_phone_hands_over_to_its_next_enrolment_is_not_torn() {
        // Facts 1 to 3 went out under the former enrolment, 4 and 5 were written under it and went out under this one, and 6
        // was written under this one: 4 follows a fact that is not here, 5 names what 4 was before it was handed over.
        let four = ChainEntry { hash: hash(44), ..entry(4) };
        let stretch = [four, ChainEntry { hash: hash(55), ..entry(5) }, ChainEntry { previous: hash(5), ..entry(6) }];
        let known = |link: ChainLink| (4..=6).contains(&link.counter) && link.previous == hash(link.counter - 1);
        assert_eq!(check_stretch(3, &stretch, &known), []);
        let findings = check_stretch(3, &stretch, &|_| false);
        assert_eq!(findings.len(), 3, "{findings:?}");
    }

    proptest! {
        #[test]
        fn the_order_of_facts_does_not_matter(
            (entries, shuffled) in prop::collection::vec((0..8u64, 0..8u64, 0..4u64, 0..3u64), 0..16).prop_flat_map(|all| {
                let entries: Vec<_> = all.into_iter().map(|(counter, previous, own, fact)| ChainEntry {
                    previous: hash(previous), hash: hash(own), fact: id(fact), ..entry(counter)
                }).collect();
                (Just(entries.clone()), Just(entries).prop_shuffle())
            }),
        ) {
            prop_assert_eq!(check_chain(&entries), check_chain(&shuffled));
        }

        #[test]
        fn whatever_is_left_out_is_missing_exactly(kept in prop::collection::btree_set(1..40u64, 1..30)) {
            let entries: Vec<_> = kept.iter().map(|counter| entry(*counter)).collect();
            let mut missing = Vec::new();
            for finding in check_chain(&entries) {
                match finding {
                    ChainFinding::Missing { first, last } => missing.extend(first..=last),
                    other => prop_assert!(false, "{:?}", other),
                }
            }
            let want: Vec<u64> = (1..=*kept.last().unwrap()).filter(|counter| !kept.contains(counter)).collect();
            prop_assert_eq!(missing, want);
        }
    }
}

//! Is anything missing from what one enrolment wrote?
//!
//! Each fact carries a counter and the hash of the fact before it, over all documents of the enrolment. A log that was
//! dropped, held back or forked therefore shows in the others.

use std::collections::BTreeMap;

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
        /// The facts that stand there.
        present: Vec<FactHash>,
    },
    /// A counter of zero, which no fact has.
    ZeroCounter {
        /// The fact.
        fact: FactId,
    },
}

/// Checks the facts of one enrolment from its first, in any order, those not received yet simply missing.
/// The same fact given twice is one fact.
pub fn check_chain(entries: &[ChainEntry]) -> Vec<ChainFinding> {
    let mut by_counter: BTreeMap<u64, Vec<ChainEntry>> = BTreeMap::new();
    for entry in entries {
        by_counter.entry(entry.counter).or_default().push(*entry);
    }
    for claimants in by_counter.values_mut() {
        claimants.sort_unstable_by_key(|entry| (entry.fact, entry.hash, *entry));
        claimants.dedup();
    }
    let mut findings = zeros(by_counter.remove(&0).unwrap_or_default());
    let start = ChainLink::FIRST;
    let mut before = (start.counter - 1, vec![start.previous]);
    for (counter, claimants) in by_counter {
        findings.extend(step(&before, counter, &claimants));
        before = (counter, claimants.iter().map(|entry| entry.hash).collect());
    }
    findings
}

fn zeros(entries: Vec<ChainEntry>) -> Vec<ChainFinding> {
    entries.into_iter().map(|entry| ChainFinding::ZeroCounter { fact: entry.fact }).collect()
}

/// What is wrong between one counter and the next one present.
fn step(before: &(u64, Vec<FactHash>), counter: u64, claimants: &[ChainEntry]) -> Vec<ChainFinding> {
    let (last, hashes) = before;
    let mut findings = Vec::new();
    let gap = counter - last > 1;
    if gap {
        findings.push(ChainFinding::Missing { first: last + 1, last: counter - 1 });
    }
    if claimants.len() > 1 {
        let facts = claimants.iter().map(|entry| entry.fact).collect();
        findings.push(ChainFinding::Repeated { counter, facts });
    }
    let astray = claimants.iter().filter(|entry| !gap && !hashes.contains(&entry.previous));
    findings.extend(astray.map(|entry| ChainFinding::Mismatch {
        fact: entry.fact,
        counter,
        named: entry.previous,
        present: hashes.clone(),
    }));
    findings
}

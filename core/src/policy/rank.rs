//! Ranks: the set's ladder, from the lowest up.

use super::question::Question;
use super::{Feed, RuleSet};

/// The officer's rank when the detail begins; `None` where the personnel record cannot be relied on or is silent.
pub(super) fn of_officer(question: &Question<'_>) -> Option<String> {
    if question.doubt(Feed::Status).is_some() {
        return None;
    }
    let start = question.proposal.when.start;
    let ranks = question.context.ranks.iter().filter(|rank| rank.known.at(question.now) && rank.from <= start);
    ranks.max_by_key(|rank| (rank.from, rank.known.since)).map(|rank| rank.rank.clone())
}

/// Where a rank stands on the ladder, counted from 0.
pub(super) fn level(set: &RuleSet, rank: &str) -> Option<usize> {
    set.ranks.iter().position(|known| known == rank)
}

/// Is `rank` `least` or above? `None` where the ladder does not have one of them.
pub(super) fn at_least(set: &RuleSet, rank: &str, least: &str) -> Option<bool> {
    Some(level(set, rank)? >= level(set, least)?)
}

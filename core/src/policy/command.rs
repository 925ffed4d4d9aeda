//! Chain of command: who may not work for, under or beside whom.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::question::{Question, Verdict};
use super::sentence;
use super::{Feed, Standing, rank};

/// What the chain of command does not allow.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct Command {
    /// To work a job that a subordinate scheduled.
    #[n(0)]
    pub scheduled_by_subordinate: bool,
    /// For these ranks, to work beside another of the same rank.
    #[n(1)]
    pub beside_same_rank: Vec<String>,
    /// To work a job that one oversees oneself.
    #[n(2)]
    pub overseen_by_self: bool,
}

pub(super) fn judge(command: &Command, question: &Question<'_>) -> Verdict {
    let Some(officer) = question.context.officer else {
        return Verdict::unknown("Not known: nobody is proposed yet.");
    };
    if command.overseen_by_self && question.proposal.overseen_by.contains(&officer) {
        return Verdict::fail("The officer oversees this detail.");
    }
    let answers = [
        if command.scheduled_by_subordinate { scheduled(question) } else { None },
        if command.beside_same_rank.is_empty() { None } else { beside(command, question) },
    ];
    let mut wrong: Vec<Verdict> = answers.into_iter().flatten().collect();
    wrong.sort_by_key(|verdict| verdict.outcome);
    wrong.into_iter().next().unwrap_or_else(|| Verdict::pass("Nothing in the chain of command stands against it."))
}

fn scheduled(question: &Question<'_>) -> Option<Verdict> {
    if let Some(why) = question.doubt(Feed::Command) {
        return Some(Verdict::unknown(format!("Not known: {why}.")));
    }
    let Some(by) = question.proposal.scheduled_by else {
        return Some(Verdict::unsaid("Not known: nobody has said who scheduled the detail."));
    };
    if question.context.officer == Some(by) {
        return None;
    }
    let known = question.context.relations.iter().filter(|r| r.person == by && r.known.at(question.now));
    match known.max_by_key(|relation| relation.known.since).map(|relation| relation.standing) {
        Some(Standing::Subordinate) => Some(Verdict::fail("A subordinate of the officer's scheduled this detail.")),
        Some(Standing::Superior | Standing::Apart) => None,
        None => Some(Verdict::unknown("Not known: how who scheduled the detail stands to the officer.")),
    }
}

fn beside(command: &Command, question: &Question<'_>) -> Option<Verdict> {
    let Some(own) = rank::of_officer(question) else {
        return Some(Verdict::unknown("Not known: the officer's rank."));
    };
    if !command.beside_same_rank.contains(&own) {
        return None;
    }
    let Some(places) = &question.proposal.places else {
        return Some(Verdict::unsaid("Not known: nobody has said who else is on the detail."));
    };
    let others = places.iter().filter_map(|place| place.holder.as_ref());
    let mut others = others.filter(|holder| Some(holder.officer) != question.context.officer);
    let rank = sentence::plain(&own);
    if others.clone().any(|holder| holder.rank.as_ref() == Some(&own)) {
        return Some(Verdict::fail(format!("Another {rank} is on this detail.")));
    }
    others.any(|holder| holder.rank.is_none()).then(|| Verdict::unknown("Not known: somebody's rank on this detail."))
}

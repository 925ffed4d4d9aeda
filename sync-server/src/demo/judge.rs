//! From the facts that the server has to a ruling and the price that the server gives it. Nothing here knows what was recorded
//! or meant.

use detailbook_core::geo::Fence;
use detailbook_core::ids::AssignmentId;
use detailbook_core::pricing::Priced;
use detailbook_core::shift::{HoursRule, LoggedFact, ProposalRules, ProposedRuling, SecondsRule, propose};
use detailbook_core::time::{UnixMillis, Zone};

use super::error::DemoError;
use super::office::Office;
use crate::rulings::RulingDraft;

/// A shift that was ruled on.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Facts that the server gave back.
    pub facts: usize,
    /// Those of them whose signature fits.
    pub verified: usize,
    /// What the facts propose.
    pub proposed: ProposedRuling,
    /// The price of the ruled time, or why there is none.
    pub price: Result<Priced, String>,
}

/// What is to be ruled on.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The site's fence, where it is surveyed.
    pub fence: Option<&'a Fence>,
    /// When the ruling is made.
    pub now: UnixMillis,
}

/// The coordinator who rules.
pub struct Judge<'a> {
    /// The office that is asked and told.
    pub office: &'a Office,
    /// The agency's zone.
    pub zone: Zone,
}

impl Judge<'_> {
    /// Rules on an assignment as its facts propose, and asks what the ruling pays. `fence` is absent where the site is
    /// not surveyed: a stand-in says nothing about where anybody was.
    pub fn rule(&self, case: &Case<'_>) -> Result<Judged, DemoError> {
        let Case { assignment, fence, now } = *case;
        let evidence = self.office.evidence(assignment)?;
        let facts: Vec<LoggedFact> = evidence.iter().filter_map(super::office::Evidence::logged).collect();
        let verified = evidence.iter().filter(|fact| fact.verification == "verified").count();
        let proposed = propose(&facts, fence, now, &rules(self.zone));
        self.office.rule(assignment, &draft(&proposed))?;
        let price = self.office.price(assignment)?.outcome();
        Ok(Judged { facts: evidence.len(), verified, proposed, price })
    }
}

/// A punch counts at its nearest minute: estimates of true time are some milliseconds off either way.
pub fn rules(zone: Zone) -> ProposalRules {
    let hours = HoursRule { seconds: SecondsRule::RoundHalfUp, ..HoursRule::default() };
    ProposalRules { hours, ..ProposalRules::in_zone(zone) }
}

/// The ruling that accepts what the facts propose.
pub fn draft(proposed: &ProposedRuling) -> RulingDraft {
    RulingDraft {
        id: None,
        accepted: proposed.worked.intervals.clone(),
        exceptions: proposed.exceptions(),
        reason: "As the facts show.".to_owned(),
        ruled_by: "Coordinator".to_owned(),
        supersedes: None,
        overriding: None,
    }
}

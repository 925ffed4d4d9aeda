//! For everyone, why.

use super::allocate::{Allocation, Taken};
use super::outcome::{Beside, Compared, Comparison, Explanation, How, Missed, Outcome, Reason, Winner};
use super::person::Person;
use super::rank::{comparison, figures};
use super::sentence::sentence;
use super::{Case, Criterion, Figure, Fill, Seed};

pub(super) struct Explainer<'a> {
    pub(super) case: &'a Case,
    pub(super) seed: &'a Seed,
    pub(super) people: &'a [Person<'a>],
    pub(super) order: &'a [usize],
    pub(super) criteria: &'a [Criterion],
    pub(super) allocation: &'a Allocation<'a>,
}

impl Explainer<'_> {
    /// By rank, then those who were not ranked by officer id.
    pub(super) fn everyone(&self) -> Vec<Explanation> {
        let mut places: Vec<Option<usize>> = vec![None; self.people.len()];
        for (place, person) in self.order.iter().enumerate() {
            places[*person] = Some(place);
        }
        let mut backups = 0;
        let ranked = self.order.iter().enumerate().map(|(place, person)| {
            backups += u32::from(self.allocation.won[*person].is_empty());
            self.explain(*person, &places, Some(place), backups)
        });
        let mut all: Vec<Explanation> = ranked.collect();
        let others = (0..self.people.len()).filter(|person| places[*person].is_none());
        all.extend(others.map(|person| self.explain(person, &places, None, 0)));
        all
    }

    fn explain(&self, person: usize, places: &[Option<usize>], place: Option<usize>, backup: u32) -> Explanation {
        let one = &self.people[person];
        let won = self.won(person);
        let outcome = match (won.is_empty(), place) {
            (false, _) => Outcome::Awarded,
            (true, Some(_)) => Outcome::Backup,
            (true, None) => Outcome::Excluded,
        };
        let missed = if place.is_some() { self.missed(person, places) } else { Vec::new() };
        let mut explanation = Explanation {
            officer: one.applicant.officer,
            outcome,
            rank: place.map(|place| place as u32 + 1),
            of: self.order.len() as u32,
            compared: compared(self.criteria, &one.figures),
            comparisons: place.map_or_else(Vec::new, |place| self.comparisons(person, place, places)),
            excluded: one.excluded.clone(),
            missed,
            order_in: self.order_in(person, &won),
            won,
            sentence: String::new(),
        };
        explanation.sentence = sentence(&explanation, backup, self.case);
        explanation
    }

    fn won(&self, person: usize) -> Vec<Winner> {
        let officer = self.people[person].applicant.officer;
        let won = self.allocation.won[person].iter();
        let winner = |opening: &usize| {
            let how = self.allocation.taken[*opening]?.how;
            Some(Winner { position: self.case.window.openings[*opening].position, officer, how })
        };
        won.filter_map(winner).collect()
    }

    fn order_in(&self, person: usize, won: &[Winner]) -> Vec<Compared> {
        let ordered = won.iter().any(|winner| winner.how == How::Ordered);
        let criteria = self.case.method.order_in_comparisons().filter(|_| ordered).unwrap_or_default();
        let figures = figures(&self.people[person], &criteria, self.case, self.seed);
        compared(&criteria, &figures)
    }

    fn comparisons(&self, person: usize, place: usize, places: &[Option<usize>]) -> Vec<Comparison> {
        let beside =
            |beside, other: usize| comparison(beside, &self.people[person], &self.people[other], self.criteria);
        let before = place.checked_sub(1).and_then(|before| self.order.get(before));
        let after = self.order.get(place + 1);
        let last = self.last_winner(person, places).filter(|_| self.allocation.won[person].is_empty());
        let all = [(Beside::Before, before.copied()), (Beside::After, after.copied()), (Beside::LastWinner, last)];
        all.into_iter().filter_map(|(side, other)| other.map(|other| beside(side, other))).collect()
    }

    /// The last ranked of those who won by rank what the person wanted and could have had.
    fn last_winner(&self, person: usize, places: &[Option<usize>]) -> Option<usize> {
        let one = &self.people[person];
        let openings = self.case.window.openings.iter().zip(&self.allocation.taken).enumerate();
        let rivals = openings.filter_map(|(n, (opening, taken))| {
            let taken = taken.filter(|taken| taken.how == How::Ranked)?;
            (one.may_have(n) && one.applicant.wants(opening.position)).then_some(taken.person)
        });
        rivals.max_by_key(|rival| places[*rival])
    }

    fn missed(&self, person: usize, places: &[Option<usize>]) -> Vec<Missed> {
        let openings = self.case.window.openings.iter().enumerate();
        let others = openings.filter(|(n, _)| !self.allocation.won[person].contains(n));
        others
            .map(|(n, opening)| Missed { position: opening.position, reason: self.why_not(person, n, places) })
            .collect()
    }

    fn why_not(&self, person: usize, opening: usize, places: &[Option<usize>]) -> Reason {
        let one = &self.people[person];
        if let Some(obstacle) = one.obstacles[opening].clone() {
            return obstacle;
        }
        if !one.applicant.wants(self.case.window.openings[opening].position) {
            return Reason::NotWanted;
        }
        let taken = self.allocation.taken[opening];
        let before = |taken: &Taken| taken.how != How::Ranked || places[taken.person] < places[person];
        let reason = |taken: Taken| Reason::Taken { by: self.people[taken.person].applicant.officer, how: taken.how };
        if let Some(taken) = taken.filter(before) {
            return reason(taken);
        }
        let against = self.allocation.against(person, opening).or_else(|| taken.map(reason));
        against.unwrap_or(match self.case.method.fill {
            Fill::ByChoice => Reason::NotChosen,
            Fill::ByRank => Reason::NeededElsewhere,
        })
    }
}

fn compared(criteria: &[Criterion], figures: &[Figure]) -> Vec<Compared> {
    let pairs = criteria.iter().zip(figures);
    pairs.map(|(criterion, figure)| Compared { criterion: criterion.clone(), figure: *figure }).collect()
}

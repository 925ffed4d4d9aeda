//! Who takes which position.
//!
//! Choices of a person come first, then standing assignments, then the ranking: the best ranked picks what they want most of what
//! is left, then the next. When everybody has had a pick and officers may have more than one, it goes round again. No pick may
//! leave a supervisor position empty that could have been filled. What is left may be ordered.

use super::outcome::{How, Reason, RefusedChoice};
use super::person::Person;
use super::rank::{by_figures, figures};
use super::{Case, Choice, Fill, Seed};

/// Who took a position.
#[derive(Clone, Copy)]
pub(super) struct Taken {
    /// By number among the people.
    pub(super) person: usize,
    pub(super) how: How,
}

pub(super) struct Allocation<'a> {
    case: &'a Case,
    people: &'a [Person<'a>],
    /// The ranked, best first, by number among the people.
    ranked: &'a [usize],
    /// Who took each opening.
    pub(super) taken: Vec<Option<Taken>>,
    /// What each person took, by number among the openings.
    pub(super) won: Vec<Vec<usize>>,
    pub(super) refused: Vec<RefusedChoice>,
    /// Each supervisor opening, with the ranked who want it and may have it.
    supervisors: Vec<(usize, Vec<usize>)>,
}

impl<'a> Allocation<'a> {
    pub(super) fn new(case: &'a Case, people: &'a [Person<'a>], ranked: &'a [usize]) -> Self {
        let openings = case.window.openings.iter().enumerate().filter(|(_, opening)| opening.supervisor);
        let willing = |opening: usize| {
            let position = case.window.openings[opening].position;
            let can =
                |person: &&usize| people[**person].may_have(opening) && people[**person].applicant.wants(position);
            (opening, ranked.iter().filter(can).copied().collect())
        };
        let supervisors = openings.map(|(opening, _)| willing(opening)).collect();
        let (taken, won) = (vec![None; case.window.openings.len()], vec![Vec::new(); people.len()]);
        Self { case, people, ranked, taken, won, refused: Vec::new(), supervisors }
    }

    pub(super) fn run(&mut self, seed: &Seed) {
        self.follow_choices();
        if self.case.method.standing_first {
            self.give_standing();
        }
        if self.case.method.fill == Fill::ByRank {
            while self.go_round() {}
        }
        self.order_in(seed);
    }

    fn follow_choices(&mut self) {
        for choice in &self.case.window.choices {
            if let Err(reason) = self.follow(choice) {
                self.refused.push(RefusedChoice { position: choice.position, officer: choice.officer, reason });
            }
        }
    }

    fn follow(&mut self, choice: &Choice) -> Result<(), Option<Reason>> {
        let opening = self.case.window.opening(choice.position).ok_or(None)?;
        let person = self.people.binary_search_by_key(&choice.officer, |p| p.applicant.officer).map_err(|_| None)?;
        let barred = self.people[person].excluded.iter().find(|reason| matches!(reason, Reason::Barred { .. }));
        let barred = barred.filter(|_| self.people[person].is_barred()).cloned();
        if let Some(reason) = barred.or_else(|| self.against(person, opening)) {
            return Err(Some(reason));
        }
        self.give(person, opening, How::Chosen);
        Ok(())
    }

    fn give_standing(&mut self) {
        for &person in self.ranked {
            for position in &self.people[person].applicant.standing {
                let opening = self.case.window.opening(*position);
                let free = opening.filter(|opening| self.is_free_for(person, *opening));
                if let Some(opening) = free {
                    self.give(person, opening, How::Standing);
                }
            }
        }
    }

    /// Lets everybody pick once, the best ranked first. Did anybody?
    fn go_round(&mut self) -> bool {
        let mut any = false;
        for &person in self.ranked {
            if self.taken.iter().all(Option::is_some) {
                return false;
            }
            if let Some(opening) = self.pick(person) {
                self.give(person, opening, How::Ranked);
                any = true;
            }
        }
        any
    }

    fn pick(&self, person: usize) -> Option<usize> {
        if self.room(person) == 0 {
            return None;
        }
        let wanted = self.people[person].preferences(&self.case.window);
        wanted.into_iter().find(|opening| self.is_free_for(person, *opening) && !self.starves(person, *opening))
    }

    fn is_free_for(&self, person: usize, opening: usize) -> bool {
        self.taken[opening].is_none() && self.against(person, opening).is_none()
    }

    fn give(&mut self, person: usize, opening: usize, how: How) {
        self.taken[opening] = Some(Taken { person, how });
        self.won[person].push(opening);
    }

    /// What stands against a person's having an opening, be it free or not.
    pub(super) fn against(&self, person: usize, opening: usize) -> Option<Reason> {
        let fixed = self.people[person].obstacles[opening].clone();
        fixed.or_else(|| self.clash(person, opening)).or_else(|| {
            let awards = self.case.window.limits.awards_per_officer;
            (self.room(person) == 0).then_some(Reason::AtLimit { awards })
        })
    }

    /// How many more positions the officer may get.
    fn room(&self, person: usize) -> usize {
        let limit = self.case.window.limits.awards_per_officer;
        let had = self.people[person].applicant.awards_before;
        (limit.saturating_sub(had) as usize).saturating_sub(self.won[person].len())
    }

    fn clash(&self, person: usize, opening: usize) -> Option<Reason> {
        let window = &self.case.window;
        if window.limits.overlap_allowed.is_some() {
            return None;
        }
        let shift = window.openings[opening].shift;
        let other = self.won[person].iter().find(|won| window.openings[**won].shift.overlap(shift).is_some())?;
        Some(Reason::WonAnother { position: window.openings[*other].position })
    }

    /// Would fewer supervisor positions be filled in the end if the person took this opening?
    fn starves(&self, person: usize, opening: usize) -> bool {
        if self.supervisors.iter().all(|(supervisor, _)| self.taken[*supervisor].is_some()) {
            return false;
        }
        let own = usize::from(self.case.window.openings[opening].supervisor);
        Matching::new(self, None).size() > Matching::new(self, Some((person, opening))).size() + own
    }

    /// Orders officers in to what no volunteer took, each to one position at most.
    fn order_in(&mut self, seed: &Seed) {
        let Some(criteria) = self.case.method.order_in_comparisons() else {
            return;
        };
        if self.taken.iter().all(Option::is_some) {
            return;
        }
        let mut order: Vec<(usize, Vec<super::Figure>)> =
            (0..self.people.len()).map(|n| (n, figures(&self.people[n], &criteria, self.case, seed))).collect();
        order.sort_by(|(_, one), (_, other)| by_figures(&criteria, one, other));
        for opening in 0..self.taken.len() {
            let free = |person: usize| self.may_be_ordered(person, opening);
            if let Some((person, _)) = order.iter().find(|(person, _)| self.taken[opening].is_none() && free(*person)) {
                self.give(*person, opening, How::Ordered);
            }
        }
    }

    fn may_be_ordered(&self, person: usize, opening: usize) -> bool {
        let one = &self.people[person];
        !one.is_barred() && !one.applicant.outside && self.won[person].is_empty() && one.may_have(opening)
    }
}

/// Which supervisor positions could still be filled: the largest matching of open ones to officers, each officer for as many as
/// they may still get. Overlaps among those are not looked at here, which errs on the side of the supervisor positions.
struct Matching<'a> {
    allocation: &'a Allocation<'a>,
    /// A pick to be thought made.
    if_taken: Option<(usize, usize)>,
    /// Who would fill which.
    held: Vec<(usize, usize)>,
}

impl<'a> Matching<'a> {
    fn new(allocation: &'a Allocation<'a>, if_taken: Option<(usize, usize)>) -> Self {
        Self { allocation, if_taken, held: Vec::new() }
    }

    fn size(mut self) -> usize {
        let supervisors = &self.allocation.supervisors;
        let is_open = |opening: usize| self.if_taken.is_none_or(|(_, taken)| taken != opening);
        let open: Vec<usize> = (0..supervisors.len())
            .filter(|n| self.allocation.taken[supervisors[*n].0].is_none() && is_open(supervisors[*n].0))
            .collect();
        open.into_iter().filter(|supervisor| self.place(*supervisor, &mut Vec::new())).count()
    }

    /// Finds somebody for a supervisor opening, moving others where that helps (an augmenting path).
    fn place(&mut self, supervisor: usize, seen: &mut Vec<usize>) -> bool {
        let (opening, willing) = &self.allocation.supervisors[supervisor];
        for &person in willing {
            if seen.contains(&person) || !self.could(person, *opening) {
                continue;
            }
            seen.push(person);
            let holds: Vec<usize> = self.held.iter().filter(|(p, _)| *p == person).map(|(_, s)| *s).collect();
            if holds.len() < self.room(person) {
                self.held.push((person, supervisor));
                return true;
            }
            if let Some(moved) = holds.into_iter().find(|held| self.place(*held, seen)) {
                self.held.retain(|(p, s)| (*p, *s) != (person, moved));
                self.held.push((person, supervisor));
                return true;
            }
        }
        false
    }

    fn could(&self, person: usize, opening: usize) -> bool {
        let window = &self.allocation.case.window;
        let shift = window.openings[opening].shift;
        let picked =
            self.if_taken.filter(|(picker, _)| *picker == person).map(|(_, taken)| window.openings[taken].shift);
        let clashes = picked.is_some_and(|other| other.overlap(shift).is_some());
        self.room(person) > 0
            && self.allocation.clash(person, opening).is_none()
            && !(clashes && window.limits.overlap_allowed.is_none())
    }

    fn room(&self, person: usize) -> usize {
        let picks = usize::from(self.if_taken.is_some_and(|(picker, _)| picker == person));
        self.allocation.room(person).saturating_sub(picks)
    }
}

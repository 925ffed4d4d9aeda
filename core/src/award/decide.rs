//! The award itself.

use super::allocate::Allocation;
use super::explain::Explainer;
use super::outcome::{Award, Backup, Unfilled, Winner};
use super::person::Person;
use super::rank::{figures, ranked};
use super::{Case, CaseFault, Fill, Seed};

/// Decides a case. The same case and seed give the same award anywhere, in whatever order the applicants are given.
pub fn award(case: &Case, seed: &Seed) -> Result<Award, CaseFault> {
    case.check()?;
    let criteria = case.method.comparisons();
    let mut people: Vec<Person<'_>> = case.applicants.iter().map(|applicant| Person::new(applicant, case)).collect();
    people.sort_unstable_by_key(|person| person.applicant.officer);
    for person in &mut people {
        person.figures = figures(person, &criteria, case, seed);
    }
    let order = ranked(&people, &criteria);
    let mut allocation = Allocation::new(case, &people, &order);
    allocation.run(seed);
    let explainer =
        Explainer { case, seed, people: &people, order: &order, criteria: &criteria, allocation: &allocation };
    Ok(Award {
        method: case.method.citation(),
        winners: winners(case, &people, &allocation),
        unfilled: unfilled(case, &allocation),
        backups: backups(case, &people, &order, &allocation),
        explanations: explainer.everyone(),
        refused_choices: allocation.refused.clone(),
    })
}

fn winners(case: &Case, people: &[Person<'_>], allocation: &Allocation<'_>) -> Vec<Winner> {
    let taken = case.window.openings.iter().zip(&allocation.taken);
    let winner = |position, person: usize, how| Winner { position, officer: people[person].applicant.officer, how };
    taken.filter_map(|(opening, taken)| taken.map(|taken| winner(opening.position, taken.person, taken.how))).collect()
}

fn unfilled(case: &Case, allocation: &Allocation<'_>) -> Vec<Unfilled> {
    let empty = case.window.openings.iter().zip(&allocation.taken).filter(|(_, taken)| taken.is_none());
    let sentence = |name: &str| match (case.method.fill, case.method.order_in.is_some()) {
        (Fill::ByChoice, _) => format!("{name} is empty: nobody was chosen for it."),
        (Fill::ByRank, false) => format!("{name} is empty: nobody who wanted it and may have it was left."),
        (Fill::ByRank, true) => {
            format!("{name} is empty: nobody who wanted it and may have it was left, and nobody could be ordered in.")
        }
    };
    empty.map(|(opening, _)| Unfilled { position: opening.position, sentence: sentence(&opening.name) }).collect()
}

/// Everybody ranked who won nothing, best first.
fn backups(case: &Case, people: &[Person<'_>], order: &[usize], allocation: &Allocation<'_>) -> Vec<Backup> {
    let window = &case.window;
    let left = order.iter().filter(|person| allocation.won[**person].is_empty());
    left.map(|&person| {
        let can = people[person].preferences(window).into_iter().filter(|opening| people[person].may_have(*opening));
        let positions = can.map(|opening| window.openings[opening].position).collect();
        Backup { officer: people[person].applicant.officer, positions }
    })
    .collect()
}

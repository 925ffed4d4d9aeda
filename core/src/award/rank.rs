//! The order of applicants.

use std::cmp::Ordering;

use super::outcome::{Beside, Comparison};
use super::person::Person;
use super::{Case, Criterion, Figure, Seed};

/// What a person brings to each criterion.
pub(super) fn figures(person: &Person<'_>, criteria: &[Criterion], case: &Case, seed: &Seed) -> Vec<Figure> {
    criteria.iter().map(|criterion| criterion.figure(person, case, seed)).collect()
}

/// Which figures go first: the first criterion in which they differ decides.
pub(super) fn by_figures(criteria: &[Criterion], one: &[Figure], other: &[Figure]) -> Ordering {
    let order = criteria.iter().zip(one.iter().zip(other));
    order
        .map(|(criterion, (one, other))| criterion.compare(*one, *other))
        .find(|o| o.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Those who are not excluded, best first, by number among the people. People stand in the order of their ids, which is what
/// decides where even the draws are equal.
pub(super) fn ranked(people: &[Person<'_>], criteria: &[Criterion]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..people.len()).filter(|n| people[*n].excluded.is_empty()).collect();
    order.sort_by(|one, other| by_figures(criteria, &people[*one].figures, &people[*other].figures));
    order
}

/// How the order of two people came about.
pub(super) fn comparison(beside: Beside, own: &Person<'_>, other: &Person<'_>, criteria: &[Criterion]) -> Comparison {
    let pairs = || criteria.iter().zip(own.figures.iter().zip(&other.figures));
    let differs =
        |(criterion, (own, theirs)): &(&Criterion, (&Figure, &Figure))| criterion.compare(**own, **theirs).is_ne();
    let found = pairs().find(differs);
    let (decided, own, theirs) = match found {
        Some((criterion, (own, theirs))) => (Some(criterion.clone()), *own, *theirs),
        None => (None, Figure::Unknown, Figure::Unknown),
    };
    let equal = pairs().take_while(|pair| !differs(pair)).map(|(criterion, _)| criterion.clone()).collect();
    Comparison { beside, other: other.applicant.officer, equal, decided, own, theirs }
}

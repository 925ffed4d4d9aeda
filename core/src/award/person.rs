//! An applicant as the award sees them: from when their application counts, and what stands against them.

use super::outcome::Reason;
use super::window::{Bound, CountsFrom};
use super::{Applicant, Application, Bar, Case, Figure, Opening, Window};
use crate::ids::PositionId;
use crate::time::UnixMillis;

pub(super) struct Person<'a> {
    pub(super) applicant: &'a Applicant,
    /// The tier, from 0.
    pub(super) tier: Option<usize>,
    /// From when the application counts.
    pub(super) counts_from: Option<UnixMillis>,
    /// Why they are not ranked.
    pub(super) excluded: Vec<Reason>,
    /// What stands against each opening.
    pub(super) obstacles: Vec<Option<Reason>>,
    /// What they bring to each criterion of the method.
    pub(super) figures: Vec<Figure>,
}

impl<'a> Person<'a> {
    pub(super) fn new(applicant: &'a Applicant, case: &Case) -> Self {
        let window = &case.window;
        let tier = window.tier_of(&applicant.groups);
        let obstacles = window.openings.iter().map(|opening| obstacle(applicant, opening, window)).collect();
        let counts_from = applicant.application.as_ref().map(|one| counts_from(one, applicant, tier, window));
        let mut person = Self { applicant, tier, counts_from, excluded: Vec::new(), obstacles, figures: Vec::new() };
        person.excluded = person.exclusions(window);
        person
    }

    /// Is a position open to them as far as rules and what they already have go?
    pub(super) fn may_have(&self, opening: usize) -> bool {
        self.obstacles.get(opening).is_some_and(Option::is_none)
    }

    /// Does a rule stand against any position at all?
    pub(super) fn is_barred(&self) -> bool {
        self.applicant.bars.iter().any(|bar| bar.position.is_none())
    }

    /// What they want, the dearest first.
    pub(super) fn preferences(&self, window: &Window) -> Vec<usize> {
        let application = self.applicant.application.as_ref();
        let dearest = application.into_iter().flat_map(|application| &application.wish.positions);
        let named = dearest.chain(&self.applicant.standing).filter_map(|position| window.opening(*position));
        let any = application.is_some_and(|application| application.wish.others);
        let others = if any { 0..window.openings.len() } else { 0..0 };
        let mut seen = vec![false; window.openings.len()];
        let is_new = |opening: &usize| !std::mem::replace(&mut seen[*opening], true);
        named.chain(others).filter(is_new).collect()
    }

    fn exclusions(&self, window: &Window) -> Vec<Reason> {
        let applicant = self.applicant;
        let mut reasons: Vec<Reason> = applicant.bars.iter().filter(|bar| bar.position.is_none()).map(barred).collect();
        let (application, standing) = (applicant.application.as_ref(), !applicant.standing.is_empty());
        if application.is_none() && !standing {
            reasons.push(Reason::DidNotApply);
        }
        if let Some(late) = application.filter(|one| !standing && is_late(one, window)) {
            reasons.push(Reason::TooLate { received: late.received });
        }
        if application.is_some() && self.tier.is_none() && !standing {
            reasons.push(Reason::NoTier);
        }
        if applicant.awards_before >= window.limits.awards_per_officer {
            reasons.push(Reason::AtLimit { awards: window.limits.awards_per_officer });
        }
        if reasons.is_empty() { self.nothing_left(window) } else { reasons }
    }

    /// What stands against everything they want.
    fn nothing_left(&self, window: &Window) -> Vec<Reason> {
        let wanted = self.preferences(window);
        if wanted.is_empty() {
            return vec![Reason::NotWanted];
        }
        let mut reasons = Vec::new();
        for opening in wanted {
            match self.obstacles.get(opening) {
                Some(Some(reason)) if !reasons.contains(reason) => reasons.push(reason.clone()),
                Some(Some(_)) => {}
                _ => return Vec::new(),
            }
        }
        reasons
    }
}

fn barred(bar: &Bar) -> Reason {
    Reason::Barred { rule: bar.rule.clone(), version: bar.version, sentence: bar.sentence.clone() }
}

fn obstacle(applicant: &Applicant, opening: &Opening, window: &Window) -> Option<Reason> {
    let of = |position: PositionId| move |bar: &&Bar| bar.position == Some(position);
    if let Some(bar) = applicant.bars.iter().find(of(opening.position)) {
        return Some(barred(bar));
    }
    if window.limits.overlap_allowed.is_some() {
        return None;
    }
    let hold = applicant.holds.iter().find(|hold| hold.shift.overlap(opening.shift).is_some())?;
    Some(Reason::Holds { what: hold.what.clone(), shift: hold.shift })
}

/// Late is what the server had after closing, unless it has some grace and the application was certainly made before.
fn is_late(application: &Application, window: &Window) -> bool {
    let made_before = application.made.is_some_and(|made| made.latest < window.closes);
    let in_grace = application.received < window.closes + window.timing.grace;
    application.received >= window.closes && !(in_grace && made_before)
}

/// Never after the server had it, never before the window opened to the officer, and between the two as the window's rule says.
fn counts_from(application: &Application, applicant: &Applicant, tier: Option<usize>, window: &Window) -> UnixMillis {
    let made = match (window.timing.counts_from, application.made) {
        (CountsFrom::Estimate { within, bound }, Some(made)) if made.latest - made.earliest <= within => match bound {
            Bound::Earliest => made.earliest,
            Bound::Latest => made.latest,
        },
        _ => application.received,
    };
    let opens = window.opens_to(tier.unwrap_or(0)).max(applicant.turn.unwrap_or(window.opens));
    made.min(application.received).max(opens)
}

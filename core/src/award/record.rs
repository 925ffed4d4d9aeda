//! An award as it is stored: everything it was decided from, what was decided, and how to find out whether the two fit.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Award, Case, CaseFault, Secret, Seed, award};
use crate::ids::OfficerId;
use crate::shift::Sha256;
use crate::time::UnixMillis;

/// How awards are decided by this version. One more whenever the same case and seed could come out otherwise.
pub const PROCEDURE: u32 = 2;

/// What binds the seed: see [`Secret`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Sealing {
    /// Published with the posting.
    #[n(0)]
    pub commitment: Sha256,
    /// Told once the window has closed.
    #[n(1)]
    pub secret: Secret,
    /// The hash of what came in.
    #[n(2)]
    pub closing: Sha256,
    /// What was drawn from.
    #[n(3)]
    pub seed: Seed,
}

/// An award as it is stored.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct AwardRecord {
    /// Which version of the procedure decided.
    #[n(0)]
    pub procedure: u32,
    /// What it was decided from.
    #[n(1)]
    pub case: Case,
    /// What binds the seed.
    #[n(2)]
    pub sealing: Sealing,
    /// When it was decided.
    #[n(3)]
    pub decided_at: UnixMillis,
    /// What was decided.
    #[n(4)]
    pub award: Award,
}

/// Where a stored award and its re-run differ.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Difference {
    /// What differs.
    pub what: String,
    /// The officer it is about, if one.
    pub officer: Option<OfficerId>,
    /// As stored.
    pub stored: String,
    /// As it comes out now.
    pub again: String,
}

impl AwardRecord {
    /// Decides a case under a seed that was sealed, and keeps everything.
    pub fn decide(case: Case, commitment: Sha256, secret: Secret, decided_at: UnixMillis) -> Result<Self, CaseFault> {
        let closing = case.closing();
        let seed = secret.mix(closing);
        let award = award(&case, &seed)?;
        let sealing = Sealing { commitment, secret, closing, seed };
        Ok(Self { procedure: PROCEDURE, case, sealing, decided_at, award })
    }

    /// Decides it again from what is stored. Empty where everything comes out the same.
    pub fn verify(&self) -> Vec<Difference> {
        if self.procedure != PROCEDURE {
            return vec![Difference::new("procedure", &self.procedure, &PROCEDURE)];
        }
        let mut found = self.sealing_differences();
        match award(&self.case, &self.sealing.seed) {
            Ok(again) => found.extend(award_differences(&self.award, &again)),
            Err(fault) => found.push(Difference::new("case", &"decided", &fault.to_string())),
        }
        found
    }

    fn sealing_differences(&self) -> Vec<Difference> {
        let Sealing { commitment, secret, closing, seed } = &self.sealing;
        let again = self.case.closing();
        let all = [
            Difference::between("commitment", commitment, &secret.commitment(self.case.window.posting)),
            Difference::between("closing data", closing, &again),
            Difference::between("seed", seed, &secret.mix(again)),
        ];
        all.into_iter().flatten().collect()
    }
}

impl Difference {
    fn new(what: &str, stored: &impl std::fmt::Debug, again: &impl std::fmt::Debug) -> Self {
        let text = |value: &dyn std::fmt::Debug| format!("{value:?}");
        Self { what: what.to_owned(), officer: None, stored: text(stored), again: text(again) }
    }

    fn between<T: std::fmt::Debug + PartialEq>(what: &str, stored: &T, again: &T) -> Option<Self> {
        (stored != again).then(|| Self::new(what, stored, again))
    }
}

fn award_differences(stored: &Award, again: &Award) -> Vec<Difference> {
    let parts = [
        Difference::between("method", &stored.method, &again.method),
        Difference::between("winners", &stored.winners, &again.winners),
        Difference::between("unfilled positions", &stored.unfilled, &again.unfilled),
        Difference::between("backups", &stored.backups, &again.backups),
        Difference::between("refused choices", &stored.refused_choices, &again.refused_choices),
    ];
    let mut found: Vec<Difference> = parts.into_iter().flatten().collect();
    for one in &stored.explanations {
        let other = again.explanation(one.officer);
        let difference = Difference::between("explanation", &Some(one), &other);
        found.extend(difference.map(|difference| Difference { officer: Some(one.officer), ..difference }));
    }
    found.extend(Difference::between("number of explanations", &stored.explanations.len(), &again.explanations.len()));
    found
}

#[cfg(test)]
mod tests {
    use super::super::sample::{applied, at, case, officer, posting, secret, window};
    use super::*;
    use crate::award::Method;

    fn record() -> AwardRecord {
        let applicants = vec![applied(1, "09:00"), applied(2, "09:10"), applied(3, "09:20")];
        let case = case(window(1), applicants, Method::first_come());
        AwardRecord::decide(case, secret().commitment(posting()), secret(), at("2026-05-01 12:01")).unwrap()
    }

    fn what(record: &AwardRecord) -> Vec<(String, Option<OfficerId>)> {
        record.verify().into_iter().map(|difference| (difference.what, difference.officer)).collect()
    }

    #[test]
    fn a_record_that_was_not_touched_comes_out_the_same() {
        assert_eq!(record().verify(), []);
    }

    #[test]
    fn a_winner_put_in_later_is_named() {
        let mut forged = record();
        forged.award.winners[0].officer = officer(3);
        assert_eq!(what(&forged), [("winners".to_owned(), None)]);
    }

    #[test]
    fn an_explanation_rewritten_later_is_named_with_its_officer() {
        let mut forged = record();
        forged.award.explanations[1].sentence.push_str(" Sorry.");
        assert_eq!(what(&forged), [("explanation".to_owned(), Some(officer(2)))]);
    }

    #[test]
    fn an_application_moved_later_breaks_the_closing_data_the_seed_and_the_award() {
        let mut forged = record();
        forged.case.applicants[2].application.as_mut().unwrap().received = at("2026-05-01 08:00");
        let found = what(&forged);
        for part in ["closing data", "seed", "explanation"] {
            assert!(found.iter().any(|(what, _)| what == part), "{part}: {found:?}");
        }
    }

    #[test]
    fn another_secret_than_the_one_committed_to_is_named() {
        let mut forged = record();
        forged.sealing.secret = Secret::from_bytes([8; 32]);
        assert_eq!(what(&forged), [("commitment".to_owned(), None), ("seed".to_owned(), None)]);
    }

    #[test]
    fn a_record_of_another_procedure_is_not_judged_by_this_one() {
        let newer = AwardRecord { procedure: PROCEDURE + 1, ..record() };
        assert_eq!(what(&newer), [("procedure".to_owned(), None)]);
    }
}

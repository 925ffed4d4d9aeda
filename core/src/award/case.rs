//! Everything an award is decided from, but for the seed.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Applicant, Method, Standings, Window, closing_hash};
use crate::ids::{OfficerId, PositionId};
use crate::shift::Sha256;

/// Everything an award is decided from, but for the seed.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Case {
    /// What is on offer.
    #[n(0)]
    pub window: Window,
    /// Who takes part. Their order means nothing.
    #[n(1)]
    pub applicants: Vec<Applicant>,
    /// What the ledger says of them.
    #[n(2)]
    pub standings: Standings,
    /// By which method.
    #[n(3)]
    pub method: Method,
}

/// A case that cannot be decided.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum CaseFault {
    /// Nothing is on offer.
    #[error("no position is on offer")]
    NoOpening,
    /// A position is on offer twice.
    #[error("position {0} is on offer twice")]
    PositionTwice(PositionId),
    /// A position's shift ends before it begins.
    #[error("position {0} is worked in no time at all")]
    EmptyShift(PositionId),
    /// An officer takes part twice.
    #[error("officer {0} takes part twice")]
    OfficerTwice(OfficerId),
    /// The window closes before it opens.
    #[error("the window closes before it opens")]
    ClosesBeforeOpening,
    /// A choice gives no reason or nobody who made it.
    #[error("the choice for position {0} has no reason or nobody who made it")]
    ChoiceWithoutReason(PositionId),
    /// A position is given to two officers.
    #[error("position {0} is chosen for twice")]
    ChosenTwice(PositionId),
    /// The ledger's figures are not by officer id, one each.
    #[error("the standings are not in the order of officers, one each")]
    StandingsOutOfOrder,
}

impl Case {
    /// The hash of what came in, which is mixed into the seed.
    pub fn closing(&self) -> Sha256 {
        closing_hash(self.window.posting, &self.applicants)
    }

    pub(super) fn check(&self) -> Result<(), CaseFault> {
        self.check_window()?;
        self.check_choices()?;
        if let Some(officer) = twice(self.applicants.iter().map(|applicant| applicant.officer)) {
            return Err(CaseFault::OfficerTwice(officer));
        }
        let in_order = self.standings.officers.windows(2).all(|pair| pair[0].officer < pair[1].officer);
        in_order.then_some(()).ok_or(CaseFault::StandingsOutOfOrder)
    }

    fn check_window(&self) -> Result<(), CaseFault> {
        let window = &self.window;
        if window.openings.is_empty() {
            return Err(CaseFault::NoOpening);
        }
        if window.closes < window.opens {
            return Err(CaseFault::ClosesBeforeOpening);
        }
        if let Some(opening) = window.openings.iter().find(|opening| opening.shift.is_empty()) {
            return Err(CaseFault::EmptyShift(opening.position));
        }
        twice(window.openings.iter().map(|opening| opening.position))
            .map_or(Ok(()), |p| Err(CaseFault::PositionTwice(p)))
    }

    fn check_choices(&self) -> Result<(), CaseFault> {
        let choices = &self.window.choices;
        if let Some(choice) = choices.iter().find(|c| c.reason.trim().is_empty() || c.by.trim().is_empty()) {
            return Err(CaseFault::ChoiceWithoutReason(choice.position));
        }
        twice(choices.iter().map(|choice| choice.position)).map_or(Ok(()), |p| Err(CaseFault::ChosenTwice(p)))
    }
}

fn twice<T: Ord + Copy>(ids: impl Iterator<Item = T>) -> Option<T> {
    let mut ids: Vec<T> = ids.collect();
    ids.sort_unstable();
    ids.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

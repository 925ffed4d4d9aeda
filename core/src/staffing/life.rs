//! The stages of a detail from request to ruling, and which step leads where.
//!
//! Stages say what was decided, never what officers may write: a punch on a detail that was cancelled is still a fact.

use std::fmt;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Where a detail stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum DetailStage {
    /// A customer asks for officers.
    #[n(0)]
    Requested,
    /// The agency has said what it will cost.
    #[n(1)]
    Estimated,
    /// The customer has accepted the estimate, or the agency needs none.
    #[n(2)]
    Accepted,
    /// Officers may apply.
    #[n(3)]
    Posted,
    /// The window is closed; the award is being made.
    #[n(4)]
    Sealed,
    /// Awarded, with places still empty.
    #[n(5)]
    Short,
    /// Every place is taken.
    #[n(6)]
    Staffed,
    /// Somebody has clocked in.
    #[n(7)]
    UnderWay,
    /// Everybody has clocked out, or its time is over.
    #[n(8)]
    Worked,
    /// The agency has ruled on every assignment.
    #[n(9)]
    Ruled,
    /// The agency could not find officers.
    #[n(10)]
    Unfilled,
    /// Agency or customer said no before it was posted.
    #[n(11)]
    Declined,
    /// Will not take place.
    #[n(12)]
    Cancelled,
}

/// What may happen to a detail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DetailStep {
    /// What is asked for changes: what was estimated holds no more.
    Change,
    /// The agency says what it will cost.
    Estimate,
    /// The customer accepts the estimate.
    Accept,
    /// Agency or customer says no.
    Decline,
    /// It goes on offer.
    Post,
    /// The window closes.
    Seal,
    /// The last empty place is taken.
    Fill,
    /// The award is made, and places are still empty.
    FallShort,
    /// A place becomes empty again.
    Vacate,
    /// It goes on offer again.
    Reopen,
    /// The agency stops looking for officers.
    GiveUp,
    /// The first clock-in.
    Begin,
    /// Everybody is out, or its time is over.
    End,
    /// The last assignment is ruled on, or one is ruled on again.
    Rule,
    /// It will not take place.
    Cancel,
}

/// A step that the stage does not allow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("A detail that {from} cannot be {step}.")]
pub struct IllegalStep {
    /// Where the detail stands.
    pub from: DetailStage,
    /// What was asked.
    pub step: DetailStep,
}

impl DetailStage {
    /// Every stage.
    pub const ALL: [Self; 13] = [
        Self::Requested,
        Self::Estimated,
        Self::Accepted,
        Self::Posted,
        Self::Sealed,
        Self::Short,
        Self::Staffed,
        Self::UnderWay,
        Self::Worked,
        Self::Ruled,
        Self::Unfilled,
        Self::Declined,
        Self::Cancelled,
    ];

    /// Where a step leads.
    pub const fn after(self, step: DetailStep) -> Result<Self, IllegalStep> {
        use DetailStage::{
            Accepted, Cancelled, Declined, Estimated, Posted, Requested, Ruled, Sealed, Short, Staffed, UnderWay,
            Unfilled, Worked,
        };
        use DetailStep as Step;
        Ok(match (self, step) {
            (Requested | Estimated | Accepted, Step::Change) => Requested,
            (Requested | Estimated, Step::Estimate) => Estimated,
            (Estimated, Step::Accept) => Accepted,
            (Requested | Estimated, Step::Decline) => Declined,
            (Accepted, Step::Post) | (Sealed | Short | Unfilled, Step::Reopen) | (Posted, Step::Vacate) => Posted,
            (Posted, Step::Seal) => Sealed,
            (Posted | Sealed | Short, Step::Fill) => Staffed,
            // Relief while others work: the detail itself goes on.
            (UnderWay, Step::Fill | Step::Vacate | Step::Begin)
            | (Posted | Sealed | Short | Staffed | Unfilled | Worked, Step::Begin) => UnderWay,
            (Sealed, Step::FallShort) | (Staffed, Step::Vacate) => Short,
            (Posted | Short, Step::GiveUp) => Unfilled,
            (UnderWay | Staffed | Short, Step::End) => Worked,
            (Worked | Ruled, Step::Rule) => Ruled,
            (Requested | Estimated | Accepted | Posted | Sealed | Short | Staffed | Unfilled, Step::Cancel) => {
                Cancelled
            }
            (from, step) => return Err(IllegalStep { from, step }),
        })
    }

    /// Its number, as it is stored.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The stage of that number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Where it stands in view of the work done on it: whether somebody clocked in, everybody is out or its time is over, and
    /// the agency has ruled. Facts come late and out of order, so this is read anew each time and never stored.
    #[must_use]
    pub fn with_work(self, began: bool, over: bool, ruled: bool) -> Self {
        let steps = [(began, DetailStep::Begin), (over, DetailStep::End), (over && ruled, DetailStep::Rule)];
        let taken = steps.into_iter().filter(|(happened, _)| *happened);
        taken.fold(self, |stage, (_, step)| stage.after(step).unwrap_or(stage))
    }

    /// Nothing follows it.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Declined | Self::Cancelled)
    }

    /// May officers apply?
    pub const fn takes_applications(self) -> bool {
        matches!(self, Self::Posted)
    }
}

impl DetailStep {
    /// Every step.
    pub const ALL: [Self; 15] = [
        Self::Change,
        Self::Estimate,
        Self::Accept,
        Self::Decline,
        Self::Post,
        Self::Seal,
        Self::Fill,
        Self::FallShort,
        Self::Vacate,
        Self::Reopen,
        Self::GiveUp,
        Self::Begin,
        Self::End,
        Self::Rule,
        Self::Cancel,
    ];
}

impl fmt::Display for DetailStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requested => "was only requested",
            Self::Estimated => "waits for the customer to accept the estimate",
            Self::Accepted => "was accepted and not yet posted",
            Self::Posted => "is on offer",
            Self::Sealed => "is being awarded",
            Self::Short => "has empty places",
            Self::Staffed => "is fully staffed",
            Self::UnderWay => "is under way",
            Self::Worked => "was worked",
            Self::Ruled => "was ruled on",
            Self::Unfilled => "was given up for want of officers",
            Self::Declined => "was declined",
            Self::Cancelled => "was cancelled",
        })
    }
}

impl fmt::Display for DetailStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Change => "changed",
            Self::Estimate => "estimated",
            Self::Accept => "accepted",
            Self::Decline => "declined",
            Self::Post => "posted",
            Self::Seal => "sealed",
            Self::Fill => "filled",
            Self::FallShort => "awarded in part",
            Self::Vacate => "vacated",
            Self::Reopen => "put on offer again",
            Self::GiveUp => "given up",
            Self::Begin => "begun",
            Self::End => "ended",
            Self::Rule => "ruled on",
            Self::Cancel => "cancelled",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::DetailStage::*;
    use super::*;

    fn walk(steps: &[DetailStep]) -> Result<DetailStage, IllegalStep> {
        steps.iter().try_fold(Requested, |stage, step| stage.after(*step))
    }

    #[test]
    fn the_usual_way_leads_from_request_to_ruling() {
        use DetailStep::*;
        assert_eq!(walk(&[Estimate, Accept, Post, Seal, Fill, Begin, End, Rule]), Ok(Ruled));
    }

    #[test]
    fn a_call_off_leaves_it_short_until_somebody_else_comes() {
        use DetailStep::*;
        assert_eq!(walk(&[Estimate, Accept, Post, Seal, Fill, Vacate]), Ok(Short));
        assert_eq!(walk(&[Estimate, Accept, Post, Seal, Fill, Vacate, Fill, Begin, Vacate, Fill]), Ok(UnderWay));
    }

    #[test]
    fn an_estimate_that_was_not_accepted_cannot_be_posted() {
        let refused = Estimated.after(DetailStep::Post).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "A detail that waits for the customer to accept the estimate cannot be posted."
        );
    }

    #[test]
    fn what_is_under_way_is_ended_and_not_cancelled() {
        let refused = UnderWay.after(DetailStep::Cancel).unwrap_err();
        assert_eq!(refused.to_string(), "A detail that is under way cannot be cancelled.");
        assert_eq!(UnderWay.after(DetailStep::End), Ok(Worked));
    }

    /// The whole table, written out once more by stage: a change of one must be made in both.
    #[test]
    fn every_other_step_is_refused_by_name() {
        use DetailStep::*;
        let allowed: [(DetailStage, &[DetailStep]); 13] = [
            (Requested, &[Change, Estimate, Decline, Cancel]),
            (Estimated, &[Change, Estimate, Accept, Decline, Cancel]),
            (Accepted, &[Change, Post, Cancel]),
            (Posted, &[Seal, Fill, Vacate, GiveUp, Begin, Cancel]),
            (Sealed, &[Fill, FallShort, Reopen, Begin, Cancel]),
            (Short, &[Fill, Reopen, GiveUp, Begin, End, Cancel]),
            (Staffed, &[Vacate, Begin, End, Cancel]),
            (UnderWay, &[Fill, Vacate, Begin, End]),
            (Worked, &[Begin, Rule]),
            (Ruled, &[Rule]),
            (Unfilled, &[Reopen, Begin, Cancel]),
            (Declined, &[]),
            (Cancelled, &[]),
        ];
        for (stage, steps) in allowed {
            for step in DetailStep::ALL {
                let after = stage.after(step);
                assert_eq!(after.is_ok(), steps.contains(&step), "{stage:?} {step:?}");
                assert!(after.is_ok() || after == Err(IllegalStep { from: stage, step }));
            }
            assert_eq!(stage.is_final(), steps.is_empty());
        }
    }

    #[test]
    fn a_stage_survives_its_number() {
        for stage in DetailStage::ALL {
            assert_eq!(DetailStage::from_code(stage.code()), Some(stage));
        }
        assert_eq!(DetailStage::from_code(13), None);
    }

    #[test]
    fn work_is_seen_whatever_was_decided_before() {
        assert_eq!(Staffed.with_work(true, false, false), UnderWay);
        assert_eq!(Staffed.with_work(true, true, false), Worked);
        assert_eq!(Short.with_work(true, true, true), Ruled);
        assert_eq!(Unfilled.with_work(true, false, false), UnderWay, "somebody came all the same");
        assert_eq!(Cancelled.with_work(true, true, true), Cancelled, "the facts stay, the stage too");
        assert_eq!(Posted.with_work(false, true, false), Posted, "over, and nobody came");
    }

    #[test]
    fn every_stage_can_be_reached_and_every_step_leads_somewhere() {
        let mut reached = BTreeSet::from([Requested]);
        let mut used = BTreeSet::new();
        for _ in DetailStage::ALL {
            for (stage, step) in reached.clone().into_iter().flat_map(|s| DetailStep::ALL.map(|step| (s, step))) {
                if let Ok(after) = stage.after(step) {
                    reached.insert(after);
                    used.insert(step);
                }
            }
        }
        assert_eq!((reached.len(), used.len()), (DetailStage::ALL.len(), DetailStep::ALL.len()));
    }
}

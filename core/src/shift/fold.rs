//! From facts to the shift they tell of. Pure, and the same whatever order the facts come in.

use serde::Serialize;

use super::punch::punches;
use super::timeline::timeline;
use super::written::{Explanation, Written, explanations, written};
use super::{Anomaly, LoggedFact, Mark, Punch, Stint, machine, oddities};
use crate::evidence::EstimateRule;
use crate::shift::FactKind;
use crate::time::{Millis, UnixMillis, Zone};

/// How facts are folded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoldRules {
    /// The zone that sentences tell times in.
    pub zone: Zone,
    /// How true time is estimated.
    pub estimate: EstimateRule,
    /// A longer stretch of work than this is flagged: a forgotten out, or too long a day.
    pub long_shift: Millis,
    /// Do officers' corrections count? Without them the same facts tell the shift as it was punched.
    pub apply_corrections: bool,
}

impl FoldRules {
    /// The usual rules: long after 16 hours, corrections count.
    pub const fn in_zone(zone: Zone) -> Self {
        Self { zone, estimate: EstimateRule::DEFAULT, long_shift: Millis::from_hours(16), apply_corrections: true }
    }
}

/// Where the officer is in the shift.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShiftState {
    /// Not begun.
    #[default]
    Off,
    /// On the way to the site.
    EnRoute,
    /// At work.
    On,
    /// On a break.
    OnBreak,
    /// Away, and will return.
    Away,
    /// Clocked out.
    Out,
}

impl ShiftState {
    /// Its name in text.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::EnRoute => "en_route",
            Self::On => "on",
            Self::OnBreak => "on_break",
            Self::Away => "away",
            Self::Out => "out",
        }
    }

    /// Is the officer clocked in, breaks included?
    pub const fn is_clocked_in(self) -> bool {
        matches!(self, Self::On | Self::OnBreak)
    }
}

/// A shift as its facts tell it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Shift {
    /// Where the officer is in it.
    pub state: ShiftState,
    /// The punch that put the officer there, none at the beginning.
    pub since: Option<Mark>,
    /// Every punch, in order of the time that counts.
    pub punches: Vec<Punch>,
    /// The stretches of work, in order.
    pub stints: Vec<Stint>,
    /// What is odd, in order of kind.
    pub anomalies: Vec<Anomaly>,
    /// Notes, photos and incidents, in order.
    pub written: Vec<Written>,
    /// What the officer says about flags, in order.
    pub explanations: Vec<Explanation>,
    /// When the post orders were first read.
    pub orders_read: Option<UnixMillis>,
    /// When the shift was first handed in.
    pub submitted: Option<UnixMillis>,
}

impl Shift {
    /// The stint the officer is in.
    pub fn open_stint(&self) -> Option<&Stint> {
        self.stints.last().filter(|stint| stint.is_open())
    }

    /// Was the work split by leaving and coming back?
    pub const fn is_split(&self) -> bool {
        self.stints.len() > 1
    }
}

/// Folds the facts of one shift log, from one or more devices and in any order.
pub fn fold(facts: &[LoggedFact], rules: &FoldRules) -> Shift {
    let timeline = timeline(facts, &rules.estimate);
    let (punches, correction_anomalies) = punches(&timeline, rules);
    let machine = machine::run(&punches, rules);
    let first =
        |kind: FactKind| timeline.iter().find(|dated| dated.logged.fact.kind == kind).map(|dated| dated.time.at);
    let mut shift = Shift {
        state: machine.state,
        since: machine.since,
        stints: machine.stints,
        anomalies: machine.anomalies,
        written: written(&timeline),
        explanations: explanations(&timeline),
        orders_read: first(FactKind::OrdersRead),
        submitted: first(FactKind::Submitted),
        punches,
    };
    shift.anomalies.extend(correction_anomalies);
    shift.anomalies.extend(oddities::find(&shift, &timeline, rules));
    shift.anomalies.sort_unstable();
    shift
}

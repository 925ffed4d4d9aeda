//! What is odd about a shift. Nothing is dropped for it: an anomaly is a name, the facts it is about and a sentence.

use serde::Serialize;

use crate::ids::FactId;

macro_rules! anomaly_kinds {
    ($($(#[$doc:meta])* $name:ident $weight:ident $text:literal,)*) => {
        /// What is odd.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum AnomalyKind {
            $($(#[$doc])* $name,)*
        }

        impl AnomalyKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name in text.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// How much it matters.
            pub const fn weight(self) -> Weight {
                match self { $(Self::$name => Weight::$weight,)* }
            }
        }
    };
}

/// How much an anomaly matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Worth knowing; the hours stand without it.
    Notice,
    /// A person should look before the hours are paid.
    Review,
}

anomaly_kinds! {
    /// En route again, or when already at work.
    EnRouteOutOfTurn Notice "en_route_out_of_turn",
    /// In while in: the first one counts.
    DoubleIn Review "double_in",
    /// In while on a break: taken as the break's end.
    InDuringBreak Notice "in_during_break",
    /// In after out: a second stretch of work.
    InAfterOut Notice "in_after_out",
    /// Out, but never in.
    OutWithoutIn Review "out_without_in",
    /// Out while out: the first one counts.
    DoubleOut Notice "double_out",
    /// Said to return, and clocked out instead.
    DidNotReturn Notice "did_not_return",
    /// Will return, but was not at work.
    WillReturnWithoutIn Review "will_return_without_in",
    /// A break begins, but the officer was not at work.
    BreakWithoutIn Review "break_without_in",
    /// A break begins during a break: the first one counts.
    DoubleBreakStart Notice "double_break_start",
    /// A break ends that never began.
    BreakEndWithoutStart Review "break_end_without_start",
    /// Left while on a break: taken as the break's end.
    BreakLeftOpen Review "break_left_open",
    /// Handed in without an out.
    MissingOut Review "missing_out",
    /// One stretch of work longer than a person works.
    LongShift Review "long_shift",
    /// The officer says that a punch should have had another time.
    CorrectedPunch Review "corrected_punch",
    /// A correction that names no punch.
    CorrectionOfNothing Review "correction_of_nothing",
    /// A correction without a time.
    CorrectionWithoutTime Review "correction_without_time",
    /// Two devices punched the same stretch of work.
    OverlappingDevices Review "overlapping_devices",
    /// A punch or correction after the shift was handed in.
    AfterSubmission Review "after_submission",
    /// The true time is not known well enough to pay on.
    UncertainTime Review "uncertain_time",
    /// By the phone's clock it was earlier than the server had already said it was.
    ClockBehindServer Review "clock_behind_server",
    /// The phone's clock was set wrong; the true time is known all the same.
    WallClockOff Notice "wall_clock_off",
    /// The phone's clock was set between two facts.
    ClockJump Notice "clock_jump",
    /// The phone's clock that cannot be set went back: the evidence contradicts itself.
    ClockContradiction Review "clock_contradiction",
    /// The phone restarted between two facts.
    Reboot Notice "reboot",
}

#[cfg(feature = "schema")]
crate::schema::text!(AnomalyKind, "name");

impl Serialize for AnomalyKind {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

/// Something odd about a shift.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Anomaly {
    /// What is odd.
    pub kind: AnomalyKind,
    /// The facts it is about.
    pub facts: Vec<FactId>,
    /// The same in words.
    pub sentence: String,
}

impl Anomaly {
    pub(super) fn new(kind: AnomalyKind, facts: impl Into<Vec<FactId>>, sentence: impl Into<String>) -> Self {
        Self { kind, facts: facts.into(), sentence: sentence.into() }
    }
}

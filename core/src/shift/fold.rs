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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sample::{Phone, at, clock, new_york};
    use super::*;
    use crate::geo::{Fix, Provider};
    use crate::ids::{DeviceId, FactId};
    use crate::shift::{AnomalyKind, ChainLink, Content, Fact, Sha256};
    use crate::time::{Anchor, BootId, ClockReading, Interval, ZoneName};

    fn rules() -> FoldRules {
        FoldRules::in_zone(new_york())
    }

    /// Folds punches of one phone, each a kind and a time.
    fn shift(punches: &[(FactKind, &str)]) -> Shift {
        let mut phone = Phone::new(1);
        let facts: Vec<_> = punches.iter().map(|(kind, time)| phone.punch(*kind, time)).collect();
        fold(&facts, &rules())
    }

    fn kinds(shift: &Shift) -> Vec<AnomalyKind> {
        shift.anomalies.iter().map(|anomaly| anomaly.kind).collect()
    }

    fn intervals(shift: &Shift) -> Vec<(UnixMillis, UnixMillis)> {
        shift.stints.iter().filter_map(Stint::interval).map(|Interval { start, end }| (start, end)).collect()
    }

    use FactKind::{BreakEnd, BreakStart, Correction, EnRoute, In, Out, Submitted, WillReturn};

    #[test]
    fn a_shift_goes_from_off_to_out_and_each_punch_moves_it() {
        let story = [
            (EnRoute, "17:30", ShiftState::EnRoute),
            (In, "18:00", ShiftState::On),
            (BreakStart, "20:00", ShiftState::OnBreak),
            (BreakEnd, "20:30", ShiftState::On),
            (WillReturn, "21:00", ShiftState::Away),
            (In, "22:00", ShiftState::On),
            (Out, "23:00", ShiftState::Out),
        ];
        assert_eq!(shift(&[]).state, ShiftState::Off);
        for taken in 1..=story.len() {
            let punches: Vec<_> = story[..taken].iter().map(|(kind, time, _)| (*kind, *time)).collect();
            let shift = shift(&punches);
            assert_eq!(shift.state, story[taken - 1].2, "after {taken}");
            assert_eq!(shift.since.map(|mark| mark.at), Some(clock(story[taken - 1].1)));
            assert_eq!(kinds(&shift), []);
        }
    }

    #[test]
    fn a_split_shift_has_two_stints_and_its_breaks_stay_in_theirs() {
        let shift = shift(&[
            (In, "18:00"),
            (BreakStart, "19:00"),
            (BreakEnd, "19:20"),
            (WillReturn, "20:00"),
            (In, "21:00"),
            (Out, "23:00"),
        ]);
        assert!(shift.is_split());
        assert_eq!(intervals(&shift), [(clock("18:00"), clock("20:00")), (clock("21:00"), clock("23:00"))]);
        let taken = shift.stints[0].breaks[0].interval().unwrap();
        assert_eq!((taken.start, taken.end), (clock("19:00"), clock("19:20")));
        assert!(shift.stints[1].breaks.is_empty());
    }

    #[test]
    fn every_odd_order_of_punches_is_named_and_none_is_dropped() {
        let cases: &[(&[(FactKind, &str)], AnomalyKind)] = &[
            (&[(In, "18:00"), (EnRoute, "18:10"), (Out, "19:00")], AnomalyKind::EnRouteOutOfTurn),
            (&[(In, "18:00"), (In, "18:10"), (Out, "19:00")], AnomalyKind::DoubleIn),
            (&[(In, "18:00"), (BreakStart, "18:10"), (In, "18:20"), (Out, "19:00")], AnomalyKind::InDuringBreak),
            (&[(In, "18:00"), (Out, "18:30"), (In, "18:40"), (Out, "19:00")], AnomalyKind::InAfterOut),
            (&[(Out, "19:00")], AnomalyKind::OutWithoutIn),
            (&[(In, "18:00"), (Out, "19:00"), (Out, "19:05")], AnomalyKind::DoubleOut),
            (&[(In, "18:00"), (WillReturn, "18:30"), (Out, "19:00")], AnomalyKind::DidNotReturn),
            (&[(WillReturn, "18:30")], AnomalyKind::WillReturnWithoutIn),
            (&[(BreakStart, "18:30")], AnomalyKind::BreakWithoutIn),
            (
                &[(In, "18:00"), (BreakStart, "18:10"), (BreakStart, "18:11"), (BreakEnd, "18:20"), (Out, "19:00")],
                AnomalyKind::DoubleBreakStart,
            ),
            (&[(In, "18:00"), (BreakEnd, "18:20"), (Out, "19:00")], AnomalyKind::BreakEndWithoutStart),
            (&[(In, "18:00"), (BreakStart, "18:20"), (Out, "19:00")], AnomalyKind::BreakLeftOpen),
            (&[(In, "18:00"), (Submitted, "19:00")], AnomalyKind::MissingOut),
            (&[(In, "01:00"), (Out, "17:01")], AnomalyKind::LongShift),
            (&[(In, "18:00"), (Submitted, "19:00"), (Out, "19:01")], AnomalyKind::AfterSubmission),
            (&[(In, "18:00"), (Out, "19:01"), (Correction, "20:00")], AnomalyKind::CorrectionOfNothing),
        ];
        for (punches, kind) in cases {
            let shift = shift(punches);
            assert_eq!(kinds(&shift), [*kind]);
            assert_eq!(shift.punches.len(), punches.iter().filter(|(kind, _)| kind.is_punch()).count());
            let anomaly = &shift.anomalies[0];
            assert!(!anomaly.facts.is_empty() && anomaly.sentence.ends_with('.'), "{anomaly:?}");
        }
    }

    #[test]
    fn the_first_of_two_ins_counts_and_the_first_of_two_outs() {
        let shift = shift(&[(In, "18:00"), (In, "18:10"), (Out, "23:00"), (Out, "23:30")]);
        assert_eq!(intervals(&shift), [(clock("18:00"), clock("23:00"))]);
    }

    #[test]
    fn a_missing_out_leaves_the_stint_open_and_invents_nothing() {
        let shift = shift(&[(In, "18:00"), (Submitted, "23:00")]);
        assert_eq!(shift.state, ShiftState::On);
        assert_eq!(intervals(&shift), []);
        assert_eq!(shift.open_stint().unwrap().start.at, clock("18:00"));
        assert_eq!(shift.submitted, Some(clock("23:00")));
    }

    #[test]
    fn a_break_that_was_left_open_ends_with_the_stint() {
        let shift = shift(&[(In, "18:00"), (BreakStart, "20:00"), (WillReturn, "21:00")]);
        assert_eq!(shift.state, ShiftState::Away);
        assert_eq!(shift.stints[0].breaks[0].interval().unwrap().end, clock("21:00"));
    }

    #[test]
    fn a_corrected_punch_counts_at_its_new_time_and_keeps_the_old() {
        let mut phone = Phone::new(1);
        let (start, out) = (phone.punch(In, "18:00"), phone.punch(Out, "23:50"));
        let first = phone.correction(&out, "23:30", "23:52");
        let second = phone.correction(&out, "23:00", "23:55");
        let facts = [start, out.clone(), first, second.clone()];
        let shift = fold(&facts, &rules());
        assert_eq!(intervals(&shift), [(clock("18:00"), clock("23:00"))]);
        let punch = shift.punches.iter().find(|punch| punch.fact == out.id).unwrap();
        assert_eq!((punch.time.at, punch.corrections.len()), (clock("23:50"), 2));
        assert_eq!(punch.correction().map(|correction| correction.fact), Some(second.id));
        assert_eq!(kinds(&shift), [AnomalyKind::CorrectedPunch]);
        assert!(shift.anomalies[0].sentence.contains("23:50"), "{:?}", shift.anomalies);
        let as_punched = fold(&facts, &FoldRules { apply_corrections: false, ..rules() });
        assert_eq!(intervals(&as_punched), [(clock("18:00"), clock("23:50"))]);
    }

    #[test]
    fn a_correction_moves_a_punch_past_others_and_a_correction_of_a_correction_counts() {
        let mut phone = Phone::new(1);
        let (out, start) = (phone.punch(Out, "18:00"), phone.punch(In, "18:01"));
        let wrong = phone.correction(&out, "17:00", "18:02");
        let right = phone.correction(&wrong, "22:00", "22:05");
        let shift = fold(&[out, start, wrong, right], &rules());
        assert_eq!(intervals(&shift), [(clock("18:01"), clock("22:00"))]);
        assert_eq!(kinds(&shift), [AnomalyKind::CorrectedPunch]);
    }

    #[test]
    fn a_correction_without_a_time_and_a_circle_of_corrections_are_named() {
        let mut phone = Phone::new(1);
        let start = phone.punch(In, "18:00");
        let mut timeless = phone.correction(&start, "18:00", "18:05");
        timeless.fact.content = None;
        let mut one = phone.correction(&start, "18:01", "18:06");
        let two = phone.correction(&one, "18:02", "18:07");
        one.fact.about = Some(two.id);
        let shift = fold(&[start, timeless, one, two], &rules());
        let want =
            [AnomalyKind::CorrectionOfNothing, AnomalyKind::CorrectionOfNothing, AnomalyKind::CorrectionWithoutTime];
        assert_eq!(kinds(&shift), want);
    }

    #[test]
    fn two_phones_punching_one_shift_by_turns_is_named_but_a_handover_is_not() {
        let (mut one, mut two) = (Phone::new(1), Phone::new(2));
        let both = [one.punch(In, "18:00"), two.punch(In, "18:01"), one.punch(Out, "22:00"), two.punch(Out, "22:01")];
        let shift = fold(&both, &rules());
        assert!(kinds(&shift).contains(&AnomalyKind::OverlappingDevices));
        assert_eq!(intervals(&shift), [(clock("18:00"), clock("22:00"))]);
        let (mut one, mut two) = (Phone::new(1), Phone::new(2));
        let handover = [
            one.punch(In, "18:00"),
            two.punch(BreakStart, "20:00"),
            two.punch(BreakEnd, "20:30"),
            two.punch(Out, "22:00"),
        ];
        assert_eq!(kinds(&fold(&handover, &rules())), []);
        let (mut one, mut two) = (Phone::new(1), Phone::new(2));
        let by_turns = [
            one.punch(In, "18:00"),
            two.punch(BreakStart, "20:00"),
            one.punch(BreakEnd, "20:30"),
            two.punch(Out, "22:00"),
        ];
        assert!(kinds(&fold(&by_turns, &rules())).contains(&AnomalyKind::OverlappingDevices));
    }

    #[test]
    fn a_wrong_wall_clock_changes_no_hours_and_is_told() {
        let mut phone = Phone::new(1);
        let start = phone.punch(In, "18:00");
        phone.ahead = Millis::from_hours(-1);
        let out = phone.punch(Out, "23:00");
        let shift = fold(&[start, out], &rules());
        assert_eq!(intervals(&shift), [(clock("18:00"), clock("23:00"))]);
        assert_eq!(kinds(&shift), [AnomalyKind::WallClockOff, AnomalyKind::ClockJump]);
        assert!(shift.anomalies.iter().all(|anomaly| anomaly.kind.weight() == crate::shift::Weight::Notice));
    }

    #[test]
    fn a_clock_set_back_without_signal_and_a_reboot_leave_the_order_right_and_ask_for_a_person() {
        let mut phone = Phone { anchored: false, ..Phone::new(1) };
        let start = phone.punch(In, "18:00");
        phone.ahead = Millis::from_hours(-1);
        let pause = phone.punch(BreakStart, "18:30");
        phone.boot = 2;
        phone.ahead = Millis(0);
        let (resume, out) = (phone.punch(BreakEnd, "19:00"), phone.punch(Out, "23:00"));
        let shift = fold(&[start, pause, resume, out], &rules());
        assert_eq!(intervals(&shift), [(clock("18:00"), clock("23:00"))]);
        assert_eq!(shift.stints[0].breaks.len(), 1);
        let uncertain = kinds(&shift).iter().filter(|kind| **kind == AnomalyKind::UncertainTime).count();
        assert_eq!(uncertain, 4);
        assert!(kinds(&shift).contains(&AnomalyKind::ClockJump) && kinds(&shift).contains(&AnomalyKind::Reboot));
    }

    #[test]
    fn a_reboot_is_told_between_the_facts_it_happened_between_even_if_the_clock_went_back_with_it() {
        let mut phone = Phone { anchored: false, ..Phone::new(1) };
        let before = phone.punch(In, "18:00");
        (phone.boot, phone.ahead) = (2, Millis::from_hours(-3));
        let (after, out) = (phone.punch(BreakStart, "18:30"), phone.punch(Out, "19:00"));
        let shift = fold(&[before.clone(), after.clone(), out], &rules());
        let reboots: Vec<_> = shift.anomalies.iter().filter(|anomaly| anomaly.kind == AnomalyKind::Reboot).collect();
        assert_eq!(reboots.iter().map(|reboot| &reboot.facts[..]).collect::<Vec<_>>(), [[before.id, after.id]]);
    }

    #[test]
    fn nobody_minds_when_exactly_an_officer_set_out() {
        let mut phone = Phone { anchored: false, ..Phone::new(1) };
        let setting_out = phone.punch(EnRoute, "17:30");
        assert_eq!(kinds(&fold(&[setting_out], &rules())), []);
    }

    #[test]
    fn the_server_heard_later_in_the_same_boot_vouches_for_what_came_before() {
        let mut phone = Phone { anchored: false, ..Phone::new(1) };
        phone.ahead = Millis::from_hours(5);
        let start = phone.punch(In, "18:00");
        phone.anchored = true;
        let out = phone.punch(Out, "23:00");
        let shift = fold(&[start, out], &rules());
        assert_eq!(intervals(&shift), [(clock("18:00"), clock("23:00"))]);
        assert!(!kinds(&shift).contains(&AnomalyKind::UncertainTime));
    }

    #[test]
    fn the_same_fact_three_times_is_one_fact() {
        let mut phone = Phone::new(1);
        let (start, out) = (phone.punch(In, "18:00"), phone.punch(Out, "23:00"));
        let thrice = [start.clone(), out.clone(), start.clone(), start.clone()];
        assert_eq!(fold(&thrice, &rules()), fold(&[start, out], &rules()));
    }

    #[test]
    fn facts_of_an_unknown_kind_are_let_be() {
        let mut phone = Phone::new(1);
        let facts = [phone.punch(In, "18:00"), phone.punch(FactKind::Other(200), "18:30"), phone.punch(Out, "19:00")];
        let shift = fold(&facts, &rules());
        assert_eq!((shift.state, kinds(&shift)), (ShiftState::Out, vec![]));
    }

    #[test]
    fn sentences_tell_local_time() {
        let shift = shift(&[(In, "18:00"), (In, "18:10"), (Out, "19:00")]);
        assert_eq!(shift.anomalies[0].sentence, "Clocked in while already in at 2019-06-27 18:10.");
    }

    #[test]
    fn a_shift_over_the_autumn_change_of_clocks_lasts_an_hour_longer() {
        let mut phone = Phone { anchored: false, ..Phone::new(1) };
        let facts = [phone.fact(In, at("2019-11-02 23:00:00")), phone.fact(Out, at("2019-11-03 07:00:00"))];
        let shift = fold(&facts, &rules());
        assert_eq!(shift.stints[0].interval().unwrap().length(), Millis::from_hours(9));
    }

    fn clocks() -> impl Strategy<Value = ClockReading> {
        let times = prop_oneof![any::<i64>(), Just(i64::MAX), Just(i64::MIN), 0..10_000_000i64];
        let ticks = prop_oneof![any::<u64>(), Just(u64::MAX), 0..10_000_000u64];
        let anchor =
            (times.clone(), ticks.clone(), 0..3u32, any::<u32>()).prop_map(|(server, monotonic, boot, round_trip)| {
                Anchor { server: raw(server), monotonic, boot: BootId(boot), round_trip }
            });
        (times, ticks, 0..3u32, prop::option::of(anchor)).prop_map(|(wall, monotonic, boot, anchor)| ClockReading {
            wall: raw(wall),
            zone: ZoneName("Nowhere/Atall".to_owned()),
            monotonic,
            boot: BootId(boot),
            anchor,
        })
    }

    /// An instant as a forged fact may hold it, beyond what dates can express.
    fn raw(millis: i64) -> UnixMillis {
        minicbor::decode(&minicbor::to_vec(millis).unwrap()).unwrap()
    }

    fn ids() -> impl Strategy<Value = FactId> {
        (0..12u8).prop_map(|byte| FactId::from_bytes([byte; 16]))
    }

    prop_compose! {
        fn any_fact()(
            id in ids(), device in prop::option::of(1..4u8), kind in 0..15u8, clock in clocks(),
            counter in prop_oneof![any::<u64>(), 0..9u64], about in prop::option::of(ids()), corrected in prop::option::of(any::<i64>()),
            received in prop::option::of(any::<i64>()),
            place in prop::option::of((any::<i32>(), any::<i32>(), prop::option::of(any::<u32>()), any::<u32>(), any::<bool>())),
        ) -> LoggedFact {
            let fix = |(latitude_e7, longitude_e7, accuracy_dm, age_ms, mock)| {
                vec![Fix { latitude_e7, longitude_e7, accuracy_dm, age_ms, provider: Provider::Gps, mock }]
            };
            let content = Content { text: None, attachment: None, corrected: corrected.map(raw) };
            let link = ChainLink { counter, previous: Sha256([0; 32]) };
            let kind = FactKind::from_code(kind);
            let fact = Fact {
                kind, clock, link, fixes: place.map(fix), phone: None, app: 0, content: Some(content), about, detail: None,
            };
            let device = device.map(|byte| DeviceId::from_bytes([byte; 16]));
            LoggedFact { id, device, author: None, received: received.map(raw), fact }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn facts_in_any_order_tell_the_same_shift(
            (facts, shuffled) in prop::collection::vec(any_fact(), 0..24).prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
        ) {
            prop_assert_eq!(fold(&facts, &rules()), fold(&shuffled, &rules()));
        }

        #[test]
        fn no_facts_however_hostile_panic_and_no_punch_is_lost(facts in prop::collection::vec(any_fact(), 0..24)) {
            let shift = fold(&facts, &rules());
            let mut punched: Vec<_> = shift.punches.iter().map(|punch| punch.fact).collect();
            punched.sort_unstable();
            punched.dedup();
            prop_assert_eq!(punched.len(), shift.punches.len());
            for stint in &shift.stints {
                prop_assert!(stint.end.is_none_or(|end| stint.start.at <= end.at));
            }
            for pair in shift.stints.windows(2) {
                prop_assert!(pair[0].end.is_some_and(|end| end.at <= pair[1].start.at));
            }
        }
    }
}

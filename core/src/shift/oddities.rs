//! Oddities of a folded shift that no single punch shows: hours, corrections, clocks, submission.

use std::collections::BTreeMap;

use super::timeline::Dated;
use super::{Anomaly, AnomalyKind, FactKind, FoldRules, Punch, Shift, Stint};
use crate::evidence::{ClockEvent, Rough, TrueTime, clock_event};
use crate::ids::DeviceId;
use crate::time::{Interval, Millis};

/// Everything odd that the punches' order alone does not tell.
pub(super) fn find(shift: &Shift, timeline: &[Dated], rules: &FoldRules) -> Vec<Anomaly> {
    let mut found: Vec<Anomaly> = Vec::new();
    found.extend(missing_out(shift, rules));
    found.extend(shift.stints.iter().filter_map(|stint| long(stint, rules)));
    found.extend(shift.punches.iter().filter_map(|punch| corrected(punch, rules)));
    found.extend(shift.punches.iter().filter_map(|punch| uncertain(punch, rules)));
    found.extend(after_submission(timeline));
    found.extend(clock_events(timeline, rules));
    found
}

fn missing_out(shift: &Shift, rules: &FoldRules) -> Option<Anomaly> {
    let submitted = shift.submitted?;
    let open = shift.open_stint()?;
    let words = format!(
        "Clocked in at {} and handed in at {} without clocking out.",
        rules.zone.clock_text(open.start.at),
        rules.zone.clock_text(submitted)
    );
    Some(Anomaly::new(AnomalyKind::MissingOut, [open.start.fact], words))
}

fn long(stint: &Stint, rules: &FoldRules) -> Option<Anomaly> {
    let end = stint.end?;
    let length = Interval { start: stint.start.at, end: end.at }.length();
    let words = || format!("{} from in to out is longer than {}.", Rough(length), Rough(rules.long_shift));
    (length > rules.long_shift).then(|| Anomaly::new(AnomalyKind::LongShift, [stint.start.fact, end.fact], words()))
}

fn corrected(punch: &Punch, rules: &FoldRules) -> Option<Anomaly> {
    let correction = punch.correction()?;
    let zone = rules.zone;
    let (was, to) = (zone.clock_text(punch.time.at), zone.clock_text(correction.to));
    let why = if correction.reason.is_empty() { String::new() } else { format!(" ({})", correction.reason) };
    let words = format!("Punched {} at {was}; the officer corrects it to {to}{why}.", punch.kind.name());
    let facts: Vec<_> = std::iter::once(punch.fact).chain(punch.corrections.iter().map(|c| c.fact)).collect();
    Some(Anomaly::new(AnomalyKind::CorrectedPunch, facts, words))
}

/// En route pays nothing, so its exact time matters to nobody.
fn uncertain(punch: &Punch, rules: &FoldRules) -> Option<Anomaly> {
    let time = &punch.time;
    let odd = |kind, words: String| Some(Anomaly::new(kind, [punch.fact], words));
    if punch.kind == FactKind::EnRoute {
        return None;
    }
    if time.is_before_anchor() {
        return odd(AnomalyKind::ClockBehindServer, format!("{}: {time}", punch.kind.name()));
    }
    if !time.is_payable(&rules.estimate) {
        return odd(AnomalyKind::UncertainTime, format!("{}: {time}", punch.kind.name()));
    }
    time.wall_is_off(&rules.estimate)
        .then(|| Anomaly::new(AnomalyKind::WallClockOff, [punch.fact], wall_off(punch, time)))
}

fn wall_off(punch: &Punch, time: &TrueTime) -> String {
    let way = if time.wall_ahead.0 > 0 { "fast" } else { "slow" };
    format!("The phone's clock was {} {way} at {}; server time counts.", Rough(time.wall_ahead), punch.kind.name())
}

/// What changes hours after the shift was first handed in.
fn after_submission(timeline: &[Dated]) -> Vec<Anomaly> {
    let after = timeline.iter().skip_while(|dated| dated.logged.fact.kind != FactKind::Submitted);
    let late = after.filter(|dated| {
        let kind = dated.logged.fact.kind;
        kind.is_punch() || kind == FactKind::Correction
    });
    let anomaly = |dated: &Dated| {
        let words =
            format!("The {} came after the shift was handed in.", dated.logged.fact.kind.name().replace('_', " "));
        Anomaly::new(AnomalyKind::AfterSubmission, [dated.logged.id], words)
    };
    late.map(anomaly).collect()
}

fn clock_events(timeline: &[Dated], rules: &FoldRules) -> Vec<Anomaly> {
    let mut by_device: BTreeMap<DeviceId, Vec<&Dated>> = BTreeMap::new();
    for dated in timeline {
        if let Some(device) = dated.logged.device {
            by_device.entry(device).or_default().push(dated);
        }
    }
    let mut found = Vec::new();
    for facts in by_device.values_mut() {
        facts.sort_unstable_by_key(|dated| (dated.logged.fact.link.counter, dated.logged.id));
        found.extend(facts.windows(2).filter_map(|pair| event(pair[0], pair[1], rules)));
    }
    found
}

fn event(earlier: &Dated, later: &Dated, rules: &FoldRules) -> Option<Anomaly> {
    let event = clock_event(&earlier.logged.fact.clock, &later.logged.fact.clock, &rules.estimate)?;
    let between = format!("between {} and {}", earlier.logged.fact.kind.name(), later.logged.fact.kind.name());
    let (kind, words) = match event {
        ClockEvent::Jump { by } if by > Millis(0) => {
            (AnomalyKind::ClockJump, format!("The phone's clock was set {} forward {between}.", Rough(by)))
        }
        ClockEvent::Jump { by } => {
            (AnomalyKind::ClockJump, format!("The phone's clock was set {} back {between}.", Rough(by)))
        }
        ClockEvent::Reboot => (AnomalyKind::Reboot, format!("The phone restarted {between}.")),
        ClockEvent::Contradiction => {
            (AnomalyKind::ClockContradiction, format!("The phone's steady clock went back {between}."))
        }
    };
    Some(Anomaly::new(kind, [earlier.logged.id, later.logged.id], words))
}

//! The clock's states, and what each punch does in each of them.

use super::{Anomaly, AnomalyKind, Break, FactKind, FoldRules, Mark, Punch, ShiftState, Stint};
use crate::ids::{DeviceId, FactId};
use crate::time::UnixMillis;

/// The shift so far.
pub(super) struct Machine<'a> {
    rules: &'a FoldRules,
    pub(super) state: ShiftState,
    pub(super) since: Option<Mark>,
    pub(super) stints: Vec<Stint>,
    pub(super) anomalies: Vec<Anomaly>,
    /// The devices that punched in the open stint, in turn.
    devices: Vec<(DeviceId, FactId)>,
    /// That they overlap is told once a stint.
    overlap_told: bool,
}

/// Takes the punches in order.
pub(super) fn run<'a>(punches: &[Punch], rules: &'a FoldRules) -> Machine<'a> {
    let mut machine = Machine {
        rules,
        state: ShiftState::Off,
        since: None,
        stints: Vec::new(),
        anomalies: Vec::new(),
        devices: Vec::new(),
        overlap_told: false,
    };
    for punch in punches {
        machine.take(punch);
    }
    machine
}

impl Machine<'_> {
    fn take(&mut self, punch: &Punch) {
        let mark = Mark { fact: punch.fact, at: punch.at };
        let was_open = self.state.is_clocked_in();
        match punch.kind {
            FactKind::EnRoute => self.en_route(mark),
            FactKind::In => self.clock_in(mark),
            FactKind::BreakStart => self.break_start(mark),
            FactKind::BreakEnd => self.break_end(mark),
            FactKind::WillReturn => self.will_return(mark),
            FactKind::Out => self.out(mark),
            _ => {}
        }
        if punch.kind != FactKind::EnRoute && (was_open || self.state.is_clocked_in()) {
            self.seen_on(punch);
        }
    }

    fn en_route(&mut self, mark: Mark) {
        match self.state {
            ShiftState::Off | ShiftState::Out => self.enter(ShiftState::EnRoute, mark),
            // Coming back: away until in.
            ShiftState::Away => {}
            ShiftState::EnRoute | ShiftState::On | ShiftState::OnBreak => {
                self.odd(AnomalyKind::EnRouteOutOfTurn, mark, "En route again");
            }
        }
    }

    fn clock_in(&mut self, mark: Mark) {
        match self.state {
            ShiftState::Off | ShiftState::EnRoute | ShiftState::Away => self.begin(mark),
            ShiftState::Out => {
                if !self.stints.is_empty() {
                    self.odd(AnomalyKind::InAfterOut, mark, "Clocked in again after clocking out");
                }
                self.begin(mark);
            }
            ShiftState::On => self.odd(AnomalyKind::DoubleIn, mark, "Clocked in while already in"),
            ShiftState::OnBreak => {
                self.odd(AnomalyKind::InDuringBreak, mark, "Clocked in during a break, taken as the break's end");
                self.close_break(mark);
                self.enter(ShiftState::On, mark);
            }
        }
    }

    fn break_start(&mut self, mark: Mark) {
        match self.state {
            ShiftState::On => {
                if let Some(stint) = self.stints.last_mut() {
                    stint.breaks.push(Break { start: mark, end: None });
                }
                self.enter(ShiftState::OnBreak, mark);
            }
            ShiftState::OnBreak => self.odd(AnomalyKind::DoubleBreakStart, mark, "Began a break during a break"),
            _ => self.odd(AnomalyKind::BreakWithoutIn, mark, "Began a break without being clocked in"),
        }
    }

    fn break_end(&mut self, mark: Mark) {
        if self.state == ShiftState::OnBreak {
            self.close_break(mark);
            self.enter(ShiftState::On, mark);
        } else {
            self.odd(AnomalyKind::BreakEndWithoutStart, mark, "Ended a break that had not begun");
        }
    }

    fn will_return(&mut self, mark: Mark) {
        if self.state.is_clocked_in() {
            self.end(mark);
            self.enter(ShiftState::Away, mark);
        } else {
            self.odd(AnomalyKind::WillReturnWithoutIn, mark, "Left to return without being clocked in");
        }
    }

    fn out(&mut self, mark: Mark) {
        match self.state {
            ShiftState::On | ShiftState::OnBreak => self.end(mark),
            ShiftState::Away => self.odd(AnomalyKind::DidNotReturn, mark, "Clocked out without having returned"),
            ShiftState::Out => return self.odd(AnomalyKind::DoubleOut, mark, "Clocked out while already out"),
            ShiftState::Off | ShiftState::EnRoute => {
                self.odd(AnomalyKind::OutWithoutIn, mark, "Clocked out without having clocked in");
            }
        }
        self.enter(ShiftState::Out, mark);
    }

    fn begin(&mut self, mark: Mark) {
        self.devices.clear();
        self.overlap_told = false;
        self.stints.push(Stint { start: mark, end: None, breaks: Vec::new() });
        self.enter(ShiftState::On, mark);
    }

    fn end(&mut self, mark: Mark) {
        if self.state == ShiftState::OnBreak {
            self.odd(AnomalyKind::BreakLeftOpen, mark, "Left during a break, taken as the break's end");
            self.close_break(mark);
        }
        if let Some(stint) = self.stints.last_mut() {
            stint.end = Some(mark);
        }
    }

    fn close_break(&mut self, mark: Mark) {
        if let Some(open) = self.stints.last_mut().and_then(|stint| stint.breaks.last_mut()) {
            open.end = Some(mark);
        }
    }

    fn enter(&mut self, state: ShiftState, mark: Mark) {
        self.state = state;
        self.since = Some(mark);
    }

    fn odd(&mut self, kind: AnomalyKind, mark: Mark, what: &str) {
        let sentence = format!("{what} at {}.", self.clock(mark.at));
        self.anomalies.push(Anomaly::new(kind, [mark.fact], sentence));
    }

    /// One phone handing over to another within a stint is a flat battery; punching on both by turns is not.
    fn seen_on(&mut self, punch: &Punch) {
        let Some(device) = punch.device else { return };
        let Some(&(last, fact)) = self.devices.last() else {
            return self.devices.push((device, punch.fact));
        };
        if last == device || self.overlap_told {
            return;
        }
        let by_turns = self.devices.iter().any(|(seen, _)| *seen == device);
        if by_turns || punch.kind == FactKind::In {
            let sentence = format!("Two phones punched the same shift; the second at {}.", self.clock(punch.at));
            self.anomalies.push(Anomaly::new(AnomalyKind::OverlappingDevices, [fact, punch.fact], sentence));
            self.overlap_told = true;
        }
        self.devices.push((device, punch.fact));
    }

    fn clock(&self, at: UnixMillis) -> String {
        self.rules.zone.clock_text(at)
    }
}

//! What officers do with their phones.

use detailbook_core::device::{Moment, PhoneError, Place, Recorded, WhichShift};
use detailbook_core::ids::{AssignmentId, CommandId, DetailId, DocumentId, FactId, TradeId};
use detailbook_core::records::{Assignment, Detail, DetailState, RecordKind};
use detailbook_core::shift::{Fact, FactKind};
use detailbook_core::staffing::{AskState, ReliefAsk, Trade};
use detailbook_core::time::Millis;
use detailbook_core::wire::{self, Refusal};

use crate::broken::{Broken, Checked};
use crate::entropy::Seeded;
use crate::holdings::Holdings;
use crate::trace::short;
use crate::world::{World, Written};

const PUNCHES: [FactKind; 6] =
    [FactKind::EnRoute, FactKind::In, FactKind::BreakStart, FactKind::BreakEnd, FactKind::WillReturn, FactKind::Out];

/// What an officer sees on the phone and can act on.
pub(crate) struct Screen {
    pub(crate) assignments: Vec<Assignment>,
    on_offer: Vec<Detail>,
    /// Questions that nobody has answered yet.
    asks: Vec<ReliefAsk>,
    /// Trades that wait for somebody.
    trades: Vec<(TradeId, Trade)>,
    facts: Vec<(DocumentId, FactId, FactKind)>,
}

impl Screen {
    pub(crate) fn of(holdings: &Holdings) -> Self {
        let bodies = |kind| holdings.records.iter().filter(move |((of, _), _)| *of == kind).map(|(_, (_, body))| body);
        let details = bodies(RecordKind::Detail).filter_map(|body| wire::decode::<Detail>(body).ok());
        let own = holdings.facts.iter().filter(|(_, fact)| fact.own);
        let asks = bodies(RecordKind::ReliefAsk).filter_map(|body| wire::decode::<ReliefAsk>(body).ok());
        Self {
            assignments: bodies(RecordKind::Assignment).filter_map(|body| wire::decode(body).ok()).collect(),
            on_offer: details.filter(|detail| detail.state == DetailState::Open).collect(),
            asks: asks.filter(|ask| ask.state == AskState::Open).collect(),
            trades: holdings
                .records
                .iter()
                .filter(|((kind, _), _)| *kind == RecordKind::Trade)
                .filter_map(|((_, id), (_, body))| {
                    Some((TradeId::from_bytes(*id.as_bytes()), wire::decode::<Trade>(body).ok()?))
                })
                .filter(|(_, trade)| trade.state.is_open())
                .collect(),
            facts: own
                .filter_map(|((document, id), kept)| Some((*document, *id, Fact::from_bytes(&kept.bytes).ok()?.kind)))
                .collect(),
        }
    }

    fn assignment(&self, officer: detailbook_core::ids::OfficerId, entropy: &mut Seeded) -> Option<AssignmentId> {
        let own: Vec<_> = self.assignments.iter().filter(|it| it.officer == officer).map(|it| it.id).collect();
        entropy.pick(&own).copied()
    }

    fn detail(&self, entropy: &mut Seeded) -> Option<DetailId> {
        entropy.pick(&self.assignments).map(|it| it.detail)
    }

    fn fact(&self, fits: impl Fn(FactKind) -> bool, entropy: &mut Seeded) -> Option<(DocumentId, FactId)> {
        let fitting: Vec<_> = self.facts.iter().filter(|(.., kind)| fits(*kind)).collect();
        entropy.pick(&fitting).map(|(document, fact, _)| (*document, *fact))
    }
}

impl World {
    /// An officer does something with a phone that runs.
    pub fn officer_acts(&mut self, handset: usize) -> Checked {
        if self.handsets[handset].core().is_none() || self.handsets[handset].device.is_none() {
            return Ok(());
        }
        let screen = Screen::of(&self.holdings(handset)?);
        let moment = self.handsets[handset].moment(self.now, &mut self.entropy);
        match self.entropy.weighted(&[30, 10, 6, 10, 8, 6, 5, 4, 4, 6, 12, 6, 20, 26]) {
            0 => self.punch_assignment(handset, &screen, &moment),
            1 => self.punch(handset, WhichShift::Running, &moment),
            2 => {
                let detail = screen.detail(&mut self.entropy).filter(|_| self.entropy.percent(50));
                self.punch(handset, WhichShift::Unassigned(detail), &moment)
            }
            3 => self.write_note(handset, &screen, &moment),
            4 => self.pass_on(handset, &screen, &moment),
            5 => self.attach(handset, &screen, &moment),
            6 => self.correct(handset, &screen, &moment),
            7 => self.explain(handset, &screen, &moment),
            8 => self.replace_note(handset, &screen, &moment),
            9 => self.finish_shift(handset, &screen, &moment),
            10 => self.wish(handset, &screen, &moment),
            12 => self.apply(handset, &screen, &moment),
            13 => self.be_relieved(handset, &screen, &moment),
            _ => self.edit_pass_on(handset, &screen, &moment),
        }
    }

    /// Edits the text that all officers on a detail share.
    fn edit_pass_on(&mut self, handset: usize, screen: &Screen, moment: &Moment) -> Checked {
        let Some(detail) = screen.detail(&mut self.entropy) else { return Ok(()) };
        let (cut, step) = (self.entropy.below(100), self.step);
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        let edited = core.pass_on_text(detail).and_then(|seen| {
            let length = seen.chars().count() as u64;
            let text: String = seen.chars().take((length * cut / 100) as usize).collect();
            core.edit_pass_on(detail, &seen, &format!("{text} {step}"), moment)
        });
        match edited {
            Ok(()) => {
                self.event("shared text edited", format_args!("phone {handset}"));
                Ok(())
            }
            Err(error) => self.denied(handset, "shared text", &error),
        }
    }

    fn punch_assignment(&mut self, handset: usize, screen: &Screen, moment: &Moment) -> Checked {
        let officer = self.handsets[handset].officer;
        let Some(assignment) = screen.assignment(officer, &mut self.entropy) else { return Ok(()) };
        self.punch(handset, WhichShift::Assignment(assignment), moment)
    }

    /// Any clock event, sensible or not: a fact is never refused for what it says.
    pub fn punch(&mut self, handset: usize, shift: WhichShift, moment: &Moment) -> Checked {
        let kind = *self.entropy.pick(&PUNCHES).unwrap_or(&FactKind::In);
        let written = self.handsets[handset].core().map(|core| core.punch(kind, shift, moment));
        self.written(handset, kind.name(), written)
    }

    fn write_note(&mut self, handset: usize, screen: &Screen, moment: &Moment) -> Checked {
        let Some((log, _)) = screen.fact(FactKind::is_punch, &mut self.entropy) else { return Ok(()) };
        let text = format!("Note {}", self.step);
        let note = |core: &detailbook_core::device::Phone| core.note(Place::Shift(WhichShift::Log(log)), &text, moment);
        let written = self.handsets[handset].core().map(note);
        self.written(handset, "note", written)
    }

    fn pass_on(&mut self, handset: usize, screen: &Screen, moment: &Moment) -> Checked {
        let Some(detail) = screen.detail(&mut self.entropy) else { return Ok(()) };
        let (place, text) = (Place::PassOn(detail), format!("Pass on {}", self.step));
        let incident = self.entropy.percent(30);
        let written = self.handsets[handset]
            .core()
            .map(|core| if incident { core.incident(place, &text, moment) } else { core.note(place, &text, moment) });
        self.written(handset, "pass-on", written)
    }

    fn attach(&mut self, handset: usize, screen: &Screen, moment: &Moment) -> Checked {
        let Some((log, _)) = screen.fact(FactKind::is_punch, &mut self.entropy) else { return Ok(()) };
        let mut photo = vec![0; self.entropy.between(1, 4_000) as usize];
        detailbook_core::entropy::Entropy::fill(&mut self.entropy, &mut photo);
        let place = Place::Shift(WhichShift::Log(log));
        let written = self.handsets[handset]
            .core()
            .map(|core| core.attach(place, &mut photo.as_slice(), "image/jpeg", Some("The gate"), moment));
        self.written(handset, "attachment", written)
    }

    fn correct(&mut self, handset: usize, screen: &Screen, moment: &Moment) -> Checked {
        let Some((log, punch)) = screen.fact(FactKind::is_punch, &mut self.entropy) else { return Ok(()) };
        let time = self.now - Millis::from_mins(10);
        let shift = WhichShift::Log(log);
        let written =
            self.handsets[handset].core().map(|core| core.correct(shift, punch, time, "Forgot to press.", moment));
        self.written(handset, "correction", written)
    }

    fn explain(&mut self, handset: usize, screen: &Screen, moment: &Moment) -> Checked {
        let Some((log, about)) = screen.fact(|_| true, &mut self.entropy) else { return Ok(()) };
        let shift = WhichShift::Log(log);
        let written =
            self.handsets[handset].core().map(|core| core.explain(shift, about, "Was at the back gate.", moment));
        self.written(handset, "explanation", written)
    }

    fn replace_note(&mut self, handset: usize, screen: &Screen, moment: &Moment) -> Checked {
        let Some((document, note)) = screen.fact(|kind| kind == FactKind::Note, &mut self.entropy) else {
            return Ok(());
        };
        let written =
            self.handsets[handset].core().map(|core| core.replace_note(document, note, "Better words.", moment));
        self.written(handset, "note replaced", written)
    }

    fn finish_shift(&mut self, handset: usize, screen: &Screen, moment: &Moment) -> Checked {
        let Some((log, _)) = screen.fact(FactKind::is_punch, &mut self.entropy) else { return Ok(()) };
        let (shift, submit) = (WhichShift::Log(log), self.entropy.percent(50));
        let written = self.handsets[handset]
            .core()
            .map(|core| if submit { core.submit(shift, moment) } else { core.read_orders(shift, moment) });
        self.written(handset, if submit { "submitted" } else { "orders read" }, written)
    }

    fn wish(&mut self, handset: usize, screen: &Screen, moment: &Moment) -> Checked {
        let (officer, clock) = (self.handsets[handset].officer, &moment.clock);
        let offered = self.entropy.pick(&screen.on_offer).map(|detail| detail.id);
        let assignment = screen.assignment(officer, &mut self.entropy);
        let which = self.entropy.weighted(&[3, 3, 2]);
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        let (name, wished) = match (which, offered, assignment) {
            (0, Some(detail), _) => ("withdraw", core.withdraw(detail, clock)),
            (1, _, Some(assignment)) => ("acknowledge", core.acknowledge(assignment, clock)),
            _ => ("message", core.send_message("Where do I park?", clock)),
        };
        self.wished(handset, name, wished)
    }

    /// Applies for a detail that the phone shows, with or without signal, for any position or a certain one.
    fn apply(&mut self, handset: usize, screen: &Screen, moment: &Moment) -> Checked {
        let Some(detail) = self.entropy.pick(&screen.on_offer) else { return Ok(()) };
        let certain = self.entropy.percent(35);
        let position = self.entropy.pick(&detail.positions).filter(|_| certain).map(|position| position.id);
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        let wished = core.apply(detail.id, position, &moment.clock);
        self.wished(handset, "apply", wished)
    }

    /// Answers whoever asks; where nobody does, gives a detail up now and then.
    fn be_relieved(&mut self, handset: usize, screen: &Screen, moment: &Moment) -> Checked {
        if !screen.asks.is_empty() || !screen.trades.is_empty() {
            return self.answer_asks(handset, screen, moment);
        }
        let (officer, clock) = (self.handsets[handset].officer, &moment.clock);
        let desk = self.desk_of(handset);
        let Some(own) = screen.assignment(officer, &mut self.entropy) else { return Ok(()) };
        let (to, calls_off) = (self.some_officer(desk), self.entropy.percent(40));
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        let (name, wished) = if calls_off {
            ("call off", core.call_off(own, "Ill.", clock))
        } else {
            ("offer a trade", core.offer_trade(own, to, clock))
        };
        self.tally.count(name);
        self.wished(handset, name, wished)
    }

    /// Comes instead of somebody, or takes over what a colleague offers, or does not; or takes an own offer back.
    pub(crate) fn answer_asks(&mut self, handset: usize, screen: &Screen, moment: &Moment) -> Checked {
        let (officer, clock) = (self.handsets[handset].officer, &moment.clock);
        let ask = self.entropy.pick(&screen.asks).map(|ask| ask.assignment);
        let trade = self.entropy.pick(&screen.trades).map(|(id, trade)| (*id, trade.to == officer));
        let (yes, takes_back, trades_first) =
            (self.entropy.percent(75), self.entropy.percent(10), self.entropy.percent(50));
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        let (name, wished) = match (ask, trade) {
            (Some(ask), None) => ("relieve", core.relieve(ask, yes, clock)),
            (Some(ask), _) if !trades_first => ("relieve", core.relieve(ask, yes, clock)),
            (_, Some((trade, true))) => ("answer a trade", core.answer_trade(trade, yes, clock)),
            (_, Some((trade, false))) if takes_back => ("withdraw a trade", core.withdraw_trade(trade, clock)),
            _ => return Ok(()),
        };
        self.tally.count(name);
        self.wished(handset, name, wished)
    }

    /// What the phone says is written down must never be lost.
    pub fn written(
        &mut self,
        handset: usize,
        what: &'static str,
        written: Option<Result<Recorded, PhoneError>>,
    ) -> Checked {
        match written {
            None => Ok(()),
            Some(Ok(recorded)) => {
                let (log, fact) = (short(recorded.document.as_bytes()), short(recorded.fact.as_bytes()));
                self.tally.count("facts written");
                self.note(format_args!("phone {handset} writes {what} {fact} in {log}"));
                let generation = self.handsets[handset].generation;
                let before = self.facts.insert(recorded.fact, Written { handset, generation });
                match before {
                    None => self.check_phone(handset),
                    Some(_) => Err(Broken { rule: "a fact's id is its own", seen: format!("{:?}", recorded.fact) }),
                }
            }
            Some(Err(error)) => self.denied(handset, what, &error),
        }
    }

    pub(crate) fn wished(
        &mut self,
        handset: usize,
        what: &'static str,
        wished: Result<CommandId, PhoneError>,
    ) -> Checked {
        match wished {
            Ok(command) => {
                self.tally.count("wishes made");
                self.note(format_args!("phone {handset} wishes {what} {}", short(command.as_bytes())));
                let generation = self.handsets[handset].generation;
                self.wishes.insert(command, Written { handset, generation });
                Ok(())
            }
            Err(error) => self.denied(handset, what, &error),
        }
    }

    /// Some things an officer cannot do; that is said at once and nothing is written.
    fn denied(&mut self, handset: usize, what: &'static str, error: &PhoneError) -> Checked {
        let usual = matches!(
            error,
            PhoneError::NoRunningShift
                | PhoneError::NoSuchFact
                | PhoneError::Submitted
                | PhoneError::Suspended
                | PhoneError::NotEnrolled
                | PhoneError::Revoked
                | PhoneError::SyncBusy
                | PhoneError::Refused(Refusal::NotAllowed)
        );
        if !usual {
            return self.failed(handset, what, error);
        }
        self.note(format_args!("phone {handset} cannot write {what}: {}", error.code()));
        Ok(())
    }
}

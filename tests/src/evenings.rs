//! Evenings on which an officer gives a place up and others are asked to come instead. Left to chance alone, hardly ever would the
//! same few people apply, win, call off, be asked and answer before the detail is over.

use detailbook_core::award::Method;
use detailbook_core::ids::{AssignmentId, DetailId, OfficerId};
use detailbook_core::records::{Assignment, AssignmentState};
use detailbook_core::staffing::{CallOffRules, ReliefMode, ReliefRules, StaffingRules, TradeRules};
use detailbook_core::time::Millis;
use detailbook_server::scheduling::posting::PostingDraft;

use crate::broken::Checked;
use crate::officers::Screen;
use crate::world::World;

/// Rounds in which everybody looks at their phones after a place was given up.
const ROUNDS: u32 = 4;

/// How an officer gives a place up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum GivesUp {
    /// Calls off.
    CallsOff,
    /// Offers it to a colleague.
    Trades,
    /// Calls off, keeps it until somebody else comes, and finds that somebody.
    FindsSomebody,
    /// Does not come.
    StaysAway,
}

impl World {
    /// A detail finds its officers, and one of them gives it up.
    pub(crate) fn evening_of_relief(&mut self) -> Checked {
        let handset = self.some_handset();
        let desk = self.desk_of(handset);
        let crew = self.crew_of(desk);
        let how = match self.entropy.weighted(&[3, 2, 2, 1]) {
            0 => GivesUp::CallsOff,
            1 => GivesUp::Trades,
            2 => GivesUp::FindsSomebody,
            _ => GivesUp::StaysAway,
        };
        if how == GivesUp::FindsSomebody {
            self.leave_it_to_officers(desk)?;
        }
        let Some(detail) = self.offer_for_relief(desk, how)? else { return Ok(()) };
        self.event("evening of relief", format_args!("{how:?}"));
        self.all_sync(&crew)?;
        for handset in &crew {
            if self.entropy.percent(85) {
                self.apply_for(*handset, detail)?;
            }
        }
        self.all_sync(&crew)?;
        self.pass(Millis::from_mins(15))?;
        self.all_sync(&crew)?;
        self.give_place_up(desk, &crew, detail, how)?;
        for _ in 0..ROUNDS {
            self.look_round(desk, &crew, detail, how)?;
        }
        Ok(())
    }

    /// Phones of the agency that somebody has in hand.
    fn crew_of(&self, desk: usize) -> Vec<usize> {
        let agency = self.desks[desk].agency;
        let of_agency = |number: &usize| self.handsets[*number].agency == agency;
        self.living().into_iter().filter(of_agency).collect()
    }

    /// Posts a detail with one or two places, on offer to all for ten minutes.
    fn offer_for_relief(&mut self, desk: usize, how: GivesUp) -> Result<Option<DetailId>, crate::broken::Broken> {
        let soon = how == GivesUp::StaysAway;
        let least = if how == GivesUp::FindsSomebody { 300 } else { 90 };
        let starts = self.now + Millis::from_mins(if soon { 30 } else { self.entropy.between(least, 900) as i64 });
        let (places, now) = (self.entropy.between(1, 2), self.now);
        let posted = self.desks[desk].post(&mut self.machine, now, starts, Millis::from_hours(6), places);
        let made = posted.as_ref().and_then(|done| done.as_ref().ok()).copied();
        self.done("posts a detail for an offer", posted)?;
        let Some(detail) = made else { return Ok(None) };
        let methods = [Method::first_come, Method::seniority, Method::least_hours, Method::lottery];
        let method = self.entropy.pick(&methods).map_or_else(Method::first_come, |method| method());
        let draft = PostingDraft {
            overriding: None,
            method,
            opens: None,
            closes: now + Millis::from_mins(10),
            tiers: vec![],
            timing: None,
            limits: None,
            supervisors: vec![],
            unlock_jitter: None,
            acknowledge_within: None,
            ladder: None,
            rotation: None,
        };
        let done = self.desks[desk].offer(&mut self.machine, now, detail, draft);
        self.done("puts a detail on offer", done)?;
        Ok(Some(detail))
    }

    fn all_sync(&mut self, crew: &[usize]) -> Checked {
        for handset in crew {
            if self.now >= self.handsets[*handset].signal_from {
                self.sync_or_enrol(*handset)?;
            }
        }
        self.pass(Millis::from_secs(40))
    }

    fn apply_for(&mut self, handset: usize, detail: DetailId) -> Checked {
        let reading = self.handsets[handset].reading(self.now);
        let Some(core) = self.usable(handset) else { return Ok(()) };
        let wished = core.apply(detail, None, &reading);
        self.wished(handset, "apply", wished)
    }

    /// The app, where it runs and its phone is enrolled.
    fn usable(&self, handset: usize) -> Option<&detailbook_core::device::Phone> {
        self.handsets[handset].device?;
        self.handsets[handset].core()
    }

    /// An officer who has the detail by the phone at hand.
    fn holder(
        &mut self,
        crew: &[usize],
        detail: DetailId,
    ) -> Result<Option<(usize, AssignmentId)>, crate::broken::Broken> {
        let mut holders = Vec::new();
        for handset in crew {
            let officer = self.handsets[*handset].officer;
            let holds =
                |it: &&Assignment| it.detail == detail && it.officer == officer && it.state == AssignmentState::Active;
            let screen = Screen::of(&self.holdings(*handset)?);
            holders.extend(screen.assignments.iter().find(holds).map(|held| (*handset, held.id)));
        }
        Ok(self.entropy.pick(&holders).copied())
    }

    fn give_place_up(&mut self, desk: usize, crew: &[usize], detail: DetailId, how: GivesUp) -> Checked {
        let Some((handset, held)) = self.holder(crew, detail)? else { return Ok(()) };
        match how {
            GivesUp::CallsOff | GivesUp::FindsSomebody => {
                let reading = self.handsets[handset].reading(self.now);
                let Some(core) = self.usable(handset) else { return Ok(()) };
                let wished = core.call_off(held, "Ill.", &reading);
                self.tally.count("call off");
                self.wished(handset, "call off", wished)?;
            }
            GivesUp::Trades => self.offer_to_colleague(handset, held, crew)?,
            GivesUp::StaysAway => {
                self.pass(Millis::from_mins(50))?;
                self.all_sync(crew)?;
                let done = self.desks[desk].rule_on_no_show(&mut self.machine, self.now, held, true, false);
                self.done("rules on a no-show", done)?;
            }
        }
        self.all_sync(&[handset])
    }

    /// From now on whoever calls off looks for somebody, and nobody else does.
    fn leave_it_to_officers(&mut self, desk: usize) -> Checked {
        let usual = StaffingRules::default();
        let rules = StaffingRules {
            call_off: CallOffRules { coordinator_under: Millis::from_hours(0), ..usual.call_off },
            relief: ReliefRules {
                ways: vec![ReliefMode::OfficerFinds],
                urgent_under: Millis::from_hours(0),
                ..usual.relief
            },
            trades: TradeRules { allowed: true, needs_agreement: self.entropy.percent(50) },
            ..usual
        };
        let done = self.desks[desk].settle_relief(&mut self.machine, self.now, rules);
        self.done("settles how relief is found", done)
    }

    fn offer_to_colleague(&mut self, handset: usize, held: AssignmentId, crew: &[usize]) -> Checked {
        let officer = self.handsets[handset].officer;
        let others: Vec<OfficerId> =
            crew.iter().map(|other| self.handsets[*other].officer).filter(|other| *other != officer).collect();
        let Some(to) = self.entropy.pick(&others).copied() else { return Ok(()) };
        let reading = self.handsets[handset].reading(self.now);
        let Some(core) = self.usable(handset) else { return Ok(()) };
        let wished = core.offer_trade(held, to, &reading);
        self.tally.count("offer a trade");
        self.wished(handset, "offer a trade", wished)
    }

    /// Some time later: everybody looks at the phone and answers, and the coordinator at the desk.
    fn look_round(&mut self, desk: usize, crew: &[usize], detail: DetailId, how: GivesUp) -> Checked {
        let minutes = self.entropy.between(1, 40) as i64;
        self.pass(Millis::from_mins(minutes))?;
        self.all_sync(crew)?;
        for handset in crew {
            if self.usable(*handset).is_some() && self.entropy.percent(80) {
                let screen = Screen::of(&self.holdings(*handset)?);
                let moment = self.handsets[*handset].moment(self.now, &mut self.entropy);
                self.answer_asks(*handset, &screen, &moment)?;
            }
        }
        self.find_a_replacement(crew, detail)?;
        self.all_sync(crew)?;
        let Some(file) = self.file(self.desks[desk].agency) else { return Ok(()) };
        if how == GivesUp::FindsSomebody {
            // Whoever must find somebody themselves is left to it: the coordinator agrees, and does nothing else.
            return self.answer_taken(desk, &file);
        }
        self.answer_waiting(desk, &file)?;
        if self.entropy.percent(20) { self.fill_in(desk, &file) } else { Ok(()) }
    }

    /// Whoever keeps a place until somebody else is found asks a colleague.
    fn find_a_replacement(&mut self, crew: &[usize], detail: DetailId) -> Checked {
        let Some((handset, held)) = self.holder(crew, detail)? else { return Ok(()) };
        let file = self.file(self.desks[self.desk_of(handset)].agency);
        let kept = file.is_some_and(|file| file.searches.iter().any(|one| one.kept && one.relief.assignment == held));
        if kept { self.offer_to_colleague(handset, held, crew) } else { Ok(()) }
    }
}

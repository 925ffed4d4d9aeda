//! What goes wrong besides the network.

use detailbook_core::device::PhoneError;
use detailbook_core::time::Millis;
use detailbook_server::store::Fault;

use crate::broken::Checked;
use crate::exchange::Parcel;
use crate::handset::Handset;
use crate::hostile::Hostile;
use crate::stranger::Enrolling;
use crate::world::World;

/// How long until somebody starts the server again.
pub(crate) const OUTAGE: Millis = Millis::from_mins(4);

impl World {
    /// Something goes wrong.
    pub fn mishap(&mut self) -> Checked {
        let handset = self.some_handset();
        // Who is enrolled must not change between a backup and its restore: a person has to set that right.
        let enrolment = u64::from(!self.backed_up);
        let weights = [10, 10, 6, 14, 8, 12, 8, 6, 10, 5 * enrolment, 4 * enrolment, 4 * enrolment];
        match self.entropy.weighted(&weights) {
            0 => self.doom_server(Fault::BeforeCommit),
            1 => self.doom_server(Fault::AfterCommit),
            2 => return self.restart_server(),
            3 => self.doom_phone(handset),
            4 => return self.kill_phone(handset),
            5 => self.jump(handset),
            6 => return self.reboot(handset),
            7 => return self.suspend(handset),
            8 => self.lose_signal(handset),
            9 => return self.end_enrolment(handset),
            10 => return self.second_phone(handset),
            _ => return self.lose_phone(handset),
        }
        Ok(())
    }

    /// One of the phones.
    pub fn some_handset(&mut self) -> usize {
        self.entropy.below(self.handsets.len() as u64) as usize
    }

    fn doom_server(&mut self, fault: Fault) {
        let writes = if self.entropy.percent(50) { 0 } else { self.entropy.below(5) };
        self.machine.crash_after(writes, fault);
        self.note(format_args!("the server is to crash after {writes} writes: {fault:?}"));
        self.tally.count("server doomed");
    }

    fn restart_server(&mut self) -> Checked {
        if self.machine.app().is_none() {
            return Ok(());
        }
        self.machine.stop();
        self.machine.start();
        self.event("server restarted", format_args!("in good order"));
        self.check_server()
    }

    /// The server died while somebody used it, or by itself.
    pub(crate) fn server_died(&mut self, what: &str) {
        if self.machine.app().is_none() && !self.outage {
            self.outage = true;
            self.event("server crashed", format_args!("while {what}"));
            self.network.send(self.now + OUTAGE, Parcel::ServerStarts);
        }
    }

    fn doom_phone(&mut self, handset: usize) {
        let points = self.entropy.below(60);
        self.handsets[handset].kill_in(points);
        self.note(format_args!("phone {handset} is to die at write point {points}"));
    }

    /// The officer is where there is no signal, for as long as a window may last.
    fn lose_signal(&mut self, handset: usize) {
        let until = self.now + Millis::from_mins(self.entropy.between(10, 360) as i64);
        self.handsets[handset].signal_from = until;
        self.event("signal lost", format_args!("phone {handset} until {until}"));
    }

    fn kill_phone(&mut self, handset: usize) -> Checked {
        if self.handsets[handset].core().is_none() {
            return Ok(());
        }
        self.failed(handset, "rests", &PhoneError::Killed)
    }

    fn jump(&mut self, handset: usize) {
        let minutes = self.entropy.between(1, 600) as i64 - 300;
        self.handsets[handset].clock.jump(Millis::from_mins(minutes));
        self.event("clock jumped", format_args!("phone {handset} by {minutes} minutes"));
    }

    fn reboot(&mut self, handset: usize) -> Checked {
        let now = self.now;
        let phone = &mut self.handsets[handset];
        phone.die();
        phone.clock.reboot(now);
        self.event("phone rebooted", format_args!("phone {handset}"));
        self.start_phone(handset)
    }

    fn suspend(&mut self, handset: usize) -> Checked {
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        if let Err(error) = core.suspend() {
            return self.failed(handset, "is suspended", &error);
        }
        self.event("phone suspended", format_args!("phone {handset}"));
        let wakes = self.now + Millis::from_secs(self.entropy.between(1, 900) as i64);
        self.network.send(wakes, Parcel::PhoneWakes(handset));
        Ok(())
    }

    pub(crate) fn wake(&mut self, handset: usize) -> Checked {
        let wall = self.handsets[handset].clock.wall(self.now);
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        match core.resume(wall) {
            Ok(()) => Ok(()),
            Err(error) => self.failed(handset, "wakes", &error),
        }
    }

    /// A coordinator ends a phone's enrolment, while it may be offline with something unsent.
    fn end_enrolment(&mut self, handset: usize) -> Checked {
        let Some(device) = self.handsets[handset].device else { return Ok(()) };
        let desk = self.desk_of(handset);
        self.revoke(desk, device)?;
        self.handsets[handset].ended = true;
        Ok(())
    }

    pub(crate) fn desk_of(&self, handset: usize) -> usize {
        let agency = self.handsets[handset].agency;
        self.desks.iter().position(|desk| desk.agency == agency).expect("every phone has an agency")
    }

    /// The officer gets another phone beside this one.
    fn second_phone(&mut self, handset: usize) -> Checked {
        if self.handsets.len() >= 8 {
            return Ok(());
        }
        let (desk, officer) = (self.desk_of(handset), self.handsets[handset].officer);
        let number = self.add_handset(desk, officer);
        self.ask_in(number)
    }

    /// Adds a phone for an officer, not enrolled yet.
    pub fn add_handset(&mut self, desk: usize, officer: detailbook_core::ids::OfficerId) -> usize {
        let number = self.handsets.len();
        let ahead = Millis::from_secs(self.entropy.between(0, 120) as i64 - 60);
        let agency = self.desks[desk].agency;
        let handset = Handset::new(&self.folder(), number, agency, officer, self.seed, self.now, ahead);
        self.handsets.push(handset);
        number
    }

    /// Enrols a phone that is not, or tries to.
    pub fn ask_in(&mut self, handset: usize) -> Checked {
        let waits = self.handsets[handset]
            .flights
            .iter()
            .any(|flight| matches!(flight.errand, crate::exchange::Errand::Enrol(_)));
        let (desk, officer) = (self.desk_of(handset), self.handsets[handset].officer);
        match self.invite(desk, officer).filter(|_| !waits) {
            Some(invitation) => self.enrol(handset, &invitation),
            None => Ok(()),
        }
    }

    /// The phone is lost with all that is on it, and the officer gets another.
    fn lose_phone(&mut self, handset: usize) -> Checked {
        if self.handsets[handset].lost || self.handsets.len() >= 8 {
            return Ok(());
        }
        self.event("phone lost", format_args!("phone {handset}"));
        let phone = &mut self.handsets[handset];
        phone.die();
        phone.lost = true;
        if let Some(device) = phone.device {
            let desk = self.desk_of(handset);
            self.revoke(desk, device)?;
        }
        self.second_phone(handset)
    }

    /// A backup is taken, or put back: everything since is gone from the server.
    pub fn turn_back_time(&mut self) -> Checked {
        if self.machine.app().is_none() {
            return Ok(());
        }
        if !self.backed_up {
            self.machine.back_up();
            self.backed_up = true;
            self.event("backup taken", format_args!("now"));
            return Ok(());
        }
        self.machine.restore();
        self.backed_up = false;
        self.life += 1;
        self.event("server restored", format_args!("from the backup"));
        self.after_restore()
    }

    /// What was promised since the backup is no longer the server's to keep, but the phones' to bring back.
    fn after_restore(&mut self) -> Checked {
        let looked = self.machine.look(|sql| {
            Ok((crate::invariants::promises::stored_changes(sql)?, crate::invariants::promises::stored_outcomes(sql)?))
        });
        let Some((changes, outcomes)) = looked else { return Ok(()) };
        self.witness.changes.retain(|key, _| changes.contains_key(key));
        self.witness.outcomes.retain(|key, _| outcomes.contains_key(key));
        self.rebuilt.clear();
        self.loot.requests.clear();
        self.handsets.iter_mut().for_each(|phone| phone.reconciled = false);
        self.check_server()
    }

    /// A phone that means harm is enrolled, as an officer of the first agency.
    pub fn let_in_hostile(&mut self) -> Checked {
        let officer = *self.desks[0].officers.last().expect("every agency has officers");
        let Some(invitation) = self.invite(0, officer) else { return Ok(()) };
        let (enrolling, sent) = Enrolling::begin(&invitation, &mut self.entropy);
        let Some(reply) = self.ask(&sent)? else { return Ok(()) };
        if let Some(client) = enrolling.finish(&reply.body) {
            self.event("hostile phone enrolled", format_args!("as an officer of the first agency"));
            self.hostile = Some(Hostile::new(client, self.now, &mut self.entropy));
        }
        Ok(())
    }

    /// The hostile phone tries something.
    pub fn attack(&mut self) -> Checked {
        let Some(mut hostile) = self.hostile.take() else { return self.let_in_hostile() };
        let renewal = hostile.client.renewal();
        if let Some(reply) = self.ask(&renewal)? {
            hostile.client.renewed(&reply.body);
        }
        let attack = hostile.attack(&self.loot, self.now, &mut self.entropy);
        let mut outcome = Ok(());
        if let Some(attack) = attack {
            if let Some(reply) = self.ask(&attack.sent)? {
                self.event(attack.name, format_args!("is answered {}", reply.status));
                outcome = hostile.judge(&attack, reply.status, &crate::exchange::unpacked(&reply));
            }
            outcome = outcome.and_then(|()| self.check_server());
        }
        self.hostile = Some(hostile);
        outcome
    }
}

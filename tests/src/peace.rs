//! The end of a world: the network heals, everybody syncs until nothing moves, and then everything must be in its place.

use detailbook_core::ids::AgencyId;
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_server::audit;

use crate::broken::{Broken, Checked, demand};
use crate::holdings::Holdings;
use crate::invariants::phones::Truth;
use crate::invariants::{decisions, evidence, phones};
use crate::network::Weather;
use crate::server::Machine;
use crate::world::World;

/// Rounds of syncing after which a world must have come to rest.
const ROUNDS: u32 = 60;

impl World {
    /// The network heals, the server runs, every phone runs, and all of them sync until nothing moves.
    pub fn heal(&mut self) -> Checked {
        self.note(format_args!("peace"));
        self.weather = Weather::CLEAR;
        self.strikes = 0;
        self.handsets.iter_mut().for_each(|phone| phone.signal_from = phone.signal_from.min(self.now));
        self.backed_up = false;
        self.machine.stop();
        self.machine.start();
        self.pass(Millis::from_hours(2))?;
        for handset in 0..self.handsets.len() {
            self.handsets[handset].spare();
            self.start_phone(handset)?;
            self.wake(handset)?;
        }
        self.check_server()?;
        let mut quiet = 0;
        for _ in 0..ROUNDS {
            quiet = if self.round()? { quiet + 1 } else { 0 };
            if quiet == 2 {
                return Ok(());
            }
        }
        Err(Broken { rule: "the world comes to rest", seen: self.unrest() })
    }

    /// Everybody syncs once. Did nothing move?
    fn round(&mut self) -> Result<bool, Broken> {
        self.step += 1;
        let before: Vec<_> = self.heads();
        for handset in self.living() {
            self.sync_or_enrol(handset)?;
            self.pass(Millis::from_secs(20))?;
            while self.upload_more(handset)? {
                self.pass(Millis::from_secs(5))?;
            }
        }
        // Longer than any document is held back.
        self.pass(Millis::from_mins(61))?;
        Ok(before == self.heads() && self.living().into_iter().all(|handset| self.handsets[handset].settled))
    }

    /// How far each agency has come.
    fn heads(&self) -> Vec<i64> {
        let read = self.machine.look(|sql| {
            sql.query("SELECT seq FROM agencies ORDER BY agency", &[])?.iter().map(|row| row.int(0)).collect()
        });
        read.unwrap_or_default()
    }

    /// Phones that are in somebody's hand.
    pub fn living(&self) -> Vec<usize> {
        let living = self.handsets.iter().filter(|phone| !phone.lost && !phone.ended);
        living.map(|phone| phone.number).collect()
    }

    fn unrest(&self) -> String {
        let unsettled: Vec<_> = self.living().into_iter().filter(|it| !self.handsets[*it].settled).collect();
        format!("after {ROUNDS} rounds phones {unsettled:?} are not settled")
    }

    /// Everything that must be true once all is quiet.
    pub fn check_all(&mut self) -> Checked {
        self.check_server()?;
        self.check_awards_since(UnixMillis::new(0))?;
        for agency in self.agencies() {
            self.check_agency(agency)?;
        }
        for handset in 0..self.handsets.len() {
            if self.handsets[handset].lost {
                continue;
            }
            if self.handsets[handset].ended {
                self.check_revoked(handset)?;
            } else {
                self.check_living(handset)?;
            }
        }
        Ok(())
    }

    fn check_living(&mut self, handset: usize) -> Checked {
        demand(self.handsets[handset].reconciled, "a phone comes to rest", || format!("phone {handset}"))?;
        self.check_phone(handset)?;
        let (agency, officer) = (self.handsets[handset].agency, self.handsets[handset].officer);
        let readable = self.readable(agency, officer);
        self.check_sight(handset, &readable)?;
        let holdings = self.holdings(handset)?;
        let held = &holdings.held;
        let waits = holdings
            .facts
            .iter()
            .find(|((document, _), it)| it.own && !it.accepted && !it.refused && !held.contains_key(document));
        demand(waits.is_none(), "nothing waits for ever without a reason", || {
            format!("phone {handset}: fact {:?}", waits.map(|(key, _)| key))
        })?;
        let truth = self.machine.look(|sql| Truth::read(sql, agency)).expect("the server runs");
        phones::check_same_facts(&holdings, &readable, &truth)?;
        self.check_evidence(handset, &holdings)?;
        self.check_shown(handset, &holdings)?;
        let wish = holdings.wishes.iter().find(|(_, wish)| wish.waiting || wish.decided.is_none());
        demand(wish.is_none(), "nothing waits for ever without a reason", || {
            format!("phone {handset}: wish {:?}", wish.map(|(id, _)| id))
        })?;
        self.check_written(handset, &holdings)
    }

    /// The agency's audit chain, its decisions, and the order of its facts.
    fn check_agency(&mut self, agency: AgencyId) -> Checked {
        let now = self.now;
        let look = |machine: &Machine| {
            machine.look(|sql| {
                let chain = audit::verify(sql, agency)?;
                let logs = decisions::logs(sql, agency)?;
                Ok((chain, logs, decisions::proposals(sql, agency, now)?, decisions::check_commands(sql, agency)?))
            })
        };
        let (chain, logs, proposals, commands) = look(&self.machine).expect("the server runs");
        demand(chain.broken.is_none(), "the audit chain holds", || format!("{chain:?}"))?;
        commands?;
        decisions::check_order(&logs, now, &mut self.entropy)?;
        self.check_staffing(agency)?;
        self.machine.stop();
        self.machine.start();
        let again = look(&self.machine).expect("the server runs").2;
        demand(proposals == again, "every decision can be made again", || format!("{proposals:?}, then {again:?}"))
    }

    fn check_evidence(&self, handset: usize, holdings: &Holdings) -> Checked {
        let phone = &self.handsets[handset];
        let Some(device) = phone.device else { return Ok(()) };
        let read = self.machine.look(|sql| evidence::read(sql, phone.agency, phone.officer, device));
        evidence::check(&read.expect("the server runs"), holdings)
            .map_err(|broken| Broken { seen: format!("phone {handset}: {}", broken.seen), ..broken })
    }

    /// What the phone shows about itself: in step exactly when it is, and every photo with the agency.
    fn check_shown(&self, handset: usize, holdings: &Holdings) -> Checked {
        let refused = holdings.facts.values().filter(|fact| fact.own && fact.refused).count() as u64;
        let photo = holdings.originals.iter().find(|original| !original.complete && !original.orphaned);
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        let shown = core
            .sync_state()
            .map_err(|error| Broken { rule: "a phone never fails an honest officer", seen: error.to_string() })?;
        demand(shown.facts_refused == refused, "a phone shows what was refused", || {
            format!("phone {handset}: {shown:?}, {refused}")
        })?;
        demand(photo.is_none(), "every photo reaches the agency", || format!("phone {handset}: {photo:?}"))?;
        let edits = holdings.changes.values().any(|change| change.own && !change.accepted);
        let waiting = edits || holdings.facts.values().any(|fact| fact.own && !fact.accepted && !fact.refused);
        demand(shown.all_synced == (refused == 0 && !waiting), "a phone knows that it is in step", || {
            format!("phone {handset}: {shown:?}")
        })?;
        for original in holdings.originals.iter().filter(|original| original.complete) {
            let app = self.machine.app().expect("the server runs");
            let whole = app.blobs.check(self.handsets[handset].agency, original.hash).unwrap_or(false);
            demand(whole, "a photo said to be with the agency is there, as it was", || original.hash.to_string())?;
        }
        Ok(())
    }

    /// Whatever the phone said is written down is on the server once, or shown as refused.
    fn check_written(&self, handset: usize, holdings: &Holdings) -> Checked {
        let agency = self.handsets[handset].agency;
        let stored = self.stored_facts(agency);
        for (fact, written) in self.facts.iter().filter(|(_, written)| written.handset == handset) {
            let times = stored.get(fact).copied().unwrap_or_default();
            let refused = holdings
                .facts
                .iter()
                .any(|((document, id), kept)| id == fact && (kept.refused || holdings.held.contains_key(document)));
            demand(
                times == 1 || (times == 0 && refused),
                "every fact is on the server once, or shown as refused",
                || format!("{fact:?} of phone {handset} ({written:?}) is there {times} times"),
            )?;
        }
        for wish in self.wishes.iter().filter(|(_, written)| written.handset == handset).map(|(wish, _)| wish) {
            demand(holdings.wishes.contains_key(wish), "no wish is lost", || format!("{wish:?} of phone {handset}"))?;
        }
        Ok(())
    }

    fn stored_facts(
        &self,
        agency: detailbook_core::ids::AgencyId,
    ) -> std::collections::BTreeMap<detailbook_core::ids::FactId, u32> {
        let rows = self.machine.look(|sql| {
            sql.query("SELECT fact FROM facts WHERE agency = $1", &detailbook_server::store::params![agency])?
                .iter()
                .map(|row| row.id(0))
                .collect::<Result<Vec<detailbook_core::ids::FactId>, _>>()
        });
        let mut stored = std::collections::BTreeMap::new();
        for fact in rows.unwrap_or_default() {
            *stored.entry(fact).or_default() += 1;
        }
        stored
    }

    /// A phone whose enrolment was ended holds nothing that others wrote; its own facts are on the server, held for a person to look
    /// at, or still on the phone.
    fn check_revoked(&mut self, handset: usize) -> Checked {
        let holdings = self.holdings(handset)?;
        let stored = self.stored_facts(self.handsets[handset].agency);
        let held = self.machine.look(|sql| {
            let rows = sql.query("SELECT body FROM quarantine", &[])?;
            rows.iter().map(|row| Ok(row.bytes(0)?.to_vec())).collect::<Result<Vec<_>, _>>()
        });
        let held = held.unwrap_or_default();
        for (fact, _) in self.facts.iter().filter(|(_, it)| it.handset == handset) {
            let key = fact.to_hex();
            let quarantined = held.iter().any(|body| body.windows(key.len()).any(|window| window == key.as_bytes()));
            let kept = holdings.facts.keys().any(|(_, id)| id == fact);
            demand(stored.contains_key(fact) || quarantined || kept, "rights never destroy hours", || {
                format!("{fact:?} of revoked phone {handset}")
            })?;
        }
        Ok(())
    }
}

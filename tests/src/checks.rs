//! When which rule is checked: what was touched is looked at again, after every step.

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::time::UnixMillis;
use detailbook_server::store::StoreError;

use crate::broken::{Broken, Checked};
use crate::holdings::Holdings;
use crate::invariants::phones::Truth;
use crate::invariants::{awards, jobs, ledger, phones, promises, rebuild, separation, staffing};
use crate::readable::{File, Readable};
use crate::world::World;

impl World {
    /// Everything that must hold of the server, whatever it was in the middle of.
    pub fn check_server(&mut self) -> Checked {
        let Some((changes, outcomes, found)) = self
            .machine
            .look(|sql| Ok((promises::stored_changes(sql)?, promises::stored_outcomes(sql)?, separation::found(sql)?)))
        else {
            return Ok(());
        };
        promises::check(&self.witness, &changes, &outcomes)?;
        separation::check(&found)?;
        self.check_rebuilt()
    }

    /// Every award that was made this moment, and what came of it.
    pub(crate) fn check_awards(&mut self) -> Checked {
        self.check_awards_since(self.now)
    }

    /// Every award since then.
    pub(crate) fn check_awards_since(&mut self, since: UnixMillis) -> Checked {
        for agency in self.agencies() {
            let Some(awarded) = self.machine.look(|sql| awards::read(sql, agency, since)) else { return Ok(()) };
            for one in &awarded {
                awards::check(one, &mut self.entropy)?;
            }
            (0..awarded.len()).for_each(|_| self.tally.count("awards checked"));
        }
        Ok(())
    }

    /// What an agency's tables say of who works what, and of what is charged for it.
    pub(crate) fn check_staffing(&mut self, agency: AgencyId) -> Checked {
        let now = self.now;
        let looked = self.machine.look(|sql| {
            let (overlaps, ways) = (staffing::overlaps(sql, agency)?, staffing::ways(sql, agency)?);
            Ok((overlaps, ways, ledger::read(sql, agency, now)?, jobs::read(sql, agency)?))
        });
        let Some((overlaps, ways, book, waiting)) = looked else { return Ok(()) };
        staffing::check_overlaps(&overlaps)?;
        staffing::check_ways(&ways)?;
        ledger::check(&book)?;
        jobs::check(&waiting, now)
    }

    /// Rebuilds what has changed since it was last rebuilt.
    fn check_rebuilt(&mut self) -> Checked {
        for agency in self.agencies() {
            let after = self.rebuilt.get(&agency).copied().unwrap_or_default();
            let looked = self.machine.look(|sql| {
                let head = sql.query_one(
                    "SELECT seq FROM agencies WHERE agency = $1",
                    &detailbook_server::store::params![agency],
                )?;
                let head = head.ok_or(StoreError::Misused("no such agency"))?.int(0)?;
                Ok((head, if head > after { rebuild::changed(sql, agency, after)? } else { Vec::new() }))
            });
            let Some((head, changed)) = looked else { return Ok(()) };
            for tabled in &changed {
                rebuild::check(tabled, &mut self.entropy)?;
            }
            self.rebuilt.insert(agency, head);
        }
        Ok(())
    }

    /// The agencies there are.
    pub fn agencies(&self) -> Vec<AgencyId> {
        self.desks.iter().map(|desk| desk.agency).collect()
    }

    /// Everything that must hold of one phone, whatever it was in the middle of. Needs a running server to compare with.
    pub fn check_phone(&mut self, handset: usize) -> Checked {
        let agency = self.handsets[handset].agency;
        // After a restore the phones bring back what the server lost, each its own: until all have, one may know more than the server.
        let settled = self.handsets.iter().all(|phone| phone.reconciled || phone.lost || phone.ended);
        if !settled || !self.handsets[handset].reconciled {
            return Ok(());
        }
        let Some(truth) = self.machine.look(|sql| Truth::read(sql, agency)) else { return Ok(()) };
        let holdings = self.holdings(handset)?;
        phones::check_beliefs(agency, &holdings, &truth)?;
        phones::check_origin(agency, &holdings, &truth)
    }

    /// What a phone holds after an exchange that ended with nothing more to come.
    pub(crate) fn check_sight(&mut self, handset: usize, readable: &Readable) -> Checked {
        phones::check_sight(&self.holdings(handset)?, readable)
            .map_err(|broken| Broken { seen: format!("phone {handset}: {}", broken.seen), ..broken })
    }

    /// What is in a phone's file.
    pub fn holdings(&self, handset: usize) -> Result<Holdings, Broken> {
        let broken = |error: rusqlite::Error| Broken { rule: "a phone's file can be read", seen: error.to_string() };
        self.handsets[handset].holdings().map_err(broken)
    }

    /// What an officer may read now.
    pub fn readable(&self, agency: AgencyId, officer: OfficerId) -> Readable {
        self.machine
            .look(|sql| File::read(sql, agency))
            .map(|file| file.readable(officer, self.now))
            .unwrap_or_default()
    }

    /// Everything an agency has on file now.
    pub fn file(&self, agency: AgencyId) -> Option<File> {
        self.machine.look(|sql| File::read(sql, agency))
    }
}

//! Thursday evening: the window is decided, and a coordinator decides where there was none.

use detailbook_core::records::AssignmentOrigin;
use detailbook_core::time::UnixMillis;

use super::{ALL, AWAY, CELLAR, FAST, ILL, MISSING, Story};
use crate::demo::error::DemoError;
use crate::routes::staff::assignments::Assign;
use crate::scheduling::explained;

impl Story<'_> {
    /// The server decides the concert, the coordinator the paving, and the phones learn it.
    pub(super) fn award(&mut self) -> Result<(), DemoError> {
        self.tell.heading("Thursday evening: awarded")?;
        let at = self.at(0, 18, 0)?;
        self.explain_award(at)?;
        let at = self.at(0, 18, 10)?;
        for who in [AWAY, MISSING] {
            self.award_by_hand(who)?;
        }
        self.desk(at, "gives the paving, which has no window, to 1318 and 1526 by hand, with a reason.")?;
        let at = self.at(0, 18, 20)?;
        for who in ALL {
            self.handset(who).sync()?;
            self.told_of_award(at, who)?;
        }
        Ok(())
    }

    /// What `detailbook award explain` prints.
    fn explain_award(&mut self, at: UnixMillis) -> Result<(), DemoError> {
        let detail = self.concert.detail;
        let Some(award) = self.office.award(detail)? else {
            return Err(DemoError::Server("the window was not decided".to_owned()));
        };
        self.tell.event(at, "server", &format!("decides the concert. `detailbook award explain {detail}` says:"))?;
        for line in explained::lines(&award, &self.office.names()?) {
            self.tell.more(&line)?;
        }
        Ok(())
    }

    fn award_by_hand(&mut self, who: usize) -> Result<(), DemoError> {
        let officer = self.crew[who].id;
        let reason = "Knows the site.".to_owned();
        let origin = AssignmentOrigin::Applied;
        let assign = Assign { id: None, officer, position: None, origin, reason, overlap: None, overriding: None };
        self.office.assign(self.paving.detail, &assign)?;
        Ok(())
    }

    /// The phone shows the award, and the officer acknowledges it.
    fn told_of_award(&mut self, at: UnixMillis, who: usize) -> Result<(), DemoError> {
        let won = self.acknowledge(at, who)?;
        if let (CELLAR | ILL, Some(words)) = (who, won) {
            self.phone(at, who, &words)?;
        }
        if who != FAST {
            return Ok(());
        }
        let handset = &self.crew[who].handset;
        let award = handset.phone().award(self.concert.detail).map_err(|fault| handset.fault(fault))?;
        let sentence = award.map_or_else(String::new, |award| award.sentence);
        self.phone(at, who, &format!("shows: \"{sentence}\""))
    }

    /// Acknowledges what is new in the officer's schedule, and says what it is.
    pub(super) fn acknowledge(&mut self, at: UnixMillis, who: usize) -> Result<Option<String>, DemoError> {
        let handset = &self.crew[who].handset;
        let schedule = handset.phone().schedule(at, None, 10).map_err(|fault| handset.fault(fault))?;
        let Some(shift) = schedule.items.into_iter().next() else { return Ok(None) };
        let (assignment, detail) = (shift.assignment, shift.detail.as_ref());
        let place = detail.and_then(|d| d.positions.iter().find(|p| p.id == assignment.position));
        let place = place.map_or("", |position| position.name.as_str());
        let title = detail.map_or("", |detail| detail.title.as_str());
        let acknowledged = handset.phone().acknowledge(assignment.id, &handset.clock.read());
        acknowledged.map_err(|fault| handset.fault(fault))?;
        let words = format!("has \"{title}\", position {place}, in its schedule. The officer acknowledges it.");
        self.crew[who].assignment = assignment.id;
        self.handset(who).sync()?;
        Ok(Some(words))
    }
}

//! Thursday: details on offer, applications, awards.

use detailbook_core::device::ApplicationView;
use detailbook_core::ids::DetailId;
use detailbook_core::records::{ApplicationState, AssignmentOrigin};
use detailbook_core::time::UnixMillis;

use super::{AWAY, CELLAR, FAST, Story, cast};
use crate::demo::error::DemoError;
use crate::demo::narrator::Narrator;
use crate::demo::server::RunningServer;
use crate::routes::staff::assignments::Assign;

/// What the reader is about to see.
pub(super) fn introduce(server: &RunningServer, tell: &mut Narrator<'_>) -> Result<(), DemoError> {
    tell.heading(&format!("One evening at the {}", cast::AGENCY))?;
    tell.plain(
        "Businesses hire off-duty officers; the agency posts these details and officers apply, clock in and out on their \
         phones, with a signal or without. Below, the real server listens on this machine, and three simulated phones run \
         the code that the apps run, each with a store of its own, and talk to it over HTTP. The town is invented, and so \
         is the time: their clocks stand at November 2025. Officers go by their numbers.",
    )?;
    tell.verbatim(&format!("\nThe server is at {}; everything lies in {}.", server.address, server.folder.display()))?;
    Ok(())
}

impl Story<'_> {
    /// Phones see what is on offer and apply, one of them without a signal.
    pub(super) fn offers(&mut self) -> Result<(), DemoError> {
        self.tell.heading("Thursday: on offer")?;
        let at = self.at(0, 15, 5);
        self.desk(
            at,
            "posts a concert for two officers and a night of paving for one, and shows three officers a QR code \
                       each. Their phones check the server's key against it and are enrolled.",
        )?;
        for who in [CELLAR, FAST, AWAY] {
            self.handset(who).sync()?;
        }
        self.list_offers(at)?;
        self.apply_without_signal()?;
        let at = self.at(0, 16, 10);
        for (who, detail) in [(FAST, self.concert.detail), (AWAY, self.concert.detail), (AWAY, self.paving.detail)] {
            self.apply(who, detail)?;
            self.handset(who).sync()?;
        }
        self.phone(at, FAST, "applies for the concert; 1318 for the concert and the paving, both with a signal.")?;
        let at = self.at(0, 17, 30);
        self.handset(CELLAR).sync()?;
        let stands = self.application(CELLAR, self.concert.detail)?;
        self.phone(at, CELLAR, &format!("has a signal again and syncs. Its application now says: {stands}"))
    }

    fn list_offers(&mut self, at: UnixMillis) -> Result<(), DemoError> {
        let offers = self
            .handset(CELLAR)
            .phone()
            .offers(at, None, 10)
            .map_err(|fault| self.crew[CELLAR].handset.fault(fault))?;
        self.phone(at, CELLAR, "syncs for the first time and lists what is on offer:")?;
        for offer in offers.items {
            let (from, until) = (self.tell.clock(offer.detail.starts), self.tell.clock(offer.detail.ends));
            let places: Vec<_> = offer.detail.positions.iter().map(|position| position.name.as_str()).collect();
            let words = format!("- {}, {from} to {until} ({})", offer.detail.title, places.join(", "));
            self.tell.more(&words)?;
        }
        Ok(())
    }

    fn apply_without_signal(&mut self) -> Result<(), DemoError> {
        let at = self.at(0, 16, 0);
        self.apply(CELLAR, self.concert.detail)?;
        let shown = self.application(CELLAR, self.concert.detail)?;
        self.phone(at, CELLAR, &format!("has no signal and applies for the concert all the same. It shows: {shown}"))
    }

    fn apply(&self, who: usize, detail: DetailId) -> Result<(), DemoError> {
        let handset = &self.crew[who].handset;
        handset.phone().apply(detail, None, &handset.clock.read()).map_err(|fault| handset.fault(fault))?;
        Ok(())
    }

    /// What the officer's phone says of an application.
    fn application(&self, who: usize, detail: DetailId) -> Result<String, DemoError> {
        let handset = &self.crew[who].handset;
        let offers = handset.phone().offers(UnixMillis::MIN, None, 50).map_err(|fault| handset.fault(fault))?;
        let shown =
            offers.items.into_iter().find(|offer| offer.detail.id == detail).and_then(|offer| offer.application);
        Ok(match shown {
            None => "nothing.".to_owned(),
            Some(ApplicationView::Applying { .. }) => "\"applying\", waiting on this phone.".to_owned(),
            Some(ApplicationView::Withdrawing { .. }) => "\"withdrawing\", waiting on this phone.".to_owned(),
            Some(ApplicationView::Refused { reason }) => format!("refused. {reason}"),
            Some(ApplicationView::Stands { state, reason }) => format!("\"{}\". {reason}", name(state)),
        })
    }

    /// The coordinator decides, and the phones learn it.
    pub(super) fn award(&mut self) -> Result<(), DemoError> {
        self.tell.heading("Thursday: awarded")?;
        let at = self.at(0, 18, 0);
        let waiting = self.office.applications(self.concert.detail)?.len();
        self.desk(at, &format!("has {waiting} applications for the two places at the concert and decides."))?;
        for who in [CELLAR, FAST, AWAY] {
            self.award_one(who)?;
        }
        let at = self.at(0, 18, 20);
        for who in [CELLAR, FAST, AWAY] {
            self.handset(who).sync()?;
            self.told_of_award(at, who)?;
        }
        Ok(())
    }

    fn award_one(&mut self, who: usize) -> Result<(), DemoError> {
        let officer = self.crew[who].id;
        let reason = "Fewest details this quarter.".to_owned();
        let origin = AssignmentOrigin::Applied;
        let assign = Assign { id: None, officer, position: None, origin, reason, overlap: None, overriding: None };
        self.crew[who].assignment = self.office.assign(self.work_of(who).detail, &assign)?;
        Ok(())
    }

    /// The phone shows the award, and the officer acknowledges it.
    fn told_of_award(&mut self, at: UnixMillis, who: usize) -> Result<(), DemoError> {
        let handset = &self.crew[who].handset;
        let schedule = handset.phone().schedule(at, None, 10).map_err(|fault| handset.fault(fault))?;
        let mut words = Vec::new();
        for shift in &schedule.items {
            let detail = shift.detail.as_ref();
            let place = detail.and_then(|d| d.positions.iter().find(|p| p.id == shift.assignment.position));
            let place = place.map_or("", |position| position.name.as_str());
            words.push(format!("\"{}\", position {place}", detail.map_or("", |detail| detail.title.as_str())));
            let acknowledged = handset.phone().acknowledge(shift.assignment.id, &handset.clock.read());
            acknowledged.map_err(|fault| handset.fault(fault))?;
        }
        self.handset(who).sync()?;
        self.phone(at, who, &format!("now has in its schedule: {}. The officer acknowledges it.", words.join("; ")))?;
        let elsewhere = self.wish_turned_down(who)?;
        elsewhere
            .map_or(Ok(()), |reason| Ok(self.tell.more(&format!("Its other application was not awarded: {reason}"))?))
    }

    /// Why an application of the officer's was turned down, if one was.
    fn wish_turned_down(&self, who: usize) -> Result<Option<String>, DemoError> {
        let officer = self.crew[who].id;
        let applications = self.office.applications(self.concert.detail)?.into_iter();
        let mine = applications.map(|it| it.record).find(|application| application.officer == officer);
        Ok(mine.filter(|it| it.state == ApplicationState::NotAwarded).map(|it| it.reason))
    }
}

const fn name(state: ApplicationState) -> &'static str {
    match state {
        ApplicationState::Received => "applied",
        ApplicationState::Withdrawn => "withdrawn",
        ApplicationState::Awarded => "awarded",
        ApplicationState::NotAwarded => "not awarded",
    }
}

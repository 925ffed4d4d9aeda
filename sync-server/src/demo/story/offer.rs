//! Thursday afternoon: details on offer, applications, and one that a rule does not let through.

use detailbook_core::device::ApplicationView;
use detailbook_core::ids::DetailId;
use detailbook_core::records::ApplicationState;
use detailbook_core::time::UnixMillis;

use super::{ALL, AWAY, CELLAR, FAST, ILL, MISSING, Story};
use crate::demo::error::DemoError;

impl Story<'_> {
    /// Phones see what is on offer and apply, one of them without a signal.
    pub(super) fn offers(&mut self) -> Result<(), DemoError> {
        self.tell.heading("Thursday afternoon: on offer")?;
        let at = self.at(0, 15, 5)?;
        for who in ALL {
            self.handset(who).sync()?;
        }
        let decided = self.terms(CELLAR)?;
        self.desk(
            at,
            &format!(
                "has the concert on offer in a sealed window, and two places at a night of paving besides. {decided} Five \
                 phones have scanned a QR code and are enrolled."
            ),
        )?;
        self.list_offers(at)?;
        self.against_a_rule()?;
        self.apply_without_signal()?;
        let at = self.at(0, 16, 10)?;
        let (concert, paving) = (self.concert.detail, self.paving.detail);
        for (who, detail) in [(FAST, concert), (AWAY, concert), (AWAY, paving), (ILL, concert), (MISSING, paving)] {
            self.apply(who, detail)?;
            self.handset(who).sync()?;
        }
        self.phone(
            at,
            ILL,
            "applies for the concert, with a signal; so do 1212 and 1318; 1318 and 1526 for the paving.",
        )?;
        let at = self.at(0, 17, 30)?;
        self.handset(CELLAR).sync()?;
        let stands = self.application(CELLAR, self.concert.detail)?;
        let words = "has a signal again, half an hour after the window closed. That it was written before can be shown, so it counts";
        self.phone(at, CELLAR, &format!("{words}. Its application now says: {stands}"))
    }

    /// How the concert will be awarded, as the phone has it.
    fn terms(&self, who: usize) -> Result<String, DemoError> {
        let handset = &self.crew[who].handset;
        let terms = handset.phone().terms(self.concert.detail).map_err(|fault| handset.fault(fault))?;
        Ok(terms.map_or_else(String::new, |terms| {
            let (closes, decided) = (self.tell.clock(terms.closes), self.tell.clock(terms.decided_at));
            format!("It closes {closes} and is decided {decided}, by \"{}\".", terms.method)
        }))
    }

    /// What a phone says before anything is sent, and what the server says to it all the same.
    fn against_a_rule(&mut self) -> Result<(), DemoError> {
        let at = self.at(0, 15, 20)?;
        let (concert, handset) = (self.concert.detail, &self.crew[MISSING].handset);
        let advice = handset.phone().advice(concert, at).map_err(|fault| handset.fault(fault))?;
        let against = advice.findings.first().filter(|_| advice.stands_in_the_way);
        let sentence = against.map_or("nothing against it", |finding| finding.sentence.as_str()).to_owned();
        self.phone(at, MISSING, &format!("opens the concert. It shows, before anything is sent: \"{sentence}\""))?;
        self.apply(MISSING, concert)?;
        self.handset(MISSING).sync()?;
        let stands = self.application(MISSING, concert)?;
        Ok(self.tell.more(&format!("Its officer applies all the same. It shows: {stands}"))?)
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
        let at = self.at(0, 16, 0)?;
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
}

const fn name(state: ApplicationState) -> &'static str {
    match state {
        ApplicationState::Received => "applied",
        ApplicationState::Withdrawn => "withdrawn",
        ApplicationState::Awarded => "awarded",
        ApplicationState::NotAwarded => "not awarded",
    }
}

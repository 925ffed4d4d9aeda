//! Friday morning: an officer cannot come, and somebody else is found.

use super::{FAST, ILL, Story};
use crate::demo::error::DemoError;

impl Story<'_> {
    /// A call-off, the backup who is asked, and the customer who is told.
    pub(super) fn call_off(&mut self) -> Result<(), DemoError> {
        self.tell.heading("Friday morning: one cannot come")?;
        let at = self.at(1, 9, 0)?;
        let (ill, assignment) = (&self.crew[ILL].handset, self.crew[ILL].assignment);
        let wished = ill.phone().call_off(assignment, "Ill, since last night.", &ill.clock.read());
        wished.map_err(|fault| ill.fault(fault))?;
        self.handset(ILL).sync()?;
        let said = self.last_answer(ILL)?;
        self.phone(at, ILL, &format!("calls the concert off. It shows: \"{said}\""))?;
        self.server.pass_to(at)?;
        let asked = self.office.search(assignment)?.map_or(0, |found| found.relief.asks.len());
        self.desk(
            at,
            &format!("need not look for anybody: the server has asked {asked} officer, the first backup of the award."),
        )?;
        let at = self.at(1, 9, 12)?;
        self.come_instead(at)?;
        self.server.pass_to(at)?;
        let letter = self.mailbox.letters().into_iter().rev().find(|letter| letter.to.ends_with("lanternhall.example"));
        let letter = letter.map_or_else(|| "nothing".to_owned(), |letter| letter.text);
        self.tell.event(at, "customer", &format!("gets a mail: \"{letter}\""))?;
        Ok(())
    }

    /// Who was asked says yes.
    fn come_instead(&mut self, at: detailbook_core::time::UnixMillis) -> Result<(), DemoError> {
        self.handset(FAST).sync()?;
        let handset = &self.crew[FAST].handset;
        let asks = handset.phone().relief_asks(at, 10).map_err(|fault| handset.fault(fault))?;
        let Some(asked) = asks.into_iter().next() else {
            return Err(DemoError::Server("the first backup was not asked".to_owned()));
        };
        let answer_by = asked.ask.answer_by.map_or_else(String::new, |by| format!(", until {}", self.tell.clock(by)));
        let wished = handset.phone().relieve(asked.ask.assignment, true, &handset.clock.read());
        wished.map_err(|fault| handset.fault(fault))?;
        self.handset(FAST).sync()?;
        let said = self.last_answer(FAST)?;
        self.acknowledge(at, FAST)?;
        self.phone(at, FAST, &format!("is asked{answer_by}, says yes, and shows: \"{said}\""))
    }

    /// What the agency answered to the officer's latest wish.
    fn last_answer(&self, who: usize) -> Result<String, DemoError> {
        let handset = &self.crew[who].handset;
        let wishes = handset.phone().wishes(1).map_err(|fault| handset.fault(fault))?;
        Ok(wishes.into_iter().next().map_or_else(String::new, |wish| wish.reason))
    }
}

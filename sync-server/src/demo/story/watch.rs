//! Friday evening at the desk: who has come, who may have, and who has not.

use detailbook_core::time::UnixMillis;

use super::house::hours;
use super::{CELLAR, FAST, MISSING, Story};
use crate::demo::error::DemoError;

impl Story<'_> {
    /// A quarter of an hour into the concert: a phone without a signal is no officer who did not come.
    pub(super) fn watch_the_concert(&mut self) -> Result<(), DemoError> {
        let at = self.at(1, 18, 16)?;
        let words = format!("looks at the concert. 1107: {} 1212: {}", self.seen(CELLAR, at)?, self.seen(FAST, at)?);
        self.desk(at, &words)
    }

    /// Twenty minutes into the paving: this phone was heard of, and nobody clocked in on it.
    pub(super) fn watch_the_paving(&mut self) -> Result<(), DemoError> {
        self.at(1, 19, 16)?;
        self.handset(MISSING).sync()?;
        let at = self.at(1, 19, 25)?;
        let (seen, assignment) = (self.seen(MISSING, at)?, self.crew[MISSING].assignment);
        let before = self.office.charged(self.crew[MISSING].id)?;
        self.office.confirm_no_show(assignment, "The foreman says that nobody is at the bridge end.")?;
        let charged = self.office.charged(self.crew[MISSING].id)? - before;
        self.server.pass_to(at)?;
        let all = self.office.search(assignment)?.is_some_and(|found| found.relief.pool_asked_at.is_some());
        let asked = if all { " Everybody who may work it is asked to come instead." } else { "" };
        let words = format!(
            "looks at the paving. 1526: {seen} The coordinator calls the site and confirms a no-show, which charges 1526 {} \
             more.{asked}",
            hours(charged)
        );
        self.desk(at, &words)
    }

    /// How it looks with an officer, as the server says it.
    fn seen(&self, who: usize, at: UnixMillis) -> Result<String, DemoError> {
        let (begins, detail) = (self.work_of(who).plan.hours.0, self.work_of(who).detail);
        let watched = self.office.watch(begins, at)?;
        let mine = |it: &&crate::demo::office::Watched| it.officer == self.crew[who].id && it.detail == detail;
        Ok(watched.iter().find(mine).map_or_else(String::new, |it| it.sentence.clone()))
    }

    /// What everybody stands at in the end, and how one of them came to it.
    pub(super) fn charges(&mut self) -> Result<(), DemoError> {
        let at = self.at(2, 10, 5)?;
        let standings = self.standings()?.join(", ");
        self.desk(at, &format!("has in its opportunity ledger now: {standings}."))?;
        self.handset(MISSING).sync()?;
        let handset = &self.crew[MISSING].handset;
        let charges = handset.phone().charges(None, 20).map_err(|fault| handset.fault(fault))?;
        let line = |it: &detailbook_core::device::ChargeView| format!("{} ({})", hours(it.minutes), it.rule);
        let lines: Vec<_> = charges.items.iter().rev().map(line).collect();
        self.phone(at, MISSING, &format!("shows how its officer came to that: {}.", lines.join(", ")))
    }
}

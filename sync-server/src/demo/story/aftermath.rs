//! Saturday: rulings, prices, and what the officers see of it.

use detailbook_core::pricing::Tariff;
use detailbook_core::shift::Weight;
use detailbook_core::time::UnixMillis;

use super::{AT_WORK, Story};
use crate::demo::error::DemoError;
use crate::demo::judge::{Case, Judge, Judged};
use crate::demo::report::Report;

impl Story<'_> {
    /// The coordinator rules on what the facts show, and the ruled time is priced.
    pub(super) fn rulings(&mut self) -> Result<(), DemoError> {
        self.tell.heading("Saturday morning: rulings and pay")?;
        let now = self.at(2, 9, 30)?;
        for who in AT_WORK {
            let judged = self.rule(who, now)?;
            self.facts_on_server += judged.facts as u64;
            self.tell_ruling(now, who, &judged)?;
        }
        Ok(())
    }

    fn rule(&self, who: usize, now: UnixMillis) -> Result<Judged, DemoError> {
        let judge = Judge { office: &self.office, zone: self.server.zone };
        let (assignment, fence) = (self.crew[who].assignment, Some(&self.work_of(who).fence));
        judge.rule(&Case { assignment, fence, now })
    }

    fn tell_ruling(&mut self, now: UnixMillis, who: usize, judged: &Judged) -> Result<(), DemoError> {
        let (number, title) = (self.crew[who].number, self.work_of(who).plan.title);
        let hours = |at| self.tell.clock(at);
        let stretches = judged.proposed.worked.intervals.iter();
        let stretches: Vec<_> = stretches.map(|it| format!("{} to {}", hours(it.start), hours(it.end))).collect();
        let words = format!(
            "reads the {} entries of {number} on \"{title}\" and accepts {}.",
            judged.facts,
            stretches.join(" and ")
        );
        self.desk(now, &words)?;
        for flag in &judged.proposed.flags {
            let weight = if flag.weight == Weight::Review { "To look at" } else { "Noted" };
            self.tell.more(&format!("{weight}: {}", flag.sentence))?;
            for explanation in &flag.explanations {
                self.tell.more(&format!("{number} says: \"{explanation}\""))?;
            }
        }
        match &judged.price {
            Ok(priced) => {
                for line in &priced.lines {
                    self.tell.more(&format!("Pay: {}", line.sentence))?;
                }
                Ok(())
            }
            Err(reason) => Ok(self.tell.more(&format!("Unrated: {reason}."))?),
        }
    }

    /// Each officer's phone learns of the ruling.
    pub(super) fn seen_by_officers(&mut self) -> Result<(), DemoError> {
        let at = self.at(2, 10, 0)?;
        for who in AT_WORK {
            self.handset(who).sync()?;
            let handset = &self.crew[who].handset;
            let past = handset.phone().past_shifts(at, None, 5).map_err(|fault| handset.fault(fault))?;
            let ruling = past.items.iter().find(|shift| shift.assignment.id == self.crew[who].assignment);
            let ruling = ruling.and_then(|shift| Some((shift.detail.as_ref()?, shift.ruling.as_ref()?)));
            let words = match ruling {
                Some((detail, ruling)) => format!("shows \"{}\" as ruled: \"{}\"", detail.title, ruling.reason),
                None => "shows no ruling yet.".to_owned(),
            };
            self.phone(at, who, &words)?;
        }
        Ok(())
    }

    /// What it comes to.
    pub(super) fn conclude(&mut self) -> Result<Report, DemoError> {
        let (report, audit) = (self.report(), self.office.check_audit()?);
        self.tell.heading("What it comes to")?;
        let Report { phones, syncs, facts_written, facts_on_server, .. } = &report;
        let chain =
            audit.broken.map_or("and the chain of its hashes is whole".to_owned(), |broken| format!("but {broken}"));
        self.tell.plain(&format!(
            "{phones} phones wrote {facts_written} entries and synced {syncs} times; the server has {facts_on_server}. The audit \
             log holds {} entries, {chain}. Prices are by {}.",
            audit.entries,
            cited(&self.tariff),
        ))?;
        Ok(report)
    }
}

/// A tariff with what it rests on.
fn cited(tariff: &Tariff) -> String {
    format!("\"{}\" ({})", tariff.citation(), tariff.terms().source)
}

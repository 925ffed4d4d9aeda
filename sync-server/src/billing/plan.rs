//! What a run does for one customer, decided from their open work alone: the same work gives the same plan.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use detailbook_core::ids::{CustomerId, DetailId, RecordId, RulingId};
use detailbook_core::money::Cents;
use detailbook_core::pricing::{Billed, Day};
use serde::{Deserialize, Serialize};

use super::bills::Outcome;
use super::cycle::Cycle;
use crate::store::bills::BillRow;
use crate::store::invoices::Standing;

/// Work whose bill in force is not what its customer was invoiced.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Open {
    /// The bill in force.
    pub bill: BillRow,
    /// What it says.
    pub outcome: Outcome,
    /// The bill of the same work that stands on an invoice, if one does, with that invoice's cycle.
    pub standing: Option<(Standing, String)>,
    /// What the cancelling of its detail is billed, where that is another bill.
    pub cancelled: Option<Cents>,
    /// The first day of its detail, where each is invoiced by itself.
    pub began: Option<Day>,
}

/// A bill that is to stand on an invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Charge {
    /// The bill.
    pub bill: BillRow,
    /// Its lines.
    pub billed: Billed,
}

/// Work that is not invoiced, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LeftOut {
    /// The work.
    pub work: RecordId,
    /// The detail.
    pub detail: DetailId,
    /// The ruling.
    pub ruling: Option<RulingId>,
    /// The day.
    pub worked_on: Day,
    /// Why, in a sentence without a full stop.
    pub why: String,
    /// The cancelling of its detail is billed, and stands in the way.
    #[serde(default)]
    pub cancelled: bool,
}

/// What is invoiced and credited for one cycle.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct CyclePlan {
    /// Bills that go on the invoice.
    pub charges: Vec<Charge>,
    /// Bills that the credit memo takes back.
    pub credits: Vec<Standing>,
}

/// What is done for one customer.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Plan {
    /// Each cycle that has ended and has anything to invoice or to credit.
    pub cycles: BTreeMap<String, CyclePlan>,
    /// What has no price.
    pub left_out: Vec<LeftOut>,
    /// Work that stands as it should afterwards, with the bill that was looked at.
    pub settled: Vec<(RecordId, i64)>,
}

impl CyclePlan {
    /// What the invoice comes to; none where it is too large to hold.
    pub fn charged(&self) -> Option<Cents> {
        Cents::checked_sum(self.charges.iter().map(|charge| charge.billed.total))
    }

    /// What the credit memo comes to, as a positive sum.
    pub fn credited(&self) -> Option<Cents> {
        Cents::checked_sum(self.credits.iter().map(|credit| credit.amount))
    }
}

impl Plan {
    /// The plan for a customer over their open work, given in the order of the lines.
    pub fn of(customer: CustomerId, cycle: Cycle, through: Day, open: Vec<Open>) -> Self {
        let mut plan = Self::default();
        for work in open {
            // A day that no calendar has is damage, and is not invoiced.
            let Some(worked_on) = day(work.bill.worked_on) else { continue };
            let key = cycle.ended(work.began.unwrap_or(worked_on), work.bill.detail, through);
            plan.add(customer, key, worked_on, work);
        }
        plan
    }

    /// Is there anything to issue?
    pub fn issues(&self) -> bool {
        !self.cycles.is_empty()
    }

    /// `cycle`: what the work is charged in, if that has ended. A credit waits for nothing: the cycle that it is of was invoiced.
    fn add(&mut self, customer: CustomerId, cycle: Option<String>, worked_on: Day, open: Open) {
        let Open { bill, outcome, standing, cancelled, .. } = open;
        let cancelled = cancelled.filter(|owed| *owed > Cents::ZERO);
        let is_ours = standing.as_ref().is_some_and(|(it, _)| it.customer == customer);
        let (ours, theirs) = if is_ours { (standing, None) } else { (None, standing) };
        let stands = bill.customer == customer && ours.as_ref().is_some_and(|(ours, _)| ours.bill == bill.number);
        if let Some((credit, of)) = ours.filter(|_| !stands) {
            self.cycles.entry(of).or_default().credits.push(credit);
        }
        let owed = if stands || bill.customer != customer { Outcome::Nothing } else { outcome };
        if owed == Outcome::Nothing {
            return self.settled.push((bill.work, bill.number));
        }
        let Some(cycle) = cycle else { return };
        let why = match owed {
            Outcome::Nothing => return,
            Outcome::Unrated(why) => why,
            Outcome::Billed(_) if theirs.is_some() => {
                "it is on an invoice of another customer, which has to be credited first".to_owned()
            }
            Outcome::Billed(_) if cancelled.is_some() => {
                let owed = cancelled.unwrap_or_default();
                format!(
                    "the detail was cancelled at {owed}, and this was worked: which of the two is owed? Waive the one, or rule the other to nothing"
                )
            }
            Outcome::Billed(billed) => {
                self.settled.push((bill.work, bill.number));
                return self.cycles.entry(cycle).or_default().charges.push(Charge { bill, billed });
            }
        };
        let (work, detail, ruling) = (bill.work, bill.detail, bill.ruling);
        let cancelled = cancelled.is_some();
        self.left_out.push(LeftOut { work, detail, ruling, worked_on, why, cancelled });
    }
}

/// A day counted from 1970-01-01.
pub fn day(number: i64) -> Option<Day> {
    i32::try_from(number).ok().and_then(NaiveDate::from_epoch_days).map(Day)
}

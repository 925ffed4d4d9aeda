//! What the customer owes for a job, and the lines that explain it: the other calculation over the same ruled time.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::bill_terms::{BillKind, BillTerms, Fee, FeeKind, FeeOver, Takes, Tax};
use super::price::{find_band, too_large};
use super::{Band, Job, Minutes, RankRate, Tariff, Unrated};
use crate::money::Cents;

/// What a detail is billed once, whoever worked it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Shared {
    /// How many vehicles were agreed to.
    pub vehicles: u32,
}

/// What is billed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BillJob<'a> {
    /// The work.
    pub job: Job<'a>,
    /// What the detail is billed once, where this bill is the one of its bills that bears it.
    pub shared: Option<Shared>,
}

/// One line of a bill: which rules made it, and how much.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BillLine {
    /// What it is for.
    pub kind: BillKind,
    /// The same for customers.
    pub title: String,
    /// Ids of the rules that made it.
    pub rules: Vec<String>,
    /// Name and version of the tariff they stand in.
    pub tariff: String,
    /// What it comes to, rounded once.
    pub amount: Cents,
    /// The line in words.
    pub sentence: String,
}

/// What a customer owes for a job.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Billed {
    /// The time worked.
    pub worked: Minutes,
    /// The time billed.
    pub billed: Minutes,
    /// Cents an hour.
    pub rate: Cents,
    /// The sum of the lines that are not tax.
    pub before_tax: Cents,
    /// The sum of all lines.
    pub total: Cents,
    /// How it came about: time, fees, tax.
    pub lines: Vec<BillLine>,
}

/// Bills a job by a tariff. The tariff is in force on the day, knows the type of job and the rank, and is not silent.
pub fn bill(tariff: &Tariff, job: &BillJob<'_>) -> Result<Billed, Unrated> {
    let (terms, work) = (tariff.bill_terms(), job.job);
    let terms = terms.unwrap_or_default();
    let for_vehicles = terms.fees.iter().any(|fee| fee.kind == FeeKind::Vehicle);
    if !for_vehicles && job.shared.is_some_and(|shared| shared.vehicles > 0) {
        return Err(Unrated::Vehicles { tariff: tariff.citation() });
    }
    let time = Time::of(tariff, &terms, &work)?;
    let mut lines = vec![time.line(tariff)];
    for fee in &terms.fees {
        lines.extend(time.fee(tariff, fee, job.shared)?);
    }
    let over = || too_large(work.worked);
    let before_tax = sum(&lines).ok_or_else(over)?;
    for tax in &terms.taxes {
        let amount = before_tax.checked_portion(u64::from(tax.basis_points), 10_000, tariff.terms().rounding);
        lines.extend(tax_line(tariff, tax, before_tax, amount.ok_or_else(over)?));
    }
    let total = sum(&lines).ok_or_else(over)?;
    Ok(Billed { worked: work.worked, billed: time.billed, rate: time.rate.cents_per_hour, before_tax, total, lines })
}

fn sum(lines: &[BillLine]) -> Option<Cents> {
    Cents::checked_sum(lines.iter().map(|line| line.amount))
}

/// The officer's time, as it is billed.
struct Time<'a> {
    worked: Minutes,
    billed: Minutes,
    band: &'a Band,
    rate: &'a RankRate,
    /// The id under which the rate is cited.
    rate_id: String,
    amount: Cents,
}

impl<'a> Time<'a> {
    fn of(tariff: &'a Tariff, terms: &'a BillTerms, job: &Job<'_>) -> Result<Self, Unrated> {
        let citation = || tariff.citation();
        if !tariff.in_force_on(job.on) {
            return Err(Unrated::NotInForce { tariff: citation(), on: job.on });
        }
        let own = terms.job_types.iter().find(|own| own.code == job.job_type);
        let unknown = || Unrated::JobType { tariff: citation(), code: job.job_type.to_owned() };
        let job_type = own.or_else(|| tariff.job_type(job.job_type)).ok_or_else(unknown)?;
        let billed_at = terms.rates.iter().find(|rate| rate.rank == job.rank);
        let rate = billed_at.or_else(|| tariff.rate(job.rank));
        let rate = rate.ok_or_else(|| Unrated::Rank { tariff: citation(), rank: job.rank.to_owned() })?;
        let rate_id = if billed_at.is_some() { format!("bill-{}", rate.id()) } else { rate.id() };
        let band = find_band(tariff, job_type, job.worked)?;
        let billed = band.paid(job.worked).ok_or_else(|| too_large(job.worked))?;
        let amount = rate.cents_per_hour.checked_portion(u64::from(billed.0), 60, tariff.terms().rounding);
        let amount = amount.ok_or_else(|| too_large(job.worked))?;
        Ok(Self { worked: job.worked, billed, band, rate, rate_id, amount })
    }

    fn line(&self, tariff: &Tariff) -> BillLine {
        let Self { worked, billed, amount, .. } = self;
        let (rate, rank, limits) = (self.rate.cents_per_hour, &self.rate.rank, self.band.limits());
        let sentence = format!(
            "{worked} worked is {limits} and is billed as {billed}; {billed} at {rate} an hour for rank {rank} is {amount}."
        );
        line(tariff, BillKind::Time, BillKind::Time.title(), vec![self.band.id.clone(), self.rate_id.clone()], *amount)
            .saying(sentence)
    }

    /// The line of a fee; nothing where it does not apply or comes to nothing.
    fn fee(&self, tariff: &Tariff, fee: &Fee, shared: Option<Shared>) -> Result<Option<BillLine>, Unrated> {
        let count = match (fee.kind, fee.takes, shared) {
            (FeeKind::Vehicle, ..) => shared.map_or(0, |shared| shared.vehicles),
            (_, Takes::Job(_), None) => 0,
            _ => 1,
        };
        if count == 0 {
            return Ok(None);
        }
        let (exact, how) = self.reckon(tariff, fee, count).ok_or_else(|| too_large(self.worked))?;
        let raised = fee.least.map_or(exact, |least| exact.max(least));
        let amount = fee.most.map_or(raised, |most| raised.min(most));
        let limit = match amount.cmp(&exact) {
            Ordering::Greater => format!("{exact}, and at least {amount}"),
            Ordering::Less => format!("{exact}, and at most {amount}"),
            Ordering::Equal => amount.to_string(),
        };
        let made = line(tariff, fee.kind.into(), fee.title(), vec![fee.id.clone()], amount);
        Ok((amount != Cents::ZERO).then(|| made.saying(format!("{how} is {limit}."))))
    }

    /// What a fee comes to before its limits, and how.
    fn reckon(&self, tariff: &Tariff, fee: &Fee, count: u32) -> Option<(Cents, String)> {
        let (rounding, title, rate) = (tariff.terms().rounding, fee.title(), self.rate.cents_per_hour);
        let (time, word) = match fee.over {
            FeeOver::Billed => (self.billed, "billed"),
            FeeOver::Worked => (self.worked, "worked"),
        };
        let vehicles = fee.kind == FeeKind::Vehicle;
        Some(match (fee.takes, fee.over) {
            (Takes::BasisPoints(points), FeeOver::Billed) => {
                let amount = self.amount.checked_portion(u64::from(points), 10_000, rounding)?;
                (amount, format!("{title}, {} of {},", percent(points), self.amount))
            }
            (Takes::BasisPoints(points), FeeOver::Worked) => {
                let part = u64::from(points).checked_mul(u64::from(time.0))?;
                let amount = rate.checked_portion(part, 600_000, rounding)?;
                (amount, format!("{title}, {} of {time} worked at {rate} an hour,", percent(points)))
            }
            (Takes::Hour(each), _) => {
                let minutes = u64::from(time.0).checked_mul(u64::from(count))?;
                let amount = each.checked_portion(minutes, 60, rounding)?;
                let of = if vehicles { format!("{count} times ") } else { String::new() };
                (amount, format!("{title}, {of}{time} {word} at {each} an hour,"))
            }
            (Takes::Job(once), _) => (once, format!("{title}, once a detail,")),
            (Takes::Each(each), _) => {
                let amount = each.checked_portion(u64::from(count), 1, rounding)?;
                let what = if vehicles { format!("{count} at {each},") } else { "each officer,".to_owned() };
                (amount, format!("{title}, {what}"))
            }
        })
    }
}

/// The line of a tax; nothing where it comes to nothing.
fn tax_line(tariff: &Tariff, tax: &Tax, of: Cents, amount: Cents) -> Option<BillLine> {
    let sentence = format!("{}, {} of {of}, is {amount}.", tax.name, percent(tax.basis_points));
    let made = line(tariff, BillKind::Tax, &tax.name, vec![tax.id.clone()], amount).saying(sentence);
    (amount != Cents::ZERO).then_some(made)
}

fn percent(points: u32) -> String {
    format!("{}.{:02} %", points / 100, points % 100)
}

fn line(tariff: &Tariff, kind: BillKind, title: &str, rules: Vec<String>, amount: Cents) -> BillLine {
    BillLine { kind, title: title.to_owned(), rules, tariff: tariff.citation(), amount, sentence: String::new() }
}

impl BillLine {
    fn saying(self, sentence: String) -> Self {
        Self { sentence, ..self }
    }
}

#[cfg(test)]
#[path = "bill_tests.rs"]
mod tests;

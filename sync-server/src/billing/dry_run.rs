//! What a draft of a tariff would have made of work that was ruled: nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use detailbook_core::ids::{AgencyId, CustomerId, DetailId, RulingId};
use detailbook_core::money::Cents;
use detailbook_core::pricing::{BillKind, Billed, Day, Shared, Tariff, TariffDraft};
use detailbook_core::records::Detail;
use serde::Serialize;

use super::bills::Outcome;
use super::plan::day;
use super::tariffs::number;
use crate::filing;
use crate::prices;
use crate::problem::Problem;
use crate::rulings;
use crate::store::bills::{self, BillRow};
use crate::store::{Sql, detail_terms};

/// A figure as it was frozen and as the draft has it; absent where there is no price.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Figure {
    /// As it was frozen.
    pub before: Option<Cents>,
    /// By the draft.
    pub after: Option<Cents>,
}

/// Sums of figures that both sides have.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize)]
pub struct Sums {
    /// As they were frozen.
    pub before: Cents,
    /// By the draft.
    pub after: Cents,
}

/// A line of an invoice as it was frozen and by the draft; nothing stands on the side that does not have it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DryLine {
    /// What it is for.
    pub kind: BillKind,
    /// What customers read.
    pub title: String,
    /// What it comes to.
    pub sums: Sums,
}

/// One ruling.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DryRow {
    /// The ruling in force.
    pub ruling: RulingId,
    /// Who owes it.
    pub customer: CustomerId,
    /// The detail.
    pub detail: DetailId,
    /// The day of the work.
    pub worked_on: Day,
    /// What the officer earns.
    pub paid: Figure,
    /// What the customer owes.
    pub billed: Figure,
    /// The lines of what is billed, where both sides have a price.
    pub lines: Vec<DryLine>,
    /// Why the draft has no price; absent where it has.
    pub unrated: Option<String>,
}

/// What a draft would have made of the work of a span of days.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize)]
pub struct DryRun {
    /// Each ruling of a day on which the draft is in force, in order of the days.
    pub rows: Vec<DryRow>,
    /// There are more than were looked at.
    pub more: bool,
    /// What officers earn, where both have a price.
    pub paid: Sums,
    /// What customers owe, where both have a price.
    pub billed: Sums,
    /// Rulings without a price by the draft.
    pub unrated: usize,
}

/// What a draft would have made of the work of one customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OfCustomer {
    /// Who.
    pub customer: CustomerId,
    /// Rulings.
    pub work: usize,
    /// What they owe, where both have a price.
    pub billed: Sums,
    /// The same, line by line of their invoices.
    pub lines: Vec<DryLine>,
    /// Rulings that have a price now and none by the draft.
    pub loses: usize,
    /// Rulings that have none now and one by the draft.
    pub gains: usize,
}

impl Sums {
    /// How much more by the draft; less where negative.
    pub const fn difference(self) -> Cents {
        Cents(self.after.0.saturating_sub(self.before.0))
    }

    const fn add(&mut self, other: Self) {
        self.before = Cents(self.before.0.saturating_add(other.before.0));
        self.after = Cents(self.after.0.saturating_add(other.after.0));
    }
}

impl Figure {
    const fn both(self) -> Option<Sums> {
        match (self.before, self.after) {
            (Some(before), Some(after)) => Some(Sums { before, after }),
            _ => None,
        }
    }
}

impl DryRun {
    /// The same by customer, whose sum changes most first.
    pub fn by_customer(&self) -> Vec<OfCustomer> {
        let mut all = BTreeMap::<CustomerId, OfCustomer>::new();
        for row in &self.rows {
            let customer = row.customer;
            let of = all.entry(customer).or_insert_with(|| OfCustomer {
                customer,
                work: 0,
                billed: Sums::default(),
                lines: vec![],
                loses: 0,
                gains: 0,
            });
            of.work += 1;
            of.billed.add(row.billed.both().unwrap_or_default());
            of.loses += usize::from(row.billed.before.is_some() && row.billed.after.is_none());
            of.gains += usize::from(row.billed.before.is_none() && row.billed.after.is_some());
            row.lines.iter().for_each(|line| add_line(&mut of.lines, line));
        }
        let mut all: Vec<_> = all.into_values().collect();
        for of in &mut all {
            of.lines.sort_by(|one, other| (one.kind, &one.title).cmp(&(other.kind, &other.title)));
        }
        all.sort_by_key(|of| (std::cmp::Reverse(of.billed.difference().0.unsigned_abs()), of.customer));
        all
    }
}

fn add_line(lines: &mut Vec<DryLine>, new: &DryLine) {
    match lines.iter_mut().find(|line| line.kind == new.kind && line.title == new.title) {
        Some(line) => line.sums.add(new.sums),
        None => lines.push(new.clone()),
    }
}

/// The draft as if it had been in force on those days, whenever it will be.
pub fn as_if_in_force(draft: &Tariff, (from, until): (Day, Day)) -> Tariff {
    let terms = draft.terms().clone();
    let moved = TariffDraft { effective_from: from, effective_until: Some(until), ..terms };
    Tariff::try_from(moved).unwrap_or_else(|_| draft.clone())
}

/// Works a draft against the rulings in force on work of those days, at most `most` of them.
pub fn dry_run(
    sql: &mut dyn Sql,
    agency: AgencyId,
    draft: &Tariff,
    (from, until): (Day, Day),
    most: usize,
) -> Result<DryRun, Problem> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let mut found = bills::of_days(sql, agency, number(from), number(until), limit)?;
    let (mut dry, mut borne) = (DryRun { more: found.len() > most, ..DryRun::default() }, BTreeSet::new());
    found.truncate(most);
    for bill in found {
        if let Some(row) = row(sql, agency, draft, &bill, &mut borne)? {
            dry.paid.add(row.paid.both().unwrap_or_default());
            dry.billed.add(row.billed.both().unwrap_or_default());
            dry.unrated += usize::from(row.unrated.is_some());
            dry.rows.push(row);
        }
    }
    Ok(dry)
}

/// `borne`: details whose bill that bears what is billed once has no price now, and one by the draft.
fn row(
    sql: &mut dyn Sql,
    agency: AgencyId,
    draft: &Tariff,
    bill: &BillRow,
    borne: &mut BTreeSet<DetailId>,
) -> Result<Option<DryRow>, Problem> {
    let (Some(id), Some(worked_on)) = (bill.ruling, day(bill.worked_on)) else { return Ok(None) };
    let Some(ruling) = rulings::read(sql, agency, id)? else { return Ok(None) };
    let (ruling, before) = (ruling.record, Outcome::of(bill)?);
    let Some(counts_as) = ruling.counts_as.as_ref().filter(|_| draft.in_force_on(worked_on)) else { return Ok(None) };
    if before == Outcome::Nothing {
        return Ok(None);
    }
    let detail = filing::get::<Detail>(sql, agency, bill.detail)?.record;
    let vehicles = detail_terms::find(sql, agency, bill.detail)?.map_or(0, |terms| terms.vehicles);
    let bears = bears(sql, agency, bill, borne)?;
    let billed =
        prices::bill_of_time(draft, &detail, counts_as, &ruling.accepted, bears.then_some(Shared { vehicles }));
    let paid = prices::of_time(draft, &detail, counts_as, &ruling.accepted);
    let unrated = billed.as_ref().err().or(paid.as_ref().err()).map(ToString::to_string);
    if bears && billed.is_ok() {
        borne.insert(bill.detail);
    }
    let was = (ruling.pay.map(|pay| pay.amount), bill.total);
    let lines = before.billed().zip(billed.as_ref().ok()).map(|(before, after)| lines(before, after));
    Ok(Some(DryRow {
        ruling: id,
        customer: bill.customer,
        detail: bill.detail,
        worked_on,
        paid: Figure { before: was.0, after: paid.ok().map(|it| it.amount) },
        billed: Figure { before: was.1, after: billed.ok().map(|it| it.total) },
        lines: lines.unwrap_or_default(),
        unrated,
    }))
}

/// Does the bill bear what its detail is billed once: now, or by a draft that gives it a price where no bill of the detail has one?
fn bears(sql: &mut dyn Sql, agency: AgencyId, bill: &BillRow, borne: &BTreeSet<DetailId>) -> Result<bool, Problem> {
    if bill.bears || bill.total.is_some() {
        return Ok(bill.bears);
    }
    Ok(!borne.contains(&bill.detail) && !bills::of_detail(sql, agency, bill.detail)?.iter().any(|other| other.bears))
}

/// The lines of two bills of the same work, side by side.
fn lines(before: &Billed, after: &Billed) -> Vec<DryLine> {
    let mut lines = Vec::new();
    let sides = before.lines.iter().map(|line| (line, Sums { before: line.amount, after: Cents::ZERO }));
    let sides = sides.chain(after.lines.iter().map(|line| (line, Sums { before: Cents::ZERO, after: line.amount })));
    for (line, sums) in sides {
        add_line(&mut lines, &DryLine { kind: line.kind, title: line.title.clone(), sums });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(customer: u8, before: Option<i64>, after: Option<i64>) -> DryRow {
        let sums = before.zip(after).map(|(before, after)| Sums { before: Cents(before), after: Cents(after) });
        let line = |sums| DryLine { kind: BillKind::Time, title: "Officer's time".into(), sums };
        DryRow {
            ruling: RulingId::NIL,
            customer: CustomerId::from_bytes([customer; 16]),
            detail: DetailId::NIL,
            worked_on: "2025-03-01".parse().unwrap(),
            paid: Figure { before: None, after: None },
            billed: Figure { before: before.map(Cents), after: after.map(Cents) },
            lines: sums.map(line).into_iter().collect(),
            unrated: None,
        }
    }

    #[test]
    fn customers_are_told_apart_and_whose_sum_changes_most_comes_first() {
        let rows = vec![
            row(1, Some(100), Some(110)),
            row(2, Some(500), Some(400)),
            row(1, Some(100), Some(110)),
            row(1, None, Some(7)),
        ];
        let all = DryRun { rows, ..DryRun::default() }.by_customer();
        let told: Vec<_> = all.iter().map(|it| (it.work, it.billed.difference().0, it.lines.len())).collect();
        assert_eq!(told, [(1, -100, 1), (3, 20, 1)]);
        assert_eq!((all[1].loses, all[1].gains, all[1].lines[0].sums.after), (0, 1, Cents(220)));
    }

    #[test]
    fn a_line_that_only_one_side_has_stands_against_nothing() {
        let bill = |lines: &[(BillKind, &str, i64)]| Billed {
            worked: detailbook_core::pricing::Minutes(60),
            billed: detailbook_core::pricing::Minutes(60),
            rate: Cents(100),
            before_tax: Cents(0),
            total: Cents(0),
            lines: lines
                .iter()
                .map(|(kind, title, amount)| detailbook_core::pricing::BillLine {
                    kind: *kind,
                    title: (*title).to_owned(),
                    rules: vec![],
                    tariff: String::new(),
                    amount: Cents(*amount),
                    sentence: String::new(),
                })
                .collect(),
        };
        let before = bill(&[(BillKind::Time, "Time", 100), (BillKind::Admin, "Administration", 10)]);
        let after = bill(&[(BillKind::Time, "Time", 120), (BillKind::Admin, "Office", 10)]);
        let told: Vec<_> =
            lines(&before, &after).into_iter().map(|it| (it.title, it.sums.before.0, it.sums.after.0)).collect();
        let expected = [("Time", 100, 120), ("Administration", 10, 0), ("Office", 0, 10)];
        assert_eq!(told, expected.map(|(title, before, after)| (title.to_owned(), before, after)));
    }
}

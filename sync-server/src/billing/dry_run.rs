//! What a draft of a tariff would have made of work that was ruled: nothing is written.

use detailbook_core::ids::{AgencyId, DetailId, RulingId};
use detailbook_core::money::Cents;
use detailbook_core::pricing::{Day, Shared, Tariff};
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

/// One ruling.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DryRow {
    /// The ruling in force.
    pub ruling: RulingId,
    /// The detail.
    pub detail: DetailId,
    /// The day of the work.
    pub worked_on: Day,
    /// What the officer earns.
    pub paid: Figure,
    /// What the customer owes.
    pub billed: Figure,
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
    let mut dry = DryRun { more: found.len() > most, ..DryRun::default() };
    found.truncate(most);
    for bill in found {
        if let Some(row) = row(sql, agency, draft, &bill)? {
            add(&mut dry.paid, row.paid);
            add(&mut dry.billed, row.billed);
            dry.unrated += usize::from(row.unrated.is_some());
            dry.rows.push(row);
        }
    }
    Ok(dry)
}

fn add(sums: &mut Sums, figure: Figure) {
    if let (Some(before), Some(after)) = (figure.before, figure.after) {
        sums.before = Cents(sums.before.0.saturating_add(before.0));
        sums.after = Cents(sums.after.0.saturating_add(after.0));
    }
}

fn row(sql: &mut dyn Sql, agency: AgencyId, draft: &Tariff, bill: &BillRow) -> Result<Option<DryRow>, Problem> {
    let (Some(id), Some(worked_on)) = (bill.ruling, day(bill.worked_on)) else { return Ok(None) };
    let Some(ruling) = rulings::read(sql, agency, id)? else { return Ok(None) };
    let (ruling, before) = (ruling.record, Outcome::of(bill)?);
    let Some(counts_as) = ruling.counts_as.as_ref().filter(|_| draft.in_force_on(worked_on)) else { return Ok(None) };
    if before == Outcome::Nothing {
        return Ok(None);
    }
    let detail = filing::get::<Detail>(sql, agency, bill.detail)?.record;
    let vehicles = detail_terms::find(sql, agency, bill.detail)?.map_or(0, |terms| terms.vehicles);
    let shared = bill.bears.then_some(Shared { vehicles });
    let billed = prices::bill_of_time(draft, &detail, counts_as, &ruling.accepted, shared);
    let paid = prices::of_time(draft, &detail, counts_as, &ruling.accepted);
    let unrated = billed.as_ref().err().or(paid.as_ref().err()).map(ToString::to_string);
    let was = (ruling.pay.map(|pay| pay.amount), bill.total);
    Ok(Some(DryRow {
        ruling: id,
        detail: bill.detail,
        worked_on,
        paid: Figure { before: was.0, after: paid.ok().map(|it| it.amount) },
        billed: Figure { before: was.1, after: billed.ok().map(|it| it.total) },
        unrated,
    }))
}

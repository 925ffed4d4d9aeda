//! Bills of work: frozen when it is ruled or cancelled, as its pay is. A ruling that replaces another bills the work anew; what was
//! invoiced before is then credited by the next run.

use detailbook_core::ids::{AgencyId, AssignmentId, CustomerId, DetailId, RecordId, RulingId};
use detailbook_core::money::Cents;
use detailbook_core::pricing::{
    BillKind, BillLine, Billed, CancellationLine, CancellationQuote, Day, Minutes, Shared, Tariff, Unrated,
};
use detailbook_core::records::{CountsAs, Detail, Interval, Ruling, Site};
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::tariffs;
use crate::audit::By;
use crate::filing;
use crate::prices;
use crate::problem::Problem;
use crate::rulings;
use crate::store::bills::{self, BillRow};
use crate::store::{self, Sql, StoreError, detail_terms, invoices};

/// What some work is billed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// That much.
    Billed(Billed),
    /// Nobody knows how much, for this reason.
    Unrated(String),
    /// Nothing was worked, and nothing is owed.
    Nothing,
}

impl Outcome {
    /// What the bill of a row says.
    pub fn of(row: &BillRow) -> Result<Self, StoreError> {
        let damaged = |_| StoreError::Column { column: 10, wanted: "a bill", found: "another text" };
        serde_json::from_str(&row.body).map_err(damaged)
    }

    /// The bill, where there is one.
    pub const fn billed(&self) -> Option<&Billed> {
        match self {
            Self::Billed(billed) => Some(billed),
            Self::Unrated(_) | Self::Nothing => None,
        }
    }

    fn from_result(result: Result<Billed, Unrated>) -> Self {
        match result {
            Ok(billed) => Self::Billed(billed),
            Err(Unrated::NothingWorked) => Self::Nothing,
            Err(unrated) => Self::Unrated(unrated.to_string()),
        }
    }
}

/// What a ruling on an assignment would bill, with what the detail is billed once where it would bear that.
pub fn preview(
    sql: &mut dyn Sql,
    agency: AgencyId,
    tariff: Option<&Tariff>,
    work: AssignmentId,
    detail: &Detail,
    counts_as: &CountsAs,
    accepted: &[Interval],
) -> Result<Outcome, StoreError> {
    let shared = shared(sql, agency, work, detail.id)?;
    Ok(outcome(tariff, detail, counts_as, accepted, shared))
}

/// The same, where `shared` is known.
pub(super) fn outcome(
    tariff: Option<&Tariff>,
    detail: &Detail,
    counts_as: &CountsAs,
    accepted: &[Interval],
    shared: Option<Shared>,
) -> Outcome {
    match tariff {
        _ if accepted.is_empty() => Outcome::Nothing,
        None => Outcome::Unrated("there is no tariff for that day".to_owned()),
        Some(tariff) => Outcome::from_result(prices::bill_of_time(tariff, detail, counts_as, accepted, shared)),
    }
}

/// What the detail is billed once, unless another bill of it bears that.
pub(super) fn shared(
    sql: &mut dyn Sql,
    agency: AgencyId,
    work: AssignmentId,
    detail: DetailId,
) -> Result<Option<Shared>, StoreError> {
    let work = RecordId::from(work);
    let others = bills::of_detail(sql, agency, detail)?;
    if others.iter().any(|other| other.bears && other.work != work) {
        return Ok(None);
    }
    let terms = detail_terms::find(sql, agency, detail)?;
    Ok(Some(Shared { vehicles: terms.map_or(0, |terms| terms.vehicles) }))
}

/// Freezes what a ruling bills. Where its work bore what the detail is billed once and does so no more, other work of the detail
/// does from now on. `given`: what prices it where the agency has set no tariff for the day.
pub fn freeze(
    sql: &mut dyn Sql,
    by: &By<'_>,
    ruling: &Ruling,
    detail: &Detail,
    given: Option<&Tariff>,
) -> Result<Outcome, Problem> {
    let made = freeze_one(sql, by, ruling, detail, given, by.now)?;
    let all = bills::of_detail(sql, by.agency, detail.id)?;
    if all.iter().any(|bill| bill.bears) {
        return Ok(made);
    }
    for other in all.iter().filter(|other| other.total.is_some() && other.ruling != Some(ruling.id)) {
        let Some(id) = other.ruling else { continue };
        let Some(ruled) = rulings::read(sql, by.agency, id)? else { continue };
        // By the tariff that was known when it was first billed: only who bears what is billed once has changed.
        if freeze_one(sql, by, &ruled.record, detail, given, ruled.record.ruled_at)?.billed().is_some() {
            break;
        }
    }
    Ok(made)
}

/// Freezes what a ruling bills by the tariffs that were known at `as_of`, and touches no other bill.
pub(super) fn freeze_one(
    sql: &mut dyn Sql,
    by: &By<'_>,
    ruling: &Ruling,
    detail: &Detail,
    given: Option<&Tariff>,
    as_of: UnixMillis,
) -> Result<Outcome, Problem> {
    let Some(counts_as) = &ruling.counts_as else { return Ok(Outcome::Nothing) };
    let worked_on = prices::day_of(detail, &ruling.accepted);
    let tariff = tariffs::on_day(sql, by.agency, worked_on, as_of, given)?;
    let shared = shared(sql, by.agency, ruling.assignment, detail.id)?;
    let made = outcome(tariff.as_deref(), detail, counts_as, &ruling.accepted, shared);
    let bears = shared.is_some() && made.billed().is_some();
    let what = Subject { work: ruling.assignment.into(), ruling: Some(ruling.id), worked_on, bears };
    keep(sql, by, detail, &what, &made)?;
    Ok(made)
}

/// Freezes what a customer owes who cancelled a detail.
pub fn freeze_cancellation(
    sql: &mut dyn Sql,
    by: &By<'_>,
    detail: &Detail,
    quote: &CancellationQuote,
    tariff: &str,
) -> Result<(), Problem> {
    let line = |line: &CancellationLine| BillLine {
        kind: BillKind::Cancellation,
        title: BillKind::Cancellation.title().to_owned(),
        rules: vec![line.rule.clone()],
        tariff: tariff.to_owned(),
        amount: line.amount,
        sentence: line.sentence.clone(),
    };
    let lines: Vec<_> = quote.lines.iter().map(line).collect();
    if lines.is_empty() {
        return Ok(());
    }
    let none = Minutes(0);
    let total = quote.total;
    let rate = Cents::ZERO;
    let billed = Outcome::Billed(Billed { worked: none, billed: none, rate, before_tax: total, total, lines });
    let day = prices::day_of(detail, &[]);
    keep(sql, by, detail, &Subject { work: detail.id.into(), ruling: None, worked_on: day, bears: false }, &billed)
}

/// What a bill is of.
struct Subject {
    work: RecordId,
    ruling: Option<RulingId>,
    worked_on: Day,
    bears: bool,
}

fn keep(sql: &mut dyn Sql, by: &By<'_>, detail: &Detail, what: &Subject, outcome: &Outcome) -> Result<(), Problem> {
    let customer = filing::get::<Site>(sql, by.agency, detail.site)?.record.customer;
    let before = bills::in_force(sql, by.agency, what.work, i64::MAX)?;
    let row = BillRow {
        work: what.work,
        number: before.map_or(0, |before| before.number) + 1,
        seq: store::agency::next_seq(sql, by.agency)?,
        made_at: by.now,
        customer,
        detail: detail.id,
        ruling: what.ruling,
        worked_on: i64::from(what.worked_on.0.to_epoch_days()),
        bears: what.bears,
        total: outcome.billed().map(|billed| billed.total),
        body: serde_json::to_string(outcome).map_err(|_| StoreError::Unstorable("a bill"))?,
    };
    bills::insert(sql, by.agency, &row)?;
    Ok(settle(sql, by.agency, &row, customer, outcome)?)
}

/// Says with whom the work is open: with who owes it now, and with who was invoiced for it before.
fn settle(
    sql: &mut dyn Sql,
    agency: AgencyId,
    row: &BillRow,
    customer: CustomerId,
    outcome: &Outcome,
) -> Result<(), StoreError> {
    let invoiced = invoices::standing(sql, agency, row.work)?;
    if let Some(invoiced) = &invoiced {
        bills::open(sql, agency, invoiced.customer, row.work, row.worked_on)?;
    }
    match outcome {
        Outcome::Nothing if invoiced.is_none_or(|invoiced| invoiced.customer != customer) => {
            bills::close(sql, agency, customer, row.work)
        }
        _ => bills::open(sql, agency, customer, row.work, row.worked_on),
    }
}

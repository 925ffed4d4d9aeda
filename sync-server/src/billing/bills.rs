//! Bills of work: frozen when it is ruled or cancelled, as its pay is. A ruling that replaces another bills the work anew; what was
//! invoiced before is then credited by the next run.

use detailbook_core::ids::{AgencyId, AssignmentId, CustomerId, DetailId, RecordId, RulingId};
use detailbook_core::money::Cents;
use detailbook_core::pricing::{
    BillKind, BillLine, Billed, CancellationLine, CancellationQuote, Day, Minutes, Shared, Tariff, Unrated,
};
use detailbook_core::records::{CountsAs, Detail, Interval, Ruling};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{plan, tariffs};
use crate::audit::By;
use crate::prices;
use crate::problem::Problem;
use crate::rulings;
use crate::scheduling::customer;
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
    let tariff = tariffs::on_day(sql, by.agency, prices::day_of(detail, &ruling.accepted), by.now, given)?;
    let made = freeze_by(sql, by, ruling, detail, tariff.as_deref())?;
    let all = bills::of_detail(sql, by.agency, detail.id)?;
    if all.iter().any(|bill| bill.bears) {
        return Ok(made);
    }
    for other in all.iter().filter(|other| other.total.is_some() && other.ruling != Some(ruling.id)) {
        if passed_on(sql, by, other, detail, given)? {
            break;
        }
    }
    Ok(made)
}

/// Has another bill of the detail bear what it is billed once. `false`: it cannot, and stays as it is, for nothing else of it may
/// change: it is still billed by the tariff that priced it, and to whom it was.
fn passed_on(
    sql: &mut dyn Sql,
    by: &By<'_>,
    other: &BillRow,
    detail: &Detail,
    given: Option<&Tariff>,
) -> Result<bool, Problem> {
    let Some(id) = other.ruling else { return Ok(false) };
    let Some(ruled) = rulings::read(sql, by.agency, id)?.map(|stored| stored.record) else { return Ok(false) };
    let (Some(counts_as), before) = (&ruled.counts_as, Outcome::of(other)?) else { return Ok(false) };
    let worked_on = prices::day_of(detail, &ruled.accepted);
    let tariff = tariffs::on_day(sql, by.agency, worked_on, ruled.ruled_at, given)?;
    let shared = shared(sql, by.agency, ruled.assignment, detail.id)?;
    let made = outcome(tariff.as_deref(), detail, counts_as, &ruled.accepted, shared);
    let time = |outcome: &Outcome| outcome.billed().and_then(|billed| billed.lines.first().cloned());
    if shared.is_none() || time(&made).is_none() || time(&made) != time(&before) {
        return Ok(false);
    }
    let (work, customer) = (other.work, other.customer);
    keep(sql, by, detail, &Subject { work, customer, ruling: Some(id), worked_on, bears: true }, &made)?;
    by.note(sql, "bill.pass_on", id, &json!({ "before": before, "after": made, "why": PASSED_ON }))?;
    Ok(true)
}

/// Why a bill came to bear what the detail is billed once.
const PASSED_ON: &str = "It bears what the detail is billed once, which another bill of it bore.";

/// Freezes what a ruling bills by that tariff, and touches no other bill.
pub(super) fn freeze_by(
    sql: &mut dyn Sql,
    by: &By<'_>,
    ruling: &Ruling,
    detail: &Detail,
    tariff: Option<&Tariff>,
) -> Result<Outcome, Problem> {
    let Some(counts_as) = &ruling.counts_as else { return Ok(Outcome::Nothing) };
    let customer = customer_of(sql, by.agency, detail)?;
    let shared = shared(sql, by.agency, ruling.assignment, detail.id)?;
    let made = outcome(tariff, detail, counts_as, &ruling.accepted, shared);
    keep(sql, by, detail, &Subject::of(ruling, detail, customer, shared, &made), &made)?;
    Ok(made)
}

/// Bills work anew by that tariff, whose bill has no price, and to whom it was billed. Nothing: the tariff has no price for it either,
/// and the bill stays as it is.
pub(super) fn price_by(
    sql: &mut dyn Sql,
    by: &By<'_>,
    before: &BillRow,
    ruling: &Ruling,
    detail: &Detail,
    tariff: Option<&Tariff>,
) -> Result<Option<Outcome>, Problem> {
    let Some(counts_as) = &ruling.counts_as else { return Ok(None) };
    let shared = shared(sql, by.agency, ruling.assignment, detail.id)?;
    let made = outcome(tariff, detail, counts_as, &ruling.accepted, shared);
    if matches!(made, Outcome::Unrated(_)) {
        return Ok(None);
    }
    keep(sql, by, detail, &Subject::of(ruling, detail, before.customer, shared, &made), &made)?;
    Ok(Some(made))
}

fn customer_of(sql: &mut dyn Sql, agency: AgencyId, detail: &Detail) -> Result<CustomerId, Problem> {
    customer::of(sql, agency, detail)?.ok_or_else(Problem::not_found)
}

/// Has another customer owe all that a detail is billed, as much as it was. Gives how many bills that changed.
pub(crate) fn hand_over(
    sql: &mut dyn Sql,
    by: &By<'_>,
    detail: &Detail,
    customer: CustomerId,
) -> Result<usize, Problem> {
    let mut theirs = bills::of_detail(sql, by.agency, detail.id)?;
    theirs.retain(|bill| bill.customer != customer);
    for bill in &theirs {
        let &BillRow { work, ruling, bears, worked_on, .. } = bill;
        let worked_on = plan::day(worked_on).ok_or_else(Problem::not_found)?;
        let what = Subject { work, customer, ruling, worked_on, bears };
        keep(sql, by, detail, &what, &Outcome::of(bill)?)?;
    }
    Ok(theirs.len())
}

/// Freezes what a customer owes who cancelled a detail; where that is nothing, only if something was billed before. A later one is in
/// the place of the earlier, with the same customer, and the next run credits what was invoiced.
pub fn freeze_cancellation(
    sql: &mut dyn Sql,
    by: &By<'_>,
    detail: &Detail,
    owed: Option<(&CancellationQuote, &str)>,
) -> Result<Outcome, Problem> {
    let work = RecordId::from(detail.id);
    let before = bills::in_force(sql, by.agency, work, i64::MAX)?;
    let made = owed.map_or(Outcome::Nothing, |(quote, tariff)| cancelled(quote, tariff));
    let customer = match &before {
        None if made == Outcome::Nothing => return Ok(made),
        None => customer_of(sql, by.agency, detail)?,
        Some(before) => before.customer,
    };
    let worked_on = prices::day_of(detail, &[]);
    keep(sql, by, detail, &Subject { work, customer, ruling: None, worked_on, bears: false }, &made)?;
    Ok(made)
}

fn cancelled(quote: &CancellationQuote, tariff: &str) -> Outcome {
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
        return Outcome::Nothing;
    }
    let (none, rate, total) = (Minutes(0), Cents::ZERO, quote.total);
    Outcome::Billed(Billed { worked: none, billed: none, rate, before_tax: total, total, lines })
}

/// What a bill is of.
struct Subject {
    work: RecordId,
    customer: CustomerId,
    ruling: Option<RulingId>,
    worked_on: Day,
    bears: bool,
}

impl Subject {
    fn of(ruling: &Ruling, detail: &Detail, customer: CustomerId, shared: Option<Shared>, made: &Outcome) -> Self {
        Self {
            work: ruling.assignment.into(),
            customer,
            ruling: Some(ruling.id),
            worked_on: prices::day_of(detail, &ruling.accepted),
            bears: shared.is_some() && made.billed().is_some(),
        }
    }
}

fn keep(sql: &mut dyn Sql, by: &By<'_>, detail: &Detail, what: &Subject, outcome: &Outcome) -> Result<(), Problem> {
    let customer = what.customer;
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

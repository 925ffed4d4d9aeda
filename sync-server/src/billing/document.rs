//! Issuing invoices and credit memos: numbered, written and posted in one transaction, and never changed again.

use detailbook_core::ids::{AgencyId, CustomerId};
use detailbook_core::money::Cents;
use detailbook_core::pricing::{BillKind, BillLine, Day};
use detailbook_core::records::{Agency, Customer};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::due;
use super::plan::{Charge, CyclePlan};
use super::tariffs::number;
use super::terms::{self, Letterhead};
use super::told;
use crate::audit::By;
use crate::filing;
use crate::ledger::{self, Account, Posting};
use crate::problem::Problem;
use crate::store::bills::BillRow;
use crate::store::invoices::{self, InvoiceRow, LineRow, Standing};
use crate::store::{Sql, StoreError};

/// How an invoice is stored.
pub const INVOICE: &str = "invoice";
/// How a credit memo is stored.
pub const CREDIT_MEMO: &str = "credit_memo";

/// What is printed on an invoice besides its lines, as it was when it was issued.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    /// Who invoices.
    pub letterhead: Letterhead,
    /// Who is invoiced.
    pub customer: String,
    /// The agency's number for them; empty where it has none.
    pub customer_number: String,
    /// Where it goes, a line each.
    pub address: String,
    /// Days until it is due.
    pub net_days: i64,
    /// Of a credit memo: the invoices that it credits.
    pub credits: Vec<i64>,
}

/// What was issued.
pub(super) struct Issued {
    /// Itself.
    pub(super) row: InvoiceRow,
    /// What it says besides its lines.
    pub(super) head: Head,
    /// Its lines.
    pub(super) lines: Vec<LineRow>,
}

/// Of which run, customer and cycle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Of<'a> {
    /// The run.
    pub run: i64,
    /// The customer.
    pub customer: CustomerId,
    /// The cycle.
    pub cycle: &'a str,
}

impl Head {
    /// What a stored invoice says.
    pub fn of(row: &InvoiceRow) -> Result<Self, StoreError> {
        let damaged = |_| StoreError::Column { column: 8, wanted: "an invoice's head", found: "another text" };
        serde_json::from_str(&row.body).map_err(damaged)
    }
}

/// Issues what a cycle needs: the credit memo first, then the invoice. Customer and finance are told of each. Gives their numbers.
pub fn issue(sql: &mut dyn Sql, by: &By<'_>, of: Of<'_>, plan: &CyclePlan) -> Result<Vec<i64>, Problem> {
    let mut numbers = Vec::new();
    if !plan.credits.is_empty() {
        let mut lines = Vec::new();
        for credit in &plan.credits {
            lines.extend(credited(sql, by.agency, credit)?);
        }
        let mut credits: Vec<i64> = plan.credits.iter().map(|credit| credit.invoice).collect();
        credits.sort_unstable();
        credits.dedup();
        let memo = write(sql, by, of, CREDIT_MEMO, credits, lines)?;
        for credit in &plan.credits {
            invoices::credit(sql, by.agency, credit.work, credit.bill, memo.row.number)?;
        }
        told::issued(sql, by, &memo)?;
        numbers.push(memo.row.number);
    }
    if !plan.charges.is_empty() {
        let lines = plan.charges.iter().flat_map(charged).collect();
        let invoice = write(sql, by, of, INVOICE, vec![], lines)?;
        for Charge { bill, billed } in &plan.charges {
            let (work, bill, amount, invoice) = (bill.work, bill.number, billed.total, invoice.row.number);
            invoices::stand(sql, by.agency, &Standing { work, bill, customer: of.customer, invoice, amount })?;
        }
        told::issued(sql, by, &invoice)?;
        due::expect(sql, by, &invoice.row)?;
        numbers.push(invoice.row.number);
    }
    Ok(numbers)
}

fn charged(charge: &Charge) -> impl Iterator<Item = LineRow> {
    charge.billed.lines.iter().map(|line| line_of(&charge.bill, line))
}

fn line_of(bill: &BillRow, line: &BillLine) -> LineRow {
    LineRow {
        line: 0,
        work: bill.work,
        bill: bill.number,
        ruling: bill.ruling,
        detail: bill.detail,
        worked_on: bill.worked_on,
        kind: line.kind.name().to_owned(),
        title: line.title.clone(),
        rules: line.rules.join(" "),
        tariff: line.tariff.clone(),
        amount: line.amount,
        sentence: line.sentence.clone(),
    }
}

/// The lines of a bill as they stand on their invoice, taken back.
fn credited(sql: &mut dyn Sql, agency: AgencyId, credit: &Standing) -> Result<Vec<LineRow>, StoreError> {
    let lines = invoices::lines_of(sql, agency, credit.invoice, credit.work)?;
    let back = |line: LineRow| LineRow { amount: Cents(-line.amount.0), ..line };
    Ok(lines.into_iter().filter(|line| line.bill == credit.bill).map(back).collect())
}

fn write(
    sql: &mut dyn Sql,
    by: &By<'_>,
    of: Of<'_>,
    kind: &str,
    credits: Vec<i64>,
    mut lines: Vec<LineRow>,
) -> Result<Issued, Problem> {
    lines.iter_mut().zip(1..).for_each(|(line, at)| line.line = at);
    let too_large = || Problem::conflict("An invoice is too large to hold.");
    let total = Cents::checked_sum(lines.iter().map(|line| line.amount)).ok_or_else(too_large)?;
    let head = head(sql, by.agency, of.customer, credits)?;
    let body = serde_json::to_string(&head).map_err(|_| StoreError::Unstorable("an invoice"))?;
    let issued_on = number(today(sql, by.agency, by.now)?);
    let due_on = if kind == INVOICE { issued_on + head.net_days } else { issued_on };
    let mut row = InvoiceRow {
        number: invoices::next_number(sql, by.agency)?,
        kind: kind.to_owned(),
        run: of.run,
        cycle: of.cycle.to_owned(),
        customer: of.customer,
        issued_on,
        due_on,
        total,
        body,
        digest: Sha256([0; 32]),
        standing: Cents::ZERO,
    };
    row.digest = digest(by.agency, &row, &lines);
    invoices::insert(sql, by.agency, &row, &lines)?;
    ledger::post(sql, by, &posting(&row, &lines))?;
    let noted = json!({ "after": { "kind": kind, "run": of.run, "cycle": of.cycle, "customer": of.customer,
        "total": total, "digest": row.digest } });
    by.note(sql, "invoice.issue", row.number, &noted)?;
    Ok(Issued { row, head, lines })
}

fn head(sql: &mut dyn Sql, agency: AgencyId, customer: CustomerId, credits: Vec<i64>) -> Result<Head, Problem> {
    let of = filing::get::<Customer>(sql, agency, customer)?.record;
    let terms = terms::of(sql, agency, customer)?;
    let (letterhead, ..) = terms::letterhead(sql, agency)?;
    let (customer, customer_number) = (of.name, of.number);
    Ok(Head { letterhead, customer, customer_number, address: terms.address, net_days: terms.net_days, credits })
}

/// The agency's day at an instant.
pub fn today(sql: &mut dyn Sql, agency: AgencyId, now: UnixMillis) -> Result<Day, Problem> {
    let zone = filing::get::<Agency>(sql, agency, agency)?.record.zone;
    Ok(Day(zone.local(now).date()))
}

/// What the customer owes is debited, and what each line is for is credited; a credit memo, whose lines are negative, posts it back.
fn posting(row: &InvoiceRow, lines: &[LineRow]) -> Posting {
    let mut entries = vec![(Account::Receivable(row.customer), row.total)];
    entries.extend(lines.iter().map(|line| {
        let kind = BillKind::named(&line.kind).unwrap_or(BillKind::Agency);
        (Account::of_line(kind, std::slice::from_ref(&line.rules)), Cents(-line.amount.0))
    }));
    let cause = format!("{} {}", if row.kind == INVOICE { "invoice" } else { "credit memo" }, row.number);
    Posting { day: row.issued_on, cause, invoice: Some(row.number), entries }
}

/// A hash over all that an invoice says: what was changed behind the program's back is noticed.
pub fn digest(agency: AgencyId, row: &InvoiceRow, lines: &[LineRow]) -> Sha256 {
    let line = |it: &LineRow| {
        json!([
            it.line,
            it.work,
            it.bill,
            it.ruling,
            it.detail,
            it.worked_on,
            it.kind,
            it.title,
            it.rules,
            it.tariff,
            it.amount,
            it.sentence
        ])
    };
    let lines: Vec<_> = lines.iter().map(line).collect();
    let InvoiceRow { number, kind, run, cycle, customer, issued_on, due_on, total, body, .. } = row;
    let said = json!([
        "detailbook-invoice-v1",
        agency,
        number,
        kind,
        run,
        cycle,
        customer,
        issued_on,
        due_on,
        total,
        body,
        lines
    ]);
    Sha256::of(said.to_string().as_bytes())
}

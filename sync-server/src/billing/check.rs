//! Are the bills, the invoices and the books what they were? For `detailbook check`, and for whoever doubts them.
//!
//! Each is held against the others and against the audit log, whose chain shows where somebody altered that.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, RecordId};
use detailbook_core::money::Cents;
use detailbook_core::shift::Sha256;
use serde_json::Value;

use super::bills::Outcome;
use super::document::{INVOICE, digest};
use crate::audit::AuditEntry;
use crate::ledger::{self, Account};
use crate::store::bills::{self, BillRow};
use crate::store::invoices::{self, InvoiceRow, LineRow, Order, Sought};
use crate::store::{Store, StoreError, audit, books};

/// Invoices looked at in one read.
const STRIDE: usize = 200;
/// Rows of other tables looked at in one read.
const ROWS: i64 = 1_000;

/// What a check found.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Checked {
    /// Invoices and credit memos.
    pub invoices: i64,
    /// What is wrong, a sentence each; empty where all is well.
    pub faults: Vec<String>,
}

/// Bills with what they come to.
type Sums = BTreeMap<(RecordId, i64), Cents>;

/// What invoices are held against.
struct Against {
    noted: Noted,
    /// What credit memos took back.
    credited: BTreeMap<i64, Sums>,
    /// What was posted to customers' accounts.
    owed: BTreeMap<i64, Vec<(String, Cents)>>,
}

/// How often it is checked anew where something was wrong and something was written meanwhile, which may be all that was wrong.
const TIMES: usize = 3;

/// Checks every invoice against its digest, its note, its posting and the bills that stand on it, the numbers for gaps, every bill
/// against its note, and the books. Blocks.
pub fn check(store: &Store, agency: AgencyId) -> Result<Checked, StoreError> {
    let head = || store.read(move |sql| audit::head(sql, agency));
    for _ in 1..TIMES {
        let (before, found) = (head()?, once(store, agency)?);
        if found.faults.is_empty() || head()? == before {
            return Ok(found);
        }
    }
    once(store, agency)
}

fn once(store: &Store, agency: AgencyId) -> Result<Checked, StoreError> {
    let noted = Noted::read(store, agency)?;
    let credited = store.read(move |sql| invoices::credited(sql, agency))?;
    let mut against = Against { noted, credited: by_invoice(credited), owed: owed(store, agency)? };
    let mut found = Checked::default();
    loop {
        let (skip, mut gap) = (usize::try_from(found.invoices).unwrap_or(usize::MAX), None);
        for (row, lines, charged) in some(store, agency, skip)? {
            found.invoices += 1;
            if row.number != found.invoices {
                gap = Some(format!("Before invoice {} a number is missing.", row.number));
                break;
            }
            found.faults.extend(against.fault(agency, &row, &lines, &charged));
        }
        if let Some(gap) = gap {
            found.faults.push(gap);
            return Ok(found);
        }
        if found.invoices == i64::try_from(skip).unwrap_or(i64::MAX) {
            break;
        }
    }
    found.faults.extend(against.left(found.invoices));
    found.faults.extend(altered_bills(store, agency, &against.noted)?);
    found.faults.extend(store.read(move |sql| ledger::trial_balance(sql, agency))?.faults);
    Ok(found)
}

/// The next invoices, each with its lines and the bills that were charged on it.
fn some(store: &Store, agency: AgencyId, skip: usize) -> Result<Vec<(InvoiceRow, Vec<LineRow>, Sums)>, StoreError> {
    store.read(move |sql| {
        let rows = invoices::find(sql, agency, &Sought::default(), Order::Oldest, (skip, STRIDE))?;
        let all = rows.into_iter().map(|row| {
            let (lines, charged) =
                (invoices::lines(sql, agency, row.number)?, invoices::charged(sql, agency, row.number)?);
            Ok::<_, StoreError>((row, lines, charged.into_iter().map(|it| ((it.work, it.bill), it.amount)).collect()))
        });
        all.collect()
    })
}

fn by_invoice(credited: Vec<(i64, invoices::Standing)>) -> BTreeMap<i64, Sums> {
    let mut found = BTreeMap::<i64, Sums>::new();
    for (memo, it) in credited {
        found.entry(memo).or_default().insert((it.work, it.bill), it.amount);
    }
    found
}

fn owed(store: &Store, agency: AgencyId) -> Result<BTreeMap<i64, Vec<(String, Cents)>>, StoreError> {
    let (mut found, mut after) = (BTreeMap::<i64, Vec<_>>::new(), 0);
    loop {
        let rows = store.read(move |sql| books::receivables(sql, agency, after, ROWS))?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.0;
        for (_, invoice, account, amount) in rows {
            found.entry(invoice).or_default().push((account, amount));
        }
    }
}

impl Against {
    /// What is wrong with an invoice. What was posted for it and credited by it is done with then.
    fn fault(&mut self, agency: AgencyId, row: &InvoiceRow, lines: &[LineRow], charged: &Sums) -> Option<String> {
        let (credited, owed) = (self.credited.remove(&row.number), self.owed.remove(&row.number).unwrap_or_default());
        let noted = self.noted.issued.get(&row.number);
        let same = row.digest == digest(agency, row, lines)
            && noted.is_some_and(|noted| noted.fits(row))
            && Cents::checked_sum(lines.iter().map(|line| line.amount)) == Some(row.total);
        if !same {
            return Some(format!("Invoice {} is not what was issued.", row.number));
        }
        let posted = match row.total {
            Cents::ZERO => owed.is_empty(),
            total => owed == [(Account::Receivable(row.customer).to_string(), total)],
        };
        if !posted {
            return Some(format!("Invoice {} is not posted as it was issued.", row.number));
        }
        let credited = credited.unwrap_or_default();
        let (ours, others, side) = if row.kind == INVOICE { (charged, &credited, 1) } else { (&credited, charged, -1) };
        let stands = others.is_empty() && summed(lines, side).as_ref() == Some(ours);
        (!stands).then(|| format!("What is kept of the bills on invoice {} is not what its lines say.", row.number))
    }

    /// What is left over after so many invoices.
    fn left(&self, invoices: i64) -> Vec<String> {
        let last = self.noted.issued.keys().next_back().copied().unwrap_or_default();
        let missing = (last > invoices).then(|| format!("After invoice {invoices} numbers up to {last} are missing."));
        let of_none = |what: &str, number: &i64| format!("{what} invoice {number}, which there is not.");
        let mut faults: Vec<_> = missing.into_iter().collect();
        faults.extend(self.owed.keys().map(|number| of_none("Something is posted for", number)));
        faults.extend(self.credited.keys().map(|number| of_none("Something is credited by", number)));
        faults
    }
}

/// What lines come to, bill by bill; on a credit memo `side` is -1.
fn summed(lines: &[LineRow], side: i64) -> Option<Sums> {
    let mut sums = Sums::new();
    for line in lines {
        let sum = sums.entry((line.work, line.bill)).or_default();
        *sum = sum.checked_add(Cents(line.amount.0.checked_mul(side)?))?;
    }
    Some(sums)
}

/// What the audit log says.
#[derive(Default)]
struct Noted {
    issued: BTreeMap<i64, Issued>,
    /// Hashes of bills, by the ruling or by the detail that was cancelled.
    bills: BTreeMap<String, Vec<Sha256>>,
}

/// What was noted when an invoice was issued.
struct Issued {
    total: Option<i64>,
    /// Absent where it was issued before that was noted.
    digest: Option<String>,
}

impl Issued {
    fn fits(&self, row: &InvoiceRow) -> bool {
        self.total == Some(row.total.0) && self.digest.as_ref().is_none_or(|noted| *noted == row.digest.to_hex())
    }
}

impl Noted {
    fn read(store: &Store, agency: AgencyId) -> Result<Self, StoreError> {
        let (mut noted, mut after) = (Self::default(), 0);
        loop {
            let entries = store.read(move |sql| audit::page(sql, agency, after, ROWS))?;
            let Some(last) = entries.last() else { return Ok(noted) };
            after = last.number;
            for entry in entries {
                noted.take(entry);
            }
        }
    }

    fn take(&mut self, entry: AuditEntry) {
        let bill = match entry.action.as_str() {
            "invoice.issue" | "ruling.make" | "detail.cancelled_by_customer" => "bill",
            "bill.make" | "bill.pass_on" | "bill.price" | "bill.correct" => "after",
            _ => return,
        };
        let Ok(detail) = serde_json::from_str::<Value>(&entry.detail) else { return };
        if entry.action == "invoice.issue" {
            let Ok(number) = entry.subject.parse() else { return };
            let (total, digest) = (detail["after"]["total"].as_i64(), detail["after"]["digest"].as_str());
            self.issued.insert(number, Issued { total, digest: digest.map(str::to_owned) });
        } else if let Ok(body) = serde_json::from_value(detail[bill].clone()).and_then(|it: Outcome| body_of(&it)) {
            self.bills.entry(entry.subject).or_default().push(Sha256::of(body.as_bytes()));
        }
    }

    /// Is a bill as it was noted? `before`: the one of the same work that it is in the place of.
    fn fits(&self, row: &BillRow, before: Option<&BillRow>) -> bool {
        let Ok(outcome) = Outcome::of(row) else { return false };
        let subject = row.ruling.map_or_else(|| row.work.to_string(), |ruling| ruling.to_string());
        let Some(noted) = self.bills.get(&subject) else { return outcome.billed().map(|it| it.total) == row.total };
        // Bills that came to bear what a detail is billed once were not noted at first.
        let passed_on = row.bears && noted.len() == 1 && before.is_some_and(|before| before.ruling == row.ruling);
        outcome.billed().map(|it| it.total) == row.total
            && (passed_on || noted.contains(&Sha256::of(row.body.as_bytes())))
    }
}

fn body_of(outcome: &Outcome) -> Result<String, serde_json::Error> {
    serde_json::to_string(outcome)
}

/// Bills that are not what was made.
fn altered_bills(store: &Store, agency: AgencyId, noted: &Noted) -> Result<Vec<String>, StoreError> {
    let (mut faults, mut last): (Vec<String>, Option<BillRow>) = (Vec::new(), None);
    loop {
        let after = last.as_ref().map_or((RecordId::NIL, 0), |last| (last.work, last.number));
        let rows = store.read(move |sql| bills::page(sql, agency, after, ROWS))?;
        if rows.is_empty() {
            return Ok(faults);
        }
        for row in rows {
            let before = last.take().filter(|before| before.work == row.work);
            if !noted.fits(&row, before.as_ref()) {
                faults.push(format!("Bill {} of {} is not what was made.", row.number, row.work));
            }
            last = Some(row);
        }
    }
}

//! What customers and finance are told of invoices: that one was issued, and that it is due.
//!
//! A customer has no way into the console: what they need to know stands in the words, and the agency sends the PDF.

use std::collections::BTreeSet;

use detailbook_core::ids::{AgencyId, CustomerId};
use detailbook_core::money::Cents;
use detailbook_core::notices::{EventKind, Party, Role};
use detailbook_core::records::{Detail, RecordKind};

use super::cycle;
use super::document::{Head, INVOICE, Issued};
use super::pdf::{date, money};
use crate::audit::By;
use crate::notices::{Event, Words, tell};
use crate::store::invoices::{self, InvoiceRow, LineRow};
use crate::store::{Sql, StoreError, contacts, records};

/// What finance is told besides where a customer cannot be.
const NOT_REACHED: &str =
    " No e-mail address or telephone number of the customer is known here: this message went to nobody there.";

/// Something to be told of an invoice or a credit memo.
struct Message {
    kind: EventKind,
    /// Which of its kind.
    key: String,
    /// Who of the customers is told.
    customer: Option<CustomerId>,
    /// What its line says after what it is about.
    says: String,
    /// What the customer is told.
    text: String,
    /// What finance is told.
    finance: String,
}

/// Tells of what was issued, in the transaction that issued it.
pub(super) fn issued(sql: &mut dyn Sql, by: &By<'_>, it: &Issued) -> Result<(), StoreError> {
    let Issued { row, head, lines } = it;
    let work = work(sql, by.agency, row, lines)?;
    let (says, text) = if row.kind == INVOICE {
        let before = invoices::billed_before(sql, by.agency, row.number)?;
        (format!("{}, due {}", money(row.total), date(row.due_on)), of_invoice(row, head, &work, &before))
    } else {
        (format!("{} credited", money(credited(row))), of_credit_memo(row, head, &work))
    };
    let finance = format!(
        "It was issued to {} by run {} for {work}. Send them the PDF: it is under Invoices.",
        head.customer, row.run
    );
    let key = row.number.to_string();
    let customer = Some(row.customer);
    send(sql, by, (row, head), Message { kind: EventKind::InvoiceSent, key, customer, says, text, finance })
}

/// Tells that an invoice of which anything is left is due, or was. `step`: which of its reminders this is, by its day. Once it is past due
/// only finance is told: payments are not kept here, and nobody who has paid is to be told that they have not.
pub(super) fn due(sql: &mut dyn Sql, by: &By<'_>, row: &InvoiceRow, step: i64, today: i64) -> Result<(), StoreError> {
    let head = Head::of(row)?;
    let lines = invoices::lines(sql, by.agency, row.number)?;
    let work = work(sql, by.agency, row, &lines)?;
    let is_past = row.is_past_due(today);
    let (is, on, left) = (if is_past { "was" } else { "is" }, date(row.due_on), left(row));
    let says = format!("{} {is} due {on}", money(row.standing));
    let text = format!(
        "Invoice {} of {} to {}, for {work}, is due on {on}. {left}\n\nIf you have paid it already, please disregard this message.{}",
        row.number,
        head.letterhead.name,
        head.customer,
        how_to_pay(row, &head)
    );
    let ago = match today - row.due_on {
        ..=0 => String::new(),
        1 => ", a day ago".to_owned(),
        days => format!(", {days} days ago"),
    };
    let finance = format!(
        "The invoice for {work} {is} due on {on}{ago}. {left} Payments are not kept here: look whether it was paid{}.",
        if is_past { ", and write to the customer where it was not" } else { "" }
    );
    let (key, customer) = (format!("{} {step}", row.number), (!is_past).then_some(row.customer));
    send(sql, by, (row, &head), Message { kind: EventKind::InvoiceDue, key, customer, says, text, finance })
}

fn send(sql: &mut dyn Sql, by: &By<'_>, (row, head): (&InvoiceRow, &Head), message: Message) -> Result<(), StoreError> {
    let Message { kind, key, customer, says, text, mut finance } = message;
    if let Some(customer) = customer {
        let contact = contacts::get(sql, by.agency, Party::customer(customer))?.1;
        if contact.email.is_none() && contact.phone.is_none() {
            finance.push_str(NOT_REACHED);
        }
    }
    let name = format!("{} {}", if row.kind == INVOICE { "Invoice" } else { "Credit memo" }, row.number);
    let finance = Words::new(&format!("{name}, {}: {says}", head.customer), &finance);
    let event = Event {
        customer,
        words_for: vec![(Role::Finance, finance)],
        ..Event::new(kind, key, Words::new(&format!("{name}: {says}"), &text))
    };
    tell(sql, by, &event).map(drop)
}

fn of_invoice(row: &InvoiceRow, head: &Head, work: &str, before: &[i64]) -> String {
    let anew = if before.is_empty() {
        String::new()
    } else {
        format!("\n\nIt bills work anew that stood on {} and was credited.", named(before))
    };
    format!(
        "{} has issued invoice {} to {} for {work}.\n\nTotal: {}\nDue: {}{anew}{}\n\n{WITH_LINES}",
        head.letterhead.name,
        row.number,
        head.customer,
        money(row.total),
        date(row.due_on),
        how_to_pay(row, head)
    )
}

fn of_credit_memo(row: &InvoiceRow, head: &Head, work: &str) -> String {
    format!(
        "{} has issued credit memo {} to {}. It takes back {} of {}, for {work}. Nothing is to be paid on it: where that work is billed anew, that is an invoice of its own.\n\n{WITH_LINES}",
        head.letterhead.name,
        row.number,
        head.customer,
        money(credited(row)),
        named(&head.credits)
    )
}

/// How the customer comes by what is not in the words.
const WITH_LINES: &str = "The agency sends you the document itself, with all its lines, as a PDF.";

/// What a credit memo takes back.
const fn credited(memo: &InvoiceRow) -> Cents {
    Cents(memo.total.0.saturating_neg())
}

/// Invoices by their numbers.
fn named(invoices: &[i64]) -> String {
    let numbers: Vec<_> = invoices.iter().map(ToString::to_string).collect();
    format!("{} {}", if numbers.len() == 1 { "invoice" } else { "invoices" }, numbers.join(", "))
}

/// What of an invoice is left.
fn left(row: &InvoiceRow) -> String {
    let standing = money(row.standing);
    if row.standing == row.total {
        format!("{standing} is to be paid.")
    } else {
        format!("Of {} in all, {standing} is to be paid; the rest was credited.", money(row.total))
    }
}

fn how_to_pay(row: &InvoiceRow, head: &Head) -> String {
    match head.letterhead.pay_to.as_str() {
        "" => String::new(),
        pay_to => format!("\n\nHow to pay:\n{pay_to}\nPlease name invoice {} with your payment.", row.number),
    }
}

/// What it is for, in plain words: the one detail, or how many, and when.
fn work(sql: &mut dyn Sql, agency: AgencyId, row: &InvoiceRow, lines: &[LineRow]) -> Result<String, StoreError> {
    let (details, when): (BTreeSet<_>, _) = (lines.iter().map(|line| line.detail).collect(), cycle::spoken(&row.cycle));
    let only = details.first().filter(|_| details.len() == 1);
    let only = only.map(|id| records::get::<Detail>(sql, agency, RecordKind::Detail, *id)).transpose()?.flatten();
    Ok(match (only, details.len()) {
        (Some(detail), _) => format!("{} {when}", detail.record.title),
        (None, 1) => format!("1 detail {when}"),
        (None, count) => format!("{count} details {when}"),
    })
}

//! An invoice as a PDF: what is kept of it laid out on pages, the same bytes each time.

mod draw;
mod fonts;
mod layout;

use detailbook_core::money::Cents;

use super::document::{Head, INVOICE};
use super::plan::day;
use crate::store::StoreError;
use crate::store::invoices::{InvoiceRow, LineRow};
use layout::{Cell, Ink, Sheet};

/// Left and right of everything, in points.
const LEFT: f32 = 54.0;
const RIGHT: f32 = 558.0;
/// Where the letterhead's and the address's second column begins.
const MIDDLE: f32 = 350.0;
/// Columns of the table.
const DAY: f32 = LEFT;
const WHAT: f32 = 122.0;
const AMOUNT: f32 = RIGHT;
/// The widest that a description gets.
const WHAT_WIDTH: f32 = 350.0;

/// The PDF of an invoice or a credit memo.
pub fn of(row: &InvoiceRow, lines: &[LineRow]) -> Result<Vec<u8>, StoreError> {
    let head = Head::of(row)?;
    let mut sheet = Sheet::new(&title(row));
    letterhead(&mut sheet, row, &head);
    addressee(&mut sheet, row, &head);
    table(&mut sheet, lines);
    totals(&mut sheet, row, lines);
    foot(&mut sheet, row, &head);
    draw::pdf(&sheet, &head.letterhead.name).map_err(|_| StoreError::Unstorable("a PDF"))
}

fn title(row: &InvoiceRow) -> String {
    format!("{} {}", if row.kind == INVOICE { "Invoice" } else { "Credit memo" }, row.number)
}

/// A day as it stands on paper.
pub(super) fn date(number: i64) -> String {
    day(number).map(|day| day.0.format("%B %-d, %Y").to_string()).unwrap_or_default()
}

fn letterhead(sheet: &mut Sheet, row: &InvoiceRow, head: &Head) {
    let top = sheet.at();
    sheet.lines(LEFT, MIDDLE - LEFT - 24.0, Ink::bold(15.0), &head.letterhead.name);
    sheet.skip(2.0);
    sheet.lines(LEFT, MIDDLE - LEFT - 24.0, Ink::quiet(9.0), &head.letterhead.address);
    let below = sheet.at();
    sheet.go(top);
    let kind = if row.kind == INVOICE { "INVOICE" } else { "CREDIT MEMO" };
    sheet.heading(MIDDLE, Ink::bold(20.0), kind);
    sheet.skip(6.0);
    let mut facts = vec![("Number", row.number.to_string()), ("Issued", date(row.issued_on))];
    if row.kind == INVOICE {
        facts.push(("Due", date(row.due_on)));
        facts.push(("Terms", terms(head.net_days)));
    } else {
        let numbers: Vec<_> = head.credits.iter().map(ToString::to_string).collect();
        facts.push(("Credits invoice", numbers.join(", ")));
    }
    facts.push(("For", row.cycle.split(' ').next().unwrap_or_default().to_owned()));
    for (name, value) in facts {
        let line = sheet.at();
        sheet.lines(MIDDLE, 76.0, Ink::quiet(9.0), name);
        let named = sheet.at();
        sheet.go(line);
        sheet.lines(MIDDLE + 80.0, RIGHT - MIDDLE - 80.0, Ink::plain(9.0), &value);
        sheet.go(sheet.at().max(named));
    }
    sheet.go(sheet.at().max(below));
    sheet.skip(14.0);
}

fn terms(days: i64) -> String {
    if days == 0 { "Due at once".to_owned() } else { format!("Net {days} days") }
}

fn addressee(sheet: &mut Sheet, row: &InvoiceRow, head: &Head) {
    sheet.lines(LEFT, 200.0, Ink::quiet(9.0), if row.kind == INVOICE { "Bill to" } else { "Credit to" });
    sheet.lines(LEFT, 300.0, Ink::bold(11.0), &head.customer);
    sheet.lines(LEFT, 300.0, Ink::plain(10.0), &head.address);
    if !head.customer_number.is_empty() {
        sheet.lines(LEFT, 300.0, Ink::quiet(9.0), &format!("Customer number {}", head.customer_number));
    }
    sheet.skip(18.0);
}

fn table(sheet: &mut Sheet, lines: &[LineRow]) {
    sheet.begin_table(vec![
        Cell::left(DAY, WHAT - DAY - 6.0, Ink::bold(8.5), "Date"),
        Cell::left(WHAT, WHAT_WIDTH, Ink::bold(8.5), "Description"),
        Cell::right(AMOUNT, Ink::bold(8.5), "Amount"),
    ]);
    for line in lines {
        let cites = match line.ruling {
            Some(ruling) => format!("Rules {}; {}; ruling {ruling}", line.rules, line.tariff),
            None => format!("Rules {}; {}", line.rules, line.tariff),
        };
        let what = Cell::left(WHAT, WHAT_WIDTH, Ink::bold(9.5), &line.title)
            .then(Ink::plain(9.0), &line.sentence)
            .then(Ink::quiet(7.0), &cites);
        let on = day(line.worked_on).map(|day| day.to_string()).unwrap_or_default();
        sheet.row(&[
            Cell::left(DAY, WHAT - DAY - 6.0, Ink::plain(9.0), &on),
            what,
            Cell::right(AMOUNT, Ink::plain(9.5), &money(line.amount)),
        ]);
    }
    sheet.end_table();
}

/// Time and fees, each tax, and all of it.
fn totals(sheet: &mut Sheet, row: &InvoiceRow, lines: &[LineRow]) {
    let mut taxes: Vec<(&str, i64)> = Vec::new();
    for line in lines.iter().filter(|line| line.kind == "tax") {
        match taxes.iter_mut().find(|(name, _)| *name == line.title) {
            Some((_, sum)) => *sum = sum.saturating_add(line.amount.0),
            None => taxes.push((&line.title, line.amount.0)),
        }
    }
    let taxed: i64 = taxes.iter().map(|(_, sum)| sum).sum();
    sheet.keep(18.0 * (taxes.len() + 3) as f32);
    if !taxes.is_empty() {
        total(sheet, Ink::plain(10.0), "Before tax", Cents(row.total.0.saturating_sub(taxed)));
        for (name, sum) in &taxes {
            total(sheet, Ink::plain(10.0), name, Cents(*sum));
        }
    }
    sheet.rule(MIDDLE, RIGHT);
    sheet.skip(4.0);
    total(sheet, Ink::bold(12.0), if row.kind == INVOICE { "Total due" } else { "Total credited" }, row.total);
    sheet.skip(20.0);
}

fn total(sheet: &mut Sheet, ink: Ink, name: &str, amount: Cents) {
    let line = sheet.at();
    sheet.lines(MIDDLE, 120.0, ink, name);
    sheet.go(line);
    sheet.right(RIGHT, ink, &money(amount));
    sheet.skip(3.0);
}

fn foot(sheet: &mut Sheet, row: &InvoiceRow, head: &Head) {
    if row.kind == INVOICE && !head.letterhead.pay_to.is_empty() {
        sheet.keep(60.0);
        sheet.lines(LEFT, 300.0, Ink::bold(9.5), "How to pay");
        sheet.lines(LEFT, RIGHT - LEFT, Ink::plain(9.5), &head.letterhead.pay_to);
        sheet.lines(
            LEFT,
            RIGHT - LEFT,
            Ink::quiet(9.0),
            &format!("Please name invoice {} with your payment.", row.number),
        );
    }
}

/// An amount with its thousands set apart, as it stands on paper.
pub(super) fn money(amount: Cents) -> String {
    let text = amount.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, "00"));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{cents}")
}

#[cfg(test)]
mod tests;

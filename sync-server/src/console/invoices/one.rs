//! One invoice or credit memo.

use askama::Template;
use detailbook_core::pricing::Day;

use super::day_text;
use super::list::{kind_of, sides, state_of};
use crate::access::scope::Scope;
use crate::billing::document::{Head, INVOICE};
use crate::billing::pdf;
use crate::billing::tariffs::number;
use crate::console::csv::Csv;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::visit::{Visit, Who};
use crate::problem::Problem;
use crate::store::Sql;
use crate::store::invoices::{self, InvoiceRow, LineRow};

#[derive(Template)]
#[template(path = "console/invoices/one.html")]
struct InvoicePage {
    frame: Frame,
    number: i64,
    kind: &'static str,
    is_invoice: bool,
    customer: String,
    customer_id: String,
    head: Head,
    cycle: String,
    issued: String,
    due: String,
    total: String,
    standing: String,
    state: &'static str,
    mark: &'static str,
    run: i64,
    related: Vec<i64>,
    lines: Vec<Line>,
}

struct Line {
    at: i64,
    day: String,
    title: String,
    sentence: String,
    rules: String,
    tariff: String,
    ruling: Option<String>,
    /// Where the ruling is told of, for whoever may read that, and what that is.
    told: Option<(String, &'static str)>,
    detail: String,
    amount: String,
}

/// The invoice that the path names, with its lines.
pub(super) fn found(sql: &mut dyn Sql, visit: &Visit) -> Result<(InvoiceRow, Vec<LineRow>), Problem> {
    let (agency, number) = (visit.agency()?, visit.id::<i64>("id")?);
    let row = invoices::get(sql, agency, number)?.ok_or_else(Problem::not_found)?;
    let lines = invoices::lines(sql, agency, number)?;
    Ok((row, lines))
}

/// One of them.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (row, lines) = found(sql, visit)?;
    let today = number(Day(visit.who()?.zone.local(visit.now).date()));
    let ((state, mark), who) = (state_of(&row, today), visit.who()?);
    let head = Head::of(&row)?;
    Page::html(&InvoicePage {
        frame: Frame::of(visit, &format!("{} {}", kind_of(&row), row.number)),
        number: row.number,
        kind: kind_of(&row),
        is_invoice: row.kind == INVOICE,
        customer: head.customer.clone(),
        customer_id: row.customer.to_string(),
        head,
        cycle: row.cycle.split(' ').next().unwrap_or_default().to_owned(),
        issued: day_text(row.issued_on),
        due: day_text(row.due_on),
        total: row.total.to_string(),
        standing: row.standing.to_string(),
        state,
        mark,
        run: row.run,
        related: invoices::related(sql, visit.agency()?, row.number)?,
        lines: lines.iter().map(|row| line(who, row)).collect(),
    })
}

fn line(who: &Who, row: &LineRow) -> Line {
    Line {
        told: row.ruling.and_then(|ruling| told(who, row, &ruling.to_string())),
        at: row.line,
        day: day_text(row.worked_on),
        title: row.title.clone(),
        sentence: row.sentence.clone(),
        rules: row.rules.clone(),
        tariff: row.tariff.clone(),
        ruling: row.ruling.map(|ruling| ruling.to_string()),
        detail: row.detail.to_string(),
        amount: row.amount.to_string(),
    }
}

/// The timesheet with its evidence and rulings; the audit log for whoever may read that and no evidence.
fn told(who: &Who, row: &LineRow, ruling: &str) -> Option<(String, &'static str)> {
    if who.may(Scope::EvidenceRead) {
        return Some((format!("/console/timesheets/{}", row.work), "Timesheet"));
    }
    who.may(Scope::AuditRead).then(|| (format!("/console/audit?subject={ruling}"), "Audit log"))
}

/// It as a PDF.
pub(super) fn pdf(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (row, lines) = found(sql, visit)?;
    let name = format!("{}-{}.pdf", row.kind.replace('_', "-"), row.number);
    Ok(Page::pdf(&name, pdf::of(&row, &lines)?))
}

/// Its lines as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (row, lines) = found(sql, visit)?;
    let headings = [
        "number", "line", "day", "for", "charged", "credited", "rules", "tariff", "ruling", "detail", "work",
        "sentence",
    ];
    let mut csv = Csv::of(&headings);
    for it in lines {
        let (charged, credited) = sides(it.amount);
        let ruling = it.ruling.map(|ruling| ruling.to_string()).unwrap_or_default();
        let first = [row.number.to_string(), it.line.to_string(), day_text(it.worked_on), it.title, charged, credited];
        let ids = [ruling, it.detail.to_string(), it.work.to_string()];
        csv.line(first.into_iter().chain([it.rules, it.tariff]).chain(ids).chain([it.sentence]));
    }
    Ok(Page::csv(&format!("invoice-{}.csv", row.number), csv.finish()))
}

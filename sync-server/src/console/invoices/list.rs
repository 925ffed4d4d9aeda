//! The list of invoices and credit memos.

use std::collections::BTreeMap;

use askama::Template;
use detailbook_core::ids::CustomerId;
use detailbook_core::wire::Refusal;

use super::{day_text, names, typed_day};
use crate::billing::document::{CREDIT_MEMO, INVOICE};
use crate::billing::tariffs::number;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled};
use crate::console::page::{Answer, Page};
use crate::console::part::{PART, Part};
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::store::Sql;
use crate::store::invoices::{self, InvoiceRow, Order, Sought, State};

/// What the list's address may hold.
pub(super) const FILTER: &[&str] = &["customer", "kind", "state", "from", "until", "run", "sort", "part", "said"];
/// What of it is the filter.
const KEPT: &[&str] = &["customer", "kind", "state", "from", "until", "run", "sort"];
/// Invoices in one file.
const FILE: usize = 50_000;

#[derive(Template)]
#[template(path = "console/invoices/list.html")]
struct ListPage {
    frame: Frame,
    lines: Vec<Line>,
    sum: String,
    owed: bool,
    part: Part,
    customer: Choice,
    kind: Choice,
    state: Choice,
    from: Field,
    until: Field,
    sort: Choice,
}

/// One of them, as it stands in lists.
struct Line {
    number: i64,
    kind: &'static str,
    customer: String,
    cycle: String,
    issued: String,
    due: String,
    total: String,
    state: &'static str,
    mark: &'static str,
}

/// The list.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, sought) = (visit.agency()?, sought(visit)?);
    let (count, sum) = invoices::totals(sql, agency, &sought)?;
    let part = Part::new(visit, "/console/invoices", KEPT, count);
    let rows = invoices::find(sql, agency, &sought, order(visit), (part.start(), PART))?;
    let of = invoices::customers(sql, agency)?;
    let names = names(sql, agency, of)?;
    let lines = lines(visit, &names, &rows)?;
    let mut customers: Vec<_> = names.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    customers.sort_by_cached_key(|one| one.1.to_lowercase());
    Page::html(&ListPage {
        frame: Frame::of(visit, "Invoices"),
        lines,
        sum: sum.to_string(),
        owed: matches!(sought.state, Some(State::Open | State::PastDue(_) | State::PartlyCredited)),
        part,
        customer: Choice::asked(visit, "customer", "Customer", any(customers)),
        kind: Choice::asked(visit, "kind", "Kind", any(labelled(KINDS))),
        state: Choice::asked(visit, "state", "State", any(labelled(STATES))),
        from: Field::asked(visit, "from", "Issued from").kind("date"),
        until: Field::asked(visit, "until", "Issued until").kind("date"),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
    })
}

/// The same list as CSV, whole or not at all.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, sought) = (visit.agency()?, sought(visit)?);
    let rows = invoices::find(sql, agency, &sought, order(visit), (0, FILE + 1))?;
    if rows.len() > FILE {
        let reason = "That is more than 50,000 invoices, which is what one file holds. Choose fewer days.";
        return Err(Problem::new(Refusal::Conflict, reason));
    }
    let headings =
        ["number", "kind", "customer", "cycle", "issued", "due", "charged", "credited", "state", "run", "owed"];
    let mut csv = Csv::of(&headings);
    let names = names(sql, agency, rows.iter().map(|row| row.customer))?;
    for (row, line) in rows.iter().zip(lines(visit, &names, &rows)?) {
        // A sum of its own for each side: what begins with a minus is a formula to a spreadsheet.
        let (charged, credited) = sides(row.total);
        let fields = [line.number.to_string(), line.kind.to_owned(), line.customer, line.cycle, line.issued, line.due];
        let owed = if row.kind == INVOICE { row.standing.to_string() } else { String::new() };
        csv.line(fields.into_iter().chain([charged, credited, line.state.to_owned(), row.run.to_string(), owed]));
    }
    Ok(Page::csv("invoices.csv", csv.finish()))
}

/// An amount as what is charged and what is credited, one of them empty.
pub(super) fn sides(amount: detailbook_core::money::Cents) -> (String, String) {
    let text = amount.to_string();
    match text.strip_prefix('-') {
        Some(credited) => (String::new(), credited.to_owned()),
        None => (text, String::new()),
    }
}

const KINDS: &[(&str, &str)] = &[(INVOICE, "Invoices"), (CREDIT_MEMO, "Credit memos")];
const STATES: &[(&str, &str)] =
    &[("open", "Open"), ("overdue", "Past due"), ("part", "Partly credited"), ("credited", "Credited")];
const ORDERS: &[(&str, &str)] = &[("newest", "Newest first"), ("due", "Due first"), ("largest", "Largest first")];

fn order(visit: &Visit) -> Order {
    match visit.query.get("sort") {
        "due" => Order::Due,
        "largest" => Order::Largest,
        _ => Order::Newest,
    }
}

fn sought(visit: &Visit) -> Result<Sought, Problem> {
    let chosen = |name| Some(visit.query.get(name)).filter(|text| !text.is_empty());
    let customer = chosen("customer").map(str::parse::<CustomerId>).transpose();
    let run = chosen("run").map(str::parse::<i64>).transpose();
    let today = number(detailbook_core::pricing::Day(visit.who()?.zone.local(visit.now).date()));
    let state = match chosen("state") {
        Some("open") => Some(State::Open),
        Some("overdue") => Some(State::PastDue(today)),
        Some("part") => Some(State::PartlyCredited),
        Some("credited") => Some(State::Credited),
        _ => None,
    };
    Ok(Sought {
        customer: customer.map_err(|_| Problem::not_found())?,
        kind: chosen("kind").map(str::to_owned),
        from: typed_day("from", visit.query.get("from"))?.map(number),
        until: typed_day("until", visit.query.get("until"))?.map(number),
        run: run.map_err(|_| Problem::not_found())?,
        state,
    })
}

fn lines(visit: &Visit, names: &BTreeMap<CustomerId, String>, rows: &[InvoiceRow]) -> Result<Vec<Line>, Problem> {
    let today = number(detailbook_core::pricing::Day(visit.who()?.zone.local(visit.now).date()));
    let line = |row: &InvoiceRow| {
        let (state, mark) = state_of(row, today);
        Line {
            number: row.number,
            kind: kind_of(row),
            customer: names.get(&row.customer).cloned().unwrap_or_default(),
            cycle: row.cycle.split(' ').next().unwrap_or_default().to_owned(),
            issued: day_text(row.issued_on),
            due: if row.kind == INVOICE { day_text(row.due_on) } else { String::new() },
            total: row.total.to_string(),
            state,
            mark,
        }
    };
    Ok(rows.iter().map(line).collect())
}

/// What kind it is, for people.
pub(super) fn kind_of(row: &InvoiceRow) -> &'static str {
    if row.kind == INVOICE { "Invoice" } else { "Credit memo" }
}

/// How an invoice stands on a day, with the mark for it.
pub(super) fn state_of(row: &InvoiceRow, today: i64) -> (&'static str, &'static str) {
    if row.kind != INVOICE {
        ("issued", "quiet")
    } else if row.is_past_due(today) && row.standing == row.total {
        ("past due", "bad")
    } else if row.is_past_due(today) {
        ("partly credited, past due", "bad")
    } else if row.standing == row.total {
        ("open", "good")
    } else if row.standing.0 == 0 {
        ("credited", "quiet")
    } else {
        ("partly credited", "warn")
    }
}

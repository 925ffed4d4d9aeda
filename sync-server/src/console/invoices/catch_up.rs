//! Work that no run can invoice, for it has no bill or no price: what it would be billed, and having it billed from a day on.

use std::collections::BTreeMap;

use askama::Template;
use chrono::NaiveDate;
use detailbook_core::money::Cents;
use detailbook_core::pricing::Day;

use super::named::{Named, Names};
use super::typed_day;
use crate::access::scope::Scope;
use crate::billing::bills::Outcome;
use crate::billing::catch_up::{self, Days, Lack, Preview, Totals, Unbilled};
use crate::billing::document;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field, Text};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled};
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::jobs::JobState;
use crate::problem::Problem;
use crate::store::Sql;

/// What the address may hold.
pub(super) const FILTER: &[&str] = &["from", "until", "lacks", "sort", "part", "said"];
/// What the form holds.
pub(super) const FIELDS: &[&str] = &["from", "until", "bills", "prices", "sum", "reason"];
const PATH: &str = "/console/invoices/without-bill";
/// The first of all days.
const FIRST: Day = Day(NaiveDate::MIN);

const LACKS: &[(&str, &str)] = &[("bill", "A bill"), ("price", "A price")];
const ORDERS: &[(&str, &str)] = &[("day", "Day"), ("customer", "Customer"), ("largest", "Largest first")];

#[derive(Template)]
#[template(path = "console/invoices/catch_up.html")]
struct CatchUpPage {
    frame: Frame,
    any: bool,
    more: bool,
    from: Field,
    until: Field,
    lacks: Choice,
    sort: Choice,
    /// The days that may be billed, once the first one is known.
    span: Option<(String, String)>,
    customers: Vec<CustomerLine>,
    totals: Totals,
    lines: Vec<Line>,
    part: Part,
    under_way: Option<&'static str>,
    reason: Text,
    may_run: bool,
    seal: Seal,
}

#[derive(Default)]
struct CustomerLine {
    customer: Named,
    /// Bills that would be made of work that has none.
    bills: usize,
    /// And in the place of one without a price.
    prices: usize,
    /// What would have no price all the same.
    unrated: usize,
    sum: Cents,
}

/// A piece of work as the list tells of it.
struct Line {
    day: String,
    customer: Named,
    detail: Named,
    lacks: &'static str,
    /// What it would come to; absent where that cannot be said.
    sum: Option<String>,
    why: String,
}

/// The days that were typed, the first one if there was any.
fn days(sql: &mut dyn Sql, visit: &Visit) -> Result<(Days, bool), Problem> {
    let typed = |name| visit.form.find(name).unwrap_or_else(|| visit.query.get(name));
    let today = document::today(sql, visit.agency()?, visit.now)?;
    let from = typed_day("from", typed("from"))?;
    let until = typed_day("until", typed("until"))?.or_else(|| today.0.pred_opt().map(Day)).unwrap_or(today);
    Ok(((from.unwrap_or(FIRST), until), from.is_some()))
}

/// What was typed wrong is refused where it was sent; the page that says so shows all days.
fn days_or_all(sql: &mut dyn Sql, visit: &Visit) -> Result<(Days, bool), Problem> {
    match days(sql, visit) {
        Err(_) if visit.refused.is_some() => {
            let today = document::today(sql, visit.agency()?, visit.now)?;
            Ok(((FIRST, today), false))
        }
        other => other,
    }
}

fn preview(sql: &mut dyn Sql, visit: &Visit, days: Days) -> Result<Preview, Problem> {
    catch_up::preview(sql, &visit.by()?, days, visit.app.settings.tariffs.of(visit.agency()?))
}

/// The page.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let agency = visit.agency()?;
    let (days, chosen) = days_or_all(sql, visit)?;
    let mut found = preview(sql, visit, days)?;
    let totals = found.totals();
    let names = names(sql, visit, &found.rows)?;
    let customers = by_customer(&names, &found);
    let span = span(&found, days, chosen, totals);
    sort(visit, &names, &mut found.rows);
    let (from, until) = (if chosen { days.0.to_string() } else { String::new() }, days.1.to_string());
    let field = |name, label, value: &str| Field::new(visit, name, label).kind("date").optional(value);
    let same = format!("from={from}&until={until}&{}", visit.same(&["lacks", "sort"]));
    let (rows, mut part) = Part::of(visit, PATH, &[], found.rows);
    same.trim_end_matches('&').clone_into(&mut part.same);
    Page::html(&CatchUpPage {
        frame: Frame::of(visit, "Work without a bill or a price"),
        any: found.any,
        more: found.more,
        from: field("from", "First day of the work", &from),
        until: field("until", "Last day", &until),
        lacks: Choice::asked(visit, "lacks", "Lacks", any(labelled(LACKS))),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        span: span.map(|(from, until)| (from.to_string(), until.to_string())),
        customers,
        totals,
        lines: rows.iter().map(|row| line(&names, row)).collect(),
        part,
        under_way: catch_up::under_way(sql, agency)?.map(|state| match state {
            JobState::Parked => {
                "It was begun and has stopped in the middle. Whoever may see the jobs can have it tried again."
            }
            JobState::Waiting | JobState::Done => "Bills are being made. Open this page again to see how far it is.",
        }),
        reason: Text::new(visit, "reason", "Why", 2).hint("It stands in the audit log."),
        may_run: visit.who()?.may(Scope::BillingWrite),
        seal: visit.seal(PATH),
    })
}

/// The days that may be billed: once somebody named the first, for what has no bill may have been invoiced elsewhere. What has a bill
/// without a price was not, and is billed from its first day on.
fn span(found: &Preview, days: Days, chosen: bool, totals: Totals) -> Option<Days> {
    if chosen {
        return Some(days);
    }
    let first = found.rows.iter().filter(|row| row.made().is_some()).filter_map(|row| row.worked_on).min();
    first.filter(|_| totals.bills == 0).map(|first| (first, days.1))
}

fn names(sql: &mut dyn Sql, visit: &Visit, rows: &[Unbilled]) -> Result<Names, Problem> {
    Names::of(sql, visit, rows.iter().map(|row| (row.customer, row.detail)))
}

/// What would be billed, by customer, in order of their names.
fn by_customer(names: &Names, found: &Preview) -> Vec<CustomerLine> {
    let mut all = BTreeMap::<_, CustomerLine>::new();
    for row in &found.rows {
        let (Some(customer), Ok(outcome)) = (row.customer, &row.outcome) else { continue };
        let line = all.entry(customer).or_default();
        line.bills += usize::from(row.lacks == Lack::Bill);
        line.prices += usize::from(row.lacks == Lack::Price && row.made().is_some());
        line.unrated += usize::from(row.why_not().is_some());
        line.sum = Cents(line.sum.0.saturating_add(outcome.billed().map_or(0, |billed| billed.total.0)));
    }
    let line = |(id, line)| CustomerLine { customer: names.customer(Some(id)), ..line };
    let mut lines: Vec<_> = all.into_iter().map(line).collect();
    lines.sort_by_cached_key(|line| line.customer.name.to_lowercase());
    lines
}

/// Leaves what the list is asked for, in its order.
fn sort(visit: &Visit, names: &Names, rows: &mut Vec<Unbilled>) {
    match visit.query.get("lacks") {
        "bill" => rows.retain(|row| row.lacks == Lack::Bill),
        "price" => rows.retain(|row| row.lacks == Lack::Price),
        _ => {}
    }
    rows.sort_by_key(|row| (row.worked_on, row.work));
    let total = |row: &Unbilled| row.outcome.as_ref().ok().and_then(Outcome::billed).map(|billed| billed.total);
    match visit.query.get("sort") {
        "customer" => rows.sort_by_cached_key(|row| names.customer(row.customer).name.to_lowercase()),
        "largest" => rows.sort_by_key(|row| std::cmp::Reverse(total(row))),
        _ => {}
    }
}

fn line(names: &Names, row: &Unbilled) -> Line {
    let lacks = match row.lacks {
        Lack::Bill => "a bill",
        Lack::Price => "a price",
    };
    let (sum, why) = match &row.outcome {
        Ok(Outcome::Billed(billed)) => (Some(billed.total.to_string()), String::new()),
        Ok(Outcome::Nothing) => (Some(Cents::ZERO.to_string()), String::new()),
        Ok(Outcome::Unrated(why)) | Err(why) => (None, why.clone()),
    };
    let day = row.worked_on.map(|day| day.to_string()).unwrap_or_default();
    Line { day, customer: names.customer(row.customer), detail: names.detail(row.detail), lacks, sum, why }
}

/// Each of them, as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (days, _) = days(sql, visit)?;
    let mut rows = preview(sql, visit, days)?.rows;
    let names = names(sql, visit, &rows)?;
    sort(visit, &names, &mut rows);
    let mut csv = Csv::of(&["customer", "day", "detail", "work", "ruling", "lacks", "comes_to", "why_not"]);
    for row in &rows {
        let Line { day, customer, detail, lacks, sum, why } = line(&names, row);
        let ids = [row.work.to_string(), row.ruling.to_string()];
        let ends = [lacks.to_owned(), sum.unwrap_or_default(), why];
        csv.line([customer.name, day, detail.name].into_iter().chain(ids).chain(ends));
    }
    Ok(Page::csv("work-without-a-bill.csv", csv.finish()))
}

/// Has it billed.
pub(super) fn begin(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (days, chosen) = days(sql, visit)?;
    if !chosen {
        return Err(Problem::invalid("from", "must be a day such as 2025-03-31"));
    }
    let given = visit.app.settings.tariffs.of(visit.agency()?);
    catch_up::begin(sql, &visit.by()?, days, seen(visit)?, visit.typed("reason"), given)?;
    Ok(Page::to(&format!("{PATH}?from={}&until={}&said=catch_up", days.0, days.1)))
}

/// What the page said would be made.
fn seen(visit: &Visit) -> Result<Totals, Problem> {
    let wrong = |name: &str| Problem::invalid(name, "must be what the form holds");
    let count = |name: &str| visit.typed(name).parse::<usize>().map_err(|_| wrong(name));
    let sum = visit.typed("sum").parse().map_err(|_| wrong("sum"))?;
    Ok(Totals { bills: count("bills")?, prices: count("prices")?, sum })
}

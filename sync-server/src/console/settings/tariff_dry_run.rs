//! What a tariff would have made of the work of last month: by customer, by line of their invoices, and all of it as a file.

use std::collections::BTreeMap;

use askama::Template;
use chrono::{Datelike, NaiveDate};
use detailbook_core::ids::{AgencyId, CustomerId};
use detailbook_core::money::Cents;
use detailbook_core::pricing::{Day, Tariff};
use detailbook_core::records::{Customer, RecordKind};

use super::versions::today;
use crate::billing::dry_run::{DryRow, DryRun, Figure, OfCustomer, Sums, as_if_in_force, dry_run};
use crate::console::csv::Csv;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, records};

/// Rulings that are looked at.
const MOST: usize = 2_000;
/// Customers that are shown; the file has all.
const SHOWN: usize = 50;
/// Rulings without a price that are shown; the file has all.
const UNRATED: usize = 20;

/// What it would have made of it.
#[derive(Template)]
#[template(path = "console/settings/tariff_dry_run.html")]
pub(super) struct DryRunView {
    from: Day,
    until: Day,
    looked: usize,
    more: bool,
    billed: Amounts,
    paid: Amounts,
    customers: Vec<CustomerLine>,
    others: usize,
    unrated: Vec<Unrated>,
    unrated_others: usize,
    text: String,
    seal: Seal,
}

#[derive(Clone, Debug)]
struct Amounts {
    before: String,
    after: String,
    difference: String,
    mark: &'static str,
}

struct CustomerLine {
    name: String,
    work: usize,
    billed: Amounts,
    lines: Vec<(String, Amounts)>,
    loses: usize,
    gains: usize,
}

struct Unrated {
    day: Day,
    customer: String,
    why: String,
}

impl Amounts {
    fn of(sums: Sums) -> Self {
        let difference = sums.difference();
        Self {
            before: sums.before.to_string(),
            after: sums.after.to_string(),
            difference: signed(difference),
            mark: if difference == Cents::ZERO { "quiet" } else { "" },
        }
    }
}

/// A difference with its sign.
fn signed(difference: Cents) -> String {
    if difference > Cents::ZERO { format!("+{difference}") } else { difference.to_string() }
}

/// The first and the last day of the month before a day.
fn last_month(today: Day) -> (Day, Day) {
    let first = today.0.with_day(1).unwrap_or(today.0);
    let last = first.pred_opt().unwrap_or(first);
    (Day(NaiveDate::from_ymd_opt(last.year(), last.month(), 1).unwrap_or(last)), Day(last))
}

/// As if the draft had been in force all of last month.
fn of_last_month(sql: &mut dyn Sql, visit: &Visit, draft: &Tariff) -> Result<((Day, Day), DryRun), Problem> {
    let days = last_month(today(visit)?);
    Ok((days, dry_run(sql, visit.agency()?, &as_if_in_force(draft, days), days, MOST)?))
}

impl DryRunView {
    /// Of a draft that is in order.
    pub(super) fn of(sql: &mut dyn Sql, visit: &Visit, draft: &Tariff, text: &str) -> Result<Self, Problem> {
        let ((from, until), run) = of_last_month(sql, visit, draft)?;
        let all = run.by_customer();
        let names = names(sql, visit.agency()?, all.iter().map(|it| it.customer))?;
        let unrated: Vec<_> = run.rows.iter().filter_map(|row| unrated(row, &names)).collect();
        Ok(Self {
            from,
            until,
            looked: run.rows.len(),
            more: run.more,
            billed: Amounts::of(run.billed),
            paid: Amounts::of(run.paid),
            others: all.len().saturating_sub(SHOWN),
            customers: all.iter().take(SHOWN).map(|it| customer_line(it, &names)).collect(),
            unrated_others: unrated.len().saturating_sub(UNRATED),
            unrated: unrated.into_iter().take(UNRATED).collect(),
            text: text.to_owned(),
            seal: visit.seal("/console/settings/tariffs/dry-run"),
        })
    }
}

fn unrated(row: &DryRow, names: &BTreeMap<CustomerId, String>) -> Option<Unrated> {
    let customer = names.get(&row.customer).cloned().unwrap_or_default();
    row.unrated.as_ref().map(|why| Unrated { day: row.worked_on, customer, why: why.clone() })
}

fn customer_line(of: &OfCustomer, names: &BTreeMap<CustomerId, String>) -> CustomerLine {
    CustomerLine {
        name: names.get(&of.customer).cloned().unwrap_or_default(),
        work: of.work,
        billed: Amounts::of(of.billed),
        lines: of.lines.iter().map(|line| (line.title.clone(), Amounts::of(line.sums))).collect(),
        loses: of.loses,
        gains: of.gains,
    }
}

/// The names of customers; an id where there is no such customer any more.
fn names(
    sql: &mut dyn Sql,
    agency: AgencyId,
    customers: impl Iterator<Item = CustomerId>,
) -> Result<BTreeMap<CustomerId, String>, StoreError> {
    customers
        .map(|id| {
            let found = records::get::<Customer>(sql, agency, RecordKind::Customer, id)?;
            Ok((id, found.map_or_else(|| id.to_string(), |found| found.record.name)))
        })
        .collect()
}

/// Each line of each piece of work.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit, draft: &Tariff) -> Answer {
    let ((from, until), run) = of_last_month(sql, visit, draft)?;
    let names = names(sql, visit.agency()?, run.rows.iter().map(|row| row.customer))?;
    let headings = ["customer", "day", "detail", "ruling", "line", "before", "after", "more", "less", "why_no_price"];
    let mut csv = Csv::of(&headings);
    for row in &run.rows {
        let customer = names.get(&row.customer).cloned().unwrap_or_default();
        let head = [customer, row.worked_on.to_string(), row.detail.to_string(), row.ruling.to_string()];
        for line in &row.lines {
            csv.line(
                head.clone().into_iter().chain([line.title.clone()]).chain(sides(line.sums)).chain([String::new()]),
            );
        }
        let why = row.unrated.clone().unwrap_or_default();
        csv.line(head.into_iter().chain(["total".to_owned()]).chain(figures(row.billed)).chain([why]));
    }
    Ok(Page::csv(&format!("{}-{from}-{until}.csv", file_name(draft)), csv.finish()))
}

fn figures(figure: Figure) -> [String; 4] {
    let text = |cents: Option<Cents>| cents.map(|cents| cents.to_string()).unwrap_or_default();
    match (figure.before, figure.after) {
        (Some(before), Some(after)) => sides(Sums { before, after }),
        (before, after) => [text(before), text(after), String::new(), String::new()],
    }
}

/// Before, after, and the difference on a side of its own: what begins with a minus is a formula to a spreadsheet.
fn sides(sums: Sums) -> [String; 4] {
    let difference = sums.difference();
    let (more, less) = (difference.max(Cents::ZERO), Cents(difference.0.min(0).saturating_neg()));
    let side = |cents: Cents| if cents == Cents::ZERO { String::new() } else { cents.to_string() };
    [sums.before.to_string(), sums.after.to_string(), side(more), side(less)]
}

/// A name for the file: letters and digits of the tariff's, and its version.
fn file_name(draft: &Tariff) -> String {
    let citation = draft.citation().to_lowercase();
    let kept: String = citation.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    kept.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_month_is_the_one_before_whatever_the_day() {
        let month = |day: &str| {
            let (from, until) = last_month(day.parse().unwrap());
            (from.to_string(), until.to_string())
        };
        let told = |from: &str, until: &str| (from.to_owned(), until.to_owned());
        assert_eq!(month("2024-03-31"), told("2024-02-01", "2024-02-29"));
        assert_eq!(month("2025-01-01"), told("2024-12-01", "2024-12-31"));
    }

    #[test]
    fn a_difference_has_its_sign_and_a_file_has_none() {
        let sums = |before, after| Sums { before: Cents(before), after: Cents(after) };
        assert_eq!(
            [sums(100, 130), sums(130, 100), sums(5, 5)].map(|it| signed(it.difference())),
            ["+0.30", "-0.30", "0.00"]
        );
        assert_eq!(sides(sums(130, 100)), ["1.30", "1.00", "", "0.30"]);
        assert_eq!(sides(sums(100, 130)), ["1.00", "1.30", "0.30", ""]);
    }
}

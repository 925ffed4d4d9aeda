//! Work that was ruled on before bills were kept: what it would be billed, and having it billed from a day on.

use std::collections::BTreeMap;

use askama::Template;
use chrono::NaiveDate;
use detailbook_core::money::Cents;
use detailbook_core::pricing::Day;

use super::{name, typed_day};
use crate::access::scope::Scope;
use crate::billing::bills::Outcome;
use crate::billing::catch_up::{self, Days, Preview, Unbilled};
use crate::billing::document;
use crate::console::csv::Csv;
use crate::console::field::{Field, Text};
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::jobs::JobState;
use crate::problem::Problem;
use crate::store::Sql;

/// What the address may hold.
pub(super) const FILTER: &[&str] = &["from", "until", "said"];
/// The first of all days.
const FIRST: Day = Day(NaiveDate::MIN);
/// Rulings that cannot be billed and are shown; the file has all.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "console/invoices/catch_up.html")]
struct CatchUpPage {
    frame: Frame,
    any: bool,
    more: bool,
    from: Field,
    until: Field,
    /// The days that may be billed, once the first one was chosen.
    span: Option<(String, String)>,
    same: String,
    customers: Vec<CustomerLine>,
    bills: usize,
    sum: String,
    left_out: Vec<LeftOutLine>,
    others: usize,
    under_way: Option<&'static str>,
    reason: Text,
    may_run: bool,
    seal: Seal,
}

#[derive(Default)]
struct CustomerLine {
    name: String,
    work: usize,
    sum: Cents,
    unrated: usize,
}

struct LeftOutLine {
    day: String,
    customer: String,
    work: String,
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
    let found = preview(sql, visit, days)?;
    let under_way = catch_up::under_way(sql, agency)?;
    let (from, until) = (if chosen { days.0.to_string() } else { String::new() }, days.1.to_string());
    let left_out: Vec<_> = found.rows.iter().filter(|row| row.outcome.is_err()).collect();
    let others = left_out.len().saturating_sub(SHOWN);
    let left_out =
        left_out.into_iter().take(SHOWN).map(|row| left_out_line(sql, visit, row)).collect::<Result<_, _>>()?;
    let field = |name, label, value: &str| Field::new(visit, name, label).kind("date").optional(value);
    Page::html(&CatchUpPage {
        frame: Frame::of(visit, "Work without a bill"),
        any: catch_up::any(sql, agency)?,
        more: found.more,
        from: field("from", "First day of the work", &from),
        until: field("until", "Last day", &until),
        same: format!("from={from}&until={until}"),
        span: chosen.then_some((from, until)),
        customers: by_customer(sql, visit, &found)?,
        bills: found.made(),
        sum: found.billed().1.to_string(),
        left_out,
        others,
        under_way: under_way.map(|state| match state {
            JobState::Parked => {
                "It was begun and has stopped in the middle. Whoever may see the jobs can have it tried again."
            }
            JobState::Waiting | JobState::Done => "Bills are being made. Open this page again to see how far it is.",
        }),
        reason: Text::new(visit, "reason", "Why", 2).hint("It stands in the audit log."),
        may_run: visit.who()?.may(Scope::BillingWrite),
        seal: visit.seal("/console/invoices/without-bill"),
    })
}

/// What can be billed, by customer, in order of their names.
fn by_customer(sql: &mut dyn Sql, visit: &Visit, found: &Preview) -> Result<Vec<CustomerLine>, Problem> {
    let mut all = BTreeMap::<_, CustomerLine>::new();
    for row in &found.rows {
        let (Some(customer), Ok(outcome)) = (row.customer, &row.outcome) else { continue };
        let line = all.entry(customer).or_default();
        line.work += 1;
        line.sum = Cents(line.sum.0.saturating_add(outcome.billed().map_or(0, |billed| billed.total.0)));
        line.unrated += usize::from(matches!(outcome, Outcome::Unrated(_)));
    }
    let mut lines = Vec::new();
    for (customer, line) in all {
        lines.push(CustomerLine { name: name(sql, visit.agency()?, customer)?, ..line });
    }
    lines.sort_by_cached_key(|line| line.name.to_lowercase());
    Ok(lines)
}

fn left_out_line(sql: &mut dyn Sql, visit: &Visit, row: &Unbilled) -> Result<LeftOutLine, Problem> {
    Ok(LeftOutLine {
        day: row.worked_on.map(|day| day.to_string()).unwrap_or_default(),
        customer: row
            .customer
            .map(|id| name(sql, visit.agency()?, id).map_err(Problem::from))
            .transpose()?
            .unwrap_or_default(),
        work: row.work.to_string(),
        why: row.outcome.as_ref().err().cloned().unwrap_or_default(),
    })
}

/// Each of them, as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (days, _) = days(sql, visit)?;
    let mut csv = Csv::of(&["customer", "day", "work", "ruling", "comes_to", "why_not"]);
    for row in preview(sql, visit, days)?.rows {
        let LeftOutLine { day, customer, work, why } = left_out_line(sql, visit, &row)?;
        let (sum, why) = match &row.outcome {
            Ok(Outcome::Billed(billed)) => (billed.total.to_string(), why),
            Ok(Outcome::Unrated(why)) => (String::new(), why.clone()),
            Ok(Outcome::Nothing) => (Cents::ZERO.to_string(), why),
            Err(_) => (String::new(), why),
        };
        csv.line([customer, day, work, row.ruling.to_string(), sum, why]);
    }
    Ok(Page::csv("work-without-a-bill.csv", csv.finish()))
}

/// Has it billed.
pub(super) fn begin(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (days, chosen) = days(sql, visit)?;
    if !chosen {
        return Err(Problem::invalid("from", "must be a day such as 2025-03-31"));
    }
    let seen = (visit.typed("bills").parse().ok()).zip(visit.typed("sum").parse().ok());
    let seen = seen.ok_or_else(|| Problem::invalid("bills", "must be what the form holds"))?;
    let given = visit.app.settings.tariffs.of(visit.agency()?);
    catch_up::begin(sql, &visit.by()?, days, seen, visit.typed("reason"), given)?;
    Ok(Page::to(&format!("/console/invoices/without-bill?from={}&until={}&said=catch_up", days.0, days.1)))
}

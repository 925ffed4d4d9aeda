//! What customers owe.

use askama::Template;
use detailbook_core::money::Cents;

use super::names;
use crate::billing::terms;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::labelled;
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::visit::Visit;
use crate::ledger::{Account, RECEIVABLE};
use crate::problem::Problem;
use crate::store::{Ahead, Sql, billing_terms, books, params};

/// What the list's address may hold.
pub(super) const FILTER: &[&str] = &["find", "sort", "part"];

#[derive(Template)]
#[template(path = "console/invoices/balances.html")]
struct BalancesPage {
    frame: Frame,
    lines: Vec<Line>,
    sum: String,
    part: Part,
    find: Field,
    sort: Choice,
}

struct Line {
    id: String,
    customer: String,
    charged: Cents,
    credited: Cents,
    open: Cents,
    cycle: &'static str,
}

/// The list.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let lines = lines(sql, visit)?;
    let sum = Cents::checked_sum(lines.iter().map(|line| line.open)).unwrap_or_default();
    let (lines, part) = Part::of(visit, "/console/invoices/balances", &["find", "sort"], lines);
    let orders = labelled(&[("name", "Customer"), ("open", "Largest first")]);
    Page::html(&BalancesPage {
        frame: Frame::of(visit, "Balances"),
        lines,
        sum: sum.to_string(),
        part,
        find: Field::asked(visit, "find", "Customer"),
        sort: Choice::asked(visit, "sort", "Order", orders),
    })
}

/// The same list as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let mut csv = Csv::of(&["customer", "id", "charged", "credited", "open", "cycle"]);
    for it in lines(sql, visit)? {
        let figures = [it.charged, it.credited, it.open].map(|amount| amount.to_string());
        csv.line([it.customer, it.id].into_iter().chain(figures).chain([it.cycle.to_owned()]));
    }
    Ok(Page::csv("balances.csv", csv.finish()))
}

fn lines(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Line>, Problem> {
    let (agency, find) = (visit.agency()?, visit.query.get("find").to_lowercase());
    let balances = books::balances(sql, agency, RECEIVABLE)?;
    let names = names(sql, agency, balances.iter().filter_map(|it| Account::customer(&it.account)))?;
    let (mut lines, sql) = (Vec::new(), &mut Ahead::over(sql));
    sql.read(billing_terms::OF, &params![agency], names.keys().copied())?;
    for it in &balances {
        let Some(customer) = Account::customer(&it.account) else { continue };
        let name = names.get(&customer).cloned().unwrap_or_default();
        if !name.to_lowercase().contains(&find) {
            continue;
        }
        let credited = Cents(it.credits.0.saturating_neg());
        let (charged, open, cycle) = (it.debits, it.amount(), terms::of(sql, agency, customer)?.cycle.title());
        lines.push(Line { id: customer.to_string(), customer: name, charged, credited, open, cycle });
    }
    match visit.query.get("sort") {
        "open" => lines.sort_by_key(|line| std::cmp::Reverse(line.open)),
        _ => lines.sort_by_key(|line| line.customer.to_lowercase()),
    }
    Ok(lines)
}

//! The trial balance: what stands on each account.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use detailbook_core::ids::CustomerId;

use super::list::sides;
use super::names;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::options::labelled;
use crate::console::page::{Answer, Page};
use crate::console::part::{Part, with_query};
use crate::console::visit::Visit;
use crate::ledger::{self, Account, TrialBalance};
use crate::problem::Problem;
use crate::routes::staff::percent;
use crate::store::Sql;
use crate::store::books::Balance;

/// What of the address it is filtered and sorted by.
pub(super) const FILTER: &[&str] = &["find", "sort"];
const ORDERS: &[(&str, &str)] = &[("account", "Account"), ("largest", "Largest first")];

/// It as the page of the books shows it.
pub(super) struct Trial {
    pub(super) accounts: Vec<AccountLine>,
    pub(super) debits: String,
    pub(super) credits: String,
    pub(super) sum: String,
    pub(super) faults: Vec<String>,
    pub(super) find: Field,
    pub(super) sort: Choice,
    pub(super) part: Part,
    pub(super) file: String,
    /// What customers are called who have an account.
    pub(super) names: BTreeMap<CustomerId, String>,
}

pub(super) struct AccountLine {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) debits: String,
    pub(super) credits: String,
    pub(super) amount: String,
}

impl Trial {
    /// As the address asks for it: a part of its accounts, and the sums of all there are. `kept`: what the address keeps from part to part.
    pub(super) fn of(sql: &mut dyn Sql, visit: &Visit, kept: &[&str]) -> Result<Self, Problem> {
        let (balance, names) = read(sql, visit)?;
        let found = sought(visit, balance.accounts, &names);
        let (found, part) = Part::of(visit, "/console/invoices/books", kept, found);
        Ok(Self {
            accounts: found.iter().map(|it| line(it, &names)).collect(),
            debits: balance.debits.to_string(),
            credits: sides(balance.credits).1,
            sum: balance.debits.checked_add(balance.credits).unwrap_or_default().to_string(),
            faults: balance.faults,
            find: Field::asked(visit, "find", "Account").hint("Part of its name."),
            sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
            part: part.to("h-trial"),
            file: with_query("/console/invoices/trial-balance.csv", &[&visit.same(FILTER)]),
            names,
        })
    }
}

fn read(sql: &mut dyn Sql, visit: &Visit) -> Result<(TrialBalance, BTreeMap<CustomerId, String>), Problem> {
    let balance = ledger::trial_balance(sql, visit.agency()?)?;
    let customers = balance.accounts.iter().filter_map(|it| Account::customer(&it.account));
    let names = names(sql, visit.agency()?, customers)?;
    Ok((balance, names))
}

/// The accounts that the address asks for, in its order.
fn sought(visit: &Visit, mut all: Vec<Balance>, names: &BTreeMap<CustomerId, String>) -> Vec<Balance> {
    let find = visit.query.get("find").to_lowercase();
    all.retain(|it| spoken(&it.account, names).to_lowercase().contains(&find));
    match visit.query.get("sort") {
        "largest" => all.sort_by_key(|it| Reverse(it.amount().0.unsigned_abs())),
        _ => all.sort_by_cached_key(|it| spoken(&it.account, names).to_lowercase()),
    }
    all
}

fn line(it: &Balance, names: &BTreeMap<CustomerId, String>) -> AccountLine {
    AccountLine {
        name: spoken(&it.account, names),
        address: percent::encode(&it.account),
        debits: it.debits.to_string(),
        credits: sides(it.credits).1,
        amount: it.amount().to_string(),
    }
}

/// An account as people say it.
pub(super) fn spoken(account: &str, names: &BTreeMap<CustomerId, String>) -> String {
    let name = Account::customer(account).and_then(|customer| names.get(&customer));
    name.map_or_else(|| account.to_owned(), |name| format!("receivable: {name}"))
}

/// It as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (balance, names) = read(sql, visit)?;
    let mut csv = Csv::of(&["account", "name", "debits", "credits", "balance"]);
    for it in sought(visit, balance.accounts, &names) {
        let name = spoken(&it.account, &names);
        let figures = [it.debits.to_string(), sides(it.credits).1, it.amount().to_string()];
        csv.line([it.account, name].into_iter().chain(figures));
    }
    Ok(Page::csv("trial-balance.csv", csv.finish()))
}

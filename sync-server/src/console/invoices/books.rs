//! The books: the trial balance, and the entries.

use std::collections::BTreeMap;

use askama::Template;
use detailbook_core::ids::CustomerId;
use detailbook_core::wire::Refusal;

use super::list::sides;
use super::{day_text, names};
use crate::console::csv::Csv;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::visit::Visit;
use crate::ledger::{self, Account};
use crate::problem::Problem;
use crate::routes::staff::percent;
use crate::store::Sql;
use crate::store::books::{self, EntryRow};

/// Postings whose entries are at most in one part.
const PART: i64 = 100;
/// Entries in one file.
const FILE: i64 = 50_000;

#[derive(Template)]
#[template(path = "console/invoices/books.html")]
struct BooksPage {
    frame: Frame,
    accounts: Vec<AccountLine>,
    debits: String,
    credits: String,
    sum: String,
    faults: Vec<String>,
    chosen: String,
    entries: Vec<EntryLine>,
    older: Option<String>,
    export: String,
}

struct AccountLine {
    name: String,
    address: String,
    debits: String,
    credits: String,
    amount: String,
}

struct EntryLine {
    posting: i64,
    day: String,
    cause: String,
    invoice: Option<i64>,
    account: String,
    debit: String,
    credit: String,
}

/// The books.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, chosen) = (visit.agency()?, visit.query.get("account"));
    let balance = ledger::trial_balance(sql, agency)?;
    let customers = balance.accounts.iter().filter_map(|it| Account::customer(&it.account));
    let names = names(sql, agency, customers)?;
    let entries = books::entries(sql, agency, chosen, below(visit)?, PART)?;
    // A posting is never cut in two: the last one goes to the next part unless all is here.
    let full = i64::try_from(entries.len()).unwrap_or(i64::MAX) == PART;
    let last = entries.last().map(|it| it.posting.posting).filter(|_| full);
    let kept = entries.iter().filter(|it| last.is_none_or(|last| it.posting.posting > last));
    let older =
        last.map(|last| format!("/console/invoices/books?account={}&below={}", percent::encode(chosen), last + 1));
    Page::html(&BooksPage {
        frame: Frame::of(visit, "Books"),
        accounts: balance
            .accounts
            .iter()
            .map(|it| AccountLine {
                name: spoken(&it.account, &names),
                address: percent::encode(&it.account),
                debits: it.debits.to_string(),
                credits: sides(it.credits).1,
                amount: it.amount().to_string(),
            })
            .collect(),
        debits: balance.debits.to_string(),
        credits: sides(balance.credits).1,
        sum: balance.debits.checked_add(balance.credits).unwrap_or_default().to_string(),
        faults: balance.faults,
        chosen: if chosen.is_empty() { String::new() } else { spoken(chosen, &names) },
        entries: kept.map(|it| entry(it, &names)).collect(),
        older,
        export: format!("/console/invoices/books.csv?account={}", percent::encode(chosen)),
    })
}

fn below(visit: &Visit) -> Result<i64, Problem> {
    match visit.query.get("below") {
        "" => Ok(i64::MAX),
        text => text.parse().map_err(|_| Problem::not_found()),
    }
}

fn spoken(account: &str, names: &BTreeMap<CustomerId, String>) -> String {
    let name = Account::customer(account).and_then(|customer| names.get(&customer));
    name.map_or_else(|| account.to_owned(), |name| format!("receivable: {name}"))
}

fn entry(it: &EntryRow, names: &BTreeMap<CustomerId, String>) -> EntryLine {
    let (debit, credit) = sides(it.amount);
    EntryLine {
        posting: it.posting.posting,
        day: day_text(it.posting.day),
        cause: it.posting.cause.clone(),
        invoice: it.posting.invoice,
        account: spoken(&it.account, names),
        debit,
        credit,
    }
}

/// The entries as CSV, whole or not at all.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let entries = books::entries(sql, visit.agency()?, visit.query.get("account"), i64::MAX, FILE + 1)?;
    if i64::try_from(entries.len()).unwrap_or(i64::MAX) > FILE {
        let reason = "That is more than 50,000 entries, which is what one file holds. Choose one account.";
        return Err(Problem::new(Refusal::Conflict, reason));
    }
    let mut csv = Csv::of(&["posting", "day", "cause", "account", "debit", "credit"]);
    for it in entries {
        let (debit, credit) = sides(it.amount);
        let posting = it.posting;
        csv.line([posting.posting.to_string(), day_text(posting.day), posting.cause, it.account, debit, credit]);
    }
    Ok(Page::csv("books.csv", csv.finish()))
}

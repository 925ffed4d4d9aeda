//! The books: the trial balance, and the entries.

use std::collections::BTreeMap;

use askama::Template;
use detailbook_core::ids::CustomerId;
use detailbook_core::wire::Refusal;

use super::list::sides;
use super::{day_text, names, typed_day};
use crate::billing::tariffs::number;
use crate::console::csv::Csv;
use crate::console::field::Field;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::part::with_query;
use crate::console::visit::Visit;
use crate::ledger::{self, Account};
use crate::problem::Problem;
use crate::routes::staff::percent;
use crate::store::Sql;
use crate::store::books::{self, EntryRow, Sought};

/// What the page's address may hold.
pub(super) const FILTER: &[&str] = &["account", "from", "until", "below"];
/// What of it is the filter.
pub(super) const KEPT: &[&str] = &["account", "from", "until"];
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
    account: String,
    from: Field,
    until: Field,
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
    let entries = books::entries(sql, agency, &sought(visit)?, below(visit)?, PART)?;
    // A posting is never cut in two: the last one goes to the next part unless all is here.
    let full = i64::try_from(entries.len()).unwrap_or(i64::MAX) == PART;
    let last = entries.last().map(|it| it.posting.posting).filter(|_| full);
    let kept = entries.iter().filter(|it| last.is_none_or(|last| it.posting.posting > last));
    let same = visit.same(KEPT);
    let older = last.map(|last| with_query("/console/invoices/books", &[&same, &format!("below={}", last + 1)]));
    let day = |name, label| Field::new(visit, name, label).kind("date").optional(visit.query.get(name));
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
        export: with_query("/console/invoices/books.csv", &[&same]),
        account: chosen.to_owned(),
        from: day("from", "Posted from"),
        until: day("until", "Posted until"),
    })
}

fn sought(visit: &Visit) -> Result<Sought, Problem> {
    Ok(Sought {
        account: visit.query.get("account").to_owned(),
        from: typed_day("from", visit.query.get("from"))?.map(number),
        until: typed_day("until", visit.query.get("until"))?.map(number),
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
    let entries = books::entries(sql, visit.agency()?, &sought(visit)?, i64::MAX, FILE + 1)?;
    if i64::try_from(entries.len()).unwrap_or(i64::MAX) > FILE {
        let reason =
            "That is more than 50,000 entries, which is what one file holds. Choose fewer days, or one account.";
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

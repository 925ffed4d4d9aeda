//! The books: the trial balance and the entries.

use std::collections::BTreeMap;

use askama::Template;
use detailbook_core::ids::CustomerId;
use detailbook_core::wire::Refusal;

use super::list::sides;
use super::trial::{Trial, spoken};
use super::{day_text, typed_day};
use crate::billing::tariffs::number;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::labelled;
use crate::console::page::{Answer, Page};
use crate::console::part::with_query;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::store::books::{self, EntryRow, Sought};
use crate::store::{Sql, Walk};

/// What the page's address may hold.
pub(super) const FILTER: &[&str] = &["account", "from", "until", "order", "below", "above", "find", "sort", "part"];
/// What of it is the filter of the entries, and their order.
pub(super) const KEPT: &[&str] = &["account", "from", "until", "order"];
/// The same with that of the trial balance.
const ALL_KEPT: &[&str] = &["account", "from", "until", "order", "find", "sort"];
const ORDERS: &[(&str, &str)] = &[("newest", "Newest first"), ("oldest", "Oldest first")];
/// Postings whose entries are at most in one part.
const PART: i64 = 100;
/// Entries in one file.
const FILE: i64 = 50_000;

#[derive(Template)]
#[template(path = "console/invoices/books.html")]
struct BooksPage {
    frame: Frame,
    trial: Trial,
    chosen: String,
    entries: Vec<EntryLine>,
    oldest_first: bool,
    further: Option<String>,
    export: String,
    account: String,
    from: Field,
    until: Field,
    order: Choice,
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
    let (trial, walk) = (Trial::of(sql, visit, ALL_KEPT)?, walk(visit)?);
    let mut entries = books::entries(sql, agency, &sought(visit)?, walk, PART)?;
    let further = cut_whole(&mut entries).map(|last| {
        let from = if walk.is_oldest_first() { format!("above={last}") } else { format!("below={last}") };
        with_query("/console/invoices/books", &[&visit.same(ALL_KEPT), &from])
    });
    Page::html(&BooksPage {
        frame: Frame::of(visit, "Books"),
        chosen: if chosen.is_empty() { String::new() } else { spoken(chosen, &trial.names) },
        entries: entries.iter().map(|it| entry(it, &trial.names)).collect(),
        oldest_first: walk.is_oldest_first(),
        further,
        export: with_query("/console/invoices/books.csv", &[&visit.same(KEPT)]),
        account: chosen.to_owned(),
        from: Field::asked(visit, "from", "Posted from").kind("date"),
        until: Field::asked(visit, "until", "Posted until").kind("date"),
        order: Choice::asked(visit, "order", "Order", labelled(ORDERS)),
        trial,
    })
}

/// A posting is never cut in two: of a full part the last one goes to the next. Gives the last that stays, where there is a next part.
fn cut_whole(entries: &mut Vec<EntryRow>) -> Option<i64> {
    let last = entries.last().filter(|_| i64::try_from(entries.len()) == Ok(PART))?.posting.posting;
    if entries.first().is_some_and(|it| it.posting.posting != last) {
        entries.retain(|it| it.posting.posting != last);
    }
    entries.last().map(|it| it.posting.posting)
}

fn sought(visit: &Visit) -> Result<Sought, Problem> {
    Ok(Sought {
        account: visit.query.get("account").to_owned(),
        from: typed_day("from", visit.query.get("from"))?.map(number),
        until: typed_day("until", visit.query.get("until"))?.map(number),
    })
}

/// In which order, from which posting on.
fn walk(visit: &Visit) -> Result<Walk, Problem> {
    let number = |name, other| match visit.query.get(name) {
        "" => Ok(other),
        text => text.parse().map_err(|_| Problem::not_found()),
    };
    Ok(match visit.query.get("order") {
        "oldest" => Walk::OldestFirst { above: number("above", 0)? },
        _ => Walk::NewestFirst { below: number("below", i64::MAX)? },
    })
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
    let entries = books::entries(sql, visit.agency()?, &sought(visit)?, walk(visit)?, FILE + 1)?;
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

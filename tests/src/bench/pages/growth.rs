//! What a page asks of the store must not grow with what lies behind the agency, nor what writing a day takes: the same days, one with six times
//! the history.

use std::collections::BTreeMap;

use detailbook_server::access::limiter::Source;
use detailbook_server::app::App;
use detailbook_server::console::{Call, handle};
use detailbook_server::store::StoreConfig;

use super::ask::{self, Asked};
use super::examples::Examples;
use super::year::{Size, Year};

/// Pages whose work grows with the history, and why. Files are not named: they hold all that was asked for.
const GROW: &[&str] = &[
    // All of a year, and all timesheets, were asked for.
    "/console/details?from",
    "/console/timesheets?state=all&sort=hours",
    "/console/timesheets?state=all&part=100",
    // Requests are sorted by what stands in them.
    "/console/requests",
    // Whoever was charged least comes first: what the ledger charges is summed by the database from its beginning.
    "/console/today/*/*/replace",
    // The books are reckoned anew from their entries each time somebody looks at them.
    "/console/invoices/books",
    // What each phone wrote is counted, to tell what of it never came.
    "/console/phones",
];

/// The days of which it is counted what writing them took: whole weeks, since invoices are made once in each.
const LAST_DAYS: i64 = 14;

/// What a page asked of the store: statements, rows that these gave, and steps of SQLite's machine, in which rows count that were read and
/// thrown away.
type Asks = [u64; 3];

/// What each page asked of the store after so many days, and the steps that SQLite took to write the last of them.
fn asks(days: u32) -> (BTreeMap<String, Asks>, u64) {
    let home = tempfile::tempdir().unwrap();
    let store = StoreConfig::Sqlite { path: home.path().join("detailbook.sqlite") };
    let size = Size { officers: 30, timesheets: 2 * days, days };
    let mut before = 0;
    let seen = |year: &Year, day| {
        if day == 1 - LAST_DAYS {
            before = year.office.app.store.metrics().writer_steps;
        }
    };
    let mut year = Year::live_seen(&store, &home.path().join("blobs"), size, 1, seen).unwrap();
    let written = year.office.app.store.metrics().writer_steps - before;
    let examples = Examples::of(&mut year).unwrap();
    let (asked, unknown) = ask::all(&examples);
    // A provider's way back leads to a page that is asked by itself.
    assert_eq!(unknown, ["/console/sign-in/provider/{agency}"]);
    let found = asked.iter().map(|asked| (named(&asked.address), of(&year.office.app, asked))).collect();
    year.office.close();
    (found, written)
}

/// The address without its ids and moments.
fn named(address: &str) -> String {
    let is_moment = |part: &str| part.len() >= 13 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_id = |part: &str| part.len() >= 32 && !part.contains('?');
    let part = |part| if is_id(part) || is_moment(part) { "*" } else { part };
    let whole = address.split('/').map(part).collect::<Vec<_>>().join("/");
    // A query names days, which are others for another history.
    whole.split_once("from=").map_or(whole.clone(), |(path, _)| format!("{path}from"))
}

fn of(app: &App, asked: &Asked) -> Asks {
    let call = Call {
        method: "GET".to_owned(),
        path: asked.address.clone(),
        cookie: asked.cookie.clone(),
        origin: None,
        fetch_site: None,
        host: None,
        content_type: None,
        browser: "The bench".to_owned(),
        unattended: false,
        source: Source::Unknown,
        body: vec![],
    };
    let before = app.store.metrics();
    let page = handle(app, &call);
    assert!(matches!(page.status, 200 | 303), "{} answered {}", asked.address, page.status);
    let after = app.store.metrics();
    [after.statements - before.statements, after.rows - before.rows, after.steps - before.steps]
}

fn may_grow(path: &str) -> bool {
    path.contains(".csv") || path.ends_with("/csv") || GROW.contains(&path)
}

/// More than by a quarter and what a list shows once a part of it is full: fifty rows, and what stands in each by other tables.
fn is_more(short: Asks, long: Asks) -> bool {
    let room = [8, 200, 8_000];
    (0..3).any(|which| long[which] > short[which] + short[which] / 4 + room[which])
}

#[test]
fn no_page_asks_more_of_the_store_and_no_day_takes_more_to_write_because_more_lies_behind_the_agency() {
    let ((short, wrote_before), (long, wrote)) = (asks(40), asks(240));
    let mut grew = Vec::new();
    let line = format!("steps to write {LAST_DAYS} days: {wrote_before} -> {wrote}");
    if std::env::var_os("SHOW").is_some() {
        println!("{line}");
    }
    // An officer's own entries in the ledger are read where one is added.
    if wrote > wrote_before + wrote_before / 4 {
        grew.push(line);
    }
    for (path, asks) in &long {
        let before = short.get(path).copied().unwrap_or_default();
        let line = format!("{path}: statements, rows, steps {before:?} -> {asks:?}");
        if std::env::var_os("SHOW").is_some() {
            println!("{line}");
        }
        if is_more(before, *asks) && !may_grow(path) {
            grew.push(line);
        }
    }
    assert!(grew.is_empty(), "{}", grew.join("\n"));
}

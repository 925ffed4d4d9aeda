//! The list of versions.

use std::cmp::Reverse;

use askama::Template;

use super::{Inset, Known, Line, Names, State, Table, Versioned};
use crate::console::audit;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled};
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::store::Sql;

/// What the list's address may hold.
pub(in crate::console::settings) const FILTER: &[&str] = &["find", "state", "sort", "part", "said"];
const ORDERS: &[(&str, &str)] = &[("set", "Set last"), ("from", "Last first day"), ("name", "Name")];

#[derive(Template)]
#[template(path = "console/settings/versions.html")]
struct ListPage {
    frame: Frame,
    names: Names,
    table: Table,
    part: Part,
    find: Field,
    state: Choice,
    sort: Choice,
    any: bool,
    may_write: bool,
    beside: Option<Inset>,
}

fn found<T: Versioned>(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Known<T>>, Problem> {
    let mut all = T::known(sql, visit)?;
    let find = visit.query.get("find").to_lowercase();
    let state = State::ALL.into_iter().find(|state| state.name() == visit.query.get("state"));
    all.retain(|it| it.is.citation().to_lowercase().contains(&find) && state.is_none_or(|state| it.state == state));
    match visit.query.get("sort") {
        "from" => all.sort_by_key(|it| Reverse((it.is.first_day(), it.set_at))),
        "name" => all.sort_by_cached_key(|it| (it.is.name().to_lowercase(), Reverse(it.is.version()))),
        // The newest of several that were set at once is the one of the highest version.
        _ => all.sort_by_key(|it| Reverse((it.set_at, it.is.version()))),
    }
    Ok(all)
}

/// The list.
pub(in crate::console::settings) fn list<T: Versioned>(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let all = found::<T>(sql, visit)?;
    let (some, part) = Part::of(visit, T::NAMES.path, &["find", "state", "sort"], all);
    let lines = some.iter().map(|it| Line::of(visit, it)).collect();
    let states = State::ALL.map(|state| (state.name().to_owned(), state.says().to_owned()));
    Page::html(&ListPage {
        frame: Frame::of(visit, T::NAMES.all),
        table: Table::of("Versions", Some(T::NAMES.counted), lines),
        find: Field::asked(visit, "find", "Name"),
        state: Choice::asked(visit, "state", "State", any(states)),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        any: part.all > 0 || ["find", "state"].iter().any(|name| !visit.query.get(name).is_empty()),
        part,
        may_write: visit.who()?.may(T::NAMES.write),
        beside: T::beside(sql, visit)?,
        names: T::NAMES,
    })
}

/// The same as CSV.
pub(in crate::console::settings) fn export<T: Versioned>(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let counted = T::NAMES.counted.to_lowercase().replace(' ', "_");
    let mut csv = Csv::of(&["name", "version", "state", "first_day", "last_day", &counted, "set_by", "set_utc"]);
    for it in found::<T>(sql, visit)? {
        let last = it.until.map(|day| day.to_string()).unwrap_or_default();
        let (version, first) = (it.is.version().to_string(), it.is.first_day().to_string());
        let (set_by, set_at) = (audit::short(&it.set_by).to_owned(), it.set_at.to_string());
        let state = it.state.says().to_owned();
        csv.line([it.is.name().to_owned(), version, state, first, last, it.is.count().to_string(), set_by, set_at]);
    }
    Ok(Page::csv(&format!("{}.csv", T::NAMES.all.to_lowercase().replace(' ', "-")), csv.finish()))
}

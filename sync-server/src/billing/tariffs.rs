//! An agency's tariffs in the store: which versions there are, which is in force when, and what a draft would change.
//!
//! Versions are only ever added. A version takes the place of the earlier ones of its name from its first day on, and no two tariffs of
//! different names are in force on one day. The one in force on the day of the work prices it; on a day without one the tariff that the
//! server was given at its start does.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use detailbook_core::ids::AgencyId;
use detailbook_core::pricing::{Day, Tariff};
use detailbook_core::time::{UnixMillis, Zone};
use serde::Serialize;
use serde_json::json;

pub use super::draft::{LONGEST, check};
use crate::audit::By;
use crate::draft_text::Fault;
use crate::prices::Tariffs;
use crate::problem::Problem;
use crate::store::tariffs::{self, TariffRow};
use crate::store::{Sql, StoreError};
use crate::words;

/// A version with the days on which it is in force, counted from 1970-01-01.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The version.
    pub row: TariffRow,
    /// The first day.
    pub from: i64,
    /// The last day; none where it has no end. Before the first: another version took every day of it.
    pub until: Option<i64>,
}

impl Standing {
    /// Is it in force on that day?
    pub fn holds(&self, day: i64) -> bool {
        day >= self.from && self.until.is_none_or(|last| day <= last)
    }
}

/// One thing that differs between two tariffs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Change {
    /// What, such as `rate officer cents_per_hour`.
    pub what: String,
    /// As it was; absent where it is new.
    pub before: Option<String>,
    /// As it is; absent where it is gone.
    pub after: Option<String>,
}

/// Every version that was known at `as_of`, with its days, in order of name and version.
pub fn standing(sql: &mut dyn Sql, agency: AgencyId, as_of: UnixMillis) -> Result<Vec<Standing>, StoreError> {
    Ok(days_of(tariffs::known(sql, agency, as_of)?))
}

/// The days of versions, given in order of name and version.
fn days_of(rows: Vec<TariffRow>) -> Vec<Standing> {
    let last = |at: usize, row: &TariffRow| {
        let later = rows[at + 1..].iter().filter(|other| other.name == row.name).map(|other| other.from - 1).min();
        later.into_iter().chain(row.until).min()
    };
    let lasts: Vec<_> = rows.iter().enumerate().map(|(at, row)| last(at, row)).collect();
    rows.into_iter().zip(lasts).map(|(row, until)| Standing { from: row.from, until, row }).collect()
}

/// The tariff in force today in that zone.
pub fn today<'a>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    zone: Zone,
    now: UnixMillis,
    given: &'a Tariffs,
) -> Result<Option<Cow<'a, Tariff>>, StoreError> {
    on_day(sql, agency, Day(zone.local(now).date()), now, given.of(agency))
}

/// The tariff in force on a day, by what was known at `as_of`: the agency's own, else the one that the server was given. Of several days
/// [`Book`] reads the versions once.
pub fn on_day<'a>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    day: Day,
    as_of: UnixMillis,
    given: Option<&'a Tariff>,
) -> Result<Option<Cow<'a, Tariff>>, StoreError> {
    match tariffs::on_day(sql, agency, number(day), as_of)? {
        Some(own) => Ok(Some(Cow::Owned(read(&own)?))),
        None => Ok(given.map(Cow::Borrowed)),
    }
}

/// The tariffs of an agency as they were known at one moment, read once: for whatever has many days to price.
#[derive(Debug)]
pub struct Book<'a> {
    standing: Vec<Standing>,
    given: Option<&'a Tariff>,
    opened: BTreeMap<usize, Tariff>,
}

impl<'a> Book<'a> {
    /// What was known at `as_of`. `given`: what holds where the agency has set none for the day.
    pub fn of(
        sql: &mut dyn Sql,
        agency: AgencyId,
        as_of: UnixMillis,
        given: Option<&'a Tariff>,
    ) -> Result<Self, StoreError> {
        Ok(Self { standing: standing(sql, agency, as_of)?, given, opened: BTreeMap::new() })
    }

    /// The tariff in force on a day.
    pub fn on_day(&mut self, day: Day) -> Result<Option<&Tariff>, StoreError> {
        let number = number(day);
        let Some(at) = self.standing.iter().position(|standing| standing.holds(number)) else { return Ok(self.given) };
        Ok(Some(match self.opened.entry(at) {
            Entry::Occupied(opened) => opened.into_mut(),
            Entry::Vacant(unread) => unread.insert(read(&self.standing[at].row)?),
        }))
    }
}

/// A version as it was set.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, name: &str, version: i64) -> Result<Option<Tariff>, StoreError> {
    tariffs::get(sql, agency, name, version)?.map(|row| read(&row)).transpose()
}

/// The tariff that a row holds.
pub fn read(row: &TariffRow) -> Result<Tariff, StoreError> {
    toml::from_str(&row.body).map_err(|_| StoreError::Column { column: 6, wanted: "a tariff", found: "another text" })
}

/// Adds a version. It prices work of its first day and later that is ruled on from now on; what was ruled stays as it was.
pub fn add(sql: &mut dyn Sql, by: &By<'_>, text: &str, reason: &str) -> Result<Tariff, Problem> {
    let tariff = check(text).map_err(|faults| Problem::invalid("tariff", &first_of(&faults)))?;
    let reason = words::text("reason", reason)?;
    let row = row_of(by, &tariff, text);
    must_fit(sql, by.agency, &row)?;
    tariffs::insert(sql, by.agency, &row)?;
    by.note(sql, "tariff.set", tariff.citation().as_str(), &json!({ "after": tariff, "why": reason }))?;
    Ok(tariff)
}

fn row_of(by: &By<'_>, tariff: &Tariff, text: &str) -> TariffRow {
    let terms = tariff.terms();
    TariffRow {
        name: terms.name.clone(),
        version: i64::from(terms.version),
        from: number(terms.effective_from),
        until: terms.effective_until.map(number),
        set_at: by.now,
        set_by: by.actor.to_owned(),
        body: text.to_owned(),
    }
}

/// Refuses a version that could not be added now: one that is not the next of its name, or holds on days of another tariff.
pub fn fits(sql: &mut dyn Sql, by: &By<'_>, tariff: &Tariff) -> Result<(), Problem> {
    must_fit(sql, by.agency, &row_of(by, tariff, ""))
}

fn must_fit(sql: &mut dyn Sql, agency: AgencyId, row: &TariffRow) -> Result<(), Problem> {
    let known = tariffs::known(sql, agency, UnixMillis::MAX)?;
    check_version(&known, row)?;
    check_overlap(&known, row)
}

fn first_of(faults: &[Fault]) -> String {
    let said = |fault: &Fault| match fault.field.as_str() {
        "" => format!("line {}: {}", fault.line, fault.problem),
        field => format!("line {}: {field}: {}", fault.line, fault.problem),
    };
    format!("must hold together: {}", faults.iter().map(said).collect::<Vec<_>>().join("; "))
}

fn check_version(known: &[TariffRow], new: &TariffRow) -> Result<(), Problem> {
    let last = known.iter().filter(|row| row.name == new.name).map(|row| row.version).max().unwrap_or(0);
    // The first in the store may go on from the file that the server was given.
    if new.version == last + 1 || last == 0 {
        return Ok(());
    }
    let next = last + 1;
    Err(Problem::conflict(format!("The next version of this tariff is {next}, not {}.", new.version)))
}

fn check_overlap(known: &[TariffRow], new: &TariffRow) -> Result<(), Problem> {
    let mut rows = known.to_vec();
    rows.push(new.clone());
    rows.sort_by(|one, other| (&one.name, one.version).cmp(&(&other.name, other.version)));
    let all = days_of(rows);
    let last = |standing: &Standing| standing.until.unwrap_or(i64::MAX);
    let mine = all.iter().find(|standing| standing.row == *new);
    let clash = mine.and_then(|mine| {
        let shares = |other: &&Standing| {
            other.row.name != new.name
                && last(other) >= other.from
                && other.from <= last(mine)
                && mine.from <= last(other)
        };
        all.iter().find(shares)
    });
    match clash {
        None => Ok(()),
        Some(Standing { row, .. }) => Err(Problem::conflict(format!(
            "The tariff {} v{} is in force on some of the same days. End it first, with a version that has an effective_until.",
            row.name, row.version
        ))),
    }
}

/// What differs between two tariffs, entry by entry. Entries of a list are told apart by their id, code or rank.
pub fn diff(before: &Tariff, after: &Tariff) -> Vec<Change> {
    let (before, after) = (entries(before), entries(after));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let change = |what: &String| Change {
        what: what.clone(),
        before: before.get(what).cloned(),
        after: after.get(what).cloned(),
    };
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).map(change).collect()
}

fn entries(tariff: &Tariff) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Ok(value) = toml::Value::try_from(tariff) {
        flatten("", &value, &mut found);
    }
    found
}

fn flatten(path: &str, value: &toml::Value, found: &mut BTreeMap<String, String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path} {name}") };
    match value {
        toml::Value::Table(table) => table.iter().for_each(|(name, value)| flatten(&below(name), value, found)),
        toml::Value::Array(list) => {
            for (at, entry) in list.iter().enumerate() {
                let key = ["id", "code", "rank"].iter().find_map(|key| entry.get(key)?.as_str());
                flatten(&below(key.unwrap_or(&at.to_string())), entry, found);
            }
        }
        toml::Value::String(text) => drop(found.insert(path.to_owned(), text.clone())),
        other => drop(found.insert(path.to_owned(), other.to_string())),
    }
}

/// A day as the number of days from 1970-01-01.
pub fn number(day: Day) -> i64 {
    i64::from(day.0.to_epoch_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOWN: &str = include_str!("../../tariffs/town.toml");

    fn row(name: &str, version: i64, from: i64, until: Option<i64>) -> TariffRow {
        let set_at = UnixMillis::new(version);
        TariffRow { name: name.into(), version, from, until, set_at, set_by: String::new(), body: String::new() }
    }

    fn days(rows: Vec<TariffRow>) -> Vec<(i64, i64, Option<i64>)> {
        days_of(rows).into_iter().map(|standing| (standing.row.version, standing.from, standing.until)).collect()
    }

    #[test]
    fn a_later_version_takes_over_from_its_first_day_on() {
        let rows = vec![row("a", 1, 0, None), row("a", 2, 100, Some(120)), row("b", 1, 200, None)];
        assert_eq!(days(rows), [(1, 0, Some(99)), (2, 100, Some(120)), (1, 200, None)]);
    }

    #[test]
    fn two_names_never_share_a_day() {
        let known = [row("a", 1, 0, Some(99))];
        assert!(check_overlap(&known, &row("b", 1, 99, None)).is_err());
        assert!(check_overlap(&known, &row("b", 1, 100, None)).is_ok());
        assert!(check_overlap(&known, &row("a", 2, 50, None)).is_ok());
    }

    #[test]
    fn versions_follow_each_other_and_the_first_goes_on_from_a_file() {
        assert!(check_version(&[], &row("a", 5, 0, None)).is_ok());
        assert!(check_version(&[row("a", 5, 0, None)], &row("a", 6, 0, None)).is_ok());
        for wrong in [5, 7] {
            assert!(check_version(&[row("a", 5, 0, None)], &row("a", wrong, 0, None)).is_err());
        }
    }

    #[test]
    fn a_diff_names_entries_by_what_they_are_called() {
        let town = check(TOWN).unwrap();
        let fee = "\n[[bill.fee]]\nid = \"admin\"\nkind = \"admin\"\ntakes = { basis_points = 1000 }\n";
        let text = TOWN.replacen("cents_per_hour = 5850", "cents_per_hour = 6000", 1) + fee;
        let text = text.replace("[[rate]]\nrank = \"sergeant\"\ncents_per_hour = 6725\n", "");
        let changes = diff(&town, &check(&text).unwrap());
        let said = |change: &Change| {
            let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            format!("{}: {} -> {}", change.what, side(&change.before), side(&change.after))
        };
        let said: Vec<_> = changes.iter().map(said).collect();
        assert_eq!(
            said,
            [
                "bill fee admin id: - -> admin",
                "bill fee admin kind: - -> admin",
                "bill fee admin over: - -> billed",
                "bill fee admin takes basis_points: - -> 1000",
                "rate officer cents_per_hour: 5850 -> 6000",
                "rate sergeant cents_per_hour: 6725 -> -",
                "rate sergeant rank: sergeant -> -",
            ]
        );
        assert_eq!(diff(&town, &town), []);
    }
}

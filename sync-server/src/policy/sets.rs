//! Rule sets: which versions there are, and which is in force when.
//!
//! Versions are only ever added. A version takes the place of the earlier ones of its name from its first day on, so that an agency
//! can change its rules ahead of time; and no two sets of different names are in force on one day.

use detailbook_core::ids::AgencyId;
use detailbook_core::policy::{RuleSet, Stage};
use detailbook_core::pricing::Day;
use detailbook_core::time::{PayDayRule, UnixMillis, Zone};
use detailbook_core::wire;
use serde_json::{Value, json};

use super::phones;
use crate::audit::By;
use crate::problem::Problem;
use crate::scheduling::ahead;
use crate::store::rule_sets::{self, SetRow};
use crate::store::{Sql, StoreError};
use crate::words;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// A version with the days on which it is in force, counted from 1970-01-01.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The version.
    pub row: SetRow,
    /// The first day.
    pub from: i64,
    /// The last day.
    pub until: i64,
}

/// Every version that was known at `as_of` and is in force on some day, with its days.
pub fn standing(sql: &mut dyn Sql, agency: AgencyId, as_of: UnixMillis) -> Result<Vec<Standing>, StoreError> {
    Ok(days_of(rule_sets::known(sql, agency, as_of)?))
}

/// The days of versions, given in order of name and version.
fn days_of(rows: Vec<SetRow>) -> Vec<Standing> {
    let later = |at: usize| {
        let of_name = rows[at + 1..].iter().filter(|row| row.name == rows[at].name);
        of_name.map(|row| row.from - 1).min().unwrap_or(i64::MAX)
    };
    let lasts: Vec<i64> = (0..rows.len()).map(|at| later(at).min(rows[at].until.unwrap_or(i64::MAX))).collect();
    let all = rows.into_iter().zip(lasts).map(|(row, until)| Standing { from: row.from, until, row });
    all.filter(|standing| standing.from <= standing.until).collect()
}

/// The set in force at an instant, by what was known at `as_of`.
pub fn in_force(
    sql: &mut dyn Sql,
    agency: AgencyId,
    at: UnixMillis,
    as_of: UnixMillis,
) -> Result<Option<RuleSet>, StoreError> {
    // A zone moves a day by less than one: the others need not be read.
    let about = at.as_millis().div_euclid(DAY);
    let near = |standing: &Standing| (standing.from - 1..=standing.until.saturating_add(1)).contains(&about);
    for standing in standing(sql, agency, as_of)?.into_iter().filter(near) {
        let set = read(&standing.row)?;
        let day = day_of(&set, at);
        if (standing.from..=standing.until).contains(&day) {
            return Ok(Some(set));
        }
    }
    Ok(None)
}

/// Is any rule asked at a stage, by a set that is in force on some day?
pub fn any_asks(sql: &mut dyn Sql, agency: AgencyId, stage: Stage, as_of: UnixMillis) -> Result<bool, StoreError> {
    for standing in standing(sql, agency, as_of)? {
        if read(&standing.row)?.asks(stage) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A version as it was set.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, name: &str, version: i64) -> Result<Option<RuleSet>, StoreError> {
    rule_sets::get(sql, agency, name, version)?.map(|row| read(&row)).transpose()
}

/// The set that a row holds.
pub fn read(row: &SetRow) -> Result<RuleSet, StoreError> {
    wire::decode(&row.body).map_err(|_| StoreError::Column { column: 6, wanted: "a rule set", found: "other bytes" })
}

/// The pay day of an instant, counted from 1970-01-01.
fn day_of(set: &RuleSet, at: UnixMillis) -> i64 {
    i64::from(pay_days(set).day_of(at).date.to_epoch_days())
}

fn pay_days(set: &RuleSet) -> PayDayRule {
    let starts = u16::try_from(set.day_starts.0).unwrap_or_default();
    // The check refuses a set whose zone this build does not know; one stored by a newer build counts its days in UTC here.
    let zone = set.zone.zone().unwrap_or(Zone::UTC);
    PayDayRule::new(zone, starts).unwrap_or_else(|| PayDayRule::midnight(zone))
}

/// When a day of a set begins.
pub(super) fn begins(set: &RuleSet, day: i64) -> Option<UnixMillis> {
    Some(pay_days(set).day(self::day(day)?.0).interval.start)
}

/// A day counted from 1970-01-01; `None` for the end of all days.
pub(crate) fn day(number: i64) -> Option<Day> {
    i32::try_from(number).ok().and_then(chrono::NaiveDate::from_epoch_days).map(Day)
}

fn number(day: Day) -> i64 {
    i64::from(day.0.to_epoch_days())
}

/// Adds a version. It is in force from its first day on, on phones with their next sync.
pub fn set(sql: &mut dyn Sql, by: &By<'_>, set: &RuleSet) -> Result<(), Problem> {
    add(sql, by, set, &json!({ "after": set }))
}

/// The same for a reason, which the audit log keeps.
pub fn set_for(sql: &mut dyn Sql, by: &By<'_>, set: &RuleSet, reason: &str) -> Result<(), Problem> {
    let reason = words::text("reason", reason)?;
    add(sql, by, set, &json!({ "after": set, "why": reason }))
}

fn add(sql: &mut dyn Sql, by: &By<'_>, set: &RuleSet, told: &Value) -> Result<(), Problem> {
    fits(sql, by, set)?;
    let row = row_of(by, set);
    rule_sets::insert(sql, by.agency, &row)?;
    by.note(sql, "policy.set", (set.citation()).as_str(), told)?;
    phones::show_sets(sql, by)?;
    ahead::expect_all(sql, by)?;
    Ok(phones::refresh_all(sql, by)?)
}

fn row_of(by: &By<'_>, set: &RuleSet) -> SetRow {
    SetRow {
        name: set.name.clone(),
        version: i64::from(set.version),
        from: number(set.effective_from),
        until: set.effective_until.map(number),
        set_at: by.now,
        set_by: by.actor.to_owned(),
        body: wire::encode(set),
    }
}

/// Refuses a version that could not be added now: one that is not the next of its name, or holds on days of another set.
pub fn fits(sql: &mut dyn Sql, by: &By<'_>, set: &RuleSet) -> Result<(), Problem> {
    let known = rule_sets::known(sql, by.agency, UnixMillis::MAX)?;
    check_version(&known, set)?;
    check_overlap(known, &row_of(by, set))
}

fn check_version(known: &[SetRow], set: &RuleSet) -> Result<(), Problem> {
    let last = known.iter().filter(|row| row.name == set.name).map(|row| row.version).max().unwrap_or(0);
    if i64::from(set.version) == last + 1 {
        return Ok(());
    }
    Err(Problem::conflict(format!(
        "The next version of this set is {}, not {}: versions are only added.",
        last + 1,
        set.version
    )))
}

fn check_overlap(mut known: Vec<SetRow>, new: &SetRow) -> Result<(), Problem> {
    known.push(new.clone());
    known.sort_by(|one, other| (&one.name, one.version).cmp(&(&other.name, other.version)));
    let all = days_of(known);
    let Some(mine) = all.iter().find(|standing| standing.row == *new) else { return Ok(()) };
    let clash =
        all.iter().find(|other| other.row.name != new.name && other.from <= mine.until && mine.from <= other.until);
    match clash {
        None => Ok(()),
        Some(other) => Err(Problem::conflict(format!(
            "The set {} v{} is in force on some of the same days. End it first, with a version that has an effective_until.",
            other.row.name, other.row.version
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, version: i64, from: i64, until: Option<i64>) -> SetRow {
        let set_at = UnixMillis::new(version);
        SetRow { name: name.into(), version, from, until, set_at, set_by: String::new(), body: vec![] }
    }

    fn days(rows: Vec<SetRow>) -> Vec<(i64, i64, i64)> {
        days_of(rows).into_iter().map(|standing| (standing.row.version, standing.from, standing.until)).collect()
    }

    #[test]
    fn a_later_version_takes_over_from_its_first_day_on() {
        let rows = vec![row("a", 1, 0, None), row("a", 2, 100, Some(120)), row("b", 1, 200, None)];
        assert_eq!(days(rows), [(1, 0, 99), (2, 100, 120), (1, 200, i64::MAX)]);
    }

    #[test]
    fn a_version_that_begins_no_later_than_the_one_before_leaves_it_no_day() {
        assert_eq!(days(vec![row("a", 1, 50, None), row("a", 2, 50, None)]), [(2, 50, i64::MAX)]);
    }

    #[test]
    fn two_names_never_share_a_day() {
        let known = vec![row("a", 1, 0, Some(99))];
        assert!(check_overlap(known.clone(), &row("b", 1, 99, None)).is_err());
        assert!(check_overlap(known.clone(), &row("b", 1, 100, None)).is_ok());
        assert!(check_overlap(known, &row("a", 2, 50, None)).is_ok());
    }
}

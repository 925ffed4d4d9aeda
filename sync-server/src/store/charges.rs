//! The read table of the ledger: what officers are charged, summed by the database. A sum over all officers of an agency reads no entry.

use std::collections::BTreeMap;

use detailbook_core::award::{Entry, EntryKind};
use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire;

use super::{Sql, StoreError, Value, params};

/// Notes what an entry of the ledger charges, or that it begins a list anew.
pub(super) fn put(sql: &mut dyn Sql, agency: AgencyId, entry: &Entry) -> Result<(), StoreError> {
    let what = &entry.what;
    let (list, officer) = (of_name(&what.list), what.officer.unwrap_or(OfficerId::NIL));
    if what.kind == EntryKind::Reset {
        let text = "INSERT INTO list_resets (agency, list, officer, at, entry) VALUES ($1, $2, $3, $4, $5)";
        sql.execute(text, &params![agency, list, officer, what.at, what.id])?;
    } else if entry.charged != 0 && what.officer.is_some() {
        let text = "INSERT INTO charges (agency, list, officer, at, entry, minutes) VALUES ($1, $2, $3, $4, $5, $6)";
        sql.execute(text, &params![agency, list, officer, what.at, what.id, entry.charged])?;
    }
    Ok(())
}

/// What stands for a list of that name.
fn of_name(list: &str) -> Sha256 {
    Sha256::of(list.as_bytes())
}

/// Minutes that each officer is charged at `as_of` over all lists, each since it last began anew: by an entry, or by itself, which it did at
/// the moment in `began` that stands with its name. Who was never charged is left out. It is what the fold over the ledger gives
/// (`award::Standings`).
pub fn sums(
    sql: &mut dyn Sql,
    agency: AgencyId,
    began: &[(String, UnixMillis)],
    as_of: UnixMillis,
) -> Result<BTreeMap<OfficerId, i64>, StoreError> {
    let mut asked: Vec<Value> = params![agency, as_of, OfficerId::NIL].to_vec();
    asked.extend(began.iter().flat_map(|(list, at)| params![of_name(list), *at]));
    let since = |n: usize| format!(" AND (c.list <> ${} OR c.at >= ${})", 2 * n + 4, 2 * n + 5);
    let by_itself = (0..began.len()).map(since).collect::<Vec<_>>().concat();
    let later = |officer: &str| {
        format!(
            " AND NOT EXISTS (SELECT 1 FROM list_resets r WHERE r.agency = c.agency AND r.list = c.list AND r.officer = {officer}
             AND r.at <= $2 AND (r.at > c.at OR (r.at = c.at AND r.entry > c.entry)))"
        )
    };
    let text = format!(
        "SELECT c.officer, CAST(SUM(c.minutes) AS BIGINT) FROM charges c
         WHERE c.agency = $1 AND c.at <= $2{by_itself}{}{} GROUP BY c.officer",
        later("c.officer"),
        later("$3"),
    );
    sql.query(&text, &asked)?.iter().map(|row| Ok((row.id(0)?, row.int(1)?))).collect()
}

/// Notes all entries there are, for a database that was made without this table.
pub(super) fn fill(sql: &mut dyn Sql) -> Result<(), StoreError> {
    let entries = sql.query("SELECT agency, body FROM ledger ORDER BY agency, officer, at, entry", &params![])?;
    entries.iter().try_for_each(|row| match wire::decode::<Entry>(row.bytes(1)?) {
        Ok(entry) => put(sql, row.id(0)?, &entry),
        // An entry that cannot be read is damage for the check to find, not a reason not to start.
        Err(_) => Ok(()),
    })
}

//! The rows of passkeys, and of what browsers were asked about them.

use detailbook_core::ids::{AgencyId, UserId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;

use super::{Row, Sql, StoreError, params};
use crate::access::passkey::Passkey;

const COLUMNS: &str = "agency, credential, person, name, key, made_at, used_at";

/// Enters a passkey. `false`: it is somebody's already.
pub fn insert(sql: &mut dyn Sql, passkey: &Passkey) -> Result<bool, StoreError> {
    let text = format!("INSERT INTO passkeys ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, NULL) ON CONFLICT DO NOTHING");
    let Passkey { agency, credential, user, name, key, made_at, .. } = passkey;
    let row = params![*agency, credential.as_slice(), *user, name.as_str(), key.as_str(), *made_at];
    Ok(sql.execute(&text, &row)? > 0)
}

/// A person's passkeys, the oldest first.
pub fn of_user(sql: &mut dyn Sql, agency: AgencyId, user: UserId) -> Result<Vec<Passkey>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM passkeys WHERE agency = $1 AND person = $2 ORDER BY made_at, credential");
    sql.query(&text, &params![agency, user])?.iter().map(passkey).collect()
}

/// One passkey of an agency.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, credential: &[u8]) -> Result<Option<Passkey>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM passkeys WHERE agency = $1 AND credential = $2");
    sql.query_one(&text, &params![agency, credential])?.as_ref().map(passkey).transpose()
}

/// Notes that it was used, and keeps what has changed in it.
pub fn used(
    sql: &mut dyn Sql,
    agency: AgencyId,
    credential: &[u8],
    key: &str,
    now: UnixMillis,
) -> Result<(), StoreError> {
    let text = "UPDATE passkeys SET key = $3, used_at = $4 WHERE agency = $1 AND credential = $2";
    sql.execute(text, &params![agency, credential, key, now]).map(drop)
}

/// Takes one away.
pub fn remove(sql: &mut dyn Sql, agency: AgencyId, credential: &[u8]) -> Result<(), StoreError> {
    let text = "DELETE FROM passkeys WHERE agency = $1 AND credential = $2";
    sql.execute(text, &params![agency, credential]).map(drop)
}

/// Takes all of a person's away. Gives how many it were.
pub fn remove_all(sql: &mut dyn Sql, agency: AgencyId, user: UserId) -> Result<u64, StoreError> {
    let text = "DELETE FROM passkeys WHERE agency = $1 AND person = $2";
    sql.execute(text, &params![agency, user])
}

/// Forgets what was asked before `since`.
pub fn forget_before(sql: &mut dyn Sql, since: UnixMillis) -> Result<(), StoreError> {
    sql.execute("DELETE FROM browser_questions WHERE asked_at < $1", &params![since]).map(drop)
}

/// Writes what a browser is asked, in the place of what it was asked before.
pub fn ask(sql: &mut dyn Sql, holder: Sha256, question: &str, now: UnixMillis) -> Result<(), StoreError> {
    let text = "INSERT INTO browser_questions (holder, asked_at, question) VALUES ($1, $2, $3)
                ON CONFLICT (holder) DO UPDATE SET asked_at = excluded.asked_at, question = excluded.question";
    sql.execute(text, &params![holder, now, question]).map(drop)
}

/// How many are waited for.
pub fn asked(sql: &mut dyn Sql) -> Result<i64, StoreError> {
    sql.query_one("SELECT COUNT(*) FROM browser_questions", &params![])?.map_or(Ok(0), |row| row.int(0))
}

/// What a browser was asked, if that was not before `since`.
pub fn question(sql: &mut dyn Sql, holder: Sha256, since: UnixMillis) -> Result<Option<String>, StoreError> {
    let text = "SELECT question FROM browser_questions WHERE holder = $1 AND asked_at >= $2";
    let found = sql.query_one(text, &params![holder, since])?;
    found.map(|row| row.text(0).map(str::to_owned)).transpose()
}

/// The same, once: `false` where it is not there any more.
pub fn forget(sql: &mut dyn Sql, holder: Sha256) -> Result<bool, StoreError> {
    Ok(sql.execute("DELETE FROM browser_questions WHERE holder = $1", &params![holder])? > 0)
}

fn passkey(row: &Row) -> Result<Passkey, StoreError> {
    Ok(Passkey {
        agency: row.id(0)?,
        credential: row.bytes(1)?.to_vec(),
        user: row.id(2)?,
        name: row.text(3)?.to_owned(),
        key: row.text(4)?.to_owned(),
        made_at: row.time(5)?,
        used_at: row.opt_time(6)?,
    })
}

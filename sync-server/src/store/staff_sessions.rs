//! The rows of sessions in the console, and of the forms that were sent in them.

use detailbook_core::ids::{AgencyId, UserId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;

use super::{Row, Sql, StoreError, params};
use crate::access::staff_session::{StaffSession, Stage};

const COLUMNS: &str = "agency, session, person, stage, began_at, seen_at, browser, pending";

/// Writes a new session.
pub fn insert(sql: &mut dyn Sql, session: &StaffSession) -> Result<(), StoreError> {
    let text = format!("INSERT INTO staff_sessions ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    sql.execute(
        &text,
        &params![
            session.agency,
            session.id,
            session.user,
            session.stage.name(),
            session.began_at,
            session.seen_at,
            session.browser.as_str(),
            session.pending.map(|secret| secret.to_vec())
        ],
    )
    .map(drop)
}

/// One session, live or not.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, id: Sha256) -> Result<Option<StaffSession>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM staff_sessions WHERE agency = $1 AND session = $2");
    sql.query_one(&text, &params![agency, id])?.as_ref().map(session).transpose()
}

/// A person's sessions, the newest first.
pub fn of_user(sql: &mut dyn Sql, agency: AgencyId, user: UserId) -> Result<Vec<StaffSession>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM staff_sessions WHERE agency = $1 AND person = $2 ORDER BY began_at DESC, session"
    );
    sql.query(&text, &params![agency, user])?.iter().map(session).collect()
}

/// Notes that it was used.
pub fn touch(sql: &mut dyn Sql, agency: AgencyId, id: Sha256, now: UnixMillis) -> Result<(), StoreError> {
    let text = "UPDATE staff_sessions SET seen_at = $3 WHERE agency = $1 AND session = $2";
    sql.execute(text, &params![agency, id, now]).map(drop)
}

/// Keeps a second factor's secret until it is confirmed.
pub fn set_pending(sql: &mut dyn Sql, agency: AgencyId, id: Sha256, secret: [u8; 20]) -> Result<(), StoreError> {
    let text = "UPDATE staff_sessions SET pending = $3 WHERE agency = $1 AND session = $2";
    sql.execute(text, &params![agency, id, secret]).map(drop)
}

/// Ends one session.
pub fn end(sql: &mut dyn Sql, agency: AgencyId, id: Sha256) -> Result<bool, StoreError> {
    sql.execute("DELETE FROM forms_sent WHERE agency = $1 AND session = $2", &params![agency, id])?;
    let done = sql.execute("DELETE FROM staff_sessions WHERE agency = $1 AND session = $2", &params![agency, id])?;
    Ok(done > 0)
}

/// Ends every session of a person's but one. Gives how many it were.
pub fn end_all(sql: &mut dyn Sql, agency: AgencyId, user: UserId, but: Option<Sha256>) -> Result<usize, StoreError> {
    let mut ended = 0;
    for session in of_user(sql, agency, user)? {
        if Some(session.id) != but {
            ended += usize::from(end(sql, agency, session.id)?);
        }
    }
    Ok(ended)
}

/// Ends what has run out: begun before one moment, or not used since another.
pub fn end_stale(
    sql: &mut dyn Sql,
    agency: AgencyId,
    began_before: UnixMillis,
    unused_since: UnixMillis,
) -> Result<(), StoreError> {
    let text = "SELECT session FROM staff_sessions WHERE agency = $1 AND (began_at <= $2 OR seen_at <= $3)";
    for row in sql.query(text, &params![agency, began_before, unused_since])? {
        end(sql, agency, row.hash(0)?)?;
    }
    Ok(())
}

/// Takes a form once. `false`: it was taken before.
pub fn take_form(sql: &mut dyn Sql, agency: AgencyId, id: Sha256, form: &[u8]) -> Result<bool, StoreError> {
    let text = "INSERT INTO forms_sent (agency, session, form) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(sql.execute(text, &params![agency, id, form])? > 0)
}

fn session(row: &Row) -> Result<StaffSession, StoreError> {
    let wrong = |column, wanted| StoreError::Column { column, wanted, found: "something else" };
    let pending = row.opt_bytes(7)?;
    Ok(StaffSession {
        agency: row.id(0)?,
        id: row.hash(1)?,
        user: row.id(2)?,
        stage: Stage::named(row.text(3)?).ok_or_else(|| wrong(3, "a stage"))?,
        began_at: row.time(4)?,
        seen_at: row.time(5)?,
        browser: row.text(6)?.to_owned(),
        pending: pending.map(|bytes| bytes.try_into().map_err(|_| wrong(7, "20 bytes"))).transpose()?,
    })
}

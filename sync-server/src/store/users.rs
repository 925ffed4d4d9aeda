//! The rows of people who sign in to the console, and of their recovery codes.

use detailbook_core::ids::{AgencyId, UserId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;

use super::{Row, Sql, StoreError, params};
use crate::access::permissions::StaffRole;
use crate::access::totp::Totp;
use crate::access::users::User;

const COLUMNS: &str =
    "u.agency, u.person, u.login, u.name, u.role, u.password, u.must_change, u.totp_secret, u.totp_step,
    u.created_at, u.signed_in_at, u.disabled_at, COALESCE(t.failures, 0), t.locked_until";
const FROM: &str = "FROM users u LEFT JOIN tallies t ON t.agency = u.agency AND t.subject = u.person";

/// Enters a person. `false`: the agency has somebody with that login.
pub fn insert(sql: &mut dyn Sql, user: &User) -> Result<bool, StoreError> {
    let done = sql.execute(
        "INSERT INTO users (agency, person, login, name, role, password, must_change, totp_secret, totp_step, created_at,
         signed_in_at, disabled_at) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, 0, $8, NULL, NULL) ON CONFLICT DO NOTHING",
        &params![
            user.agency,
            user.id,
            user.login.as_str(),
            user.name.as_str(),
            user.role.name(),
            user.password.clone(),
            user.must_change,
            user.created_at
        ],
    )?;
    Ok(done > 0)
}

/// One person of an agency.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, id: UserId) -> Result<Option<User>, StoreError> {
    let text = format!("SELECT {COLUMNS} {FROM} WHERE u.agency = $1 AND u.person = $2");
    sql.query_one(&text, &params![agency, id])?.as_ref().map(user).transpose()
}

/// The person with that login, in lower case.
pub fn by_login(sql: &mut dyn Sql, agency: AgencyId, login: &str) -> Result<Option<User>, StoreError> {
    let text = format!("SELECT {COLUMNS} {FROM} WHERE u.agency = $1 AND u.login = $2");
    sql.query_one(&text, &params![agency, login])?.as_ref().map(user).transpose()
}

/// The agency's people after `after`, in the order in which they were added.
pub fn page(sql: &mut dyn Sql, agency: AgencyId, after: UserId, limit: i64) -> Result<Vec<User>, StoreError> {
    let text = format!("SELECT {COLUMNS} {FROM} WHERE u.agency = $1 AND u.person > $2 ORDER BY u.person LIMIT $3");
    sql.query(&text, &params![agency, after, limit])?.iter().map(user).collect()
}

/// Everybody of a role.
pub fn of_role(sql: &mut dyn Sql, agency: AgencyId, role: StaffRole) -> Result<Vec<UserId>, StoreError> {
    let rows = sql.query("SELECT person FROM users WHERE agency = $1 AND role = $2", &params![agency, role.name()])?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// The roles of those who can sign in: neither disabled nor without a password.
pub fn roles_in_use(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<StaffRole>, StoreError> {
    let rows = sql.query(
        "SELECT DISTINCT role FROM users WHERE agency = $1 AND disabled_at IS NULL AND password IS NOT NULL",
        &params![agency],
    )?;
    rows.iter().map(|row| role(row.text(0)?)).collect()
}

/// Writes a password's hash.
pub fn set_password(
    sql: &mut dyn Sql,
    agency: AgencyId,
    id: UserId,
    hash: &str,
    must_change: bool,
) -> Result<(), StoreError> {
    let text = "UPDATE users SET password = $3, must_change = $4 WHERE agency = $1 AND person = $2";
    sql.execute(text, &params![agency, id, hash, must_change]).map(drop)
}

/// Writes a role.
pub fn set_role(sql: &mut dyn Sql, agency: AgencyId, id: UserId, role: StaffRole) -> Result<(), StoreError> {
    let text = "UPDATE users SET role = $3 WHERE agency = $1 AND person = $2";
    sql.execute(text, &params![agency, id, role.name()]).map(drop)
}

/// Writes since when somebody may not sign in; `None`: they may.
pub fn set_disabled(sql: &mut dyn Sql, agency: AgencyId, id: UserId, at: Option<UnixMillis>) -> Result<(), StoreError> {
    let text = "UPDATE users SET disabled_at = $3 WHERE agency = $1 AND person = $2";
    sql.execute(text, &params![agency, id, at]).map(drop)
}

/// Writes the second factor, or takes it away.
pub fn set_totp(sql: &mut dyn Sql, agency: AgencyId, id: UserId, totp: Option<&Totp>) -> Result<(), StoreError> {
    let (secret, step) = (totp.map(|totp| totp.secret.to_vec()), totp.map_or(0, |totp| totp.used));
    let text = "UPDATE users SET totp_secret = $3, totp_step = $4 WHERE agency = $1 AND person = $2";
    sql.execute(text, &params![agency, id, secret, step]).map(drop)
}

/// Notes that somebody signed in.
pub fn signed_in(sql: &mut dyn Sql, agency: AgencyId, id: UserId, now: UnixMillis) -> Result<(), StoreError> {
    let text = "UPDATE users SET signed_in_at = $3 WHERE agency = $1 AND person = $2";
    sql.execute(text, &params![agency, id, now]).map(drop)
}

/// Puts these recovery codes in the place of all that the person had.
pub fn set_recovery_codes(sql: &mut dyn Sql, agency: AgencyId, id: UserId, codes: &[Sha256]) -> Result<(), StoreError> {
    sql.execute("DELETE FROM recovery_codes WHERE agency = $1 AND person = $2", &params![agency, id])?;
    for code in codes {
        let text = "INSERT INTO recovery_codes (agency, person, code) VALUES ($1, $2, $3)";
        sql.execute(text, &params![agency, id, *code])?;
    }
    Ok(())
}

/// Uses a recovery code up. `false`: there is none such.
pub fn use_recovery_code(sql: &mut dyn Sql, agency: AgencyId, id: UserId, code: Sha256) -> Result<bool, StoreError> {
    let text = "DELETE FROM recovery_codes WHERE agency = $1 AND person = $2 AND code = $3";
    Ok(sql.execute(text, &params![agency, id, code])? > 0)
}

/// How many recovery codes are left.
pub fn recovery_codes_left(sql: &mut dyn Sql, agency: AgencyId, id: UserId) -> Result<i64, StoreError> {
    let text = "SELECT COUNT(*) FROM recovery_codes WHERE agency = $1 AND person = $2";
    sql.query_one(text, &params![agency, id])?.map_or(Ok(0), |row| row.int(0))
}

fn role(text: &str) -> Result<StaffRole, StoreError> {
    text.parse().map_err(|_| StoreError::Column { column: 4, wanted: "a role", found: "other text" })
}

fn user(row: &Row) -> Result<User, StoreError> {
    let unreadable = || StoreError::Column { column: 7, wanted: "a secret of 20 bytes", found: "other bytes" };
    let used = row.int(8)?;
    let totp = row.opt_bytes(7)?.map(|bytes| bytes.try_into().map_err(|_| unreadable())).transpose()?;
    Ok(User {
        agency: row.id(0)?,
        id: row.id(1)?,
        login: row.text(2)?.to_owned(),
        name: row.text(3)?.to_owned(),
        role: role(row.text(4)?)?,
        password: row.opt_text(5)?.map(str::to_owned),
        must_change: row.flag(6)?,
        totp: totp.map(|secret| Totp { secret, used }),
        created_at: row.time(9)?,
        signed_in_at: row.opt_time(10)?,
        disabled_at: row.opt_time(11)?,
        failures: row.int(12)?,
        locked_until: row.opt_time(13)?,
    })
}

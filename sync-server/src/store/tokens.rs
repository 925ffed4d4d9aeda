//! The rows of staff tokens.

use detailbook_core::ids::{AgencyId, TokenId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;

use super::{Row, Sql, StoreError, params};
use crate::access::roles::Roles;
use crate::access::scope::Scopes;
use crate::access::tokens::Token;

const COLUMNS: &str = "agency, token, name, scopes, created_at, expires_at, revoked_at, roles";

/// Writes a new token.
pub fn insert(sql: &mut dyn Sql, token: &Token, secret: Sha256) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO tokens (agency, token, secret_hash, name, scopes, created_at, expires_at, revoked_at, roles)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &params![
            token.agency,
            token.id,
            secret,
            token.name.as_str(),
            token.scopes.to_string(),
            token.created_at,
            token.expires_at,
            token.revoked_at,
            token.roles.to_text()
        ],
    )?;
    Ok(())
}

/// The token with that secret, live or not.
pub fn by_secret(sql: &mut dyn Sql, secret: Sha256) -> Result<Option<Token>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM tokens WHERE secret_hash = $1");
    sql.query_one(&text, &params![secret])?.as_ref().map(token).transpose()
}

/// One token of an agency.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, id: TokenId) -> Result<Option<Token>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM tokens WHERE agency = $1 AND token = $2");
    sql.query_one(&text, &params![agency, id])?.as_ref().map(token).transpose()
}

/// The tokens after `after`, in the order they were made.
pub fn page(sql: &mut dyn Sql, agency: AgencyId, after: TokenId, limit: i64) -> Result<Vec<Token>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM tokens WHERE agency = $1 AND token > $2 ORDER BY token LIMIT $3");
    sql.query(&text, &params![agency, after, limit])?.iter().map(token).collect()
}

/// Takes a token back. A token taken back before keeps its first time.
pub fn revoke(sql: &mut dyn Sql, agency: AgencyId, id: TokenId, now: UnixMillis) -> Result<bool, StoreError> {
    let done = sql.execute(
        "UPDATE tokens SET revoked_at = $3 WHERE agency = $1 AND token = $2 AND revoked_at IS NULL",
        &params![agency, id, now],
    )?;
    Ok(done > 0)
}

/// A name that is no longer a scope gives nothing: the token opens less, never more.
fn scopes(text: &str) -> Scopes {
    text.split(' ').filter_map(|name| name.parse().ok()).collect()
}

fn token(row: &Row) -> Result<Token, StoreError> {
    Ok(Token {
        agency: row.id(0)?,
        id: row.id(1)?,
        name: row.text(2)?.to_owned(),
        scopes: scopes(row.text(3)?),
        created_at: row.time(4)?,
        expires_at: row.opt_time(5)?,
        revoked_at: row.opt_time(6)?,
        roles: Roles::of_text(row.text(7)?),
    })
}

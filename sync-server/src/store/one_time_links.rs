//! The rows of links by which somebody sets a password once.

use detailbook_core::ids::{AgencyId, UserId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;

use super::{Sql, StoreError, params};

/// Writes a link in the place of any that the person had.
pub fn put(
    sql: &mut dyn Sql,
    agency: AgencyId,
    user: UserId,
    link: Sha256,
    expires_at: UnixMillis,
) -> Result<(), StoreError> {
    drop_all(sql, agency, user)?;
    let text = "INSERT INTO one_time_links (agency, link, person, expires_at) VALUES ($1, $2, $3, $4)";
    sql.execute(text, &params![agency, link, user, expires_at]).map(drop)
}

/// Whose link it is, if it is still good.
pub fn find(sql: &mut dyn Sql, agency: AgencyId, link: Sha256, now: UnixMillis) -> Result<Option<UserId>, StoreError> {
    let text = "SELECT person FROM one_time_links WHERE agency = $1 AND link = $2 AND expires_at > $3";
    sql.query_one(text, &params![agency, link, now])?.map(|row| row.id(0)).transpose()
}

/// Makes every link of a person's worthless.
pub fn drop_all(sql: &mut dyn Sql, agency: AgencyId, user: UserId) -> Result<(), StoreError> {
    sql.execute("DELETE FROM one_time_links WHERE agency = $1 AND person = $2", &params![agency, user]).map(drop)
}

//! Links by which somebody sets a first or a new password: good once, for a few days.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::UserId;
use detailbook_core::time::Millis;
use serde_json::json;

use super::agency_secret::AgencySecret;
use super::users::{self, Hand, User};
use crate::audit::By;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, one_time_links as rows, users as user_rows};

/// How long a link is good.
pub const LIFE: Millis = Millis::from_hours(72);

/// Makes a link for somebody. Links made before are worth nothing from now on.
pub fn issue(
    sql: &mut dyn Sql,
    by: &By<'_>,
    hand: Hand<'_>,
    id: UserId,
    entropy: &mut dyn Entropy,
) -> Result<AgencySecret, Problem> {
    let user = users::touched(sql, by.agency, hand, id)?;
    let secret = AgencySecret::generate(by.agency, entropy);
    rows::put(sql, by.agency, id, secret.hash(), by.now + LIFE)?;
    by.note(sql, "user.link", id, &json!({ "login": user.login, "expires_at": by.now + LIFE }))?;
    Ok(secret)
}

/// Whose link it is, if it is good for anything.
pub fn holder(
    sql: &mut dyn Sql,
    link: &AgencySecret,
    now: detailbook_core::time::UnixMillis,
) -> Result<Option<User>, StoreError> {
    let Some(user) = rows::find(sql, link.agency, link.hash(), now)? else { return Ok(None) };
    Ok(user_rows::get(sql, link.agency, user)?.filter(|user| user.disabled_at.is_none()))
}

/// Sets the password that its holder chose, and uses the link up.
pub fn redeem(sql: &mut dyn Sql, by: &By<'_>, link: &AgencySecret, hash: &str) -> Result<(), Problem> {
    let user = holder(sql, link, by.now)?.ok_or_else(Problem::not_found)?;
    users::write_password(sql, by, &user, hash, false, None)
}

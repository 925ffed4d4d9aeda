//! Whose account at a provider is whose here. It is bound once: by a link that an administrator gave, or by an e-mail address that
//! the provider says is theirs. From then on the provider's own name for them counts alone.

use detailbook_core::ids::{AgencyId, UserId};
use detailbook_core::time::UnixMillis;
use serde_json::json;

use crate::access::users::{self, Hand, User};
use crate::audit::By;
use crate::problem::Problem;
use crate::store::{Sql, providers as rows};

/// An account at a provider that is somebody's here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Whose.
    pub person: UserId,
    /// Of which provider.
    pub issuer: String,
    /// What the provider calls them.
    pub subject: String,
    /// Since when.
    pub bound_at: UnixMillis,
    /// When they last signed in by it.
    pub used_at: Option<UnixMillis>,
}

/// Somebody's account at the provider that the agency has now, on or off.
pub fn of(sql: &mut dyn Sql, agency: AgencyId, person: UserId) -> Result<Option<Account>, Problem> {
    let Some(provider) = rows::get(sql, agency)? else { return Ok(None) };
    Ok(rows::account_of(sql, agency, &provider.issuer, person)?)
}

/// Binds an account to somebody.
pub(super) fn bind(sql: &mut dyn Sql, by: &By<'_>, user: &User, it: &Account, how: &str) -> Result<bool, Problem> {
    if !rows::bind(sql, by.agency, it)? {
        return Ok(false);
    }
    let told = json!({ "login": user.login, "issuer": it.issuer, "subject": it.subject, "by": how });
    by.note(sql, "user.provider_bind", user.id, &told)?;
    Ok(true)
}

/// Forgets which account at the provider is somebody's: the next that shows itself as theirs is bound. Their sessions end.
pub fn forget(sql: &mut dyn Sql, by: &By<'_>, hand: Hand<'_>, id: UserId) -> Result<(), Problem> {
    let user = users::touched_other(sql, by.agency, hand, id)?;
    if rows::unbind(sql, by.agency, id)? == 0 {
        return Err(Problem::conflict("No account at an identity provider is theirs."));
    }
    users::end_sessions(sql, by.agency, id, None)?;
    by.note(sql, "user.provider_forget", id, &json!({ "login": user.login }))?;
    Ok(())
}

//! People who sign in to the console: who they are, and what is done to their access.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, UserId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Refusal;
use serde_json::json;

use super::permissions::{self, StaffRole};
use super::recovery::RecoveryCode;
use super::scope::Scopes;
use super::totp::Totp;
use crate::audit::By;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, one_time_links, passkeys, staff_sessions, tallies, users as rows};
use crate::words;

/// Somebody who signs in. A person without a password signs in by other means, or not yet.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The agency.
    pub agency: AgencyId,
    /// The person.
    pub id: UserId,
    /// Their e-mail address in lower case.
    pub login: String,
    /// Their name.
    pub name: String,
    /// As what they work.
    pub role: StaffRole,
    /// The hash of their password.
    pub password: Option<String>,
    /// The password was given to them: they choose another at once.
    pub must_change: bool,
    /// Their second factor.
    pub totp: Option<Totp>,
    /// When they were added.
    pub created_at: UnixMillis,
    /// When they last signed in.
    pub signed_in_at: Option<UnixMillis>,
    /// Since when they may not.
    pub disabled_at: Option<UnixMillis>,
    /// Failures in a row.
    pub failures: i64,
    /// Until when nothing of theirs is tried.
    pub locked_until: Option<UnixMillis>,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "User({} {})", self.id, self.role)
    }
}

impl User {
    /// How the audit log names them.
    pub fn actor(&self) -> String {
        format!("user {} {}", self.id, self.login)
    }

    /// Is nothing of theirs tried now?
    pub fn is_locked(&self, now: UnixMillis) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }
}

/// Who changes somebody's access.
#[derive(Clone, Copy, Debug)]
pub enum Hand<'a> {
    /// Whoever runs the server.
    Operator,
    /// Somebody signed in: they give nothing that they do not have.
    Person {
        /// Who.
        user: UserId,
        /// Their session, which a change of their own does not end.
        session: Sha256,
        /// What they may do.
        scopes: &'a Scopes,
    },
}

impl Hand<'_> {
    /// Refuses where those scopes go beyond the hand's own.
    pub fn covers(&self, scopes: &Scopes) -> Result<(), Problem> {
        let Self::Person { scopes: own, .. } = self else { return Ok(()) };
        match scopes.beyond(own) {
            Some(scope) => {
                let reason = format!("That needs the right {scope}, which you do not have yourself.");
                Err(Problem::new(Refusal::NotAllowed, reason))
            }
            None => Ok(()),
        }
    }

    pub(super) fn session(&self) -> Option<Sha256> {
        match self {
            Self::Operator => None,
            Self::Person { session, .. } => Some(*session),
        }
    }

    fn is(&self, id: UserId) -> bool {
        matches!(self, Self::Person { user, .. } if *user == id)
    }
}

/// A person as whoever adds them writes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserDraft {
    /// Their e-mail address.
    pub login: String,
    /// Their name.
    pub name: String,
    /// As what they work.
    pub role: StaffRole,
}

/// An e-mail address in the form by which people are found: one line, lower case.
pub fn login(field: &str, text: &str) -> Result<String, Problem> {
    let login = words::line(field, text)?.to_lowercase();
    let whole =
        login.split_once('@').is_some_and(|(who, host)| !who.is_empty() && !host.is_empty() && !host.contains('@'));
    if !whole || login.contains(char::is_whitespace) {
        return Err(Problem::invalid(field, "must be an e-mail address such as name@example.org"));
    }
    Ok(login)
}

/// Adds a person. `password` is the hash of one that was given to them, if one was.
pub fn add(
    sql: &mut dyn Sql,
    by: &By<'_>,
    hand: Hand<'_>,
    draft: &UserDraft,
    password: Option<String>,
    entropy: &mut dyn Entropy,
) -> Result<User, Problem> {
    hand.covers(&permissions::of(sql, by.agency, draft.role)?.scopes)?;
    let user = User {
        agency: by.agency,
        id: UserId::new(by.now, entropy),
        login: login("login", &draft.login)?,
        name: words::line("name", &draft.name)?,
        role: draft.role,
        must_change: password.is_some(),
        password,
        totp: None,
        created_at: by.now,
        signed_in_at: None,
        disabled_at: None,
        failures: 0,
        locked_until: None,
    };
    if !rows::insert(sql, &user)? {
        return Err(Problem::invalid("login", "somebody signs in with that address already"));
    }
    by.note(sql, "user.add", user.id, &json!({ "login": user.login, "name": user.name, "role": user.role.name() }))?;
    Ok(user)
}

/// The person, if the hand may do something to them: whoever may do more than the hand is out of its reach.
pub fn touched(sql: &mut dyn Sql, agency: AgencyId, hand: Hand<'_>, id: UserId) -> Result<User, Problem> {
    let user = rows::get(sql, agency, id)?.ok_or_else(Problem::not_found)?;
    hand.covers(&permissions::of(sql, agency, user.role)?.scopes)?;
    Ok(user)
}

/// As [`touched`], but never the hand itself.
pub(super) fn touched_other(sql: &mut dyn Sql, agency: AgencyId, hand: Hand<'_>, id: UserId) -> Result<User, Problem> {
    if hand.is(id) {
        return Err(Problem::conflict("Nobody changes that of themselves. Ask another administrator."));
    }
    touched(sql, agency, hand, id)
}

/// Gives somebody another role, who had the role `was` where that is said. Their sessions end.
pub fn set_role(
    sql: &mut dyn Sql,
    by: &By<'_>,
    hand: Hand<'_>,
    id: UserId,
    was: Option<StaffRole>,
    role: StaffRole,
) -> Result<(), Problem> {
    let before = touched_other(sql, by.agency, hand, id)?;
    hand.covers(&permissions::of(sql, by.agency, role)?.scopes)?;
    if was.is_some_and(|was| was != before.role) {
        let reason = format!("Somebody else has given them the role {} meanwhile.", before.role.title());
        return Err(Problem::conflict(reason));
    }
    if before.role == role {
        return Ok(());
    }
    permissions::keeping_an_administrator(sql, by.agency, |sql| Ok(rows::set_role(sql, by.agency, id, role)?))?;
    end_sessions(sql, by.agency, id, None)?;
    let (was, is) = (json!({ "role": before.role.name() }), json!({ "role": role.name() }));
    by.note(sql, "user.role", id, &json!({ "login": before.login, "before": was, "after": is }))?;
    Ok(())
}

/// Keeps somebody out, or lets them in again. Their sessions and links end.
pub fn set_disabled(sql: &mut dyn Sql, by: &By<'_>, hand: Hand<'_>, id: UserId, out: bool) -> Result<(), Problem> {
    let before = touched_other(sql, by.agency, hand, id)?;
    if before.disabled_at.is_some() == out {
        return Ok(());
    }
    let at = out.then_some(by.now);
    permissions::keeping_an_administrator(sql, by.agency, |sql| Ok(rows::set_disabled(sql, by.agency, id, at)?))?;
    end_sessions(sql, by.agency, id, None)?;
    one_time_links::drop_all(sql, by.agency, id)?;
    let action = if out { "user.disable" } else { "user.enable" };
    let (was, is) = (json!({ "disabled_at": before.disabled_at }), json!({ "disabled_at": at }));
    by.note(sql, action, id, &json!({ "login": before.login, "before": was, "after": is }))?;
    Ok(())
}

/// Lets somebody try again who failed too often.
pub fn unlock(sql: &mut dyn Sql, by: &By<'_>, hand: Hand<'_>, id: UserId) -> Result<(), Problem> {
    let before = touched(sql, by.agency, hand, id)?;
    tallies::clear(sql, by.agency, id.as_bytes())?;
    by.note(sql, "user.unlock", id, &json!({ "login": before.login, "failures": before.failures }))?;
    Ok(())
}

/// Takes somebody's second factor, passkeys and recovery codes away: they set up another when they sign in. Their sessions end.
pub fn reset_second_step(sql: &mut dyn Sql, by: &By<'_>, hand: Hand<'_>, id: UserId) -> Result<(), Problem> {
    let before = touched_other(sql, by.agency, hand, id)?;
    rows::set_totp(sql, by.agency, id, None)?;
    rows::set_recovery_codes(sql, by.agency, id, &[])?;
    let passkeys = passkeys::remove_all(sql, by.agency, id)?;
    end_sessions(sql, by.agency, id, None)?;
    by.note(sql, "user.second_step_reset", id, &json!({ "login": before.login, "passkeys": passkeys }))?;
    Ok(())
}

/// Gives somebody a password that they change when they sign in. Their sessions and links end.
pub fn give_password(sql: &mut dyn Sql, by: &By<'_>, hand: Hand<'_>, id: UserId, hash: &str) -> Result<(), Problem> {
    let user = touched_other(sql, by.agency, hand, id)?;
    write_password(sql, by, &user, hash, true, None)
}

/// Sets the password that somebody chose. Their other sessions and their links end.
pub fn choose_password(
    sql: &mut dyn Sql,
    by: &By<'_>,
    user: &User,
    hash: &str,
    session: Option<Sha256>,
) -> Result<(), Problem> {
    write_password(sql, by, user, hash, false, session)
}

pub(super) fn write_password(
    sql: &mut dyn Sql,
    by: &By<'_>,
    user: &User,
    hash: &str,
    must_change: bool,
    keep: Option<Sha256>,
) -> Result<(), Problem> {
    rows::set_password(sql, by.agency, user.id, hash, must_change)?;
    one_time_links::drop_all(sql, by.agency, user.id)?;
    end_sessions(sql, by.agency, user.id, keep)?;
    by.note(sql, "user.password", user.id, &json!({ "login": user.login, "temporary": must_change }))?;
    Ok(())
}

/// Confirms a second factor by a code of it, and gives new recovery codes.
pub fn confirm_second_step(
    sql: &mut dyn Sql,
    by: &By<'_>,
    user: &User,
    secret: [u8; 20],
    code: &str,
    entropy: &mut dyn Entropy,
) -> Result<Vec<RecoveryCode>, Problem> {
    let fresh = Totp { secret, used: 0 };
    let confirmed = fresh.take(code, by.now).ok_or_else(|| {
        Problem::invalid("code", "is not the code that your app shows now; check that your phone's clock is right")
    })?;
    rows::set_totp(sql, by.agency, user.id, Some(&confirmed))?;
    by.note(sql, "user.second_step", user.id, &json!({ "login": user.login }))?;
    renew_recovery_codes(sql, by, user, entropy)
}

/// Puts new recovery codes in the place of all that somebody had.
pub fn renew_recovery_codes(
    sql: &mut dyn Sql,
    by: &By<'_>,
    user: &User,
    entropy: &mut dyn Entropy,
) -> Result<Vec<RecoveryCode>, Problem> {
    let codes = RecoveryCode::generate(entropy);
    let hashes: Vec<_> = codes.iter().map(RecoveryCode::hash).collect();
    rows::set_recovery_codes(sql, by.agency, user.id, &hashes)?;
    by.note(sql, "user.recovery_codes", user.id, &json!({ "login": user.login, "codes": codes.len() }))?;
    Ok(codes)
}

/// Ends somebody's sessions, all but one if that is named. Gives how many it were.
pub fn end_sessions(sql: &mut dyn Sql, agency: AgencyId, id: UserId, but: Option<Sha256>) -> Result<usize, StoreError> {
    staff_sessions::end_all(sql, agency, id, but)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::scope::Scope;

    #[test]
    fn logins_are_addresses_in_lower_case() {
        assert_eq!(login("login", "  Chief@Example.ORG ").unwrap(), "chief@example.org");
        for wrong in ["", "chief", "@example.org", "chief@", "a@b@c", "a b@c", "a@b\nc"] {
            assert!(login("login", wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn nobody_reaches_whoever_may_do_more() {
        let own: Scopes = [Scope::UsersWrite].into_iter().collect();
        let hand = Hand::Person { user: UserId::NIL, session: Sha256([0; 32]), scopes: &own };
        assert!(hand.covers(&own).is_ok());
        assert!(hand.covers(&Scopes::all()).is_err());
        assert!(Hand::Operator.covers(&Scopes::all()).is_ok());
    }
}

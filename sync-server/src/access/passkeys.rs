//! What is done with somebody's passkeys: added, taken away, shown as a second step or in the place of name and password.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, UserId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Refusal;
use serde_json::json;

use super::passkey::{self, Aim, MOST, Party, Passkey};
use super::provider::settings::is_only_way;
use super::sign_in::{self, Passed};
use super::staff_session::{self, StaffSession};
use super::users::User;
use crate::audit::By;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, agency as agencies, passkeys as rows, staff_sessions, users as people};
use crate::words;

/// Asks the browser of somebody who is signed in to make one.
pub fn ask_to_add(
    sql: &mut dyn Sql,
    party: &Party,
    user: &User,
    session: Sha256,
    name: &str,
    now: UnixMillis,
) -> Result<(), Problem> {
    let name = words::line("key_name", name)?;
    let has = rows::of_user(sql, user.agency, user.id)?;
    if has.len() >= MOST {
        return Err(Problem::conflict(format!("You have {MOST} passkeys, which is the most. Remove one first.")));
    }
    passkey::ask(sql, session, &party.ask_to_add(user, &has, &name)?, now)
}

/// Keeps the one that the browser made.
pub fn add(
    sql: &mut dyn Sql,
    party: &Party,
    by: &By<'_>,
    user: &User,
    session: Sha256,
    answer: &str,
) -> Result<(), Problem> {
    let asked = passkey::answered(sql, session, Aim::Add, by.now)?;
    let added = party.added(user, &asked, answer, by.now)?;
    if !rows::insert(sql, &added)? {
        return Err(Problem::conflict("That passkey is known already."));
    }
    by.note(sql, "user.passkey_add", user.id, &json!({ "login": user.login, "name": added.name })).map_err(Into::into)
}

/// Takes one of a person's own away.
pub fn remove(sql: &mut dyn Sql, by: &By<'_>, user: &User, credential: &[u8]) -> Result<(), Problem> {
    let found = rows::get(sql, by.agency, credential)?.filter(|it| it.user == user.id);
    let found = found.ok_or_else(Problem::not_found)?;
    rows::remove(sql, by.agency, credential)?;
    by.note(sql, "user.passkey_remove", user.id, &json!({ "login": user.login, "name": found.name }))?;
    Ok(())
}

/// Asks somebody whose password was right to show one of theirs.
pub fn ask_second_step(
    sql: &mut dyn Sql,
    party: &Party,
    session: &StaffSession,
    now: UnixMillis,
) -> Result<(), Problem> {
    let has = rows::of_user(sql, session.agency, session.user)?;
    if has.is_empty() {
        return Err(Problem::conflict("You have no passkey. Use a code."));
    }
    passkey::ask(sql, session.id, &party.ask_for_one_of(&has)?, now)
}

/// Takes the answer as the second step. `None`: it does not fit, which counts as a failure and is to be kept.
pub fn second_step(
    sql: &mut dyn Sql,
    party: &Party,
    session: &StaffSession,
    user: &User,
    answer: &str,
    now: UnixMillis,
    entropy: &mut dyn Entropy,
) -> Result<Option<Passed>, Problem> {
    let asked = passkey::answered(sql, session.id, Aim::SecondStep, now)?;
    let has = rows::of_user(sql, user.agency, user.id)?;
    let shown = Some(()).filter(|()| sign_in::may_try(user, now)).map(|()| party.shown(&asked, answer, &has));
    let Some(Ok(shown)) = shown else {
        if sign_in::fail(sql, &unknown(user, now), user.id.as_bytes())?.locked_until.is_some() {
            staff_sessions::end(sql, user.agency, session.id)?;
        }
        return Ok(None);
    };
    note_use(sql, user, &shown, now)?;
    sign_in::complete(sql, now, user)?;
    let stage = sign_in::after_second_step(user);
    Ok(Some(Passed { secret: staff_session::renew(sql, session, stage, now, entropy)?, stage }))
}

/// Asks a stranger's browser to show any that it has.
pub fn ask_to_sign_in(
    sql: &mut dyn Sql,
    party: &Party,
    guest: Sha256,
    next: &str,
    now: UnixMillis,
) -> Result<(), Problem> {
    passkey::ask_stranger(sql, guest, &party.ask_for_any(next)?, now)
}

/// Why strangers of a source that asked too often are asked nothing more.
pub fn asked_too_often() -> Problem {
    let reason =
        "Too many passkeys were asked for from your network. Try again in five minutes, or sign in with a password.";
    Problem::new(Refusal::SlowDown, reason)
}

/// Whose passkey an answer names. Nothing of it is checked yet.
#[derive(Clone, Debug)]
pub struct Named {
    agency: AgencyId,
    user: UserId,
    credential: Vec<u8>,
}

/// Looks up whose passkey an answer names. The agency does not stand in it, so all are asked.
pub fn named(sql: &mut dyn Sql, party: &Party, answer: &str) -> Result<Option<Named>, StoreError> {
    let Ok((user, credential)) = party.named(answer) else { return Ok(None) };
    for agency in agencies::list(sql)? {
        if rows::get(sql, agency, &credential)?.is_some_and(|it| it.user == user) {
            return Ok(Some(Named { agency, user, credential }));
        }
    }
    Ok(None)
}

/// A stranger's answer, and whose passkey it names.
pub struct Try<'a> {
    /// The stranger's browser.
    pub guest: Sha256,
    /// Whose passkey it names, where it is anybody's.
    pub named: Option<Named>,
    /// What the browser answered.
    pub answer: &'a str,
    /// What the browser calls itself.
    pub browser: &'a str,
}

/// What came of a stranger's answer.
pub enum Answered {
    /// They are somebody, and go on to where they wanted to go.
    In(Passed, String),
    /// It does not fit. What was counted is to be kept.
    Refused,
}

/// Takes the answer in the place of name, password and second step: the authenticator has seen to it that it is its owner.
pub fn sign_in(
    sql: &mut dyn Sql,
    party: &Party,
    attempt: Try<'_>,
    now: UnixMillis,
    entropy: &mut dyn Entropy,
) -> Result<Answered, Problem> {
    let Try { guest, named, answer, browser } = attempt;
    // Before anything else is read: as they are now that nobody else changes them.
    let held = named.map(|named| held(sql, &named)).transpose()?.flatten();
    let asked = passkey::answered(sql, guest, Aim::SignIn, now)?;
    let Some((passkey, user)) = held.filter(|(_, user)| sign_in::may_try(user, now)) else {
        return Ok(Answered::Refused);
    };
    if is_only_way(sql, user.agency, user.role)? {
        return Ok(Answered::Refused);
    }
    let Ok(shown) = party.signs_in(&asked, answer, &passkey) else {
        sign_in::fail(sql, &unknown(&user, now), user.id.as_bytes())?;
        return Ok(Answered::Refused);
    };
    note_use(sql, &user, &shown, now)?;
    let passed = sign_in::begin_at(sql, now, &user, sign_in::after_second_step(&user), browser.to_owned(), entropy)?;
    Ok(Answered::In(passed, asked.words))
}

/// Takes the agency's lock, and gives the passkey with its owner.
fn held(sql: &mut dyn Sql, named: &Named) -> Result<Option<(Passkey, User)>, StoreError> {
    agencies::lock(sql, named.agency)?;
    let passkey = rows::get(sql, named.agency, &named.credential)?.filter(|it| it.user == named.user);
    Ok(passkey.zip(people::get(sql, named.agency, named.user)?))
}

fn note_use(sql: &mut dyn Sql, user: &User, shown: &Passkey, now: UnixMillis) -> Result<(), StoreError> {
    rows::used(sql, user.agency, &shown.credential, &shown.key, now)?;
    let by = By { agency: user.agency, now, actor: &user.actor() };
    by.note(sql, "user.passkey_used", user.id, &json!({ "name": shown.name }))
}

const fn unknown(user: &User, now: UnixMillis) -> By<'static> {
    By { agency: user.agency, now, actor: sign_in::NOBODY }
}

/// Why an answer was refused, for pages.
pub fn refusal() -> Problem {
    let reason = "That passkey does not fit. Try again, or sign in another way; after five failures in a row a name is locked for 15 minutes.";
    Problem::new(Refusal::NotAuthenticated, reason)
}

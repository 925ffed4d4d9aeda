//! Signing in: a password, then a second step. What fails says the same words at the same cost, whatever was wrong with it.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire::Refusal;
use serde_json::json;

use super::agency_secret::AgencySecret;
use super::limiter::Source;
use super::permissions::{self, Permissions};
use super::provider::settings::is_only_way;
use super::recovery::RecoveryCode;
use super::staff_session::{self, StaffSession, Stage};
use super::users::User;
use crate::app::App;
use crate::audit::By;
use crate::problem::Problem;
use crate::store::tallies::{self, Tally};
use crate::store::{Sql, StoreError, agency as agencies, passkeys, staff_sessions, users as rows};

/// Failures in a row after which nothing of that name is tried.
pub const FAILURES: i64 = 5;
/// For how long.
pub const LOCKED: Millis = Millis::from_mins(15);
/// How the log names whoever is not known yet.
pub(super) const NOBODY: &str = "sign-in page";
/// What is said of every failure: wrong name, wrong password, a locked or a disabled account.
pub const WRONG: &str =
    "That name and password do not fit. After five failures in a row a name is locked for 15 minutes.";
/// The same of a second step.
pub const WRONG_CODE: &str =
    "That code does not fit. Each code is good once; after five failures in a row you are locked out for 15 minutes.";

/// A try.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The agency.
    pub agency: AgencyId,
    /// The name as it was typed.
    pub login: String,
    /// The password as it was typed.
    pub password: String,
    /// What the browser calls itself.
    pub browser: String,
    /// Where it comes from.
    pub source: Source,
}

/// What a step that went well gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Passed {
    /// What the browser keeps from now on.
    pub secret: AgencySecret,
    /// What is still to be done.
    pub stage: Stage,
}

/// Tries a name and a password. Blocks.
pub fn with_password(app: &App, attempt: Attempt) -> Result<Passed, Problem> {
    if !app.failed_sign_ins.allows(attempt.source, app.now()) {
        return Err(too_often());
    }
    let login = attempt.login.trim().to_lowercase();
    // A name that no column takes is nobody's, but costs as much as any other.
    let login = if login.contains('\0') { String::new() } else { login };
    let user = app.store.read(|sql| rows::by_login(sql, attempt.agency, &login))?;
    let hash = user.as_ref().and_then(|user| user.password.clone());
    let fits = app.hashing.verify(&attempt.password, hash.as_deref())?;
    let (clock, mut entropy, source) = (app.clock.clone(), app.entropy.clone(), attempt.source);
    let passed = app.store.write(move |sql| {
        agencies::lock(sql, attempt.agency)?.ok_or_else(Problem::not_found)?;
        let now = clock.now();
        // What was checked is what still holds.
        let user = rows::by_login(sql, attempt.agency, &login)?;
        let fits = |user: &User| fits && hash.is_some() && user.password == hash && may_try(user, now);
        let only_by_provider = user.as_ref().map(|it| is_only_way(sql, it.agency, it.role)).transpose()? == Some(true);
        match user {
            Some(user) if fits(&user) && !only_by_provider => {
                begin(sql, now, &user, attempt.browser, &mut entropy).map(Some)
            }
            user => {
                let by = By { agency: attempt.agency, now, actor: NOBODY };
                fail(sql, &by, &subject(user.as_ref(), &login))?;
                Ok::<_, Problem>(None)
            }
        }
    });
    passed?.ok_or_else(|| {
        app.failed_sign_ins.failed(source, app.now());
        Problem::new(Refusal::NotAuthenticated, WRONG)
    })
}

/// Why nothing of a source that failed too often is tried.
pub fn too_often() -> Problem {
    Problem::new(Refusal::SlowDown, "Too many failures from your network. Try again in five minutes.")
}

pub(super) fn may_try(user: &User, now: UnixMillis) -> bool {
    user.disabled_at.is_none() && !user.is_locked(now)
}

/// Begins a session for somebody whose first step was right.
pub(super) fn begin(
    sql: &mut dyn Sql,
    now: UnixMillis,
    user: &User,
    browser: String,
    entropy: &mut dyn Entropy,
) -> Result<Passed, Problem> {
    let permissions = permissions::of(sql, user.agency, user.role)?;
    let has_passkey = !passkeys::of_user(sql, user.agency, user.id)?.is_empty();
    begin_at(sql, now, user, after_password(user, has_passkey, &permissions), browser, entropy)
}

/// Begins a session that has come so far.
pub(super) fn begin_at(
    sql: &mut dyn Sql,
    now: UnixMillis,
    user: &User,
    stage: Stage,
    browser: String,
    entropy: &mut dyn Entropy,
) -> Result<Passed, Problem> {
    let session = StaffSession {
        agency: user.agency,
        id: Sha256([0; 32]),
        user: user.id,
        stage,
        began_at: now,
        seen_at: now,
        browser,
        pending: (stage == Stage::Enrol).then(|| super::totp::Totp::generate(entropy).secret),
    };
    let secret = staff_session::begin(sql, session, entropy)?;
    if settled(stage) {
        complete(sql, now, user)?;
    }
    Ok(Passed { secret, stage })
}

fn after_password(user: &User, has_passkey: bool, permissions: &Permissions) -> Stage {
    match (user.totp.is_some() || has_passkey, permissions.second_step) {
        (true, _) => Stage::SecondStep,
        (false, true) => Stage::Enrol,
        (false, false) => after_second_step(user),
    }
}

/// What is left to do once it is known who it is.
pub fn after_second_step(user: &User) -> Stage {
    if user.must_change { Stage::NewPassword } else { Stage::Full }
}

const fn settled(stage: Stage) -> bool {
    matches!(stage, Stage::NewPassword | Stage::Full)
}

/// It is known who it is: failures before count no more.
pub fn complete(sql: &mut dyn Sql, now: UnixMillis, user: &User) -> Result<(), StoreError> {
    tallies::clear(sql, user.agency, user.id.as_bytes())?;
    rows::signed_in(sql, user.agency, user.id, now)?;
    let by = By { agency: user.agency, now, actor: &user.actor() };
    by.note(sql, "sign_in", user.id, &json!({}))
}

/// Tries a code of the person's app, or a recovery code. `None`: it does not fit, which counts as a failure and is to be kept.
pub fn with_code(
    sql: &mut dyn Sql,
    session: &StaffSession,
    user: &User,
    code: &str,
    now: UnixMillis,
    entropy: &mut dyn Entropy,
) -> Result<Option<Passed>, Problem> {
    if may_try(user, now) && uses_up(sql, user, code, now)? {
        complete(sql, now, user)?;
        let stage = after_second_step(user);
        return Ok(Some(Passed { secret: staff_session::renew(sql, session, stage, now, entropy)?, stage }));
    }
    let by = By { agency: user.agency, now, actor: NOBODY };
    if fail(sql, &by, user.id.as_bytes())?.locked_until.is_some() {
        staff_sessions::end(sql, user.agency, session.id)?;
    }
    Ok(None)
}

fn uses_up(sql: &mut dyn Sql, user: &User, code: &str, now: UnixMillis) -> Result<bool, StoreError> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(used) = user.totp.and_then(|totp| totp.take(&digits, now)) {
        rows::set_totp(sql, user.agency, user.id, Some(&used))?;
        return Ok(true);
    }
    let Some(code) = RecoveryCode::from_text(code) else { return Ok(false) };
    let used = rows::use_recovery_code(sql, user.agency, user.id, code.hash())?;
    if used {
        let by = By { agency: user.agency, now, actor: &user.actor() };
        let left = rows::recovery_codes_left(sql, user.agency, user.id)?;
        by.note(sql, "user.recovery_code_used", user.id, &json!({ "left": left }))?;
    }
    Ok(used)
}

/// Whose failure it is: the person's, or one of 256 places that all names share which are nobody's.
fn subject(user: Option<&User>, login: &str) -> Vec<u8> {
    user.map_or_else(|| Sha256::of(login.as_bytes()).0[..1].to_vec(), |user| user.id.as_bytes().to_vec())
}

/// Counts a failure. The fifth locks; while locked nothing is counted, so that a lock ends.
pub fn fail(sql: &mut dyn Sql, by: &By<'_>, subject: &[u8]) -> Result<Tally, StoreError> {
    let before = tallies::get(sql, by.agency, subject)?;
    if before.locked_until.is_some_and(|until| by.now < until) {
        // Written all the same: a locked name costs what every other costs.
        tallies::put(sql, by.agency, subject, before)?;
        return Ok(before);
    }
    let failures = if before.locked_until.is_some() { 1 } else { before.failures + 1 };
    let after = Tally { failures, locked_until: (failures >= FAILURES).then(|| by.now + LOCKED) };
    tallies::put(sql, by.agency, subject, after)?;
    let told = json!({ "failures": after.failures, "locked_until": after.locked_until });
    let whom = detailbook_core::ids::UserId::from_slice(subject)
        .map_or_else(|_| "unknown name".to_owned(), |id| id.to_string());
    by.note(sql, "sign_in.fail", whom.as_str(), &told)?;
    Ok(after)
}

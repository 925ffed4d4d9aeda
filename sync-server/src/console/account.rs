//! What is one's own: password, second step, sessions.

use askama::Template;
use data_encoding::HEXLOWER;
use detailbook_core::shift::Sha256;
use detailbook_core::wire::Refusal;

use super::field::Field;
use super::frame::Frame;
use super::page::{Answer, Page};
use super::seal::Seal;
use super::visit::{Visit, Who};
use super::{enrol, new_password, passkeys};
use crate::access::staff_session::{self, StaffSession, Stage};
use crate::access::totp::Totp;
use crate::access::{sign_in, users};
use crate::problem::Problem;
use crate::store::{Sql, agency as agencies, staff_sessions, users as rows};

#[derive(Template)]
#[template(path = "console/account.html")]
struct AccountPage {
    frame: Frame,
    name: String,
    login: String,
    role: &'static str,
    has_second_step: bool,
    codes_left: i64,
    sessions: Vec<SessionLine>,
    current: Field,
    password: Field,
    again: Field,
    confirm: Field,
    confirm_codes: Field,
    passkeys: Vec<passkeys::Line>,
    may_add: bool,
    key_name: Field,
    confirm_key: Field,
    seals: Seals,
}

struct Seals {
    password: Seal,
    second_step: Seal,
    codes: Seal,
    passkeys: Seal,
    everywhere: Seal,
}

struct SessionLine {
    id: String,
    browser: String,
    began: String,
    seen: String,
    own: bool,
    seal: Seal,
}

/// The page.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let who = visit.who()?;
    let codes_left = rows::recovery_codes_left(sql, who.user.agency, who.user.id)?;
    let live = staff_sessions::of_user(sql, who.user.agency, who.user.id)?;
    let live = live.into_iter().filter(|session| session.is_live(visit.now));
    let (password, again) = new_password::fields(visit);
    let own = |name, label| Field::password(visit, name, label, "current-password");
    Page::html(&AccountPage {
        frame: Frame::of(visit, "My account"),
        name: who.user.name.clone(),
        login: who.user.login.clone(),
        role: who.user.role.title(),
        has_second_step: who.user.totp.is_some(),
        codes_left,
        sessions: live.map(|session| line(visit, who, &session)).collect(),
        current: own("current", "Present password"),
        password,
        again,
        confirm: own("confirm", "Your password"),
        confirm_codes: own("confirm_codes", "Your password"),
        passkeys: passkeys::lines(sql, visit)?,
        may_add: passkeys::party(visit).is_some(),
        key_name: Field::new(visit, "key_name", "What it is on").hint("Such as: desk PC, my phone."),
        confirm_key: own("confirm_key", "Your password"),
        seals: seals(visit),
    })
}

fn seals(visit: &Visit) -> Seals {
    Seals {
        password: visit.seal("/console/account/password"),
        second_step: visit.seal("/console/account/second-step"),
        codes: visit.seal("/console/account/recovery-codes"),
        passkeys: visit.seal("/console/account/passkeys"),
        everywhere: visit.seal("/console/account/sign-out-everywhere"),
    }
}

fn line(visit: &Visit, who: &Who, session: &StaffSession) -> SessionLine {
    SessionLine {
        id: HEXLOWER.encode(&session.id.0),
        browser: if session.browser.is_empty() { "unnamed browser".to_owned() } else { session.browser.clone() },
        began: visit.time(session.began_at),
        seen: visit.time(session.seen_at),
        own: session.id == who.session.id,
        seal: visit.seal("/console/account/sessions/end"),
    }
}

/// Sees that whoever sits there knows the password. A failure counts like one at the sign-in page, and the fifth ends the session.
pub(super) fn confirm(visit: &Visit, field: &'static str) -> Result<(), Problem> {
    let who = visit.who()?;
    let fits = visit.app.hashing.verify(visit.typed(field), who.user.password.as_deref())?;
    if fits && !who.user.is_locked(visit.now) {
        return Ok(());
    }
    let (inside, user) = (visit.clone(), who.user.clone());
    let locked = visit.app.store.write(move |sql| {
        agencies::lock(sql, user.agency)?;
        let locked = sign_in::fail(sql, &inside.by()?, user.id.as_bytes())?.locked_until.is_some();
        if locked {
            users::end_sessions(sql, user.agency, user.id, None)?;
        }
        Ok::<_, Problem>(locked)
    })?;
    if locked {
        let reason = "After five failures in a row you are locked out for 15 minutes. Your sessions have ended.";
        return Err(Problem::new(Refusal::NotAllowed, reason));
    }
    Err(Problem::invalid(field, "is not your password"))
}

/// Changes the password. Every other session ends, and this one is renewed.
pub fn change_password(visit: &Visit) -> Answer {
    let typed = new_password::typed(visit, &visit.who()?.user.login)?;
    confirm(visit, "current")?;
    let hash = visit.app.hashing.hash(typed, &mut visit.app.entropy.clone())?;
    visit.write(move |sql, visit| {
        let who = visit.who()?;
        users::choose_password(sql, &visit.by()?, &who.user, &hash, Some(who.session.id))?;
        renewed(sql, visit, Page::to("/console/account?said=password"))
    })
}

/// The page with a new session in the place of this one.
pub(super) fn renewed(sql: &mut dyn Sql, visit: &Visit, page: Page) -> Answer {
    let mut entropy = visit.app.entropy.clone();
    let secret = staff_session::renew(sql, &visit.who()?.session, Stage::Full, visit.now, &mut entropy)?;
    Ok(visit.with_session(page, &secret))
}

/// Begins to set up a second step in the place of the present one, which stays until then.
pub fn begin_second_step(visit: &Visit) -> Answer {
    confirm(visit, "confirm")?;
    visit.write(|sql, visit| {
        let (who, mut entropy) = (visit.who()?, visit.app.entropy.clone());
        let secret = Totp::generate(&mut entropy).secret;
        staff_sessions::set_pending(sql, who.user.agency, who.session.id, secret)?;
        Ok(Page::to("/console/account/second-step"))
    })
}

/// The page that shows its secret.
pub fn show_second_step(_: &mut dyn Sql, visit: &Visit) -> Answer {
    enrol::page(visit, "/console/account/second-step/confirm", None)
}

/// Confirms it. Every other session ends, and this one is renewed.
pub fn confirm_second_step(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (who, mut entropy) = (visit.who()?, visit.app.entropy.clone());
    let code = enrol::without_blanks(visit.typed("code"));
    let secret = enrol::pending(visit)?;
    let codes = users::confirm_second_step(sql, &visit.by()?, &who.user, secret, &code, &mut entropy)?;
    users::end_sessions(sql, who.user.agency, who.user.id, Some(who.session.id))?;
    let page = enrol::recovery(visit, &codes, "/console/account?said=second")?;
    renewed(sql, visit, page)
}

/// Gives new recovery codes.
pub fn renew_recovery_codes(visit: &Visit) -> Answer {
    if visit.who()?.user.totp.is_none() {
        return Err(Problem::conflict(
            "Recovery codes stand in for a second step, and you have none. Set one up first.",
        ));
    }
    confirm(visit, "confirm_codes")?;
    visit.write(|sql, visit| {
        let mut entropy = visit.app.entropy.clone();
        let codes = users::renew_recovery_codes(sql, &visit.by()?, &visit.who()?.user, &mut entropy)?;
        enrol::recovery(visit, &codes, "/console/account?said=codes")
    })
}

/// Ends one of one's own sessions.
pub fn end_session(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let who = visit.who()?;
    let bytes = HEXLOWER.decode(visit.typed("session").as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    let id = Sha256(bytes.ok_or_else(Problem::not_found)?);
    let found = staff_sessions::get(sql, who.user.agency, id)?;
    found.filter(|session| session.user == who.user.id).ok_or_else(Problem::not_found)?;
    staff_sessions::end(sql, who.user.agency, id)?;
    visit.by()?.note(sql, "session.end", who.user.id, &serde_json::json!({}))?;
    Ok(Page::to("/console/account?said=ended"))
}

/// Ends all of them, this one too.
pub fn sign_out_everywhere(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let who = visit.who()?;
    let ended = users::end_sessions(sql, who.user.agency, who.user.id, None)?;
    visit.by()?.note(sql, "session.end_all", who.user.id, &serde_json::json!({ "sessions": ended }))?;
    Ok(visit.without_session(Page::to("/console/sign-in?said=left")))
}

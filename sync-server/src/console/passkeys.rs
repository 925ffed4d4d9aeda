//! Passkeys: adding and removing one's own, and signing in with one. What the browser is asked stands in the page; a small script puts
//! its answer into the form, and the form is sent like any other.

use askama::Template;
use data_encoding::HEXLOWER;

use super::assets::Script;
use super::frame::Frame;
use super::page::{Answer, Page};
use super::seal::Seal;
use super::sign_in::{local, place_of};
use super::visit::Visit;
use super::{account, sign_in};
use crate::access::passkey::{self, Aim, Party, Passkey, Question};
use crate::access::passkeys::{self, Answered, Try};
use crate::access::sign_in as access;
use crate::access::staff_session::Stage;
use crate::access::users;
use crate::problem::Problem;
use crate::store::{Sql, passkeys as rows, staff_sessions};

#[derive(Template)]
#[template(path = "console/passkey.html")]
struct PasskeyPage {
    frame: Frame,
    says: &'static str,
    path: &'static str,
    act: &'static str,
    options: String,
    seal: Seal,
    back: (&'static str, &'static str),
}

/// How a page about a passkey reads.
struct Words {
    title: &'static str,
    says: &'static str,
    path: &'static str,
    back: (&'static str, &'static str),
}

const ADD: Words = Words {
    title: "Add a passkey",
    says: "Follow what your browser says. It asks for your finger, your face or a PIN, which stay on your device.",
    path: "/console/account/passkeys/answer",
    back: ("/console/account", "Leave it"),
};
const SECOND: Words = Words {
    title: "Show your passkey",
    says: "The first step is done. Now show one of your passkeys.",
    path: "/console/second-step/passkey/answer",
    back: ("/console/second-step", "Use a code"),
};
const SIGN_IN: Words = Words {
    title: "Sign in with a passkey",
    says: "Your browser knows which passkeys you have for here. Choose one.",
    path: "/console/sign-in/passkey/answer",
    back: (sign_in::PATH, "Sign in with a password"),
};

/// One of one's own passkeys, for the page of one's account.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) made: String,
    pub(super) used: String,
    pub(super) seal: Seal,
}

/// One's own passkeys.
pub(super) fn lines(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Line>, Problem> {
    let who = visit.who()?;
    let own = rows::of_user(sql, who.user.agency, who.user.id)?;
    let line = |it: Passkey| Line {
        id: HEXLOWER.encode(&it.credential),
        name: it.name,
        made: visit.time(it.made_at),
        used: it.used_at.map(|at| visit.time(at)).unwrap_or_default(),
        seal: visit.seal("/console/account/passkeys/remove"),
    };
    Ok(own.into_iter().map(line).collect())
}

/// The console as browsers know it, where they can bind passkeys to it.
pub(super) fn party(visit: &Visit) -> Option<Party> {
    Party::of(&visit.app.settings.public_url)
}

fn needed(visit: &Visit) -> Result<Party, Problem> {
    party(visit).ok_or_else(|| {
        Problem::conflict("Passkeys need a server that is reached by a name and https. Ask whoever runs the server.")
    })
}

fn page(visit: &Visit, words: &Words, asked: Option<Question>) -> Answer {
    // Asked nothing, or too long ago: back to where it is begun.
    let Some(asked) = asked else { return Ok(Page::to(words.back.0)) };
    Page::html(&PasskeyPage {
        frame: Frame::of(visit, words.title).with(&[Script::Passkey]),
        says: words.says,
        path: words.path,
        act: if asked.aim == Aim::Add { "make" } else { "show" },
        options: asked.options.to_string(),
        seal: visit.seal(words.path),
        back: words.back,
    })
}

/// Begins to add one, for whoever knows the password.
pub fn begin_adding(visit: &Visit) -> Answer {
    let party = needed(visit)?;
    account::confirm(visit, "confirm_key")?;
    visit.write(move |sql, visit| {
        let who = visit.who()?;
        passkeys::ask_to_add(sql, &party, &who.user, who.session.id, visit.typed("key_name"), visit.now)?;
        Ok(Page::to("/console/account/passkeys/new"))
    })
}

/// The page that asks the browser to make one.
pub fn show_adding(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    page(visit, &ADD, passkey::asked(sql, visit.who()?.session.id, Aim::Add, visit.now)?)
}

/// Keeps it. Every other session ends, and this one is renewed.
pub fn add(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (who, party) = (visit.who()?, needed(visit)?);
    passkeys::add(sql, &party, &visit.by()?, &who.user, who.session.id, visit.typed("answer"))?;
    users::end_sessions(sql, who.user.agency, who.user.id, Some(who.session.id))?;
    account::renewed(sql, visit, Page::to("/console/account?said=passkey"))
}

/// Takes one of one's own away.
pub fn remove(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = HEXLOWER.decode(visit.typed("passkey").as_bytes()).map_err(|_| Problem::not_found())?;
    passkeys::remove(sql, &visit.by()?, &visit.who()?.user, &id)?;
    Ok(Page::to("/console/account?said=unpasskey"))
}

/// Does whoever has come to the second step have a passkey to show?
pub(super) fn may_show(sql: &mut dyn Sql, visit: &Visit) -> Result<bool, Problem> {
    let user = &visit.who()?.user;
    Ok(party(visit).is_some() && !rows::of_user(sql, user.agency, user.id)?.is_empty())
}

/// Begins the second step by passkey.
pub fn begin_second_step(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    passkeys::ask_second_step(sql, &needed(visit)?, &visit.who()?.session, visit.now)?;
    Ok(Page::to("/console/second-step/passkey"))
}

/// The page that asks the browser to show one.
pub fn show_second_step(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    page(visit, &SECOND, passkey::asked(sql, visit.who()?.session.id, Aim::SecondStep, visit.now)?)
}

/// Tries the answer. A failure is kept, and the fifth ends the session.
pub fn second_step(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (who, party, mut entropy) = (visit.who()?, needed(visit)?, visit.app.entropy.clone());
    let answer = visit.typed("answer");
    let passed = passkeys::second_step(sql, &party, &who.session, &who.user, answer, visit.now, &mut entropy)?;
    if let Some(passed) = passed {
        return Ok(visit.with_session(Page::to(place_of(passed.stage)), &passed.secret));
    }
    if staff_sessions::get(sql, who.user.agency, who.session.id)?.is_none() {
        return Ok(visit.without_session(Page::to("/console/sign-in?said=locked")));
    }
    Ok(Page::again(passkeys::refusal()))
}

/// Begins to sign in with one.
pub fn begin_sign_in(visit: &Visit) -> Answer {
    let (party, inside) = (needed(visit)?, visit.clone());
    if !visit.app.failed_sign_ins.allows(visit.source, visit.now) {
        return Err(access::too_often());
    }
    if !visit.app.passkey_questions.allows(visit.source, visit.now) {
        return Err(passkeys::asked_too_often());
    }
    // Each question counts, answered or not: what is kept of it is the same.
    visit.app.passkey_questions.failed(visit.source, visit.now);
    visit.app.store.write(move |sql| {
        let next = local(inside.typed("next"));
        passkeys::ask_to_sign_in(sql, &party, inside.guest_id(), next, inside.now)
    })?;
    Ok(Page::to("/console/sign-in/passkey"))
}

/// The page that asks a stranger's browser to show one.
pub fn show_sign_in(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    page(visit, &SIGN_IN, passkey::asked(sql, visit.guest_id(), Aim::SignIn, visit.now)?)
}

/// Tries the answer in the place of name and password.
pub fn sign_in(visit: &Visit) -> Answer {
    let (party, inside) = (needed(visit)?, visit.clone());
    if !visit.app.failed_sign_ins.allows(visit.source, visit.now) {
        return Err(access::too_often());
    }
    let named = visit.app.store.read(|sql| passkeys::named(sql, &party, visit.typed("answer")))?;
    let answered = visit.app.store.write(move |sql| {
        let (answer, mut entropy) = (inside.typed("answer"), inside.app.entropy.clone());
        let attempt = Try { guest: inside.guest_id(), named, answer, browser: &inside.browser };
        passkeys::sign_in(sql, &party, attempt, inside.now, &mut entropy)
    })?;
    let Answered::In(passed, next) = answered else {
        visit.app.failed_sign_ins.failed(visit.source, visit.now);
        return Err(passkeys::refusal());
    };
    if let Some(who) = &visit.who {
        sign_in::end(visit, who)?;
    }
    let next = if passed.stage == Stage::Full { local(&next) } else { place_of(passed.stage) };
    Ok(visit.with_session(Page::to(next), &passed.secret))
}

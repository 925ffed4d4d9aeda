//! The second step: a code of the person's app, or a recovery code.

use askama::Template;
use detailbook_core::wire::Refusal;

use super::field::Field;
use super::frame::Frame;
use super::page::{Answer, Page};
use super::passkeys;
use super::seal::Seal;
use super::sign_in;
use super::visit::Visit;
use crate::access::sign_in as access;
use crate::problem::Problem;
use crate::store::{Sql, staff_sessions};

const PATH: &str = "/console/second-step";

#[derive(Template)]
#[template(path = "console/second_step.html")]
struct SecondStepPage {
    frame: Frame,
    code: Field,
    seal: Seal,
    passkey: Option<Seal>,
    has_codes: bool,
    leave: Seal,
}

/// The page.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let may_show = passkeys::may_show(sql, visit)?;
    Page::html(&SecondStepPage {
        frame: Frame::of(visit, "Second step"),
        code: Field::code(visit, "code", "Code")
            .hint("Six digits from your authenticator app, or one of your recovery codes."),
        seal: visit.seal(PATH),
        passkey: may_show.then(|| visit.seal("/console/second-step/passkey")),
        has_codes: visit.who()?.user.totp.is_some() || !may_show,
        leave: visit.seal("/console/second-step/leave"),
    })
}

/// Tries a code. A failure is kept, and the fifth ends the session.
pub fn enter(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let who = visit.who()?;
    let mut entropy = visit.app.entropy.clone();
    let passed = access::with_code(sql, &who.session, &who.user, visit.typed("code"), visit.now, &mut entropy)?;
    if let Some(passed) = passed {
        return Ok(visit.with_session(Page::to(sign_in::place_of(passed.stage)), &passed.secret));
    }
    if staff_sessions::get(sql, who.user.agency, who.session.id)?.is_none() {
        return Ok(visit.without_session(Page::to("/console/sign-in?said=locked")));
    }
    Ok(Page::again(Problem::new(Refusal::NotAuthenticated, access::WRONG_CODE)))
}

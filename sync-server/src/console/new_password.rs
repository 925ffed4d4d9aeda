//! A new password for somebody to whom one was given.

use askama::Template;

use super::field::Field;
use super::frame::Frame;
use super::page::{Answer, Page};
use super::seal::Seal;
use super::visit::Visit;
use crate::access::password;
use crate::access::staff_session::{self, Stage};
use crate::access::users;
use crate::problem::Problem;
use crate::store::Sql;

const PATH: &str = "/console/new-password";

#[derive(Template)]
#[template(path = "console/new_password.html")]
struct NewPasswordPage {
    frame: Frame,
    login: String,
    password: Field,
    again: Field,
    seal: Seal,
    leave: Seal,
}

/// The page.
pub fn show(_: &mut dyn Sql, visit: &Visit) -> Answer {
    let (password, again) = fields(visit);
    Page::html(&NewPasswordPage {
        frame: Frame::of(visit, "Choose a password"),
        login: visit.who()?.user.login.clone(),
        password,
        again,
        seal: visit.seal(PATH),
        leave: visit.seal("/console/new-password/leave"),
    })
}

/// The two fields of a new password.
pub(super) fn fields(visit: &Visit) -> (Field, Field) {
    let hint = "At least 12 characters. A sentence is easy to keep in mind.";
    let password = Field::password(visit, "password", "New password", "new-password").hint(hint);
    (password, Field::password(visit, "again", "New password once more", "new-password"))
}

/// The password that was typed twice, if somebody with that login may choose it.
pub(super) fn typed<'a>(visit: &'a Visit, login: &str) -> Result<&'a str, Problem> {
    let (first, second) = (visit.typed("password"), visit.typed("again"));
    password::check_new("password", first, login)?;
    if first == second { Ok(first) } else { Err(Problem::invalid("again", "is not the same as the first")) }
}

/// Sets it, and lets them in.
pub fn enter(visit: &Visit) -> Answer {
    let typed = typed(visit, &visit.who()?.user.login)?;
    let hash = visit.app.hashing.hash(typed, &mut visit.app.entropy.clone())?;
    visit.write(move |sql, visit| {
        let (who, mut entropy) = (visit.who()?, visit.app.entropy.clone());
        users::choose_password(sql, &visit.by()?, &who.user, &hash, Some(who.session.id))?;
        let secret = staff_session::renew(sql, &who.session, Stage::Full, visit.now, &mut entropy)?;
        Ok(visit.with_session(Page::to("/console"), &secret))
    })
}

//! Where a one-time link leads: somebody sets their first or a new password.

use askama::Template;

use super::field::Field;
use super::frame::Frame;
use super::new_password::{fields, typed};
use super::page::{Answer, Page};
use super::provider::{self, Offer};
use super::seal::Seal;
use super::visit::Visit;
use crate::access::agency_secret::AgencySecret;
use crate::access::one_time_link;
use crate::access::provider::settings::is_only_way;
use crate::access::users::User;
use crate::audit::By;
use crate::problem::Problem;
use crate::store::{Sql, agency as agencies};

#[derive(Template)]
#[template(path = "console/welcome.html")]
struct WelcomePage {
    frame: Frame,
    name: String,
    login: String,
    path: String,
    password: Field,
    again: Field,
    seal: Seal,
    may_choose: bool,
    provider: Option<Offer>,
}

/// Where a link leads.
pub fn path(link: &AgencySecret) -> String {
    format!("/console/welcome/{}", link.to_text())
}

fn link(visit: &Visit) -> Result<AgencySecret, Problem> {
    AgencySecret::from_text(visit.param("link")).ok_or_else(Problem::not_found)
}

fn holder(sql: &mut dyn Sql, visit: &Visit) -> Result<User, Problem> {
    one_time_link::holder(sql, &link(visit)?, visit.now)?.ok_or_else(Problem::not_found)
}

/// The page.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (user, path) = (holder(sql, visit)?, path(&link(visit)?));
    let (password, again) = fields(visit);
    Page::html(&WelcomePage {
        frame: Frame::of(visit, "Choose a password"),
        password,
        again,
        seal: visit.seal(&path),
        may_choose: !is_only_way(sql, user.agency, user.role)?,
        provider: provider::by_link(sql, visit, user.agency, &path)?,
        name: user.name,
        login: user.login,
        path,
    })
}

/// Sets the password and uses the link up. They sign in with it like everybody.
pub fn enter(visit: &Visit) -> Answer {
    let (link, user) = (link(visit)?, visit.app.store.read(|sql| holder(sql, visit))?);
    if visit.app.store.read(|sql| is_only_way(sql, user.agency, user.role))? {
        return Err(Problem::conflict("Your agency signs in by its identity provider. Go on with that."));
    }
    let typed = typed(visit, &user.login)?;
    let hash = visit.app.hashing.hash(typed, &mut visit.app.entropy.clone())?;
    let (now, actor) = (visit.now, user.actor());
    visit.app.store.write(move |sql| {
        agencies::lock(sql, link.agency)?.ok_or_else(Problem::not_found)?;
        one_time_link::redeem(sql, &By { agency: link.agency, now, actor: &actor }, &link, &hash)
    })?;
    Ok(visit.without_session(Page::to("/console/sign-in?said=ready")))
}

//! Signing in by the agency's identity provider: the browser is sent there, and comes back.

use askama::Template;
use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;

use super::frame::Frame;
use super::page::{Answer, Page};
use super::seal::Seal;
use super::sign_in::{self, local, place_of};
use super::visit::Visit;
use crate::access::agency_secret::AgencySecret;
use crate::access::provider::enter::{self, Back};
use crate::access::provider::flow::{self, Asking};
use crate::access::sign_in as access;
use crate::access::staff_session::Stage;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, agency as agencies, providers as rows};

const PATH: &str = "/console/sign-in/provider";
/// The name of the button for somebody else than who is signed in at the provider.
pub(super) const ANEW: &str = "anew";

/// A way to a provider.
pub(super) struct Offer {
    /// What its button is called.
    pub(super) name: String,
    /// Whose it is.
    pub(super) agency: String,
    /// The agency's name, where there are several.
    pub(super) of: String,
    /// Ties the button to the browser.
    pub(super) seal: Seal,
}

/// The ways there are, of agencies with these names, and whether all who do not go one of them are administrators.
pub(super) fn offers(
    sql: &mut dyn Sql,
    visit: &Visit,
    named: &[(String, String)],
) -> Result<(Vec<Offer>, bool), StoreError> {
    let on = rows::on(sql)?;
    let shut = on.iter().filter(|it| !it.others).count();
    let offers = on.into_iter().filter_map(|it| {
        let agency = it.agency.to_string();
        let (_, of) = named.iter().find(|(id, _)| *id == agency)?;
        let of = if named.len() > 1 { of.clone() } else { String::new() };
        Some(Offer { name: it.name, agency, of, seal: visit.seal(PATH) })
    });
    Ok((offers.collect(), shut > 0 && shut == named.len()))
}

/// The way for whoever has a one-time link.
pub(super) fn by_link(
    sql: &mut dyn Sql,
    visit: &Visit,
    agency: AgencyId,
    path: &str,
) -> Result<Option<Offer>, StoreError> {
    let on = rows::get(sql, agency)?.filter(|it| it.is_on);
    let seal = |name| Offer {
        name,
        agency: agency.to_string(),
        of: String::new(),
        seal: visit.seal(&format!("{path}/provider")),
    };
    Ok(on.map(|it| seal(it.name)))
}

#[derive(Template)]
#[template(path = "console/away.html")]
struct AwayPage {
    frame: Frame,
    name: String,
    url: String,
}

/// Sends a stranger's browser to the provider of the agency that is meant.
pub fn begin(visit: &Visit) -> Answer {
    let agency = visit.app.store.read(|sql| sign_in::meant(sql, visit.typed("agency")))?;
    away(visit, agency, local(visit.typed("next")), None)
}

/// Sends somebody with a one-time link there: the account that they show is theirs from then on.
pub fn begin_by_link(visit: &Visit) -> Answer {
    let link = AgencySecret::from_text(visit.param("link")).ok_or_else(Problem::not_found)?;
    let hash = visit.app.store.read(|sql| enter::link(sql, &link, visit.now))?;
    away(visit, link.agency, local(""), Some(hash))
}

/// The page that leads there. It goes on by itself: pages that forms lead to may not be elsewhere.
fn away(visit: &Visit, agency: AgencyId, next: &str, link: Option<Sha256>) -> Answer {
    if !visit.app.failed_sign_ins.allows(visit.source, visit.now) {
        return Err(access::too_often());
    }
    let how = if visit.came || visit.typed(ANEW) == "1" { Asking::Anew } else { Asking::Known };
    let away = flow::begin(&visit.app, agency, next, link, how)?;
    let page = AwayPage { frame: Frame::of(visit, &away.name), name: away.name, url: away.url.clone() };
    let page = Page::html(&page)?.with("refresh", format!("0; url={}", away.url));
    Ok(visit.sent_away(page, &away.secret, flow::PATIENCE))
}

/// Takes a browser that has come back from a provider.
pub fn back(visit: &Visit) -> Answer {
    let agency = visit.id::<AgencyId>("agency")?;
    if !visit.app.store.read(|sql| agencies::list(sql))?.contains(&agency) {
        return Err(Problem::not_found());
    }
    let told = |name: &str| visit.query.get(name).to_owned();
    let brought = Back {
        agency,
        secret: visit.away,
        state: told("state"),
        code: told("code"),
        issuer: visit.query.find("iss").map(str::to_owned),
        error: told("error"),
        browser: visit.browser.clone(),
        source: visit.source,
    };
    let (passed, next) = enter::enter(&visit.app, &brought)?;
    if let Some(who) = &visit.who {
        sign_in::end(visit, who)?;
    }
    let next = if passed.stage == Stage::Full { local(&next) } else { place_of(passed.stage) };
    Ok(visit.back_again(visit.with_session(Page::to(next), &passed.secret)))
}

//! Signing in with a password, and out.

use askama::Template;
use detailbook_core::ids::AgencyId;
use detailbook_core::records::{Agency, RecordKind};
use detailbook_core::wire::Refusal;

use super::field::{Choice, Field};
use super::frame::Frame;
use super::page::{Answer, Page};
use super::passkeys;
use super::provider::{self, Offer};
use super::seal::Seal;
use super::visit::{Visit, Who};
use crate::access::sign_in::{self, Attempt};
use crate::access::staff_session::Stage;
use crate::problem::Problem;
use crate::routes::staff::percent;
use crate::store::{Sql, StoreError, agency as agencies, records, staff_sessions};

/// Where it is.
pub const PATH: &str = "/console/sign-in";
/// Where somebody goes who was going nowhere else.
const HOME: &str = "/console";
/// The longest way back that is kept.
const WAY_BACK: usize = 500;

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignInPage {
    frame: Frame,
    agency: Option<Choice>,
    only: String,
    login: Field,
    password: Field,
    next: String,
    seal: Seal,
    passkey: Option<Seal>,
    providers: Vec<Offer>,
    only_administrators: bool,
}

/// The page.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let all = named_agencies(sql)?;
    let chosen = visit.query.get("agency");
    let agency = (all.len() > 1).then(|| Choice::new(visit, "agency", "Agency", all.clone(), chosen));
    let next = visit.form.find("next").unwrap_or_else(|| visit.query.get("next"));
    let (providers, only_administrators) = provider::offers(sql, visit, &all)?;
    Page::html(&SignInPage {
        frame: Frame::of(visit, "Sign in"),
        agency,
        only: all.first().filter(|_| all.len() == 1).map(|(_, name)| name.clone()).unwrap_or_default(),
        login: Field::new(visit, "login", "E-mail address").kind("email").autocomplete("username"),
        password: Field::password(visit, "password", "Password", "current-password"),
        next: local(next).to_owned(),
        seal: visit.seal(PATH),
        passkey: passkeys::party(visit).map(|_| visit.seal("/console/sign-in/passkey")),
        providers,
        only_administrators,
    })
}

fn named_agencies(sql: &mut dyn Sql) -> Result<Vec<(String, String)>, StoreError> {
    let mut all = Vec::new();
    for id in agencies::list(sql)? {
        if let Some(agency) = records::get::<Agency>(sql, id, RecordKind::Agency, id)? {
            all.push((id.to_string(), agency.record.name));
        }
    }
    Ok(all)
}

/// Tries the name and the password.
pub fn enter(visit: &Visit) -> Answer {
    let agency = visit.app.store.read(|sql| meant(sql, visit.typed("agency")))?;
    let passed = sign_in::with_password(
        &visit.app,
        Attempt {
            agency,
            login: visit.typed("login").to_owned(),
            password: visit.typed("password").to_owned(),
            browser: visit.browser.clone(),
            source: visit.source,
        },
    )?;
    if let Some(who) = &visit.who {
        end(visit, who)?;
    }
    let next = match passed.stage {
        Stage::Full => local(visit.typed("next")),
        stage => place_of(stage),
    };
    Ok(visit.with_session(Page::to(next), &passed.secret))
}

/// Ends the session that the browser had before.
pub(super) fn end(visit: &Visit, who: &Who) -> Result<(), Problem> {
    let (agency, id) = (who.user.agency, who.session.id);
    visit.app.store.write(move |sql| {
        agencies::lock(sql, agency)?;
        Ok::<_, Problem>(staff_sessions::end(sql, agency, id).map(drop)?)
    })
}

/// The agency that is meant: the one chosen, or the only one.
pub(super) fn meant(sql: &mut dyn Sql, chosen: &str) -> Result<AgencyId, Problem> {
    let all = agencies::list(sql)?;
    match (chosen.parse::<AgencyId>(), all.as_slice()) {
        (Ok(agency), all) if all.contains(&agency) => Ok(agency),
        (Err(_), [only]) => Ok(*only),
        (_, []) => Err(Problem::new(Refusal::Conflict, "There is no agency on this server yet.")),
        _ => Err(Problem::invalid("agency", "must be one of these")),
    }
}

/// Signs out: from the console, or from half-way into it.
pub fn leave(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let who = visit.who()?;
    staff_sessions::end(sql, who.user.agency, who.session.id)?;
    visit.by()?.note(sql, "sign_out", who.user.id, &serde_json::json!({}))?;
    Ok(visit.left(visit.without_session(Page::to("/console/sign-in?said=left"))))
}

/// The way to signing in for somebody who wanted to open a page.
pub(super) fn sent_to(path: &str, whole: &str) -> Page {
    if path == HOME {
        return Page::to(PATH);
    }
    Page::to(&format!("{PATH}?next={}", percent::encode(local(whole))))
}

/// Where somebody belongs who has come so far.
pub(super) const fn place_of(stage: Stage) -> &'static str {
    match stage {
        Stage::SecondStep => "/console/second-step",
        Stage::Enrol => "/console/enrol",
        Stage::NewPassword => "/console/new-password",
        Stage::Full => HOME,
    }
}

/// A path within the console as it is, and anything else as the way home: nobody is led elsewhere by a link to this page.
pub(super) fn local(next: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '?' | '=' | '&' | '%');
    let rest = next.strip_prefix(HOME);
    let within = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let good =
        within && next.len() <= WAY_BACK && next.chars().all(plain) && !next.contains("//") && !next.contains("..");
    if good { next } else { HOME }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_out_of_the_console() {
        for good in ["/console", "/console/users?after=1", "/console/audit?actor=a%20b", "/console?said=left"] {
            assert_eq!(local(good), good);
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "/console//evil.example",
            "https://evil.example/console",
            "/console@evil.example",
            "/consoles",
            "/console/../v1/staff",
            "/console\\evil",
            "/console/\r\nset-cookie: a=b",
            "/console/\u{2f}\u{2f}x",
            "javascript:alert(1)",
            &format!("/console/{}", "x".repeat(600)),
        ] {
            assert_eq!(local(bad), HOME, "{bad:?}");
        }
    }
}

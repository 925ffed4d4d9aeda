//! One request of a browser's, once it is known who it is and that the page's gate is open to them.

use std::str::FromStr;

use chrono::{Days, NaiveDate, NaiveTime};
use data_encoding::BASE64URL_NOPAD;
use detailbook_core::entropy::random_bytes;
use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;
use detailbook_core::time::{Millis, UnixMillis, Zone};
use detailbook_core::wire::Refusal;

use super::form::Form;
use super::page::Page;
use super::seal::{self, Seal};
use super::table::{Entry, Gate};
use super::upload::{self, Upload};
use super::{Call, cookies, signed_in, signed_out, writes};
use crate::access::agency_secret::AgencySecret;
use crate::access::limiter::Source;
use crate::access::permissions::Permissions;
use crate::access::scope::Scope;
use crate::access::staff_session::{StaffSession, Stage};
use crate::access::users::{Hand, User};
use crate::app::App;
use crate::audit::By;
use crate::problem::Problem;
use crate::routes::staff::path::Params;
use crate::routes::staff::percent;
use crate::store::{Sql, agency as agencies, staff_sessions};

/// The media type of forms.
const FORM_TYPE: &str = "application/x-www-form-urlencoded";

/// What stands in the cookie of a browser from which somebody came in by a provider: it says no more than that.
const CAME: &str = "1";
/// For how long a browser keeps in mind that they signed out again.
const LEFT: Millis = Millis::from_hours(30 * 24);

/// Somebody with a live session.
#[derive(Clone, Debug)]
pub struct Who {
    /// The person.
    pub user: User,
    /// Their session.
    pub session: StaffSession,
    /// What their browser holds.
    pub secret: AgencySecret,
    /// What their role may do.
    pub permissions: Permissions,
    /// The agency's name.
    pub agency_name: String,
    /// The agency's zone.
    pub zone: Zone,
}

impl Who {
    /// May they?
    pub fn may(&self, scope: Scope) -> bool {
        self.permissions.scopes.allow(scope)
    }

    /// As whoever changes somebody's access.
    pub fn hand(&self) -> Hand<'_> {
        Hand::Person { user: self.user.id, session: self.session.id, scopes: &self.permissions.scopes }
    }
}

/// What a page is given.
#[derive(Clone)]
pub struct Visit {
    /// The server.
    pub app: App,
    /// When the request is handled.
    pub now: UnixMillis,
    /// Which page it is.
    pub entry: &'static Entry,
    /// Who it is; nobody on pages for everybody.
    pub who: Option<Who>,
    /// How the audit log names them.
    pub actor: String,
    /// What stands in the address after `?`.
    pub query: Form,
    /// What was sent.
    pub form: Form,
    /// The file that came with it.
    pub upload: Option<Upload>,
    /// What is wrong with it, where the form is shown again.
    pub refused: Option<Problem>,
    /// Where it comes from.
    pub source: Source,
    /// What the browser calls itself.
    pub browser: String,
    /// What it kept when it was sent to an identity provider.
    pub away: Option<AgencySecret>,
    /// Somebody came in by an identity provider from that browser before.
    pub came: bool,
    path: String,
    params: Params,
    guest: [u8; 32],
    new_guest: bool,
    number: Option<[u8; 16]>,
}

impl Visit {
    pub(super) fn new(
        app: &App,
        now: UnixMillis,
        entry: &'static Entry,
        params: Params,
        query: Form,
        who: Option<Who>,
        call: &Call,
    ) -> Self {
        let names = cookies::Names::of(&app.settings.public_url);
        let known = call.cookie.as_deref().and_then(|header| cookies::value(header, names.guest)).and_then(guest);
        let away = call.cookie.as_deref().and_then(|header| cookies::value(header, names.away));
        let came = call.cookie.as_deref().is_some_and(|header| cookies::value(header, names.came).is_some());
        let (guest, new_guest) = (known.unwrap_or_else(|| random_bytes(&mut app.entropy.clone())), known.is_none());
        let path = call.path.split('?').next().unwrap_or_default().to_owned();
        let actor = who.as_ref().map_or_else(|| "sign-in page".to_owned(), |who| who.user.actor());
        Self {
            app: app.clone(),
            now,
            entry,
            who,
            actor,
            query,
            form: Form::default(),
            upload: None,
            refused: None,
            source: call.source,
            browser: call.browser.clone(),
            away: away.and_then(AgencySecret::from_text),
            came,
            path,
            params,
            guest,
            new_guest,
            number: None,
        }
    }

    /// Reads the form that was sent, and refuses one that this console did not give to this browser for this path.
    #[allow(clippy::result_large_err, reason = "either way it is the visit that goes on")]
    pub(super) fn take_form(mut self, call: &Call) -> Result<Self, (Self, Problem)> {
        if !writes(self.entry) {
            return if call.body.is_empty() { Ok(self) } else { Err((self, Refusal::Malformed.into())) };
        }
        match self.opened(call) {
            Ok((form, upload, number)) => {
                (self.form, self.upload, self.number) = (form, upload, Some(number));
                Ok(self)
            }
            Err(problem) => Err((self, problem)),
        }
    }

    fn opened(&self, call: &Call) -> Result<(Form, Option<Upload>, [u8; 16]), Problem> {
        let takes: Vec<_> = self.entry.takes.iter().copied().chain([seal::FIELD]).collect();
        let (form, upload) = self.sent(call, &takes)?;
        let number = seal::open(self.key(), &self.path, form.get(seal::FIELD)).ok_or_else(stale)?;
        Ok((form, upload, number))
    }

    fn sent(&self, call: &Call, takes: &[&str]) -> Result<(Form, Option<Upload>), Problem> {
        let kind = call.content_type.as_deref().and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        match self.entry.file {
            Some(_) if kind == upload::TYPE && call.body.len() > upload::FORM_BYTES => Err(upload::too_large()),
            Some(file) if kind == upload::TYPE => {
                upload::read(call.content_type.as_deref().unwrap_or_default(), call.body.clone(), takes, file)
            }
            None if kind == FORM_TYPE && call.body.len() > super::FORM_BYTES => Err(Refusal::TooLarge.into()),
            None if kind == FORM_TYPE => Ok((Form::read(&call.body, takes, self.entry.many)?, None)),
            _ => Err(Refusal::Malformed.into()),
        }
    }

    /// What this browser's forms are sealed with.
    fn key(&self) -> &[u8; 32] {
        self.who.as_ref().map_or(&self.guest, |who| who.secret.bytes())
    }

    /// A stranger's browser, by the hash of the secret that its forms are tied to.
    pub(super) fn guest_id(&self) -> Sha256 {
        Sha256::of(&self.guest)
    }

    /// The hidden field of a form that is sent to `path`.
    pub fn seal(&self, path: &str) -> Seal {
        Seal::new(self.key(), path, &mut self.app.entropy.clone())
    }

    /// The same visit with what is wrong with what was sent.
    pub(super) fn again(&self, problem: Problem) -> Self {
        Self { refused: Some(problem), ..self.clone() }
    }

    /// The same visit as if no form had been sent: for the forms of a page beside the one that was.
    #[must_use]
    pub fn unsent(&self) -> Self {
        Self { form: Form::default(), refused: None, ..self.clone() }
    }

    /// The answer, with the cookie that a stranger's forms are tied to.
    pub(super) fn with_guest_cookie(&self, page: Page) -> Page {
        let is_html = page.content_type.starts_with("text/html");
        if !self.new_guest || self.who.is_some() || !is_html {
            return page;
        }
        let names = cookies::Names::of(&self.app.settings.public_url);
        page.with("set-cookie", names.set(names.guest, &BASE64URL_NOPAD.encode(&self.guest)))
    }

    /// Who it is, on a page whose gate asks for somebody.
    pub fn who(&self) -> Result<&Who, Problem> {
        self.who.as_ref().ok_or_else(signed_out)
    }

    /// Refuses whoever has not that right, where it depends on more than the page.
    pub fn must(&self, scope: Scope) -> Result<(), Problem> {
        if self.who()?.may(scope) {
            return Ok(());
        }
        let reason = format!("Your role does not include the right {scope}: {}", scope.says());
        Err(Problem::new(Refusal::NotAllowed, reason))
    }

    /// Their agency.
    pub fn agency(&self) -> Result<AgencyId, Problem> {
        Ok(self.who()?.user.agency)
    }

    /// What stands in the path under that name.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// What stands in the address under these names, as it stands in addresses.
    pub fn same(&self, names: &[&str]) -> String {
        let kept = names.iter().filter(|name| !self.query.get(name).is_empty());
        kept.map(|name| format!("{name}={}", percent::encode(self.query.get(name)))).collect::<Vec<_>>().join("&")
    }

    /// When the day begins, by the agency's clocks, that stands in the address under that name; or, `later`, so many days after it.
    pub fn day_begins(&self, name: &str, later: u64) -> Result<Option<UnixMillis>, Problem> {
        let text = self.query.get(name);
        if text.is_empty() {
            return Ok(None);
        }
        let day =
            NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|day| day.checked_add_days(Days::new(later)));
        let day = day.ok_or_else(|| Problem::invalid(name, "must be a day such as 2026-05-16"))?;
        Ok(Some(self.who()?.zone.instant(day.and_time(NaiveTime::MIN)).first()))
    }

    /// The id in the path. What is none names nothing.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        self.param(name).parse().map_err(|_| Problem::not_found())
    }

    /// What was typed into a field.
    pub fn typed(&self, name: &str) -> &str {
        self.form.get(name)
    }

    /// The day that was typed into a field; none where it is empty.
    pub fn typed_day<D: FromStr>(&self, name: &str) -> Result<Option<D>, Problem> {
        match self.typed(name) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| Problem::invalid(name, "must be a day such as 2030-03-08")),
        }
    }

    /// What is wrong with a field, as a sentence, where the form is shown again.
    pub fn wrong(&self, name: &str) -> Option<String> {
        let problem = self.refused.as_ref()?;
        let (field, why) = problem.reason.split_once(": ")?;
        (problem.refusal == Refusal::Invalid && field == name).then(|| format!("This {why}."))
    }

    /// What is wrong with the whole, where it is no field's.
    pub fn wrong_at_all(&self) -> Option<String> {
        let problem = self.refused.as_ref()?;
        let of_a_field = problem.reason.split_once(": ").is_some_and(|(field, _)| {
            problem.refusal == Refusal::Invalid
                && [self.entry.takes, self.entry.many, self.entry.file.as_slice()]
                    .iter()
                    .any(|known| known.contains(&field))
        });
        (!of_a_field).then(|| problem.reason.clone())
    }

    /// As the one who acts.
    pub fn by(&self) -> Result<By<'_>, Problem> {
        Ok(By { agency: self.agency()?, now: self.now, actor: &self.actor })
    }

    /// Takes the agency's lock, sees that everything that opened the page still holds, and takes the form once.
    pub(super) fn hold(&self, sql: &mut dyn Sql) -> Result<(), Problem> {
        self.still_open(sql)?;
        let (who, number) = (self.who()?, self.number.ok_or_else(stale)?);
        if staff_sessions::take_form(sql, who.user.agency, who.session.id, &number)? {
            Ok(())
        } else {
            Err(sent_before())
        }
    }

    /// Takes the agency's lock, and sees that everything that opened the page still holds.
    fn still_open(&self, sql: &mut dyn Sql) -> Result<(), Problem> {
        let who = self.who()?;
        agencies::lock(sql, who.user.agency)?.ok_or_else(Problem::not_found)?;
        let now = signed_in(sql, who.secret, self.now)?.ok_or_else(signed_out)?;
        let open = match self.entry.gate {
            Gate::Scope(scope) => now.may(scope),
            _ => true,
        };
        if now.session.stage != who.session.stage || !open || now.permissions != who.permissions {
            return Err(Problem::new(
                Refusal::NotAllowed,
                "What you may do was changed just now. Open the page again.",
            ));
        }
        Ok(())
    }

    /// Writes under the agency's lock, all or nothing, if everything that opened the page still holds.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Sql, &Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let inside = self.clone();
        self.app.store.write(move |sql| {
            inside.hold(sql)?;
            work(sql, &inside)
        })
    }

    /// Takes the form once, before much is done for it: one form has nothing done many times over. [`Visit::write_on`] writes then.
    pub fn take(&self) -> Result<(), Problem> {
        self.write(|_, _| Ok(()))
    }

    /// Writes on in a transaction of its own, after the form was taken by [`Visit::write`] or [`Visit::take`], if everything that opened the page still
    /// holds.
    pub fn write_on<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Sql, &Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let inside = self.clone();
        self.app.store.write(move |sql| {
            inside.still_open(sql)?;
            work(sql, &inside)
        })
    }

    /// The page with a new session's cookie, in the place of what the browser held.
    pub fn with_session(&self, page: Page, secret: &AgencySecret) -> Page {
        let names = cookies::Names::of(&self.app.settings.public_url);
        let page = page.with("set-cookie", names.set(names.session, &secret.to_text()));
        page.with("set-cookie", names.take_back(names.guest))
    }

    /// The page that sends a browser to an identity provider, with what it keeps until it is back.
    pub fn sent_away(&self, page: Page, secret: &AgencySecret, lasts: Millis) -> Page {
        let names = cookies::Names::of(&self.app.settings.public_url);
        page.with("set-cookie", names.set_for(names.away, &secret.to_text(), lasts.0 / 1_000))
    }

    /// The page for a browser that has come back. Until it is closed, whoever is sent away from it next signs in there anew.
    pub fn back_again(&self, page: Page) -> Page {
        let names = cookies::Names::of(&self.app.settings.public_url);
        page.with("set-cookie", names.take_back(names.away)).with("set-cookie", names.set(names.came, CAME))
    }

    /// The page for a browser that somebody leaves who may have come in by a provider: the next one signs in there anew, though the
    /// browser be closed meanwhile.
    pub fn left(&self, page: Page) -> Page {
        if !self.came {
            return page;
        }
        let names = cookies::Names::of(&self.app.settings.public_url);
        page.with("set-cookie", names.set_for(names.came, CAME, LEFT.0 / 1_000))
    }

    /// The page without any session.
    pub fn without_session(&self, page: Page) -> Page {
        let names = cookies::Names::of(&self.app.settings.public_url);
        page.with("set-cookie", names.take_back(names.session))
    }

    /// Is somebody there who has come all the way?
    pub fn is_full(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.session.stage == Stage::Full)
    }

    /// A time for people, in the agency's zone.
    pub fn time(&self, at: UnixMillis) -> String {
        self.who.as_ref().map_or_else(|| at.to_string(), |who| who.zone.clock_text(at))
    }
}

fn guest(text: &str) -> Option<[u8; 32]> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok()
}

fn stale() -> Problem {
    let reason = "This form is not one that the console gave you for this, or you have signed in or out since. Nothing was done: \
                  open the page again and send it once more.";
    Problem::new(Refusal::NotAllowed, reason)
}

fn sent_before() -> Problem {
    let reason = "This form was sent before and is taken once. Nothing was done a second time: open the page again to see how \
                  things stand.";
    Problem::new(Refusal::Replayed, reason)
}

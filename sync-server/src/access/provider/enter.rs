//! A browser comes back from the provider: what it brings is checked, and whoever it shows is somebody here already, or nobody.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, UserId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Refusal;
use serde_json::json;

use super::Provider;
use super::accounts::{self, Account};
use super::described::Described;
use super::flow::{self, Asking, Begun};
use super::token::{Asked, Came, Exchange, Shown, Unbelieved};
use crate::access::agency_secret::AgencySecret;
use crate::access::limiter::Source;
use crate::access::one_time_link;
use crate::access::sign_in::{self, Passed};
use crate::access::users::{self, User};
use crate::app::App;
use crate::audit::By;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, agency as agencies, one_time_links, providers as rows, users as people};

/// What a browser brings back.
#[derive(Clone, Debug)]
pub struct Back {
    /// The agency that it came back to.
    pub agency: AgencyId,
    /// What it kept.
    pub secret: Option<AgencySecret>,
    /// What it was given along.
    pub state: String,
    /// What stands for somebody.
    pub code: String,
    /// Whose answer it is, where the provider says so.
    pub issuer: Option<String>,
    /// Why the provider does not say who it is.
    pub error: String,
    /// What the browser calls itself.
    pub browser: String,
    /// Where it comes from.
    pub source: Source,
}

/// Takes what a browser brings back. Gives the session and where they wanted to go. Blocks.
pub fn enter(app: &App, back: &Back) -> Result<(Passed, String), Problem> {
    if !app.failed_sign_ins.allows(back.source, app.now()) {
        return Err(sign_in::too_often());
    }
    let done = tried(app, back);
    if done.as_ref().is_err_and(|problem| problem.refusal == Refusal::NotAuthenticated) {
        app.failed_sign_ins.failed(back.source, app.now());
    }
    done
}

fn tried(app: &App, back: &Back) -> Result<(Passed, String), Problem> {
    // Of another agency, or no browser that was sent away: looked at before anything is used up.
    let secret = back.secret.filter(|it| it.agency == back.agency).ok_or_else(not_sent)?;
    let how = flow::asking(&secret, &back.state).ok_or_else(not_sent)?;
    let begun = taken(app, &secret)?;
    let provider = app.store.read(|sql| rows::get(sql, back.agency))?;
    let provider = provider.filter(|it| it.is_on && it.version == begun.version).ok_or_else(changed)?;
    let _calling = app.providers.calling()?;
    let anew_since = (how == Asking::Anew).then_some(begun.began_at);
    let asked = Asked { nonce: flow::nonce(&secret, how), anew_since };
    let shown = shown(app, back, &provider, &secret, &asked)?;
    let (clock, mut entropy, browser) = (app.clock.clone(), app.entropy.clone(), back.browser.clone());
    let next = begun.next.clone();
    let attempt = Attempt { provider, begun, shown, browser };
    let came = app.store.write(move |sql| attempt.begin(sql, clock.now(), &mut entropy))?;
    match came {
        Ok(passed) => Ok((passed, next)),
        Err(why) => Err(why.problem()),
    }
}

/// What the browser was sent away for, once and not for ever.
fn taken(app: &App, secret: &AgencySecret) -> Result<Begun, Problem> {
    let (agency, flow, now) = (secret.agency, secret.hash(), app.now());
    let begun = app.store.write(move |sql| Ok::<_, Problem>(rows::take(sql, agency, flow)?))?;
    begun.filter(|it| now - it.began_at <= flow::PATIENCE && now >= it.began_at).ok_or_else(not_sent)
}

/// Who the provider says it is, if all of it holds.
fn shown(app: &App, back: &Back, provider: &Provider, secret: &AgencySecret, asked: &Asked) -> Result<Shown, Problem> {
    let described = app.providers.get(&app.settings.providers, &provider.issuer, app.now());
    let described = described.map_err(|_| flow::down(provider))?;
    let foreign = match &back.issuer {
        Some(issuer) => *issuer != provider.issuer,
        None => described.names_itself(),
    };
    if foreign {
        return Err(unbelieved(app, provider, &Unbelieved::Token("the answer is of another issuer")));
    }
    if !back.error.is_empty() || back.code.is_empty() {
        return Err(denied(provider, &back.error));
    }
    let place = Provider::place(provider.agency);
    let sealed = provider.client_secret.as_deref().unwrap_or_default();
    let client_secret =
        app.settings.secrets.as_ref().and_then(|key| key.open(&place, sealed)).ok_or_else(unreadable)?;
    let exchange = Exchange {
        reach: &app.settings.providers,
        provider,
        secret: &client_secret,
        back: &flow::back(&app.settings.public_url, provider.agency),
    };
    let came = exchange.code(&described, &back.code, flow::verifier(secret));
    let shown = came.and_then(|came| believed(app, &exchange, &described, &came, asked));
    shown.map_err(|why| unbelieved(app, provider, &why))
}

fn believed(
    app: &App,
    exchange: &Exchange<'_>,
    described: &Described,
    came: &Came,
    asked: &Asked,
) -> Result<Shown, Unbelieved> {
    let shown = match exchange.believed(described, came, asked, app.now()) {
        Err(Unbelieved::Key) => renewed(app, exchange, came, asked)?,
        other => other?,
    };
    let (agency, issuer) = (exchange.provider.agency, exchange.provider.issuer.as_str());
    let known = app.store.read(|sql| rows::account(sql, agency, issuer, &shown.subject));
    // Whom it knows by its own name for them needs no address.
    match known {
        Ok(Some(_)) => Ok(shown),
        _ => exchange.with_email(described, came, shown),
    }
}

/// The token again, with the keys that the provider has by now.
fn renewed(app: &App, exchange: &Exchange<'_>, came: &Came, asked: &Asked) -> Result<Shown, Unbelieved> {
    let described = app.providers.renewed(&app.settings.providers, &exchange.provider.issuer, app.now());
    exchange.believed(&*described.ok_or(Unbelieved::Key)?, came, asked, app.now())
}

/// Somebody whom the provider has shown.
struct Attempt {
    provider: Provider,
    begun: Begun,
    shown: Shown,
    browser: String,
}

/// Why somebody whom the provider has shown does not come in. It is noted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Refused {
    /// Nobody here is theirs.
    Nobody,
    /// Their e-mail address is not one that the provider vouches for.
    Unverified,
    /// Another account at the provider is bound to that person.
    OtherAccount,
    /// The link was for somebody else, or is worth nothing.
    Link,
    /// They are disabled or locked.
    Shut,
}

impl Attempt {
    /// Begins a session for whoever it is. `Err`: a refusal, which is noted and to be kept.
    fn begin(
        self,
        sql: &mut dyn Sql,
        now: UnixMillis,
        entropy: &mut dyn Entropy,
    ) -> Result<Result<Passed, Refused>, Problem> {
        let agency = self.provider.agency;
        agencies::lock(sql, agency)?.ok_or_else(Problem::not_found)?;
        let current = rows::get(sql, agency)?.filter(|it| it.is_on && it.version == self.begun.version);
        current.ok_or_else(changed)?;
        match self.whose(sql, now)? {
            Ok(user) if sign_in::may_try(&user, now) => self.let_in(sql, now, &user, entropy).map(Ok),
            Ok(user) => self.refuse(sql, now, Some(user.id), Refused::Shut),
            Err((user, why)) => self.refuse(sql, now, user, why),
        }
    }

    fn let_in(
        &self,
        sql: &mut dyn Sql,
        now: UnixMillis,
        user: &User,
        entropy: &mut dyn Entropy,
    ) -> Result<Passed, Problem> {
        let (agency, issuer) = (self.provider.agency, &self.provider.issuer);
        rows::used(sql, agency, issuer, &self.shown.subject, now)?;
        let by = By { agency, now, actor: &user.actor() };
        by.note(
            sql,
            "user.provider_used",
            user.id,
            &json!({ "issuer": issuer, "second_step": self.shown.second_step }),
        )?;
        if self.shown.second_step {
            let stage = sign_in::after_second_step(user);
            return sign_in::begin_at(sql, now, user, stage, self.browser.clone(), entropy);
        }
        sign_in::begin(sql, now, user, self.browser.clone(), entropy)
    }

    /// Whose account it is: known by the provider's name for it, or bound now. `Err` with whom it concerns.
    #[allow(clippy::type_complexity, reason = "said in one line above")]
    fn whose(&self, sql: &mut dyn Sql, now: UnixMillis) -> Result<Result<User, (Option<UserId>, Refused)>, Problem> {
        let (agency, issuer) = (self.provider.agency, &self.provider.issuer);
        let invited = match self.begun.link {
            Some(link) => match one_time_links::find(sql, agency, link, now)? {
                Some(person) => Some(person),
                None => return Ok(Err((None, Refused::Link))),
            },
            None => None,
        };
        if let Some(known) = rows::account(sql, agency, issuer, &self.shown.subject)? {
            if invited.is_some_and(|person| person != known.person) {
                return Ok(Err((invited, Refused::Link)));
            }
            let user = people::get(sql, agency, known.person)?;
            return Ok(user.ok_or((None, Refused::Nobody)));
        }
        let found = match invited {
            Some(person) => people::get(sql, agency, person)?.ok_or((None, Refused::Nobody)),
            None => self.by_email(sql)?,
        };
        let Ok(user) = found else { return Ok(found) };
        if rows::account_of(sql, agency, issuer, user.id)?.is_some() {
            return Ok(Err((Some(user.id), Refused::OtherAccount)));
        }
        if !sign_in::may_try(&user, now) {
            return Ok(Err((Some(user.id), Refused::Shut)));
        }
        self.bind(sql, now, &user).map(|bound| if bound { Ok(user) } else { Err((None, Refused::OtherAccount)) })
    }

    #[allow(clippy::type_complexity, reason = "as above")]
    fn by_email(&self, sql: &mut dyn Sql) -> Result<Result<User, (Option<UserId>, Refused)>, Problem> {
        let Some((email, verified)) = &self.shown.email else { return Ok(Err((None, Refused::Unverified))) };
        if !verified {
            return Ok(Err((None, Refused::Unverified)));
        }
        let Ok(login) = users::login("login", email) else { return Ok(Err((None, Refused::Nobody))) };
        let found = people::by_login(sql, self.provider.agency, &login)?;
        Ok(found.ok_or((None, Refused::Nobody)))
    }

    fn bind(&self, sql: &mut dyn Sql, now: UnixMillis, user: &User) -> Result<bool, Problem> {
        let account = Account {
            person: user.id,
            issuer: self.provider.issuer.clone(),
            subject: self.shown.subject.clone(),
            bound_at: now,
            used_at: None,
        };
        let by = By { agency: user.agency, now, actor: &user.actor() };
        let how = if self.begun.link.is_some() { "link" } else { "email" };
        let bound = accounts::bind(sql, &by, user, &account, how)?;
        if bound && self.begun.link.is_some() {
            one_time_links::drop_all(sql, user.agency, user.id)?;
        }
        Ok(bound)
    }

    /// Notes it. What names somebody here counts as a failure of theirs.
    fn refuse(
        &self,
        sql: &mut dyn Sql,
        now: UnixMillis,
        whom: Option<UserId>,
        why: Refused,
    ) -> Result<Result<Passed, Refused>, Problem> {
        let by = By { agency: self.provider.agency, now, actor: sign_in::NOBODY };
        let subject = whom.map_or_else(|| "unknown person".to_owned(), |id| id.to_string());
        let told = json!({ "issuer": self.provider.issuer, "subject": self.shown.subject, "why": why.word() });
        by.note(sql, "sign_in.provider_refused", subject.as_str(), &told)?;
        if let Some(id) = whom {
            sign_in::fail(sql, &by, id.as_bytes())?;
        }
        Ok(Err(why))
    }
}

impl Refused {
    const fn word(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Unverified => "unverified_email",
            Self::OtherAccount => "other_account",
            Self::Link => "link",
            Self::Shut => "shut",
        }
    }

    fn problem(self) -> Problem {
        let reason = match self {
            Self::Nobody => {
                "Your account at the provider is nobody's here. Ask an administrator to add you with the same e-mail address, or for a link."
            }
            Self::Unverified => {
                "The provider does not say that your e-mail address is yours, so nobody knows who you are here. Ask an administrator for a link."
            }
            Self::OtherAccount => {
                "Another account at the provider is yours here. Ask an administrator to have it forgotten."
            }
            Self::Link => {
                "That link is worth nothing any more, or is somebody else's. Ask an administrator for another."
            }
            Self::Shut => {
                "You cannot sign in now: your access here was ended, or is locked for 15 minutes after five failures."
            }
        };
        Problem::new(Refusal::NotAuthenticated, reason)
    }
}

/// Notes that an answer did not hold, and says so.
fn unbelieved(app: &App, provider: &Provider, why: &Unbelieved) -> Problem {
    tracing::warn!(issuer = provider.issuer, %why, "a sign-in by an identity provider was refused");
    match why {
        Unbelieved::Down | Unbelieved::Client => flow::down(provider),
        Unbelieved::Code | Unbelieved::Token(_) | Unbelieved::Key => {
            let (agency, issuer, words, now) = (provider.agency, provider.issuer.clone(), why.to_string(), app.now());
            let noted: Result<(), StoreError> = app.store.write(move |sql| {
                agencies::lock(sql, agency)?;
                let by = By { agency, now, actor: sign_in::NOBODY };
                let told = json!({ "issuer": issuer, "why": words });
                by.note(sql, "sign_in.provider_refused", "unknown person", &told)
            });
            noted.err().map_or_else(
                || {
                    let name = &provider.name;
                    let reason = format!(
                        "The answer of {name} is refused: {why}. Begin again; if it stays so, tell an administrator."
                    );
                    Problem::new(Refusal::NotAuthenticated, reason)
                },
                Problem::from,
            )
        }
    }
}

/// The provider says itself that it does not know who it is, or that they do not want to.
fn denied(provider: &Provider, error: &str) -> Problem {
    let name = &provider.name;
    let word: String = error.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').take(40).collect();
    let said = if word.is_empty() { String::new() } else { format!(" ({word})") };
    Problem::conflict(format!("{name} did not sign you in{said}. Try again, or sign in another way."))
}

fn not_sent() -> Problem {
    let reason = "Your browser was not sent to the provider from here, or too long ago. Begin again.";
    Problem::new(Refusal::NotAuthenticated, reason)
}

fn changed() -> Problem {
    Problem::conflict("How people sign in by the provider was changed meanwhile. Begin again.")
}

fn unreadable() -> Problem {
    Problem::conflict(
        "This server cannot read what the provider knows it by. An administrator must enter the client secret again.",
    )
}

/// The one-time link of somebody who comes by the provider instead of choosing a password.
pub fn link(sql: &mut dyn Sql, link: &AgencySecret, now: UnixMillis) -> Result<Sha256, Problem> {
    one_time_link::holder(sql, link, now)?.map(|_| link.hash()).ok_or_else(Problem::not_found)
}

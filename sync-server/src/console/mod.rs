//! The console: pages under `/console` for people who sign in. Default deny: [`table::pages`] says who may open what.
//!
//! A page is made on the server from a typed template; every form works without script. How to add one: `docs/console.md`.

pub mod account;
pub mod assets;
pub mod audit;
pub mod changed;
pub mod cookies;
pub mod csv;
pub mod details;
pub mod enrol;
pub mod field;
pub mod form;
pub mod frame;
pub mod headers;
mod http;
pub mod importing;
pub mod invoices;
pub mod live;
pub mod map;
pub mod new_password;
pub mod options;
pub mod origin;
pub mod page;
pub mod part;
pub mod passkeys;
pub mod people;
pub mod provider;
pub mod qr;
pub mod refused;
pub mod requests;
pub mod roles;
pub mod said;
pub mod seal;
pub mod second_step;
pub mod settings;
pub mod sign_in;
pub mod table;
pub mod tiles;
pub mod timesheets;
pub mod today;
pub mod upload;
pub mod users;
pub mod visit;
pub mod welcome;

use std::sync::Arc;

use detailbook_core::records::{Agency, RecordKind};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{Limits, Refusal};

pub use http::router;
pub use page::{Answer, Page};

use crate::access::agency_secret::AgencySecret;
use crate::access::limiter::Source;
use crate::access::permissions;
use crate::access::staff_session::{self, StaffSession, Stage};
use crate::app::App;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, agency as agencies, records, staff_sessions, users as rows};
use table::{Entry, Gate, Show, Work};
use visit::{Visit, Who};

/// Bytes of a form: the longest text, of whose characters each may take twelve as browsers send them, and everything around it.
pub const FORM_BYTES: usize = Limits::V1.text_chars * 12 + 64 * 1024;

/// A request as it came in.
#[derive(Clone, Debug)]
pub struct Call {
    /// The HTTP method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The `Cookie` header.
    pub cookie: Option<String>,
    /// The `Origin` header.
    pub origin: Option<String>,
    /// The `Sec-Fetch-Site` header.
    pub fetch_site: Option<String>,
    /// The `Host` header.
    pub host: Option<String>,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The `User-Agent` header.
    pub browser: String,
    /// A script asks, and nobody has done anything: no use of the session.
    pub unattended: bool,
    /// Where it comes from.
    pub source: Source,
    /// The body.
    pub body: Vec<u8>,
}

/// Bytes taken of a request's body: much only for a form that carries a file, from somebody who may send it. They are known before any
/// of it is read. Blocks.
pub(crate) fn most_bytes(app: &App, call: &Call) -> Result<usize, Problem> {
    let path = call.path.split('?').next().unwrap_or_default();
    let Some((entry, _)) = table::find(&call.method, path).filter(|(entry, _)| entry.file.is_some()) else {
        return Ok(FORM_BYTES);
    };
    origin::check(&app.settings.public_url, call)?;
    let who = who(app, call, Some(entry), app.now())?
        .filter(|who| who.session.stage == Stage::Full)
        .ok_or_else(signed_out)?;
    let open = match entry.gate {
        Gate::Scope(scope) => who.may(scope),
        _ => true,
    };
    Ok(if open { upload::FORM_BYTES } else { FORM_BYTES })
}

/// Answers a request. Blocks.
pub fn handle(app: &App, call: &Call) -> Page {
    app.counts.request();
    let arrived = match arrive(app, call) {
        Ok(arrived) => arrived,
        Err(problem) => return refused::to_nobody(app, &problem),
    };
    match arrived {
        Arrived::Elsewhere(page) => page,
        Arrived::Let(visit) => {
            let page = enter(&visit).unwrap_or_else(|problem| {
                app.counts.refusal(problem.refusal);
                refused::to(&visit, &problem)
            });
            visit.with_guest_cookie(page)
        }
    }
}

/// Where a request leads.
enum Arrived {
    /// To the page it is for, by somebody who may open it.
    Let(Arc<Visit>),
    /// Somewhere else: to signing in, or to a refusal.
    Elsewhere(Page),
}

/// Who it is comes before what for: a stranger learns not even which pages there are.
fn arrive(app: &App, call: &Call) -> Result<Arrived, Problem> {
    let now = app.now();
    if call.method == "POST" {
        origin::check(&app.settings.public_url, call)?;
    }
    let (path, query) = call.path.split_once('?').unwrap_or((&call.path, ""));
    let found = table::find(&call.method, path);
    let who = who(app, call, found.as_ref().map(|(entry, _)| *entry), now)?;
    let gate = found.as_ref().map_or(Gate::Signed, |(entry, _)| entry.gate);
    if let Some(page) = turned_away(call, path, gate, who.as_ref()) {
        return Ok(Arrived::Elsewhere(page?));
    }
    let Some((entry, params)) = found else {
        return Ok(Arrived::Elsewhere(refused::to_maybe(app, who.as_ref(), &Problem::not_found())));
    };
    let asked = if entry.led_to { form::Form::pick } else { form::Form::read };
    let query = match asked(query.as_bytes(), entry.asks, &[]) {
        Ok(query) => query,
        Err(problem) => return Ok(Arrived::Elsewhere(refused::to_maybe(app, who.as_ref(), &problem))),
    };
    let visit = Visit::new(app, now, entry, params, query, who, call);
    Ok(match visit.take_form(call) {
        Ok(visit) => Arrived::Let(Arc::new(visit)),
        Err((visit, problem)) => Arrived::Elsewhere(refused::to(&visit, &problem)),
    })
}

/// Where somebody is sent who is not where they belong; nothing where they are.
fn turned_away(call: &Call, path: &str, gate: Gate, who: Option<&Who>) -> Option<Result<Page, Problem>> {
    let wanted = match gate {
        Gate::Anybody => return None,
        Gate::Step(stage) => stage,
        Gate::Signed | Gate::Scope(_) => Stage::Full,
    };
    let Some(who) = who else {
        return Some(if call.method == "GET" { Ok(sign_in::sent_to(path, &call.path)) } else { Err(signed_out()) });
    };
    if who.session.stage != wanted {
        return Some(Ok(Page::to(sign_in::place_of(who.session.stage))));
    }
    match gate {
        Gate::Scope(scope) if !who.permissions.scopes.allow(scope) => {
            let reason = format!("Your role does not include the right {scope}: {}", scope.says());
            Some(Ok(refused::to_who(who, &Problem::new(Refusal::NotAllowed, reason))))
        }
        _ => None,
    }
}

/// Why nothing was done for somebody whose session has ended.
fn signed_out() -> Problem {
    let reason = "You are signed out, so nothing was done. Sign in and send it again.";
    Problem::new(Refusal::NotAuthenticated, reason)
}

/// Whose live session the cookie is. Its use is noted; what a page does by itself is none, so that nobody stays signed in who left.
fn who(app: &App, call: &Call, entry: Option<&Entry>, now: UnixMillis) -> Result<Option<Who>, Problem> {
    let cookies = cookies::Names::of(&app.settings.public_url);
    let text = call.cookie.as_deref().and_then(|header| cookies::value(header, cookies.session));
    let Some(secret) = text.and_then(AgencySecret::from_text) else { return Ok(None) };
    let found = app.store.read(|sql| signed_in(sql, secret, now))?;
    let by_itself =
        entry.is_some_and(|entry| matches!(entry.work, Work::Stream(_))) || (call.unattended && call.method == "GET");
    if let Some(who) = found.as_ref().filter(|who| !by_itself && who.session.to_be_noted(now)) {
        note_use(app, &who.session, now)?;
    }
    Ok(found)
}

fn note_use(app: &App, session: &StaffSession, now: UnixMillis) -> Result<(), StoreError> {
    let (agency, id) = (session.agency, session.id);
    app.store.write(move |sql| {
        agencies::lock(sql, agency)?;
        staff_sessions::touch(sql, agency, id, now)
    })
}

/// Who holds the secret of a live session, as they are now.
pub(crate) fn signed_in(sql: &mut dyn Sql, secret: AgencySecret, now: UnixMillis) -> Result<Option<Who>, StoreError> {
    let Some(session) = staff_session::find(sql, &secret, now)? else { return Ok(None) };
    let user = rows::get(sql, session.agency, session.user)?.filter(|user| user.disabled_at.is_none());
    let agency = records::get::<Agency>(sql, session.agency, RecordKind::Agency, session.agency)?;
    let (Some(user), Some(agency)) = (user, agency) else { return Ok(None) };
    let permissions = permissions::of(sql, session.agency, user.role)?;
    let Agency { name: agency_name, zone, .. } = agency.record;
    Ok(Some(Who { user, session, secret, permissions, agency_name, zone }))
}

/// Does what the page is for. What was refused is shown by the page of its form, with what was typed.
fn enter(visit: &Arc<Visit>) -> Answer {
    let (shown_by, problem) = match (run(visit), visit.entry.shown_by) {
        (Ok(mut page), Some(shown_by)) => match page.again.take() {
            Some(problem) => (shown_by, problem),
            None => return Ok(page),
        },
        (Err(problem), Some(shown_by)) if may_be_mended(problem.refusal) => (shown_by, problem),
        (answer, _) => return answer,
    };
    if !may_see(visit, shown_by) {
        return Err(problem);
    }
    visit.app.counts.refusal(problem.refusal);
    let status = problem.refusal.status();
    let again = visit.again(problem);
    let page = visit.app.store.read(|sql| shown_by(sql, &again))?;
    Ok(Page { status, ..page })
}

/// May whoever sent a form open the page that shows it again? That page may show more than the form asks for.
fn may_see(visit: &Visit, shown_by: Show) -> bool {
    let mut shows = table::pages()
        .filter(|entry| matches!(entry.work, Work::Read(show) if std::ptr::fn_addr_eq(show, shown_by)))
        .peekable();
    // What no address shows by itself belongs to its form.
    shows.peek().is_none()
        || shows.any(|entry| match entry.gate {
            Gate::Scope(scope) => visit.who.as_ref().is_some_and(|who| who.may(scope)),
            _ => true,
        })
}

/// Is it something that whoever typed it can put right in the form?
fn may_be_mended(refusal: Refusal) -> bool {
    matches!(refusal, Refusal::Invalid | Refusal::Conflict | Refusal::NotAuthenticated | Refusal::SlowDown)
}

fn run(visit: &Arc<Visit>) -> Answer {
    let store = &visit.app.store;
    match visit.entry.work {
        Work::Read(answer) => store.read(|sql| answer(sql, visit)),
        Work::Steps(answer) | Work::Planned(answer) | Work::Stream(answer) => answer(visit),
        Work::Write(answer) => {
            let inside = Arc::clone(visit);
            store.write(move |sql| {
                inside.hold(sql)?;
                answer(sql, &inside)
            })
        }
    }
}

/// Is the entry one that changes something?
pub(crate) fn writes(entry: &Entry) -> bool {
    entry.method == "POST"
}

//! The staff API: JSON under `/v1/staff`, for callers with a token. Default deny: [`table::ROUTES`] says who may what.

pub mod agency;
pub mod answer;
pub mod assignments;
pub mod audit;
pub mod blobs;
pub mod contacts;
pub mod details;
pub mod devices;
pub mod evidence;
pub mod held;
mod http;
pub mod jobs;
pub mod ledger;
pub mod messages;
pub mod notes;
pub mod notices;
pub mod path;
pub mod percent;
pub mod personnel;
pub mod policy;
pub mod postings;
pub mod prices;
pub mod query;
pub mod records;
pub mod relief;
pub mod request;
pub mod requests;
pub mod rulings;
pub mod shape;
pub mod table;
pub mod tokens;
mod whole;

use detailbook_core::wire::Refusal;

pub use answer::{Reply, ReplyBody};
pub use http::router;
pub(crate) use http::{DOWNLOADS, FileBody, STALLED, too_many_downloads};

use crate::access;
use crate::access::tokens::Token;
use crate::app::App;
use crate::problem::Problem;
use crate::store::agency as agencies;
use answer::Answer;
use request::Request;
use shape::Gives;
use table::{Route, Work};

/// A call as it came in.
#[derive(Clone, Debug)]
pub struct StaffCall<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path with its query.
    pub path: &'a str,
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The body.
    pub body: Vec<u8>,
}

/// Answers a call. Blocks.
pub fn handle(app: &App, call: StaffCall<'_>) -> Reply {
    app.counts.request();
    respond(app, call).unwrap_or_else(|problem| {
        app.counts.refusal(problem.refusal);
        Reply::problem(&problem)
    })
}

/// Who calls comes before what for: a stranger learns not even which routes there are.
fn respond(app: &App, call: StaffCall<'_>) -> Answer {
    let (now, token) = (app.now(), authenticate(app, call.authorization)?);
    let (path, query) = call.path.split_once('?').unwrap_or((call.path, ""));
    let (route, params) = table::find(call.method, path).ok_or_else(Problem::not_found)?;
    if !token.allows(route.scope) {
        return Err(Problem::new(Refusal::NotAllowed, format!("Your token does not have the scope {}.", route.scope)));
    }
    if call.body.len() > app.limits.request_bytes {
        return Err(Refusal::TooLarge.into());
    }
    let (actor, query) = (token.actor(), query.to_owned());
    let request = Request { app: app.clone(), token, actor, now, route, params, query, body: call.body };
    request.check_query()?;
    let reply = run(request, route.work)?;
    debug_assert!(is_told_of(route, &reply), "{route:?} gives something that its table does not tell of");
    Ok(reply)
}

/// Does the route give what its table says?
fn is_told_of(route: &Route, reply: &Reply) -> bool {
    match route.gives {
        Gives::Json(statuses, shape) => statuses.contains(&reply.status) && reply.value == Some(shape.id),
        Gives::Done => reply.status == 204,
        Gives::File(_) => reply.status == 200 && reply.value.is_none(),
    }
}

/// The live token that a caller shows.
fn authenticate(app: &App, authorization: Option<&str>) -> Result<Token, Problem> {
    let now = app.now();
    let token = app.store.read(|sql| access::tokens::authenticate(sql, authorization, now))?;
    token.ok_or_else(|| Problem::new(Refusal::NotAuthenticated, "A live API token is needed."))
}

fn run(request: Request, work: Work) -> Answer {
    let store = request.app.store.clone();
    match work {
        Work::Read(answer) => store.read(|sql| answer(sql, &request)),
        Work::Steps(answer) | Work::Planned(answer) => answer(&request),
        Work::Write(answer) => store.write(move |sql| {
            agencies::lock(sql, request.token.agency)?.ok_or_else(Problem::not_found)?;
            still_live(sql, &request.token, request.now)?;
            answer(sql, &request)
        }),
    }
}

/// A token that was taken back while its request waited writes nothing.
fn still_live(
    sql: &mut dyn crate::store::Sql,
    token: &Token,
    now: detailbook_core::time::UnixMillis,
) -> Result<(), Problem> {
    let found = crate::store::tokens::get(sql, token.agency, token.id)?;
    let live = found.is_some_and(|token| token.is_live(now));
    if live { Ok(()) } else { Err(Refusal::NotAuthenticated.into()) }
}

//! The console over HTTP: from a connection to [`super::handle`] on a thread that may block, and back.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{Redirect, Response};
use axum::routing::{any, get};
use detailbook_core::wire::Refusal;

use super::{Call, FORM_BYTES, Page, handle, headers, live, most_bytes, refused, upload};
use crate::access::limiter::Source;
use crate::app::App;
use crate::problem::Problem;
use crate::routes::bodies::{Bodies, Sender, may_be_large};
use crate::routes::device::source;
use crate::routes::staff::{DOWNLOADS, FileBody, STALLED, too_many_downloads};
use tokio::sync::Semaphore;

#[derive(Clone)]
struct Desk {
    app: App,
    bodies: Bodies,
    downloads: Arc<Semaphore>,
}

/// The console's pages, and the way to them from the server's root.
pub fn router(app: App, bodies: Bodies) -> Router {
    Router::new()
        .route("/", get(async || Redirect::to("/console")))
        .route("/console", any(answer))
        .route("/console/{*path}", any(answer))
        .with_state(Desk { app, bodies, downloads: Arc::new(Semaphore::new(DOWNLOADS)) })
}

async fn answer(State(desk): State<Desk>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let source = source(&desk.app, &parts).into();
    let page = match taken(&desk, call(&parts, source), body).await {
        Ok(call) => {
            let app = desk.app.clone();
            let answered = tokio::task::spawn_blocking(move || handle(&app, &call)).await;
            // A page that panicked was rolled back by the store.
            answered.map_err(|_| Problem::from(Refusal::Unavailable))
        }
        Err(problem) => Err(problem),
    };
    let page = page.unwrap_or_else(|problem| refused::to_nobody(&desk.app, &problem));
    match body_of(&desk, &page) {
        Ok(body) => response(&desk.app, page, body),
        Err(problem) => {
            let page = refused::to_nobody(&desk.app, &problem);
            let body = Body::from(page.body.clone());
            response(&desk.app, page, body)
        }
    }
}

/// The call with its body. Whoever sends much is known before any of it is read.
async fn taken(desk: &Desk, call: Call, body: Body) -> Result<Call, Problem> {
    let (mut call, limit) = if may_be_large(&body) {
        let app = desk.app.clone();
        let known = tokio::task::spawn_blocking(move || {
            let limit = most_bytes(&app, &call);
            (call, limit)
        });
        known.await.map_err(|_| Problem::from(Refusal::Unavailable))?
    } else {
        (call, Ok(FORM_BYTES))
    };
    let limit = limit?;
    let gathered = desk.bodies.gather(body, Sender { source: call.source, limit }).await;
    call.body = gathered.map_err(|refusal| match refusal {
        Refusal::TooLarge if limit > FORM_BYTES => upload::too_large(),
        refusal => refusal.into(),
    })?;
    Ok(call)
}

/// The call without its body.
fn call(parts: &Parts, source: Source) -> Call {
    let header = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    // HTTP/1 may send cookies in one header only (RFC 6265 section 5.4); of several the console believes none.
    let one_cookie = parts.headers.get_all(header::COOKIE).iter().nth(1).is_none();
    // Whoever asks for the head alone is answered like whoever asks for all; the body is left out on the way.
    let method = if parts.method == Method::HEAD { Method::GET } else { parts.method.clone() };
    Call {
        method: method.as_str().to_owned(),
        path: parts.uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str).to_owned(),
        cookie: header(header::COOKIE).filter(|_| one_cookie),
        origin: header(header::ORIGIN),
        fetch_site: header(HeaderName::from_static("sec-fetch-site")),
        host: header(header::HOST),
        content_type: header(header::CONTENT_TYPE),
        browser: header(header::USER_AGENT).unwrap_or_default(),
        unattended: parts.headers.contains_key("x-detailbook-unattended"),
        source,
        body: Vec::new(),
    }
}

/// The body of a page: its bytes, a stream, or a file that is read as fast as the browser takes it.
fn body_of(desk: &Desk, page: &Page) -> Result<Body, Problem> {
    if let Some(ticket) = &page.stream {
        return Ok(live::body(&desk.app, ticket.clone()));
    }
    let Some((file, length)) = &page.file else { return Ok(Body::from(page.body.clone())) };
    let place = Arc::clone(&desk.downloads).try_acquire_owned().map_err(|_| too_many_downloads())?;
    Ok(Body::new(FileBody::new(file.try_clone()?, *length, place, STALLED)))
}

fn response(app: &App, page: Page, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(page.content_type));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(headers::cache(page.lasting)));
    for (name, value) in headers::of(&app.settings).into_iter().chain(page.headers) {
        if let Ok(value) = HeaderValue::try_from(value) {
            out.append(HeaderName::from_static(name), value);
        }
    }
    response
}

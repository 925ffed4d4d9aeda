//! The console over HTTP: from a connection to [`super::handle`] on a thread that may block, and back.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{Redirect, Response};
use axum::routing::{any, get};
use detailbook_core::wire::Refusal;

use super::{Call, FORM_BYTES, Page, handle, headers, live, refused};
use crate::app::App;
use crate::problem::Problem;
use crate::routes::bodies::{Bodies, Sender};
use crate::routes::device::source;

#[derive(Clone)]
struct Desk {
    app: App,
    bodies: Bodies,
}

/// The console's pages, and the way to them from the server's root.
pub fn router(app: App, bodies: Bodies) -> Router {
    Router::new()
        .route("/", get(async || Redirect::to("/console")))
        .route("/console", any(answer))
        .route("/console/{*path}", any(answer))
        .with_state(Desk { app, bodies })
}

async fn answer(State(desk): State<Desk>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let sender = Sender { source: source(&desk.app, &parts).into(), limit: FORM_BYTES };
    let page = match desk.bodies.gather(body, sender).await {
        Ok(body) => {
            let app = desk.app.clone();
            let answered = tokio::task::spawn_blocking(move || handle(&app, &call(&parts, sender, body))).await;
            // A page that panicked was rolled back by the store.
            answered.map_err(|_| Problem::from(Refusal::Unavailable))
        }
        Err(refusal) => Err(refusal.into()),
    };
    response(&desk.app, page.unwrap_or_else(|problem| refused::to_nobody(&desk.app, &problem)))
}

fn call(parts: &Parts, sender: Sender, body: Vec<u8>) -> Call {
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
        source: sender.source,
        body,
    }
}

fn response(app: &App, page: Page) -> Response {
    let mut response = Response::new(match page.stream {
        Some(ticket) => live::body(app, ticket),
        None => Body::from(page.body),
    });
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

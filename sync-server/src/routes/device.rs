//! The device API over HTTP: from a connection to [`device_api::handle`] on a thread that may block, and back.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::any;
use detailbook_core::wire::Refusal;

use super::bodies::{Bodies, Sender, may_be_large};
use super::forwarded;
use crate::access::device;
use crate::app::App;
use crate::device_api::{self, Call, Reply};
use crate::problem::Problem;

#[derive(Clone)]
struct Desk {
    app: App,
    bodies: Bodies,
}

/// The routes of devices.
pub fn router(app: App, bodies: Bodies) -> Router {
    let paths: BTreeSet<_> = device_api::ROUTES.iter().map(|route| route.path).collect();
    let routes = paths.into_iter().fold(Router::new(), |router, path| router.route(path, any(answer)));
    routes.with_state(Desk { app, bodies })
}

async fn answer(State(desk): State<Desk>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match gather(&desk, &parts, body).await {
        Ok(body) => {
            let answered = blocking(move || device_api::handle(&desk.app, &call(&desk.app, &parts, &body))).await;
            answered.map_or_else(|refusal| refused(&refusal.into()), response)
        }
        Err(problem) => refused(&problem),
    }
}

/// The body, where the head says that it may be one of ours. Whoever sends much is looked up before any of it is read.
async fn gather(desk: &Desk, parts: &Parts, body: Body) -> Result<Vec<u8>, Problem> {
    let (limit, named) = device_api::head(&desk.app, &call(&desk.app, parts, &[]))?;
    if let Some(device) = named.filter(|_| may_be_large(&body)) {
        let app = desk.app.clone();
        blocking(move || device::find(&app, device)).await??;
    }
    let sender = Sender { source: source(&desk.app, parts).into(), limit };
    Ok(desk.bodies.gather(body, sender).await?)
}

/// Runs what may block. Work that panicked was rolled back by the store; its caller may try again.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Refusal::Unavailable)
}

fn call<'a>(app: &App, parts: &'a Parts, body: &'a [u8]) -> Call<'a> {
    let path = parts.uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
    Call {
        method: parts.method.as_str(),
        path,
        authorization: text(&parts.headers, header::AUTHORIZATION),
        accept_gzip: text(&parts.headers, header::ACCEPT_ENCODING).is_some_and(takes_gzip),
        from: source(app, parts),
        body,
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// RFC 9110, 12.5.3, as far as phones use it.
fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// Where a request comes from: the connection's other end, or who the operator's proxy says it speaks for.
pub(crate) fn source(app: &App, parts: &Parts) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    forwarded::source(peer, app.settings.behind_proxy, &parts.headers)
}

fn refused(problem: &Problem) -> Response {
    response(device_api::refusal(problem))
}

fn response(reply: Reply) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    if reply.gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_where_it_is_accepted() {
        for accepted in ["gzip", "deflate, gzip", "br;q=1.0, gzip;q=0.8", "GZIP"] {
            assert!(takes_gzip(accepted), "{accepted}");
        }
        for refused in ["", "identity", "gzip;q=0", "x-gzip2", "br, gzip; q=0.0"] {
            assert!(!takes_gzip(refused), "{refused}");
        }
    }
}

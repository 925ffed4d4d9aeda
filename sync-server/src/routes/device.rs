//! The device API over HTTP: from a connection to [`device_api::handle`] on a thread that may block, and back.

use std::future::poll_fn;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{any, post};
use detailbook_core::wire::{COMPARE_PATH, ENROL_PATH, Refusal, SESSION_PATH, SYNC_PATH};
use http_body::Body as HttpBody;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::app::App;
use crate::device_api::{self, Call, Reply};

/// How long a body may stand still.
const PAUSE: Duration = Duration::from_secs(20);
/// How long a body may take in all: the largest one, over a slow radio link.
const WHOLE: Duration = Duration::from_secs(300);
/// A body announced as longer than this, or not announced, counts as large.
const LARGE: u64 = 64 * 1024;
/// Large bodies gathered at once: together they bound the memory that callers can tie up.
const LARGE_AT_ONCE: usize = 128;

#[derive(Clone)]
struct Desk {
    app: App,
    large: Arc<Semaphore>,
}

/// The routes of devices.
pub fn router(app: App) -> Router {
    let desk = Desk { app, large: Arc::new(Semaphore::new(LARGE_AT_ONCE)) };
    Router::new()
        .route(ENROL_PATH, post(answer))
        .route(SESSION_PATH, post(answer))
        .route(SYNC_PATH, post(answer))
        .route(COMPARE_PATH, post(answer))
        .route("/v1/blobs/{hash}", any(answer))
        .with_state(desk)
}

async fn answer(State(desk): State<Desk>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let limit = desk.app.limits.request_bytes.max(desk.app.limits.chunk_bytes);
    let body = match timeout(WHOLE, gather(&desk, body, limit)).await {
        Ok(Ok(body)) => body,
        Ok(Err(refusal)) => return refused(refusal),
        Err(_) => return refused(Refusal::Unavailable),
    };
    let app = desk.app;
    let answered = tokio::task::spawn_blocking(move || handle(&app, &parts, &body)).await;
    // A handler that panicked was rolled back by the store; its caller may try again.
    answered.map_or_else(|_| refused(Refusal::Unavailable), response)
}

/// Reads a body of at most `limit` bytes from a caller who keeps sending.
async fn gather(desk: &Desk, mut body: Body, limit: usize) -> Result<Vec<u8>, Refusal> {
    let announced = body.size_hint();
    if announced.lower() > limit as u64 {
        return Err(Refusal::TooLarge);
    }
    let large = announced.upper().is_none_or(|upper| upper > LARGE);
    let _permit = match large {
        true => Some(desk.large.acquire().await.map_err(|_| Refusal::Unavailable)?),
        false => None,
    };
    let mut gathered = Vec::with_capacity(usize::try_from(announced.lower()).unwrap_or(limit));
    loop {
        let frame = timeout(PAUSE, poll_fn(|context| Pin::new(&mut body).poll_frame(context))).await;
        let Some(frame) = frame.map_err(|_| Refusal::Unavailable)? else { return Ok(gathered) };
        if let Ok(data) = frame.map_err(|_| Refusal::Malformed)?.into_data() {
            if gathered.len() + data.len() > limit {
                return Err(Refusal::TooLarge);
            }
            gathered.extend_from_slice(&data);
        }
    }
}

fn handle(app: &App, parts: &Parts, body: &[u8]) -> Reply {
    let path = parts.uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
    let call = Call {
        method: parts.method.as_str(),
        path,
        authorization: text(&parts.headers, header::AUTHORIZATION),
        accept_gzip: text(&parts.headers, header::ACCEPT_ENCODING).is_some_and(takes_gzip),
        from: source(app, parts),
        body,
    };
    device_api::handle(app, &call)
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

/// Where the request comes from: the connection's other end, or who the operator's proxy says it speaks for.
fn source(app: &App, parts: &Parts) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    if !app.settings.behind_proxy {
        return peer;
    }
    // The proxy appends; everything before its own entry is the caller's word.
    let forwarded = parts.headers.get_all("x-forwarded-for").iter().next_back();
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    last.or(peer)
}

fn refused(refusal: Refusal) -> Response {
    response(device_api::refusal(&refusal.into()))
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

//! The staff API over HTTP: from a connection to [`super::handle`] on a thread that may block, and back.

use std::fs::File;
use std::io::Read;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::any;
use detailbook_core::wire::Refusal;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::mpsc::{Receiver, channel};

use super::answer::{Reply, ReplyBody};
use super::{StaffCall, authenticate, handle};
use crate::app::App;
use crate::problem::Problem;
use crate::routes::bodies::{Bodies, Sender, may_be_large};
use crate::routes::device::source;

/// Bytes of a file read at a time, and how many such pieces wait for a slow caller.
const PIECE: usize = 64 * 1024;
const WAITING: usize = 4;

/// The routes of the staff API.
pub fn router(app: App, bodies: Bodies) -> Router {
    let desk = Desk { app, bodies };
    Router::new().route("/v1/staff/{*path}", any(answer)).with_state(desk)
}

#[derive(Clone)]
struct Desk {
    app: App,
    bodies: Bodies,
}

async fn answer(State(desk): State<Desk>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    // Whoever sends much is known before any of it is read; of the others the answer sees to it.
    if may_be_large(&body) {
        let (app, header) = (desk.app.clone(), authorization(&parts).map(str::to_owned));
        let known = tokio::task::spawn_blocking(move || authenticate(&app, header.as_deref()).map(drop)).await;
        if let Err(problem) = known.unwrap_or_else(|_| Err(Refusal::Unavailable.into())) {
            return response(Reply::problem(&problem));
        }
    }
    let sender = Sender { source: source(&desk.app, &parts).into(), limit: desk.app.limits.request_bytes };
    let body = match desk.bodies.gather(body, sender).await {
        Ok(body) => body,
        Err(refusal) => return response(Reply::problem(&refusal.into())),
    };
    let app = desk.app;
    let answered = tokio::task::spawn_blocking(move || {
        let path = parts.uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
        let call = StaffCall { method: parts.method.as_str(), path, authorization: authorization(&parts), body };
        handle(&app, call)
    });
    // A handler that panicked was rolled back by the store; its caller learns that it failed.
    let failed = |_| Reply::problem(&Problem::from(Refusal::Unavailable));
    response(answered.await.unwrap_or_else(failed))
}

fn authorization(parts: &Parts) -> Option<&str> {
    parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok())
}

fn response(reply: Reply) -> Response {
    let (body, length) = match reply.body {
        ReplyBody::Bytes(bytes) => (Body::from(bytes), None),
        ReplyBody::File(file, length) => (Body::new(FileBody::new(file, length)), Some(length)),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// A file as the body of an answer, read by a blocking thread no faster than the caller takes it.
struct FileBody {
    pieces: Receiver<std::io::Result<Bytes>>,
    left: u64,
}

impl FileBody {
    fn new(file: File, length: u64) -> Self {
        let (sender, pieces) = channel(WAITING);
        tokio::task::spawn_blocking(move || {
            let mut file = file.take(length);
            loop {
                let mut piece = Vec::with_capacity(PIECE);
                match (&mut file).take(PIECE as u64).read_to_end(&mut piece) {
                    Ok(0) => return,
                    Ok(_) => {
                        // The caller went away: nobody needs the rest.
                        if sender.blocking_send(Ok(piece.into())).is_err() {
                            return;
                        }
                    }
                    Err(error) => return drop(sender.blocking_send(Err(error))),
                }
            }
        });
        Self { pieces, left: length }
    }
}

impl HttpBody for FileBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let piece = ready!(self.pieces.poll_recv(context));
        if let Some(Ok(bytes)) = &piece {
            self.left = self.left.saturating_sub(bytes.len() as u64);
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

//! The staff API over HTTP: from a connection to [`super::handle`] on a thread that may block, and back.

use std::fs::File;
use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::any;
use detailbook_core::wire::Refusal;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::answer::{Reply, ReplyBody};
use super::{StaffCall, authenticate, handle};
use crate::app::App;
use crate::problem::Problem;
use crate::routes::bodies::{Bodies, Sender, may_be_large};
use crate::routes::device::source;

/// Bytes of a file read at a time, and how many such pieces wait for a slow caller.
const PIECE: usize = 64 * 1024;
const WAITING: usize = 4;

/// Files given out at once: each holds a thread while it is read.
pub(crate) const DOWNLOADS: usize = 32;
/// How long a caller may take none of a file before it is given up.
pub(crate) const STALLED: Duration = Duration::from_mins(1);

/// The routes of the staff API.
pub fn router(app: App, bodies: Bodies) -> Router {
    let desk = Desk { app, bodies, downloads: Arc::new(Semaphore::new(DOWNLOADS)) };
    Router::new().route("/v1/staff/{*path}", any(answer)).with_state(desk)
}

#[derive(Clone)]
struct Desk {
    app: App,
    bodies: Bodies,
    downloads: Arc<Semaphore>,
}

async fn answer(State(desk): State<Desk>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    // Whoever sends much is known before any of it is read; of the others the answer sees to it.
    if may_be_large(&body) {
        let (app, header) = (desk.app.clone(), authorization(&parts).map(str::to_owned));
        let known = tokio::task::spawn_blocking(move || authenticate(&app, header.as_deref()).map(drop)).await;
        if let Err(problem) = known.unwrap_or_else(|_| Err(Refusal::Unavailable.into())) {
            return response(Reply::problem(&problem), &desk.downloads);
        }
    }
    let sender = Sender { source: source(&desk.app, &parts).into(), limit: desk.app.limits.request_bytes };
    let body = match desk.bodies.gather(body, sender).await {
        Ok(body) => body,
        Err(refusal) => return response(Reply::problem(&refusal.into()), &desk.downloads),
    };
    let app = desk.app;
    let answered = tokio::task::spawn_blocking(move || {
        let path = parts.uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
        let call = StaffCall { method: parts.method.as_str(), path, authorization: authorization(&parts), body };
        handle(&app, call)
    });
    // A handler that panicked was rolled back by the store; its caller learns that it failed.
    let failed = |_| Reply::problem(&Problem::from(Refusal::Unavailable));
    response(answered.await.unwrap_or_else(failed), &desk.downloads)
}

fn authorization(parts: &Parts) -> Option<&str> {
    parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok())
}

fn response(reply: Reply, downloads: &Arc<Semaphore>) -> Response {
    let (body, length) = match reply.body {
        ReplyBody::Bytes(bytes) => (Body::from(bytes), None),
        ReplyBody::File(file, length) => match Arc::clone(downloads).try_acquire_owned() {
            Ok(place) => (Body::new(FileBody::new(file, length, place, STALLED)), Some(length)),
            Err(_) => return response(Reply::problem(&too_many_downloads()), downloads),
        },
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

pub(crate) fn too_many_downloads() -> Problem {
    Problem::new(Refusal::SlowDown, "Too many photos and videos are being fetched at once. Try again in a minute.")
}

/// A file as the body of an answer, read by a blocking thread no faster than the caller takes it.
pub(crate) struct FileBody {
    pieces: Receiver<std::io::Result<Bytes>>,
    left: u64,
}

impl FileBody {
    /// The file, whose reading holds `place` until it ends: by the file's end, or once the caller took nothing for `stalled`.
    pub(crate) fn new(file: File, length: u64, place: OwnedSemaphorePermit, stalled: Duration) -> Self {
        let (sender, pieces) = channel(WAITING);
        tokio::task::spawn_blocking(move || {
            let _place = place;
            let mut file = file.take(length);
            while let Some(piece) = next_piece(&mut file) {
                let failed = piece.is_err();
                let sent = Handle::current().block_on(timeout(stalled, sender.send(piece)));
                // Whoever went away or stopped taking it needs no more of it.
                if failed || !matches!(sent, Ok(Ok(()))) {
                    return;
                }
            }
        });
        Self { pieces, left: length }
    }
}

/// The next bytes of a file; `None` at its end.
fn next_piece(file: &mut std::io::Take<File>) -> Option<std::io::Result<Bytes>> {
    let mut piece = Vec::with_capacity(PIECE);
    match file.take(PIECE as u64).read_to_end(&mut piece) {
        Ok(0) => None,
        Ok(_) => Some(Ok(piece.into())),
        Err(error) => Some(Err(error)),
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

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    fn file(length: u64) -> File {
        let file = tempfile::tempfile().unwrap();
        file.set_len(length).unwrap();
        file
    }

    async fn place(downloads: &Arc<Semaphore>) -> OwnedSemaphorePermit {
        Arc::clone(downloads).acquire_owned().await.unwrap()
    }

    async fn bytes_of(mut body: FileBody) -> u64 {
        let mut bytes = 0;
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            bytes += frame.unwrap().data_ref().unwrap().len() as u64;
        }
        bytes
    }

    fn original(length: u64) -> Reply {
        let (content_type, body) = ("image/jpeg", ReplyBody::File(file(length), length));
        Reply::new(200, content_type, body)
    }

    #[tokio::test]
    async fn a_caller_who_takes_nothing_holds_no_thread_for_long() {
        let (downloads, length) = (Arc::new(Semaphore::new(1)), 100 * PIECE as u64);
        let body = FileBody::new(file(length), length, place(&downloads).await, Duration::from_millis(50));
        // Free again although nobody took anything of the body, and it is still there.
        let freed = timeout(Duration::from_secs(20), place(&downloads)).await;
        assert!(freed.is_ok());
        assert_eq!(bytes_of(body).await, (WAITING * PIECE) as u64, "what was waiting, and no more");
    }

    #[tokio::test]
    async fn a_caller_who_takes_it_gets_all_of_it() {
        let (downloads, length) = (Arc::new(Semaphore::new(1)), 100 * PIECE as u64 + 1);
        let body = FileBody::new(file(length), length, place(&downloads).await, STALLED);
        assert_eq!(bytes_of(body).await, length);
    }

    #[tokio::test]
    async fn so_many_files_are_given_out_at_once_and_no_more() {
        let (downloads, length) = (Arc::new(Semaphore::new(1)), 100 * PIECE as u64);
        let first = response(original(length), &downloads);
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(response(original(length), &downloads).status(), StatusCode::TOO_MANY_REQUESTS);
        drop(first);
        let freed = timeout(Duration::from_secs(20), place(&downloads)).await;
        assert!(freed.is_ok(), "whoever went away leaves their place");
        drop(freed);
        assert_eq!(response(original(length), &downloads).status(), StatusCode::OK);
    }
}

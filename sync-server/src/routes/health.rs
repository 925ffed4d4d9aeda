//! Is the server well? Open to everyone: it says yes or no and nothing else.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire::Refusal;

use crate::app::App;
use crate::problem::Problem;
use crate::store::{StoreError, params};

/// How long an answer stands, and how long a try may take before the store counts as hung.
const FRESH: Millis = Millis(5_000);
/// As long as [`FRESH`], for the caller whose request set the try off.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where it answers.
pub const PATH: &str = "/health";

/// The route.
pub fn router(app: App) -> Router {
    Router::new().route(PATH, get(answer)).with_state(app)
}

async fn answer(State(app): State<App>) -> Response {
    let now = app.now();
    let well = match app.health.look(now) {
        Seen::Known(found) => found,
        Seen::Try => tried(app, now).await,
    };
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    match well {
        Ok(()) => (StatusCode::OK, no_store, "ok\n").into_response(),
        Err(problem) => (StatusCode::SERVICE_UNAVAILABLE, no_store, Json(problem.body())).into_response(),
    }
}

/// Tries the store in a thread that may block. Where it hangs, that one thread hangs with it and the caller is told.
async fn tried(app: App, now: UnixMillis) -> Result<(), Problem> {
    let trying = tokio::task::spawn_blocking(move || try_now(&app, now));
    match tokio::time::timeout(PATIENCE, trying).await {
        Ok(Ok(found)) => found,
        Ok(Err(_)) | Err(_) => Err(Refusal::Unavailable.into()),
    }
}

/// How the store was when it was last tried, so that strangers who keep asking cost no writes, and a store that hangs holds
/// up one try and not every caller.
#[derive(Default)]
pub struct LastTry(Mutex<Tries>);

#[derive(Default)]
struct Tries {
    last: Option<(UnixMillis, Result<(), Problem>)>,
    /// Since when one is under way.
    under_way: Option<UnixMillis>,
}

/// What a caller is to do.
enum Seen {
    /// Pass this on.
    Known(Result<(), Problem>),
    /// Try, and tell the others.
    Try,
}

impl LastTry {
    /// What the last try found, while that is fresh or a new one has only just begun. From one that takes too long nothing
    /// good is expected.
    fn look(&self, now: UnixMillis) -> Seen {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let unavailable = || Err(Refusal::Unavailable.into());
        if let Some(begun) = tries.under_way {
            // A clock that was put back does not make it younger for long.
            let since = begun.min(now);
            tries.under_way = Some(since);
            let last = tries.last.clone().filter(|_| now - since < FRESH);
            return Seen::Known(last.map_or_else(unavailable, |(_, found)| found));
        }
        match &tries.last {
            Some((at, found)) if *at <= now && now - *at < FRESH => Seen::Known(found.clone()),
            _ => {
                tries.under_way = Some(now);
                Seen::Try
            }
        }
    }

    fn keep(&self, now: UnixMillis, found: Result<(), Problem>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Tries { last: Some((now, found)), under_way: None };
    }
}

/// Nothing where the store can be written, else why not. Tries it every few seconds at most. Blocks while it tries.
pub fn check(app: &App) -> Result<(), Problem> {
    let now = app.now();
    match app.health.look(now) {
        Seen::Known(found) => found,
        Seen::Try => try_now(app, now),
    }
}

fn try_now(app: &App, now: UnixMillis) -> Result<(), Problem> {
    let found = touch(app, now);
    app.health.keep(now, found.clone());
    found
}

fn touch(app: &App, now: UnixMillis) -> Result<(), Problem> {
    let touched = app.store.write(move |sql| {
        sql.execute(
            "UPDATE server_identity SET created_at = created_at WHERE id = 1 AND created_at <= $1",
            &params![now],
        )
    });
    touched.map(drop).map_err(|error: StoreError| {
        tracing::error!(%error, "the store cannot be written");
        Refusal::Unavailable.into()
    })
}

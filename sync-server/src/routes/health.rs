//! Is the server well? Open to everyone: it says yes or no and nothing else.

use std::sync::{Mutex, PoisonError};

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

/// How long an answer stands.
const FRESH: Millis = Millis(5_000);

/// The route.
pub fn router(app: App) -> Router {
    Router::new().route("/health", get(answer)).with_state(app)
}

async fn answer(State(app): State<App>) -> Response {
    let checked = tokio::task::spawn_blocking(move || check(&app)).await;
    let well = checked.unwrap_or_else(|_| Err(Refusal::Unavailable.into()));
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    match well {
        Ok(()) => (StatusCode::OK, no_store, "ok\n").into_response(),
        Err(problem) => (StatusCode::SERVICE_UNAVAILABLE, no_store, Json(problem.body())).into_response(),
    }
}

/// How the store was when it was last tried, so that strangers who keep asking cost no writes.
#[derive(Default)]
pub struct LastTry(Mutex<Option<(UnixMillis, Result<(), Problem>)>>);

impl LastTry {
    /// What the last try found, while that is fresh; else `None`, and the next callers are told so until there is news.
    fn fresh(&self, now: UnixMillis) -> Option<Result<(), Problem>> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, found) = last.as_mut()?;
        if *at <= now && now - *at < FRESH {
            return Some(found.clone());
        }
        *at = now;
        None
    }

    fn keep(&self, now: UnixMillis, found: Result<(), Problem>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, found));
    }
}

/// Nothing where the store can be written, else why not. Tries it every few seconds at most.
pub fn check(app: &App) -> Result<(), Problem> {
    let now = app.now();
    app.health.fresh(now).unwrap_or_else(|| {
        let found = touch(app, now);
        app.health.keep(now, found.clone());
        found
    })
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

//! Is the server well? Open to everyone: it says yes or no and nothing else.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use detailbook_core::wire::Refusal;

use crate::app::App;
use crate::problem::Problem;
use crate::store::{StoreError, params};

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

/// Nothing where the store can be written, else why not.
pub fn check(app: &App) -> Result<(), Problem> {
    let now = app.now();
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

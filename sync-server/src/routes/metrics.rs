//! The server's metrics, for whoever runs it. They count what all agencies do, so no token of an agency's opens them.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use detailbook_core::shift::Sha256;
use detailbook_core::wire::Refusal;

use super::problem;
use crate::app::App;
use crate::store::jobs;
use crate::telemetry;

/// Where they are read.
pub const PATH: &str = "/metrics";

/// The route.
pub fn router(app: App) -> Router {
    Router::new().route(PATH, get(answer)).with_state(app)
}

async fn answer(State(app): State<App>, headers: HeaderMap) -> Response {
    let Some(secret) = app.settings.metrics else { return problem(&Refusal::NotFound.into()) };
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    // Hashes are compared: how long that takes tells nothing of the secret.
    if shown.map(|shown| Sha256::of(shown.trim().as_bytes())) != Some(secret) {
        return problem(&Refusal::NotAuthenticated.into());
    }
    let store = app.store.clone();
    let parked = tokio::task::spawn_blocking(move || store.read(jobs::parked)).await;
    // A store that cannot be read now is told of by `/health`; what nobody knows is left out.
    let parked = parked.ok().and_then(Result::ok);
    let text = app.counts.text(&app.store.metrics(), parked.as_deref(), telemetry::resident_bytes());
    let heads = [(header::CONTENT_TYPE, "text/plain; version=0.0.4"), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::OK, heads, text).into_response()
}

//! The server's HTTP interface.

pub mod bodies;
pub mod connections;
pub mod device;
mod forwarded;
pub mod health;
pub mod metrics;
pub mod openapi;
pub mod staff;

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};

use crate::app::App;
use crate::console;
use crate::problem::Problem;

/// Everything the server answers.
pub fn router(app: App) -> Router {
    let bodies = bodies::Bodies::default();
    Router::new()
        .merge(device::router(app.clone(), bodies.clone()))
        .merge(health::router(app.clone()))
        .merge(metrics::router(app.clone()))
        .merge(openapi::router())
        .merge(staff::router(app.clone(), bodies.clone()))
        .merge(console::router(app.clone(), bodies))
        .fallback(nowhere)
        .method_not_allowed_fallback(nowhere)
        .layer(from_fn_with_state(app, log))
}

async fn nowhere() -> Response {
    problem(&Problem::not_found())
}

/// A refusal as every route writes it.
fn problem(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(problem.body())).into_response()
}

/// One line a request: which route, how it ended, how long it took. Never an id, an address or a query.
async fn log(State(app): State<App>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let began = app.now();
    let response = next.run(request).await;
    let millis = (app.now() - began).0;
    tracing::info!(%method, route, status = response.status().as_u16(), millis, "answered");
    response
}

//! The server's metrics, for whoever watches it. Behind a scope: how busy an agency is, is nobody else's business.

use super::answer::{Answer, Reply, ReplyBody};
use super::request::Request;
use crate::telemetry;

/// The text that Prometheus reads.
pub fn read(request: &Request) -> Answer {
    let app = &request.app;
    let text = app.counts.text(&app.store.metrics(), telemetry::resident_bytes());
    let body = ReplyBody::Bytes(text.into_bytes());
    Ok(Reply { status: 200, content_type: "text/plain; version=0.0.4", headers: vec![], body })
}

//! `detailbook openapi`: the description of the HTTP API.

use super::say::say;
use crate::routes::openapi;

pub(super) fn run() {
    say(openapi::text());
}

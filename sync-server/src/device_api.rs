//! The whole API of devices as one blocking function: the HTTP routes call it on the blocking pool, the simulation directly.

use std::io::Write;
use std::net::IpAddr;

use detailbook_core::ids::DeviceId;
use detailbook_core::shift::Sha256;
use detailbook_core::wire::{self, BLOB_PATH, COMPARE_PATH, ENROL_PATH, Refusal, SESSION_PATH, SYNC_PATH};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::access::device::{self, Caller};
use crate::access::{enrolment, revocation, session};
use crate::app::App;
use crate::blobs::{self, Uploader};
use crate::exchange;
use crate::problem::Problem;

/// Bodies shorter than this are not worth compressing.
const GZIP_FROM: usize = 1024;
const CBOR: &str = "application/cbor";
const JSON: &str = "application/json";

/// A device's request.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path with its query.
    pub path: &'a str,
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The device takes a compressed answer.
    pub accept_gzip: bool,
    /// Where it comes from.
    pub from: Option<IpAddr>,
    /// The body.
    pub body: &'a [u8],
}

/// The answer to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type` header.
    pub content_type: &'static str,
    /// The body is compressed.
    pub gzip: bool,
    /// The body.
    pub body: Vec<u8>,
}

/// A route of devices.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The HTTP method.
    pub method: &'static str,
    /// The path; `{hash}` stands for a blob's name.
    pub path: &'static str,
    /// What it does, in words.
    pub says: &'static str,
    /// What its query holds, and what that means.
    pub query: Option<(&'static str, &'static str)>,
    /// The media type of its body, where it takes one.
    pub takes: Option<&'static str>,
    /// It takes no session: the body itself shows who calls.
    pub open: bool,
}

impl Route {
    const fn get(path: &'static str, says: &'static str) -> Self {
        Self { method: "GET", path, says, query: None, takes: None, open: false }
    }

    const fn post(path: &'static str, says: &'static str) -> Self {
        Self { method: "POST", takes: Some(CBOR), ..Self::get(path, says) }
    }
}

/// Every route of devices there is: what is not here is not answered, and the test that walks all routes walks this.
pub const ROUTES: &[Route] = &[
    Route { open: true, ..Route::post(ENROL_PATH, "Enrols a phone by the code of an invitation.") },
    Route { open: true, ..Route::post(SESSION_PATH, "Begins a session by the device's key.") },
    Route::post(SYNC_PATH, "One exchange: everything the phone has, everything it lacks."),
    Route::post(COMPARE_PATH, "Compares documents after a server was restored."),
    Route::get(BLOB_ROUTE, "How much of a photo or video has arrived."),
    Route {
        method: "PUT",
        query: Some(("offset", "Where in the file the bytes begin.")),
        takes: Some("application/octet-stream"),
        ..Route::get(BLOB_ROUTE, "Sends a piece of a photo or video.")
    },
];
const BLOB_ROUTE: &str = "/v1/blobs/{hash}";

/// Answers a device's request. Blocks.
pub fn handle(app: &App, call: &Call<'_>) -> Reply {
    app.counts.request();
    match answer(app, call) {
        Ok(body) => compressed(call, body),
        Err(problem) => {
            app.counts.refusal(problem.refusal);
            refusal(&problem)
        }
    }
}

/// What the head of a call says of its body, which nobody reads for a caller who cannot be one of ours: the most bytes that
/// it may have, and the device it is said to come from. That it does, only the body shows.
pub fn head(app: &App, call: &Call<'_>) -> Result<(usize, Option<DeviceId>), Refusal> {
    let path = call.path.split_once('?').map_or(call.path, |(path, _)| path);
    match route(call.method, path).ok_or(Refusal::NotFound)? {
        ENROL_PATH => Ok((enrolment::REQUEST_BYTES, None)),
        SESSION_PATH => Ok((session::REQUEST_BYTES, None)),
        _ => {
            let named = device::credential(call)?.device;
            Ok((app.limits.request_bytes.max(app.limits.chunk_bytes), Some(named)))
        }
    }
}

/// The answer to a request that was refused.
pub fn refusal(problem: &Problem) -> Reply {
    // Two strings always serialise.
    let body = serde_json::to_vec(&problem.body()).unwrap_or_default();
    Reply { status: problem.refusal.status(), content_type: JSON, gzip: false, body }
}

fn answer(app: &App, call: &Call<'_>) -> Result<Vec<u8>, Problem> {
    let (path, query) = call.path.split_once('?').unwrap_or((call.path, ""));
    if call.body.len() > app.limits.request_bytes.max(app.limits.chunk_bytes) {
        return Err(Refusal::TooLarge.into());
    }
    match route(call.method, path) {
        Some(ENROL_PATH) => enrolment::enrol(app, call.from, call.body),
        Some(SESSION_PATH) => session::renew(app, call.from, call.body),
        Some(SYNC_PATH) => sync(app, call),
        Some(COMPARE_PATH) => exchange::compare(app, &device::admit(app, call)?, call.body),
        Some(BLOB_ROUTE) => blob(app, call, path.strip_prefix(BLOB_PATH), query),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// The path, as the table has it, of the route that a call is for.
fn route(method: &str, path: &str) -> Option<&'static str> {
    let path = if path.starts_with(BLOB_PATH) { BLOB_ROUTE } else { path };
    ROUTES.iter().find(|known| known.method == method && known.path == path).map(|known| known.path)
}

fn sync(app: &App, call: &Call<'_>) -> Result<Vec<u8>, Problem> {
    let caller = device::identify(app, call)?;
    if caller.device.revoked_at.is_some() {
        return Err(revocation::last_push(app, &caller, call.body));
    }
    device::check_standing(&caller, app.now())?;
    exchange::sync(app, caller, call.body)
}

fn blob(app: &App, call: &Call<'_>, name: Option<&str>, query: &str) -> Result<Vec<u8>, Problem> {
    let hash = name.and_then(Sha256::from_hex).ok_or(Refusal::NotFound)?;
    let caller = uploader(&device::admit(app, call)?);
    let status = match call.method {
        "PUT" => blobs::put(app, caller, hash, offset(query)?, call.body)?,
        _ => blobs::status(app, caller, hash)?,
    };
    Ok(wire::encode(&status))
}

const fn uploader(caller: &Caller) -> Uploader {
    Uploader { agency: caller.device.agency, officer: caller.device.officer }
}

fn offset(query: &str) -> Result<u64, Refusal> {
    query.strip_prefix("offset=").and_then(|number| number.parse().ok()).ok_or(Refusal::Malformed)
}

fn compressed(call: &Call<'_>, body: Vec<u8>) -> Reply {
    let plain = |body| Reply { status: 200, content_type: CBOR, gzip: false, body };
    if !call.accept_gzip || body.len() < GZIP_FROM {
        return plain(body);
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 2), Compression::fast());
    match encoder.write_all(&body).and_then(|()| encoder.finish()) {
        Ok(packed) if packed.len() < body.len() => Reply { gzip: true, ..plain(packed) },
        _ => plain(body),
    }
}

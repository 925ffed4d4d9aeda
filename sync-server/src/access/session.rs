//! `POST /v1/session`: a device proves that it holds its key and gets a new session key.

use std::net::IpAddr;

use detailbook_core::entropy::random_bytes;
use detailbook_core::evidence::verify;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{self, Refusal, SessionKey, SessionRequest, SessionResponse};

use super::limiter::Source;
use crate::app::App;
use crate::problem::Problem;
use crate::store::agency;
use crate::store::devices::{self, Device};

/// Bytes of a request: more is no renewal.
pub const REQUEST_BYTES: usize = 1024;

/// Renews the session of the device that signed `body`, and gives the encoded answer.
pub fn renew(app: &App, from: Option<IpAddr>, body: &[u8]) -> Result<Vec<u8>, Problem> {
    let (now, request) = (app.now(), read(body)?);
    let found: Option<Device> = app.store.read(|sql| devices::find(sql, request.device))?;
    let device = found.ok_or(Refusal::NotAuthenticated)?;
    let party = (device.device, Source::from(from));
    if !app.failed_renewals.allows(party, now) {
        return Err(Refusal::SlowDown.into());
    }
    let statement = SessionRequest::statement(request.device, request.counter, &app.server_key_hash());
    if !verify(&device.public_key, &statement, &request.signature) {
        app.failed_renewals.failed(party, now);
        return Err(Refusal::NotAuthenticated.into());
    }
    // A device whose enrolment was ended may still need a key for its one last push; for nothing else is it good.
    if device.revoked_at.is_some() && device.last_push_at.is_some() {
        return Err(Refusal::Revoked.into());
    }
    let key = SessionKey(random_bytes(&mut app.entropy.clone()));
    store(app, device, request.counter, key.clone(), now)?;
    Ok(wire::encode(&answer(app, &key, body, now)))
}

fn read(body: &[u8]) -> Result<SessionRequest, Refusal> {
    if body.len() > REQUEST_BYTES {
        return Err(Refusal::TooLarge);
    }
    let request: SessionRequest = wire::decode(body).map_err(|_| Refusal::Malformed)?;
    if i64::try_from(request.counter).is_err() {
        return Err(Refusal::NotAuthenticated);
    }
    Ok(request)
}

/// The counter makes a captured renewal useless, and is stored with the new key.
fn store(app: &App, device: Device, counter: u64, key: SessionKey, now: UnixMillis) -> Result<(), Problem> {
    let until = now + app.settings.session;
    app.store.write(move |sql| {
        agency::lock(sql, device.agency)?;
        let renewed = devices::renew(sql, &device, counter, &key, until)?;
        if renewed { Ok(()) } else { Err(Refusal::Replayed.into()) }
    })
}

fn answer(app: &App, key: &SessionKey, request: &[u8], now: UnixMillis) -> SessionResponse {
    let mut response = SessionResponse { session_key: key.0.into(), server_time: now, signature: Vec::new().into() };
    response.signature = app.identity.sign_message(&response.statement(request)).to_vec().into();
    response
}

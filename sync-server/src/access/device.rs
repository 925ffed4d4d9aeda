//! A device's request: is it from that device, and is it new?
//!
//! The MAC is checked from a read, so that nobody without a key gets as far as the writer. An exchange's counter is
//! checked and stored by the transaction that does what it asks for, so that it is carried out once or not at all; that of a
//! comparison or of a photo's bytes by one of its own before, so that these are carried out once at most. No clock of the
//! phone's takes part.

use detailbook_core::ids::DeviceId;
use detailbook_core::wire::{Credential, Refusal};

use crate::app::App;
use crate::device_api::Call;
use crate::problem::Problem;
use crate::store::devices::{self, Device};
use crate::store::{Sql, StoreError, agency};
use detailbook_core::time::UnixMillis;

/// The device that a request comes from. Its counter is not used up yet: see [`claim`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// The device.
    pub device: Device,
    /// The request's counter.
    pub counter: u64,
}

/// Whose request it is, by its credential. Says nothing of whether the session or the enrolment still stands.
pub fn identify(app: &App, call: &Call<'_>) -> Result<Caller, Problem> {
    let credential = credential(call)?;
    let device = find(app, credential.device)?;
    let storable = i64::try_from(credential.counter).is_ok();
    if !storable || !credential.verify(&device.session_key, call.method, call.path, call.body) {
        return Err(Refusal::NotAuthenticated.into());
    }
    Ok(Caller { device, counter: credential.counter })
}

/// The credential that a call brings; whether it fits the call is not known yet.
pub fn credential(call: &Call<'_>) -> Result<Credential, Refusal> {
    let header = call.authorization.ok_or(Refusal::NotAuthenticated)?;
    Credential::from_header(header).map_err(|_| Refusal::NotAuthenticated)
}

/// The device that a credential names.
pub fn find(app: &App, device: DeviceId) -> Result<Device, Problem> {
    let found: Option<Device> = app.store.read(|sql| devices::find(sql, device))?;
    found.ok_or_else(|| Refusal::NotAuthenticated.into())
}

/// Refuses a caller whose enrolment or session is over, or who sends a request a second time.
pub fn check_standing(caller: &Caller, now: UnixMillis) -> Result<(), Refusal> {
    if caller.device.revoked_at.is_some() {
        Err(Refusal::Revoked)
    } else if caller.counter <= caller.device.counter {
        Err(Refusal::Replayed)
    } else if caller.device.session_until <= now {
        Err(Refusal::SessionExpired)
    } else {
        Ok(())
    }
}

/// Uses the request's counter up, in the transaction that carries the request out and under the agency's lock.
pub fn claim(sql: &mut dyn Sql, caller: &Caller, app: Option<u32>, now: UnixMillis) -> Result<(), Problem> {
    if devices::advance(sql, &caller.device, caller.counter, app, now)? {
        return Ok(());
    }
    // Something changed since the caller was identified: say what.
    let device = devices::find(sql, caller.device.device)?.ok_or(Refusal::NotAuthenticated)?;
    if device.session_key != caller.device.session_key {
        return Err(Refusal::NotAuthenticated.into());
    }
    let again = Caller { device, counter: caller.counter };
    check_standing(&again, now)?;
    Err(StoreError::Misused("a counter was neither stored nor refused").into())
}

/// Identifies the caller and uses the counter up in a transaction of its own: for requests that bring no changes.
pub fn admit(app: &App, call: &Call<'_>) -> Result<Caller, Problem> {
    let (caller, now) = (identify(app, call)?, app.now());
    check_standing(&caller, now)?;
    let claimed = caller.clone();
    app.store.write(move |sql| {
        agency::lock(sql, claimed.device.agency)?;
        claim(sql, &claimed, None, now)
    })?;
    Ok(caller)
}

//! `POST /v1/enrol`: a phone becomes a device.

use std::net::IpAddr;

use detailbook_core::entropy::random_bytes;
use detailbook_core::evidence::verify;
use detailbook_core::ids::DeviceId;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{self, EnrolRequest, EnrolResponse, Refusal, SessionKey};

use super::invitation::{self, Invited};
use crate::app::App;
use crate::audit;
use crate::problem::Problem;
use crate::store::devices::{self, Device, NewDevice};
use crate::store::{Sql, agency};

/// Bytes of a request: more is no enrolment.
pub const REQUEST_BYTES: usize = 4 * 1024;
/// Characters kept of what the officer calls the phone.
const LABEL_CHARS: usize = 100;

/// Enrols the phone that sent `body`, and gives the encoded answer. A request whose answer was lost may be sent again as
/// long as the invitation lasts and the device has not been used: it gets the same device, with a fresh session key.
pub fn enrol(app: &App, from: Option<IpAddr>, body: &[u8]) -> Result<Vec<u8>, Problem> {
    let now = app.now();
    if !app.failed_enrolments.allows(from, now) {
        return Err(Refusal::SlowDown.into());
    }
    attempt(app, body, now).inspect_err(|problem| {
        // What is no request at all guesses nothing.
        if matches!(problem.refusal, Refusal::BadCode | Refusal::NotAuthenticated) {
            app.failed_enrolments.failed(from, now);
        }
    })
}

fn attempt(app: &App, body: &[u8], now: UnixMillis) -> Result<Vec<u8>, Problem> {
    let request = read(body)?;
    // The cheap question first: guessing costs a look-up, not the check of a signature.
    let invited: Option<Invited> = app.store.read(|sql| invitation::find(sql, &request.code))?;
    let invited = invited.filter(|invited| now < invited.expires_at).ok_or(Refusal::BadCode)?;
    check_possession(app, &request)?;
    let enrolment = Enrolment::draw(app, invited, request, now);
    let device = app.store.write(move |sql| enrolment.carry_out(sql))?;
    Ok(wire::encode(&answer(app, &device, body, now)))
}

fn read(body: &[u8]) -> Result<EnrolRequest, Refusal> {
    if body.len() > REQUEST_BYTES {
        return Err(Refusal::TooLarge);
    }
    let request: EnrolRequest = wire::decode(body).map_err(|_| Refusal::Malformed)?;
    if request.protocol == 0 || request.protocol > wire::PROTOCOL {
        return Err(Refusal::UnknownProtocol);
    }
    Ok(request)
}

/// The phone holds the key that it wants to be known by.
fn check_possession(app: &App, request: &EnrolRequest) -> Result<(), Refusal> {
    let (code, key, nonce) = (&request.code, &request.public_key, &request.nonce);
    let statement = EnrolRequest::statement(code, key, nonce, &app.server_key_hash());
    if verify(key.as_slice(), &statement, &request.signature) { Ok(()) } else { Err(Refusal::NotAuthenticated) }
}

/// Everything that enrolling takes, drawn before the transaction.
struct Enrolment {
    invited: Invited,
    request: EnrolRequest,
    now: UnixMillis,
    device: Device,
}

impl Enrolment {
    fn draw(app: &App, invited: Invited, request: EnrolRequest, now: UnixMillis) -> Self {
        let mut entropy = app.entropy.clone();
        let device = Device {
            agency: invited.agency,
            device: DeviceId::new(now, &mut entropy),
            officer: invited.officer,
            public_key: *request.public_key,
            counter: 0,
            session_key: SessionKey(random_bytes(&mut entropy)),
            session_until: now + app.settings.session,
            revoked_at: None,
            last_push_at: None,
            seen_at: now,
        };
        Self { invited, request, now, device }
    }

    fn carry_out(self, sql: &mut dyn Sql) -> Result<Device, Problem> {
        agency::lock(sql, self.invited.agency)?.ok_or(Refusal::BadCode)?;
        if invitation::take(sql, self.invited.agency, &self.request.code, self.device.device, self.now)? {
            return self.enter(sql);
        }
        self.answer_again(sql)
    }

    fn enter(self, sql: &mut dyn Sql) -> Result<Device, Problem> {
        let label: String = self.request.label.chars().filter(|c| !c.is_control()).take(LABEL_CHARS).collect();
        devices::insert(sql, &NewDevice { device: &self.device, label: &label, now: self.now })?;
        let Device { agency, officer, device, .. } = self.device;
        let detail = serde_json::json!({ "officer": officer, "label": label });
        audit::append(sql, agency, self.now, &audit::officer(officer), "device.enrol", &device.to_string(), &detail)?;
        Ok(self.device)
    }

    /// The invitation was used. If that was this very phone, which never heard the answer, it is answered again.
    fn answer_again(self, sql: &mut dyn Sql) -> Result<Device, Problem> {
        let used = invitation::find(sql, &self.request.code)?.and_then(|invited| invited.device);
        let known = devices::find(sql, used.ok_or(Refusal::BadCode)?)?.ok_or(Refusal::BadCode)?;
        let unused = known.counter == 0 && known.revoked_at.is_none();
        if !unused || known.public_key != *self.request.public_key {
            return Err(Refusal::BadCode.into());
        }
        devices::replace_session(sql, &known, &self.device.session_key, self.device.session_until)?;
        Ok(Device { device: known.device, ..self.device })
    }
}

fn answer(app: &App, device: &Device, request: &[u8], now: UnixMillis) -> EnrolResponse {
    let mut response = EnrolResponse {
        agency: device.agency,
        officer: device.officer,
        device: device.device,
        session_key: device.session_key.0.into(),
        server_time: now,
        server_key: app.identity.public().into(),
        signature: Vec::new().into(),
    };
    response.signature = app.identity.sign_message(&response.statement(request)).to_vec().into();
    response
}

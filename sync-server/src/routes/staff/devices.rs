//! Officers' phones: who may enrol one, which there are, and ending an enrolment.

use detailbook_core::ids::{DeviceId, OfficerId};
use detailbook_core::records::Officer;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Invitation;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answer::{Answer, Listing, Reason, Reply};
use super::request::Request;
use crate::access::{invitation, revocation};
use crate::filing;
use crate::problem::Problem;
use crate::store::Sql;
use crate::store::devices::{self, DeviceSummary};

/// A phone as lists show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeviceBody {
    /// The device.
    pub id: DeviceId,
    /// Whose it is.
    pub officer: OfficerId,
    /// What the officer calls it.
    pub label: String,
    /// The version of its app when last seen.
    pub app: u32,
    /// When it was enrolled, milliseconds since 1970 UTC.
    pub enrolled_at: UnixMillis,
    /// When it was last seen.
    pub seen_at: UnixMillis,
    /// When its enrolment was ended, if it was.
    pub revoked_at: Option<UnixMillis>,
}

impl From<DeviceSummary> for DeviceBody {
    fn from(device: DeviceSummary) -> Self {
        let DeviceSummary { device: id, officer, label, app, enrolled_at, seen_at, revoked_at } = device;
        Self { id, officer, label, app, enrolled_at, seen_at, revoked_at }
    }
}

/// What enrols one phone for one officer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct InvitationBody {
    /// The text of the QR code. Shown once.
    pub text: String,
    /// From when on it is worth nothing, milliseconds since 1970 UTC.
    pub expires_at: UnixMillis,
}

/// The phones, in the order in which they were enrolled.
pub fn list(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(DeviceId::NIL)?;
    let found = devices::page(sql, request.token.agency, page.after, page.limit + 1)?;
    let items = found.into_iter().map(DeviceBody::from).collect();
    Reply::ok(&Listing::cut(items, page.limit, |device| device.id.to_string()))
}

/// Makes the text of a QR code that enrols one phone for the officer.
pub fn invite(sql: &mut dyn Sql, request: &Request) -> Answer {
    let officer: OfficerId = request.id("id")?;
    let mut entropy = request.app.entropy.clone();
    let invitation = invitation_for(sql, &request.app, &request.by(), officer, &mut entropy)?;
    Reply::json(201, &invitation)
}

/// An invitation for an officer of the agency. The caller holds the agency's lock.
pub fn invitation_for(
    sql: &mut dyn Sql,
    app: &crate::app::App,
    by: &crate::audit::By<'_>,
    officer: OfficerId,
    entropy: &mut dyn detailbook_core::entropy::Entropy,
) -> Result<InvitationBody, Problem> {
    filing::get::<Officer>(sql, by.agency, officer)?;
    let server = app.settings.public_url.clone();
    if !Invitation::may_name(&server) {
        return Err(Problem::conflict(
            "Phones take invitations to https:// addresses only: start the server with --public-url.",
        ));
    }
    let lasts = app.settings.invitation;
    let code = invitation::invite(sql, by.agency, officer, by.now, lasts, entropy)?;
    let text = Invitation { server, server_key: app.server_key_hash(), code }.to_text();
    by.note(sql, "officer.invite", officer, &json!({ "expires_at": by.now + lasts }))?;
    Ok(InvitationBody { text, expires_at: by.now + lasts })
}

/// Ends a phone's enrolment. It may push once more, for a person to look at.
pub fn revoke(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (id, body) = (request.id::<DeviceId>("id")?, request.body::<Reason>()?);
    revocation::revoke(sql, &request.by(), id, &body.reason)?;
    Reply::done()
}

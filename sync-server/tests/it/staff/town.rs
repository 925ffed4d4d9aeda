//! An agency with one of everything in it.

use detailbook_core::ids::DocumentId;
use detailbook_core::shift::{Attachment, FactKind, Sha256};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Wish;
use serde_json::{Value, json};

use super::phone::Phone;
use super::world::{Desk, HOUR, NOON, World, order};

/// The photo that the officer took.
pub(crate) const PHOTO: &[u8] = b"not really a photo";

/// An agency with one of everything in it, and the ids of all that.
pub(crate) struct Town<'a> {
    pub(crate) desk: Desk<'a>,
    pub(crate) phone: Phone<'a>,
    pub(crate) officer: String,
    pub(crate) customer: String,
    pub(crate) site: String,
    /// On offer, and applied for.
    pub(crate) open: String,
    pub(crate) application: String,
    /// Worked and ruled on.
    pub(crate) worked: String,
    pub(crate) assignment: String,
    pub(crate) ruling: String,
    pub(crate) message: String,
    /// Begun without an assignment.
    pub(crate) log: DocumentId,
    pub(crate) photo: Sha256,
    pub(crate) token: String,
}

impl<'a> Town<'a> {
    pub(crate) fn build(world: &'a World, number: u8) -> Self {
        let desk = world.agency(number);
        let officer = desk.officer("Officer 1");
        let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Gas company" } }));
        let site = desk.make("/v1/staff/sites", &json!({ "record": super::world::site(&customer) }));
        let (open, worked) = (desk.detail(&site, 2, 2), desk.detail(&site, -8, 1));
        let assignment = desk.order(&worked, &officer);
        let phone = Phone::enrol(&desk, &officer);
        phone.wish(&Wish::Apply { detail: open.parse().unwrap(), position: None });
        let photo = work(&phone, assignment.parse().unwrap());
        let log = DocumentId::from_bytes([number + 100; 16]);
        phone.say(log, FactKind::In, world.app.now(), None);
        let ruling = desk.make(&format!("/v1/staff/assignments/{assignment}/rulings"), &ruling(None));
        let message = desk.make("/v1/staff/messages", &json!({ "officer": officer, "text": "Thank you." }));
        let application = desk.items(&format!("/v1/staff/details/{open}/applications"))[0]["id"].clone();
        let token = desk.make("/v1/staff/tokens", &json!({ "name": "spare", "scopes": ["assign"] }));
        let application = application.as_str().unwrap().to_owned();
        Self {
            desk,
            phone,
            officer,
            customer,
            site,
            open,
            application,
            worked,
            assignment,
            ruling,
            message,
            log,
            photo,
            token,
        }
    }

    /// Everything here that nobody else may hear of.
    pub(crate) fn ids(&self) -> Vec<String> {
        let named = [
            &self.officer,
            &self.customer,
            &self.site,
            &self.open,
            &self.application,
            &self.worked,
            &self.assignment,
            &self.ruling,
            &self.message,
            &self.token,
        ];
        let others =
            [self.log.to_string(), self.photo.to_string(), self.phone.device.to_string(), self.desk.agency.to_string()];
        named.into_iter().cloned().chain(others).collect()
    }

    /// Another officer.
    pub(crate) fn second_officer(&self) -> String {
        self.desk.officer("Officer 2")
    }

    /// Gives the open detail to an officer.
    pub(crate) fn order(&self, officer: &str) -> String {
        self.desk.make(&format!("/v1/staff/details/{}/assignments", self.open), &order(officer))
    }
}

/// Four hours of work with a photo.
fn work(phone: &Phone<'_>, log: DocumentId) -> Sha256 {
    let at = |hour: i64| UnixMillis::new(NOON + hour * HOUR);
    phone.say(log, FactKind::In, at(-8), None);
    phone.say(log, FactKind::Out, at(-4), None);
    let hash = Sha256::of(PHOTO);
    phone.attach(log, Attachment { hash, size: PHOTO.len() as u64, media_type: "image/jpeg".into() });
    let status = phone.blob("PUT", &format!("/v1/blobs/{hash}?offset=0"), PHOTO).unwrap();
    assert!(status.complete);
    hash
}

/// A ruling that accepts the four hours.
pub(crate) fn ruling(supersedes: Option<&str>) -> Value {
    json!({
        "accepted": [{ "start": NOON - 8 * HOUR, "end": NOON - 4 * HOUR }],
        "reason": "As punched.",
        "ruled_by": "Coordinator",
        "supersedes": supersedes,
    })
}

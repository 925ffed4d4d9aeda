//! An agency with one of everything in it.

use std::cell::OnceCell;

use detailbook_core::ids::{DocumentId, OfficerId};
use detailbook_core::notices::{EventKind, Party};
use detailbook_core::shift::{Attachment, FactKind, Sha256};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{Refusal, Wish};
use detailbook_server::jobs::id_of;
use detailbook_server::notices::{Event, Words, notice_id, tell};
use detailbook_server::store::evaluations::EvaluationRow;
use detailbook_server::store::jobs::NewJob;
use detailbook_server::store::{documents, evaluations, jobs};
use serde_json::{Value, json};

use super::phone::Phone;
use super::world::{Desk, HOUR, NOON, World, order};

/// An agency with one of everything in it, and the ids of all that.
pub(crate) struct Town<'a> {
    pub(crate) desk: Desk<'a>,
    pub(crate) request: String,
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
    /// What that officer photographed, here and nowhere else.
    pub(crate) photo: Sha256,
    pub(crate) picture: Vec<u8>,
    /// Pushed by a phone that was revoked.
    pub(crate) held_push: String,
    /// A shift log that is held.
    pub(crate) held_log: DocumentId,
    pub(crate) token: String,
    pub(crate) office: Office,
}

/// What the agency's office has to do with.
pub(crate) struct Office {
    /// Work that failed too often.
    pub(crate) parked_job: String,
    /// A desk of the staff's.
    pub(crate) contact: String,
    /// What the officer was told.
    pub(crate) notice: String,
    /// Officers who will not come, or did not, where a story needs them.
    pub(crate) away: OnceCell<Away>,
    /// Asked for, and not signed.
    pub(crate) approval: String,
    /// What rules that are gone once said.
    pub(crate) evaluation: String,
    /// A customer without a site.
    pub(crate) customer: String,
}

/// What officers ask for who will not come, and one who did not.
pub(crate) struct Away {
    /// Of an officer who asks a coordinator to be released.
    pub(crate) calling_off: String,
    /// Taken by another officer; the agency must agree.
    pub(crate) trade: String,
    /// Of an officer who did not come.
    pub(crate) absent: String,
}

impl Away {
    /// Another officer with all of that.
    pub(crate) fn build(town: &Town<'_>) -> Self {
        let (desk, officer) = (&town.desk, town.second_officer());
        let phone = Phone::enrol(desk, &officer);
        let ordered = |begins: i64| desk.order(&desk.detail(&town.site, begins, 1), &officer);
        let (absent, calling_off, traded) = (ordered(-20), ordered(3), ordered(40));
        let (assignment, reason) = (calling_off.parse().unwrap(), "Ill.".to_owned());
        phone.wish(&Wish::CallOff { assignment, reason });
        let offer = Wish::OfferTrade { assignment: traded.parse().unwrap(), to: town.officer.parse().unwrap() };
        let trade = phone.wish(&offer).id;
        town.phone.wish(&Wish::AnswerTrade { trade: trade.into(), takes: true });
        Self { calling_off, trade: trade.to_string(), absent }
    }
}

impl Office {
    fn build(desk: &Desk<'_>, officer: &str, open: &str) -> Self {
        let contact = desk.make("/v1/staff/contacts", &json!({ "record": { "roles": ["supervisor"] } }));
        let asked = json!({ "officer": officer, "kind": "outside_work" });
        let approval = desk.make("/v1/staff/approvals", &json!({ "record": asked }));
        let evaluation = evaluate(desk, open, officer);
        let notice = tell_of_ruling(desk, officer.parse().unwrap());
        let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Water company" } }));
        Self { customer, parked_job: park(desk), contact, notice, approval, evaluation, away: OnceCell::new() }
    }
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
        phone.wish(&Wish::Apply { detail: open.parse().unwrap(), position: None, read: None });
        let picture = format!("not really the photo of town {number}").into_bytes();
        let photo = work(&phone, assignment.parse().unwrap(), &picture);
        let log = DocumentId::from_bytes([number + 100; 16]);
        phone.say(log, FactKind::In, world.app.now(), None);
        let held_log = hold(&desk, &phone, number);
        let held_push = push_in_vain(&desk, &officer, number);
        let ruling = desk.make(&format!("/v1/staff/assignments/{assignment}/rulings"), &ruling(None));
        let message = desk.make("/v1/staff/messages", &json!({ "officer": officer, "text": "Thank you." }));
        let application = desk.items(&format!("/v1/staff/details/{open}/applications"))[0]["id"].clone();
        let application = application.as_str().unwrap().to_owned();
        Self {
            token: desk.make("/v1/staff/tokens", &json!({ "name": "spare", "scopes": ["assign"] })),
            office: Office::build(&desk, &officer, &open),
            request: desk.make("/v1/staff/requests", &json!({ "record": request(&site) })),
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
            picture,
            held_push,
            held_log,
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
            &self.held_push,
            &self.office.approval,
            &self.request,
            &self.office.parked_job,
            &self.office.contact,
            &self.office.notice,
        ];
        let others = [
            self.log.to_string(),
            self.held_log.to_string(),
            self.photo.to_string(),
            self.phone.device.to_string(),
            self.desk.agency.to_string(),
        ];
        named.into_iter().cloned().chain(others).collect()
    }

    /// The shift log of the worked detail.
    pub(crate) fn worked_log(&self) -> DocumentId {
        self.assignment.parse().unwrap()
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

/// What the rules said of something, as it is kept.
fn evaluate(desk: &Desk<'_>, detail: &str, officer: &str) -> String {
    let (detail, officer) = (detail.parse().unwrap(), officer.parse().unwrap());
    let number = desk.world.write(desk.agency, move |sql, by| {
        let row = EvaluationRow {
            number: 0,
            at: by.now,
            actor: "test".into(),
            stage: 1,
            officer,
            detail,
            set_name: "gone".into(),
            set_version: 1,
            outcome: 0,
            findings: detailbook_core::wire::encode(&Vec::<detailbook_core::policy::Finding>::new()),
            inputs: vec![],
            inputs_hash: Sha256::of(b""),
            asked_at: by.now,
        };
        Ok(evaluations::insert(sql, by.agency, &row)?)
    });
    number.unwrap().to_string()
}

/// What the officer is told.
fn tell_of_ruling(desk: &Desk<'_>, officer: OfficerId) -> String {
    let kind = EventKind::TimesheetRuled;
    let words = Words::new("Ruled.", "As punched.");
    let event = Event { officers: vec![officer], ..Event::new(kind, "a ruling", words) };
    desk.world.write(desk.agency, move |sql, by| Ok(tell(sql, by, &event)?)).unwrap();
    notice_id(desk.agency, kind, "a ruling", Party::officer(officer)).to_string()
}

/// Work that failed too often.
fn park(desk: &Desk<'_>) -> String {
    let agency = desk.agency;
    let parked = desk.world.write(agency, move |sql, by| {
        let job = id_of(agency, "a.kind", "a key");
        let new = NewJob { job, kind: "a.kind", key: "a key", due: by.now, payload: b"", now: by.now };
        jobs::insert(sql, agency, &new)?;
        let written = jobs::get(sql, agency, job)?.unwrap();
        jobs::fail(sql, &written, 8, None, "It failed.")?;
        Ok(job)
    });
    parked.unwrap().to_string()
}

/// A shift log that failed its check.
pub(crate) fn hold(desk: &Desk<'_>, phone: &Phone<'_>, number: u8) -> DocumentId {
    let log = DocumentId::from_bytes([number ^ 0x80; 16]);
    phone.say(log, FactKind::In, desk.world.app.now(), None);
    let held = desk.world.write(desk.agency, move |sql, by| Ok(documents::quarantine(sql, by.agency, log)?));
    assert!(held.unwrap());
    log
}

/// What a phone pushed after its enrolment was ended.
pub(crate) fn push_in_vain(desk: &Desk<'_>, officer: &str, number: u8) -> String {
    let phone = Phone::enrol(desk, officer);
    desk.run("POST", &format!("/v1/staff/devices/{}/revoke", phone.device), &json!({ "reason": "Lost." }));
    assert_eq!(phone.say_in_vain(DocumentId::from_bytes([number ^ 0xff; 16]), FactKind::Out), Refusal::Revoked);
    desk.items("/v1/staff/quarantine")[0]["id"].as_str().unwrap().to_owned()
}

/// Four hours of work with a photo.
fn work(phone: &Phone<'_>, log: DocumentId, picture: &[u8]) -> Sha256 {
    let at = |hour: i64| UnixMillis::new(NOON + hour * HOUR);
    phone.say(log, FactKind::In, at(-8), None);
    phone.say(log, FactKind::Out, at(-4), None);
    let hash = Sha256::of(picture);
    phone.attach(log, Attachment { hash, size: picture.len() as u64, media_type: "image/jpeg".into() });
    let status = phone.blob("PUT", &format!("/v1/blobs/{hash}?offset=0"), picture).unwrap();
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

/// A customer's request as staff write it.
pub(crate) fn request(site: &str) -> Value {
    let seats = json!([{ "name": "Traffic 1", "supervisor": false }]);
    json!({ "site": site, "title": "Paving", "job_type": "C", "starts": NOON + 90 * HOUR, "ends": NOON + 94 * HOUR,
        "zone": "America/New_York", "seats": seats, "asked_by": "The foreman" })
}

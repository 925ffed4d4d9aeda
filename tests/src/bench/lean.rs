//! A phone without a disk, for load: real keys, facts, signatures, changes and credentials, and as little work as possible
//! between two requests.

use std::collections::BTreeMap;

use detailbook_core::documents::{DocumentIndex, DocumentKind, FactEntry, write_facts};
use detailbook_core::entropy::random_bytes;
use detailbook_core::evidence::{SoftwareSigner, Statement};
use detailbook_core::ids::{AgencyId, DeviceId, DocumentId, FactId, OfficerId, WriterId};
use detailbook_core::shift::{Attachment, ChainLink, Content, Fact, FactKind, Sha256};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{
    APP_VERSION, ChangeVerdict, Credential, ENROL_PATH, EnrolRequest, EnrolResponse, Invitation, PROTOCOL, Push,
    SYNC_PATH, SessionKey, SyncRequest, SyncResponse, decode, encode,
};
use detailbook_server::app::App;
use detailbook_server::device_api::{self, Call};

use super::Outcome;
use super::draws::Draws;
use super::evidence::{PHONE, anchored, fixes, punch_fixes};
use super::machine;
use super::office::{Shift, about};

/// A phone.
pub(super) struct LeanPhone {
    agency: AgencyId,
    officer: OfficerId,
    device: DeviceId,
    signer: SoftwareSigner,
    key: SessionKey,
    writer: WriterId,
    bound: bool,
    counter: u64,
    link: ChainLink,
    cursor: Option<Vec<u8>>,
    logs: BTreeMap<DocumentId, (DocumentIndex, u64)>,
    draws: Draws,
}

/// A change that is ready to be pushed.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub(super) document: DocumentId,
    pub(super) hash: Sha256,
    pub(super) bytes: Vec<u8>,
}

/// A request's credential and body.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    pub(super) authorization: String,
    pub(super) body: Vec<u8>,
}

impl LeanPhone {
    /// Enrols with the text of an invitation, at the server's parts in this process.
    pub(super) fn enrol(app: &App, invitation: &str, seed: u64) -> Outcome<Self> {
        let mut draws = Draws::seeded(seed);
        let invitation = Invitation::from_text(invitation)?;
        let signer = SoftwareSigner::generate(&mut draws);
        let (public_key, nonce): (_, [u8; 16]) = (signer.public(), random_bytes(&mut draws));
        let statement = EnrolRequest::statement(&invitation.code, &public_key, &nonce, &invitation.server_key);
        let request = EnrolRequest {
            protocol: PROTOCOL,
            code: invitation.code.into(),
            public_key: public_key.into(),
            nonce: nonce.into(),
            signature: signer.sign_message(&statement).to_vec().into(),
            label: "bench".into(),
        };
        let answer: EnrolResponse = decode(&call(app, ENROL_PATH, None, &encode(&request))?)?;
        let (agency, officer, device) = (answer.agency, answer.officer, answer.device);
        let (writer, key) = (WriterId::new(machine::wall(), &mut draws), SessionKey(*answer.session_key));
        let (bound, counter, link, cursor, logs) = (false, 0, ChainLink::FIRST, None, BTreeMap::new());
        Ok(Self { agency, officer, device, signer, key, writer, bound, counter, link, cursor, logs, draws })
    }

    /// The phone, as the server knows it.
    pub(super) fn device(&self) -> DeviceId {
        self.device
    }

    /// Whose phone it is.
    pub(super) fn officer(&self) -> OfficerId {
        self.officer
    }

    /// Writes a fact into a log, signs it and makes a change of it.
    pub(super) fn write(&mut self, document: DocumentId, kind: FactKind, at: UnixMillis) -> Ready {
        let entry = self.fact(document, kind, at);
        self.change(document, &[entry])
    }

    fn change(&mut self, document: DocumentId, entries: &[FactEntry]) -> Ready {
        let (index, seq) =
            self.logs.entry(document).or_insert_with(|| (DocumentIndex::seed(DocumentKind::ShiftLog), 0));
        let change = write_facts(DocumentKind::ShiftLog, index, self.writer, *seq + 1, entries);
        (*index, *seq) = (change.index, change.writer_seq);
        Ready { document, hash: change.hash, bytes: change.bytes }
    }

    fn fact(&mut self, document: DocumentId, kind: FactKind, at: UnixMillis) -> FactEntry {
        self.fact_of(document, kind, at, |draws| Content {
            text: (kind == FactKind::Note).then(|| draws.words(16)),
            ..Content::default()
        })
    }

    fn fact_of(
        &mut self,
        document: DocumentId,
        kind: FactKind,
        at: UnixMillis,
        content: impl FnOnce(&mut Draws) -> Content,
    ) -> FactEntry {
        let said = content(&mut self.draws);
        let content = (said != Content::default()).then_some(said);
        let fixes = if content.is_some() { fixes(&mut self.draws, 1) } else { punch_fixes(&mut self.draws) };
        let fact = Fact {
            kind,
            clock: anchored(at),
            link: self.link,
            fixes: Some(fixes),
            phone: Some(PHONE),
            app: APP_VERSION,
            content,
            about: None,
            detail: None,
        };
        let (id, bytes) = (FactId::new(at, &mut self.draws), fact.to_bytes());
        let Self { agency, officer, device, .. } = *self;
        let statement = Statement { agency, officer, device, document, fact: id };
        self.link = ChainLink { counter: fact.link.counter + 1, previous: statement.hash(&bytes) };
        let signature = Some(self.signer.sign_message(&statement.bytes(&bytes)));
        FactEntry { id, bytes, signature }
    }

    /// A whole shift, each fact a change of its own, as with a phone that had signal: in, two notes, out.
    pub(super) fn work(&mut self, shift: Shift) -> Vec<Ready> {
        let log = shift.assignment.into();
        self.said(shift).map(|(kind, at)| self.write(log, kind, at)).into()
    }

    /// The same shift in one change, as with a phone that had no signal until it was over.
    pub(super) fn work_offline(&mut self, shift: Shift) -> Vec<Ready> {
        let log = shift.assignment.into();
        let entries = self.said(shift).map(|(kind, at)| self.fact(log, kind, at));
        vec![self.change(log, &entries)]
    }

    /// A photo of that shift.
    pub(super) fn photograph(&mut self, shift: Shift, attachment: Attachment) -> Ready {
        let log = shift.assignment.into();
        let entry = self.fact_of(log, FactKind::Attachment, shift.hours.start, |_| Content {
            attachment: Some(attachment),
            ..Content::default()
        });
        self.change(log, &[entry])
    }

    fn said(&mut self, shift: Shift) -> [(FactKind, UnixMillis); 4] {
        let (start, end) = (about(shift.hours.start, &mut self.draws), about(shift.hours.end, &mut self.draws));
        let middle = UnixMillis::new(i64::midpoint(start.as_millis(), end.as_millis()));
        [(FactKind::In, start), (FactKind::Note, middle), (FactKind::Note, middle), (FactKind::Out, end)]
    }

    /// The next request. Nothing to push makes it an idle one.
    pub(super) fn request(&mut self, push: &[Ready]) -> Signed {
        self.request_from(self.cursor.clone(), push)
    }

    /// What the phone would ask if it had nothing yet.
    pub(super) fn first_request(&mut self) -> Signed {
        self.request_from(None, &[])
    }

    fn request_from(&mut self, cursor: Option<Vec<u8>>, push: &[Ready]) -> Signed {
        let request = SyncRequest {
            protocol: PROTOCOL,
            cursor: cursor.map(Into::into),
            limit: None,
            app: APP_VERSION,
            writers: (!self.bound).then(|| vec![self.writer]),
            push: (!push.is_empty()).then(|| pushes(push)),
            commands: None,
        };
        let body = encode(&request);
        self.counter += 1;
        let credential = Credential::sign(&self.key, self.device, self.counter, "POST", SYNC_PATH, &body);
        Signed { authorization: credential.to_header(), body }
    }

    /// Takes an answer, which must accept everything that was pushed. Gives the answer.
    pub(super) fn take(&mut self, body: &[u8]) -> Outcome<SyncResponse> {
        let answer: SyncResponse = decode(body)?;
        let verdicts = answer.verdicts.iter().flatten().flat_map(|push| &push.0);
        if let Some(other) = verdicts.into_iter().find(|verdict| **verdict != ChangeVerdict::Accepted) {
            return Err(format!("a change was not accepted: {other:?}").into());
        }
        self.bound = true;
        self.cursor = Some(answer.cursor.to_vec());
        Ok(answer)
    }

    /// One exchange with the server's parts in this process.
    pub(super) fn exchange(&mut self, app: &App, push: &[Ready]) -> Outcome<SyncResponse> {
        let request = self.request(push);
        let body = call(app, SYNC_PATH, Some(&request.authorization), &request.body)?;
        self.take(&body)
    }

    /// Exchanges until the server has no more.
    pub(super) fn settle(&mut self, app: &App) -> Outcome<()> {
        while self.exchange(app, &[])?.more == Some(true) {}
        Ok(())
    }
}

fn pushes(ready: &[Ready]) -> Vec<Push> {
    let mut pushes: Vec<Push> = Vec::new();
    for change in ready {
        match pushes.last_mut() {
            Some(push) if push.document == change.document => push.changes.push(change.bytes.clone().into()),
            _ => pushes.push(Push {
                document: change.document,
                kind: DocumentKind::ShiftLog,
                changes: vec![change.bytes.clone().into()],
            }),
        }
    }
    pushes
}

/// Calls the device API in this process.
pub(super) fn call(app: &App, path: &str, authorization: Option<&str>, body: &[u8]) -> Outcome<Vec<u8>> {
    let call = Call { method: "POST", path, authorization, accept_gzip: false, from: None, body };
    let reply = device_api::handle(app, &call);
    match reply.status {
        200 => Ok(reply.body),
        status => Err(format!("{path}: {status} {}", String::from_utf8_lossy(&reply.body)).into()),
    }
}

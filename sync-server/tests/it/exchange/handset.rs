//! A phone reduced to what it says on the wire, so that a test can also say what no honest phone would.

use std::collections::BTreeMap;

use detailbook_core::documents::{DocumentIndex, DocumentKind, FactEntry, WrittenChange, write_facts};
use detailbook_core::evidence::{SoftwareSigner, Statement};
use detailbook_core::ids::{AgencyId, CommandId, DeviceId, DocumentId, FactId, OfficerId, WriterId};
use detailbook_core::shift::{Attachment, ChainLink, Content, Fact, FactKind, Sha256};
use detailbook_core::time::{BootId, ClockReading, UnixMillis, Zone};
use detailbook_core::wire::{
    self, ChangeVerdict, Command, Credential, ENROL_PATH, EnrolRequest, EnrolResponse, ProblemBody, Push, PushVerdict,
    Refusal, SESSION_PATH, SYNC_PATH, SessionKey, SessionRequest, SessionResponse, SyncRequest, SyncResponse, Wish,
};
use detailbook_server::app::App;
use detailbook_server::device_api::{Call, Reply, handle};
use minicbor::Decode;
use minicbor::bytes::ByteVec;

use super::precinct::Seeded;

/// Sends a request that needs no credential.
pub(crate) fn post(app: &App, path: &str, body: &[u8]) -> Reply {
    let call = Call { method: "POST", path, authorization: None, accept_gzip: false, from: None, body };
    handle(app, &call)
}

/// What a reply says.
pub(crate) fn read<T: for<'b> Decode<'b, ()>>(reply: &Reply) -> Result<T, Refusal> {
    if reply.status == 200 {
        return Ok(wire::decode(&reply.body).unwrap());
    }
    let problem: ProblemBody = serde_json::from_slice(&reply.body).unwrap();
    let refusal = Refusal::from_code(&problem.code).unwrap();
    assert_eq!(reply.status, refusal.status());
    Err(refusal)
}

/// A request to enrol with that code and key.
pub(crate) fn enrolment(app: &App, code: [u8; 16], signer: &SoftwareSigner) -> Vec<u8> {
    let (key, nonce) = (signer.public(), [7; 16]);
    let statement = EnrolRequest::statement(&code, &key, &nonce, &app.server_key_hash());
    wire::encode(&EnrolRequest {
        protocol: wire::PROTOCOL,
        code: code.into(),
        public_key: key.into(),
        nonce: nonce.into(),
        signature: signer.sign_message(&statement).to_vec().into(),
        label: "Pocket".into(),
    })
}

pub(crate) struct Handset {
    pub(crate) app: App,
    pub(crate) signer: SoftwareSigner,
    pub(crate) agency: AgencyId,
    pub(crate) officer: OfficerId,
    pub(crate) device: DeviceId,
    pub(crate) key: SessionKey,
    pub(crate) counter: u64,
    pub(crate) writer: WriterId,
    pub(crate) cursor: Option<ByteVec>,
    documents: BTreeMap<DocumentId, (DocumentIndex, u64)>,
    facts: u64,
    entropy: Seeded,
}

impl Handset {
    pub(crate) fn enrol(app: &App, code: [u8; 16], seed: u64) -> Self {
        let mut entropy = Seeded::new(1_000 + seed);
        let signer = SoftwareSigner::generate(&mut entropy);
        let reply = post(app, ENROL_PATH, &enrolment(app, code, &signer));
        let answer: EnrolResponse = read(&reply).unwrap();
        let writer = WriterId::new(app.now(), &mut entropy);
        let mut phone = Self {
            app: app.clone(),
            signer,
            agency: answer.agency,
            officer: answer.officer,
            device: answer.device,
            key: SessionKey(*answer.session_key),
            counter: 0,
            writer,
            cursor: None,
            documents: BTreeMap::new(),
            facts: 0,
            entropy,
        };
        phone.sync(&SyncRequest { writers: Some(vec![writer]), ..phone.request() });
        phone
    }

    /// A request that asks for what is new.
    pub(crate) fn request(&self) -> SyncRequest {
        SyncRequest {
            protocol: wire::PROTOCOL,
            cursor: self.cursor.clone(),
            app: wire::APP_VERSION,
            ..SyncRequest::default()
        }
    }

    pub(crate) fn authorization(&mut self, method: &str, path: &str, body: &[u8]) -> String {
        self.counter += 1;
        Credential::sign(&self.key, self.device, self.counter, method, path, body).to_header()
    }

    pub(crate) fn call(&mut self, method: &str, path: &str, body: &[u8]) -> Reply {
        let authorization = self.authorization(method, path, body);
        self.send_as(&authorization, method, path, body)
    }

    /// Sends under a credential that was made before.
    pub(crate) fn send_as(&self, authorization: &str, method: &str, path: &str, body: &[u8]) -> Reply {
        let authorization = Some(authorization);
        handle(&self.app, &Call { method, path, authorization, accept_gzip: false, from: None, body })
    }

    pub(crate) fn try_sync(&mut self, request: &SyncRequest) -> Result<SyncResponse, Refusal> {
        let reply = self.call("POST", SYNC_PATH, &wire::encode(request));
        let response: SyncResponse = read(&reply)?;
        self.cursor = Some(response.cursor.clone());
        Ok(response)
    }

    pub(crate) fn sync(&mut self, request: &SyncRequest) -> SyncResponse {
        self.try_sync(request).unwrap()
    }

    /// Pushes changes to one document: the verdict on each.
    pub(crate) fn push(&mut self, document: DocumentId, kind: DocumentKind, changes: &[Vec<u8>]) -> Vec<ChangeVerdict> {
        self.push_all(vec![push_of(document, kind, changes)]).remove(0)
    }

    pub(crate) fn push_all(&mut self, pushes: Vec<Push>) -> Vec<Vec<ChangeVerdict>> {
        let response = self.sync(&SyncRequest { push: Some(pushes), ..self.request() });
        response.verdicts.unwrap().into_iter().map(|PushVerdict(verdicts)| verdicts).collect()
    }

    pub(crate) fn wish(&mut self, id: CommandId, wish: &Wish) -> wire::CommandOutcome {
        let commands = Some(vec![Command::new(id, wish, self.app.now())]);
        self.sync(&SyncRequest { commands, ..self.request() }).outcomes.unwrap().remove(0)
    }

    pub(crate) fn fact(&mut self, kind: FactKind, content: Option<Content>) -> Fact {
        self.facts += 1;
        let wall = self.app.now();
        Fact {
            kind,
            clock: ClockReading { wall, zone: Zone::UTC.into(), monotonic: 5, boot: BootId(1), anchor: None },
            link: ChainLink { counter: self.facts, previous: Sha256([0; 32]) },
            fixes: None,
            phone: None,
            app: wire::APP_VERSION,
            content,
            about: None,
            detail: None,
        }
    }

    /// A signed fact, ready to stand in that document.
    pub(crate) fn entry(&mut self, document: DocumentId, fact: &Fact) -> FactEntry {
        let (id, bytes) = (FactId::new(self.app.now(), &mut self.entropy), fact.to_bytes());
        let statement = self.statement(document, id);
        let signature = Some(self.signer.sign_message(&statement.bytes(&bytes)));
        FactEntry { id, bytes, signature }
    }

    pub(crate) fn statement(&self, document: DocumentId, fact: FactId) -> Statement {
        Statement { agency: self.agency, officer: self.officer, device: self.device, document, fact }
    }

    /// Writes facts as this phone's next change of the document.
    pub(crate) fn write(&mut self, document: DocumentId, kind: DocumentKind, entries: &[FactEntry]) -> Vec<u8> {
        let (index, seq) = self.stand(document, kind);
        let written = write_facts(kind, &index, self.writer, seq + 1, entries);
        self.keep(document, written)
    }

    /// Where this phone's copy of a document stands: its index, and its own last number there.
    pub(crate) fn stand(&self, document: DocumentId, kind: DocumentKind) -> (DocumentIndex, u64) {
        self.documents.get(&document).cloned().unwrap_or_else(|| (DocumentIndex::seed(kind), 0))
    }

    pub(crate) fn keep(&mut self, document: DocumentId, written: WrittenChange) -> Vec<u8> {
        self.documents.insert(document, (written.index, written.writer_seq));
        written.bytes
    }

    /// One punch, as the next change of a shift log.
    pub(crate) fn punch(&mut self, document: DocumentId, kind: FactKind) -> Vec<u8> {
        let fact = self.fact(kind, None);
        let entry = self.entry(document, &fact);
        self.write(document, DocumentKind::ShiftLog, &[entry])
    }

    /// One note, as the next change of a document.
    pub(crate) fn note(&mut self, document: DocumentId, kind: DocumentKind, text: &str) -> Vec<u8> {
        let content = Content { text: Some(text.to_owned()), ..Content::default() };
        let fact = self.fact(FactKind::Note, Some(content));
        let entry = self.entry(document, &fact);
        self.write(document, kind, &[entry])
    }

    /// A photo, as the next change of a shift log.
    pub(crate) fn photo(&mut self, document: DocumentId, attachment: Attachment) -> Vec<u8> {
        let content = Content { attachment: Some(attachment), ..Content::default() };
        let fact = self.fact(FactKind::Attachment, Some(content));
        let entry = self.entry(document, &fact);
        self.write(document, DocumentKind::ShiftLog, &[entry])
    }

    pub(crate) fn renew(&mut self) -> Result<(), Refusal> {
        self.counter += 1;
        let body = self.renewal(self.counter);
        let answer: SessionResponse = read(&post(&self.app, SESSION_PATH, &body))?;
        self.key = SessionKey(*answer.session_key);
        Ok(())
    }

    pub(crate) fn renewal(&self, counter: u64) -> Vec<u8> {
        let statement = SessionRequest::statement(self.device, counter, &self.app.server_key_hash());
        let signature = self.signer.sign_message(&statement).to_vec().into();
        wire::encode(&SessionRequest { device: self.device, counter, signature })
    }
}

pub(crate) fn push_of(document: DocumentId, kind: DocumentKind, changes: &[Vec<u8>]) -> Push {
    Push { document, kind, changes: changes.iter().map(|change| change.clone().into()).collect() }
}

/// When a phone whose clock is hours off says that it is.
pub(crate) fn hours_off(now: UnixMillis) -> UnixMillis {
    now + detailbook_core::time::Millis::from_hours(-9)
}

//! An officer's phone as far as these stories need one: it enrols, says things, and hears what is decided.

use std::cell::{Cell, RefCell};

use detailbook_core::documents::{DocumentIndex, DocumentKind, FactEntry, write_facts, write_signatures};
use detailbook_core::evidence::{PublicKey, Signature, SoftwareSigner, Statement};
use detailbook_core::geo::Fix;
use detailbook_core::ids::{AgencyId, CommandId, DeviceId, DocumentId, FactId, OfficerId, WriterId};
use detailbook_core::shift::{Attachment, ChainLink, Content, Fact, FactKind};
use detailbook_core::time::{Anchor, BootId, ClockReading, Millis, UnixMillis, ZoneName};
use detailbook_core::wire::{
    BlobStatus, ChangeVerdict, Command, CommandOutcome, Credential, EnrolRequest, EnrolResponse, Invitation,
    ProblemBody, Push, Refusal, SYNC_PATH, SessionKey, SyncRequest, SyncResponse, Wish, decode, encode,
};
use detailbook_server::device_api::{self, Call, Reply};
use minicbor::bytes::ByteVec;
use serde_json::Value;

use super::world::{Desk, NOON, World};

pub(crate) struct Phone<'a> {
    world: &'a World,
    pub(crate) agency: AgencyId,
    pub(crate) officer: OfficerId,
    pub(crate) device: DeviceId,
    signer: SoftwareSigner,
    key: SessionKey,
    writer: WriterId,
    counter: Cell<u64>,
    link: Cell<ChainLink>,
    logs: RefCell<std::collections::BTreeMap<DocumentId, (DocumentIndex, u64)>>,
}

impl<'a> Phone<'a> {
    /// Enrols a phone for an officer with an invitation from the desk.
    pub(crate) fn enrol(desk: &Desk<'a>, officer: &str) -> Self {
        let (status, invited) = desk.call("POST", &format!("/v1/staff/officers/{officer}/invitations"), &Value::Null);
        assert_eq!(status, 201, "{invited}");
        Self::with(desk.world, invited["text"].as_str().unwrap()).unwrap()
    }

    /// Enrols a phone with the text of an invitation.
    pub(crate) fn with(world: &'a World, invitation: &str) -> Result<Self, ProblemBody> {
        let mut entropy = world.app.entropy.clone();
        let invitation = Invitation::from_text(invitation).unwrap();
        let signer = SoftwareSigner::generate(&mut entropy);
        let (public_key, nonce) = (signer.public(), [5; 16]);
        let statement = EnrolRequest::statement(&invitation.code, &public_key, &nonce, &invitation.server_key);
        let request = EnrolRequest {
            protocol: 1,
            code: invitation.code.into(),
            public_key: public_key.into(),
            nonce: nonce.into(),
            signature: signer.sign_message(&statement).to_vec().into(),
            label: "phone".into(),
        };
        let reply = call(world, "POST", "/v1/enrol", None, &encode(&request));
        if reply.status != 200 {
            return Err(serde_json::from_slice(&reply.body).unwrap());
        }
        let answer: EnrolResponse = decode(&reply.body).unwrap();
        Ok(Self {
            world,
            agency: answer.agency,
            officer: answer.officer,
            device: answer.device,
            signer,
            key: SessionKey(*answer.session_key),
            writer: WriterId::new(world.app.now(), &mut entropy),
            counter: Cell::new(1),
            link: Cell::new(ChainLink::FIRST),
            logs: RefCell::default(),
        })
    }

    /// The `Authorization` header for the next request.
    pub(crate) fn header(&self, method: &str, path: &str, body: &[u8]) -> String {
        let counter = self.counter.get();
        self.counter.set(counter + 1);
        Credential::sign(&self.key, self.device, counter, method, path, body).to_header()
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &[u8]) -> Reply {
        call(self.world, method, path, Some(&self.header(method, path, body)), body)
    }

    pub(crate) fn sync(&self, request: SyncRequest) -> SyncResponse {
        let writers = Some(vec![self.writer]);
        let reply = self.send("POST", SYNC_PATH, &encode(&SyncRequest { protocol: 1, app: 1, writers, ..request }));
        assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
        decode(&reply.body).unwrap()
    }

    /// The same phone before another server over the same store.
    pub(crate) fn moved(self, world: &World) -> Phone<'_> {
        let Self { agency, officer, device, signer, key, writer, counter, link, logs, .. } = self;
        Phone { world, agency, officer, device, signer, key, writer, counter, link, logs }
    }

    /// Sends a command; nothing where the server did not answer.
    pub(crate) fn try_command(&self, command: &Command) -> Option<CommandOutcome> {
        let request = SyncRequest {
            protocol: 1,
            app: 1,
            writers: Some(vec![self.writer]),
            commands: Some(vec![command.clone()]),
            ..SyncRequest::default()
        };
        let reply = self.send("POST", SYNC_PATH, &encode(&request));
        (reply.status == 200).then(|| decode::<SyncResponse>(&reply.body).unwrap().outcomes.unwrap().remove(0))
    }

    /// The key that the phone signs with.
    pub(crate) fn public_key(&self) -> PublicKey {
        self.signer.public()
    }

    /// Does the server let the phone write under that writer?
    pub(crate) fn may_bind(&self, writer: WriterId) -> bool {
        let log = DocumentId::from_bytes([99; 16]);
        let entry =
            FactEntry { id: FactId::from_bytes([1; 16]), bytes: self.fact(FactKind::In).to_bytes(), signature: None };
        let index = DocumentIndex::seed(DocumentKind::ShiftLog);
        let change = write_facts(DocumentKind::ShiftLog, &index, writer, 1, &[entry]);
        let push = Push { document: log, kind: DocumentKind::ShiftLog, changes: vec![change.bytes.into()] };
        let request = SyncRequest {
            protocol: 1,
            app: 1,
            writers: Some(vec![writer]),
            push: Some(vec![push]),
            ..SyncRequest::default()
        };
        let reply = self.send("POST", SYNC_PATH, &encode(&request));
        let answer: SyncResponse = decode(&reply.body).unwrap();
        match answer.verdicts.unwrap()[0].0[0] {
            ChangeVerdict::Accepted => true,
            ChangeVerdict::Refused(Refusal::ForgedWriter) => false,
            other => panic!("{other:?}"),
        }
    }

    fn fact(&self, kind: FactKind) -> Fact {
        let clock = ClockReading {
            wall: self.world.app.now(),
            zone: ZoneName("America/New_York".into()),
            monotonic: 1,
            boot: BootId(1),
            anchor: None,
        };
        let link = self.link.get();
        Fact { kind, clock, link, fixes: None, phone: None, app: 1, content: None, about: None, detail: None }
    }

    /// Sends a wish and gives what became of it. What is acknowledged was looked at just before.
    pub(crate) fn wish(&self, wish: &Wish) -> CommandOutcome {
        match wish {
            Wish::Acknowledge { .. } | Wish::AcknowledgeNotice { .. } => self.wish_from(&self.look(), wish),
            _ => self.send_wish(None, wish),
        }
    }

    /// Hears everything there is. Gives where the phone then stands in its feed.
    pub(crate) fn look(&self) -> ByteVec {
        let mut heard = self.sync(SyncRequest::default());
        while heard.more == Some(true) {
            heard = self.sync(SyncRequest { cursor: Some(heard.cursor), ..SyncRequest::default() });
        }
        heard.cursor
    }

    /// Sends a wish that was made where the phone stood there in its feed.
    pub(crate) fn wish_from(&self, cursor: &ByteVec, wish: &Wish) -> CommandOutcome {
        self.send_wish(Some(cursor.clone()), wish)
    }

    /// A wish, as the phone keeps it until it can send.
    pub(crate) fn written(&self, wish: &Wish) -> Command {
        let (now, mut entropy) = (self.world.app.now(), self.world.app.entropy.clone());
        Command::new(CommandId::new(now, &mut entropy), wish, now)
    }

    fn send_wish(&self, cursor: Option<ByteVec>, wish: &Wish) -> CommandOutcome {
        let commands = Some(vec![self.written(wish)]);
        let answer = self.sync(SyncRequest { cursor, commands, ..SyncRequest::default() });
        answer.outcomes.unwrap().remove(0)
    }

    /// Says something in a shift log and pushes it. Gives the fact's id.
    pub(crate) fn say(&self, log: DocumentId, kind: FactKind, at: UnixMillis, content: Option<Content>) -> FactId {
        self.say_fact(log, at, Fact { content, ..self.fact(kind) })
    }

    /// The same from a phone that had heard the server's time at noon, or with an earlier punch, and was not restarted since, with
    /// fixes.
    pub(crate) fn say_surely(&self, log: DocumentId, kind: FactKind, at: UnixMillis, fixes: Vec<Fix>) -> FactId {
        let entry = self.write_surely(log, kind, at, fixes);
        self.bring(log, &entry);
        entry.id
    }

    /// The same, but it stays on the phone until it is brought.
    pub(crate) fn write_surely(&self, log: DocumentId, kind: FactKind, at: UnixMillis, fixes: Vec<Fix>) -> FactEntry {
        let mut fact = Fact { fixes: Some(fixes), ..self.fact(kind) };
        let server = at.min(UnixMillis::new(NOON));
        let monotonic = steady(server);
        fact.clock.anchor = Some(Anchor { server, monotonic, boot: fact.clock.boot, round_trip: 200 });
        self.entry(log, at, fact)
    }

    /// Pushes what was written in a shift log.
    pub(crate) fn bring(&self, log: DocumentId, entry: &FactEntry) {
        assert_eq!(self.push(log, DocumentKind::ShiftLog, entry), ChangeVerdict::Accepted);
    }

    /// Pushes the signature of a fact that was brought without one.
    pub(crate) fn sign(&self, log: DocumentId, fact: FactId, signature: Signature) {
        let mut logs = self.logs.borrow_mut();
        let (index, seq) = logs.get_mut(&log).unwrap();
        let kind = DocumentKind::ShiftLog;
        let change = write_signatures(kind, index, self.writer, *seq + 1, &[(fact, signature)]);
        let push = Push { document: log, kind, changes: vec![change.bytes.clone().into()] };
        let answer = self.sync(SyncRequest { push: Some(vec![push]), ..SyncRequest::default() });
        assert_eq!(answer.verdicts.unwrap()[0].0[0], ChangeVerdict::Accepted);
        (*index, *seq) = (change.index, change.writer_seq);
    }

    /// Says something about an earlier fact.
    pub(crate) fn say_about(&self, log: DocumentId, kind: FactKind, about: FactId, content: Content) -> FactId {
        let fact = Fact { about: Some(about), content: Some(content), ..self.fact(kind) };
        self.say_fact(log, self.world.app.now(), fact)
    }

    fn say_fact(&self, log: DocumentId, at: UnixMillis, fact: Fact) -> FactId {
        let kind = if fact.kind == FactKind::Incident { DocumentKind::PassOn } else { DocumentKind::ShiftLog };
        self.say_in(kind, log, at, fact)
    }

    fn say_in(&self, kind: DocumentKind, log: DocumentId, at: UnixMillis, fact: Fact) -> FactId {
        let entry = self.entry(log, at, fact);
        assert_eq!(self.push(log, kind, &entry), ChangeVerdict::Accepted);
        entry.id
    }

    /// Writes a fact, the next of the phone's chain.
    fn entry(&self, log: DocumentId, at: UnixMillis, mut fact: Fact) -> FactEntry {
        let mut entropy = self.world.app.entropy.clone();
        fact.clock.wall = at;
        fact.clock.monotonic = steady(at);
        let (id, bytes) = (FactId::new(at, &mut entropy), fact.to_bytes());
        let (agency, officer, device) = (self.agency, self.officer, self.device);
        let place = Statement { agency, officer, device, document: log, fact: id };
        self.link.set(ChainLink { counter: fact.link.counter + 1, previous: place.hash(&bytes) });
        let signature = Some(self.signer.sign_message(&place.bytes(&bytes)));
        FactEntry { id, bytes, signature }
    }

    /// Reports an incident in the pass-on of a detail. Gives the fact's id.
    pub(crate) fn report(&self, detail: DocumentId, text: &str) -> FactId {
        let content = Content { text: Some(text.to_owned()), ..Content::default() };
        self.say(detail, FactKind::Incident, self.world.app.now(), Some(content))
    }

    /// Reports an incident in a shift log.
    pub(crate) fn report_in_log(&self, log: DocumentId, text: &str) -> FactId {
        let content = Some(Content { text: Some(text.to_owned()), ..Content::default() });
        let fact = Fact { content, ..self.fact(FactKind::Incident) };
        self.say_in(DocumentKind::ShiftLog, log, self.world.app.now(), fact)
    }

    /// Pushes a note to a shift log that is another officer's. Gives why it is refused.
    pub(crate) fn say_in_anothers(&self, log: DocumentId) -> Refusal {
        let (mut entropy, bytes) = (self.world.app.entropy.clone(), self.fact(FactKind::Note).to_bytes());
        let entry = FactEntry { id: FactId::new(self.world.app.now(), &mut entropy), bytes, signature: None };
        match self.push(log, DocumentKind::ShiftLog, &entry) {
            ChangeVerdict::Refused(refusal) => refusal,
            other => panic!("{other:?}"),
        }
    }

    /// Pushes a fact of a shift log that the server does not have, as a phone that is refused: gives why.
    pub(crate) fn say_in_vain(&self, log: DocumentId, kind: FactKind) -> Refusal {
        let mut entropy = self.world.app.entropy.clone();
        let (id, bytes) = (FactId::new(self.world.app.now(), &mut entropy), self.fact(kind).to_bytes());
        let (agency, officer, device) = (self.agency, self.officer, self.device);
        let place = Statement { agency, officer, device, document: log, fact: id };
        let entry = FactEntry { id, signature: Some(self.signer.sign_message(&place.bytes(&bytes))), bytes };
        let kind = DocumentKind::ShiftLog;
        let change = write_facts(kind, &DocumentIndex::seed(kind), self.writer, 1, &[entry]);
        let push = Push { document: log, kind, changes: vec![change.bytes.into()] };
        let request = SyncRequest { protocol: 1, app: 1, push: Some(vec![push]), ..SyncRequest::default() };
        refusal(&self.send("POST", SYNC_PATH, &encode(&request)))
    }

    fn push(&self, document: DocumentId, kind: DocumentKind, entry: &FactEntry) -> ChangeVerdict {
        let mut logs = self.logs.borrow_mut();
        let (index, seq) = logs.entry(document).or_insert_with(|| (DocumentIndex::seed(kind), 0));
        let change = write_facts(kind, index, self.writer, *seq + 1, std::slice::from_ref(entry));
        let push = Push { document, kind, changes: vec![change.bytes.clone().into()] };
        let answer = self.sync(SyncRequest { push: Some(vec![push]), ..SyncRequest::default() });
        let verdict = answer.verdicts.unwrap()[0].0[0];
        if verdict == ChangeVerdict::Accepted {
            (*index, *seq) = (change.index, change.writer_seq);
        }
        verdict
    }

    /// Names a photo or video in a shift log.
    pub(crate) fn attach(&self, log: DocumentId, attachment: Attachment) -> FactId {
        let content = Content { attachment: Some(attachment), ..Content::default() };
        self.say(log, FactKind::Attachment, self.world.app.now(), Some(content))
    }

    pub(crate) fn blob(&self, method: &str, path: &str, chunk: &[u8]) -> Result<BlobStatus, Refusal> {
        let reply = self.send(method, path, chunk);
        match reply.status {
            200 => Ok(decode(&reply.body).unwrap()),
            _ => Err(refusal(&reply)),
        }
    }
}

/// What a phone's steady clock shows, which began a hundred hours before noon.
fn steady(at: UnixMillis) -> u64 {
    (at - UnixMillis::new(NOON) + Millis::from_hours(100)).0.unsigned_abs()
}

pub(crate) fn refusal(reply: &Reply) -> Refusal {
    let problem: ProblemBody = serde_json::from_slice(&reply.body).unwrap();
    let refusal = Refusal::from_code(&problem.code).unwrap();
    assert_eq!(reply.status, refusal.status());
    refusal
}

pub(crate) fn call(world: &World, method: &str, path: &str, authorization: Option<&str>, body: &[u8]) -> Reply {
    device_api::handle(&world.app, &Call { method, path, authorization, accept_gzip: false, from: None, body })
}

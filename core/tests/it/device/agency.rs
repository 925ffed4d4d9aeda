//! A small agency's server, in memory, that admits changes as the real one does: by `authority`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use detailbook_core::authority::{Admission, DocumentStore, Standing, admit, inspect};
use detailbook_core::device::{Incoming, Outgoing};
use detailbook_core::documents::{DocumentIndex, DocumentKind, FactEntry, write_facts};
use detailbook_core::entropy::random_bytes;
use detailbook_core::evidence::{Signature, SoftwareSigner, verify};
use detailbook_core::ids::{AgencyId, CommandId, DeviceId, DocumentId, FactId, OfficerId, RecordId, WriterId};
use detailbook_core::records::RecordKind;
use detailbook_core::shift::{Fact, Sha256};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{
    BLOB_PATH, BlobStatus, COMPARE_PATH, ChangeVerdict, Command, CommandOutcome, CompareRequest, CompareResponse,
    Credential, Cursor, Decision, DocumentHeads, ENROL_PATH, EnrolRequest, EnrolResponse, Entry, Invitation, Limits,
    ProblemBody, Push, PushVerdict, Refusal, SESSION_PATH, SYNC_PATH, SessionKey, SessionRequest, SessionResponse,
    SyncRequest, decode, encode,
};

use super::world::Dice;

#[derive(Clone)]
pub(super) struct Device {
    pub(super) officer: OfficerId,
    public_key: [u8; 33],
    session: SessionKey,
    counter: u64,
    pub(super) writers: BTreeSet<WriterId>,
    pub(super) revoked: bool,
    pub(super) expired: bool,
}

#[derive(Clone)]
struct Change {
    seq: i64,
    hash: Sha256,
    max_op: u64,
    device: Option<DeviceId>,
    bytes: Vec<u8>,
}

#[derive(Clone)]
pub(super) struct Document {
    kind: DocumentKind,
    readers: BTreeMap<OfficerId, i64>,
    index: DocumentIndex,
    changes: Vec<Change>,
    last_seq: BTreeMap<WriterId, u64>,
    pub(super) facts: BTreeMap<FactId, Vec<u8>>,
    pub(super) signatures: BTreeMap<FactId, Signature>,
}

#[derive(Clone)]
struct Record {
    seq: i64,
    version: i64,
    body: Vec<u8>,
    gone: bool,
}

#[derive(Clone, Default)]
struct State {
    seq: i64,
    epoch: u32,
    devices: BTreeMap<DeviceId, Device>,
    documents: BTreeMap<DocumentId, Document>,
    records: BTreeMap<(u16, RecordId), Record>,
    forgotten: BTreeMap<(OfficerId, DocumentId), i64>,
    outcomes: BTreeMap<CommandId, CommandOutcome>,
    blobs: BTreeMap<Sha256, Vec<u8>>,
}

pub(super) struct Agency {
    pub(super) id: AgencyId,
    signer: SoftwareSigner,
    state: State,
    pub(super) now: UnixMillis,
    dice: Dice,
    codes: BTreeMap<[u8; 16], OfficerId>,
    pub(super) page: usize,
    /// Facts whose change is refused.
    pub(super) poison: BTreeMap<FactId, Refusal>,
    /// Refuses everything of a document.
    pub(super) closed: BTreeMap<DocumentId, Refusal>,
    /// Entries slipped into the next answer.
    pub(super) extra: Vec<Vec<u8>>,
    pub(super) gzip: bool,
    pub(super) requests: Vec<String>,
    pub(super) commands_seen: Vec<CommandId>,
    pub(super) corrupt_blobs: bool,
    pub(super) refuse_commands: bool,
    /// Writers that one device may bind.
    pub(super) writer_limit: usize,
    /// Facts of which a later signature is refused.
    pub(super) poisoned_signatures: BTreeSet<FactId>,
}

impl Agency {
    pub(super) fn new(now: UnixMillis) -> Self {
        let mut dice = Dice::new(7);
        Self {
            id: AgencyId::new(now, &mut dice),
            signer: SoftwareSigner::generate(&mut dice),
            state: State { epoch: 1, ..State::default() },
            now,
            dice,
            codes: BTreeMap::new(),
            page: 500,
            poison: BTreeMap::new(),
            closed: BTreeMap::new(),
            extra: Vec::new(),
            gzip: false,
            requests: Vec::new(),
            commands_seen: Vec::new(),
            corrupt_blobs: false,
            refuse_commands: false,
            writer_limit: usize::MAX,
            poisoned_signatures: BTreeSet::new(),
        }
    }

    pub(super) fn invite(&mut self, officer: OfficerId, server: &str) -> String {
        let code = random_bytes(&mut self.dice);
        self.codes.insert(code, officer);
        let server_key = Sha256::of(&self.signer.public());
        Invitation { server: server.to_owned(), server_key, code }.to_text()
    }

    pub(super) fn put(&mut self, kind: RecordKind, id: impl Into<RecordId>, body: &impl minicbor::Encode<()>) {
        self.put_raw(kind, id, encode(body));
    }

    pub(super) fn put_raw(&mut self, kind: RecordKind, id: impl Into<RecordId>, body: Vec<u8>) {
        self.state.seq += 1;
        let seq = self.state.seq;
        let record = self.state.records.entry((kind.code(), id.into())).or_insert(Record {
            seq,
            version: 0,
            body: vec![],
            gone: false,
        });
        *record = Record { seq, version: record.version + 1, body, gone: false };
    }

    pub(super) fn forget_record(&mut self, kind: RecordKind, id: impl Into<RecordId>) {
        self.state.seq += 1;
        let record = self.state.records.get_mut(&(kind.code(), id.into())).unwrap();
        (record.gone, record.seq) = (true, self.state.seq);
    }

    pub(super) fn show(&mut self, document: DocumentId, kind: DocumentKind, officer: OfficerId) {
        self.state.seq += 1;
        let seq = self.state.seq;
        self.state.forgotten.remove(&(officer, document));
        let document = self.state.documents.entry(document).or_insert_with(|| Document::new(kind));
        document.readers.insert(officer, seq);
    }

    pub(super) fn hide(&mut self, document: DocumentId, officer: OfficerId) {
        self.state.seq += 1;
        self.state.documents.get_mut(&document).unwrap().readers.remove(&officer);
        self.state.forgotten.insert((officer, document), self.state.seq);
    }

    pub(super) fn device(&mut self, device: DeviceId) -> &mut Device {
        self.state.devices.get_mut(&device).unwrap()
    }

    pub(super) fn document(&self, document: DocumentId) -> &Document {
        &self.state.documents[&document]
    }

    pub(super) fn has(&self, document: DocumentId, fact: FactId) -> bool {
        self.state.documents.get(&document).is_some_and(|document| document.facts.contains_key(&fact))
    }

    pub(super) fn facts(&self) -> usize {
        self.state.documents.values().map(|document| document.facts.len()).sum()
    }

    pub(super) fn blob(&self, hash: &Sha256) -> &[u8] {
        &self.state.blobs[hash]
    }

    pub(super) fn backup(&self) -> Backup {
        Backup(self.state.clone())
    }

    pub(super) fn restore(&mut self, backup: Backup) {
        let epoch = self.state.epoch;
        let devices = self.state.devices.clone();
        self.state = backup.0;
        self.state.epoch = epoch + 1;
        self.state.devices = devices;
    }

    /// Loses what came after the backup, and does not say so.
    pub(super) fn restore_unnoticed(&mut self, backup: Backup) {
        let (epoch, seq) = (self.state.epoch, self.state.seq);
        self.restore(backup);
        (self.state.epoch, self.state.seq) = (epoch, seq);
    }

    /// Writes facts into a document as somebody else.
    pub(super) fn write_as_other(&mut self, document: DocumentId, facts: &[FactEntry]) {
        let writer = WriterId::new(self.now, &mut self.dice);
        let held = &self.state.documents[&document];
        let change = write_facts(held.kind, &held.index, writer, 1, facts);
        assert_eq!(self.admit(None, document, &change.bytes), ChangeVerdict::Accepted);
    }

    pub(super) fn handle(&mut self, outgoing: &Outgoing) -> Incoming {
        self.requests.push(format!("{} {}", outgoing.method, outgoing.path));
        match self.answer(outgoing) {
            Ok(body) => self.packed(outgoing, body),
            Err(refusal) => Incoming {
                status: refusal.status(),
                gzip: false,
                body: serde_json::to_vec(&ProblemBody {
                    code: refusal.code().to_owned(),
                    reason: refusal.sentence().to_owned(),
                })
                .unwrap(),
            },
        }
    }

    fn packed(&self, outgoing: &Outgoing, body: Vec<u8>) -> Incoming {
        if !(self.gzip && outgoing.accept_gzip) {
            return Incoming { status: 200, gzip: false, body };
        }
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&body).unwrap();
        Incoming { status: 200, gzip: true, body: encoder.finish().unwrap() }
    }

    fn answer(&mut self, outgoing: &Outgoing) -> Result<Vec<u8>, Refusal> {
        match outgoing.path.as_str() {
            ENROL_PATH => self.enrol(&outgoing.body),
            SESSION_PATH => self.renew(&outgoing.body),
            SYNC_PATH => {
                let device = self.authenticate(outgoing)?;
                Ok(self.sync(device, &decode(&outgoing.body).map_err(|_| Refusal::Malformed)?))
            }
            COMPARE_PATH => {
                self.authenticate(outgoing)?;
                Ok(self.compare(&decode(&outgoing.body).map_err(|_| Refusal::Malformed)?))
            }
            path if path.starts_with(BLOB_PATH) => {
                self.authenticate(outgoing)?;
                self.take_blob(outgoing)
            }
            _ => Err(Refusal::NotFound),
        }
    }

    fn enrol(&mut self, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        let request: EnrolRequest = decode(body).map_err(|_| Refusal::Malformed)?;
        let officer = self.codes.remove(&<[u8; 16]>::from(request.code)).ok_or(Refusal::BadCode)?;
        let server_key = Sha256::of(&self.signer.public());
        let statement = EnrolRequest::statement(&request.code, &request.public_key, &request.nonce, &server_key);
        assert!(verify(request.public_key.as_slice(), &statement, &request.signature));
        let device = DeviceId::new(self.now, &mut self.dice);
        let session: [u8; 32] = random_bytes(&mut self.dice);
        self.state.devices.insert(
            device,
            Device {
                officer,
                public_key: request.public_key.into(),
                session: SessionKey(session),
                counter: 0,
                writers: BTreeSet::new(),
                revoked: false,
                expired: false,
            },
        );
        let mut response = EnrolResponse {
            agency: self.id,
            officer,
            device,
            session_key: session.into(),
            server_time: self.now,
            server_key: self.signer.public().into(),
            signature: Vec::new().into(),
        };
        response.signature = self.signer.sign_message(&response.statement(body)).to_vec().into();
        Ok(encode(&response))
    }

    fn renew(&mut self, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        let request: SessionRequest = decode(body).map_err(|_| Refusal::Malformed)?;
        let server_key = Sha256::of(&self.signer.public());
        let session: [u8; 32] = random_bytes(&mut self.dice);
        let device = self.state.devices.get_mut(&request.device).ok_or(Refusal::NotAuthenticated)?;
        let statement = SessionRequest::statement(request.device, request.counter, &server_key);
        assert!(verify(&device.public_key, &statement, &request.signature));
        if request.counter <= device.counter {
            return Err(Refusal::Replayed);
        }
        (device.counter, device.session, device.expired) = (request.counter, SessionKey(session), false);
        let mut response =
            SessionResponse { session_key: session.into(), server_time: self.now, signature: Vec::new().into() };
        response.signature = self.signer.sign_message(&response.statement(body)).to_vec().into();
        Ok(encode(&response))
    }

    fn authenticate(&mut self, outgoing: &Outgoing) -> Result<DeviceId, Refusal> {
        let header = outgoing.authorization.as_deref().ok_or(Refusal::NotAuthenticated)?;
        let credential = Credential::from_header(header).map_err(|_| Refusal::NotAuthenticated)?;
        let device = self.state.devices.get_mut(&credential.device).ok_or(Refusal::NotAuthenticated)?;
        if device.expired {
            return Err(Refusal::SessionExpired);
        }
        if !credential.verify(&device.session, outgoing.method, &outgoing.path, &outgoing.body) {
            return Err(Refusal::NotAuthenticated);
        }
        if credential.counter <= device.counter {
            return Err(Refusal::Replayed);
        }
        device.counter = credential.counter;
        if device.revoked { Err(Refusal::Revoked) } else { Ok(credential.device) }
    }

    fn sync(&mut self, device: DeviceId, request: &SyncRequest) -> Vec<u8> {
        let officer = self.state.devices[&device].officer;
        for writer in request.writers.iter().flatten() {
            let limit = self.writer_limit;
            let writers = &mut self.device(device).writers;
            if writers.len() < limit {
                writers.insert(*writer);
            }
        }
        let pushes = request.push.as_deref().unwrap_or_default();
        let verdicts: Vec<_> = pushes.iter().map(|push| self.push(device, officer, push)).collect();
        let outcomes: Vec<_> = request.commands.iter().flatten().map(|command| self.command(command)).collect();
        let cursor: Option<Cursor> = request.cursor.as_ref().map(|cursor| decode(cursor).unwrap());
        let restored = cursor.is_some_and(|cursor| cursor.epoch != self.state.epoch);
        let since = cursor.filter(|_| !restored).map_or(0, |cursor| cursor.seq);
        let (entries, seq, more) = self.feed(device, officer, since);
        let mut entries: Vec<Raw> = entries.iter().map(|entry| Raw(encode(entry))).collect();
        entries.extend(self.extra.drain(..).map(Raw));
        encode(&Answer {
            server_time: self.now,
            cursor: encode(&Cursor { epoch: self.state.epoch, seq, within: None, began: None }).into(),
            more: more.then_some(true),
            verdicts: some(verdicts),
            outcomes: some(outcomes),
            entries: some(entries),
            compare: restored.then_some(true),
        })
    }

    fn push(&mut self, device: DeviceId, officer: OfficerId, push: &Push) -> PushVerdict {
        if push.kind == DocumentKind::ShiftLog && !self.state.documents.contains_key(&push.document) {
            // Begun by the phone itself: nothing to tell it.
            self.show(push.document, push.kind, officer);
            self.state.documents.get_mut(&push.document).unwrap().readers.insert(officer, 0);
        }
        let mut verdicts = Vec::new();
        for bytes in &push.changes {
            verdicts.push(self.judge(device, officer, push.document, bytes));
        }
        PushVerdict(verdicts)
    }

    fn judge(&mut self, device: DeviceId, officer: OfficerId, document: DocumentId, bytes: &[u8]) -> ChangeVerdict {
        if let Some(refusal) = self.closed.get(&document) {
            return ChangeVerdict::Refused(*refusal);
        }
        let Some(held) = self.state.documents.get(&document) else {
            return ChangeVerdict::Refused(Refusal::NotFound);
        };
        if !held.readers.contains_key(&officer) && !self.state.forgotten.contains_key(&(officer, document)) {
            return ChangeVerdict::Refused(Refusal::NotYours);
        }
        self.admit(Some(device), document, bytes)
    }

    fn admit(&mut self, device: Option<DeviceId>, document: DocumentId, bytes: &[u8]) -> ChangeVerdict {
        let change = match inspect(bytes, &Limits::V1) {
            Ok(change) => change,
            Err(refusal) => return ChangeVerdict::Refused(refusal),
        };
        if device.is_some_and(|device| !self.state.devices[&device].writers.contains(&change.writer)) {
            return ChangeVerdict::Refused(Refusal::ForgedWriter);
        }
        let held = self.state.documents.get_mut(&document).unwrap();
        let index = held.index.clone();
        let last = held.last_seq.get(&change.writer).copied().unwrap_or(0);
        let standing = Standing { kind: held.kind, index: &index, writer_last_seq: last };
        let admitted = match admit(&change, &standing, held, &Limits::V1).unwrap() {
            Admission::Admitted(admitted) => admitted,
            Admission::Duplicate => return ChangeVerdict::Accepted,
            Admission::Refused(refusal) => return ChangeVerdict::Refused(refusal),
            Admission::Waiting(hash) => return ChangeVerdict::Waiting(hash),
        };
        if let Some(refusal) = admitted.facts.iter().find_map(|entry| self.poison.get(&entry.id)) {
            return ChangeVerdict::Refused(*refusal);
        }
        if admitted.signatures.iter().any(|(fact, _)| self.poisoned_signatures.contains(fact)) {
            return ChangeVerdict::Refused(Refusal::NotGranted);
        }
        self.state.seq += 1;
        held.changes.push(Change {
            seq: self.state.seq,
            hash: change.hash,
            max_op: change.max_op,
            device,
            bytes: bytes.to_vec(),
        });
        held.last_seq.insert(change.writer, change.writer_seq);
        held.index = admitted.index;
        for entry in admitted.facts {
            held.signatures.extend(entry.signature.map(|signature| (entry.id, signature)));
            held.facts.insert(entry.id, entry.bytes);
        }
        held.signatures.extend(admitted.signatures);
        ChangeVerdict::Accepted
    }

    fn command(&mut self, command: &Command) -> CommandOutcome {
        self.commands_seen.push(command.id);
        let decided = CommandOutcome {
            id: command.id,
            decision: if self.refuse_commands { Decision::Refused } else { Decision::Accepted },
            reason: String::new(),
            decided_at: self.now,
        };
        self.state.outcomes.entry(command.id).or_insert(decided).clone()
    }

    fn feed(&self, device: DeviceId, officer: OfficerId, since: i64) -> (Vec<Entry>, i64, bool) {
        let mut items: BTreeMap<i64, Entry> = BTreeMap::new();
        for ((kind, id), record) in self.state.records.iter().filter(|(_, record)| record.seq > since) {
            let kind = RecordKind::from_code(*kind);
            if record.gone && since == 0 {
                continue;
            }
            let entry = if record.gone {
                Entry::ForgetRecord { kind, id: *id }
            } else {
                Entry::Record { kind, id: *id, version: record.version, body: record.body.clone().into() }
            };
            items.insert(record.seq, entry);
        }
        for (document, held) in &self.state.documents {
            let Some(joined) = held.readers.get(&officer) else { continue };
            let last = held.changes.last().map_or(*joined, |change| change.seq.max(*joined));
            let whole = since == 0 || *joined > since;
            let wanted = |change: &&Change| whole || (change.seq > since && change.device != Some(device));
            let changes: Vec<_> =
                held.changes.iter().filter(wanted).map(|change| change.bytes.clone().into()).collect();
            let (document, kind) = (*document, held.kind);
            if whole {
                items.insert(last, Entry::Snapshot { document, kind, changes });
            } else if !changes.is_empty() {
                items.insert(last, Entry::Changes { document, kind, changes });
            }
        }
        for ((who, document), seq) in &self.state.forgotten {
            if *who == officer && *seq > since && since > 0 {
                items.insert(*seq, Entry::ForgetDocument { document: *document });
            }
        }
        let more = items.len() > self.page;
        let cut: Vec<_> = items.into_iter().take(self.page).collect();
        let seq = if more { cut.last().unwrap().0 } else { self.state.seq };
        (cut.into_iter().map(|(_, entry)| entry).collect(), seq, more)
    }

    fn compare(&self, request: &CompareRequest) -> Vec<u8> {
        let differing = request.documents.iter().filter_map(|asked| {
            let heads =
                self.state.documents.get(&asked.document).map(|held| held.index.heads.clone()).unwrap_or_default();
            (heads != asked.heads).then_some(DocumentHeads { document: asked.document, kind: asked.kind, heads })
        });
        encode(&CompareResponse { differing: differing.collect() })
    }

    fn take_blob(&mut self, outgoing: &Outgoing) -> Result<Vec<u8>, Refusal> {
        let rest = outgoing.path.strip_prefix(BLOB_PATH).unwrap();
        let (hash, offset) = rest.split_once("?offset=").unwrap_or((rest, "0"));
        let (hash, offset): (_, usize) = (Sha256::from_hex(hash).unwrap(), offset.parse().unwrap());
        let size = self.named(&hash).ok_or(Refusal::NotFound)?;
        let blob = self.state.blobs.entry(hash).or_default();
        if outgoing.method == "PUT" {
            if offset != blob.len() {
                return Err(Refusal::Conflict);
            }
            blob.extend_from_slice(&outgoing.body);
            if self.corrupt_blobs {
                blob[offset] ^= 1;
            }
        }
        let complete = Sha256::of(blob) == hash;
        if blob.len() as u64 == size && !complete {
            blob.clear();
        }
        Ok(encode(&BlobStatus { received: blob.len() as u64, size, complete }))
    }

    fn named(&self, hash: &Sha256) -> Option<u64> {
        let facts = self.state.documents.values().flat_map(|held| held.facts.values());
        let attachments = facts.filter_map(|bytes| Fact::from_bytes(bytes).unwrap().content?.attachment);
        attachments.into_iter().find(|attachment| attachment.hash == *hash).map(|attachment| attachment.size)
    }
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

/// What a backup of the server holds.
pub(super) struct Backup(State);

impl Document {
    fn new(kind: DocumentKind) -> Self {
        Self {
            kind,
            readers: BTreeMap::new(),
            index: DocumentIndex::seed(kind),
            changes: Vec::new(),
            last_seq: BTreeMap::new(),
            facts: BTreeMap::new(),
            signatures: BTreeMap::new(),
        }
    }

    /// Bytes of each change, and of each fact.
    pub(super) fn sizes(&self) -> (Vec<usize>, Vec<usize>) {
        (self.changes.iter().map(|it| it.bytes.len()).collect(), self.facts.values().map(Vec::len).collect())
    }

    pub(super) fn changes(&self) -> usize {
        self.changes.len()
    }
}

impl DocumentStore for Document {
    type Error = std::convert::Infallible;
    fn change_max_op(&mut self, hash: &Sha256) -> Result<Option<u64>, Self::Error> {
        Ok(self.changes.iter().find(|change| change.hash == *hash).map(|change| change.max_op))
    }
    fn has_fact(&mut self, fact: &FactId) -> Result<bool, Self::Error> {
        Ok(self.facts.contains_key(fact))
    }
    fn has_signature(&mut self, fact: &FactId) -> Result<bool, Self::Error> {
        Ok(self.signatures.contains_key(fact))
    }
    fn changes(&mut self) -> Result<Vec<Vec<u8>>, Self::Error> {
        Ok(self.changes.iter().map(|change| change.bytes.clone()).collect())
    }
}

/// [`detailbook_core::wire::SyncResponse`] with entries given as bytes, so that a test can slip in anything.
#[derive(minicbor::Encode)]
#[cbor(map)]
struct Answer {
    #[n(0)]
    server_time: UnixMillis,
    #[n(1)]
    cursor: minicbor::bytes::ByteVec,
    #[n(2)]
    more: Option<bool>,
    #[n(5)]
    verdicts: Option<Vec<PushVerdict>>,
    #[n(6)]
    outcomes: Option<Vec<CommandOutcome>>,
    #[n(7)]
    entries: Option<Vec<Raw>>,
    #[n(8)]
    compare: Option<bool>,
}

struct Raw(Vec<u8>);

impl<C> minicbor::Encode<C> for Raw {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.writer_mut().write_all(&self.0).map_err(minicbor::encode::Error::write)
    }
}

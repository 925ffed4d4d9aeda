//! Changes, taken one by one under the agency's lock. Each is accepted, refused or left waiting on its own; nothing is
//! written for one that is not accepted.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use detailbook_core::authority::{Admission, Admitted, Standing, admit, inspect};
use detailbook_core::documents::{DocumentIndex, DocumentKind, FactEntry};
use detailbook_core::evidence::{EstimateRule, Signature, estimate};
use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, DeviceId, DocumentId, FactId, WriterId};
use detailbook_core::records::RecordKind;
use detailbook_core::shift::{Fact, FactKind};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{ChangeVerdict, Limits, PushVerdict, Refusal};

use super::prepare::{Assessed, Change, Prepared, signed, statement};
use crate::audit;
use crate::policy::clock_in;
use crate::scheduling::{noticed, watch};
use crate::store::audience::{self, Audience};
use crate::store::devices::{self, Device};
use crate::store::documents::{self, DocumentRow, NewChange, NewFact, Shelf};
use crate::store::{Sql, StoreError, agency, assignments, facts, records, rule_sets};
use crate::timesheets;

/// Changes of documents that are loaded to judge edits of shared text, in one exchange. Further edits wait for the next.
const LOADED_CHANGES: i64 = 20_000;

/// A question answered by the database: yes, or why not.
type Answer<T = ()> = Result<Result<T, Refusal>, StoreError>;

/// Takes the pushes of one exchange.
pub(super) struct Desk<'a> {
    sql: &'a mut dyn Sql,
    device: &'a Device,
    limits: &'a Limits,
    now: UnixMillis,
    /// The agency's number before, and how many this desk has drawn since.
    seq: i64,
    drawn: i64,
    open: BTreeMap<DocumentId, Result<Open, Refusal>>,
    writers: BTreeMap<WriterId, Result<(), Refusal>>,
    loaded: i64,
    hidden: BTreeSet<DocumentId>,
    /// Clock events that were taken and that somebody waits for, in order.
    punched: Vec<(DocumentId, FactKind)>,
    /// Whose shift logs they are, as far as that was asked.
    assignments: BTreeMap<DocumentId, Option<AssignmentId>>,
    /// Has the agency any rules? Once that was asked.
    ruled: OnceCell<bool>,
    /// How far the officer's chains had come before this exchange, once that was asked. A phone that is enrolled again goes on with its
    /// chain, and what it had not sent comes under the new enrolment.
    chain_end: OnceCell<Option<i64>>,
    /// Something came from before that: it may be what was missing.
    filled: bool,
    /// Documents of which facts came.
    told: BTreeSet<DocumentId>,
    /// Documents of whose facts signatures came.
    signed: BTreeSet<DocumentId>,
    /// Documents in which the officer wrote what may answer a question, and when they did so last.
    written: BTreeMap<DocumentId, UnixMillis>,
}

/// A document that this exchange pushes to.
struct Open {
    row: DocumentRow,
    /// It is not stored yet: it will be with its first accepted change.
    new: bool,
    /// The last number given to a change of this exchange.
    seq: Option<i64>,
    writers: BTreeMap<WriterId, Written>,
}

/// How far a writer has come in a document.
struct Written {
    last_seq: u64,
    moved: bool,
}

impl<'a> Desk<'a> {
    pub(super) fn new(sql: &'a mut dyn Sql, device: &'a Device, limits: &'a Limits, seq: i64, now: UnixMillis) -> Self {
        let (open, writers) = (BTreeMap::new(), BTreeMap::new());
        Self {
            sql,
            device,
            limits,
            now,
            seq,
            drawn: 0,
            open,
            writers,
            loaded: 0,
            hidden: BTreeSet::new(),
            punched: vec![],
            assignments: BTreeMap::new(),
            ruled: OnceCell::new(),
            chain_end: OnceCell::new(),
            filled: false,
            told: BTreeSet::new(),
            signed: BTreeSet::new(),
            written: BTreeMap::new(),
        }
    }

    /// Binds writers to the device, as many as one may have. One that is another device's stays that device's.
    pub(super) fn bind(&mut self, writers: &[WriterId]) -> Result<(), StoreError> {
        for writer in writers {
            let owner = devices::writer_device(self.sql, self.device.agency, *writer)?;
            let bound = match owner {
                Some(owner) if owner == self.device.device => Ok(()),
                Some(_) => Err(Refusal::ForgedWriter),
                None => self.bind_new(*writer)?,
            };
            self.writers.insert(*writer, bound);
        }
        Ok(())
    }

    fn bind_new(&mut self, writer: WriterId) -> Answer {
        let full = devices::count_writers(self.sql, self.device)? >= self.limits.device_writers as i64;
        // A phone whose changes were refused has taken up writers that it never came to use.
        if full && !devices::retire_writer(self.sql, self.device, self.now)? {
            return Ok(Err(Refusal::LimitReached));
        }
        devices::bind_writer(self.sql, self.device, writer, self.now).map(Ok)
    }

    /// Is the writer this device's?
    fn bound(&mut self, writer: WriterId) -> Answer {
        if let Some(known) = self.writers.get(&writer) {
            return Ok(*known);
        }
        let owner = devices::writer_device(self.sql, self.device.agency, writer)?;
        let bound = if owner == Some(self.device.device) { Ok(()) } else { Err(Refusal::ForgedWriter) };
        self.writers.insert(writer, bound);
        Ok(bound)
    }

    /// Documents pushed to that the officer may add to but no longer read. The feed told the phone to forget them before it wrote
    /// this, and will not say so again.
    pub(super) fn hidden(&self) -> Vec<DocumentId> {
        self.hidden.iter().copied().collect()
    }

    /// Clock events that were taken and that somebody waits for, in order, with the assignments they are of.
    pub(super) fn punched(&mut self) -> Result<Vec<(AssignmentId, FactKind)>, StoreError> {
        let mut punched = Vec::new();
        for (log, kind) in std::mem::take(&mut self.punched) {
            punched.extend(self.assignment_of(log)?.map(|id| (id, kind)));
        }
        Ok(punched)
    }

    /// Whose shift log a document is.
    fn assignment_of(&mut self, log: DocumentId) -> Result<Option<AssignmentId>, StoreError> {
        if let Some(known) = self.assignments.get(&log) {
            return Ok(*known);
        }
        let found = assignments::of_log(self.sql, self.device.agency, log)?;
        self.assignments.insert(log, found);
        Ok(found)
    }

    fn has_rules(&mut self) -> Result<bool, StoreError> {
        if let Some(known) = self.ruled.get() {
            return Ok(*known);
        }
        let any = rule_sets::any(self.sql, self.device.agency)?;
        Ok(*self.ruled.get_or_init(|| any))
    }

    /// Does a fact come from within a chain that had come further before this exchange?
    fn fills(&mut self, fact: &Fact) -> Result<bool, StoreError> {
        if self.chain_end.get().is_none() {
            let end = facts::chain_end(self.sql, self.device.agency, self.device.officer)?;
            self.chain_end.get_or_init(|| end);
        }
        let end = self.chain_end.get().copied().flatten();
        Ok(end.is_some_and(|end| i64::try_from(fact.link.counter).unwrap_or(i64::MAX) <= end))
    }

    /// Takes a push: one verdict a change, in order.
    pub(super) fn take(&mut self, push: &Prepared) -> Result<PushVerdict, StoreError> {
        let mut open = match self.open.remove(&push.document) {
            Some(open) => open,
            None => self.find(push)?,
        };
        let mut verdicts = Vec::with_capacity(push.changes.len());
        for change in &push.changes {
            verdicts.push(match (&mut open, change) {
                (Err(refusal), _) => ChangeVerdict::Refused(*refusal),
                (_, Err(refusal)) => ChangeVerdict::Refused(*refusal),
                (Ok(open), Ok(_)) if open.row.kind != push.kind => ChangeVerdict::Refused(Refusal::Conflict),
                (Ok(open), Ok(change)) => self.judge(open, change)?,
            });
        }
        self.open.insert(push.document, open);
        for verdict in &verdicts {
            if let ChangeVerdict::Refused(refusal) = verdict {
                noticed::refused(self.sql, self.device.agency, self.device.officer, *refusal, self.now)?;
            }
        }
        Ok(PushVerdict(verdicts))
    }

    /// The document, if this officer may write to it.
    fn find(&mut self, push: &Prepared) -> Answer<Open> {
        match documents::find(self.sql, self.device.agency, push.document)? {
            Some(row) => Ok(self.may_write(&row)?.map(|()| Open::of(row, false))),
            None if push.kind == DocumentKind::ShiftLog => {
                Ok(self.may_begin(push.document)?.map(|()| Open::of(self.unwritten(push.document), true)))
            }
            None => Ok(Err(Refusal::NotFound)),
        }
    }

    fn may_write(&mut self, row: &DocumentRow) -> Answer {
        let officer = self.device.officer;
        let theirs = match row.kind {
            DocumentKind::ShiftLog => row.owner == officer.into(),
            // Whoever was ever on the detail may add what they hold from then; only members read.
            DocumentKind::PassOn => {
                let detail = Audience::Detail(DetailId::from(row.owner));
                let member = audience::membership(self.sql, self.device.agency, officer, &detail)?;
                if member == Some(false) {
                    self.hidden.insert(row.document);
                }
                member.is_some()
            }
        };
        Ok(match (theirs, row.quarantined) {
            (false, _) => Err(Refusal::NotYours),
            (true, true) => Err(Refusal::Quarantined),
            (true, false) => Ok(()),
        })
    }

    /// May the officer begin a shift log under that id, without an assignment?
    fn may_begin(&mut self, document: DocumentId) -> Answer {
        let agency = self.device.agency;
        // A detail's pass-on will need that id.
        if records::exists(self.sql, agency, RecordKind::Detail, document)? {
            return Ok(Err(Refusal::Conflict));
        }
        let logs = documents::count_logs(self.sql, agency, self.device.officer)?;
        Ok(if logs < self.limits.officer_documents as i64 { Ok(()) } else { Err(Refusal::LimitReached) })
    }

    fn unwritten(&self, document: DocumentId) -> DocumentRow {
        DocumentRow {
            document,
            kind: DocumentKind::ShiftLog,
            owner: self.device.officer.into(),
            index: DocumentIndex::seed(DocumentKind::ShiftLog),
            changes: 0,
            bytes: 0,
            quarantined: false,
        }
    }

    fn judge(&mut self, open: &mut Open, change: &Change) -> Result<ChangeVerdict, StoreError> {
        let (writer, agency) = (change.inspected.writer, self.device.agency);
        if let Err(refusal) = self.bound(writer)? {
            return Ok(ChangeVerdict::Refused(refusal));
        }
        if change.edits_text && self.must_wait(open) {
            let dependency = change.inspected.deps.first().copied().unwrap_or(change.inspected.hash);
            return Ok(ChangeVerdict::Waiting(dependency));
        }
        let writer_last_seq = open.writer_seq(self.sql, agency, writer)?;
        let standing = Standing { kind: open.row.kind, index: &open.row.index, writer_last_seq };
        let mut shelf = Shelf { sql: self.sql, agency, document: open.row.document };
        match admit(&change.inspected, &standing, &mut shelf, self.limits)? {
            Admission::Admitted(admitted) => self.keep(open, change, admitted),
            Admission::Duplicate => Ok(ChangeVerdict::Accepted),
            Admission::Refused(refusal) => Ok(ChangeVerdict::Refused(refusal)),
            Admission::Waiting(hash) => Ok(ChangeVerdict::Waiting(hash)),
        }
    }

    /// An edit of shared text loads the document under the lock: so much of that, and no more, in one exchange.
    fn must_wait(&mut self, open: &Open) -> bool {
        let first = self.loaded == 0;
        self.loaded += open.row.changes + 1;
        !first && self.loaded > LOADED_CHANGES
    }

    fn keep(&mut self, open: &mut Open, change: &Change, admitted: Admitted) -> Result<ChangeVerdict, StoreError> {
        if let Err(refusal) = self.may_keep(open, change, &admitted)? {
            return Ok(ChangeVerdict::Refused(refusal));
        }
        if open.new {
            let seq = self.seq + self.drawn + 1;
            self.begin(open, seq)?;
        }
        for step in &admitted.steps {
            self.store_step(open, step)?;
        }
        let seq = self.draw();
        self.store_change(open, change, seq)?;
        for entry in &admitted.facts {
            if let Some(assessed) = change.facts.get(&entry.id) {
                self.store_fact(open.row.document, entry, assessed, seq)?;
            }
        }
        for (fact, signature) in &admitted.signatures {
            self.store_signature(open.row.document, *fact, signature)?;
        }
        open.advance(change, admitted.index, seq);
        Ok(ChangeVerdict::Accepted)
    }

    fn may_keep(&mut self, open: &Open, change: &Change, admitted: &Admitted) -> Answer {
        let bytes = open.row.bytes + change.bytes.len() as i64;
        if open.row.changes >= self.limits.document_changes as i64 || bytes > self.limits.document_bytes as i64 {
            return Ok(Err(Refusal::LimitReached));
        }
        // A signature stands once and for ever, so only the device that said the fact may put one.
        for (fact, _) in &admitted.signatures {
            let origin = documents::fact_origin(self.sql, self.device.agency, open.row.document, *fact)?;
            if origin.is_none_or(|origin| origin.device != self.device.device) {
                return Ok(Err(Refusal::NotGranted));
            }
        }
        Ok(Ok(()))
    }

    /// Enters a shift log that was begun without an assignment: the officer has it, and a coordinator can link it.
    fn begin(&mut self, open: &mut Open, seq: i64) -> Result<(), StoreError> {
        let (Device { agency, officer, .. }, document) = (self.device, open.row.document);
        documents::create(self.sql, *agency, self.now, DocumentKind::ShiftLog, document, *officer)?;
        documents::place(self.sql, *agency, DocumentKind::ShiftLog, document, &Audience::Officer(*officer), seq)?;
        let detail = serde_json::json!({ "officer": officer, "device": self.device.device });
        let actor = audit::officer(*officer);
        audit::append(self.sql, *agency, self.now, &actor, "shift_log.begin", &document.to_string(), &detail)?;
        open.new = false;
        Ok(())
    }

    fn draw(&mut self) -> i64 {
        self.drawn += 1;
        self.seq + self.drawn
    }

    /// Stores a step of the document's schema that this document needs from now on. It is nobody's, so every phone gets it.
    fn store_step(&mut self, open: &mut Open, bytes: &[u8]) -> Result<(), StoreError> {
        let step = inspect(bytes, self.limits).map_err(|_| StoreError::Misused("a schema step that cannot be read"))?;
        let stored = NewChange {
            document: open.row.document,
            seq: self.draw(),
            writer: step.writer,
            writer_seq: step.writer_seq,
            hash: step.hash,
            max_op: step.max_op,
            device: DeviceId::NIL,
            received_at: self.now,
            body: bytes,
        };
        open.row.changes += 1;
        open.row.bytes += bytes.len() as i64;
        documents::insert_change(self.sql, self.device.agency, &stored)
    }

    fn store_change(&mut self, open: &Open, change: &Change, seq: i64) -> Result<(), StoreError> {
        let stored = NewChange {
            document: open.row.document,
            seq,
            writer: change.inspected.writer,
            writer_seq: change.inspected.writer_seq,
            hash: change.inspected.hash,
            max_op: change.inspected.max_op,
            device: self.device.device,
            received_at: self.now,
            body: &change.bytes,
        };
        documents::insert_change(self.sql, self.device.agency, &stored)
    }

    fn store_fact(
        &mut self,
        document: DocumentId,
        entry: &FactEntry,
        assessed: &Assessed,
        seq: i64,
    ) -> Result<(), StoreError> {
        let Device { agency, officer, device, .. } = self.device;
        let stored = NewFact {
            document,
            fact: entry.id,
            seq,
            officer: *officer,
            device: *device,
            content: &assessed.fact,
            hash: assessed.hash,
            received_at: self.now,
            body: &entry.bytes,
            signature: entry.signature,
            signed: assessed.signed,
        };
        self.filled |= self.fills(&assessed.fact)?;
        documents::insert_fact(self.sql, *agency, &stored)?;
        self.told.insert(document);
        noticed::fact(self.sql, *agency, document, entry.id, assessed.fact.kind, self.now)?;
        if assessed.fact.kind == FactKind::In && self.has_rules()? {
            clock_in::noticed(self.sql, *agency, document, self.now)?;
        }
        if is_answer(assessed.fact.kind) {
            let at = written_at(&assessed.fact, self.now);
            let latest = self.written.entry(document).or_insert(at);
            *latest = at.max(*latest);
        }
        if watch::is_waited_for(assessed.fact.kind) {
            self.punched.push((document, assessed.fact.kind));
        }
        match assessed.fact.content.as_ref().and_then(|content| content.attachment.as_ref()) {
            Some(attachment) => documents::name_blob(self.sql, *agency, document, entry.id, *officer, attachment),
            None => Ok(()),
        }
    }

    fn store_signature(&mut self, document: DocumentId, fact: FactId, signature: &Signature) -> Result<(), StoreError> {
        let agency = self.device.agency;
        let Some(origin) = documents::fact_origin(self.sql, agency, document, fact)? else { return Ok(()) };
        let statement = statement(self.device, document, fact).bytes(&origin.body);
        let signed = signed(&statement, self.device, Some(signature));
        self.signed.insert(document);
        documents::set_signature(self.sql, agency, document, fact, signature, signed)
    }

    /// Tells of what came: once for each document, however much of it came.
    fn tell(&mut self) -> Result<(), StoreError> {
        let Device { agency, officer, .. } = *self.device;
        let now = self.now;
        let changed: Vec<_> = self.told.union(&self.signed).copied().collect();
        for log in changed {
            let Some(assignment) = self.assignment_of(log)? else { continue };
            if let Some(written_at) = self.written.remove(&log) {
                let answer = timesheets::Answer::OnShift { assignment, written_at };
                timesheets::answered(self.sql, agency, officer, answer, now)?;
            }
            if self.told.contains(&log) && self.has_rules()? {
                clock_in::synced(self.sql, agency, log, now)?;
            }
            timesheets::soon(self.sql, agency, assignment, now)?;
        }
        if self.filled {
            timesheets::filled(self.sql, agency, officer, now)?;
        }
        Ok(())
    }

    /// Writes what the pushes moved: indexes, writers, feed items and numbers. Gives the agency's last number.
    pub(super) fn close(&mut self) -> Result<i64, StoreError> {
        let agency = self.device.agency;
        for open in std::mem::take(&mut self.open).into_values().flatten() {
            let Some(seq) = open.seq else { continue };
            documents::save_index(self.sql, agency, &open.row)?;
            documents::touch(self.sql, agency, open.row.kind, open.row.document, seq)?;
            for (writer, written) in open.writers.iter().filter(|(_, written)| written.moved) {
                documents::set_writer_seq(self.sql, agency, open.row.document, *writer, written.last_seq)?;
            }
        }
        self.tell()?;
        match self.drawn {
            0 => Ok(self.seq),
            drawn => agency::next_seqs(self.sql, agency, drawn),
        }
    }
}

/// When a fact was truly written, as far as that can be said of it alone: not after it came.
fn written_at(fact: &Fact, now: UnixMillis) -> UnixMillis {
    estimate(&fact.clock, &EstimateRule::DEFAULT).received_by(now).at.min(now)
}

/// Does an officer who was asked about a shift answer by such a fact?
const fn is_answer(kind: FactKind) -> bool {
    matches!(kind, FactKind::Explanation | FactKind::Correction | FactKind::Note | FactKind::Attachment)
}

impl Open {
    fn of(row: DocumentRow, new: bool) -> Self {
        Self { row, new, seq: None, writers: BTreeMap::new() }
    }

    fn writer_seq(&mut self, sql: &mut dyn Sql, agency: AgencyId, writer: WriterId) -> Result<u64, StoreError> {
        if let Some(written) = self.writers.get(&writer) {
            return Ok(written.last_seq);
        }
        let last_seq = if self.new { 0 } else { documents::writer_seq(sql, agency, self.row.document, writer)? };
        self.writers.insert(writer, Written { last_seq, moved: false });
        Ok(last_seq)
    }

    fn advance(&mut self, change: &Change, index: DocumentIndex, seq: i64) {
        self.row.index = index;
        self.row.changes += 1;
        self.row.bytes += change.bytes.len() as i64;
        self.seq = Some(seq);
        let written = Written { last_seq: change.inspected.writer_seq, moved: true };
        self.writers.insert(change.inspected.writer, written);
    }
}

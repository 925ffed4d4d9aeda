//! An officer's feed: one page of what changed for them after their cursor.
//!
//! Every item stands in an audience at the number of its latest change, every membership at the number of the moment it
//! began or ended. For one officer an item's place is the higher of the two. A page is read in order of places and may be cut
//! anywhere between two of them; `docs/sync.md`, section 6, is the rule, and the tests below hold a phone's copy against it.
//!
//! Two things make cutting safe. What the phone is known to hold is judged by where it stood before the first page
//! (`began`), never by how far it has paged, because items move on while it pages. And whether an item is still visible is
//! looked up when it is about to be forgotten, so that it does not matter which of its audiences is met first.

use std::collections::{BTreeMap, HashSet, VecDeque};

use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{AgencyId, DeviceId, DocumentId, OfficerId};
use detailbook_core::records::RecordKind;
use detailbook_core::wire::{Cursor, Entry};

use super::agency::{self, AgencyHead};
use super::audience::Item;
use super::documents::{StoredChange, changes_after};
use super::{Row, Sql, StoreError, params};

/// Rows read beyond the page's entries: those of one place are never parted, and some bring no entry.
const SLACK: usize = 64;
/// Bytes that an entry costs beside its bodies, at most.
const ENTRY_BYTES: usize = 40;
/// Bytes that a change costs beside its own, at most.
const CHANGE_BYTES: usize = 5;

/// Who reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reader {
    /// The agency.
    pub agency: AgencyId,
    /// The officer.
    pub officer: OfficerId,
    /// The device: its own changes are not sent back to it.
    pub device: DeviceId,
}

/// How much of the feed is wanted at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageSize {
    /// Most entries; at least one is given where there is one.
    pub entries: usize,
    /// Bytes of entries after which the page ends; a single entry may exceed it.
    pub bytes: usize,
}

/// A page of the feed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// What is new, in order.
    pub entries: Vec<Entry>,
    /// Where the phone stands once it has applied them.
    pub cursor: Cursor,
    /// There is more after the cursor.
    pub more: bool,
}

/// Where a phone stands.
#[derive(Clone, Copy, Debug)]
struct Stand {
    /// Everything up to this place was sent.
    place: i64,
    /// Within it, where a membership put many items into one place, up to this number.
    within: Option<i64>,
    /// What the phone surely held: everything visible at this number.
    began: i64,
}

impl Stand {
    fn of(cursor: Option<Cursor>) -> Self {
        cursor.map_or(Self { place: 0, within: None, began: 0 }, |cursor| Self {
            place: cursor.seq,
            within: cursor.within,
            began: cursor.began.unwrap_or(cursor.seq).min(cursor.seq),
        })
    }
}

/// An item's place for an officer, and the item's own number.
type Key = (i64, i64);

/// An item in one of the officer's audiences.
struct Candidate {
    key: Key,
    /// The membership put it there, together with others.
    by_membership: bool,
    item: Item,
    /// The audience shows it, and the officer is in the audience.
    shown: bool,
    /// It came into sight through this audience after the phone began to page.
    entered: bool,
    /// When any audience first showed it.
    first: i64,
    record: Option<(i64, Vec<u8>)>,
    document: Option<DocumentFacts>,
}

#[derive(Clone, Copy)]
struct DocumentFacts {
    bytes: usize,
    quarantined: bool,
}

/// One page of a reader's feed after `cursor`, or from the start. The cursor's epoch is for the caller to check.
pub fn page(sql: &mut dyn Sql, reader: &Reader, cursor: Option<Cursor>, size: PageSize) -> Result<Page, StoreError> {
    let head = agency::head(sql, reader.agency)?.ok_or(StoreError::Misused("a feed of no agency"))?;
    let stand = Stand::of(cursor);
    if stand.within.is_none() && stand.place >= head.seq && stand.began >= head.seq {
        return Ok(Page { entries: Vec::new(), cursor: at_head(head), more: false });
    }
    let Candidates { rows, complete } = candidates(sql, reader, stand, size.entries.max(1))?;
    let steps = plan(sql, reader, stand, rows)?;
    let mut filling = Filling { sql, reader, stand, size, entries: Vec::new(), bytes: 0, last: None };
    let complete = filling.fill(steps)? && complete;
    Ok(filling.page(head, complete))
}

fn at_head(head: AgencyHead) -> Cursor {
    Cursor { epoch: epoch(head), seq: head.seq, within: None, began: None }
}

/// An agency's epoch as cursors carry it.
pub fn epoch(head: AgencyHead) -> u32 {
    u32::try_from(head.epoch).unwrap_or(u32::MAX)
}

struct Candidates {
    rows: Vec<Candidate>,
    complete: bool,
}

/// The next rows in order of place, whole places only.
fn candidates(sql: &mut dyn Sql, reader: &Reader, stand: Stand, wanted: usize) -> Result<Candidates, StoreError> {
    let mut most = wanted + SLACK;
    loop {
        let mut rows = moved(sql, reader, stand, most)?;
        let mut horizon = horizon(&rows, most);
        let entered = entered_or_left(sql, reader, stand, most)?;
        horizon = earlier(horizon, self::horizon(&entered, most));
        rows.extend(entered);
        rows.retain(|row| horizon.is_none_or(|horizon| row.key < horizon));
        rows.sort_by_key(|row| row.key);
        if horizon.is_none() || !rows.is_empty() {
            return Ok(Candidates { rows, complete: horizon.is_none() });
        }
        // One single place filled all that was read.
        most *= 4;
    }
}

/// Where rows that were cut off may begin: the last place read, if as many were read as were asked for.
fn horizon(rows: &[Candidate], most: usize) -> Option<Key> {
    rows.last().filter(|_| rows.len() >= most).map(|row| row.key)
}

fn earlier(one: Option<Key>, other: Option<Key>) -> Option<Key> {
    one.into_iter().chain(other).min()
}

/// Items that moved, in audiences that the officer was in already. What is gone and was never sent to the phone is left out: it
/// would bring no entry, and an agency's past is full of it.
fn moved(sql: &mut dyn Sql, reader: &Reader, stand: Stand, most: usize) -> Result<Vec<Candidate>, StoreError> {
    let rows = sql.query(
        "SELECT p.place, p.joined, p.active, p.item, p.id, p.seq, p.since, p.first, p.gone, r.version, r.body, d.bytes,
                d.quarantined
         FROM (SELECT f.seq AS place, m.seq AS joined, m.active AS active, f.item AS item, f.id AS id, f.seq AS seq,
                      f.since AS since, f.first AS first, f.gone AS gone
               FROM memberships m JOIN feed_items f ON f.agency = m.agency AND f.audience = m.audience
               WHERE m.agency = $1 AND m.officer = $2 AND m.active = 1 AND m.seq <= $3 AND f.seq > $3
                     AND (f.gone = 0 OR f.first <= $3)
               ORDER BY f.seq LIMIT $4) p
         LEFT JOIN records r ON r.agency = $1 AND r.kind = p.item AND r.id = p.id AND p.gone = 0
         LEFT JOIN documents d ON d.agency = $1 AND d.document = p.id AND p.item >= 1000000
         ORDER BY p.place, p.seq",
        &params![reader.agency, reader.officer, stand.place, most],
    )?;
    rows.into_iter().map(|row| candidate(&row, stand)).collect()
}

/// Items of audiences that the officer entered or left, each at the membership's place unless it moved since.
fn entered_or_left(
    sql: &mut dyn Sql,
    reader: &Reader,
    stand: Stand,
    most: usize,
) -> Result<Vec<Candidate>, StoreError> {
    // A fresh phone has nothing to forget: it reads the index of what stands, past all that ever was.
    let sent = if stand.place == 0 { "f.gone = 0 AND m.active = 1" } else { "(f.gone = 0 OR f.first <= $3)" };
    let rows = sql.query(
        &format!(
            "SELECT p.place, p.joined, p.active, p.item, p.id, p.seq, p.since, p.first, p.gone, r.version, r.body,
                    d.bytes, d.quarantined
             FROM (SELECT CASE WHEN m.active = 1 AND f.seq > m.seq THEN f.seq ELSE m.seq END AS place, m.seq AS joined,
                          m.active AS active, f.item AS item, f.id AS id, f.seq AS seq, f.since AS since,
                          f.first AS first, f.gone AS gone
                   FROM memberships m JOIN feed_items f ON f.agency = m.agency AND f.audience = m.audience
                   WHERE m.agency = $1 AND m.officer = $2 AND m.seq >= $3 AND {sent}
                         AND (m.seq > $3 OR (f.seq > $5 AND (m.active = 0 OR f.seq <= m.seq)))
                   ORDER BY 1, f.seq LIMIT $4) p
             LEFT JOIN records r ON r.agency = $1 AND r.kind = p.item AND r.id = p.id AND p.gone = 0 AND p.active = 1
             LEFT JOIN documents d ON d.agency = $1 AND d.document = p.id AND p.item >= 1000000
             ORDER BY p.place, p.seq"
        ),
        &params![reader.agency, reader.officer, stand.place, most, stand.within.unwrap_or(i64::MAX)],
    )?;
    rows.into_iter().map(|row| candidate(&row, stand)).collect()
}

fn candidate(row: &Row, stand: Stand) -> Result<Candidate, StoreError> {
    let (place, joined, seq, since) = (row.int(0)?, row.int(1)?, row.int(5)?, row.int(6)?);
    let record = match row.opt_int(9)? {
        Some(version) => Some((version, row.bytes(10)?.to_vec())),
        None => None,
    };
    let document = match row.opt_int(11)? {
        Some(bytes) => {
            Some(DocumentFacts { bytes: usize::try_from(bytes).unwrap_or(usize::MAX), quarantined: row.flag(12)? })
        }
        None => None,
    };
    Ok(Candidate {
        key: (place, seq),
        by_membership: place == joined,
        item: Item { kind: row.int(3)?, id: row.id(4)? },
        shown: row.flag(2)? && !row.flag(8)?,
        entered: since > stand.began || joined > stand.began,
        first: row.int(7)?,
        record,
        document,
    })
}

/// What a place brings.
struct Step {
    key: Key,
    by_membership: bool,
    what: What,
}

enum What {
    Nothing,
    Ready(Entry),
    Document { kind: DocumentKind, document: DocumentId, entered: bool, unseen: bool, bytes: usize },
}

/// Turns the rows of each place into what it brings: each item once a page.
fn plan(sql: &mut dyn Sql, reader: &Reader, stand: Stand, rows: Vec<Candidate>) -> Result<VecDeque<Step>, StoreError> {
    let mut done = HashSet::new();
    let mut steps = VecDeque::with_capacity(rows.len());
    let mut rows = rows.into_iter().peekable();
    while let Some(mut row) = rows.next() {
        while let Some(other) = rows.next_if(|other| other.key == row.key) {
            row = prefer(row, other);
        }
        let what = if done.contains(&row.item) {
            What::Nothing
        } else if row.shown {
            done.insert(row.item);
            show(&row, stand)
        } else {
            forget(sql, reader, stand, &row)?
        };
        steps.push_back(Step { key: row.key, by_membership: row.by_membership, what });
    }
    Ok(steps)
}

/// Of two audiences in which an item has the same place: the one that shows it, and for longer.
fn prefer(one: Candidate, other: Candidate) -> Candidate {
    let better = (other.shown, !other.entered) > (one.shown, !one.entered);
    if better { other } else { one }
}

fn show(row: &Candidate, stand: Stand) -> What {
    let record_kind = u16::try_from(row.item.kind).ok().map(RecordKind::from_code);
    let document_kind = DocumentKind::from_code(row.item.kind - Item::DOCUMENT);
    match (record_kind, &row.record, document_kind, row.document) {
        (Some(kind), Some((version, body)), ..) => {
            What::Ready(Entry::Record { kind, id: row.item.id, version: *version, body: body.clone().into() })
        }
        (_, _, Some(kind), Some(facts)) if !facts.quarantined => What::Document {
            kind,
            document: row.item.id.into(),
            entered: row.entered,
            unseen: row.first > stand.place,
            bytes: facts.bytes,
        },
        _ => What::Nothing,
    }
}

/// Tells the phone to forget an item that it may hold and that no other audience shows.
fn forget(sql: &mut dyn Sql, reader: &Reader, stand: Stand, row: &Candidate) -> Result<What, StoreError> {
    // Whatever was first shown after all that the phone was sent never reached it.
    if row.first > stand.place || visible(sql, reader, row.item)? {
        return Ok(What::Nothing);
    }
    Ok(What::Ready(match u16::try_from(row.item.kind) {
        Ok(kind) => Entry::ForgetRecord { kind: RecordKind::from_code(kind), id: row.item.id },
        Err(_) => Entry::ForgetDocument { document: row.item.id.into() },
    }))
}

/// May the reader's officer see the item now?
pub fn visible(sql: &mut dyn Sql, reader: &Reader, item: Item) -> Result<bool, StoreError> {
    let row = sql.query_one(
        "SELECT f.seq FROM feed_items f JOIN memberships m ON m.agency = f.agency AND m.audience = f.audience
         WHERE f.agency = $1 AND f.item = $2 AND f.id = $3 AND f.gone = 0 AND m.officer = $4 AND m.active = 1 LIMIT 1",
        &params![reader.agency, item.kind, item.id, reader.officer],
    )?;
    Ok(row.is_some())
}

/// A page being filled.
struct Filling<'a> {
    sql: &'a mut dyn Sql,
    reader: &'a Reader,
    stand: Stand,
    size: PageSize,
    entries: Vec<Entry>,
    bytes: usize,
    last: Option<(Key, bool)>,
}

impl Filling<'_> {
    /// Takes steps until the page is full. `true`: all were taken.
    fn fill(&mut self, mut steps: VecDeque<Step>) -> Result<bool, StoreError> {
        let mut loaded = BTreeMap::new();
        while let Some(step) = steps.front() {
            if let What::Document { document, .. } = step.what
                && !loaded.contains_key(&document)
            {
                loaded = self.load(&steps)?;
            }
            let Some(Step { key, by_membership, what }) = steps.pop_front() else { break };
            let entry = self.entry(what, &mut loaded);
            if !self.take(entry) {
                return Ok(false);
            }
            self.last = Some((key, by_membership));
        }
        Ok(true)
    }

    /// Reads the changes of the next documents: as many as may still fit, and one at least.
    fn load(&mut self, steps: &VecDeque<Step>) -> Result<BTreeMap<DocumentId, Vec<StoredChange>>, StoreError> {
        let room = self.size.bytes.saturating_sub(self.bytes);
        let mut used = 0_usize;
        let (mut whole, mut since) = (Vec::new(), Vec::new());
        for step in steps.iter().take(self.size.entries.max(1)) {
            let What::Document { document, entered, bytes, .. } = step.what else { continue };
            used = used.saturating_add(bytes);
            if used > room && !(whole.is_empty() && since.is_empty()) {
                break;
            }
            if entered { whole.push(document) } else { since.push(document) }
        }
        let mut loaded: BTreeMap<_, Vec<_>> =
            whole.iter().chain(&since).map(|document| (*document, Vec::new())).collect();
        let mut changes = changes_after(self.sql, self.reader.agency, &whole, 0)?;
        changes.extend(changes_after(self.sql, self.reader.agency, &since, self.stand.began)?);
        for change in changes {
            loaded.entry(change.document).or_default().push(change);
        }
        Ok(loaded)
    }

    fn entry(&self, what: What, loaded: &mut BTreeMap<DocumentId, Vec<StoredChange>>) -> Option<Entry> {
        match what {
            What::Nothing => None,
            What::Ready(entry) => Some(entry),
            What::Document { kind, document, entered, unseen, .. } => {
                let changes = loaded.remove(&document).unwrap_or_default();
                if entered {
                    self.snapshot(kind, document, unseen, changes)
                } else {
                    self.news(kind, document, changes)
                }
            }
        }
    }

    fn snapshot(
        &self,
        kind: DocumentKind,
        document: DocumentId,
        unseen: bool,
        changes: Vec<StoredChange>,
    ) -> Option<Entry> {
        let own = changes.iter().all(|change| change.device == self.reader.device);
        // The phone made it itself since its last sync, and nobody else has written to it.
        if self.stand.place > 0 && unseen && own && !changes.is_empty() {
            return None;
        }
        Some(Entry::Snapshot { document, kind, changes: changes.into_iter().map(|c| c.body.into()).collect() })
    }

    fn news(&self, kind: DocumentKind, document: DocumentId, changes: Vec<StoredChange>) -> Option<Entry> {
        let others = changes.into_iter().filter(|change| change.device != self.reader.device);
        let changes: Vec<_> = others.map(|change| change.body.into()).collect();
        (!changes.is_empty()).then_some(Entry::Changes { document, kind, changes })
    }

    /// Adds an entry, if there is room for it. `false`: the page is full.
    fn take(&mut self, entry: Option<Entry>) -> bool {
        let Some(entry) = entry else { return true };
        let bytes = entry_bytes(&entry);
        let full = self.entries.len() >= self.size.entries.max(1) || self.bytes + bytes > self.size.bytes;
        if full && !self.entries.is_empty() {
            return false;
        }
        self.bytes += bytes;
        self.entries.push(entry);
        true
    }

    fn page(self, head: AgencyHead, complete: bool) -> Page {
        let cursor = match self.last {
            _ if complete => at_head(head),
            Some((key, by_membership)) => Cursor {
                epoch: epoch(head),
                seq: key.0,
                within: by_membership.then_some(key.1),
                began: Some(self.stand.began),
            },
            None => Cursor {
                epoch: epoch(head),
                seq: self.stand.place,
                within: self.stand.within,
                began: Some(self.stand.began),
            },
        };
        Page { entries: self.entries, cursor, more: !complete }
    }
}

fn entry_bytes(entry: &Entry) -> usize {
    ENTRY_BYTES
        + match entry {
            Entry::Record { body, .. } => body.len(),
            Entry::Changes { changes, .. } | Entry::Snapshot { changes, .. } => {
                changes.iter().map(|change| change.len() + CHANGE_BYTES).sum()
            }
            Entry::ForgetRecord { .. } | Entry::ForgetDocument { .. } => 0,
        }
}

#[cfg(test)]
mod tests;

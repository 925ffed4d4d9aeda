//! What a document holds: every fact, and notes and media as they stand.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Page, PageMark, SyncState, agency_zone, ruled_at};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::facts::{self, Kept};
use crate::device::store::{Reader, attachments, documents, records, standing};
use crate::ids::{DocumentId, FactId, RecordId};
use crate::records::RecordKind;
use crate::shift::{FactKind, FoldRules, Sha256, Written, fold};
use crate::time::UnixMillis;

/// Facts that are looked at to tell which note stands for which, and which correction for which punch.
const MAX_FACTS: u32 = 10_000;

/// One fact.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FactView {
    /// Its id.
    pub fact: FactId,
    /// What happened.
    pub kind: FactKind,
    /// When, by the phone's wall clock.
    pub at: UnixMillis,
    /// Its words, if any.
    pub text: Option<String>,
    /// The earlier fact it is about.
    pub about: Option<FactId>,
    /// The time that its officer last corrected it to, as [`fold`] counts it. Absent where it was not corrected, or is no punch.
    pub corrected: Option<UnixMillis>,
    /// Written on this phone.
    pub own: bool,
    /// A key has signed it.
    pub signed: bool,
    /// How far it has come.
    pub sync: SyncState,
}

/// A note, photo, video or incident as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct WrittenView {
    /// What it says.
    pub written: Written,
    /// Written on this phone.
    pub own: bool,
    /// How far the words have come.
    pub sync: SyncState,
    /// How far the original has come, where it was taken in on this phone.
    pub original: Option<OriginalView>,
}

/// How far an original has come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OriginalView {
    /// Its name in the blob folder.
    pub hash: Sha256,
    /// Its size in bytes.
    pub size: u64,
    /// How much of it the agency was last known to have, in bytes.
    pub received: u64,
    /// When the agency had all of it.
    pub complete: Option<UnixMillis>,
    /// Why it is no longer sent.
    pub failed: Option<String>,
    /// It is still in the blob folder.
    pub here: bool,
}

impl Phone {
    /// The facts of a document after `after`, in the order of the phone's clock when they were written down; of one
    /// millisecond in that in which they were.
    pub fn facts(&self, document: DocumentId, after: Option<FactId>, limit: u32) -> Result<Vec<FactView>, PhoneError> {
        self.store.read(|reader| {
            let ruled = ruled_at(reader, records::assignment_of(reader, document)?.as_ref())?;
            let kept = facts::of_document(reader, document, after, limit)?;
            let corrected = corrected(reader, document, &kept)?;
            Ok(kept.iter().map(|kept| fact(kept, corrected.get(&kept.id).copied(), ruled)).collect())
        })
    }

    /// Notes, photos, videos and incidents of a document as they stand: a replaced note is only named by the one that replaces it.
    pub fn written(
        &self,
        document: DocumentId,
        mark: Option<PageMark>,
        limit: u32,
    ) -> Result<Page<WrittenView>, PhoneError> {
        let start = mark.map_or(0, |mark| mark.number.unsigned_abs() as usize);
        self.store.read(|reader| {
            let ruled = ruled_at(reader, records::assignment_of(reader, document)?.as_ref())?;
            let kept = facts::of_document(reader, document, None, MAX_FACTS)?;
            let device = standing::enrolled(reader)?.device;
            let folded = fold(&facts::logged(&kept, device), &FoldRules::in_zone(agency_zone(reader)?)).written;
            let end = folded.len().min(start.saturating_add(limit as usize));
            let next = (end < folded.len()).then_some(PageMark { at: 0, number: end as i64 });
            let here = folded.into_iter().skip(start).take(limit as usize);
            let items = here.map(|written| of_written(reader, written, &kept, ruled)).collect::<Result<_, _>>()?;
            Ok(Page { items, next })
        })
    }

    /// Where an original lies, if it is still on this phone.
    pub fn original(&self, hash: &Sha256) -> Result<Option<std::path::PathBuf>, PhoneError> {
        let found = self.store.read(|reader| attachments::find(reader, hash))?;
        Ok(found.filter(|original| original.removed_at.is_none()).map(|_| self.blobs.join(hash.to_hex())))
    }
}

/// What the punches among these facts were last corrected to. All facts of the document say so: a correction may be far from its punch, and which
/// of several is the last is told by when they were made.
fn corrected(
    reader: &Reader<'_>,
    document: DocumentId,
    shown: &[Kept],
) -> Result<BTreeMap<FactId, UnixMillis>, PhoneError> {
    if !shown.iter().any(|kept| kept.fact.kind.is_punch()) {
        return Ok(BTreeMap::new());
    }
    let kept = facts::of_document(reader, document, None, MAX_FACTS)?;
    let logged = facts::logged(&kept, standing::enrolled(reader)?.device);
    let punches = fold(&logged, &FoldRules::in_zone(agency_zone(reader)?)).punches;
    Ok(punches.iter().filter_map(|punch| Some((punch.fact, punch.correction()?.to))).collect())
}

pub(super) fn fact(kept: &Kept, corrected: Option<UnixMillis>, ruled: Option<UnixMillis>) -> FactView {
    FactView {
        fact: kept.id,
        kind: kept.fact.kind,
        at: kept.fact.clock.wall,
        text: kept.fact.content.as_ref().and_then(|content| content.text.clone()),
        about: kept.fact.about,
        corrected,
        own: kept.own,
        signed: kept.signed,
        sync: SyncState::of_fact(kept, ruled),
    }
}

fn of_written(
    reader: &Reader<'_>,
    written: Written,
    kept: &[Kept],
    ruled: Option<UnixMillis>,
) -> Result<WrittenView, PhoneError> {
    let fact = kept.iter().find(|kept| kept.id == written.fact);
    let original = match &written.attachment {
        Some(attachment) => attachments::find(reader, &attachment.hash)?,
        None => None,
    };
    Ok(WrittenView {
        own: fact.is_some_and(|fact| fact.own),
        sync: fact.map_or(SyncState::AgencyHasIt, |fact| SyncState::of_fact(fact, ruled)),
        original: original.map(|it| OriginalView {
            hash: it.hash,
            size: it.size,
            received: it.received.unwrap_or(0),
            complete: it.completed_at,
            failed: it.failed,
            here: it.removed_at.is_none(),
        }),
        written,
    })
}

impl Phone {
    /// A record's encoded body, of any kind, known to this version or not.
    pub fn record(&self, kind: RecordKind, id: RecordId) -> Result<Option<Vec<u8>>, PhoneError> {
        self.store.read(|reader| records::body(reader, kind, id))
    }

    /// The documents that this phone holds, without those that wait to be forgotten.
    pub fn documents(&self) -> Result<Vec<DocumentId>, PhoneError> {
        self.store.read(documents::readable)
    }
}

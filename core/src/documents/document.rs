//! A whole document, loaded: for reading, for editing shared text, and as the full check behind a snapshot.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::Transactable;
use automerge::{ActorId, Automerge, AutomergeError, Change, ChangeHash, ObjId, ROOT, ReadDoc, ScalarValue, Value};

use super::chunk::Chunk;
use super::index::DocumentIndex;
use super::kind::DocumentKind;
use super::schema::{self, Container, Schema};
use super::write::{FactEntry, WrittenChange, written};
use crate::evidence::Signature;
use crate::ids::{FactId, WriterId};
use crate::shift::Sha256;

/// A document that cannot be loaded, edited or saved.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// A change's bytes are not a change.
    #[error("a change could not be read")]
    Unreadable,
    /// A change follows one that is not there.
    #[error("a change depends on {0}, which is not there")]
    Missing(Sha256),
    /// Automerge refused.
    #[error("automerge: {0}")]
    Automerge(#[from] AutomergeError),
    /// Automerge panicked: the document is not to be used.
    #[error("automerge panicked")]
    Panicked,
    /// Saved and loaded again, the document is another.
    #[error("the saved document is not the same when loaded")]
    Unfaithful,
    /// The document has no such part.
    #[error("the document has no {0}")]
    NoContainer(&'static str),
}

/// An edit of shared text, counted in characters (Unicode scalar values).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Splice {
    /// Characters before the edit.
    pub at: usize,
    /// Characters to delete there.
    pub delete: usize,
    /// What to insert in their place.
    pub insert: String,
}

/// A loaded document.
#[derive(Clone)]
pub struct Document {
    schema: &'static Schema,
    inner: Automerge,
    max_op: u64,
}

impl Document {
    /// A document that holds nothing but its seed.
    pub fn seed(kind: DocumentKind) -> Result<Self, DocumentError> {
        Self::from_changes(kind, [])
    }

    /// Builds a document from its changes, in any order; the seed need not be among them. Whatever automerge does with them, this
    /// returns. Changes of strangers must have been admitted first, or they may cost more than they should.
    pub fn from_changes<'a>(
        kind: DocumentKind,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, DocumentError> {
        Self::under(schema::of(kind), changes)
    }

    pub(crate) fn under<'a>(
        schema: &'static Schema,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, DocumentError> {
        let changes: Vec<&[u8]> = changes.into_iter().collect();
        guarded(|| build(schema, &changes))
    }

    /// Adds changes, all or none.
    pub fn apply<'a>(&mut self, changes: impl IntoIterator<Item = &'a [u8]>) -> Result<(), DocumentError> {
        let changes: Vec<&[u8]> = changes.into_iter().collect();
        let mut next = self.clone();
        let next = guarded(move || next.add(&changes).map(|()| next))?;
        *self = next;
        Ok(())
    }

    /// What kind of document.
    pub const fn kind(&self) -> DocumentKind {
        self.schema.kind
    }

    /// Every fact, by id, with its signature where it has one.
    pub fn facts(&self) -> Vec<FactEntry> {
        let signatures = self.signatures();
        let entry = |(id, bytes)| FactEntry { id, bytes, signature: signatures.get(&id).copied() };
        self.entries(Container::FACTS).map(entry).collect()
    }

    /// Every signature, by the id of its fact.
    pub fn signatures(&self) -> BTreeMap<FactId, Signature> {
        let whole = |(id, bytes): (FactId, Vec<u8>)| Some((id, Signature::try_from(bytes).ok()?));
        self.entries(Container::SIGNATURES).filter_map(whole).collect()
    }

    /// The shared text; empty where the kind has none.
    pub fn text(&self) -> String {
        self.container(Container::NOTES).and_then(|notes| self.inner.text(&notes).ok()).unwrap_or_default()
    }

    /// Its latest changes and highest operation number.
    pub fn index(&self) -> DocumentIndex {
        let mut heads: Vec<_> = self.inner.get_heads().iter().map(|head| Sha256(head.0)).collect();
        heads.sort_unstable();
        DocumentIndex { heads, max_op: self.max_op }
    }

    /// Saves the document, loads it again, and demands the same heads, facts and text.
    pub fn save_check(&self) -> Result<(), DocumentError> {
        guarded(|| {
            let inner = Automerge::load(&self.inner.save())?;
            let again = Self { schema: self.schema, inner, max_op: self.max_op };
            let same = again.index() == self.index() && again.facts() == self.facts() && again.text() == self.text();
            if same { Ok(()) } else { Err(DocumentError::Unfaithful) }
        })
    }

    /// Edits the shared text as that writer.
    pub fn edit_text(&mut self, writer: WriterId, splice: &Splice) -> Result<WrittenChange, DocumentError> {
        let mut next = self.clone();
        let (next, change) = guarded(move || next.splice(writer, splice).map(|change| (next, change)))?;
        *self = next;
        Ok(change)
    }

    fn splice(&mut self, writer: WriterId, splice: &Splice) -> Result<WrittenChange, DocumentError> {
        let notes = self.container(Container::NOTES).ok_or(DocumentError::NoContainer(Container::NOTES.name()))?;
        let before = self.index();
        self.inner.set_actor(ActorId::from(writer.as_bytes()));
        let mut transaction = self.inner.transaction();
        let delete = isize::try_from(splice.delete).unwrap_or(isize::MAX);
        transaction.splice_text(&notes, splice.at, delete, &splice.insert)?;
        let hash = transaction.commit().0.ok_or(DocumentError::Unreadable)?;
        let change = self.inner.get_change_by_hash(&hash).ok_or(DocumentError::Unreadable)?;
        self.max_op = change.max_op();
        Ok(written(&change, &before))
    }

    fn add(&mut self, changes: &[&[u8]]) -> Result<(), DocumentError> {
        let chunks = changes.iter().map(|bytes| Chunk::read(bytes)).collect::<Result<Vec<_>, _>>();
        let chunks = chunks.map_err(|_| DocumentError::Unreadable)?;
        let steps = self.schema.steps_through(chunks.iter().flat_map(|chunk| &chunk.dependencies));
        let all = steps.map(|step| &*step.bytes).chain(changes.iter().copied());
        let all = all.map(Change::try_from).collect::<Result<Vec<_>, _>>().map_err(|_| DocumentError::Unreadable)?;
        let max_op = all.iter().map(Change::max_op).max().unwrap_or_default();
        self.inner.apply_changes(all)?;
        self.max_op = self.max_op.max(max_op);
        match self.inner.get_missing_deps(&[]).first() {
            Some(ChangeHash(hash)) => Err(DocumentError::Missing(Sha256(*hash))),
            None => Ok(()),
        }
    }

    fn container(&self, container: Container) -> Option<ObjId> {
        match self.inner.get(ROOT, container.name()) {
            Ok(Some((Value::Object(_), id))) => Some(id),
            _ => None,
        }
    }

    pub(crate) fn entries(&self, container: Container) -> impl Iterator<Item = (FactId, Vec<u8>)> {
        let map = self.container(container);
        let keys: Vec<String> = map.iter().flat_map(|map| self.inner.keys(map)).collect();
        keys.into_iter().filter_map(move |key| self.entry(map.as_ref()?, &key))
    }

    fn entry(&self, map: &ObjId, key: &str) -> Option<(FactId, Vec<u8>)> {
        let id = FactId::from_hex(key).ok()?;
        match self.inner.get(map, key).ok()?? {
            (Value::Scalar(value), _) => match value.into_owned() {
                ScalarValue::Bytes(bytes) => Some((id, bytes)),
                _ => None,
            },
            (Value::Object(_), _) => None,
        }
    }
}

fn build(schema: &'static Schema, changes: &[&[u8]]) -> Result<Document, DocumentError> {
    let mut document = Document { schema, inner: Automerge::new(), max_op: 0 };
    document.add(changes)?;
    Ok(document)
}

fn guarded<T>(work: impl FnOnce() -> Result<T, DocumentError>) -> Result<T, DocumentError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(DocumentError::Panicked))
}

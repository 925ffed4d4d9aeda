//! The little that must be known of a document to write or admit its next change.

use super::kind::DocumentKind;
use super::schema;
use crate::shift::Sha256;

/// Bytes that are not a list of heads.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a list of heads")]
pub struct HeadsError;

/// A document's latest changes and its highest operation number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentIndex {
    /// Hashes of the changes that no other change follows, ascending.
    pub heads: Vec<Sha256>,
    /// The highest operation number there is.
    pub max_op: u64,
}

impl DocumentIndex {
    /// A document that holds nothing but its seed.
    pub fn seed(kind: DocumentKind) -> Self {
        let seed = &schema::of(kind).seed;
        Self { heads: vec![seed.hash], max_op: seed.max_op }
    }

    /// The index as kept in a table: the heads' 32 bytes each, end to end, and the highest operation number.
    pub fn from_bytes(heads: &[u8], max_op: u64) -> Result<Self, HeadsError> {
        let (hashes, []) = heads.as_chunks::<32>() else { return Err(HeadsError) };
        let heads: Vec<_> = hashes.iter().copied().map(Sha256).collect();
        if heads.is_empty() || !heads.is_sorted_by(|a, b| a < b) {
            return Err(HeadsError);
        }
        Ok(Self { heads, max_op })
    }

    /// The heads' 32 bytes each, end to end.
    pub fn heads_to_bytes(&self) -> Vec<u8> {
        self.heads.iter().flat_map(|head| head.0).collect()
    }

    /// The index once a change with those dependencies has been added.
    #[must_use]
    pub fn with(&self, hash: Sha256, dependencies: &[Sha256], max_op: u64) -> Self {
        let mut heads: Vec<_> = self.heads.iter().copied().filter(|head| !dependencies.contains(head)).collect();
        if let Err(place) = heads.binary_search(&hash) {
            heads.insert(place, hash);
        }
        Self { heads, max_op: self.max_op.max(max_op) }
    }
}

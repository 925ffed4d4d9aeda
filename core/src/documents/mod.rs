//! Documents: what phones write. The only room that imports automerge.
//!
//! A shift log is written and admitted without loading it: [`write_facts`] makes a change from the document's
//! [`DocumentIndex`] alone, and [`crate::authority::admit`] checks one against it. [`Document`] loads the whole, for reading,
//! for editing shared text, and as the full check behind a snapshot.

mod chunk;
mod columns;
mod document;
mod index;
mod kind;
mod operation;
mod schema;
mod write;

pub use document::{Document, DocumentError, Splice};
pub use index::{DocumentIndex, HeadsError};
pub use kind::DocumentKind;
pub use operation::{Action, ChangeError, DecodedChange, Key, Object, OpRef, Operation};
pub use schema::{Container, seed_change};
pub use write::{FactEntry, WrittenChange, write_facts, write_signatures};

pub(crate) use chunk::{Chunk, hash_of};
pub(crate) use columns::{ColumnError, count_operations};
#[cfg(feature = "device")]
pub(crate) use operation::inserted_words;
pub(crate) use schema::{SCHEMA_ACTOR, Schema, of as schema_of};
#[cfg(test)]
pub(crate) use write::write;

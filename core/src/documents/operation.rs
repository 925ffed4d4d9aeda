//! A change's operations, decoded without applying it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Change, ScalarValue, legacy};

/// Bytes that automerge cannot decode, or would write differently.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum ChangeError {
    /// Does not decode, or panics in decoding.
    #[error("the change does not decode")]
    Unreadable,
    /// Decodes, but is not the one canonical encoding of what it says.
    #[error("the change is not in canonical form")]
    NotCanonical,
}

/// The name of an operation: a number and the actor who made it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OpRef {
    /// The operation's number.
    pub counter: u64,
    /// Who made it.
    pub actor: Vec<u8>,
}

/// What an operation works in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Object {
    /// The document's root map.
    Root,
    /// The container made by that operation.
    Made(OpRef),
}

/// Where in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Key {
    /// Under that key of a map.
    Name(String),
    /// Before the first element of a sequence.
    Head,
    /// At, or when inserting behind, that element.
    Element(OpRef),
}

/// What an operation does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Puts bytes.
    PutBytes(Vec<u8>),
    /// Puts a string: in a text, its characters.
    PutText(String),
    /// Puts any other scalar: no document of ours holds one.
    PutOther,
    /// Makes a container.
    Make,
    /// Deletes.
    Delete,
    /// Adds to a counter.
    Increment,
    /// Begins or ends formatting.
    Mark,
}

/// One operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operation {
    /// What it works in.
    pub object: Object,
    /// Where in it.
    pub key: Key,
    /// What it does.
    pub action: Action,
    /// The operations that it overwrites.
    pub overwrites: Vec<OpRef>,
    /// It inserts an element rather than setting one.
    pub insert: bool,
}

/// The operations of a change, in order: the first has the change's first operation number.
pub struct DecodedChange(pub Vec<Operation>);

impl DecodedChange {
    /// Decodes a change and demands that automerge would write the very same bytes. Panics inside automerge are caught.
    ///
    /// The bytes must have been counted first: this expands what they claim.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ChangeError> {
        catch_unwind(AssertUnwindSafe(|| read(bytes))).unwrap_or(Err(ChangeError::Unreadable))
    }
}

/// The characters that a change of this phone's inserts into shared text, in the order they were written; none where it does not decode.
#[cfg(feature = "device")]
pub(crate) fn inserted_words(bytes: &[u8]) -> Option<String> {
    let operations = DecodedChange::read(bytes).ok()?.0;
    let inserted = |operation: Operation| match operation.action {
        Action::PutText(text) if operation.insert => Some(text),
        _ => None,
    };
    Some(operations.into_iter().filter_map(inserted).collect())
}

fn read(bytes: &[u8]) -> Result<DecodedChange, ChangeError> {
    let expanded = Change::try_from(bytes).map_err(|_| ChangeError::Unreadable)?.decode();
    let operations = expanded.operations.iter().map(operation).collect();
    if Change::from(expanded).raw_bytes() != bytes {
        return Err(ChangeError::NotCanonical);
    }
    Ok(DecodedChange(operations))
}

fn operation(op: &legacy::Op) -> Operation {
    Operation {
        object: match &op.obj {
            legacy::ObjectId::Root => Object::Root,
            legacy::ObjectId::Id(id) => Object::Made(op_ref(id)),
        },
        key: match &op.key {
            legacy::Key::Map(name) => Key::Name(name.to_string()),
            legacy::Key::Seq(legacy::ElementId::Head) => Key::Head,
            legacy::Key::Seq(legacy::ElementId::Id(id)) => Key::Element(op_ref(id)),
        },
        action: action(&op.action),
        overwrites: op.pred.iter().map(op_ref).collect(),
        insert: op.insert,
    }
}

fn op_ref(id: &legacy::OpId) -> OpRef {
    OpRef { counter: id.counter(), actor: id.actor().to_bytes().to_vec() }
}

fn action(action: &legacy::OpType) -> Action {
    match action {
        legacy::OpType::Put(ScalarValue::Bytes(bytes)) => Action::PutBytes(bytes.clone()),
        legacy::OpType::Put(ScalarValue::Str(text)) => Action::PutText(text.to_string()),
        legacy::OpType::Put(_) => Action::PutOther,
        legacy::OpType::Make(_) => Action::Make,
        legacy::OpType::Delete => Action::Delete,
        legacy::OpType::Increment(_) => Action::Increment,
        legacy::OpType::MarkBegin(_) | legacy::OpType::MarkEnd(_) => Action::Mark,
    }
}

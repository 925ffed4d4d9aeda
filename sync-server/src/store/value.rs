//! The values and rows that pass between our code and either engine: integers, text, bytes and nothing else.

use detailbook_core::ids::{
    AgencyId, AssignmentId, CommandId, CustomerId, DetailId, DeviceId, DocumentId, FactId, JobId, MessageId, NoticeId,
    OfficerId, PositionId, RecordId, RequestId, RulingId, SiteId, TokenId, TradeId, UserId, WriterId,
};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;

use super::StoreError;

/// One value of a row or a parameter. Flags are `Int` 0 or 1, times `Int` milliseconds, ids and hashes `Bytes`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// No value.
    Null,
    /// A BIGINT.
    Int(i64),
    /// A TEXT. It cannot hold the character NUL, which PostgreSQL does not store.
    Text(String),
    /// A BYTEA.
    Bytes(Vec<u8>),
    /// An unsigned integer too large for a BIGINT. It is refused when it is bound.
    TooLarge,
}

impl Value {
    /// The kind of value, as errors name it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "an integer",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::TooLarge => "too large an integer",
        }
    }

    /// Refuses what not every engine stores.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::TooLarge => Err(StoreError::Unstorable("an integer above 2^63 - 1")),
            Self::Text(text) if text.contains('\0') => Err(StoreError::Unstorable("text with a NUL character")),
            _ => Ok(()),
        }
    }
}

macro_rules! int_value {
    ($($from:ty),*) => {$(
        impl From<$from> for Value {
            fn from(number: $from) -> Self {
                Self::Int(i64::from(number))
            }
        }
    )*};
}
int_value!(i64, i32, i16, u32, u16, u8, bool);

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or(Self::TooLarge, Self::Int)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        i64::try_from(number).map_or(Self::TooLarge, Self::Int)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&Vec<u8>> for Value {
    fn from(bytes: &Vec<u8>) -> Self {
        Self::Bytes(bytes.clone())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(bytes: &[u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<Sha256> for Value {
    fn from(hash: Sha256) -> Self {
        Self::Bytes(hash.0.to_vec())
    }
}

impl From<UnixMillis> for Value {
    fn from(at: UnixMillis) -> Self {
        Self::Int(at.as_millis())
    }
}

impl From<&Value> for Value {
    fn from(value: &Value) -> Self {
        value.clone()
    }
}

impl<T> From<Option<T>> for Value
where
    Value: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

/// An id that a 16-byte column can hold.
pub trait StoredId: Sized {
    /// The id of those bytes, if there are exactly 16.
    fn from_column(bytes: &[u8]) -> Option<Self>;
}

macro_rules! stored_id {
    ($($id:ident),* $(,)?) => {$(
        impl StoredId for $id {
            fn from_column(bytes: &[u8]) -> Option<Self> {
                Self::from_slice(bytes).ok()
            }
        }

        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Self::Bytes(id.as_bytes().to_vec())
            }
        }
    )*};
}
stored_id!(
    AgencyId,
    OfficerId,
    DeviceId,
    CustomerId,
    SiteId,
    DetailId,
    PositionId,
    AssignmentId,
    DocumentId,
    FactId,
    JobId,
    CommandId,
    MessageId,
    NoticeId,
    RulingId,
    RecordId,
    WriterId,
    TokenId,
    TradeId,
    RequestId,
    UserId,
);

/// One row of an answer. Columns are numbered from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(Vec<Value>);

impl Row {
    /// A row of these values.
    pub fn new(values: Vec<Value>) -> Self {
        Self(values)
    }

    /// The values themselves.
    pub fn into_values(self) -> Vec<Value> {
        self.0
    }

    /// The value in a column, null where there is no such column.
    pub fn value(&self, column: usize) -> &Value {
        self.0.get(column).unwrap_or(&Value::Null)
    }

    fn mismatch(&self, column: usize, wanted: &'static str) -> StoreError {
        let found = self.0.get(column).map_or("nothing: the row is shorter", Value::kind);
        StoreError::Column { column, wanted, found }
    }

    /// An integer.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        match self.value(column) {
            Value::Int(number) => Ok(*number),
            _ => Err(self.mismatch(column, "an integer")),
        }
    }

    /// An integer that is not negative.
    pub fn uint(&self, column: usize) -> Result<u64, StoreError> {
        u64::try_from(self.int(column)?).map_err(|_| self.mismatch(column, "an integer from 0 up"))
    }

    /// An integer or null.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        self.or_null(column, Self::int)
    }

    /// A flag, 0 or 1.
    pub fn flag(&self, column: usize) -> Result<bool, StoreError> {
        match self.value(column) {
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            _ => Err(self.mismatch(column, "a flag")),
        }
    }

    /// Text.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        match self.value(column) {
            Value::Text(text) => Ok(text),
            _ => Err(self.mismatch(column, "text")),
        }
    }

    /// Text, taken out of the row: for lists of very many rows.
    pub fn take_text(&mut self, column: usize) -> Result<String, StoreError> {
        match self.0.get_mut(column) {
            Some(Value::Text(text)) => Ok(std::mem::take(text)),
            _ => Err(self.mismatch(column, "text")),
        }
    }

    /// Text or null.
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        if self.is_null(column)? { Ok(None) } else { self.text(column).map(Some) }
    }

    /// Bytes.
    pub fn bytes(&self, column: usize) -> Result<&[u8], StoreError> {
        match self.value(column) {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(self.mismatch(column, "bytes")),
        }
    }

    /// Bytes or null.
    pub fn opt_bytes(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        if self.is_null(column)? { Ok(None) } else { self.bytes(column).map(Some) }
    }

    /// An id.
    pub fn id<T: StoredId>(&self, column: usize) -> Result<T, StoreError> {
        T::from_column(self.bytes(column)?).ok_or_else(|| self.mismatch(column, "an id of 16 bytes"))
    }

    /// An id or null.
    pub fn opt_id<T: StoredId>(&self, column: usize) -> Result<Option<T>, StoreError> {
        self.or_null(column, Self::id)
    }

    /// A SHA-256 digest.
    pub fn hash(&self, column: usize) -> Result<Sha256, StoreError> {
        let bytes = self.bytes(column)?;
        bytes.try_into().map(Sha256).map_err(|_| self.mismatch(column, "a hash of 32 bytes"))
    }

    /// A SHA-256 digest or null.
    pub fn opt_hash(&self, column: usize) -> Result<Option<Sha256>, StoreError> {
        self.or_null(column, Self::hash)
    }

    /// An instant.
    pub fn time(&self, column: usize) -> Result<UnixMillis, StoreError> {
        self.int(column).map(UnixMillis::new)
    }

    /// An instant or null.
    pub fn opt_time(&self, column: usize) -> Result<Option<UnixMillis>, StoreError> {
        self.or_null(column, Self::time)
    }

    fn is_null(&self, column: usize) -> Result<bool, StoreError> {
        match self.0.get(column) {
            Some(value) => Ok(*value == Value::Null),
            None => Err(self.mismatch(column, "a column")),
        }
    }

    fn or_null<T>(
        &self,
        column: usize,
        read: impl Fn(&Self, usize) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        if self.is_null(column)? { Ok(None) } else { read(self, column).map(Some) }
    }
}

/// The parameters of a statement: `params![agency, "text", 7]`.
#[macro_export]
macro_rules! params {
    () => { [] as [$crate::store::Value; 0] };
    ($($value:expr),+ $(,)?) => { [$($crate::store::Value::from($value)),+] };
}
pub use crate::params;

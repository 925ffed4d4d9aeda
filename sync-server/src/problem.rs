//! Why a request was refused: a stable code and a sentence that someone can act on.

use detailbook_core::wire::{ProblemBody, Refusal};

use crate::store::StoreError;

/// A refused request. The reason never holds personal data.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}: {reason}", .refusal.code())]
pub struct Problem {
    /// The stable code.
    pub refusal: Refusal,
    /// The sentence.
    pub reason: String,
}

impl Problem {
    /// A refusal with a sentence of its own.
    pub fn new(refusal: Refusal, reason: impl Into<String>) -> Self {
        Self { refusal, reason: reason.into() }
    }

    /// The field is missing or wrong. Field and reason stand as `field: why`.
    pub fn invalid(field: &str, why: &str) -> Self {
        Self::new(Refusal::Invalid, format!("{field}: {why}"))
    }

    /// It clashes with what is there.
    pub fn conflict(reason: impl Into<String>) -> Self {
        Self::new(Refusal::Conflict, reason)
    }

    /// There is no such thing, or not for this caller.
    pub fn not_found() -> Self {
        Refusal::NotFound.into()
    }

    /// The body that the caller gets.
    pub fn body(&self) -> ProblemBody {
        ProblemBody { code: self.refusal.code().to_owned(), reason: self.reason.clone() }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal, refusal.sentence())
    }
}

/// The caller learns that the server cannot; the log learns why.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        Refusal::Unavailable.into()
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(%error, "the blob folder failed");
        Refusal::Unavailable.into()
    }
}

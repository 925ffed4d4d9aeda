//! What can go wrong on the phone.

use rusqlite::ErrorCode;

use crate::wire::{DecodeError, InvitationError, Refusal};

/// Anything that a phone cannot do. [`PhoneError::code`] is stable; neither it nor the text holds personal data.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// No agency yet: facts need an officer to belong to.
    #[error("the phone is not enrolled")]
    NotEnrolled,
    /// The file belongs to another officer or agency; open another file for this one.
    #[error("the store belongs to another officer")]
    OtherOfficer,
    /// The agency has ended this enrolment.
    #[error("the agency has ended this phone's enrolment")]
    Revoked,
    /// The store is closed until [`super::Phone::resume`].
    #[error("the store is suspended")]
    Suspended,
    /// The store is closed for good.
    #[error("the store is closed")]
    Closed,
    /// A test killed the phone here.
    #[error("the phone was killed")]
    Killed,
    /// No room left. Nothing was written.
    #[error("the phone's storage is full")]
    StorageFull(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Someone else holds the file. Nothing was written.
    #[error("the store is in use elsewhere")]
    StoreBusy(#[source] rusqlite::Error),
    /// The file is damaged. It is set aside when next opened.
    #[error("the store is damaged")]
    Damaged(#[source] rusqlite::Error),
    /// The key does not open the file, or the file is encrypted and no key was given. Nothing was touched.
    #[error("the key does not open the store")]
    WrongKey(#[source] rusqlite::Error),
    /// Written by a newer version of the app.
    #[error("the store was written by a newer app (version {found}, this one knows {known})")]
    NewerStore {
        /// The file's version.
        found: i64,
        /// The newest this build knows.
        known: i64,
    },
    /// The store failed otherwise.
    #[error("the store failed")]
    Store(#[source] rusqlite::Error),
    /// What the store holds does not make sense.
    #[error("the store holds a {0} that cannot be read")]
    Unreadable(&'static str),
    /// A file could not be read or written.
    #[error("a file could not be read or written")]
    File(#[source] std::io::Error),
    /// An option that this build cannot honour.
    #[error("this build cannot encrypt the store")]
    NoEncryption,
    /// There is no shift under way to write to.
    #[error("no shift is under way")]
    NoRunningShift,
    /// The kind of fact is not a clock event.
    #[error("not a clock event")]
    NotAPunch,
    /// No such fact on this phone, or not of the kind needed, or not this officer's.
    #[error("no such entry to refer to")]
    NoSuchFact,
    /// The shift was handed in: its notes are fixed.
    #[error("the shift was handed in; its notes are fixed")]
    Submitted,
    /// No words.
    #[error("there is nothing in it")]
    Empty,
    /// Too many words, or too large an original.
    #[error("it is too large")]
    TooLarge,
    /// An exchange is under way.
    #[error("an exchange is under way")]
    SyncBusy,
    /// Not an invitation.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// The device's key does not answer.
    #[error("the device key did not answer")]
    NoKey,
    /// The file to be attached cannot be opened.
    #[error("the file to attach cannot be opened")]
    NoOriginal,
    /// The phone's secure storage does not answer.
    #[error("the phone's secure storage did not answer")]
    NoSecureStorage,
    /// There is a store, but secure storage no longer has its key. Nothing was touched.
    #[error("the store is there, but the key that opens it is gone")]
    StoreKeyGone,
    /// The server refused.
    #[error("the server refused: {}", .0.sentence())]
    Refused(Refusal),
    /// The server's answer cannot be read, or does not come from the server of the invitation.
    #[error("the server's answer makes no sense: {0}")]
    BadAnswer(&'static str),
}

impl PhoneError {
    /// A short, stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotEnrolled => "not_enrolled",
            Self::OtherOfficer => "other_officer",
            Self::Revoked => "revoked",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
            Self::Killed => "killed",
            Self::StorageFull(_) => "storage_full",
            Self::StoreBusy(_) => "store_busy",
            Self::Damaged(_) => "store_damaged",
            Self::WrongKey(_) => "wrong_key",
            Self::NewerStore { .. } => "newer_store",
            Self::Store(_) => "store",
            Self::Unreadable(_) => "unreadable",
            Self::File(_) => "file",
            Self::NoEncryption => "no_encryption",
            Self::NoRunningShift => "no_running_shift",
            Self::NotAPunch => "not_a_punch",
            Self::NoSuchFact => "no_such_fact",
            Self::Submitted => "submitted",
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::SyncBusy => "sync_busy",
            Self::Invitation(_) => "invitation",
            Self::NoKey => "no_key",
            Self::NoOriginal => "no_original",
            Self::NoSecureStorage => "no_secure_storage",
            Self::StoreKeyGone => "store_key_gone",
            Self::Refused(refusal) => refusal.code(),
            Self::BadAnswer(_) => "bad_answer",
        }
    }
}

impl From<rusqlite::Error> for PhoneError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            // No room for the index over the log.
            _ if error.sqlite_extended_error_code() == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) => {
                Self::StorageFull(error.into())
            }
            Some(ErrorCode::DiskFull) => Self::StorageFull(error.into()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::StoreBusy(error),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error),
            _ => Self::Store(error),
        }
    }
}

impl From<std::io::Error> for PhoneError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::StorageFull(error.into()),
            _ => Self::File(error),
        }
    }
}

impl From<DecodeError> for PhoneError {
    fn from(_: DecodeError) -> Self {
        Self::BadAnswer("not the expected message")
    }
}

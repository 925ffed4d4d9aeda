//! What a shell does about an error: the few ways in which one can be met.

use super::driver::SyncError;
use super::error::PhoneError;
use crate::time::UnixMillis;

/// What is wrong, as far as it makes a difference to what the app does next. [`PhoneError::code`] says it exactly.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// Enrol first.
    NotEnrolled,
    /// This store is another officer's: open one of its own.
    OtherOfficer,
    /// The agency has ended the enrolment.
    Revoked,
    /// Resume first.
    Suspended,
    /// Closed for good.
    Closed,
    /// Room has to be made on the phone. Nothing was written.
    StorageFull,
    /// Someone else is at it: try again in a moment.
    Busy,
    /// The store cannot be used as it is; a person has to look.
    StoreUnusable,
    /// What was asked makes no sense: tell the officer why.
    Invalid,
    /// A part of the phone that the core leans on did not answer: key, secure storage, clocks.
    PhonePart,
    /// The agency's server refused, or its answer makes no sense.
    Server,
    /// No signal, or the server is not there: try again when there is one.
    Offline,
    /// The server cannot right now: try again then.
    TryLater(UnixMillis),
    /// Somebody cancelled it.
    Cancelled,
    /// A fault of ours.
    Internal,
}

impl PhoneError {
    /// What to do about it.
    pub const fn trouble(&self) -> Trouble {
        match self {
            Self::NotEnrolled => Trouble::NotEnrolled,
            Self::OtherOfficer => Trouble::OtherOfficer,
            Self::Revoked => Trouble::Revoked,
            Self::Suspended => Trouble::Suspended,
            Self::Closed => Trouble::Closed,
            Self::StorageFull(_) => Trouble::StorageFull,
            Self::StoreBusy(_) | Self::SyncBusy => Trouble::Busy,
            Self::Damaged(_)
            | Self::WrongKey(_)
            | Self::StoreKeyGone
            | Self::NewerStore { .. }
            | Self::Store(_)
            | Self::Unreadable(_)
            | Self::File(_)
            | Self::NoEncryption => Trouble::StoreUnusable,
            Self::NoRunningShift
            | Self::NotAPunch
            | Self::NoSuchFact
            | Self::Submitted
            | Self::Empty
            | Self::TooLarge
            | Self::NoOriginal
            | Self::Invitation(_) => Trouble::Invalid,
            Self::NoKey | Self::NoSecureStorage => Trouble::PhonePart,
            Self::Refused(_) | Self::BadAnswer(_) => Trouble::Server,
            Self::Killed => Trouble::Internal,
        }
    }
}

impl SyncError {
    /// What to do about it.
    pub const fn trouble(&self) -> Trouble {
        match self {
            Self::Phone(error) => error.trouble(),
            Self::Network(_) => Trouble::Offline,
            Self::TooLarge | Self::NeverDone => Trouble::Server,
            Self::TryLater(at) => Trouble::TryLater(*at),
            Self::Cancelled => Trouble::Cancelled,
            Self::Clock(_) => Trouble::PhonePart,
            Self::Setup(_) => Trouble::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_error_is_the_same_trouble() {
        for (error, trouble) in [
            (PhoneError::Revoked, Trouble::Revoked),
            (PhoneError::SyncBusy, Trouble::Busy),
            (PhoneError::Empty, Trouble::Invalid),
        ] {
            assert_eq!(error.trouble(), trouble);
            assert_eq!(SyncError::from(error).trouble(), trouble);
        }
    }

    #[test]
    fn a_full_disk_is_told_apart_from_a_broken_store() {
        let full = PhoneError::from(std::io::Error::from(std::io::ErrorKind::StorageFull));
        let broken = PhoneError::from(std::io::Error::from(std::io::ErrorKind::PermissionDenied));
        assert_eq!((full.trouble(), broken.trouble()), (Trouble::StorageFull, Trouble::StoreUnusable));
    }

    #[test]
    fn when_to_try_again_is_kept() {
        let at = UnixMillis::new(5);
        assert_eq!(SyncError::TryLater(at).trouble(), Trouble::TryLater(at));
    }
}

//! The errors that cross, in both directions.

use detailbook_core::device::{PhoneError, SyncError, Trouble};
use detailbook_core::time::UnixMillis;

macro_rules! core_error {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a call could not do, sorted by what the app does about it. `code` is stable and exact, `reason` a sentence; neither
        /// holds personal data.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
        pub enum CoreError {
            $(
                $(#[$doc])*
                #[error("{reason}")]
                $name {
                    /// A short, stable name.
                    code: String,
                    /// The same as a sentence.
                    reason: String,
                },
            )*
            /// The server cannot right now: try again at that time.
            #[error("{reason}")]
            TryLater {
                /// A short, stable name.
                code: String,
                /// The same as a sentence.
                reason: String,
                /// When to try again.
                at: UnixMillis,
            },
        }

        impl CoreError {
            /// The stable code.
            pub fn code(&self) -> &str {
                match self {
                    $(Self::$name { code, .. })|* | Self::TryLater { code, .. } => code,
                }
            }

            fn new(trouble: Trouble, code: &str, reason: String) -> Self {
                let code = code.to_owned();
                match trouble {
                    $(Trouble::$name => Self::$name { code, reason },)*
                    Trouble::TryLater(at) => Self::TryLater { code, reason, at },
                }
            }
        }
    };
}

core_error! {
    /// Enrol first.
    NotEnrolled,
    /// This store is another officer's: open one of its own.
    OtherOfficer,
    /// The agency has ended this phone's enrolment.
    Revoked,
    /// Resume first.
    Suspended,
    /// The object was shut down: open another.
    Closed,
    /// The phone's storage is full. Nothing was written.
    StorageFull,
    /// Another call is at it: try again in a moment.
    Busy,
    /// The store cannot be used as it is; a person has to look.
    StoreUnusable,
    /// What was asked makes no sense; the reason tells the officer why.
    Invalid,
    /// A part of the phone did not answer: key, secure storage, clocks.
    PhonePart,
    /// The agency's server refused, or its answer makes no sense.
    Server,
    /// No signal, or the server is not there.
    Offline,
    /// Cancelled.
    Cancelled,
    /// A fault of the library's.
    Internal,
}

impl CoreError {
    /// A text that should have named something and does not.
    pub(crate) fn unreadable(code: &str, error: impl std::fmt::Display) -> Self {
        Self::new(Trouble::Invalid, code, error.to_string())
    }
}

impl From<PhoneError> for CoreError {
    fn from(error: PhoneError) -> Self {
        Self::new(error.trouble(), error.code(), error.to_string())
    }
}

impl From<SyncError> for CoreError {
    fn from(error: SyncError) -> Self {
        Self::new(error.trouble(), error.code(), error.to_string())
    }
}

/// What a method that the shell implements throws. What it says goes no further.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum ShellError {
    /// It did not work.
    #[error("{reason}")]
    Failed {
        /// Why, for whoever debugs the shell.
        reason: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for ShellError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { reason: error.reason }
    }
}

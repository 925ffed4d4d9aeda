//! What can stop a demo. None of it is about a record: bad records are reported, not errors.

use detailbook_core::device::{PhoneError, SyncError};

use super::import::FileFault;

/// What can stop a demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The file cannot be read from disk.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not one of paid-detail records.
    #[error("{path}: {fault}")]
    File {
        /// The file.
        path: String,
        /// Why.
        fault: FileFault,
    },
    /// The tariff is wrong.
    #[error("{path}: {fault}")]
    Tariff {
        /// The tariff's file.
        path: String,
        /// What is wrong with it.
        fault: String,
    },
    /// A folder, a socket, the terminal.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The server did not start.
    #[error("the server did not start: {0}")]
    Server(String),
    /// The server refused something to the office.
    #[error("{request} was refused with status {status}: {reason}")]
    Refused {
        /// Method and path.
        request: String,
        /// HTTP status.
        status: u16,
        /// The server's reason.
        reason: String,
    },
    /// The server did not answer, or not as documented.
    #[error("{request} got no proper answer: {reason}")]
    NoAnswer {
        /// Method and path.
        request: String,
        /// What was wrong.
        reason: String,
    },
    /// A phone could not do something.
    #[error("the phone of officer {officer}: {fault}")]
    Phone {
        /// The officer's employee number.
        officer: String,
        /// Why.
        fault: PhoneError,
    },
    /// A phone could not exchange with the server.
    #[error("the phone of officer {officer}: {fault}")]
    Sync {
        /// The officer's employee number.
        officer: String,
        /// Why.
        fault: SyncError,
    },
}

impl DemoError {
    /// The line that is to blame, where what a file of records holds stops the demo.
    pub const fn line(&self) -> Option<u64> {
        match self {
            Self::File { fault, .. } => Some(fault.line()),
            _ => None,
        }
    }

    /// Has whoever reads the output gone away?
    pub fn is_of_the_reader(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// 2 where what a file of records holds is to blame, as for rejected lines; else 3.
    pub const fn exit_code(&self) -> u8 {
        if self.line().is_some() { 2 } else { 3 }
    }
}

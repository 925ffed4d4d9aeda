//! What the shell implements. Every method may be called on any thread, blocks its caller, and may throw [`ShellError`].

use detailbook_core::time::ClockReading;

use crate::ShellError;

/// The device's P-256 key (Keystore, Secure Enclave). It must be usable in the background after the first unlock.
#[uniffi::export(with_foreign)]
pub trait DeviceKey: Send + Sync {
    /// The public half: SEC 1, compressed or not, or a SubjectPublicKeyInfo in DER. Always the same one.
    fn public_key(&self) -> Result<Vec<u8>, ShellError>;
    /// Signs SHA-256 of the message with ECDSA: DER, or r and s of 32 bytes each. Throw where the key cannot be used now; what waits
    /// is signed later.
    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, ShellError>;
}

/// Keeps small secrets where backups do not go. Asked only by a library that encrypts its store.
#[uniffi::export(with_foreign)]
pub trait SecureStorage: Send + Sync {
    /// The secret of that name; nothing where there is none. Throw where storage cannot be reached: nothing means that it is not there.
    fn read(&self, name: String) -> Result<Option<Vec<u8>>, ShellError>;
    /// Keeps a secret under a name, in place of what was there.
    fn write(&self, name: String, secret: Vec<u8>) -> Result<(), ShellError>;
}

/// The phone's clocks: wall time, zone, milliseconds since boot with sleep included, and which boot. Read when the core exchanges,
/// opens and tidies; what the officer does and sees is told its time by the caller.
#[uniffi::export(with_foreign)]
pub trait DeviceClock: Send + Sync {
    /// What they say now. The anchor stays empty: the core fills it in.
    fn read(&self) -> Result<ClockReading, ShellError>;
}

/// Is told that what screens show may have changed: after any call, on its thread, that changed something on this phone. Changes that
/// the listener itself makes are not told to it.
#[uniffi::export(with_foreign)]
pub trait ScreensListener: Send + Sync {
    /// Read again what is on screen.
    fn screens_changed(&self) -> Result<(), ShellError>;
}

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum LogLevel {
    /// What happened.
    Info,
    /// What did not work.
    Warning,
}

/// One line of the log. It never holds personal data.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct LogLine {
    /// How much it matters.
    pub level: LogLevel,
    /// Words and numbers.
    pub text: String,
}

/// Is given log lines, on the thread of the call they are about. Lines about calls that the listener itself makes are not given to it.
#[uniffi::export(with_foreign)]
pub trait LogListener: Send + Sync {
    /// Takes a line.
    fn log(&self, line: LogLine) -> Result<(), ShellError>;
}

//! The shell's parts as the core wants them. An error of theirs is one that did not answer.

use std::sync::Arc;

use detailbook_core::device::{ClockFailed, PhoneClock, Secrets, SecretsFailed};
use detailbook_core::evidence::{PublicKey, Signature, Signer, SigningFailed, public_key_of, signature_of};
use detailbook_core::time::ClockReading;

use crate::shell::{DeviceClock, DeviceKey, SecureStorage};

/// The shell's key.
pub(crate) struct ShellKey(pub(crate) Arc<dyn DeviceKey>);

impl Signer for ShellKey {
    fn public_key(&self) -> Result<PublicKey, SigningFailed> {
        public_key_of(&self.0.public_key().map_err(|_| SigningFailed)?)
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SigningFailed> {
        signature_of(&self.0.sign(message.to_vec()).map_err(|_| SigningFailed)?)
    }
}

/// The shell's clocks.
pub(crate) struct ShellClock(pub(crate) Arc<dyn DeviceClock>);

impl PhoneClock for ShellClock {
    fn read(&self) -> Result<ClockReading, ClockFailed> {
        self.0.read().map_err(|_| ClockFailed)
    }
}

/// The shell's secure storage.
pub(crate) struct ShellSecrets(pub(crate) Arc<dyn SecureStorage>);

impl Secrets for ShellSecrets {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, SecretsFailed> {
        self.0.read(name.to_owned()).map_err(|_| SecretsFailed)
    }

    fn write(&self, name: &str, secret: &[u8]) -> Result<(), SecretsFailed> {
        self.0.write(name.to_owned(), secret.to_vec()).map_err(|_| SecretsFailed)
    }
}

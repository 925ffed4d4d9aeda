//! The key that the store is encrypted under, and where it is kept.

use std::path::Path;

use super::error::PhoneError;
use crate::entropy::{Entropy, random_bytes};

/// Under what name secure storage keeps the key.
const NAME: &str = "store_key";

/// The key that the store is encrypted under (SQLCipher, raw).
#[derive(Clone)]
pub struct StoreKey(pub [u8; 32]);

impl std::fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreKey(..)")
    }
}

/// Secure storage did not answer.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("secure storage did not answer")]
pub struct SecretsFailed;

/// Keeps small secrets where backups do not go: the platform's keystore. The shell's to implement.
pub trait Secrets: Send + Sync {
    /// The secret of that name, if there is one.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, SecretsFailed>;
    /// Keeps a secret under a name, in place of what was there.
    fn write(&self, name: &str, secret: &[u8]) -> Result<(), SecretsFailed>;
}

impl StoreKey {
    /// The key of the store at `path` as secure storage has it; drawn and kept there before there is a store. A store whose key is gone
    /// is not ours to replace: it may hold somebody's hours.
    pub fn kept(secrets: &dyn Secrets, path: &Path, entropy: &mut dyn Entropy) -> Result<Self, PhoneError> {
        match (read(secrets)?, path.exists()) {
            (Some(key), _) => Ok(key),
            (None, true) => Err(PhoneError::StoreKeyGone),
            (None, false) => {
                secrets.write(NAME, &random_bytes::<32>(entropy)).map_err(|_| PhoneError::NoSecureStorage)?;
                // Whoever wrote last has it, also where two opened at once; and what cannot be read again must not lock a store.
                read(secrets)?.ok_or(PhoneError::NoSecureStorage)
            }
        }
    }
}

fn read(secrets: &dyn Secrets) -> Result<Option<StoreKey>, PhoneError> {
    let Some(kept) = secrets.read(NAME).map_err(|_| PhoneError::NoSecureStorage)? else { return Ok(None) };
    kept.try_into().map(StoreKey).map(Some).map_err(|_| PhoneError::StoreKeyGone)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    struct Counting(u8);

    impl Entropy for Counting {
        fn fill(&mut self, bytes: &mut [u8]) {
            self.0 += 1;
            bytes.fill(self.0);
        }
    }

    /// Secure storage of one secret, that may forget what it is given.
    struct Safe {
        kept: Mutex<Option<Vec<u8>>>,
        forgetful: bool,
    }

    impl Safe {
        fn with(kept: Option<&[u8]>) -> Self {
            Self { kept: Mutex::new(kept.map(<[u8]>::to_vec)), forgetful: false }
        }
    }

    impl Secrets for Safe {
        fn read(&self, _: &str) -> Result<Option<Vec<u8>>, SecretsFailed> {
            Ok(self.kept.lock().unwrap().clone())
        }

        fn write(&self, _: &str, secret: &[u8]) -> Result<(), SecretsFailed> {
            if !self.forgetful {
                *self.kept.lock().unwrap() = Some(secret.to_vec());
            }
            Ok(())
        }
    }

    struct Silent;

    impl Secrets for Silent {
        fn read(&self, _: &str) -> Result<Option<Vec<u8>>, SecretsFailed> {
            Err(SecretsFailed)
        }

        fn write(&self, _: &str, _: &[u8]) -> Result<(), SecretsFailed> {
            Err(SecretsFailed)
        }
    }

    #[test]
    fn the_first_opening_draws_a_key_and_later_ones_find_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, safe) = (folder.path().join("phone"), Safe::with(None));
        let first = StoreKey::kept(&safe, &path, &mut Counting(6)).unwrap();
        assert_eq!(first.0, [7; 32]);
        std::fs::write(&path, b"a store").unwrap();
        assert_eq!(StoreKey::kept(&safe, &path, &mut Counting(50)).unwrap().0, first.0);
    }

    #[test]
    fn a_store_whose_key_is_gone_or_no_key_is_never_given_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("phone");
        std::fs::write(&path, b"a store").unwrap();
        for kept in [None, Some(&b"short"[..])] {
            let safe = Safe::with(kept);
            let outcome = StoreKey::kept(&safe, &path, &mut Counting(0));
            assert!(matches!(outcome, Err(PhoneError::StoreKeyGone)), "{outcome:?}");
            assert_eq!(safe.kept.lock().unwrap().as_deref(), kept);
        }
    }

    #[test]
    fn a_key_that_was_not_kept_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("phone");
        let forgetful = Safe { forgetful: true, ..Safe::with(None) };
        for secrets in [&forgetful as &dyn Secrets, &Silent] {
            let outcome = StoreKey::kept(secrets, &path, &mut Counting(0));
            assert!(matches!(outcome, Err(PhoneError::NoSecureStorage)), "{outcome:?}");
        }
    }
}

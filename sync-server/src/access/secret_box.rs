//! Secrets that the server must be able to read again, such as what an identity provider knows it by: encrypted in the database
//! under a key that lies beside it, in a file. Whoever has a copy of the database alone cannot read them.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use data_encoding::HEXLOWER;
use detailbook_core::entropy::{Entropy, random_bytes};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// The first byte of what is sealed: how it was.
const FORM: u8 = 1;

/// The server's key for such secrets. Every node of one database needs the same.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey([u8; 32]);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

impl SecretKey {
    /// Draws a new one.
    pub fn generate(entropy: &mut dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }

    /// The key in that file; made where there is no such file yet, for the server's own user alone.
    pub fn load_or_make(path: &Path, entropy: &mut dyn Entropy) -> io::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => Self::from_text(&text).ok_or_else(|| io::Error::new(ErrorKind::InvalidData, "it holds no key")),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::make(path, entropy),
            Err(error) => Err(error),
        }
    }

    fn make(path: &Path, entropy: &mut dyn Entropy) -> io::Result<Self> {
        let key = Self::generate(entropy);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(format!("{}\n", HEXLOWER.encode(&key.0)).as_bytes())?;
        file.sync_all()?;
        Ok(key)
    }

    fn from_text(text: &str) -> Option<Self> {
        HEXLOWER.decode(text.trim().as_bytes()).ok()?.try_into().ok().map(Self)
    }

    /// Encrypts a secret (AES-256-GCM). `place` says whose and what it is: what was sealed for one place opens in no other.
    pub fn seal(&self, place: &[u8], secret: &str, entropy: &mut dyn Entropy) -> Option<Vec<u8>> {
        let number: [u8; NONCE_LEN] = random_bytes(entropy);
        let mut bytes = secret.as_bytes().to_vec();
        let nonce = Nonce::assume_unique_for_key(number);
        self.key()?.seal_in_place_append_tag(nonce, Aad::from(place), &mut bytes).ok()?;
        Some([&[FORM][..], &number, &bytes].concat())
    }

    /// Reads what [`Self::seal`] wrote for that place; nothing where the key is another, or a bit has changed.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Option<String> {
        let (number, bytes) = sealed.strip_prefix(&[FORM])?.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(number).ok()?;
        let mut bytes = bytes.to_vec();
        let plain = self.key()?.open_in_place(nonce, Aad::from(place), &mut bytes).ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }

    fn key(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, &self.0).ok().map(LessSafeKey::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::{OsEntropy, Same};

    #[test]
    fn a_secret_opens_under_its_key_and_in_its_place_only() {
        let (key, other) = (SecretKey::generate(&mut OsEntropy), SecretKey::generate(&mut OsEntropy));
        let sealed = key.seal(b"agency 1", "told once", &mut OsEntropy).unwrap();
        assert_eq!(key.open(b"agency 1", &sealed).as_deref(), Some("told once"));
        assert!(!sealed.windows(4).any(|part| part == b"told"));
        assert_eq!(key.open(b"agency 2", &sealed), None);
        assert_eq!(other.open(b"agency 1", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(b"agency 1", &changed), None, "byte {at}");
            assert_eq!(key.open(b"agency 1", &sealed[..at]), None, "cut at {at}");
        }
        assert_ne!(key.seal(b"", "a", &mut OsEntropy), key.seal(b"", "a", &mut OsEntropy), "never the same twice");
    }

    #[test]
    fn the_file_is_made_once_and_read_ever_after() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.key");
        let made = SecretKey::load_or_make(&path, &mut Same(7)).unwrap();
        assert_eq!(SecretKey::load_or_make(&path, &mut Same(8)).unwrap(), made);
        assert_eq!(format!("{made:?}"), "SecretKey(..)");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&path, "no key").unwrap();
        assert!(SecretKey::load_or_make(&path, &mut Same(8)).is_err(), "what is damaged is not written over");
    }
}

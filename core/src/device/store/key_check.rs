//! Telling a damaged file from one under another key: a value beside it that only its own key gives.
//!
//! To SQLCipher both are "no database". Without this a torn first page would keep an officer out for good, or a wrong key would have
//! a good file set aside. The value is an HMAC of a constant: it tells nothing of a key of 256 random bits.

use std::io::Write;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::set_aside::with_suffix;
use super::{Result, StoreKey};

const WORDS: &[u8] = b"detailbook phone store key check 1";

/// What is known of the key of the file at that path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum KeyKnown {
    /// The file is not encrypted, or nobody noted under which key.
    Nothing,
    /// That key, and no other.
    Fits,
    /// Another.
    Other,
}

/// Looks it up.
pub(super) fn look_up(path: &Path, key: Option<&StoreKey>) -> KeyKnown {
    match (std::fs::read(place(path)), key) {
        (Err(_), _) => KeyKnown::Nothing,
        (Ok(kept), Some(key)) if expected(key).verify_slice(&kept).is_ok() => KeyKnown::Fits,
        (Ok(_), _) => KeyKnown::Other,
    }
}

/// Notes under which key the file is, if it is not noted yet.
pub(super) fn keep(path: &Path, key: Option<&StoreKey>) -> Result<()> {
    let place = place(path);
    match key {
        Some(_) if look_up(path, key) == KeyKnown::Fits => Ok(()),
        Some(key) => replace(&place, &expected(key).finalize().into_bytes()),
        None if place.exists() => Ok(std::fs::remove_file(place)?),
        None => Ok(()),
    }
}

/// In one step: half a value would fit no key.
fn replace(place: &Path, value: &[u8]) -> Result<()> {
    let unfinished = with_suffix(place, ".part");
    let mut file = std::fs::File::create(&unfinished)?;
    file.write_all(value)?;
    file.sync_all()?;
    Ok(std::fs::rename(unfinished, place)?)
}

fn expected(key: &StoreKey) -> Hmac<Sha256> {
    #[allow(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("any length");
    mac.update(WORDS);
    mac
}

fn place(path: &Path) -> PathBuf {
    with_suffix(path, ".key-check")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_key_fits_and_half_a_value_fits_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("phone.db");
        let (own, other) = (StoreKey([1; 32]), StoreKey([2; 32]));
        assert_eq!(look_up(&path, Some(&own)), KeyKnown::Nothing);
        keep(&path, Some(&own)).unwrap();
        assert_eq!(look_up(&path, Some(&own)), KeyKnown::Fits);
        assert_eq!(look_up(&path, Some(&other)), KeyKnown::Other);
        assert_eq!(look_up(&path, None), KeyKnown::Other);
        let whole = std::fs::read(place(&path)).unwrap();
        assert!(!whole.windows(8).any(|bytes| bytes == [1; 8]));
        std::fs::write(place(&path), &whole[..16]).unwrap();
        assert_eq!(look_up(&path, Some(&own)), KeyKnown::Other);
        keep(&path, Some(&own)).unwrap();
        assert_eq!(look_up(&path, Some(&own)), KeyKnown::Fits);
        keep(&path, None).unwrap();
        assert_eq!(look_up(&path, Some(&own)), KeyKnown::Nothing);
    }
}

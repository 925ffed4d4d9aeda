//! Taking an original in.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::Digest;

use super::place;
use crate::device::error::PhoneError;
use crate::device::fault::WritePoint;
use crate::device::store::{Store, attachments};
use crate::shift::Sha256;

/// Bytes held in memory at a time, however large the original.
const BUFFER: usize = 64 * 1024;
const PARTIAL: &str = "part";

/// An original in the blob folder.
#[derive(Clone, Copy, Debug)]
pub(in crate::device) struct Copy {
    pub(in crate::device) hash: Sha256,
    pub(in crate::device) size: u64,
}

/// Copies and hashes what `original` reads; the copy is on disk under its hash when this returns.
pub(in crate::device) fn take_in(
    store: &Store,
    folder: &Path,
    name: &[u8; 16],
    original: &mut dyn Read,
    limit: u64,
) -> Result<Copy, PhoneError> {
    let partial = folder.join(format!("{}.{PARTIAL}", HEXLOWER.encode(name)));
    let outcome = copy(store, &partial, original, limit).and_then(|copy| {
        store.point(WritePoint::BlobNamed)?;
        fs::rename(&partial, place(folder, &copy.hash))?;
        sync_folder(folder)?;
        Ok(copy)
    });
    // A killed phone cleans nothing up; the next start does.
    if outcome.as_ref().is_err_and(|error| !matches!(error, PhoneError::Killed)) {
        let _ = fs::remove_file(&partial);
    }
    outcome
}

fn copy(store: &Store, partial: &Path, original: &mut dyn Read, limit: u64) -> Result<Copy, PhoneError> {
    let mut file = File::create(partial)?;
    let (mut hasher, mut size, mut buffer) = (sha2::Sha256::new(), 0_u64, vec![0; BUFFER]);
    loop {
        let read = match original.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        size += read as u64;
        if size > limit {
            return Err(PhoneError::TooLarge);
        }
        hasher.update(&buffer[..read]);
        file.write_all(&buffer[..read])?;
        store.point(WritePoint::BlobChunk)?;
    }
    if size == 0 {
        return Err(PhoneError::Empty);
    }
    file.sync_all()?;
    Ok(Copy { hash: Sha256(hasher.finalize().into()), size })
}

/// A name is on disk only once its folder is.
fn sync_folder(folder: &Path) -> Result<(), PhoneError> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Removes copies that were never finished: nothing names them.
pub(in crate::device) fn clear_partial(folder: &Path) -> Result<(), PhoneError> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == PARTIAL) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Removes copies that were finished, but that no fact came to name: the phone died in between. Not while a damaged file
/// lies aside: what it names may be known to nobody else.
pub(in crate::device) fn clear_unnamed(store: &Store, folder: &Path) -> Result<(), PhoneError> {
    if store.has_files_aside()? {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Some(hash) = entry.file_name().to_str().and_then(Sha256::from_hex) else { continue };
        if store.read(|reader| attachments::find(reader, &hash))?.is_none() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Removes an original from the folder.
pub(in crate::device) fn discard(folder: &Path, hash: &Sha256) -> Result<(), PhoneError> {
    match fs::remove_file(place(folder, hash)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

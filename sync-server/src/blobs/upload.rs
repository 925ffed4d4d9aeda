//! How a phone sends a photo or video: it asks how much has arrived, and sends the next chunk from there.
//!
//! A chunk is on disk, and its end noted in the store, before it is acknowledged. A crash anywhere leaves either bytes that
//! nobody was told of, which the next chunk overwrites, or a whole file under its final name, which is found there.

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::shift::Sha256;
use detailbook_core::wire::{BlobStatus, Refusal};

use super::Part;
use crate::app::App;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, agency, blobs};

/// Who sends: an officer, from whichever of their devices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Uploader {
    /// The agency.
    pub agency: AgencyId,
    /// The officer.
    pub officer: OfficerId,
}

/// What the store and the folder know of an upload.
struct Progress {
    size: u64,
    received: Option<u64>,
    /// The size of the whole, where it is there.
    complete: Option<u64>,
    /// It was whole once, but its file is gone.
    lost: bool,
}

/// How much of a blob has arrived. Not found unless a stored fact of the officer's names it.
pub fn status(app: &App, caller: Uploader, hash: Sha256) -> Result<BlobStatus, Problem> {
    let found = progress(app, caller, hash)?;
    if found.is_superfluous() {
        let _held = app.blobs.hold(hash);
        end(app, part(caller, hash))?;
    }
    Ok(found.status())
}

/// Takes the next chunk. Refused with `conflict` unless `offset` is what has arrived, with `invalid` where the chunk is empty
/// or longer than what is missing, with `bad_change` where the whole does not have the hash it is named by (what has arrived
/// is then thrown away), with `limit_reached` over the officer's quota.
pub fn put(app: &App, caller: Uploader, hash: Sha256, offset: u64, chunk: &[u8]) -> Result<BlobStatus, Problem> {
    if chunk.len() > app.limits.chunk_bytes {
        return Err(Refusal::TooLarge.into());
    }
    let _held = app.blobs.hold(hash);
    let progress = progress(app, caller, hash)?;
    let part = part(caller, hash);
    if progress.complete.is_some() {
        if progress.is_superfluous() {
            end(app, part)?;
        }
        return Ok(progress.status());
    }
    if let Some(length) = app.blobs.length(caller.agency, hash)? {
        // The crash came between the rename and the note of it. The caller's fact may say another size.
        return complete(app, part, length);
    }
    check_chunk(app, part, &progress, offset, chunk)?;
    app.blobs.append(part, offset, chunk)?;
    let received = offset + chunk.len() as u64;
    if received < progress.size { note(app, part, progress.size, received) } else { finish(app, part, progress.size) }
}

fn check_chunk(app: &App, part: Part, progress: &Progress, offset: u64, chunk: &[u8]) -> Result<(), Problem> {
    if progress.size > app.limits.blob_bytes {
        return Err(Refusal::TooLarge.into());
    }
    if offset != on_disk(app, part, progress)? {
        return Err(Refusal::Conflict.into());
    }
    let room = progress.size - offset;
    if chunk.len() as u64 > room || (chunk.is_empty() && room > 0) {
        return Err(Problem::invalid("body", "must hold the next bytes of the blob and no more"));
    }
    if progress.received.is_none() || progress.lost { reserve(app, part, progress) } else { Ok(()) }
}

/// Bytes acknowledged that are still on disk. Fewer are there only where the folder was lost or put back from a backup.
fn on_disk(app: &App, part: Part, progress: &Progress) -> Result<u64, Problem> {
    let (noted, there) = (progress.received.unwrap_or(0), app.blobs.part_length(part)?);
    if there < noted {
        note(app, part, progress.size, there)?;
    }
    Ok(noted.min(there))
}

/// Begins an upload, unless it would take the officer over the quota. A whole that was lost counts for nobody any more.
fn reserve(app: &App, part: Part, progress: &Progress) -> Result<(), Problem> {
    let (quota, now) = (app.blobs.officer_quota(), app.now());
    let (size, received, lost) = (progress.size, progress.received, progress.lost);
    app.store.write(move |sql| {
        agency::lock(sql, part.agency)?;
        if lost {
            blobs::forget(sql, part.agency, part.hash)?;
        }
        if received.is_some() {
            return Ok(());
        }
        if blobs::used(sql, part.agency, part.officer)?.saturating_add(size) > quota {
            return Err(Refusal::LimitReached.into());
        }
        Ok(blobs::set_received(sql, part.agency, part.hash, part.officer, size, 0, now)?)
    })
}

fn note(app: &App, part: Part, size: u64, received: u64) -> Result<BlobStatus, Problem> {
    let now = app.now();
    app.store.write(move |sql| {
        agency::lock(sql, part.agency)?;
        blobs::set_received(sql, part.agency, part.hash, part.officer, size, received, now)
    })?;
    Ok(BlobStatus { received, size, complete: false })
}

fn finish(app: &App, part: Part, size: u64) -> Result<BlobStatus, Problem> {
    if app.blobs.finish(part)? {
        app.counts.blob_completed();
        return complete(app, part, size);
    }
    end(app, part)?;
    Err(Problem::new(Refusal::BadChange, "The bytes do not have the hash they are named by."))
}

fn complete(app: &App, part: Part, size: u64) -> Result<BlobStatus, Problem> {
    let now = app.now();
    app.store.write(move |sql| {
        agency::lock(sql, part.agency)?;
        blobs::set_complete(sql, part.agency, part.hash, part.officer, size, now)
    })?;
    app.blobs.discard(part)?;
    Ok(BlobStatus { received: size, size, complete: true })
}

/// Ends the officer's upload, and throws away what has arrived.
fn end(app: &App, part: Part) -> Result<(), Problem> {
    app.store.write::<_, StoreError>(move |sql| {
        agency::lock(sql, part.agency)?;
        blobs::end_upload(sql, part.agency, part.hash, part.officer)
    })?;
    Ok(app.blobs.discard(part)?)
}

fn part(caller: Uploader, hash: Sha256) -> Part {
    Part { agency: caller.agency, officer: caller.officer, hash }
}

fn progress(app: &App, caller: Uploader, hash: Sha256) -> Result<Progress, Problem> {
    let found = app.store.read(move |sql| read_progress(sql, caller, hash))?.ok_or_else(Problem::not_found)?;
    // The row alone proves nothing: a folder may be lost, or put back from an older backup than the database.
    let lost = found.complete.is_some() && !app.blobs.has(caller.agency, hash);
    Ok(Progress { complete: found.complete.filter(|_| !lost), lost, ..found })
}

fn read_progress(sql: &mut dyn Sql, caller: Uploader, hash: Sha256) -> Result<Option<Progress>, StoreError> {
    let Some(size) = blobs::named_by(sql, caller.agency, hash, caller.officer)? else { return Ok(None) };
    Ok(Some(Progress {
        size,
        received: blobs::received(sql, caller.agency, hash, caller.officer)?,
        complete: blobs::complete(sql, caller.agency, hash)?,
        lost: false,
    }))
}

impl Progress {
    /// Another officer's upload of the same bytes was finished first.
    const fn is_superfluous(&self) -> bool {
        self.complete.is_some() && self.received.is_some()
    }

    fn status(&self) -> BlobStatus {
        match self.complete {
            Some(size) => BlobStatus { received: size, size, complete: true },
            None => BlobStatus { received: self.received.unwrap_or(0), size: self.size, complete: false },
        }
    }
}

//! Small pictures of photos, made once, kept by the photo's hash beside the blobs, and made anew whenever they are missing.
//!
//! Whatever an officer's phone sent is a stranger's file: it is decoded under hard bounds of bytes, pixels, memory and passes
//! ([`picture`]), one at a time, on a thread that may block and outside of the store, so that no punch ever waits for it. What comes
//! out was encoded here: nothing of the file but its pixels, turned the right way up, is in it.

mod jpeg;
mod picture;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;
use detailbook_core::wire::Refusal;

use super::BlobFolder;
use crate::problem::Problem;

pub use picture::NoPicture;

/// Callers who may wait for their turn; further ones are told to come back.
const WAITING: usize = 16;

/// A thumbnail as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kept {
    /// A JPEG.
    Picture(Vec<u8>),
    /// There is none to be made of that file.
    None,
}

/// Media types of which thumbnails are made.
pub fn is_of(media_type: &str) -> bool {
    matches!(media_type, "image/jpeg" | "image/png")
}

/// Lets one thumbnail be made at a time.
#[derive(Debug, Default)]
pub struct Thumbnails {
    queue: Mutex<Queue>,
    done: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    running: bool,
    waiting: usize,
    /// How many were made or refused.
    looked: u64,
}

/// The place of whoever makes one. Its end lets the next one in, also after a panic.
struct Turn<'a>(&'a Thumbnails);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.queue().running = false;
        self.0.done.notify_one();
    }
}

impl Thumbnails {
    /// The thumbnail of a photo that has arrived whole. Blocks, for seconds where many wait, so not to be called inside of the store.
    pub fn of(&self, folder: &BlobFolder, agency: AgencyId, photo: Sha256) -> Result<Vec<u8>, Problem> {
        if let Some(kept) = folder.thumbnail(agency, photo)? {
            return given(kept);
        }
        let _turn = self.turn()?;
        // Somebody else may have made it while this one waited.
        if let Some(kept) = folder.thumbnail(agency, photo)? {
            return given(kept);
        }
        self.queue().looked += 1;
        let made = make(folder, agency, photo)?;
        folder.keep_thumbnail(agency, photo, &made)?;
        given(made)
    }

    /// How many photos were decoded, or refused.
    pub fn looked(&self) -> u64 {
        self.queue().looked
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self) -> Result<Turn<'_>, Problem> {
        let mut queue = self.queue();
        if queue.running {
            if queue.waiting >= WAITING {
                let reason = "Too many photos are looked at just now. Try again in a minute.";
                return Err(Problem::new(Refusal::SlowDown, reason));
            }
            queue.waiting += 1;
            while queue.running {
                queue = self.done.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            queue.waiting -= 1;
        }
        queue.running = true;
        Ok(Turn(self))
    }
}

fn given(kept: Kept) -> Result<Vec<u8>, Problem> {
    match kept {
        Kept::Picture(bytes) => Ok(bytes),
        Kept::None => Err(Problem::conflict(
            "There is no small picture of this file: it is damaged, too large, or neither a JPEG nor a PNG. Download the original.",
        )),
    }
}

fn make(folder: &BlobFolder, agency: AgencyId, photo: Sha256) -> Result<Kept, Problem> {
    let bytes = match folder.length(agency, photo)? {
        None => return Err(Problem::conflict("It has not arrived whole yet.")),
        Some(length) if length > picture::MOST_BYTES => return Ok(Kept::None),
        Some(_) => folder.bytes(agency, photo)?,
    };
    // A decoder that meets what its makers did not think of may panic; it holds nothing that a panic could leave half-done.
    match catch_unwind(AssertUnwindSafe(|| picture::small(&bytes))) {
        Ok(Ok(small)) => Ok(Kept::Picture(small)),
        Ok(Err(why)) => {
            tracing::info!(?why, "no thumbnail of a photo");
            Ok(Kept::None)
        }
        Err(_) => {
            tracing::warn!("a photo's decoder panicked");
            Ok(Kept::None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blobs::Part;
    use detailbook_core::ids::OfficerId;

    const AGENCY: AgencyId = AgencyId::from_bytes([1; 16]);

    fn folder_with(bytes: &[u8]) -> (tempfile::TempDir, BlobFolder, Sha256) {
        let home = tempfile::tempdir().unwrap();
        let folder = BlobFolder::open(home.path().join("blobs")).unwrap();
        let hash = Sha256::of(bytes);
        let part = Part { agency: AGENCY, officer: OfficerId::from_bytes([2; 16]), hash };
        folder.append(part, 0, bytes).unwrap();
        assert!(folder.finish(part).unwrap());
        (home, folder, hash)
    }

    #[test]
    fn it_is_made_once_and_goes_with_a_damaged_original() {
        let (_home, folder, hash) = folder_with(&picture::tests::png(900, 300));
        let thumbnails = Thumbnails::default();
        let first = thumbnails.of(&folder, AGENCY, hash).unwrap();
        assert_eq!(thumbnails.of(&folder, AGENCY, hash).unwrap(), first);
        assert_eq!(thumbnails.looked(), 1);
        assert!(
            thumbnails.of(&folder, AgencyId::from_bytes([3; 16]), hash).is_err(),
            "another agency has no such photo"
        );
        folder.put_aside(AGENCY, hash).unwrap();
        assert_eq!(folder.thumbnail(AGENCY, hash).unwrap(), None);
    }

    #[test]
    fn what_is_none_is_looked_at_once() {
        let (_home, folder, hash) = folder_with(b"no picture at all");
        let thumbnails = Thumbnails::default();
        for _ in 0..3 {
            assert_eq!(thumbnails.of(&folder, AGENCY, hash).unwrap_err().refusal, Refusal::Conflict);
        }
        assert_eq!(thumbnails.looked(), 1);
    }

    #[test]
    fn what_a_crash_left_half_written_is_made_anew() {
        let (_home, folder, hash) = folder_with(&picture::tests::png(300, 300));
        folder.keep_thumbnail(AGENCY, hash, &Kept::Picture(vec![0xff, 0xd8, 1, 2])).unwrap();
        assert_eq!(folder.thumbnail(AGENCY, hash).unwrap(), None, "it has no end");
        assert!(Thumbnails::default().of(&folder, AGENCY, hash).unwrap().len() > 100);
    }

    #[test]
    fn one_is_made_at_a_time_and_so_many_wait() {
        let thumbnails = Thumbnails::default();
        let turn = thumbnails.turn().unwrap();
        thumbnails.queue().waiting = WAITING;
        assert_eq!(thumbnails.turn().err().unwrap().refusal, Refusal::SlowDown);
        thumbnails.queue().waiting = 0;
        drop(turn);
        assert!(thumbnails.turn().is_ok());
    }
}

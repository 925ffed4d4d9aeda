//! Originals of photos and videos.
//!
//! An original is copied into the blob folder under its hash before any fact names it, and is never touched again. It is sent in
//! chunks, each one request, once the agency has the fact that names it. How far the server has come is asked of the server,
//! so a crash at any point costs at most one chunk. It leaves this phone [`KEPT_AFTER_COMPLETE`] after the agency had all of
//! it: until then a server restored from a backup can be given it again.

pub(super) mod capture;
mod tidy;
mod upload;

pub use tidy::{KEPT_AFTER_COMPLETE, Tidied};
pub use upload::UploadProgress;

pub(super) use capture::{clear_partial, clear_unnamed};
pub(super) use upload::Upload;

use std::path::{Path, PathBuf};

use crate::shift::Sha256;

/// Where an original lies.
fn place(folder: &Path, hash: &Sha256) -> PathBuf {
    folder.join(hash.to_hex())
}

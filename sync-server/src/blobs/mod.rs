//! Photos and videos: who may send what, in resumable chunks, and how they are given out again.

mod folder;

pub use folder::{BlobFolder, DEFAULT_OFFICER_QUOTA, Part};

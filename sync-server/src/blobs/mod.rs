//! Photos and videos: who may send what, in resumable chunks, and how they are given out again.

mod damage;
mod expiry;
mod folder;
mod upload;

pub use damage::forget;
pub use expiry::{LASTS, expire};
pub use folder::{BlobFolder, DEFAULT_OFFICER_QUOTA, Part};
pub use upload::{Uploader, put, status};

//! Photos and videos: who may send what, in resumable chunks, and how they are given out again.

mod damage;
mod expiry;
mod folder;
pub mod thumbnail;
mod upload;

pub use damage::forget;
pub use expiry::{LASTS, expire};
pub use folder::{BlobFolder, DEFAULT_OFFICER_QUOTA, Part};
pub use thumbnail::Thumbnails;
pub use upload::{Uploader, put, status};

//! Uploading photos and videos: `GET` says how much has arrived, `PUT ?offset=` sends the next chunk.

use minicbor::{Decode, Encode};

/// How much of a blob the server has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct BlobStatus {
    /// Bytes received so far: the offset of the next chunk.
    #[n(0)]
    pub received: u64,
    /// Bytes in all, as the fact that names the blob says.
    #[n(1)]
    pub size: u64,
    /// All there, and its SHA-256 is its name.
    #[n(2)]
    pub complete: bool,
}

//! Where a phone stands in the feed. Opaque to the phone: only the server reads what is inside.

use minicbor::{Decode, Encode};

/// A place in the agency's feed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Cursor {
    /// Which life of the server's database. It changes when the server is restored from a backup.
    #[n(0)]
    pub epoch: u32,
    /// Everything up to here has been sent.
    #[n(1)]
    pub seq: i64,
    /// Within `seq`, where one event brought many entries (joining a group): everything up to here too.
    #[n(2)]
    pub within: Option<i64>,
    /// Between two pages: where the phone stood before the first of them. What changed after that may not have reached it yet,
    /// even where the item's latest number says that it moved on since.
    #[n(3)]
    pub began: Option<i64>,
}

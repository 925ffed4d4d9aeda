//! Reading an answer so that one bad entry does not spoil the rest.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Decoder, decode};

use crate::time::UnixMillis;
use crate::wire::{CommandOutcome, PushVerdict};

/// [`crate::wire::SyncResponse`] with its entries not yet taken apart.
#[derive(Debug, Decode)]
#[cbor(map)]
pub(super) struct Answer {
    #[n(0)]
    pub(super) server_time: UnixMillis,
    #[n(1)]
    pub(super) cursor: ByteVec,
    #[n(2)]
    pub(super) more: Option<bool>,
    #[n(3)]
    pub(super) minimum_app: Option<u32>,
    #[n(5)]
    pub(super) verdicts: Option<Vec<PushVerdict>>,
    #[n(6)]
    pub(super) outcomes: Option<Vec<CommandOutcome>>,
    #[n(7)]
    pub(super) entries: Option<Vec<RawEntry>>,
    #[n(8)]
    pub(super) compare: Option<bool>,
}

/// The bytes of one entry: well-formed CBOR, nothing more is known.
#[derive(Debug)]
pub(super) struct RawEntry(pub(super) Vec<u8>);

impl<'b, C> Decode<'b, C> for RawEntry {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let start = d.position();
        d.skip()?;
        Ok(Self(d.input()[start..d.position()].to_vec()))
    }
}

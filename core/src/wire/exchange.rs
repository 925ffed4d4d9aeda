//! The messages of `POST /v1/sync` and `POST /v1/sync/compare`.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use super::command::{Command, CommandOutcome};
use super::refusal::Refusal;
use crate::documents::DocumentKind;
use crate::ids::{DocumentId, RecordId, WriterId};
use crate::records::RecordKind;
use crate::shift::Sha256;
use crate::time::UnixMillis;

/// Everything a phone has to say, in one request.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
#[cbor(map)]
pub struct SyncRequest {
    /// [`super::PROTOCOL`].
    #[n(0)]
    pub protocol: u16,
    /// The last cursor received, byte for byte; absent on a fresh phone.
    #[n(1)]
    pub cursor: Option<ByteVec>,
    /// The most entries wanted; absent for the server's own limit.
    #[n(2)]
    pub limit: Option<u32>,
    /// The app's version number.
    #[n(3)]
    pub app: u32,
    /// Writers (automerge actors) to bind to this device before the push is read.
    #[n(4)]
    pub writers: Option<Vec<WriterId>>,
    /// Changes, in the order they were made.
    #[n(5)]
    pub push: Option<Vec<Push>>,
    /// Commands not yet decided.
    #[n(6)]
    pub commands: Option<Vec<Command>>,
}

/// Changes to one document.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Push {
    /// The document.
    #[n(0)]
    pub document: DocumentId,
    /// Its kind. A shift log that the server does not know is created for the caller: a clock-in without an assignment.
    #[n(1)]
    pub kind: DocumentKind,
    /// Uncompressed automerge change chunks, in causal order.
    #[n(2)]
    pub changes: Vec<ByteVec>,
}

/// Everything a phone lacks, in one response.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct SyncResponse {
    /// The server's clock when it wrote this.
    #[n(0)]
    pub server_time: UnixMillis,
    /// Where the phone now stands. To be kept with the entries, in the same transaction.
    #[n(1)]
    pub cursor: ByteVec,
    /// There is more: ask again at once.
    #[n(2)]
    pub more: Option<bool>,
    /// Apps older than this should be updated; they are still served.
    #[n(3)]
    pub minimum_app: Option<u32>,
    /// A signed receipt over what was stored. Reserved; absent until receipts are built.
    #[n(4)]
    pub receipt: Option<ByteVec>,
    /// One for each [`Push`], in its order.
    #[n(5)]
    pub verdicts: Option<Vec<PushVerdict>>,
    /// One for each [`Command`], in its order.
    #[n(6)]
    pub outcomes: Option<Vec<CommandOutcome>>,
    /// What is new for this officer.
    #[n(7)]
    pub entries: Option<Vec<Entry>>,
    /// The server was restored: compare heads (`POST /v1/sync/compare`) and push what it lost.
    #[n(8)]
    pub compare: Option<bool>,
}

/// What became of the changes of one [`Push`], one verdict a change, in order.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(transparent)]
pub struct PushVerdict(#[n(0)] pub Vec<ChangeVerdict>);

/// What became of one change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeVerdict {
    /// On the server's disk, now or from an earlier exchange. On the wire: 0.
    Accepted,
    /// Not stored, and never will be as it is. On the wire: the [`Refusal`]'s number.
    Refused(Refusal),
    /// Not stored: it depends on a change that the server lacks. Send it again with that one. On the wire: that hash.
    Waiting(Sha256),
}

impl<C> Encode<C> for ChangeVerdict {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        match self {
            Self::Accepted => e.u8(0)?.ok(),
            Self::Refused(refusal) => refusal.encode(e, ctx),
            Self::Waiting(hash) => hash.encode(e, ctx),
        }
    }
}

impl<'b, C> Decode<'b, C> for ChangeVerdict {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        if d.datatype()? == minicbor::data::Type::Bytes {
            return Sha256::decode(d, ctx).map(Self::Waiting);
        }
        Ok(match d.u8()? {
            0 => Self::Accepted,
            number => Self::Refused(Refusal::from_number(number)),
        })
    }
}

/// One item of the feed.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Entry {
    /// A record as it now is.
    #[n(0)]
    Record {
        /// What kind; kinds that the phone does not know are kept for the version that will.
        #[n(0)]
        kind: RecordKind,
        /// Which one.
        #[n(1)]
        id: RecordId,
        /// Rises with every change to the record.
        #[n(2)]
        version: i64,
        /// The encoded record.
        #[n(3)]
        body: ByteVec,
    },
    /// New changes to a document that the phone has.
    #[n(1)]
    Changes {
        /// The document.
        #[n(0)]
        document: DocumentId,
        /// Its kind.
        #[n(1)]
        kind: DocumentKind,
        /// Change chunks, in causal order.
        #[n(2)]
        changes: Vec<ByteVec>,
    },
    /// A whole document: every change there is, for a phone that has none of it or must start over.
    #[n(2)]
    Snapshot {
        /// The document.
        #[n(0)]
        document: DocumentId,
        /// Its kind.
        #[n(1)]
        kind: DocumentKind,
        /// Every change chunk, in causal order.
        #[n(2)]
        changes: Vec<ByteVec>,
    },
    /// The officer may no longer read this record: drop it.
    #[n(3)]
    ForgetRecord {
        /// What kind.
        #[n(0)]
        kind: RecordKind,
        /// Which one.
        #[n(1)]
        id: RecordId,
    },
    /// The officer may no longer read this document: drop it once nothing of it waits to be sent.
    #[n(4)]
    ForgetDocument {
        /// The document.
        #[n(0)]
        document: DocumentId,
    },
}

/// A document and the hashes of its latest changes.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct DocumentHeads {
    /// The document.
    #[n(0)]
    pub document: DocumentId,
    /// Its kind.
    #[n(1)]
    pub kind: DocumentKind,
    /// Its heads, sorted.
    #[n(2)]
    pub heads: Vec<Sha256>,
}

/// "This is what I have": asked after a restore, and now and then as a check.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
#[cbor(map)]
pub struct CompareRequest {
    /// [`super::PROTOCOL`].
    #[n(0)]
    pub protocol: u16,
    /// The documents that the phone holds.
    #[n(1)]
    pub documents: Vec<DocumentHeads>,
}

/// Which of those documents the server knows less or other of.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
#[cbor(map)]
pub struct CompareResponse {
    /// Of the documents asked about, those whose heads differ, with the server's heads (none where it has no such document).
    /// The phone pushes every change of its own that those heads do not cover.
    #[n(0)]
    pub differing: Vec<DocumentHeads>,
}

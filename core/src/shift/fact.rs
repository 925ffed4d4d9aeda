//! A fact: one immutable thing an officer says happened.
//!
//! Its canonical form is the deterministic CBOR (RFC 8949, 4.2.1) that [`Fact::to_bytes`] writes; hash and signature are
//! over those bytes, so they are kept and passed on as they came. Fields and kinds are only ever added.

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};

use crate::geo::Fix;
use crate::ids::{DetailId, FactId};
use crate::time::{ClockReading, UnixMillis};

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

/// The hash of a fact as its signature covers it; see [`crate::evidence`].
pub type FactHash = Sha256;

impl Sha256 {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest;
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// The digest's first 16 bytes: an id for what was digested, the same each time.
    pub fn as_id(&self) -> [u8; 16] {
        let mut id = [0; 16];
        id.copy_from_slice(&self.0[..16]);
        id
    }

    /// 64 lower-case hex digits.
    pub fn to_hex(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }

    /// Reads what [`Self::to_hex`] writes.
    pub fn from_hex(text: &str) -> Option<Self> {
        data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok().map(Self)
    }
}

impl std::fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl std::fmt::Display for Sha256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl<C> Encode<C> for Sha256 {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Sha256 {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        ByteArray::<32>::decode(d, ctx).map(|b| Self(b.into()))
    }
}

#[cfg(feature = "schema")]
crate::schema::text!(Sha256, pattern "^[0-9a-f]{64}$");

impl Serialize for Sha256 {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("expected 64 lower-case hex digits"))
    }
}

macro_rules! fact_kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal $text:literal,)*) => {
        /// What kind of fact. Numbers are part of the fact format: add, never renumber.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum FactKind {
            $($(#[$doc])* $name,)*
            /// A kind newer than this version. Kept, shown as "other", never refused for it.
            Other(u8),
        }

        impl FactKind {
            /// Every kind this version has a name for.
            pub const KNOWN: &'static [Self] = &[$(Self::$name),*];

            /// The kind's number in the fact format.
            pub const fn code(self) -> u8 {
                match self { $(Self::$name => $code,)* Self::Other(code) => code }
            }

            /// The kind with that number.
            pub const fn from_code(code: u8) -> Self {
                match code { $($code => Self::$name,)* other => Self::Other(other) }
            }

            /// The kind's name in text, as the API writes it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* Self::Other(_) => "other" }
            }
        }
    };
}

fact_kinds! {
    /// On the way to the site.
    EnRoute = 1 "en_route",
    /// Clocked in.
    In = 2 "in",
    /// A break begins.
    BreakStart = 3 "break_start",
    /// A break ends.
    BreakEnd = 4 "break_end",
    /// Leaves and will be back: a split shift.
    WillReturn = 5 "will_return",
    /// Clocked out.
    Out = 6 "out",
    /// Has read the post orders.
    OrdersRead = 7 "orders_read",
    /// A written note.
    Note = 8 "note",
    /// A photo or video, named by the hash of its original.
    Attachment = 9 "attachment",
    /// An officer's explanation of a flag on an earlier fact.
    Explanation = 10 "explanation",
    /// An officer's correction of an earlier punch: the time it should have been, and why.
    Correction = 11 "correction",
    /// The officer hands the shift in; notes are fixed from here on.
    Submitted = 12 "submitted",
    /// Something happened on the detail that the agency must know.
    Incident = 13 "incident",
}

impl FactKind {
    /// Is it a clock event?
    pub const fn is_punch(self) -> bool {
        matches!(self, Self::EnRoute | Self::In | Self::BreakStart | Self::BreakEnd | Self::WillReturn | Self::Out)
    }
}

impl<C> Encode<C> for FactKind {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.u8(self.code())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for FactKind {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        d.u8().map(Self::from_code)
    }
}

#[cfg(feature = "schema")]
crate::schema::text!(FactKind, "name");

impl Serialize for FactKind {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

/// The fact's place in the chain that one enrolment writes across all its documents: a missing link shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(array)]
pub struct ChainLink {
    /// 1 for the enrolment's first fact, then one more each.
    #[n(0)]
    pub counter: u64,
    /// Hash of the fact before it; all zeros for the first.
    #[n(1)]
    pub previous: FactHash,
}

impl ChainLink {
    /// The link of an enrolment's first fact.
    pub const FIRST: Self = Self { counter: 1, previous: Sha256([0; 32]) };
}

/// How the phone was doing, as far as it says how good the evidence can be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(array)]
pub struct PhoneState {
    /// Battery charge in percent, if known.
    #[n(0)]
    pub battery: Option<u8>,
    /// Battery saver was on.
    #[n(1)]
    pub saver: bool,
    /// The app may read precise location.
    #[n(2)]
    pub precise_location: bool,
}

/// A photo or video. The original's bytes travel apart from the document, under their hash.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(array)]
pub struct Attachment {
    /// SHA-256 of the original bytes, taken before anything else touched them.
    #[n(0)]
    pub hash: Sha256,
    /// Size of the original in bytes.
    #[n(1)]
    pub size: u64,
    /// Media type, such as `image/jpeg` or `video/mp4`.
    #[n(2)]
    pub media_type: String,
}

/// What a fact says beyond its kind and time.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Content {
    /// Words: a note, an explanation, a reason.
    #[n(0)]
    pub text: Option<String>,
    /// A photo or video.
    #[n(1)]
    pub attachment: Option<Attachment>,
    /// The time that a corrected punch should have had.
    #[n(2)]
    pub corrected: Option<UnixMillis>,
}

/// One immutable fact. Built once, never edited; a correction is a new fact with [`Fact::about`] set.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Fact {
    /// What happened.
    #[n(0)]
    pub kind: FactKind,
    /// When, as the phone's clocks had it.
    #[n(1)]
    pub clock: ClockReading,
    /// Its place in the enrolment's chain.
    #[n(2)]
    pub link: ChainLink,
    /// Up to five fixes of the last 20 s.
    #[n(3)]
    pub fixes: Option<Vec<Fix>>,
    /// How the phone was doing.
    #[n(4)]
    pub phone: Option<PhoneState>,
    /// The app's version number.
    #[n(5)]
    pub app: u32,
    /// What it says beyond that.
    #[n(6)]
    pub content: Option<Content>,
    /// The earlier fact that this one corrects, explains or replaces.
    #[n(7)]
    pub about: Option<FactId>,
    /// The detail the officer says this belongs to, where the shift log has no assignment yet.
    #[n(8)]
    pub detail: Option<DetailId>,
}

impl Fact {
    /// The fact's canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256);
        // Writing to a Vec cannot fail.
        let _ = minicbor::encode(self, &mut bytes);
        bytes
    }

    /// Reads a fact. Fields that this version does not know are skipped; whoever passes a fact on must pass the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, decode::Error> {
        minicbor::decode(bytes)
    }

    /// The fixes, none where the phone had none.
    pub fn fixes(&self) -> &[Fix] {
        self.fixes.as_deref().unwrap_or_default()
    }
}

//! What a phone's clocks said at one moment.

use chrono_tz::Tz;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};

use super::UnixMillis;

/// One start-up of a phone's operating system. Monotonic times compare only within one boot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(transparent)]
#[serde(transparent)]
pub struct BootId(#[n(0)] pub u32);

/// An IANA time zone that this build knows, such as `America/New_York`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Zone(pub Tz);

impl Zone {
    /// UTC.
    pub const UTC: Self = Self(Tz::UTC);

    /// The zone of that IANA name, if this build knows it.
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// The zone's IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

impl<C> Encode<C> for Zone {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.str(self.name())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Zone {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::named(d.str()?).ok_or_else(|| decode::Error::message("unknown time zone"))
    }
}

#[cfg(feature = "schema")]
crate::schema::text!(Zone, "time-zone");

impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let name = String::deserialize(d)?;
        Self::named(&name).ok_or_else(|| serde::de::Error::custom("unknown time zone"))
    }
}

/// The name a phone gave its zone, as it gave it. Kept even where this build does not know it: a fact is never refused for it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(transparent)]
#[serde(transparent)]
pub struct ZoneName(#[n(0)] pub String);

impl ZoneName {
    /// The zone itself, if this build knows the name.
    pub fn zone(&self) -> Option<Zone> {
        Zone::named(&self.0)
    }
}

impl From<Zone> for ZoneName {
    fn from(zone: Zone) -> Self {
        Self(zone.name().to_owned())
    }
}

/// The last time the server told this phone what time it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(array)]
pub struct Anchor {
    /// Server time as written in its answer.
    #[n(0)]
    pub server: UnixMillis,
    /// The phone's monotonic time when the answer arrived, in milliseconds since boot.
    #[n(1)]
    pub monotonic: u64,
    /// The boot that monotonic time belongs to.
    #[n(2)]
    pub boot: BootId,
    /// How long the exchange took, in milliseconds: the server wrote its time somewhere within it.
    #[n(3)]
    pub round_trip: u32,
}

/// What the phone's clocks said when something happened, and what they were last anchored to.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(array)]
pub struct ClockReading {
    /// The wall clock, which the officer or the network may set.
    #[n(0)]
    pub wall: UnixMillis,
    /// The zone the phone was in.
    #[n(1)]
    pub zone: ZoneName,
    /// Milliseconds since boot, sleep included; cannot be set.
    #[n(2)]
    pub monotonic: u64,
    /// Which boot.
    #[n(3)]
    pub boot: BootId,
    /// The last server time this enrolment saw, if any.
    #[n(4)]
    pub anchor: Option<Anchor>,
}

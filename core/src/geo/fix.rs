//! One GPS reading as the phone gave it.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Where a fix came from. Numbers are part of the fact format: add, never renumber.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Satellites.
    Gps,
    /// Wi-Fi or cell towers.
    Network,
    /// The platform's blend of both.
    Fused,
    /// A provider that this version has no name for.
    Other(u8),
}

impl Provider {
    const fn code(self) -> u8 {
        match self {
            Self::Gps => 1,
            Self::Network => 2,
            Self::Fused => 3,
            Self::Other(code) => code,
        }
    }

    const fn from_code(code: u8) -> Self {
        match code {
            1 => Self::Gps,
            2 => Self::Network,
            3 => Self::Fused,
            other => Self::Other(other),
        }
    }
}

impl<C> Encode<C> for Provider {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u8(self.code())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Provider {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.u8().map(Self::from_code)
    }
}

/// One location reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(array)]
pub struct Fix {
    /// Latitude in 1e-7 degrees, north positive (WGS 84).
    #[n(0)]
    pub latitude_e7: i32,
    /// Longitude in 1e-7 degrees, east positive (WGS 84).
    #[n(1)]
    pub longitude_e7: i32,
    /// Radius of 68 % confidence in decimetres, as the platform reports it; `None` where it reported none.
    #[n(2)]
    pub accuracy_dm: Option<u32>,
    /// Age at the moment of the punch, in milliseconds.
    #[n(3)]
    pub age_ms: u32,
    /// Where it came from.
    #[n(4)]
    pub provider: Provider,
    /// The platform says that it was simulated.
    #[n(5)]
    pub mock: bool,
}

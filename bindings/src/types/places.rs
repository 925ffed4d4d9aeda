//! Fixes, fences and verdicts.

use detailbook_core::geo::{Doubt, Fence, FenceState, FenceVerdict, Fix, Point, Provider};

/// One location reading.
#[uniffi::remote(Record)]
pub struct Fix {
    /// Latitude in 1e-7 degrees, north positive (WGS 84).
    pub latitude_e7: i32,
    /// Longitude in 1e-7 degrees, east positive (WGS 84).
    pub longitude_e7: i32,
    /// Radius of 68 % confidence in decimetres, as the platform reports it; `None` where it reported none.
    pub accuracy_dm: Option<u32>,
    /// Age at the moment of the punch, in milliseconds.
    pub age_ms: u32,
    /// Where it came from.
    pub provider: Provider,
    /// The platform says that it was simulated.
    pub mock: bool,
}

/// Where a fix came from. Numbers are part of the fact format: add, never renumber.
#[uniffi::remote(Enum)]
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

/// A place on the earth (WGS 84), in 1e-7 degrees: about a centimetre.
#[uniffi::remote(Record)]
pub struct Point {
    /// North positive.
    pub latitude_e7: i32,
    /// East positive.
    pub longitude_e7: i32,
}

/// The line around a site.
#[uniffi::remote(Enum)]
pub enum Fence {
    /// Everything within a distance of a point.
    Circle {
        /// The middle.
        center: Point,
        /// Radius in metres.
        radius_m: u32,
    },
    /// A polygon with holes.
    Polygon {
        /// The outer ring, then the holes. Rings need not repeat their first point.
        rings: Vec<Vec<Point>>,
    },
}

/// Where a punch was made, as far as its fixes can tell.
#[uniffi::remote(Enum)]
pub enum FenceState {
    /// Inside with 95 % confidence.
    Inside,
    /// Outside with 95 % confidence.
    Outside,
    /// The fixes cannot tell. No reproach: nobody chooses a bad fix.
    Uncertain,
}

/// Why a fix, or the lack of one, cannot say inside.
#[uniffi::remote(Enum)]
pub enum Doubt {
    /// The phone had no fix.
    NoFix,
    /// The fence itself has no usable edge.
    UnusableFence,
    /// Its coordinates are no place on earth.
    NotOnEarth,
    /// The phone says that it was simulated.
    Mock,
    /// It came without an accuracy, or with one of zero.
    NoAccuracy,
    /// It is older than `MAX_FIX_AGE_MS`.
    Stale,
    /// Its accuracy is worse than `COARSE_ACCURACY_DM`.
    Coarse,
}

/// The verdict, with the numbers it rests on.
#[uniffi::remote(Record)]
pub struct FenceVerdict {
    /// Inside, outside or uncertain.
    pub state: FenceState,
    /// Which of the fixes decided, counted from 0.
    pub fix: Option<u32>,
    /// From that fix to the fence's edge in decimetres, inside positive.
    pub distance_dm: Option<i64>,
    /// That fix's 68 % radius, in decimetres.
    pub accuracy_dm: Option<u32>,
    /// That fix's age at the punch, in milliseconds.
    pub age_ms: Option<u32>,
    /// Why it could not say inside; empty for a fix in order.
    pub doubts: Vec<Doubt>,
    /// One of the fixes, not necessarily the one that decided, was simulated.
    pub mock_seen: bool,
    /// The verdict in words.
    pub sentence: String,
}

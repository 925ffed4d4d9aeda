//! The line around a site.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A place on the earth (WGS 84), in 1e-7 degrees: about a centimetre.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(array)]
pub struct Point {
    /// North positive.
    #[n(0)]
    pub latitude_e7: i32,
    /// East positive.
    #[n(1)]
    pub longitude_e7: i32,
}

/// The line around a site.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fence {
    /// Everything within a distance of a point.
    #[n(0)]
    Circle {
        /// The middle.
        #[n(0)]
        center: Point,
        /// Radius in metres.
        #[n(1)]
        radius_m: u32,
    },
    /// A polygon with holes.
    #[n(1)]
    Polygon {
        /// The outer ring, then the holes. Rings need not repeat their first point.
        #[n(0)]
        rings: Vec<Vec<Point>>,
    },
}

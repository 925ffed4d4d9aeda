//! Which fences an agency may draw.

use std::collections::HashSet;

use geo::Validation;
use geo::algorithm::validation::{InvalidPolygon, RingRole};

use super::distance::polygon_on;
use super::projection::Projection;
use super::{Fence, Point};

/// The smallest circle that phones can tell inside from outside of, in metres (platform guidance: 100 to 150 m).
pub const MIN_RADIUS_M: u32 = 100;
/// The circle a site gets unless someone draws another, in metres.
pub const DEFAULT_RADIUS_M: u32 = 150;
/// No part of a fence may be further than this from its centre or first corner, in metres: the map is flat.
pub const MAX_EXTENT_M: u32 = 50_000;
/// Corners a fence may have over all its rings.
pub const MAX_FENCE_POINTS: usize = 1_000;

/// Why a fence cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum InvalidFence {
    /// A corner or centre that is no place on earth.
    #[error("a point of the fence is no place on earth")]
    NotOnEarth,
    /// A circle below [`MIN_RADIUS_M`].
    #[error("the radius is {radius_m} m; the least is {MIN_RADIUS_M} m, since phones cannot tell a smaller circle")]
    RadiusTooSmall {
        /// The radius asked for.
        radius_m: u32,
    },
    /// Beyond [`MAX_EXTENT_M`].
    #[error("the fence reaches further than {} km", MAX_EXTENT_M / 1_000)]
    TooLarge,
    /// A polygon without an outer ring.
    #[error("the fence has no corners")]
    NoRing,
    /// More corners than [`MAX_FENCE_POINTS`].
    #[error("the fence has {points} corners; the most is {MAX_FENCE_POINTS}")]
    TooManyPoints {
        /// How many it has.
        points: usize,
    },
    /// Fewer than three distinct corners.
    #[error("ring {ring} has fewer than three distinct corners")]
    TooFewPoints {
        /// 0 for the outer ring, then the holes.
        ring: usize,
    },
    /// A ring that crosses or touches itself, or has no area.
    #[error("ring {ring} crosses itself")]
    SelfCrossing {
        /// 0 for the outer ring, then the holes.
        ring: usize,
    },
    /// A hole that is not wholly inside the outer ring.
    #[error("hole {ring} is not inside the fence")]
    HoleOutside {
        /// 1 for the first hole.
        ring: usize,
    },
    /// Two rings that share an edge or an area.
    #[error("rings {ring} and {other} overlap")]
    RingsOverlap {
        /// 0 for the outer ring, then the holes.
        ring: usize,
        /// 0 for the outer ring, then the holes.
        other: usize,
    },
}

impl InvalidFence {
    /// Does the fence still have a well-defined edge, so that a verdict means something?
    pub(super) const fn leaves_an_edge(self) -> bool {
        matches!(self, Self::RadiusTooSmall { .. })
    }
}

impl Fence {
    /// The circle a site gets unless someone draws another.
    pub const fn default_around(center: Point) -> Self {
        Self::Circle { center, radius_m: DEFAULT_RADIUS_M }
    }

    /// May an agency draw this fence? Says by name why not.
    pub fn validate(&self) -> Result<(), InvalidFence> {
        match self {
            Self::Circle { center, radius_m } => validate_circle(*center, *radius_m),
            Self::Polygon { rings } => validate_polygon(rings),
        }
    }
}

fn validate_circle(center: Point, radius_m: u32) -> Result<(), InvalidFence> {
    if !center.is_on_earth() {
        return Err(InvalidFence::NotOnEarth);
    }
    match radius_m {
        ..MIN_RADIUS_M => Err(InvalidFence::RadiusTooSmall { radius_m }),
        MIN_RADIUS_M..=MAX_EXTENT_M => Ok(()),
        _ => Err(InvalidFence::TooLarge),
    }
}

fn validate_polygon(rings: &[Vec<Point>]) -> Result<(), InvalidFence> {
    let points: usize = rings.iter().map(Vec::len).sum();
    if points > MAX_FENCE_POINTS || rings.len() > MAX_FENCE_POINTS {
        return Err(InvalidFence::TooManyPoints { points });
    }
    if !rings.iter().flatten().all(|point| point.is_on_earth()) {
        return Err(InvalidFence::NotOnEarth);
    }
    for (ring, points) in rings.iter().enumerate() {
        if points.iter().collect::<HashSet<_>>().len() < 3 {
            return Err(InvalidFence::TooFewPoints { ring });
        }
    }
    let first = rings.first().and_then(|ring| ring.first()).ok_or(InvalidFence::NoRing)?;
    validate_on_map(&Projection::around(*first), rings)
}

fn validate_on_map(map: &Projection, rings: &[Vec<Point>]) -> Result<(), InvalidFence> {
    let limit = f64::from(MAX_EXTENT_M);
    let far = |point: &Point| {
        let at = map.project(*point);
        at.x * at.x + at.y * at.y > limit * limit
    };
    if rings.iter().flatten().any(far) {
        return Err(InvalidFence::TooLarge);
    }
    let polygon = polygon_on(map, rings).ok_or(InvalidFence::NoRing)?;
    polygon.check_validation().map_err(named)
}

fn named(error: InvalidPolygon) -> InvalidFence {
    match error {
        InvalidPolygon::TooFewPointsInRing(ring) => InvalidFence::TooFewPoints { ring: index(ring) },
        InvalidPolygon::SelfIntersection(ring) => InvalidFence::SelfCrossing { ring: index(ring) },
        InvalidPolygon::NonFiniteCoord(..) => InvalidFence::NotOnEarth,
        InvalidPolygon::InteriorRingNotContainedInExteriorRing(ring) => InvalidFence::HoleOutside { ring: index(ring) },
        InvalidPolygon::IntersectingRingsOnALine(ring, other)
        | InvalidPolygon::IntersectingRingsOnAnArea(ring, other) => {
            InvalidFence::RingsOverlap { ring: index(ring), other: index(other) }
        }
    }
}

const fn index(ring: RingRole) -> usize {
    match ring {
        RingRole::Exterior => 0,
        RingRole::Interior(hole) => hole + 1,
    }
}

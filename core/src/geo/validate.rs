//! Which fences an agency may draw.

use std::collections::HashSet;

use geo::algorithm::validation::{InvalidPolygon, RingRole};
use geo::{Area, LineString, Polygon, Validation};

use super::distance::polygon_on;
use super::projection::Projection;
use super::{Fence, Point};

/// The smallest circle that phones can tell inside from outside of, in metres (platform guidance: 100 to 150 m).
pub const MIN_RADIUS_M: u32 = 100;
/// The circle a site gets unless someone draws another, in metres.
pub const DEFAULT_RADIUS_M: u32 = 150;
/// No part of a fence may be further than this from its centre or first corner, in metres: the map is flat.
pub const MAX_EXTENT_M: u32 = 50_000;
/// Corners a fence may have over all its rings; the check for crossings takes their square.
pub const MAX_FENCE_POINTS: usize = 250;
/// A ring that encloses less than this, in square metres, is a line.
const MIN_AREA_M2: f64 = 1.0;

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
    /// A ring whose corners lie on one line.
    #[error("ring {ring} encloses nothing")]
    NoArea {
        /// 0 for the outer ring, then the holes.
        ring: usize,
    },
    /// A ring that crosses or touches itself.
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
    polygon.check_validation().map_err(|error| named(&error))?;
    let mut rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    let area = |ring: &LineString| Polygon::new(ring.clone(), Vec::new()).unsigned_area();
    match rings.position(|ring| area(ring) < MIN_AREA_M2) {
        Some(ring) => Err(InvalidFence::NoArea { ring }),
        None => Ok(()),
    }
}

fn named(error: &InvalidPolygon) -> InvalidFence {
    match *error {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CENTER: Point = Point { latitude_e7: 423_600_000, longitude_e7: -710_600_000 };

    /// A ring through corners given in ten-thousandths of a degree from the centre.
    fn ring(corners: &[(i32, i32)]) -> Vec<Point> {
        let corner = |(north, east): &(i32, i32)| Point {
            latitude_e7: CENTER.latitude_e7 + north * 1_000,
            longitude_e7: CENTER.longitude_e7 + east * 1_000,
        };
        corners.iter().map(corner).collect()
    }

    fn square(half: i32) -> Vec<Point> {
        ring(&[(-half, -half), (-half, half), (half, half), (half, -half)])
    }

    fn polygon(rings: Vec<Vec<Point>>) -> Result<(), InvalidFence> {
        Fence::Polygon { rings }.validate()
    }

    fn circle(radius_m: u32) -> Result<(), InvalidFence> {
        Fence::Circle { center: CENTER, radius_m }.validate()
    }

    #[test]
    fn a_circle_is_at_least_100_m_and_by_default_150() {
        assert_eq!(circle(99), Err(InvalidFence::RadiusTooSmall { radius_m: 99 }));
        assert_eq!(circle(100), Ok(()));
        assert_eq!(circle(MAX_EXTENT_M + 1), Err(InvalidFence::TooLarge));
        assert_eq!(circle(u32::MAX), Err(InvalidFence::TooLarge));
        assert_eq!(Fence::default_around(CENTER), Fence::Circle { center: CENTER, radius_m: 150 });
    }

    #[test]
    fn a_polygon_with_a_hole_is_fine() {
        assert_eq!(polygon(vec![square(30), square(10)]), Ok(()));
    }

    #[test]
    fn a_ring_needs_three_distinct_corners() {
        assert_eq!(polygon(vec![]), Err(InvalidFence::NoRing));
        assert_eq!(polygon(vec![vec![]]), Err(InvalidFence::TooFewPoints { ring: 0 }));
        assert_eq!(polygon(vec![ring(&[(0, 0), (9, 9), (0, 0), (9, 9)])]), Err(InvalidFence::TooFewPoints { ring: 0 }));
        assert_eq!(polygon(vec![square(30), vec![CENTER]]), Err(InvalidFence::TooFewPoints { ring: 1 }));
    }

    #[test]
    fn a_ring_that_crosses_itself_is_named() {
        let bow_tie = ring(&[(0, 0), (20, 20), (20, 0), (0, 20)]);
        assert_eq!(polygon(vec![bow_tie.clone()]), Err(InvalidFence::SelfCrossing { ring: 0 }));
        assert_eq!(polygon(vec![square(90), bow_tie]), Err(InvalidFence::SelfCrossing { ring: 1 }));
        assert_eq!(polygon(vec![ring(&[(0, 0), (10, 10), (20, 20)])]), Err(InvalidFence::NoArea { ring: 0 }));
    }

    #[test]
    fn a_hole_must_lie_inside_and_apart_from_other_holes() {
        let away = ring(&[(50, 50), (50, 60), (60, 60)]);
        assert_eq!(polygon(vec![square(30), away]), Err(InvalidFence::HoleOutside { ring: 1 }));
        assert_eq!(polygon(vec![square(10), square(30)]), Err(InvalidFence::HoleOutside { ring: 1 }));
        let holes = vec![square(50), square(10), ring(&[(0, 0), (0, 30), (30, 30)])];
        assert_eq!(polygon(holes), Err(InvalidFence::RingsOverlap { ring: 1, other: 2 }));
    }

    #[test]
    fn a_fence_is_on_earth_and_of_a_size_for_a_flat_map() {
        let nowhere = Point { latitude_e7: 900_000_001, longitude_e7: 0 };
        assert_eq!(Fence::default_around(nowhere).validate(), Err(InvalidFence::NotOnEarth));
        assert_eq!(polygon(vec![vec![CENTER, nowhere, CENTER]]), Err(InvalidFence::NotOnEarth));
        assert_eq!(polygon(vec![square(9_000)]), Err(InvalidFence::TooLarge));
        let points = MAX_FENCE_POINTS + 1;
        assert_eq!(polygon(vec![vec![CENTER; points]]), Err(InvalidFence::TooManyPoints { points }));
    }

    proptest! {
        #[test]
        fn no_polygon_panics(rings in prop::collection::vec(prop::collection::vec((-40..40i32, -40..40i32), 0..9), 0..4)) {
            let rings: Vec<_> = rings.iter().map(|corners| ring(corners)).collect();
            let fence = Fence::Polygon { rings };
            let _ = (fence.validate(), fence.edge_distance_m(CENTER));
        }

        #[test]
        fn no_coordinates_panic(corners in prop::collection::vec((any::<i32>(), any::<i32>()), 0..9), radius_m: u32) {
            let ring: Vec<_> =
                corners.into_iter().map(|(latitude_e7, longitude_e7)| Point { latitude_e7, longitude_e7 }).collect();
            let circle = ring.first().map(|center| Fence::Circle { center: *center, radius_m });
            for fence in circle.into_iter().chain([Fence::Polygon { rings: vec![ring] }]) {
                let _ = (fence.validate(), fence.edge_distance_m(CENTER));
            }
        }
    }
}

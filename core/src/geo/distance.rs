//! How far a place is from a fence's edge.

use geo::{Contains, Coord, LineString, Polygon};

use super::projection::Projection;
use super::validate::MAX_EXTENT_M;
use super::{Fence, Point};

impl Fence {
    /// Distance in metres from a place to the fence's edge, inside positive; `None` where the fence has no edge.
    pub fn edge_distance_m(&self, place: Point) -> Option<f64> {
        let map = Projection::around(place);
        match self {
            Self::Circle { center, radius_m } => Some(f64::from(*radius_m) - length(map.project(*center))),
            Self::Polygon { rings } => polygon_distance(&polygon_on(&map, rings)?),
        }
    }
}

/// The polygon on a map: the outer ring, then the holes; `None` without an outer ring.
pub(super) fn polygon_on(map: &Projection, rings: &[Vec<Point>]) -> Option<Polygon<f64>> {
    let mut rings = rings.iter().map(|ring| ring_on(map, ring));
    let outer = rings.next().filter(|ring| !ring.0.is_empty())?;
    Some(Polygon::new(outer, rings.collect()))
}

/// A ring on a map, repeated points left out.
fn ring_on(map: &Projection, ring: &[Point]) -> LineString<f64> {
    let mut points = ring.to_vec();
    points.dedup();
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    points.into_iter().map(|point| map.project(point)).collect()
}

/// Signed distance from the map's centre to the polygon's nearest edge, holes' edges included. Seen from the far side of the earth a
/// fence lies all around, and its edges run anywhere; but nobody is inside one whose nearest corner is further away than any fence
/// reaches, nor nearer to its edge than that corner less that reach.
fn polygon_distance(polygon: &Polygon<f64>) -> Option<f64> {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    let nearest =
        rings.flat_map(LineString::lines).map(|line| distance_to_segment(line.start, line.end)).reduce(f64::min)?;
    let corner = polygon.exterior().coords().map(|corner| length(*corner)).reduce(f64::min)?;
    let reach = 2.0 * f64::from(MAX_EXTENT_M);
    if corner > reach {
        return Some(-nearest.max(corner - reach));
    }
    let inside = polygon.contains(&geo::Point::new(0.0, 0.0));
    Some(if inside { nearest } else { -nearest })
}

/// Distance from the map's centre to a segment.
fn distance_to_segment(start: Coord<f64>, end: Coord<f64>) -> f64 {
    let along = end - start;
    let squared = along.x * along.x + along.y * along.y;
    if squared == 0.0 {
        return length(start);
    }
    let share = (-(start.x * along.x + start.y * along.y) / squared).clamp(0.0, 1.0);
    length(start + along * share)
}

fn length(at: Coord<f64>) -> f64 {
    (at.x * at.x + at.y * at.y).sqrt()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A point so many metres north and east of another, on a sphere: near enough for shapes of a few hundred metres.
    fn offset(from: Point, north: f64, east: f64) -> Point {
        let latitude = f64::from(from.latitude_e7) / 1e7;
        let degrees = |metres: f64| metres / 111_194.93 * 1e7;
        let longitude_e7 = i64::from(from.longitude_e7) + (degrees(east) / latitude.to_radians().cos()).round() as i64;
        let wrapped = (longitude_e7 + 1_800_000_000).rem_euclid(3_600_000_000) - 1_800_000_000;
        Point { latitude_e7: from.latitude_e7 + degrees(north).round() as i32, longitude_e7: wrapped as i32 }
    }

    fn square(center: Point, half: f64) -> Vec<Point> {
        [(-half, -half), (-half, half), (half, half), (half, -half)].map(|(n, e)| offset(center, n, e)).to_vec()
    }

    const BOSTON: Point = Point { latitude_e7: 423_600_000, longitude_e7: -710_600_000 };
    const FIJI_ON_THE_LINE: Point = Point { latitude_e7: -165_000_000, longitude_e7: 1_799_999_000 };
    const SVALBARD: Point = Point { latitude_e7: 782_000_000, longitude_e7: 156_000_000 };

    fn assert_near(got: Option<f64>, want: f64) {
        let got = got.unwrap();
        // The test's own offsets are on a sphere, half a percent off the ellipsoid.
        assert!((got - want).abs() <= 0.5 + want.abs() * 0.006, "{got} for {want}");
    }

    #[test]
    fn a_circles_edge_is_its_radius_from_its_middle() {
        for center in [BOSTON, FIJI_ON_THE_LINE, SVALBARD] {
            let fence = Fence::Circle { center, radius_m: 150 };
            assert_near(fence.edge_distance_m(center), 150.0);
            assert_near(fence.edge_distance_m(offset(center, 100.0, 0.0)), 50.0);
            assert_near(fence.edge_distance_m(offset(center, 0.0, 400.0)), -250.0);
        }
    }

    #[test]
    fn a_squares_edge_is_measured_square_and_its_corner_round() {
        for center in [BOSTON, FIJI_ON_THE_LINE, SVALBARD] {
            let fence = Fence::Polygon { rings: vec![square(center, 200.0)] };
            assert_near(fence.edge_distance_m(center), 200.0);
            assert_near(fence.edge_distance_m(offset(center, 150.0, 20.0)), 50.0);
            assert_near(fence.edge_distance_m(offset(center, 300.0, 0.0)), -100.0);
            assert_near(fence.edge_distance_m(offset(center, 230.0, 240.0)), -50.0);
        }
    }

    #[test]
    fn a_hole_is_outside_and_its_edge_counts() {
        let fence = Fence::Polygon { rings: vec![square(BOSTON, 300.0), square(BOSTON, 100.0)] };
        assert_near(fence.edge_distance_m(BOSTON), -100.0);
        assert_near(fence.edge_distance_m(offset(BOSTON, 120.0, 0.0)), 20.0);
        assert_near(fence.edge_distance_m(offset(BOSTON, 250.0, 0.0)), 50.0);
    }

    #[test]
    fn a_polygon_around_the_pole_holds_the_pole() {
        let ring = [0, 900_000_000, 1_800_000_000, -900_000_000]
            .map(|longitude_e7| Point { latitude_e7: 899_900_000, longitude_e7 });
        let fence = Fence::Polygon { rings: vec![ring.to_vec()] };
        let pole = Point { latitude_e7: 900_000_000, longitude_e7: 450_000_000 };
        // 0.01 degrees is 1,116.9 m up there; the square's edge lies at that over the root of two.
        assert_near(fence.edge_distance_m(pole), 1_116.9 / 2f64.sqrt());
    }

    #[test]
    fn a_ring_may_repeat_its_first_point_or_not() {
        let open = square(BOSTON, 200.0);
        let closed = open.iter().chain(&open[..1]).copied().collect();
        let (open, closed) = (Fence::Polygon { rings: vec![open] }, Fence::Polygon { rings: vec![closed] });
        let place = offset(BOSTON, 33.0, 44.0);
        assert_eq!(open.edge_distance_m(place), closed.edge_distance_m(place));
        assert_eq!(closed.validate(), Ok(()));
    }

    #[test]
    fn a_polygon_without_corners_has_no_edge() {
        assert_eq!(Fence::Polygon { rings: vec![] }.edge_distance_m(BOSTON), None);
        assert_eq!(Fence::Polygon { rings: vec![vec![]] }.edge_distance_m(BOSTON), None);
    }

    proptest! {
        #[test]
        fn nobody_on_the_far_side_of_the_earth_is_inside(
            latitude_e7 in -880_000_000..880_000_000i32, longitude_e7 in -1_800_000_000..=1_800_000_000i32,
            half in 100.0..20_000.0f64, north in -100_000.0..100_000.0f64, east in -100_000.0..100_000.0f64,
        ) {
            let center = Point { latitude_e7, longitude_e7 };
            let fence = Fence::Polygon { rings: vec![square(center, half)] };
            let longitude_e7 = if longitude_e7 > 0 { longitude_e7 - 1_800_000_000 } else { longitude_e7 + 1_800_000_000 };
            let antipode = Point { latitude_e7: -latitude_e7, longitude_e7 };
            for place in [antipode, offset(antipode, north, east)] {
                let distance = fence.edge_distance_m(place).unwrap();
                prop_assert!(distance < -1_000_000.0, "{}", distance);
            }
            prop_assert!(fence.edge_distance_m(center).unwrap() > 0.0);
        }

        #[test]
        fn a_many_cornered_ring_agrees_with_the_circle_through_its_corners(
            latitude_e7 in -880_000_000..880_000_000i32, longitude_e7 in -1_800_000_000..=1_800_000_000i32,
            north in -400.0..400.0f64, east in -400.0..400.0f64,
        ) {
            let center = Point { latitude_e7, longitude_e7 };
            let corner = |step: u32| {
                let angle = f64::from(step).to_radians();
                offset(center, 200.0 * angle.sin(), 200.0 * angle.cos())
            };
            let ring = Fence::Polygon { rings: vec![(0..360).map(corner).collect()] };
            let circle = Fence::Circle { center, radius_m: 200 };
            let place = offset(center, north, east);
            let (by_ring, by_circle) = (ring.edge_distance_m(place).unwrap(), circle.edge_distance_m(place).unwrap());
            // A sphere's circle drawn on the ellipsoid, where a degree of latitude spans 0.5 % more at the poles than at the equator.
            prop_assert!((by_ring - by_circle).abs() < 3.0, "{} {}", by_ring, by_circle);
        }
    }
}

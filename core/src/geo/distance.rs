//! How far a place is from a fence's edge.

use geo::{Contains, Coord, LineString, Polygon};

use super::projection::Projection;
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

/// Signed distance from the map's centre to the polygon's nearest edge, holes' edges included.
fn polygon_distance(polygon: &Polygon<f64>) -> Option<f64> {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    let nearest =
        rings.flat_map(LineString::lines).map(|line| distance_to_segment(line.start, line.end)).reduce(f64::min)?;
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

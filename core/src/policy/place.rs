//! Places: how far apart, and in which area.

use super::Area;
use crate::geo::{Fence, Point};

/// Whole metres between two places, rounded up, so that no way is taken for shorter than it is.
pub(super) fn metres_between(here: Point, there: Point) -> u32 {
    let to_edge = Fence::Circle { center: there, radius_m: 0 }.edge_distance_m(here);
    to_edge.map_or(u32::MAX, |edge| (-edge).ceil().clamp(0.0, f64::from(u32::MAX)) as u32)
}

/// Does a place lie in an area? `None` where the area has no edge.
pub(super) fn lies_in(area: &Area, place: Point) -> Option<bool> {
    area.fence.edge_distance_m(place).map(|edge| edge >= 0.0)
}

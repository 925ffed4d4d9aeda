//! A sketch of where the punches were made: the fence, and each fix with its circle of accuracy, true to scale. Drawn here, so that it is there
//! without any script and without a map from elsewhere.

use detailbook_core::geo::{Fence, FenceState, Fix, Point};
use detailbook_core::records::Placement;

use super::super::map::{Map, Mark};
use super::super::visit::Visit;
use super::{punches, words};
use crate::timesheets::Sheet;

/// The sketch, in decimetres around the fence's middle, north up.
pub(super) struct Sketch {
    pub(super) view: String,
    pub(super) fence: FenceShape,
    pub(super) spots: Vec<Spot>,
    pub(super) letters: i64,
    pub(super) dot: i64,
    pub(super) scale: Scale,
    pub(super) says: String,
}

/// The fence as drawn.
pub(super) enum FenceShape {
    /// Around the middle.
    Circle(i64),
    /// An SVG path.
    Path(String),
}

/// One fix.
pub(super) struct Spot {
    pub(super) number: usize,
    pub(super) kind: String,
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) accuracy: Option<i64>,
}

/// The bar that says how long a stretch on the sketch is.
pub(super) struct Scale {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) end: i64,
    pub(super) length: String,
}

/// Is the site's place known well enough for a fence?
pub(super) fn is_fenced(sheet: &Sheet) -> bool {
    sheet.site.placement == Placement::Surveyed
}

/// The fix that decided on the place of each punch, with the punch's number and kind, and the verdict.
fn decided(sheet: &Sheet) -> Vec<(usize, String, Fix, FenceState)> {
    let punches = sheet.proposed.shift.punches.iter().take(punches::MOST).zip(1..);
    let decided = punches.filter_map(|(punch, number)| {
        let place = sheet.proposed.places.iter().find(|place| place.fact == punch.fact)?;
        let best = place.verdict.fix.and_then(|fix| usize::try_from(fix).ok())?;
        let (_, fact) = sheet.fact(punch.fact)?;
        let fix = *fact?.fixes().get(best)?;
        Some((number, words::titled(punch.kind.name()), fix, place.verdict.state))
    });
    decided.collect()
}

/// The same as a map to look around on, for browsers that run scripts.
pub(super) fn map(visit: &Visit, sheet: &Sheet) -> Option<Map> {
    let decided = decided(sheet);
    if !is_fenced(sheet) || decided.is_empty() {
        return None;
    }
    let map = Map::new(visit, "The fence and the fixes of the punches");
    let map = map.fence(&sheet.site.fence, Mark::Plain, &sheet.site.name, None);
    let fix = |map: Map, (number, kind, fix, state): (usize, String, Fix, FenceState)| {
        let (mark, word) = match state {
            FenceState::Inside => (Mark::Good, "inside"),
            FenceState::Outside => (Mark::Bad, "outside"),
            FenceState::Uncertain => (Mark::Warn, "uncertain"),
        };
        map.fix(&fix, mark, &format!("{number} {kind}: {word}"))
    };
    Some(decided.into_iter().fold(map, fix))
}

/// The sketch, where there is a fence and a fix to draw.
pub(super) fn of(sheet: &Sheet) -> Option<Sketch> {
    if !is_fenced(sheet) {
        return None;
    }
    let middle = middle(&sheet.site.fence)?;
    let spots: Vec<_> =
        decided(sheet).into_iter().map(|(number, kind, fix, _)| spot(middle, number, kind, &fix)).collect();
    if spots.is_empty() {
        return None;
    }
    Some(drawn(&sheet.site.fence, middle, spots))
}

fn drawn(fence: &Fence, middle: Point, spots: Vec<Spot>) -> Sketch {
    let Bounds { left, top, right, bottom } = bounds(fence, middle, &spots);
    let side = (right - left).max(bottom - top).max(100);
    let edge = side / 10;
    let (wide, high) = (right - left + 2 * edge, bottom - top + 3 * edge);
    let length = round_length(side / 3);
    let says =
        format!("The fence and {} of the punches, north up. The same stands in the table of punches.", spots.len());
    Sketch {
        view: format!("{} {} {wide} {high}", left - edge, top - edge),
        fence: match fence {
            Fence::Circle { radius_m, .. } => FenceShape::Circle(i64::from(*radius_m) * 10),
            Fence::Polygon { rings } => FenceShape::Path(rings.iter().map(|ring| path(middle, ring)).collect()),
        },
        spots,
        letters: side / 22,
        dot: (side / 110).max(1),
        scale: Scale { x: left, y: bottom + edge + edge / 2, end: left + length, length: words::metres(length) },
        says,
    }
}

/// What everything that is drawn lies within.
struct Bounds {
    left: i64,
    top: i64,
    right: i64,
    bottom: i64,
}

fn bounds(fence: &Fence, middle: Point, spots: &[Spot]) -> Bounds {
    let mut reach: Vec<(i64, i64, i64)> =
        spots.iter().map(|spot| (spot.x, spot.y, spot.accuracy.unwrap_or(0))).collect();
    match fence {
        Fence::Circle { radius_m, .. } => reach.push((0, 0, i64::from(*radius_m) * 10)),
        Fence::Polygon { rings } => {
            reach.extend(rings.iter().flatten().map(|point| at(middle, *point)).map(|(x, y)| (x, y, 0)));
        }
    }
    let least = |of: fn(&(i64, i64, i64)) -> i64| reach.iter().map(of).min().unwrap_or(0);
    let most = |of: fn(&(i64, i64, i64)) -> i64| reach.iter().map(of).max().unwrap_or(0);
    Bounds {
        left: least(|it| it.0 - it.2),
        top: least(|it| it.1 - it.2),
        right: most(|it| it.0 + it.2),
        bottom: most(|it| it.1 + it.2),
    }
}

fn spot(middle: Point, number: usize, kind: String, fix: &Fix) -> Spot {
    let (x, y) = at(middle, Point { latitude_e7: fix.latitude_e7, longitude_e7: fix.longitude_e7 });
    Spot { number, kind, x, y, accuracy: fix.accuracy_dm.map(i64::from) }
}

/// Where a point is drawn: down grows southwards.
fn at(middle: Point, point: Point) -> (i64, i64) {
    let (east, north) = middle.offset_dm(point);
    (east, -north)
}

fn middle(fence: &Fence) -> Option<Point> {
    match fence {
        Fence::Circle { center, .. } => Some(*center),
        Fence::Polygon { rings } => rings.first()?.first().copied(),
    }
}

fn path(middle: Point, ring: &[Point]) -> String {
    let points: Vec<_> = ring.iter().map(|point| at(middle, *point)).map(|(x, y)| format!("{x} {y}")).collect();
    if points.is_empty() { String::new() } else { format!("M{}Z", points.join("L")) }
}

/// The largest of 1, 2 and 5 times a power of ten that is not longer.
fn round_length(longest: i64) -> i64 {
    let mut unit = 1;
    while unit * 10 <= longest {
        unit *= 10;
    }
    [5, 2, 1].into_iter().map(|times| times * unit).find(|length| *length <= longest).unwrap_or(unit)
}

#[cfg(test)]
mod tests {
    use detailbook_core::geo::Provider;

    use super::*;

    const MIDDLE: Point = Point { latitude_e7: 423_600_000, longitude_e7: -710_500_000 };

    fn fix(north_e7: i32) -> Fix {
        Fix {
            latitude_e7: MIDDLE.latitude_e7 + north_e7,
            longitude_e7: MIDDLE.longitude_e7,
            accuracy_dm: Some(80),
            age_ms: 1_000,
            provider: Provider::Gps,
            mock: false,
        }
    }

    #[test]
    fn a_fix_north_of_the_middle_is_drawn_above_it_and_within_the_view() {
        let fence = Fence::Circle { center: MIDDLE, radius_m: 150 };
        let sketch = drawn(&fence, MIDDLE, vec![spot(MIDDLE, 1, "In".to_owned(), &fix(200_000))]);
        let spot = &sketch.spots[0];
        assert!((-22_300..-22_100).contains(&spot.y) && spot.x == 0, "{} {}", spot.x, spot.y);
        let view: Vec<i64> = sketch.view.split(' ').map(|text| text.parse().unwrap()).collect();
        assert!(view[1] < spot.y - 80 && view[1] + view[3] > 1_500, "{view:?}");
        assert!(matches!(sketch.fence, FenceShape::Circle(1_500)));
    }

    #[test]
    fn a_polygon_is_a_closed_path_a_ring() {
        let corner = |north| Point { latitude_e7: MIDDLE.latitude_e7 + north, ..MIDDLE };
        let drawn = path(MIDDLE, &[MIDDLE, corner(1_000)]);
        assert_eq!(drawn, "M0 0L0 -111Z");
        assert_eq!(path(MIDDLE, &[]), "");
    }

    #[test]
    fn a_bar_is_of_a_round_length() {
        assert_eq!([round_length(9), round_length(19), round_length(499), round_length(500)], [5, 10, 200, 500]);
    }
}

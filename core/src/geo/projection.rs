//! A flat map around one place: east and north in metres, true to distance and direction from its centre.
//!
//! Places go to earth-centred coordinates on the WGS 84 ellipsoid first and are then turned into the tangent frame of the
//! centre, so neither the antimeridian nor a pole is special. The length of the chord is stretched to the arc over it, which
//! keeps the far side of the earth far (azimuthal equidistant).

use geo::Coord;

use super::Point;

/// WGS 84 equatorial radius, in metres.
const EQUATOR_M: f64 = 6_378_137.0;
/// WGS 84 first eccentricity, squared.
const ECCENTRICITY_SQUARED: f64 = 6.694_379_990_141_316_5e-3;
/// Mean radius of the earth (IUGG), in metres.
const MEAN_RADIUS_M: f64 = 6_371_008.8;

type Vector = [f64; 3];

/// A local azimuthal projection.
pub(super) struct Projection {
    center: Vector,
    east: Vector,
    north: Vector,
}

impl Point {
    /// Where another place lies on the flat map around this one, in decimetres east and north: for drawing both.
    pub fn offset_dm(self, other: Self) -> (i64, i64) {
        let at = Projection::around(self).project(other);
        ((at.x * 10.0).round() as i64, (at.y * 10.0).round() as i64)
    }

    /// Is it a place on earth: latitude within 90, longitude within 180 degrees?
    pub const fn is_on_earth(self) -> bool {
        self.latitude_e7.unsigned_abs() <= 900_000_000 && self.longitude_e7.unsigned_abs() <= 1_800_000_000
    }
}

impl Projection {
    /// The map centred on a place. Nonsense coordinates give a map of nowhere in particular, never a panic.
    pub(super) fn around(center: Point) -> Self {
        let (latitude, longitude) = radians(center);
        let (sin_lat, cos_lat) = (libm::sin(latitude), libm::cos(latitude));
        let (sin_lon, cos_lon) = (libm::sin(longitude), libm::cos(longitude));
        Self {
            center: earth_centred(center),
            east: [-sin_lon, cos_lon, 0.0],
            north: [-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat],
        }
    }

    /// Where a place lies on the map: x east, y north, in metres.
    pub(super) fn project(&self, place: Point) -> Coord<f64> {
        let place = earth_centred(place);
        let chord = [place[0] - self.center[0], place[1] - self.center[1], place[2] - self.center[2]];
        let (x, y) = (dot(chord, self.east), dot(chord, self.north));
        let flat = (x * x + y * y).sqrt();
        let arc = arc_over(dot(chord, chord).sqrt());
        if flat == 0.0 {
            // The centre itself, or its antipode, which lies in every direction alike.
            return Coord { x: arc, y: 0.0 };
        }
        Coord { x: x / flat * arc, y: y / flat * arc }
    }
}

/// Length of the arc of a great circle over a chord, both in metres.
fn arc_over(chord: f64) -> f64 {
    2.0 * MEAN_RADIUS_M * libm::asin((chord / (2.0 * MEAN_RADIUS_M)).min(1.0))
}

fn radians(place: Point) -> (f64, f64) {
    let radians = |e7: i32| (f64::from(e7) / 1e7).to_radians();
    (radians(place.latitude_e7), radians(place.longitude_e7))
}

fn earth_centred(place: Point) -> Vector {
    let (latitude, longitude) = radians(place);
    let (sin_lat, cos_lat) = (libm::sin(latitude), libm::cos(latitude));
    let normal = EQUATOR_M / (1.0 - ECCENTRICITY_SQUARED * sin_lat * sin_lat).sqrt();
    [
        normal * cos_lat * libm::cos(longitude),
        normal * cos_lat * libm::sin(longitude),
        normal * (1.0 - ECCENTRICITY_SQUARED) * sin_lat,
    ]
}

fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[cfg(test)]
mod tests {
    use geo::{Distance, Geodesic};
    use proptest::prelude::*;

    use super::*;

    fn point(latitude: f64, longitude: f64) -> Point {
        Point { latitude_e7: (latitude * 1e7).round() as i32, longitude_e7: (longitude * 1e7).round() as i32 }
    }

    fn ours(a: Point, b: Point) -> f64 {
        let at = Projection::around(a).project(b);
        (at.x * at.x + at.y * at.y).sqrt()
    }

    fn geodesic(a: Point, b: Point) -> f64 {
        let degrees = |p: Point| geo::Point::new(f64::from(p.longitude_e7) / 1e7, f64::from(p.latitude_e7) / 1e7);
        Geodesic.distance(degrees(a), degrees(b))
    }

    #[test]
    fn east_is_x_and_north_is_y() {
        let map = Projection::around(point(42.36, -71.06));
        let north = map.project(point(42.361, -71.06));
        assert!(north.x.abs() < 0.01 && (north.y - 111.08).abs() < 0.1, "{north:?}");
        let east = map.project(point(42.36, -71.059));
        assert!((east.x - 82.37).abs() < 0.1 && east.y.abs() < 0.01, "{east:?}");
    }

    #[test]
    fn an_offset_is_east_and_north_in_decimetres() {
        let from = point(42.36, -71.06);
        assert_eq!(from.offset_dm(from), (0, 0));
        let (east, north) = from.offset_dm(point(42.361, -71.059));
        assert!((823..=824).contains(&east) && (1_110..=1_112).contains(&north), "{east} {north}");
    }

    #[test]
    fn the_antimeridian_is_a_line_like_any_other() {
        let (west, east) = (point(-16.5, 179.9995), point(-16.5, -179.9995));
        assert!((ours(west, east) - geodesic(west, east)).abs() < 0.01);
        assert!(ours(west, east) < 110.0);
        assert!(Projection::around(west).project(east).x > 0.0);
    }

    #[test]
    fn a_pole_is_a_place_like_any_other() {
        for latitude in [90.0, -90.0] {
            let pole = point(latitude, 12.0);
            for longitude in [-170.0, -12.0, 0.0, 90.0, 180.0] {
                let near = point(latitude * 0.999_99, longitude);
                assert!((ours(pole, near) - geodesic(pole, near)).abs() < 0.01, "{longitude}");
            }
        }
    }

    #[test]
    fn the_far_side_of_the_earth_is_far() {
        assert!(ours(point(42.0, -71.0), point(-42.0, 109.0)) > 19_000_000.0);
    }

    proptest! {
        #[test]
        fn lengths_up_to_the_size_of_a_fence_agree_with_the_geodesic(
            latitude in -90.0..=90.0f64, longitude in -180.0..=180.0f64, north in -40_000.0..40_000.0f64, east in -40_000.0..40_000.0f64,
        ) {
            let a = point(latitude, longitude);
            let across = (111_320.0 * latitude.to_radians().cos()).max(1.0);
            let b = point((latitude + north / 111_320.0).clamp(-90.0, 90.0), ((longitude + east / across + 540.0).rem_euclid(360.0)) - 180.0);
            let want = geodesic(a, b);
            prop_assert!((ours(a, b) - want).abs() <= 0.02 + want * 1e-6, "{} {}", ours(a, b), want);
        }

        #[test]
        fn no_coordinates_panic(a: i32, b: i32, c: i32, d: i32) {
            let at = Projection::around(Point { latitude_e7: a, longitude_e7: b }).project(Point { latitude_e7: c, longitude_e7: d });
            prop_assert!(at.x.is_finite() && at.y.is_finite());
        }
    }
}

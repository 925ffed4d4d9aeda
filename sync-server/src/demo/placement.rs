//! Where a street stands on the map when the records give no coordinates.
//!
//! The point is a stand-in, drawn from the street's name alone, so that the same street is always in the same place. Sites
//! placed so carry [`Placement::Placeholder`](detailbook_core::records::Placement).

use detailbook_core::geo::{Fence, Point};
use detailbook_core::shift::Sha256;

/// The fence around a stand-in: the default radius, in metres.
const RADIUS_M: u32 = 150;
/// How far a house number or a cross street moves the point along its street, at most, in 1e-7 degrees (about 200 m).
const ALONG_STREET: i32 = 20_000;

/// A box of latitudes and longitudes, in 1e-7 degrees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BoundingBox {
    /// Southern edge.
    pub south: i32,
    /// Northern edge.
    pub north: i32,
    /// Western edge.
    pub west: i32,
    /// Eastern edge.
    pub east: i32,
}

impl BoundingBox {
    /// Boston with its neighbourhoods, from Hyde Park to Charlestown and from West Roxbury to the inner harbour.
    pub const BOSTON: Self = Self { south: 422_300_000, north: 423_950_000, west: -711_900_000, east: -709_900_000 };

    /// Is the point in the box?
    pub const fn holds(&self, point: Point) -> bool {
        self.south <= point.latitude_e7
            && point.latitude_e7 <= self.north
            && self.west <= point.longitude_e7
            && point.longitude_e7 <= self.east
    }

    /// The box without a margin on each side.
    const fn shrunk(self, margin: i32) -> Self {
        Self {
            south: self.south + margin,
            north: self.north - margin,
            west: self.west + margin,
            east: self.east - margin,
        }
    }

    /// The point of the box that the words stand for.
    fn point_of(&self, words: &str) -> Point {
        let digest = Sha256::of(words.as_bytes()).0;
        let at = |from: usize, low: i32, high: i32| {
            let draw = u32::from_be_bytes([digest[from], digest[from + 1], digest[from + 2], digest[from + 3]]);
            let span = i64::from(high) - i64::from(low) + 1;
            (i64::from(low) + i64::from(draw) % span) as i32
        };
        Point { latitude_e7: at(0, self.south, self.north), longitude_e7: at(4, self.west, self.east) }
    }
}

/// The stand-in fence of an address: the street decides the place, what is beside it moves the place a little.
pub fn fence(city: BoundingBox, street: &str, beside: &str) -> Fence {
    let (street, beside) = (plain(street), plain(beside));
    let middle = city.shrunk(ALONG_STREET).point_of(&street);
    let around = BoundingBox { south: -ALONG_STREET, north: ALONG_STREET, west: -ALONG_STREET, east: ALONG_STREET };
    let off = around.point_of(&format!("{street}|{beside}"));
    let center = Point {
        latitude_e7: middle.latitude_e7 + off.latitude_e7,
        longitude_e7: middle.longitude_e7 + off.longitude_e7,
    };
    Fence::Circle { center, radius_m: RADIUS_M }
}

/// Upper case, single spaces: spelling variants of one street share its place.
fn plain(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn center(street: &str, beside: &str) -> Point {
        match fence(BoundingBox::BOSTON, street, beside) {
            Fence::Circle { center, radius_m: 150 } => center,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_street_is_always_in_the_same_place() {
        let known = Point { latitude_e7: 422_942_032, longitude_e7: -710_344_580 };
        assert_eq!(center("CONGRESS ST", "399"), known, "changed: sites of earlier imports would move");
        assert_eq!(center(" congress  st", "399 "), center("CONGRESS ST", "399"));
        assert_ne!(center("CONGRESS ST", "280"), center("CONGRESS ST", "399"));
    }

    #[test]
    fn addresses_of_one_street_are_near_each_other() {
        let (one, two) = (center("CONGRESS ST", "280"), center("CONGRESS ST", "399"));
        assert!((one.latitude_e7 - two.latitude_e7).abs() <= 2 * ALONG_STREET);
        assert!((one.longitude_e7 - two.longitude_e7).abs() <= 2 * ALONG_STREET);
    }

    proptest! {
        #[test]
        fn every_address_is_inside_the_city(street: String, beside: String) {
            prop_assert!(BoundingBox::BOSTON.holds(center(&street, &beside)));
        }
    }
}

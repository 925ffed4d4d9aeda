//! Who and what the stage is set with: an invented town, officers known by number, customers and their sites.

use chrono::NaiveTime;
use detailbook_core::geo::{Fence, Point};
use detailbook_core::time::{Millis, UnixMillis, Zone};
use detailbook_server::clock::{Clock, SystemClock};

/// The invented agency.
pub(super) const AGENCY: &str = "Harbor Falls Police Department";
/// Its officers: employee number and rank.
pub(super) const OFFICERS: [(&str, &str); 9] = [
    ("2101", "officer"),
    ("2102", "officer"),
    ("2103", "sergeant"),
    ("2104", "officer"),
    ("2105", "officer"),
    ("2106", "officer"),
    ("2107", "sergeant"),
    ("2108", "officer"),
    ("2109", "officer"),
];

/// A customer, and the site that its details are at.
pub(super) struct Venue {
    pub(super) customer: &'static str,
    pub(super) number: &'static str,
    pub(super) email: &'static str,
    pub(super) site: &'static str,
    pub(super) address: &'static str,
    pub(super) fence: Fence,
}

/// The customers.
pub(super) fn venues() -> [Venue; 3] {
    let circle =
        |latitude_e7, longitude_e7, radius_m| Fence::Circle { center: Point { latitude_e7, longitude_e7 }, radius_m };
    [
        Venue {
            customer: "Lantern Hall",
            number: "C-014",
            email: "nights@lanternhall.example",
            site: "Lantern Hall",
            address: "3 Quay Road",
            fence: circle(429_411_200, -707_106_400, 150),
        },
        Venue {
            customer: "Northgate Asphalt",
            number: "C-031",
            email: "crews@northgate.example",
            site: "Mill Street",
            address: "Mill Street at Bridge Lane",
            fence: circle(429_387_500, -707_254_100, 200),
        },
        Venue {
            customer: "Harbor Falls Athletic Club",
            number: "C-052",
            email: "office@athletic.example",
            site: "Pier Field",
            address: "Pier Field, east gate",
            fence: Fence::Polygon { rings: vec![field()] },
        },
    ]
}

/// The corners of the field.
fn field() -> Vec<Point> {
    let corner = |latitude_e7, longitude_e7| Point { latitude_e7, longitude_e7 };
    let (south, north, west, east) = (429_352_000, 429_371_000, -707_190_000, -707_152_000);
    vec![corner(south, west), corner(south, east), corner(north, east), corner(north, west)]
}

/// The zone of the town.
pub(super) fn zone() -> Zone {
    Zone::named("America/New_York").unwrap_or(Zone::UTC)
}

/// The latest twenty to six in the afternoon that has been.
pub(super) fn now() -> UnixMillis {
    let (zone, real) = (zone(), SystemClock.now());
    let hour = NaiveTime::from_hms_opt(17, 40, 0).unwrap_or_default();
    let on = |at: UnixMillis| zone.instant(zone.local(at).date().and_time(hour)).first();
    Some(on(real)).filter(|at| *at <= real).unwrap_or_else(|| on(real - Millis::from_hours(24)))
}

//! Which places the page shows, and in which order: those that ask for somebody first, those of one site together.

use std::collections::BTreeMap;

use detailbook_core::ids::SiteId;
use detailbook_core::staffing::PlaceState;
use detailbook_core::time::UnixMillis;

use crate::scheduling::board::Place;

/// How places are ordered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Order {
    /// What asks most for somebody first.
    #[default]
    Problems,
    /// What begins first.
    Time,
    /// By the sites' names.
    Site,
}

impl Order {
    /// Every order, with what it is called.
    pub(super) const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Problems, "problems", "Problems first"),
        (Self::Time, "time", "By time"),
        (Self::Site, "site", "By site"),
    ];

    /// The order of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known, _)| *known == name).map(|(order, ..)| order)
    }
}

/// What of a place its order goes by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Key {
    /// Where.
    pub site: SiteId,
    /// What the site is called.
    pub site_name: String,
    /// How it stands.
    pub state: PlaceState,
    /// When it begins.
    pub starts: UnixMillis,
    /// What detail and place are called.
    pub name: String,
}

impl Key {
    /// That of a place.
    pub(super) fn of(place: &Place, site_name: &str) -> Self {
        let name = format!("{} {}", place.title, place.position.name);
        let (site, site_name) = (place.site, site_name.to_owned());
        Self { site, site_name, state: place.state, starts: place.scheduled.start, name }
    }
}

/// The order in which places are shown, as their numbers. The places of a site stay together, at the place of its first one.
pub(super) fn order(by: Order, keys: &[Key]) -> Vec<usize> {
    let mut sites: BTreeMap<SiteId, (PlaceState, UnixMillis)> = BTreeMap::new();
    for key in keys {
        let first = sites.entry(key.site).or_insert((key.state, key.starts));
        *first = (first.0.min(key.state), first.1.min(key.starts));
    }
    let calm = PlaceState::Unworked;
    let of_site = |key: &Key| {
        let (worst, first) = sites[&key.site];
        match by {
            Order::Problems => (worst, first),
            Order::Time => (calm, first),
            Order::Site => (calm, UnixMillis::MIN),
        }
    };
    let of_place = |key: &Key| (if by == Order::Problems { key.state } else { calm }, key.starts);
    let mut numbers: Vec<usize> = (0..keys.len()).collect();
    numbers.sort_by_cached_key(|number| {
        let key = &keys[*number];
        (of_site(key), key.site_name.to_lowercase(), key.site, of_place(key), key.name.clone())
    });
    numbers
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(site: u8, state: PlaceState, starts: i64) -> Key {
        let (id, site_name) = (SiteId::from_bytes([site; 16]), format!("Site {site}"));
        Key { site: id, site_name, state, starts: UnixMillis::new(starts), name: String::new() }
    }

    #[test]
    fn a_site_with_a_problem_comes_first_with_all_its_places() {
        let keys = [
            key(1, PlaceState::There, 1),
            key(2, PlaceState::Expected, 2),
            key(2, PlaceState::NoShow, 9),
            key(3, PlaceState::Late, 0),
        ];
        assert_eq!(order(Order::Problems, &keys), [2, 1, 3, 0]);
        assert_eq!(order(Order::Time, &keys), [3, 0, 1, 2]);
        assert_eq!(order(Order::Site, &keys), [0, 1, 2, 3]);
    }

    #[test]
    fn orders_are_found_by_their_names() {
        assert!(Order::ALL.iter().all(|(order, name, _)| Order::named(name) == Some(*order)));
        assert_eq!(Order::named("rank"), None);
    }

    proptest! {
        /// Every place is there once, and the places of a site stand together.
        #[test]
        fn nothing_is_lost_and_sites_stay_together(all in prop::collection::vec((0u8..4, 0usize..13, 0i64..5), 0..20)) {
            let keys: Vec<_> = all.iter().map(|(site, state, at)| key(*site, PlaceState::ALL[*state], *at)).collect();
            for (by, ..) in Order::ALL {
                let numbers = order(by, &keys);
                let mut sorted = numbers.clone();
                sorted.sort_unstable();
                prop_assert_eq!(sorted, (0..keys.len()).collect::<Vec<_>>());
                let mut sites: Vec<_> = numbers.iter().map(|number| keys[*number].site).collect();
                sites.dedup();
                let runs = sites.len();
                sites.sort_unstable();
                sites.dedup();
                prop_assert_eq!(runs, sites.len());
            }
        }
    }
}

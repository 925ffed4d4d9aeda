//! The console's own files, inside the binary. The hash of a file stands in its name, so that browsers may keep it for ever.

use std::sync::LazyLock;

use detailbook_core::shift::Sha256;

use super::page::{Answer, Page};
use super::visit::Visit;
use crate::problem::Problem;

struct Asset {
    stem: &'static str,
    ending: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

const STYLE: Asset = Asset {
    stem: "console",
    ending: "css",
    media_type: "text/css; charset=utf-8",
    bytes: include_bytes!("../../assets/console.css"),
};
const ICON: Asset =
    Asset { stem: "icon", ending: "svg", media_type: "image/svg+xml", bytes: include_bytes!("../../assets/icon.svg") };

// Made by `scripts/web` from the sources in `sync-server/web`.
const LIVE: Asset = script("live", include_bytes!("../../assets/live.js"));
const KEYS: Asset = script("keys", include_bytes!("../../assets/keys.js"));
const ESTIMATE: Asset = script("estimate", include_bytes!("../../assets/estimate.js"));
const MAP: Asset = script("map", include_bytes!("../../assets/map.js"));
const PASSKEY: Asset = script("passkey", include_bytes!("../../assets/passkey.js"));
const MAP_STYLE: Asset = Asset {
    stem: "map-sheet",
    ending: "css",
    media_type: "text/css; charset=utf-8",
    bytes: include_bytes!("../../assets/map.css"),
};

const ALL: [&Asset; 8] = [&STYLE, &ICON, &LIVE, &KEYS, &ESTIMATE, &MAP, &MAP_STYLE, &PASSKEY];

static NAMED: LazyLock<Vec<(String, &'static Asset)>> =
    LazyLock::new(|| ALL.into_iter().map(|asset| (name(asset), asset)).collect());

const fn script(stem: &'static str, bytes: &'static [u8]) -> Asset {
    Asset { stem, ending: "js", media_type: "text/javascript; charset=utf-8", bytes }
}

/// A script that a page may name. The page does its work without it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Script {
    /// Shows the page's `data-live` regions anew when the agency's feed moved.
    Live,
    /// Takes the keys that the page declares.
    Keys,
    /// Says what a form comes to while it is filled in.
    Estimate,
    /// Draws the page's maps. Brings a sheet of its own.
    Map,
    /// Asks the browser for a passkey.
    Passkey,
}

impl Script {
    /// Where it is.
    pub fn address(self) -> String {
        address(match self {
            Self::Live => LIVE.stem,
            Self::Keys => KEYS.stem,
            Self::Estimate => ESTIMATE.stem,
            Self::Map => MAP.stem,
            Self::Passkey => PASSKEY.stem,
        })
    }

    /// Where its sheet is, if it has one.
    pub fn sheet(self) -> Option<String> {
        (self == Self::Map).then(|| address(MAP_STYLE.stem))
    }
}

fn name(asset: &Asset) -> String {
    let hash = Sha256::of(asset.bytes).to_string();
    format!("{}-{}.{}", asset.stem, &hash[..16], asset.ending)
}

fn address(stem: &str) -> String {
    let found = NAMED.iter().find(|(_, asset)| asset.stem == stem);
    found.map_or_else(String::new, |(name, _)| format!("/console/static/{name}"))
}

/// Where the style sheet is.
pub fn style() -> String {
    address(STYLE.stem)
}

/// Where the icon is.
pub fn icon() -> String {
    address(ICON.stem)
}

/// Gives a file.
pub fn give(visit: &Visit) -> Answer {
    let wanted = visit.param("file");
    let found = NAMED.iter().find(|(name, _)| name == wanted).ok_or_else(Problem::not_found)?;
    Ok(Page::lasting(found.1.media_type, found.1.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_holds_its_hash() {
        let hash = Sha256::of(STYLE.bytes).to_string();
        assert_eq!(style(), format!("/console/static/console-{}.css", &hash[..16]));
        assert_ne!(style(), icon());
    }

    #[test]
    fn the_style_sheets_load_nothing_from_elsewhere() {
        for sheet in [&STYLE, &MAP_STYLE] {
            let text = String::from_utf8_lossy(sheet.bytes).to_lowercase();
            assert!(!text.contains("url(") && !text.contains("@import"), "{}", sheet.stem);
        }
    }

    #[test]
    fn every_script_is_there_under_a_name_of_its_own_and_says_whose_it_is() {
        for script in [Script::Live, Script::Keys, Script::Estimate, Script::Map, Script::Passkey] {
            let found = NAMED.iter().find(|(name, _)| script.address().ends_with(name.as_str())).unwrap();
            let text = String::from_utf8_lossy(found.1.bytes);
            assert!(found.1.media_type.starts_with("text/javascript") && text.starts_with("/*! Detailbook."));
            // What the content policy refuses anyway would only be found by whoever opens the page.
            assert!(!text.contains("eval(") && !text.contains("new Function"), "{script:?}");
        }
        let map = String::from_utf8_lossy(MAP.bytes);
        assert!(map.contains("Redistribution and use in source and binary forms"), "Leaflet's licence goes with it");
        assert!(Script::Map.sheet().is_some() && Script::Live.sheet().is_none());
    }
}

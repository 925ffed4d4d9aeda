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
const PASSKEY: Asset = script("passkey", include_bytes!("../../assets/passkey.js"));
const ICON: Asset =
    Asset { stem: "icon", ending: "svg", media_type: "image/svg+xml", bytes: include_bytes!("../../assets/icon.svg") };

static NAMED: LazyLock<Vec<(String, &'static Asset)>> =
    LazyLock::new(|| [&STYLE, &ICON, &PASSKEY].into_iter().map(|asset| (name(asset), asset)).collect());

const fn script(stem: &'static str, bytes: &'static [u8]) -> Asset {
    Asset { stem, ending: "js", media_type: "text/javascript; charset=utf-8", bytes }
}

/// A script that a page may name. The page does its work without it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Script {
    /// Asks the browser for a passkey.
    Passkey,
}

impl Script {
    /// Where it is.
    pub fn address(self) -> String {
        address(match self {
            Self::Passkey => PASSKEY.stem,
        })
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
    fn the_style_sheet_loads_nothing_from_elsewhere() {
        let text = String::from_utf8_lossy(STYLE.bytes).to_lowercase();
        assert!(!text.contains("url(") && !text.contains("@import"));
    }
}

//! Where the console's maps get pictures of the ground from, if the operator set that. One origin, so that the content policy can name it.

use reqwest::Url;

/// A server of map tiles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tiles {
    url: String,
    origin: String,
    credit: String,
}

impl Tiles {
    /// The tiles at an address with `{z}`, `{x}` and `{y}` in it, and whose they are.
    pub fn new(url: &str, credit: &str) -> Result<Self, String> {
        let (url, credit) = (url.trim(), credit.trim());
        let parsed = Url::parse(url).map_err(|_| "the address is no url".to_owned())?;
        let host = parsed.host_str().unwrap_or_default();
        let own = matches!(host, "127.0.0.1" | "localhost");
        if !(parsed.scheme() == "https" || (own && parsed.scheme() == "http")) {
            return Err("the address must begin with https://".to_owned());
        }
        // What stands in the content policy is a plain name; a choice of several hosts is none.
        if host.is_empty() || !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')) {
            return Err("the address must name one host".to_owned());
        }
        if let Some(missing) = ["{z}", "{x}", "{y}"].into_iter().find(|part| !url.contains(part)) {
            return Err(format!("the address lacks {missing}"));
        }
        if credit.is_empty() {
            return Err("say whose the tiles are".to_owned());
        }
        Ok(Self { url: url.to_owned(), origin: parsed.origin().ascii_serialization(), credit: credit.to_owned() })
    }

    /// The address of a tile.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where they come from, as the content policy names it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whose they are.
    pub fn credit(&self) -> &str {
        &self.credit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_come_from_one_host_over_https() {
        let tiles = Tiles::new(" https://tiles.example.org:8443/a/{z}/{x}/{y}.png?key=k ", "© The mappers").unwrap();
        assert_eq!(tiles.origin(), "https://tiles.example.org:8443");
        assert_eq!(tiles.url(), "https://tiles.example.org:8443/a/{z}/{x}/{y}.png?key=k");
        assert!(Tiles::new("http://127.0.0.1:9000/{z}/{x}/{y}", "own").is_ok());
        for bad in [
            "",
            "tiles.example.org/{z}/{x}/{y}",
            "http://tiles.example.org/{z}/{x}/{y}",
            "https://{s}.example.org/{z}/{x}/{y}",
            "https://a;script-src/{z}/{x}/{y}",
            "https://tiles.example.org/{z}/{x}",
        ] {
            assert!(Tiles::new(bad, "credit").is_err(), "{bad}");
        }
        assert!(Tiles::new("https://tiles.example.org/{z}/{x}/{y}", " ").is_err());
    }
}

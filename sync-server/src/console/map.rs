//! A map on a page: fences, fixes and places, as `sync-server/web` draws them. Whatever it shows stands on the page in words too.

use askama::Template;
use askama::filters::HtmlSafe;
use detailbook_core::geo::{Fence, Fix, Point};
use serde_json::{Value, json};

use super::visit::Visit;

/// How much something on a map asks for somebody. The word for it stands beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// As it should be.
    Good,
    /// To be looked at.
    Warn,
    /// Wrong.
    Bad,
    /// Of no matter now.
    Quiet,
    /// None of these.
    Plain,
}

impl Mark {
    const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Quiet => "quiet",
            Self::Plain => "plain",
        }
    }
}

/// The fields of the form on the same page that a fence is drawn into: their names. They hold the truth, and work without script.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FenceFields {
    /// Latitude of a circle's middle in degrees.
    pub latitude: Option<&'static str>,
    /// Longitude of a circle's middle in degrees.
    pub longitude: Option<&'static str>,
    /// Radius of a circle in metres.
    pub radius: Option<&'static str>,
    /// Lines of `latitude, longitude`; an empty line before each hole.
    pub outline: Option<&'static str>,
}

/// A map. It needs `Script::Map`, and is not there without it.
#[derive(Template, Clone, Debug)]
#[template(path = "console/map.html")]
pub struct Map {
    label: String,
    fences: Vec<Value>,
    fixes: Vec<Value>,
    places: Vec<Value>,
    fields: FenceFields,
    tiles: Option<(String, String)>,
}

impl HtmlSafe for Map {}

impl Map {
    /// A map on which nothing stands yet, and what it is called.
    pub fn new(visit: &Visit, label: &str) -> Self {
        let tiles = visit.app.settings.tiles.as_ref();
        Self {
            label: label.to_owned(),
            fences: Vec::new(),
            fixes: Vec::new(),
            places: Vec::new(),
            fields: FenceFields::default(),
            tiles: tiles.map(|tiles| (tiles.url().to_owned(), tiles.credit().to_owned())),
        }
    }

    /// With a fence; where `way` is a page, its words lead there.
    #[must_use]
    pub fn fence(mut self, fence: &Fence, mark: Mark, says: &str, way: Option<&str>) -> Self {
        let shape = match fence {
            Fence::Circle { center, radius_m } => json!({ "center": pair(*center), "radius": radius_m }),
            Fence::Polygon { rings } => {
                let rings: Vec<Vec<_>> = rings.iter().map(|ring| ring.iter().map(|at| pair(*at)).collect()).collect();
                json!({ "rings": rings })
            }
        };
        self.fences.push(json!({ "fence": shape, "mark": mark.class(), "says": says, "href": way }));
        self
    }

    /// With a fix and the circle of its accuracy.
    #[must_use]
    pub fn fix(mut self, fix: &Fix, mark: Mark, says: &str) -> Self {
        let at = Point { latitude_e7: fix.latitude_e7, longitude_e7: fix.longitude_e7 };
        let accuracy = fix.accuracy_dm.map(|decimetres| f64::from(decimetres) / 10.0);
        self.fixes.push(json!({ "at": pair(at), "accuracy": accuracy, "mark": mark.class(), "says": says }));
        self
    }

    /// With a place; where `way` is a page, its words lead there.
    #[must_use]
    pub fn place(mut self, at: Point, mark: Mark, says: &str, way: Option<&str>) -> Self {
        self.places.push(json!({ "at": pair(at), "mark": mark.class(), "says": says, "href": way }));
        self
    }

    /// Somebody draws a fence on it, into these fields.
    #[must_use]
    pub fn drawn_into(self, fields: FenceFields) -> Self {
        Self { fields, ..self }
    }

    fn shapes(&self) -> String {
        json!({ "fences": self.fences, "fixes": self.fixes, "markers": self.places }).to_string()
    }
}

/// Degrees for the eye: nothing is decided by them.
fn pair(at: Point) -> [f64; 2] {
    [f64::from(at.latitude_e7) / 1e7, f64::from(at.longitude_e7) / 1e7]
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Point = Point { latitude_e7: 423_600_000, longitude_e7: -710_500_000 };

    fn empty() -> Map {
        let (fences, fixes, places) = (Vec::new(), Vec::new(), Vec::new());
        Map { label: "Sites".to_owned(), fences, fixes, places, fields: FenceFields::default(), tiles: None }
    }

    #[test]
    fn what_it_shows_is_escaped_and_reads_back_as_it_was() {
        let says = "Bob's \"<script>\" & co";
        let fence = Fence::Circle { center: AT, radius_m: 150 };
        let hole = Fence::Polygon { rings: vec![vec![AT, AT, AT], vec![AT]] };
        let map = empty().fence(&fence, Mark::Good, says, Some("/console/x")).fence(&hole, Mark::Bad, "", None);
        let text = map.place(AT, Mark::Plain, says, None).render().unwrap();
        let value = text.split("data-shapes=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(!value.contains('<') && !value.contains('\''), "{value}");
        let plain = value.replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'");
        let shapes: Value = serde_json::from_str(&plain.replace("&#38;", "&")).unwrap();
        assert_eq!(shapes["fences"][0]["fence"], json!({ "center": [42.36, -71.05], "radius": 150 }));
        assert_eq!(shapes["fences"][1]["fence"]["rings"].as_array().unwrap().len(), 2);
        assert_eq!((&shapes["fences"][0]["says"], &shapes["markers"][0]["mark"]), (&json!(says), &json!("plain")));
    }

    #[test]
    fn it_names_the_fields_that_it_draws_into_and_tiles_only_where_they_are_set() {
        let plain = empty().render().unwrap();
        assert!(!plain.contains("data-outline") && !plain.contains("data-tiles"));
        let fields = FenceFields { latitude: Some("latitude"), outline: Some("outline"), ..FenceFields::default() };
        let tiles = Some(("https://t.example/{z}/{x}/{y}".to_owned(), "© T".to_owned()));
        let drawn = Map { tiles, ..empty() }.drawn_into(fields).render().unwrap();
        for part in [
            "data-latitude=\"f-latitude\"",
            "data-outline=\"f-outline\"",
            "data-tiles=\"https://t.example/{z}/{x}/{y}\"",
        ] {
            assert!(drawn.contains(part), "{part}: {drawn}");
        }
        assert!(!drawn.contains("data-radius"));
    }
}

//! A new site, and the fence of one: drawn on a map where there is a script, and in any case what stands in the fields.

use askama::Template;
use detailbook_core::geo::{Fence, Point};
use detailbook_core::ids::SiteId;
use detailbook_core::records::{Placement, RecordKind, Site};

use super::changed::{Changed, version};
use super::sought::Places;
use super::words::degrees;
use crate::console::assets::Script;
use crate::console::field::{Choice, Field, Text};
use crate::console::frame::Frame;
use crate::console::map::{FenceFields, Map};
use crate::console::options::labelled;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::roster::{self, SiteDraft};
use crate::store::Sql;

/// Fields of the form.
pub const FIELDS: &[&str] =
    &["version", "customer", "name", "address", "latitude", "longitude", "radius", "outline", "placement"];
/// Metres around the middle where nothing is said.
const USUAL_RADIUS: &str = "150";

#[derive(Template)]
#[template(path = "console/details/site.html")]
struct SitePage {
    frame: Frame,
    title: String,
    action: String,
    act: &'static str,
    version: Option<i64>,
    changed: Changed,
    customer: Choice,
    name: Field,
    address: Field,
    placement: Choice,
    fence: FenceView,
    seal: Seal,
}

struct FenceView {
    latitude: Field,
    longitude: Field,
    radius: Field,
    outline: Text,
    wrong: Option<String>,
    map: Map,
}

impl FenceView {
    fn of(visit: &Visit, drawn: &Drawn) -> Self {
        let fields = FenceFields {
            latitude: Some("latitude"),
            longitude: Some("longitude"),
            radius: Some("radius"),
            outline: Some("outline"),
        };
        let field = |name, label, value: &str| Field::new(visit, name, label).optional(value);
        Self {
            latitude: field("latitude", "Latitude of the middle", &drawn.latitude),
            longitude: field("longitude", "Longitude of the middle", &drawn.longitude),
            radius: field("radius", "Metres around it", &drawn.radius).digits(),
            outline: Text::new(visit, "outline", "Or an outline", 5)
                .optional(&drawn.outline)
                .hint("Lines of latitude, longitude; an empty line before each hole. It comes before the circle."),
            wrong: visit.wrong("fence"),
            map: Map::new(visit, "Fence of the site").drawn_into(fields),
        }
    }
}

/// What stands in the fields of a fence.
struct Drawn {
    latitude: String,
    longitude: String,
    radius: String,
    outline: String,
}

impl Drawn {
    fn of(fence: &Fence) -> Self {
        let none = || Self {
            latitude: String::new(),
            longitude: String::new(),
            radius: String::new(),
            outline: String::new(),
        };
        match fence {
            Fence::Circle { center, radius_m } => Self {
                latitude: degrees(center.latitude_e7),
                longitude: degrees(center.longitude_e7),
                radius: radius_m.to_string(),
                ..none()
            },
            Fence::Polygon { rings } => Self { outline: outline(rings), ..none() },
        }
    }

    fn typed(visit: &Visit) -> Self {
        let text = |name| visit.typed(name).trim().to_owned();
        Self {
            latitude: text("latitude"),
            longitude: text("longitude"),
            radius: text("radius"),
            outline: text("outline"),
        }
    }

    /// The fence that they say: an outline comes before a circle.
    fn fence(&self) -> Result<Fence, Problem> {
        if !self.outline.is_empty() {
            return Ok(Fence::Polygon { rings: rings(&self.outline)? });
        }
        let at = |field: &str, text: &str, most: i64| {
            degrees_e7(text, most).ok_or_else(|| Problem::invalid(field, "must be degrees such as 42.3601"))
        };
        let center = Point {
            latitude_e7: at("latitude", &self.latitude, 90)?,
            longitude_e7: at("longitude", &self.longitude, 180)?,
        };
        let radius_m = self.radius.parse().map_err(|_| Problem::invalid("radius", "must be whole metres"))?;
        Ok(Fence::Circle { center, radius_m })
    }
}

/// Degrees as people write them, in 1e-7: exact, and nothing beyond `most` either way.
fn degrees_e7(text: &str, most: i64) -> Option<i32> {
    let text = text.trim();
    let (sign, plain) = text.strip_prefix('-').map_or((1, text), |plain| (-1, plain));
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || !digits(whole) || !digits(part) || part.len() > 15 {
        return None;
    }
    // Beyond the seventh place are parts of a centimetre.
    let part: String = part.chars().chain(std::iter::repeat('0')).take(7).collect();
    let e7 = whole.parse::<i64>().ok()? * 10_000_000 + part.parse::<i64>().ok()?;
    (e7 <= most * 10_000_000).then(|| i32::try_from(sign * e7).ok()).flatten()
}

/// Lines of latitude and longitude, with an empty line before each hole.
fn outline(rings: &[Vec<Point>]) -> String {
    let line = |at: &Point| format!("{}, {}", degrees(at.latitude_e7), degrees(at.longitude_e7));
    let ring = |ring: &Vec<Point>| ring.iter().map(line).collect::<Vec<_>>().join("\n");
    rings.iter().map(ring).collect::<Vec<_>>().join("\n\n")
}

fn rings(text: &str) -> Result<Vec<Vec<Point>>, Problem> {
    let mut rings = vec![Vec::new()];
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            if rings.last().is_some_and(|ring: &Vec<Point>| !ring.is_empty()) {
                rings.push(Vec::new());
            }
            continue;
        }
        let point = line.split_once(',').and_then(|(latitude, longitude)| {
            Some(Point { latitude_e7: degrees_e7(latitude, 90)?, longitude_e7: degrees_e7(longitude, 180)? })
        });
        let wrong = || format!("must be lines such as 42.3601, -71.0589: line {} is none", number + 1);
        let point = point.ok_or_else(|| Problem::invalid("outline", &wrong()))?;
        if let Some(ring) = rings.last_mut() {
            ring.push(point);
        }
    }
    rings.retain(|ring| !ring.is_empty());
    Ok(rings)
}

fn page(sql: &mut dyn Sql, visit: &Visit, known: Option<&Site>) -> Result<SitePage, Problem> {
    let places = Places::of(sql, visit.agency()?)?;
    let drawn = match known {
        Some(site) if visit.form.is_empty() => Drawn::of(&site.fence),
        None if visit.form.is_empty() => Drawn { radius: USUAL_RADIUS.to_owned(), ..Drawn::typed(visit) },
        _ => Drawn::typed(visit),
    };
    let value = |name: &str, kept: Option<&str>| {
        if visit.form.is_empty() { kept.unwrap_or_default().to_owned() } else { visit.typed(name).to_owned() }
    };
    let choose = [(String::new(), "Choose a customer".to_owned())].into_iter().chain(places.customer_options());
    let placements = [("surveyed", "It is where it stands"), ("placeholder", "About there: to be put right")];
    let placements = labelled(&placements);
    let surveyed = known.is_none_or(|site| site.placement == Placement::Surveyed);
    Ok(SitePage {
        frame: Frame::of(visit, "A new site").with(&[Script::Map]),
        title: "A new site".to_owned(),
        action: "/console/details/sites/new".to_owned(),
        act: "Enter the site",
        version: None,
        changed: Changed::default(),
        customer: Choice::new(
            visit,
            "customer",
            "Customer",
            choose,
            &value("customer", known.map(|it| it.customer.to_string()).as_deref()),
        ),
        name: Field::new(visit, "name", "Name").holding(&value("name", known.map(|site| site.name.as_str()))),
        address: Field::new(visit, "address", "Address")
            .optional(&value("address", known.map(|site| site.address.as_str()))),
        placement: Choice::new(
            visit,
            "placement",
            "Fence",
            placements,
            if surveyed { "surveyed" } else { "placeholder" },
        ),
        fence: FenceView::of(visit, &drawn),
        seal: visit.seal("/console/details/sites/new"),
    })
}

/// The form of a new site.
pub fn new(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    Page::html(&page(sql, visit, None)?)
}

fn draft(visit: &Visit) -> Result<SiteDraft, Problem> {
    Ok(SiteDraft {
        customer: visit.typed("customer").parse().map_err(|_| Problem::invalid("customer", "must be one of these"))?,
        name: visit.typed("name").to_owned(),
        address: visit.typed("address").to_owned(),
        fence: Drawn::typed(visit).fence()?,
        placement: match visit.typed("placement") {
            "surveyed" => Placement::Surveyed,
            "placeholder" => Placement::Placeholder,
            _ => return Err(Problem::invalid("placement", "must be one of these")),
        },
    })
}

/// Enters it, and goes on to a detail there.
pub fn add(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let draft = draft(visit)?;
    let id = roster::create(sql, &visit.by()?, None, &draft, &mut visit.app.entropy.clone())?;
    Ok(Page::to(&format!("/console/details/new?site={id}&said=site")))
}

/// The form of a site that is there.
pub fn edit(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<SiteId>("id")?;
    let stored = filing::get::<Site>(sql, visit.agency()?, id)?;
    let changed = Changed::since(sql, visit, RecordKind::Site, id, &stored)?;
    let path = format!("/console/details/sites/{id}");
    Page::html(&SitePage {
        frame: Frame::of(visit, &stored.record.name).with(&[Script::Map]),
        title: stored.record.name.clone(),
        act: "Change the site",
        version: Some(stored.version),
        changed,
        seal: visit.seal(&path),
        action: path,
        ..page(sql, visit, Some(&stored.record))?
    })
}

/// Changes it.
pub fn change(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<SiteId>("id")?;
    filing::get::<Site>(sql, visit.agency()?, id)?;
    roster::edit(sql, &visit.by()?, id, version(visit)?, &draft(visit)?)?;
    Ok(Page::to(&format!("/console/details/sites/{id}?said=site_changed")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn degrees_are_read_as_people_write_them() {
        let read = [
            ("42.36", Some(423_600_000)),
            ("-71.0500001", Some(-710_500_001)),
            ("0", Some(0)),
            ("-0.0000005", Some(-5)),
        ];
        for (text, e7) in read {
            assert_eq!(degrees_e7(text, 90), e7, "{text}");
        }
        assert_eq!(degrees_e7("42.123456789", 90), Some(421_234_567), "parts of a centimetre go");
        for wrong in ["", "-", ".5", "91", "90.0000001", "1e3", "4 2", "42,36", "+5", "--5", "1234"] {
            assert_eq!(degrees_e7(wrong, 90), None, "{wrong}");
        }
    }

    #[test]
    fn an_outline_has_holes_after_empty_lines_and_names_the_line_that_is_wrong() {
        let found = rings("1, 1\n1, 2\n2, 1\n\n\n1.1, 1.1\n1.1,1.2\n1.2,1.1\n").unwrap();
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3]);
        let wrong = rings("1, 1\n1; 2").unwrap_err().reason;
        assert!(wrong.starts_with("outline: ") && wrong.ends_with("line 2 is none"), "{wrong}");
    }

    proptest! {
        #[test]
        fn what_is_shown_of_a_fence_reads_back_as_it_was(
            points in proptest::collection::vec((-900_000_000i32..=900_000_000, -1_800_000_000i32..=1_800_000_000), 1..20), circle in any::<bool>()
        ) {
            let points: Vec<_> =
                points.into_iter().map(|(latitude_e7, longitude_e7)| Point { latitude_e7, longitude_e7 }).collect();
            let fence = if circle {
                Fence::Circle { center: points[0], radius_m: 150 }
            } else {
                Fence::Polygon { rings: vec![points.clone(), points] }
            };
            prop_assert_eq!(Drawn::of(&fence).fence().unwrap(), fence);
        }
    }
}

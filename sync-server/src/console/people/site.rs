//! One site, and the form that enters or changes it. Its fence is what stands in the fields; where there is a script, a map draws into them.

use askama::Template;
use detailbook_core::geo::{DEFAULT_RADIUS_M, Fence, MIN_RADIUS_M, Point};
use detailbook_core::ids::SiteId;
use detailbook_core::records::{Placement, RecordKind, Site};
use detailbook_core::wire::Refusal;

use super::kept;
use super::sites::{choices, customers};
use crate::access::scope::Scope;
use crate::console::assets::Script;
use crate::console::changed::{Changed, version};
use crate::console::field::{Choice, Field, Text};
use crate::console::frame::Frame;
use crate::console::map::{FenceFields, Map, Mark};
use crate::console::options::labelled;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::fence_text;
use crate::filing;
use crate::problem::Problem;
use crate::roster::{self, SiteDraft};
use crate::store::Sql;

/// Fields of the form that enters one. `then`: where somebody goes on to.
pub(super) const FIELDS: &[&str] =
    &["customer", "name", "address", "placement", "latitude", "longitude", "radius", "outline", "then"];
/// Fields of the form that changes one.
pub(super) const EDITED: &[&str] =
    &["customer", "name", "address", "placement", "latitude", "longitude", "radius", "outline", "version"];
/// Whoever enters a site in the midst of making a detail goes back to the detail.
const DETAIL: &str = "detail";
const PLACEMENTS: &[(&str, &str)] =
    &[("surveyed", "It is where it stands"), ("placeholder", "About there: to be put right")];
const DRAWN_INTO: FenceFields = FenceFields {
    latitude: Some("latitude"),
    longitude: Some("longitude"),
    radius: Some("radius"),
    outline: Some("outline"),
};

#[derive(Template)]
#[template(path = "console/people/site.html")]
struct SitePage {
    frame: Frame,
    heading: String,
    said: Option<String>,
    placeholder: bool,
    /// What is there, for who only looks at it.
    map: Option<Map>,
    form: Option<Form>,
}

struct Form {
    action: String,
    back: String,
    button: &'static str,
    then: String,
    version: Option<i64>,
    changed: Changed,
    customer: Choice,
    name: Field,
    address: Field,
    placement: Choice,
    fence: FenceView,
    least: u32,
    seal: Seal,
}

struct FenceView {
    latitude: Field,
    longitude: Field,
    radius: Field,
    outline: Text,
    map: Map,
}

/// What stands in the fields of a form.
#[derive(Default)]
struct Holds {
    customer: String,
    name: String,
    address: String,
    placement: &'static str,
    drawn: Drawn,
}

/// What stands in the fields of a fence.
#[derive(Default)]
struct Drawn {
    latitude: String,
    longitude: String,
    radius: String,
    outline: String,
}

impl Holds {
    fn of(site: &Site) -> Self {
        Self {
            customer: site.customer.to_string(),
            name: site.name.clone(),
            address: site.address.clone(),
            placement: match site.placement {
                Placement::Surveyed => "surveyed",
                Placement::Placeholder => "placeholder",
            },
            drawn: Drawn::of(&site.fence),
        }
    }
}

impl Drawn {
    fn of(fence: &Fence) -> Self {
        match fence {
            Fence::Circle { center, radius_m } => Self {
                latitude: fence_text::degrees(center.latitude_e7),
                longitude: fence_text::degrees(center.longitude_e7),
                radius: radius_m.to_string(),
                outline: String::new(),
            },
            Fence::Polygon { rings } => Self { outline: fence_text::rings_text(rings), ..Self::default() },
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
            let rings = fence_text::rings(&self.outline)
                .map_err(|why| Problem::invalid("outline", &format!("cannot be read: {why}")))?;
            return Ok(Fence::Polygon { rings });
        }
        let at = |field: &str, text: &str, most: u32| {
            let found = fence_text::degrees_e7(text).filter(|e7| e7.unsigned_abs() <= most * 10_000_000);
            found.ok_or_else(|| Problem::invalid(field, "must be degrees such as 42.3601"))
        };
        let center = Point {
            latitude_e7: at("latitude", &self.latitude, 90)?,
            longitude_e7: at("longitude", &self.longitude, 180)?,
        };
        let radius_m = self.radius.parse();
        let radius_m = radius_m.map_err(|_| Problem::invalid("radius", "must be a whole number of meters"))?;
        Ok(Fence::Circle { center, radius_m })
    }
}

impl FenceView {
    fn of(visit: &Visit, drawn: &Drawn) -> Self {
        let field = |name, label, value| Field::new(visit, name, label).optional(kept(visit, name, Some(value)));
        Self {
            latitude: field("latitude", "Latitude of the middle", &drawn.latitude),
            longitude: field("longitude", "Longitude of the middle", &drawn.longitude),
            radius: field("radius", "Radius in meters", &drawn.radius).digits(),
            outline: Text::new(visit, "outline", "Or an outline", 6)
                .optional(kept(visit, "outline", Some(&drawn.outline)))
                .hint("Latitude, longitude: a corner a line. An empty line begins a hole. It comes before the circle."),
            map: Map::new(visit, "Fence of the site").drawn_into(DRAWN_INTO),
        }
    }
}

impl Form {
    fn of(sql: &mut dyn Sql, visit: &Visit, action: String, holds: &Holds) -> Result<Self, Problem> {
        let unchosen = [(String::new(), "Choose a customer".to_owned())];
        let names = unchosen.into_iter().chain(choices(&customers(sql, visit)?));
        Ok(Self {
            seal: visit.seal(&action),
            action,
            back: "/console/sites".to_owned(),
            button: "Add",
            then: String::new(),
            version: None,
            changed: Changed::default(),
            customer: Choice::new(visit, "customer", "Customer", names, &holds.customer),
            name: Field::new(visit, "name", "Name").holding(kept(visit, "name", Some(&holds.name))),
            address: Field::new(visit, "address", "Street address").optional(kept(
                visit,
                "address",
                Some(&holds.address),
            )),
            placement: Choice::new(visit, "placement", "How exact the fence is", labelled(PLACEMENTS), holds.placement),
            fence: FenceView::of(visit, &holds.drawn),
            least: MIN_RADIUS_M,
        })
    }
}

/// The form that adds one.
pub(super) fn new(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let holds = Holds {
        customer: visit.query.get("customer").to_owned(),
        placement: "surveyed",
        drawn: Drawn { radius: DEFAULT_RADIUS_M.to_string(), ..Drawn::default() },
        ..Holds::default()
    };
    let then = kept(visit, "then", Some(visit.query.get("then"))).to_owned();
    let form = Form { then, ..Form::of(sql, visit, "/console/sites/new".to_owned(), &holds)? };
    Page::html(&SitePage {
        frame: Frame::of(visit, "Add a site").with(&[Script::Map]),
        heading: "Add a site".to_owned(),
        said: None,
        placeholder: false,
        map: None,
        form: Some(form),
    })
}

/// One of them: with its form, for who may change it.
pub(super) fn one(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<SiteId>("id")?;
    let stored = filing::get::<Site>(sql, visit.agency()?, id)?;
    let changed = Changed::since(sql, visit, RecordKind::Site, id, &stored)?;
    let (site, names) = (stored.record, customers(sql, visit)?);
    let (said, placeholder) = (fence_text::said(&site.fence), site.placement == Placement::Placeholder);
    let customer = names.get(&site.customer).cloned().unwrap_or_default();
    let (mut map, mut form) = (None, None);
    if visit.who()?.may(Scope::RecordsWrite) {
        form = Some(Form {
            back: format!("/console/customers/{}", site.customer),
            button: "Save",
            version: Some(stored.version),
            changed,
            ..Form::of(sql, visit, format!("/console/sites/{id}/edit"), &Holds::of(&site))?
        });
    } else {
        let mark = if placeholder { Mark::Warn } else { Mark::Plain };
        map = Some(Map::new(visit, "Fence of the site").fence(&site.fence, mark, &site.name, None));
    }
    Page::html(&SitePage {
        frame: Frame::of(visit, &site.name).with(&[Script::Map]),
        heading: site.name,
        said: Some(format!("{customer}: {said}")),
        placeholder,
        map,
        form,
    })
}

fn typed(visit: &Visit) -> Result<SiteDraft, Problem> {
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

/// What is wrong with the fence, at the field by which it was drawn.
fn at_its_field(visit: &Visit, problem: Problem) -> Problem {
    let field = if visit.typed("outline").trim().is_empty() { "radius" } else { "outline" };
    match problem.reason.strip_prefix("fence: ") {
        Some(why) if problem.refusal == Refusal::Invalid => Problem::invalid(field, &format!("makes no fence: {why}")),
        _ => problem,
    }
}

/// Adds one.
pub(super) fn add(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = roster::create(sql, &visit.by()?, None, &typed(visit)?, &mut visit.app.entropy.clone())
        .map_err(|problem| at_its_field(visit, problem))?;
    Ok(Page::to(&match visit.typed("then") {
        DETAIL => format!("/console/details/new?site={id}&said=site"),
        _ => format!("/console/sites/{id}?said=entered"),
    }))
}

/// Changes one.
pub(super) fn save(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<SiteId>("id")?;
    filing::get::<Site>(sql, visit.agency()?, id)?;
    roster::edit(sql, &visit.by()?, id, version(visit)?, &typed(visit)?)
        .map_err(|problem| at_its_field(visit, problem))?;
    Ok(Page::to(&format!("/console/sites/{id}?said=saved")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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

    #[test]
    fn a_place_beyond_the_poles_is_wrong_at_its_field() {
        let drawn = |latitude: &str, longitude: &str| Drawn {
            latitude: latitude.to_owned(),
            longitude: longitude.to_owned(),
            radius: "150".to_owned(),
            outline: String::new(),
        };
        assert!(drawn("-90", "180").fence().is_ok());
        for (wrong, field) in [(drawn("90.0000001", "0"), "latitude: "), (drawn("0", "-180.0000001"), "longitude: ")] {
            assert!(wrong.fence().unwrap_err().reason.starts_with(field));
        }
    }
}

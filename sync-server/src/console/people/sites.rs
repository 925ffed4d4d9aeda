//! Sites: a list, one of them with its fence as text, and the forms that change them.

use std::collections::BTreeMap;

use askama::Template;
use detailbook_core::geo::{DEFAULT_RADIUS_M, Fence, MIN_RADIUS_M};
use detailbook_core::ids::{CustomerId, RecordId, SiteId};
use detailbook_core::records::{Customer, Placement, Site};

use super::stale::{Now, kept, version};
use crate::access::scope::Scope;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled};
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::fence_text;
use crate::filing;
use crate::problem::Problem;
use crate::roster::{self, SiteDraft};
use crate::store::{Sql, listing};

/// What the list's address may hold.
pub(super) const FILTER: &[&str] = &["find", "customer", "sort", "part", "said"];
pub(super) const FIELDS: &[&str] = &["customer", "name", "address", "middle", "radius_m", "corners"];
pub(super) const EDITED: &[&str] = &["customer", "name", "address", "middle", "radius_m", "corners", "version"];
const ORDERS: &[(&str, &str)] = &[("name", "Name"), ("customer", "Customer")];

#[derive(Template)]
#[template(path = "console/people/sites.html")]
struct SitesPage {
    frame: Frame,
    lines: Vec<Line>,
    part: Part,
    find: Field,
    customer: Choice,
    sort: Choice,
    may_write: bool,
}

struct Line {
    id: SiteId,
    name: String,
    customer: CustomerId,
    customer_name: String,
    address: String,
    fence: String,
    placeholder: bool,
}

type Names = BTreeMap<CustomerId, String>;

fn customers(sql: &mut dyn Sql, visit: &Visit) -> Result<Names, Problem> {
    let all = listing::of_kind::<Customer>(sql, visit.agency()?, RecordId::NIL, i64::MAX)?;
    Ok(all.into_iter().map(|(_, stored)| (stored.record.id, stored.record.name)).collect())
}

fn choices(names: &Names) -> Vec<(String, String)> {
    let mut all: Vec<_> = names.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    all.sort_by(|one, other| one.1.cmp(&other.1));
    all
}

fn found(sql: &mut dyn Sql, visit: &Visit, names: &Names) -> Result<Vec<Line>, Problem> {
    let all = listing::of_kind::<Site>(sql, visit.agency()?, RecordId::NIL, i64::MAX)?;
    let (find, customer) = (visit.query.get("find").to_lowercase(), visit.query.get("customer"));
    let line = |it: Site| Line {
        id: it.id,
        customer: it.customer,
        customer_name: names.get(&it.customer).cloned().unwrap_or_default(),
        fence: fence_text::said(&it.fence),
        placeholder: it.placement == Placement::Placeholder,
        name: it.name,
        address: it.address,
    };
    let fits = |it: &Line| {
        (customer.is_empty() || it.customer.to_string() == customer)
            && (it.name.to_lowercase().contains(&find) || it.address.to_lowercase().contains(&find))
    };
    let mut lines: Vec<_> = all.into_iter().map(|(_, stored)| line(stored.record)).filter(fits).collect();
    match visit.query.get("sort") {
        "customer" => lines.sort_by_cached_key(|it| (it.customer_name.to_lowercase(), it.name.to_lowercase(), it.id)),
        _ => lines.sort_by_cached_key(|it| (it.name.to_lowercase(), it.id)),
    }
    Ok(lines)
}

/// The list.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let names = customers(sql, visit)?;
    let lines = found(sql, visit, &names)?;
    let (lines, part) = Part::of(visit, "/console/sites", &["find", "customer", "sort"], lines);
    let asked = |name| visit.query.get(name);
    Page::html(&SitesPage {
        frame: Frame::of(visit, "Sites"),
        lines,
        part,
        find: Field::new(visit, "find", "Name or address").optional(asked("find")),
        customer: Choice::new(visit, "customer", "Customer", any(choices(&names)), asked("customer")),
        sort: Choice::new(visit, "sort", "Order", labelled(ORDERS), asked("sort")),
        may_write: visit.who()?.may(Scope::RecordsWrite),
    })
}

/// The same as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let names = customers(sql, visit)?;
    let mut csv = Csv::of(&["id", "name", "customer", "address", "fence"]);
    for it in found(sql, visit, &names)? {
        csv.line([it.id.to_string(), it.name, it.customer_name, it.address, it.fence]);
    }
    Ok(Page::csv("sites.csv", csv.finish()))
}

#[derive(Template)]
#[template(path = "console/people/site.html")]
struct SitePage {
    frame: Frame,
    heading: String,
    action: String,
    back: String,
    /// Where the same is drawn on a map.
    drawn: String,
    button: &'static str,
    version: Option<i64>,
    now: Now,
    said: Option<String>,
    placeholder: bool,
    customer: Choice,
    fields: Vec<Field>,
    corners: String,
    corners_wrong: Option<String>,
    may_write: bool,
    least: u32,
    seal: Seal,
}

/// What the fields of a form hold before anything is typed.
#[derive(Default)]
struct Holds {
    customer: String,
    name: String,
    address: String,
    middle: String,
    radius_m: String,
    corners: String,
}

impl Holds {
    fn of(site: &Site) -> Self {
        let (mut middle, mut radius_m, mut corners) = (String::new(), String::new(), String::new());
        match &site.fence {
            Fence::Circle { center, radius_m: radius } => {
                (middle, radius_m) = (fence_text::point_text(*center), radius.to_string());
            }
            Fence::Polygon { rings } => corners = fence_text::rings_text(rings),
        }
        let (customer, name, address) = (site.customer.to_string(), site.name.clone(), site.address.clone());
        Self { customer, name, address, middle, radius_m, corners }
    }
}

fn fields(visit: &Visit, holds: &Holds) -> Vec<Field> {
    let value = |name, is| kept(visit, name, Some(is));
    vec![
        Field::new(visit, "name", "Name").holding(value("name", &holds.name)),
        Field::new(visit, "address", "Street address").optional(value("address", &holds.address)),
        Field::new(visit, "middle", "Middle of the fence")
            .optional(value("middle", &holds.middle))
            .hint("Latitude and longitude, such as 42.3601, -71.0589. Empty for a polygon."),
        Field::new(visit, "radius_m", "Radius in meters").digits().optional(value("radius_m", &holds.radius_m)),
    ]
}

/// The form that adds one.
pub(super) fn new(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let names = customers(sql, visit)?;
    let holds = Holds {
        customer: visit.query.get("customer").to_owned(),
        radius_m: DEFAULT_RADIUS_M.to_string(),
        ..Holds::default()
    };
    Page::html(&SitePage {
        frame: Frame::of(visit, "Add a site"),
        heading: "Add a site".to_owned(),
        action: "/console/sites/new".to_owned(),
        back: "/console/sites".to_owned(),
        drawn: "/console/details/sites/new".to_owned(),
        button: "Add",
        version: None,
        now: Now::default(),
        said: None,
        placeholder: false,
        customer: Choice::new(visit, "customer", "Customer", choices(&names), &holds.customer),
        fields: fields(visit, &holds),
        corners: kept(visit, "corners", None).to_owned(),
        corners_wrong: visit.wrong("corners"),
        may_write: true,
        least: MIN_RADIUS_M,
        seal: visit.seal("/console/sites/new"),
    })
}

/// One of them, with its form.
pub(super) fn one(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<SiteId>("id")?;
    let stored = filing::get::<Site>(sql, visit.agency()?, id)?;
    let (site, names) = (stored.record, customers(sql, visit)?);
    let (holds, said) = (Holds::of(&site), fence_text::said(&site.fence));
    let customer = names.get(&site.customer).cloned().unwrap_or_default();
    let action = format!("/console/sites/{id}/edit");
    Page::html(&SitePage {
        frame: Frame::of(visit, &site.name),
        heading: site.name.clone(),
        seal: visit.seal(&action),
        action,
        back: format!("/console/customers/{}", site.customer),
        drawn: format!("/console/details/sites/{id}"),
        button: "Save",
        version: Some(stored.version),
        now: Now::of(
            visit,
            [("Customer", &customer), ("Name", &site.name), ("Street address", &site.address), ("Fence", &said)],
        ),
        said: Some(format!("{customer}: {said}")),
        placeholder: site.placement == Placement::Placeholder,
        customer: Choice::new(visit, "customer", "Customer", choices(&names), &holds.customer),
        fields: fields(visit, &holds),
        corners: kept(visit, "corners", Some(&holds.corners)).to_owned(),
        corners_wrong: visit.wrong("corners"),
        may_write: visit.who()?.may(Scope::RecordsWrite),
        least: MIN_RADIUS_M,
    })
}

/// The fence that was typed: a circle or corners.
fn fence(visit: &Visit) -> Result<Fence, Problem> {
    let (middle, corners) = (visit.typed("middle").trim(), visit.typed("corners").trim());
    match (middle.is_empty(), corners.is_empty()) {
        (false, false) => Err(Problem::invalid("middle", "must be empty where the fence is a polygon")),
        (true, true) => Err(Problem::invalid("middle", "must be given, or the corners of a polygon")),
        (true, false) => {
            let rings = fence_text::rings(corners)
                .map_err(|why| Problem::invalid("corners", &format!("cannot be read: {why}")))?;
            Ok(Fence::Polygon { rings })
        }
        (false, true) => {
            let wanted = |_| Problem::invalid("middle", "must be latitude and longitude such as 42.3601, -71.0589");
            let center = fence_text::point(middle).map_err(wanted)?;
            let radius_m = visit.typed("radius_m").trim().parse();
            let radius_m = radius_m.map_err(|_| Problem::invalid("radius_m", "must be a whole number of meters"))?;
            Ok(Fence::Circle { center, radius_m })
        }
    }
}

/// What was typed. A fence that stays as it is stays as exact as it was known.
fn typed(visit: &Visit, before: Option<&Site>) -> Result<SiteDraft, Problem> {
    let customer = visit.typed("customer").parse().map_err(|_| Problem::invalid("customer", "must be one of these"))?;
    let fence = fence(visit)?;
    let placement = before.filter(|site| site.fence == fence).map_or(Placement::Surveyed, |site| site.placement);
    Ok(SiteDraft {
        customer,
        name: visit.typed("name").to_owned(),
        address: visit.typed("address").to_owned(),
        fence,
        placement,
    })
}

/// What is wrong with the fence, at the field by which it was drawn.
fn at_its_field(visit: &Visit, problem: Problem) -> Problem {
    let field = if visit.typed("corners").trim().is_empty() { "middle" } else { "corners" };
    match problem.reason.strip_prefix("fence: ") {
        Some(why) => Problem::invalid(field, &format!("makes no fence: {why}")),
        None => problem,
    }
}

/// Adds one.
pub(super) fn add(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = roster::create(sql, &visit.by()?, None, &typed(visit, None)?, &mut visit.app.entropy.clone())
        .map_err(|problem| at_its_field(visit, problem))?;
    Ok(Page::to(&format!("/console/sites/{id}?said=entered")))
}

/// Changes one.
pub(super) fn save(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<SiteId>("id")?;
    let before = filing::get::<Site>(sql, visit.agency()?, id)?.record;
    roster::edit(sql, &visit.by()?, id, version(visit)?, &typed(visit, Some(&before))?)
        .map_err(|problem| at_its_field(visit, problem))?;
    Ok(Page::to(&format!("/console/sites/{id}?said=saved")))
}

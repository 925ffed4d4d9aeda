//! Sites: the list.

use std::collections::BTreeMap;

use askama::Template;
use detailbook_core::ids::{CustomerId, RecordId, SiteId};
use detailbook_core::records::{Customer, Placement, Site};

use crate::access::scope::Scope;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled};
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::visit::Visit;
use crate::fence_text;
use crate::problem::Problem;
use crate::store::{Sql, listing};

/// What the list's address may hold.
pub(super) const FILTER: &[&str] = &["find", "customer", "sort", "part", "said"];
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

pub(super) type Names = BTreeMap<CustomerId, String>;

pub(super) fn customers(sql: &mut dyn Sql, visit: &Visit) -> Result<Names, Problem> {
    let all = listing::of_kind::<Customer>(sql, visit.agency()?, RecordId::NIL, i64::MAX)?;
    Ok(all.into_iter().map(|(_, stored)| (stored.record.id, stored.record.name)).collect())
}

pub(super) fn choices(names: &Names) -> Vec<(String, String)> {
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
    Page::html(&SitesPage {
        frame: Frame::of(visit, "Sites"),
        lines,
        part,
        find: Field::asked(visit, "find", "Name or address"),
        customer: Choice::asked(visit, "customer", "Customer", any(choices(&names))),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
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

//! What ends soon: approvals, certifications and equipment of officers, and papers of customers.

use std::collections::BTreeMap;

use askama::Template;
use detailbook_core::ids::{AgencyId, RecordId};
use detailbook_core::records::{Customer, Officer};

use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled};
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::visit::Visit;
use crate::personnel::Kind;
use crate::personnel::renewals::renewals;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, listing};

/// What the list's address may hold.
pub(super) const FILTER: &[&str] = &["find", "what", "within", "sort", "part"];
/// What of it is kept from part to part.
pub(super) const KEPT: &[&str] = &["find", "what", "within", "sort"];
const WHATS: &[(&str, &str)] = &[
    (Kind::Approvals.name(), "Approval"),
    (Kind::Documents.name(), "Certification or equipment"),
    (Kind::CustomerDocuments.name(), "Customer's paper"),
];
const ORDERS: &[(&str, &str)] = &[("until", "First to end first"), ("name", "Whose")];
/// Days ahead where none are asked for, and most of them.
const USUAL: i64 = 60;
const MOST: i64 = 400;

#[derive(Template)]
#[template(path = "console/people/renewals.html")]
struct RenewalsPage {
    frame: Frame,
    find: Field,
    what: Choice,
    within: Field,
    sort: Choice,
    lines: Vec<Line>,
    part: Part,
}

struct Line {
    what: &'static str,
    kind: String,
    name: String,
    /// The page of whose it is.
    page: String,
    until: String,
    days: i64,
}

/// What everybody is called of whom something may end, by their id.
fn names(sql: &mut dyn Sql, agency: AgencyId) -> Result<BTreeMap<RecordId, String>, StoreError> {
    let officers = listing::of_kind::<Officer>(sql, agency, RecordId::NIL, i64::MAX)?;
    let customers = listing::of_kind::<Customer>(sql, agency, RecordId::NIL, i64::MAX)?;
    let officers = officers.into_iter().map(|(id, it)| (id, it.record.name));
    Ok(officers.chain(customers.into_iter().map(|(id, it)| (id, it.record.name))).collect())
}

/// How many days ahead the address asks for.
fn within(visit: &Visit) -> Result<i64, Problem> {
    match visit.query.get("within").trim() {
        "" => Ok(USUAL),
        days => {
            let days = days.parse().ok().filter(|days| (1..=MOST).contains(days));
            days.ok_or_else(|| Problem::invalid("within", "must be from 1 to 400 days"))
        }
    }
}

/// Those that the address asks for, in its order.
fn sought(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Line>, Problem> {
    let (find, what) = (visit.query.get("find").trim().to_lowercase(), visit.query.get("what"));
    let names = names(sql, visit.agency()?)?;
    let mut lines = Vec::new();
    for it in renewals(sql, visit.agency()?, visit.now, within(visit)?)? {
        let of_customer = it.what == Kind::CustomerDocuments.name();
        let name = names.get(&it.of).cloned().unwrap_or_default();
        let kind = it.kind.replace('_', " ");
        let named = name.to_lowercase().contains(&find) || kind.to_lowercase().contains(&find);
        if !named || !(what.is_empty() || what == it.what) {
            continue;
        }
        lines.push(Line {
            what: WHATS.iter().find(|(code, _)| *code == it.what).map_or(it.what, |(_, label)| label),
            page: format!("/console/{}/{}", if of_customer { "customers" } else { "officers" }, it.of),
            kind,
            name,
            until: it.until.to_string(),
            days: it.days,
        });
    }
    if visit.query.get("sort") == "name" {
        lines.sort_by_cached_key(|it| it.name.to_lowercase());
    }
    Ok(lines)
}

/// The list.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (lines, part) = Part::of(visit, "/console/renewals", KEPT, sought(sql, visit)?);
    Page::html(&RenewalsPage {
        frame: Frame::of(visit, "What ends soon"),
        find: Field::asked(visit, "find", "Whose, or of which kind").hint("Part of the name."),
        what: Choice::asked(visit, "what", "What", any(labelled(WHATS))),
        within: Field::asked(visit, "within", "Within days").digits().hint("Empty: 60."),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        lines,
        part,
    })
}

/// The same as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let mut csv = Csv::of(&["what", "kind", "whose", "last_day", "days"]);
    for it in sought(sql, visit)? {
        csv.line([it.what.to_owned(), it.kind, it.name, it.until, it.days.to_string()]);
    }
    Ok(Page::csv("renewals.csv", csv.finish()))
}

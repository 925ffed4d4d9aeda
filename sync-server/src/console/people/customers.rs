//! Customers: a list, one of them with their sites and papers, and the forms that change them.

use askama::Template;
use detailbook_core::ids::{CustomerId, RecordId, SiteId};
use detailbook_core::records::{Customer, RecordKind, Site};
use detailbook_core::shift::Sha256;

use super::kept;
use crate::access::scope::Scope;
use crate::console::changed::{Changed, version};
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::labelled;
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::fence_text;
use crate::filing;
use crate::personnel::customers::{self as papers, CustomerDocument};
use crate::problem::Problem;
use crate::roster::{self, CustomerDraft};
use crate::store::{Sql, listing};

/// What the list's address may hold.
pub(super) const FILTER: &[&str] = &["find", "sort", "part", "said"];
const ORDERS: &[(&str, &str)] = &[("name", "Name"), ("number", "Number")];

#[derive(Template)]
#[template(path = "console/people/customers.html")]
struct CustomersPage {
    frame: Frame,
    lines: Vec<Customer>,
    part: Part,
    find: Field,
    sort: Choice,
    may_write: bool,
}

fn found(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Customer>, Problem> {
    let all = listing::of_kind::<Customer>(sql, visit.agency()?, RecordId::NIL, i64::MAX)?;
    let find = visit.query.get("find").to_lowercase();
    let fits = |it: &Customer| it.name.to_lowercase().contains(&find) || it.number.to_lowercase().contains(&find);
    let mut all: Vec<_> = all.into_iter().map(|(_, stored)| stored.record).filter(fits).collect();
    match visit.query.get("sort") {
        "number" => all.sort_by(|one, other| one.number.cmp(&other.number)),
        _ => all.sort_by_cached_key(|it| (it.name.to_lowercase(), it.id)),
    }
    Ok(all)
}

/// The list.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (lines, part) = Part::of(visit, "/console/customers", &["find", "sort"], found(sql, visit)?);
    Page::html(&CustomersPage {
        frame: Frame::of(visit, "Customers"),
        lines,
        part,
        find: Field::asked(visit, "find", "Name or number"),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        may_write: visit.who()?.may(Scope::RecordsWrite),
    })
}

/// The same as CSV.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let mut csv = Csv::of(&["id", "number", "name"]);
    for it in found(sql, visit)? {
        csv.line([it.id.to_string(), it.number, it.name]);
    }
    Ok(Page::csv("customers.csv", csv.finish()))
}

#[derive(Template)]
#[template(path = "console/people/edit.html")]
struct NewPage {
    frame: Frame,
    heading: &'static str,
    action: &'static str,
    back: &'static str,
    button: &'static str,
    version: Option<i64>,
    changed: Changed,
    fields: Vec<Field>,
    seal: Seal,
}

fn fields(visit: &Visit, is: Option<&Customer>) -> Vec<Field> {
    let number = kept(visit, "number", is.map(|it| it.number.as_str()));
    vec![
        Field::new(visit, "name", "Name").holding(kept(visit, "name", is.map(|it| it.name.as_str()))),
        Field::new(visit, "number", "Number")
            .optional(number)
            .hint("The agency's; files that come in know it by that."),
    ]
}

/// The form that adds one.
pub(super) fn new(_: &mut dyn Sql, visit: &Visit) -> Answer {
    Page::html(&NewPage {
        frame: Frame::of(visit, "Add a customer"),
        heading: "Add a customer",
        action: "/console/customers/new",
        back: "/console/customers",
        button: "Add",
        version: None,
        changed: Changed::default(),
        fields: fields(visit, None),
        seal: visit.seal("/console/customers/new"),
    })
}

fn typed(visit: &Visit) -> CustomerDraft {
    CustomerDraft { name: visit.typed("name").to_owned(), number: visit.typed("number").to_owned() }
}

/// Adds one.
pub(super) fn add(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = roster::create(sql, &visit.by()?, None, &typed(visit), &mut visit.app.entropy.clone())?;
    Ok(Page::to(&format!("/console/customers/{id}?said=entered")))
}

#[derive(Template)]
#[template(path = "console/people/customer.html")]
struct CustomerPage {
    frame: Frame,
    id: CustomerId,
    is: Customer,
    version: i64,
    changed: Changed,
    sites: Vec<Place>,
    papers: Vec<CustomerDocument>,
    made_on: Sha256,
    fields: Vec<Field>,
    paper_fields: Vec<Field>,
    may_write: bool,
    sees_log: bool,
    edit: Seal,
    enter: Seal,
}

struct Place {
    id: SiteId,
    name: String,
    address: String,
    fence: String,
}

/// One of them.
pub(super) fn one(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<CustomerId>("id")?);
    let stored = filing::get::<Customer>(sql, agency, id)?;
    let changed = Changed::since(sql, visit, RecordKind::Customer, id, &stored)?;
    let is = stored.record;
    let sites = listing::of_kind::<Site>(sql, agency, RecordId::NIL, i64::MAX)?;
    let of_theirs = sites.into_iter().map(|(_, stored)| stored.record).filter(|site| site.customer == id);
    let place = |it: Site| Place { id: it.id, fence: fence_text::said(&it.fence), name: it.name, address: it.address };
    let field = |name, label| Field::new(visit, name, label);
    let papers = papers::documents(sql, agency, id, visit.now)?;
    Page::html(&CustomerPage {
        frame: Frame::of(visit, &is.name),
        id,
        version: stored.version,
        changed,
        sites: of_theirs.map(place).collect(),
        made_on: mark_of(&papers),
        papers,
        fields: fields(visit, Some(&is)),
        paper_fields: vec![
            field("kind", "Kind").hint("Such as insurance or indemnity."),
            field("paper", "Number").optional(visit.typed("paper")),
            field("from", "First day").kind("date"),
            field("until", "Last day").kind("date").optional(visit.typed("until")),
        ],
        may_write: visit.who()?.may(Scope::RecordsWrite),
        sees_log: visit.who()?.may(Scope::AuditRead),
        edit: visit.seal(&format!("/console/customers/{id}/edit")),
        enter: visit.seal(&format!("/console/customers/{id}/papers")),
        is,
    })
}

/// Changes one.
pub(super) fn save(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<CustomerId>("id")?;
    roster::edit(sql, &visit.by()?, id, version(visit)?, &typed(visit))?;
    Ok(Page::to(&format!("/console/customers/{id}?said=saved")))
}

/// What the papers of a customer were when a form was made: the form carries it, so that nobody writes over another's unseen.
fn mark_of(papers: &[CustomerDocument]) -> Sha256 {
    let told = papers.iter().map(|it| format!("{:?}\n", (&it.kind, &it.number, it.from, it.until)));
    Sha256::of(told.collect::<String>().as_bytes())
}

/// Enters a paper of theirs, or says that it is good no more.
pub(super) fn enter(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<CustomerId>("id")?;
    let first = visit.typed_day("from")?.ok_or_else(|| Problem::invalid("from", "must be a day such as 2030-03-08"))?;
    let paper = CustomerDocument {
        kind: visit.typed("kind").to_owned(),
        number: visit.typed("paper").to_owned(),
        from: first,
        until: visit.typed_day("until")?,
        withdrawn: visit.typed("withdrawn") == "yes",
    };
    // The customer has a number of its own on this page.
    let at_the_paper = |problem: Problem| match problem.reason.strip_prefix("number: ") {
        Some(why) => Problem { reason: format!("paper: {why}"), ..problem },
        None => problem,
    };
    filing::get::<Customer>(sql, visit.agency()?, id)?;
    if visit.typed("made_on") != mark_of(&papers::documents(sql, visit.agency()?, id, visit.now)?).to_string() {
        return Err(Problem::conflict(
            "Somebody else entered a paper meanwhile. Look at what is known now, and enter yours again.",
        ));
    }
    papers::enter(sql, &visit.by()?, id, &paper).map_err(at_the_paper)?;
    Ok(Page::to(&format!("/console/customers/{id}?said=paper")))
}

//! Which timesheets the queue lists: read from the address, where it can be sent to a colleague, and kept along the way through them.

use detailbook_core::ids::{AgencyId, AssignmentId, CustomerId, OfficerId, RecordId, SiteId};
use detailbook_core::records::{Customer, Officer, Site};
use detailbook_core::shift::FlagKind;

use super::super::field::{Choice, Field};
use super::super::options::labelled;
use super::super::part::with_query;
use super::super::visit::Visit;
use crate::filing::Filed;
use crate::problem::Problem;
use crate::store::timesheets::{Order, Sought, State};
use crate::store::{Sql, StoreError, listing};

/// What an address of the queue may hold.
pub(super) const ASKS: &[&str] =
    &["state", "flag", "officer", "site", "customer", "from", "until", "sort", "part", "said"];
/// What is kept along the way through the queue.
pub(super) const KEPT: &[&str] = &["state", "flag", "officer", "site", "customer", "from", "until", "sort"];
/// Officers that one word may find: more of them say too little.
const MOST_OFFICERS: usize = 1_000;

/// The states to choose among, with what they are called. The first is what waits for somebody.
const STATES: &[(&str, &str)] = &[
    ("", "To be ruled on"),
    ("open", "Never ruled on"),
    ("changed", "Changed after the ruling"),
    ("asked", "Asked back"),
    ("ruled", "Ruled"),
    ("all", "All"),
];

const ORDERS: &[(&str, &str)] = &[
    ("flags", "Most to look at"),
    ("oldest", "Oldest first"),
    ("newest", "Newest first"),
    ("hours", "Most hours"),
    ("over", "Most beyond the schedule"),
    ("short", "Most short of the schedule"),
];

/// The fields of the filter.
pub(super) struct Filter {
    pub(super) state: Choice,
    pub(super) flag: Choice,
    pub(super) officer: Field,
    pub(super) site: Field,
    pub(super) customer: Field,
    pub(super) from: Field,
    pub(super) until: Field,
    pub(super) sort: Choice,
}

impl Filter {
    pub(super) fn of(visit: &Visit) -> Self {
        Self {
            state: Choice::asked(visit, "state", "State", labelled(STATES)),
            flag: Choice::asked(visit, "flag", "Flag", flags()),
            officer: Field::asked(visit, "officer", "Officer").hint("Part of the name, or the number."),
            site: Field::asked(visit, "site", "Site").hint("Part of its name."),
            customer: Field::asked(visit, "customer", "Customer").hint("Part of its name."),
            from: Field::asked(visit, "from", "From day").kind("date"),
            until: Field::asked(visit, "until", "To day").kind("date"),
            sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        }
    }
}

fn flags() -> impl Iterator<Item = (String, String)> {
    let fixed = labelled(&[("", "Any or none"), ("none", "None")]);
    let mut kinds: Vec<_> = FlagKind::all().map(|kind| (kind.name().to_owned(), spoken(kind.name()))).collect();
    kinds.sort_unstable();
    fixed.into_iter().chain(kinds)
}

/// A name as people say it.
pub(super) fn spoken(name: &str) -> String {
    name.replace('_', " ")
}

/// What the address asks for.
pub(super) fn sought(sql: &mut dyn Sql, visit: &Visit) -> Result<Sought, Problem> {
    let (agency, flag) = (visit.agency()?, visit.query.get("flag"));
    Ok(Sought {
        now: visit.now,
        states: states(visit.query.get("state"))?,
        flag: Some(flag.to_owned()).filter(|flag| !flag.is_empty() && flag != "none"),
        clean: flag == "none",
        sites: sites(sql, agency, visit.query.get("site"))?,
        customers: customers(sql, agency, visit.query.get("customer"))?,
        officers: officers(sql, agency, visit.query.get("officer"))?,
        from: visit.day_begins("from", 0)?,
        until: visit.day_begins("until", 1)?,
        order: order(visit.query.get("sort")),
    })
}

fn states(text: &str) -> Result<Vec<State>, Problem> {
    Ok(match text {
        "" => vec![State::Open, State::Changed],
        "open" => vec![State::Open],
        "changed" => vec![State::Changed],
        "asked" => vec![State::Asked],
        "ruled" => vec![State::Ruled],
        "all" => State::ALL.to_vec(),
        _ => return Err(Problem::invalid("state", "must be one of these")),
    })
}

fn order(text: &str) -> Order {
    match text {
        "oldest" => Order::Oldest,
        "newest" => Order::Newest,
        "hours" => Order::Hours,
        "over" => Order::Over,
        "short" => Order::Short,
        _ => Order::Flags,
    }
}

/// The sites of that name, or id.
fn sites(sql: &mut dyn Sql, agency: AgencyId, name: &str) -> Result<Option<Vec<SiteId>>, StoreError> {
    called::<Site, _>(sql, agency, name, |site| (site.id, &site.name))
}

/// The customers of that name, or id.
fn customers(sql: &mut dyn Sql, agency: AgencyId, name: &str) -> Result<Option<Vec<CustomerId>>, StoreError> {
    called::<Customer, _>(sql, agency, name, |customer| (customer.id, &customer.name))
}

fn called<R: Filed, I: ToString>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    sought: &str,
    named: impl Fn(&R) -> (I, &String),
) -> Result<Option<Vec<I>>, StoreError> {
    let sought = sought.trim().to_lowercase();
    if sought.is_empty() {
        return Ok(None);
    }
    let known = listing::of_kind::<R>(sql, agency, RecordId::NIL, i64::MAX)?;
    let fits = known.iter().map(|(_, stored)| named(&stored.record));
    let fits = fits.filter(|(id, name)| is_called(&sought, name, &id.to_string()));
    Ok(Some(fits.map(|(id, _)| id).collect()))
}

/// The officers of that name, number or id.
fn officers(sql: &mut dyn Sql, agency: AgencyId, text: &str) -> Result<Option<Vec<OfficerId>>, Problem> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Ok(None);
    }
    let known =
        listing::of_kind::<Officer>(sql, agency, RecordId::NIL, i64::MAX)?.into_iter().map(|(_, stored)| stored.record);
    let fits = |officer: &Officer| {
        is_called(&text, &officer.name, &officer.id.to_string()) || officer.employee_number.to_lowercase() == text
    };
    let found: Vec<_> = known.filter(fits).map(|officer| officer.id).collect();
    if found.len() > MOST_OFFICERS {
        return Err(Problem::invalid("officer", "fits more than 1,000 officers: write more of the name"));
    }
    Ok(Some(found))
}

fn is_called(wanted: &str, name: &str, id: &str) -> bool {
    wanted == id || name.to_lowercase().contains(wanted)
}

/// An address with the filter, and with more where there is more to say.
pub(super) fn address(visit: &Visit, path: &str, more: &str) -> String {
    with_query(path, &[&visit.same(KEPT), more])
}

/// Where a timesheet is, along the same way.
pub(super) fn sheet(visit: &Visit, id: AssignmentId, more: &str) -> String {
    address(visit, &format!("/console/timesheets/{id}"), more)
}

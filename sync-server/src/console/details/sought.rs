//! Which details a list or a calendar shows: what its address asks for.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime};
use detailbook_core::ids::{AgencyId, CustomerId, RecordId, SiteId};
use detailbook_core::records::{Customer, Interval, Site};
use detailbook_core::time::{UnixMillis, Zone};

use crate::console::field::{Choice, Field};
use crate::console::options::{any, labelled};
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::scheduling::details::LONGEST;
use crate::store::detail_times::{self, DetailTime};
use crate::store::{Sql, StoreError, listing};

use super::words;

/// What the list's address may hold: days, customer, site, state, whether places are empty, an order, and which part.
pub const FILTER: &[&str] = &["from", "until", "customer", "site", "state", "empty", "sort", "part"];
/// What stays from part to part.
pub const KEPT: &[&str] = &["from", "until", "customer", "site", "state", "empty", "sort"];
/// Days that are shown where none are asked for.
const USUAL_DAYS: u64 = 28;
/// Days at most.
const MOST_DAYS: i64 = 400;
/// Details at most.
const MOST: i64 = 20_000;
/// Orders, with what they are called.
const ORDERS: &[(&str, &str)] =
    &[("", "Earliest first"), ("latest", "Latest first"), ("empty", "Most empty places first")];

const STATES: &[(&str, &str)] = &[("open", "open"), ("filled", "filled"), ("cancelled", "cancelled")];
/// Whether places are empty, with what it is called.
pub const EMPTY: &[(&str, &str)] = &[("yes", "some empty"), ("no", "none empty")];

/// The agency's sites and customers, by id.
#[derive(Clone, Debug)]
pub struct Places {
    /// The sites.
    pub sites: BTreeMap<SiteId, Site>,
    /// What customers are called.
    pub customers: BTreeMap<CustomerId, String>,
}

impl Places {
    /// All of an agency.
    pub fn of(sql: &mut dyn Sql, agency: AgencyId) -> Result<Self, StoreError> {
        let sites = listing::of_kind::<Site>(sql, agency, RecordId::NIL, i64::MAX)?;
        let customers = listing::of_kind::<Customer>(sql, agency, RecordId::NIL, i64::MAX)?;
        Ok(Self {
            sites: sites.into_iter().map(|(_, it)| (it.record.id, it.record)).collect(),
            customers: customers.into_iter().map(|(_, it)| (it.record.id, it.record.name)).collect(),
        })
    }

    /// What whoever hires is called.
    pub fn hires(&self, customer: CustomerId) -> &str {
        self.customers.get(&customer).map_or("", String::as_str)
    }

    /// What a site is called.
    pub fn site(&self, site: SiteId) -> &str {
        self.sites.get(&site).map_or("", |site| site.name.as_str())
    }

    /// The sites to choose from, with their customers, by name.
    pub fn site_options(&self) -> Vec<(String, String)> {
        let told = |site: &Site| (site.id.to_string(), format!("{}: {}", self.hires(site.customer), site.name));
        by_label(self.sites.values().map(told).collect())
    }

    /// The customers to choose from, by name.
    pub fn customer_options(&self) -> Vec<(String, String)> {
        by_label(self.customers.iter().map(|(id, name)| (id.to_string(), name.clone())).collect())
    }
}

fn by_label(mut options: Vec<(String, String)>) -> Vec<(String, String)> {
    options.sort_by_key(|(id, label)| (label.to_lowercase(), id.clone()));
    options
}

/// What a list's filter looks like.
#[derive(Clone, Debug)]
pub struct Fields {
    /// From day.
    pub from: Field,
    /// To day.
    pub until: Field,
    /// Customer.
    pub customer: Choice,
    /// Site.
    pub site: Choice,
    /// State.
    pub state: Choice,
    /// Empty places.
    pub empty: Choice,
    /// Order.
    pub sort: Choice,
}

impl Fields {
    /// As the address has it.
    pub fn of(visit: &Visit, places: &Places, days: (NaiveDate, NaiveDate)) -> Self {
        let day = |name, label, day: NaiveDate| Field::new(visit, name, label).kind("date").optional(&day.to_string());
        Self {
            from: day("from", "From day", days.0),
            until: day("until", "To day", days.1),
            customer: Choice::asked(visit, "customer", "Customer", any(places.customer_options())),
            site: Choice::asked(visit, "site", "Site", any(places.site_options())),
            state: Choice::asked(visit, "state", "State", any(labelled(STATES))),
            empty: Choice::asked(visit, "empty", "Places", any(labelled(EMPTY))),
            sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        }
    }
}

/// A day of the address, or that one.
pub fn day(visit: &Visit, name: &str, usual: NaiveDate) -> Result<NaiveDate, Problem> {
    match visit.query.get(name) {
        "" => Ok(usual),
        text => NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map_err(|_| Problem::invalid(name, "must be a day such as 2026-05-16")),
    }
}

/// The day that it is in the agency.
pub fn today(visit: &Visit) -> Result<NaiveDate, Problem> {
    Ok(visit.who()?.zone.local(visit.now).date())
}

/// The first and the last day that the address asks for.
pub fn days(visit: &Visit) -> Result<(NaiveDate, NaiveDate), Problem> {
    let from = day(visit, "from", today(visit)?)?;
    let usual = from.checked_add_days(Days::new(USUAL_DAYS - 1)).unwrap_or(from);
    let until = day(visit, "until", usual)?;
    if until < from || (until - from).num_days() >= MOST_DAYS {
        return Err(Problem::invalid("until", "must be from that day on, and at most 400 days later"));
    }
    Ok((from, until))
}

/// Those days as a stretch of time.
pub fn stretch(zone: Zone, (from, until): (NaiveDate, NaiveDate)) -> Interval {
    let midnight = |day: NaiveDate| -> UnixMillis { zone.instant(day.and_time(NaiveTime::MIN)).first() };
    let after = until.checked_add_days(Days::new(1)).unwrap_or(until);
    Interval { start: midnight(from), end: midnight(after) }
}

/// The details of those days that fit the rest of the address, in the order it asks for.
pub fn found(sql: &mut dyn Sql, visit: &Visit, days: (NaiveDate, NaiveDate)) -> Result<Vec<DetailTime>, Problem> {
    let time = stretch(visit.who()?.zone, days);
    let mut lines = detail_times::in_time(sql, visit.agency()?, time, LONGEST, MOST + 1)?;
    if lines.len() as i64 > MOST {
        return Err(Problem::conflict("That is more than 20,000 details. Choose fewer days."));
    }
    let (site, customer) = (named::<SiteId>(visit, "site")?, named::<CustomerId>(visit, "customer")?);
    let (state, empty) = (visit.query.get("state"), visit.query.get("empty"));
    lines.retain(|line| {
        site.is_none_or(|site| line.site == site)
            && (customer.is_none() || line.customer == customer)
            && (state.is_empty() || words::state(line.state).word == state)
            && (empty.is_empty() || (line.empty > 0) == (empty == "yes"))
    });
    match visit.query.get("sort") {
        "latest" => lines.sort_by_key(|line| (Reverse(line.time.start), line.detail)),
        "empty" => lines.sort_by_key(|line| (Reverse(line.empty), line.time.start, line.detail)),
        _ => {}
    }
    Ok(lines)
}

fn named<T: std::str::FromStr>(visit: &Visit, name: &str) -> Result<Option<T>, Problem> {
    match visit.query.get(name) {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Problem::invalid(name, "must be one of these")),
    }
}

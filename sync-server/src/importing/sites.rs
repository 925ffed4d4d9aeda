//! Files of sites.

use std::collections::BTreeMap;

use detailbook_core::geo::{DEFAULT_RADIUS_M, Fence, Point};
use detailbook_core::ids::{AgencyId, CustomerId, SiteId};
use detailbook_core::records::{Customer, Placement, Site};

use super::carry_out::{Act, Deed};
use super::records::{MOST_RECORDS, Sort, Standing, There, all};
use crate::fence_text;
use crate::personnel::batch::Shape;
use crate::personnel::row::Row;
use crate::problem::Problem;
use crate::roster::{Draft as _, SiteDraft};
use crate::store::{Sql, StoreError};

pub(super) const SHAPE: Shape = Shape {
    name: "sites",
    columns: &["customer_number", "name", "address", "latitude", "longitude", "radius_m", "polygon"],
    needed: &["customer_number", "name"],
    most: MOST_RECORDS,
};

pub(super) struct Sites {
    agency: AgencyId,
    customers: Numbered,
}

/// Customers by number, more than one where the agency gave a number twice, and their numbers.
pub(super) struct Numbered(BTreeMap<String, Vec<CustomerId>>, BTreeMap<CustomerId, String>);

impl Numbered {
    pub(super) fn of(sql: &mut dyn Sql, agency: AgencyId) -> Result<Self, StoreError> {
        let (mut numbers, mut of) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::new());
        for (_, stored) in all::<Customer>(sql, agency)? {
            of.insert(stored.record.id, stored.record.number.clone());
            numbers.entry(stored.record.number).or_default().push(stored.record.id);
        }
        Ok(Self(numbers, of))
    }

    /// The number of a customer.
    pub(super) fn number(&self, customer: CustomerId) -> &str {
        self.1.get(&customer).map_or("", String::as_str)
    }

    /// The customer that a row names.
    pub(super) fn customer(&self, row: &Row) -> Result<CustomerId, String> {
        let number = row.must("customer_number")?;
        match self.0.get(number).map(Vec::as_slice) {
            Some([one]) => Ok(*one),
            Some([_, ..]) => Err(format!("more than one customer has the number {number:?}")),
            _ => Err(format!("no customer has the number {number:?}")),
        }
    }
}

/// What a site of a customer is known by.
pub(super) fn key(customer: CustomerId, name: &str) -> String {
    format!("{} {name}", customer.to_hex())
}

/// The sites there are, by customer and name.
pub(super) fn standing(sql: &mut dyn Sql, agency: AgencyId) -> Result<(Sites, Standing<Sites>), StoreError> {
    let mut standing = Standing::<Sites>::new();
    for (_, stored) in all::<Site>(sql, agency)? {
        let Site { id, customer, name, address, fence, placement } = stored.record;
        let key = key(customer, &name);
        let draft = SiteDraft { customer, name, address, fence, placement };
        standing.entry(key).or_default().push(There { id, version: stored.version, draft });
    }
    Ok((Sites { agency, customers: Numbered::of(sql, agency)? }, standing))
}

impl Sort for Sites {
    type Id = SiteId;
    type Draft = SiteDraft;

    fn key(&self, row: &Row) -> Result<String, String> {
        Ok(key(self.customers.customer(row)?, row.must("name")?))
    }

    fn about(&self, _: &str, draft: &SiteDraft) -> String {
        format!("{} {}", self.customers.number(draft.customer), draft.name)
    }

    fn read(&self, row: &Row, before: Option<&SiteDraft>) -> Result<SiteDraft, String> {
        let address = row.get("address").or(before.map(|it| it.address.as_str()));
        let drawn = fence(row, before.map(|it| &it.fence))?;
        let placement = match (before, &drawn) {
            (Some(before), drawn) if drawn.as_ref().is_none_or(|drawn| lies_as(drawn, &before.fence)) => {
                before.placement
            }
            _ => Placement::Surveyed,
        };
        let kept = || before.map(|it| it.fence.clone());
        Ok(SiteDraft {
            customer: self.customers.customer(row)?,
            name: row.must("name")?.to_owned(),
            address: address.unwrap_or_default().to_owned(),
            fence: drawn.or_else(kept).ok_or("a new site needs latitude and longitude, or a polygon")?,
            placement,
        })
    }

    fn values(&self, draft: &SiteDraft) -> Vec<(&'static str, String)> {
        let fence = match &draft.fence {
            Fence::Polygon { rings } => fence_text::rings_text(rings).replace('\n', "; "),
            circle @ Fence::Circle { .. } => fence_text::said(circle),
        };
        let placement = match draft.placement {
            Placement::Surveyed => "where it stands",
            Placement::Placeholder => "about there",
        };
        vec![("address", draft.address.clone()), ("fence", fence), ("placement", placement.to_owned())]
    }

    fn check(&self, sql: &mut dyn Sql, there: Option<&There<Self>>, draft: &SiteDraft) -> Result<(), Problem> {
        draft.record(sql, self.agency, there.map_or(SiteId::NIL, |there| there.id)).map(drop)
    }

    fn act(there: Option<&There<Self>>, draft: SiteDraft) -> Act {
        Act::Site(Deed { there: there.map(|there| (there.id, there.version)), draft })
    }
}

/// Does the one lie where the other does? Then it is known as exactly: another radius around the same middle says nothing of where that is.
fn lies_as(drawn: &Fence, before: &Fence) -> bool {
    match (drawn, before) {
        (Fence::Circle { center: one, .. }, Fence::Circle { center: other, .. }) => one == other,
        _ => drawn == before,
    }
}

/// The fence that a row draws; nothing where it draws none.
fn fence(row: &Row, before: Option<&Fence>) -> Result<Option<Fence>, String> {
    let radius = row.parsed::<u32>("radius_m", "a whole number of meters")?;
    let degrees = |name: &str| {
        let read = |text: &str| {
            fence_text::degrees_e7(text).ok_or_else(|| format!("{name} {text:?} is not degrees such as 42.3601"))
        };
        row.get(name).map(read).transpose()
    };
    let old_radius = match before {
        Some(Fence::Circle { radius_m, .. }) => *radius_m,
        _ => DEFAULT_RADIUS_M,
    };
    match (degrees("latitude")?, degrees("longitude")?, row.get("polygon"), before) {
        (None, None, Some(corners), _) if radius.is_none() => {
            Ok(Some(Fence::Polygon { rings: fence_text::rings(corners)? }))
        }
        (_, _, Some(_), _) => Err("a site has a circle or a polygon, not both".to_owned()),
        (Some(latitude_e7), Some(longitude_e7), None, _) => {
            let center = Point { latitude_e7, longitude_e7 };
            Ok(Some(Fence::Circle { center, radius_m: radius.unwrap_or(old_radius) }))
        }
        (None, None, None, Some(Fence::Circle { center, .. })) if radius.is_some() => {
            Ok(Some(Fence::Circle { center: *center, radius_m: radius.unwrap_or(old_radius) }))
        }
        (None, None, None, _) if radius.is_none() => Ok(None),
        _ => Err("latitude and longitude go together, and a radius with them".to_owned()),
    }
}

//! Files of details that are still to come.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, DetailId, SiteId};
use detailbook_core::records::{Agency, Detail, DetailState, Site};
use detailbook_core::time::{UnixMillis, Zone};

use super::carry_out::{Act, Offer};
use super::records::{MOST_RECORDS, Sort, Standing, There, all};
use super::sites::{self, Numbered};
use crate::filing;
use crate::personnel::batch::Shape;
use crate::personnel::local_time::instant;
use crate::personnel::row::Row;
use crate::problem::Problem;
use crate::scheduling::details::{DetailDraft, PositionDraft, would_be};
use crate::store::Sql;

pub(super) const SHAPE: Shape = Shape {
    name: "details",
    columns: &[
        "reference",
        "customer_number",
        "site",
        "title",
        "starts",
        "ends",
        "positions",
        "job_type",
        "rank",
        "post_orders",
        "applications_close",
    ],
    needed: &["reference", "customer_number", "site", "title", "starts", "ends"],
    most: MOST_RECORDS,
};

/// A detail as a file would have it.
#[derive(Clone, PartialEq)]
pub(super) struct Wanted {
    detail: DetailDraft,
    /// How a new one goes on offer; those that are there stay on offer as they are.
    offer: Option<Offer>,
}

pub(super) struct Details {
    agency: AgencyId,
    zone: Zone,
    now: UnixMillis,
    customers: Numbered,
    /// Sites by customer and name, and their names.
    sites: BTreeMap<String, SiteId>,
    names: BTreeMap<SiteId, String>,
    /// What is over or cancelled, which a file leaves as it is.
    settled: BTreeMap<DetailId, &'static str>,
    /// Positions that somebody has.
    filled: BTreeMap<DetailId, usize>,
}

/// The details there are, by reference.
pub(super) fn standing(
    sql: &mut dyn Sql,
    agency: AgencyId,
    now: UnixMillis,
) -> Result<(Details, Standing<Details>), Problem> {
    let zone = filing::get::<Agency>(sql, agency, agency)?.record.zone;
    let customers = Numbered::of(sql, agency)?;
    let mut sort = Details {
        agency,
        zone,
        now,
        customers,
        sites: BTreeMap::new(),
        names: BTreeMap::new(),
        settled: BTreeMap::new(),
        filled: BTreeMap::new(),
    };
    for (_, stored) in all::<Site>(sql, agency)? {
        let Site { id, customer, name, .. } = stored.record;
        sort.sites.insert(sites::key(customer, &name), id);
        sort.names.insert(id, name);
    }
    let mut standing = Standing::<Details>::new();
    for (_, stored) in all::<Detail>(sql, agency)? {
        sort.enter(&mut standing, stored.version, stored.record);
    }
    Ok((sort, standing))
}

impl Details {
    fn enter(&mut self, standing: &mut Standing<Self>, version: i64, detail: Detail) {
        if detail.reference.is_empty() {
            return;
        }
        if detail.state == DetailState::Cancelled {
            self.settled.insert(detail.id, "this detail was cancelled");
        } else if detail.ends <= self.now {
            self.settled.insert(detail.id, "this detail is over");
        }
        self.filled.insert(detail.id, detail.positions.iter().filter(|position| position.filled).count());
        let (id, key) = (detail.id, detail.reference.clone());
        standing.entry(key).or_default().push(There {
            id,
            version,
            draft: Wanted { detail: draft_of(detail), offer: None },
        });
    }

    fn positions(row: &Row, before: Option<&DetailDraft>) -> Result<Vec<PositionDraft>, String> {
        let wanted = row.parsed::<usize>("positions", "a whole number")?;
        let mut positions = before.map(|it| it.positions.clone()).unwrap_or_default();
        let wanted = wanted.unwrap_or_else(|| positions.len().max(1));
        if !(1..=200).contains(&wanted) {
            return Err("positions must be between 1 and 200".to_owned());
        }
        if wanted < positions.len() {
            return Err(format!("it has {} positions: take those that are to go away by hand", positions.len()));
        }
        for number in positions.len() + 1..=wanted {
            positions.push(PositionDraft { id: None, name: format!("Officer {number}"), rank: None });
        }
        if let Some(rank) = row.get("rank") {
            for position in &mut positions {
                position.rank = Some(rank.to_owned());
            }
        }
        Ok(positions)
    }

    /// How it goes on offer: with a window where the row says when applications close, else to everybody at once.
    fn offer(&self, row: &Row, detail: &DetailDraft) -> Result<Offer, String> {
        let Some(text) = row.get("applications_close") else { return Ok(Offer::Open) };
        let closes = instant(detail.zone, "applications_close", text)?;
        if closes <= self.now || closes > detail.starts {
            return Err("applications_close must be still to come, and not after starts".to_owned());
        }
        Ok(Offer::Until(closes))
    }
}

fn draft_of(detail: Detail) -> DetailDraft {
    let Detail { site, title, job_type, starts, ends, zone, positions, post_orders, reference, .. } = detail;
    let positions = positions.into_iter().map(|it| PositionDraft { id: Some(it.id), name: it.name, rank: it.rank });
    DetailDraft { site, title, job_type, starts, ends, zone, positions: positions.collect(), post_orders, reference }
}

impl Sort for Details {
    type Id = DetailId;
    type Draft = Wanted;

    fn key(&self, row: &Row) -> Result<String, String> {
        row.must("reference").map(str::to_owned)
    }

    fn about(&self, key: &str, draft: &Wanted) -> String {
        format!("{key} {}", draft.detail.title)
    }

    fn read(&self, row: &Row, before: Option<&Wanted>) -> Result<Wanted, String> {
        let before = before.map(|it| &it.detail);
        let zone = before.map_or(self.zone, |it| it.zone);
        let (customer, name) = (self.customers.customer(row)?, row.must("site")?);
        let site = self.sites.get(&sites::key(customer, name));
        let kept = |name: &str, before: Option<&String>| {
            row.get(name).or(before.map(String::as_str)).unwrap_or_default().to_owned()
        };
        let detail = DetailDraft {
            site: *site.ok_or_else(|| format!("this customer has no site called {name:?}"))?,
            title: row.must("title")?.to_owned(),
            job_type: kept("job_type", before.map(|it| &it.job_type)),
            starts: instant(zone, "starts", row.must("starts")?)?,
            ends: instant(zone, "ends", row.must("ends")?)?,
            zone,
            positions: Self::positions(row, before)?,
            post_orders: kept("post_orders", before.map(|it| &it.post_orders)),
            reference: row.must("reference")?.to_owned(),
        };
        let offer = if before.is_some() { None } else { Some(self.offer(row, &detail)?) };
        Ok(Wanted { detail, offer })
    }

    fn values(&self, Wanted { detail, offer }: &Wanted) -> Vec<(&'static str, String)> {
        let ranks: Vec<_> = detail.positions.iter().filter_map(|it| it.rank.clone()).collect();
        let mut values = vec![
            ("site", self.names.get(&detail.site).cloned().unwrap_or_default()),
            ("title", detail.title.clone()),
            ("job_type", detail.job_type.clone()),
            ("starts", detail.zone.clock_text(detail.starts)),
            ("ends", detail.zone.clock_text(detail.ends)),
            ("positions", detail.positions.len().to_string()),
            ("ranks", ranks.join(", ")),
            ("post_orders", detail.post_orders.clone()),
        ];
        values.extend(offer.map(|offer| ("on offer", said(offer, detail.zone))));
        values
    }

    fn check(&self, sql: &mut dyn Sql, there: Option<&There<Self>>, draft: &Wanted) -> Result<(), Problem> {
        let draft = &draft.detail;
        if let Some(why) = there.and_then(|there| self.settled.get(&there.id)) {
            return Err(Problem::conflict(*why));
        }
        if draft.ends <= self.now {
            return Err(Problem::invalid("ends", "is past: only details that are still to come are taken"));
        }
        // Officers who have it were told of its time and place: a person moves it, and says why.
        let moved = there.is_some_and(|there| {
            let before = &there.draft.detail;
            (before.site, before.starts, before.ends) != (draft.site, draft.starts, draft.ends)
        });
        let held = there.and_then(|there| self.filled.get(&there.id)).is_some_and(|filled| *filled > 0);
        if moved && held {
            return Err(Problem::conflict("officers have this detail: change its time or site by hand"));
        }
        would_be(sql, self.agency, draft)
    }

    fn weight(draft: &Wanted) -> usize {
        draft.detail.positions.len()
    }

    fn act(there: Option<&There<Self>>, Wanted { detail, offer }: Wanted) -> Act {
        match there {
            Some(there) => Act::ChangeDetail(there.id, there.version, Box::new(detail)),
            None => Act::PostDetail(Box::new(detail), offer.unwrap_or(Offer::Open)),
        }
    }
}

/// How a new detail goes on offer, in words.
fn said(offer: Offer, zone: Zone) -> String {
    match offer {
        Offer::Open => "to every officer at once, until a coordinator has filled it".to_owned(),
        Offer::Until(closes) => {
            let at = zone.clock_text(closes);
            format!("applications until {at}, then awarded by least charged hours and seniority")
        }
    }
}

//! Officers, customers and sites.

use std::str::FromStr;

use detailbook_core::ids::RecordId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer::{Answer, Create, Edit, Listing, Reply, Versioned};
use super::request::Request;
use crate::filing::{self, Filed};
use crate::roster::{self, Draft};
use crate::store::{Sql, listing};

/// Records of one kind, in the order in which they were made.
pub fn list<R: Filed + Serialize + 'static>(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(RecordId::NIL)?;
    let found = listing::of_kind::<R>(sql, request.token.agency, page.after, page.limit + 1)?;
    let items = found.into_iter().map(|(id, stored)| Versioned::new(id, stored)).collect();
    Reply::ok(&Listing::cut(items, page.limit, |item| item.id.to_string()))
}

/// One record, named by the path's `id`.
pub fn read<R: Filed + Serialize + 'static>(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: RecordId = request.id("id")?;
    let stored = filing::get::<R>(sql, request.token.agency, id)?;
    Reply::ok(&Versioned::new(id, stored))
}

/// Enters a record.
pub fn create<D>(sql: &mut dyn Sql, request: &Request) -> Answer
where
    D: Draft + DeserializeOwned + 'static,
    D::Id: DeserializeOwned + 'static,
{
    let body: Create<D::Id, D> = request.body()?;
    let mut entropy = request.app.entropy.clone();
    let id = roster::create(sql, &request.by(), body.id, &body.record, &mut entropy)?;
    Reply::created(id)
}

/// Changes the record named by the path's `id`.
pub fn edit<D>(sql: &mut dyn Sql, request: &Request) -> Answer
where
    D: Draft + DeserializeOwned + 'static,
    D::Id: FromStr,
{
    let id: D::Id = request.id("id")?;
    filing::get::<D::Record>(sql, request.token.agency, id)?;
    let body: Edit<D> = request.body()?;
    roster::edit(sql, &request.by(), id, body.version, &body.record)?;
    read::<D::Record>(sql, request)
}

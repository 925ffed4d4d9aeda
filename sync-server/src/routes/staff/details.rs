//! Details, and the applications for them.

use detailbook_core::ids::{CustomerId, DetailId, OfficerId};
use detailbook_core::records::{Application, Detail};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{Answer, Listing, Reply, Versioned};
use super::records;
use super::request::Request;
use crate::filing;
use crate::scheduling::customer;
use crate::scheduling::details::{self, DetailDraft, DetailEdit};
use crate::scheduling::posting::{self, PostingDraft};
use crate::store::{Sql, applications};

/// A new detail, as callers send it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The id it is to have; absent for one of the server's. A second request with the same id is refused with `conflict`.
    #[serde(default)]
    pub id: Option<DetailId>,
    /// What it says.
    pub record: DetailDraft,
    /// How it goes on offer; absent where every officer may apply until a coordinator has filled it.
    #[serde(default)]
    pub posting: Option<PostingDraft>,
}

/// Posts a detail. Nobody sees it before its posting shows it to them.
pub fn post(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (body, by): (Post, _) = (request.body()?, request.by());
    let mut entropy = request.app.entropy.clone();
    let id = details::post(sql, &by, body.id, &body.record, &mut entropy)?;
    if let Some(draft) = &body.posting {
        posting::post_passing(sql, &by, &request.token.scopes, id, draft, &mut entropy)?;
    }
    Reply::created(id)
}

/// Changes a detail.
pub fn edit(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, id)?;
    let body: DetailEdit = request.body()?;
    let mut entropy = request.app.entropy.clone();
    details::edit(sql, &request.by(), id, &body, &mut entropy)?;
    records::read::<Detail>(sql, request)
}

/// Cancels a detail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// The version that the caller saw.
    pub version: i64,
    /// Why.
    pub reason: String,
}

/// Cancels a detail.
pub fn cancel(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, id)?;
    let body: Cancel = request.body()?;
    details::cancel(sql, &request.by(), id, body.version, &body.reason)?;
    records::read::<Detail>(sql, request)
}

/// Who hires for a detail instead.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hires {
    /// The version that the caller saw.
    pub version: i64,
    /// The customer.
    pub customer: CustomerId,
    /// Why.
    pub reason: String,
}

/// Has another customer hire for a detail.
pub fn customer(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, id)?;
    let body: Hires = request.body()?;
    customer::change(sql, &request.by(), id, body.version, body.customer, &body.reason)?;
    records::read::<Detail>(sql, request)
}

/// The latest application of each officer for a detail, in the order of the officers' ids.
pub fn applications(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, id) = (request.token.agency, request.id("id")?);
    filing::get::<Detail>(sql, agency, id)?;
    let page = request.page(OfficerId::NIL)?;
    let mut items = Vec::new();
    for application in applications::of_detail(sql, agency, id, page.after, page.limit + 1)? {
        items.push(Versioned::new(application, filing::get::<Application>(sql, agency, application)?));
    }
    Reply::ok(&Listing::cut(items, page.limit, |item| item.record.officer.to_string()))
}

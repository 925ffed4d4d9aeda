//! Who works which position.

use detailbook_core::ids::{AssignmentId, DetailId, DocumentId, OfficerId, PositionId};
use detailbook_core::records::{Assignment, AssignmentOrigin, Detail};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{Answer, Listing, Reply, Versioned};
use super::records;
use super::request::Request;
use crate::filing;
use crate::policy::overrides::Overriding;
use crate::scheduling::{self, Award};
use crate::store::{Sql, assignments, unassigned};
use detailbook_core::time::UnixMillis;

/// Gives a position of a detail to an officer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The assignment's id, where the caller names it.
    #[serde(default)]
    pub id: Option<AssignmentId>,
    /// The officer.
    pub officer: OfficerId,
    /// The position; absent for the one applied for, else the first that is free.
    #[serde(default)]
    pub position: Option<PositionId>,
    /// `applied` decides an application that waits; `ordered` and `standing` need none.
    pub origin: AssignmentOrigin,
    /// Why this officer.
    pub reason: String,
    /// Why the officer may have another detail at that time. Absent: they may not.
    #[serde(default)]
    pub overlap: Option<String>,
    /// Why rules that stand in the way are let pass; takes the scope `policy:override` too.
    #[serde(default, rename = "override")]
    pub overriding: Option<Overriding>,
}

/// Awards a position, orders an officer in, or sets a standing assignment.
pub fn assign(sql: &mut dyn Sql, request: &Request) -> Answer {
    let detail: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, detail)?;
    let Assign { id, officer, position, origin, reason, overlap, overriding } = request.body()?;
    let award = Award { id, detail, officer, position, origin, reason, overlap };
    let mut entropy = request.app.entropy.clone();
    let scopes = &request.token.scopes;
    let made = scheduling::award_passing(sql, &request.by(), scopes, &award, overriding, &mut entropy)?;
    Reply::created(made)
}

/// The assignments of a detail, released ones too.
pub fn of_detail(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, detail) = (request.token.agency, request.id("id")?);
    filing::get::<Detail>(sql, agency, detail)?;
    let page = request.page(AssignmentId::NIL)?;
    let mut items = Vec::new();
    for id in assignments::of_detail(sql, agency, detail, page.after, page.limit + 1)? {
        items.push(Versioned::new(id, filing::get::<Assignment>(sql, agency, id)?));
    }
    Reply::ok(&Listing::cut(items, page.limit, |item| item.id.to_string()))
}

/// Why a position is taken back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// A sentence.
    pub reason: String,
    /// Somebody else is looked for. Absent: where a place of a posted detail becomes empty before it begins.
    #[serde(default)]
    pub relieve: Option<bool>,
}

/// Takes a position back from an officer.
pub fn release(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: AssignmentId = request.id("id")?;
    filing::get::<Assignment>(sql, request.token.agency, id)?;
    let body: Release = request.body()?;
    scheduling::release(sql, &request.by(), id, &body.reason, body.relieve)?;
    records::read::<Assignment>(sql, request)
}

/// Links a shift log to an assignment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The shift log that was begun without an assignment.
    pub document: DocumentId,
    /// Why it belongs there.
    pub reason: String,
}

/// Links an unassigned shift log to an assignment.
pub fn link(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: AssignmentId = request.id("id")?;
    filing::get::<Assignment>(sql, request.token.agency, id)?;
    let body: Link = request.body()?;
    scheduling::link_log(sql, &request.by(), id, body.document, &body.reason)?;
    records::read::<Assignment>(sql, request)
}

/// A shift log that no assignment has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Unassigned {
    /// The document.
    pub document: DocumentId,
    /// Who writes it.
    pub officer: OfficerId,
    /// When the server first had it, milliseconds since 1970 UTC.
    pub created_at: UnixMillis,
    /// How many facts it holds.
    pub facts: i64,
}

/// The shift logs that no assignment has.
pub fn unassigned(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(DocumentId::NIL)?;
    let found = unassigned::page(sql, request.token.agency, page.after, page.limit + 1)?;
    let items = found.into_iter().map(|log| Unassigned {
        document: log.document,
        officer: log.officer,
        created_at: log.created_at,
        facts: log.facts,
    });
    Reply::ok(&Listing::cut(items.collect(), page.limit, |log| log.document.to_string()))
}

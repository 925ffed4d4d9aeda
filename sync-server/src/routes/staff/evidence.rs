//! Facts read back: as they were stored, with what is known of their signature.

use data_encoding::BASE64;
use detailbook_core::ids::{AssignmentId, DeviceId, DocumentId, FactId, OfficerId};
use detailbook_core::records::Assignment;
use detailbook_core::shift::{Fact, FactHash};
use detailbook_core::time::UnixMillis;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{Answer, Listing, Reply};
use super::request::Request;
use crate::filing;
use crate::problem::Problem;
use crate::store::Sql;
use crate::store::documents::{self, Signed};
use crate::store::facts::{self, StoredFact};

/// A fact as callers see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct FactBody {
    /// The document it is in.
    pub document: DocumentId,
    /// Its id there.
    pub id: FactId,
    /// The officer who says it.
    pub officer: OfficerId,
    /// The device it was said on.
    pub device: DeviceId,
    /// Its kind's name.
    pub kind: &'static str,
    /// When the server had it, milliseconds since 1970 UTC.
    pub received_at: UnixMillis,
    /// `unsigned`, `verified` or `broken`.
    pub verification: &'static str,
    /// Its hash, as the next fact of the enrolment names it.
    pub hash: FactHash,
    /// Its canonical bytes, base64.
    pub bytes: String,
    /// The device's signature, base64.
    pub signature: Option<String>,
    /// What those bytes say; absent where this version cannot read them.
    pub fact: Option<Fact>,
}

impl From<StoredFact> for FactBody {
    fn from(stored: StoredFact) -> Self {
        Self {
            document: stored.document,
            id: stored.fact,
            officer: stored.officer,
            device: stored.device,
            kind: stored.kind.name(),
            received_at: stored.received_at,
            verification: verification(stored.signed),
            hash: stored.hash,
            bytes: BASE64.encode(&stored.body),
            signature: stored.signature.map(|signature| BASE64.encode(&signature)),
            fact: Fact::from_bytes(&stored.body).ok(),
        }
    }
}

pub(crate) const fn verification(signed: Signed) -> &'static str {
    match signed {
        Signed::No => "unsigned",
        Signed::Fits => "verified",
        Signed::Broken => "broken",
    }
}

/// The facts of an assignment: of its own shift log and of a linked one.
pub fn of_assignment(sql: &mut dyn Sql, request: &Request) -> Answer {
    let agency = request.token.agency;
    let assignment = filing::get::<Assignment>(sql, agency, request.id::<AssignmentId>("id")?)?.record;
    let page = request.page(FactId::NIL)?;
    let logs = [assignment.id.into(), assignment.log()];
    listing(facts::of_either(sql, agency, logs, page.after, page.limit + 1)?, page.limit)
}

/// The facts of a document.
pub fn of_document(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, document) = (request.token.agency, request.id("id")?);
    documents::find(sql, agency, document)?.ok_or_else(Problem::not_found)?;
    let page = request.page(FactId::NIL)?;
    listing(facts::of_document(sql, agency, document, page.after, page.limit + 1)?, page.limit)
}

fn listing(found: Vec<StoredFact>, limit: i64) -> Answer {
    let items = found.into_iter().map(FactBody::from).collect();
    Reply::ok(&Listing::cut(items, limit, |fact| fact.id.to_string()))
}

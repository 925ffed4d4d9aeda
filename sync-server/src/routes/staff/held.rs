//! What is held for a person to look at.

use detailbook_core::ids::{DeviceId, DocumentId, RecordId};
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::answer::{Answer, Listing, Reply};
use super::request::Request;
use crate::store::{Sql, held};

/// What a revoked phone still pushed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HeldPush {
    /// Its id here.
    pub id: RecordId,
    /// The phone.
    pub device: DeviceId,
    /// When it came, milliseconds since 1970 UTC.
    pub received_at: UnixMillis,
    /// Why it is held.
    pub reason: String,
    /// Bytes of it.
    pub size: i64,
}

impl From<held::Held> for HeldPush {
    fn from(held: held::Held) -> Self {
        let held::Held { id, device, received_at, reason, size } = held;
        Self { id, device, received_at, reason, size }
    }
}

/// A document that takes no changes until somebody has looked at it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HeldDocument {
    /// The document.
    pub document: DocumentId,
}

/// What revoked phones still pushed.
pub fn pushes(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(RecordId::NIL)?;
    let found = held::pushes(sql, request.token.agency, page.after, page.limit + 1)?;
    let items = found.into_iter().map(HeldPush::from).collect();
    Reply::ok(&Listing::cut(items, page.limit, |held: &HeldPush| held.id.to_string()))
}

/// Documents that are held.
pub fn documents(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(DocumentId::NIL)?;
    let found = held::documents(sql, request.token.agency, page.after, page.limit + 1)?;
    let items = found.into_iter().map(|document| HeldDocument { document }).collect();
    Reply::ok(&Listing::cut(items, page.limit, |held: &HeldDocument| held.document.to_string()))
}

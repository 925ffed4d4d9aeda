//! What is known of an officer, as staff read it.

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::policy::{Document, Event, Relation, Status, Stint};
use detailbook_core::time::{Interval, UnixMillis};
use detailbook_core::wire;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::kind::{Kind, feed_name, feed_of};
use super::paper::Promotion;
use crate::store::known::{self, Known};
use crate::store::{Sql, StoreError};

/// One thing that is known.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct KnownBody {
    /// What kind.
    pub kind: &'static str,
    /// By which feed it came.
    pub feed: &'static str,
    /// Its key there.
    pub key: String,
    /// When the agency learned it.
    pub since: UnixMillis,
    /// From when until when it is so.
    #[serde(skip)]
    pub valid: Interval,
    /// What it says.
    pub says: Value,
}

/// What was known of an officer at `as_of` that touches a stretch of time.
pub fn of_officer(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    kind: Kind,
    around: Interval,
    as_of: UnixMillis,
) -> Result<Vec<KnownBody>, StoreError> {
    let found = known::of_subject(sql, agency, officer.into(), kind.code(), around, as_of)?;
    Ok(found.into_iter().map(|known| described(kind, known)).collect())
}

fn described(kind: Kind, known: Known) -> KnownBody {
    let says = says(kind, &known.body);
    let feed = feed_of(known.key.feed).map_or("", feed_name);
    KnownBody { kind: kind.name(), feed, key: known.key.name, since: known.since, valid: known.valid, says }
}

pub(super) fn says(kind: Kind, body: &[u8]) -> Value {
    let mut says = match kind {
        Kind::Stints => wire::decode::<Stint>(body).map(|it| json!(it)),
        Kind::Statuses => wire::decode::<Status>(body).map(|it| json!(it)),
        Kind::Ranks => wire::decode::<Promotion>(body).map(|it| json!(it)),
        Kind::Documents | Kind::CustomerDocuments => wire::decode::<Document>(body).map(|it| json!(it)),
        Kind::Relations => wire::decode::<Relation>(body).map(|it| json!(it)),
        Kind::Events => wire::decode::<Event>(body).map(|it| json!(it)),
        Kind::Approvals | Kind::DetailFacts => Ok(Value::Null),
    }
    .unwrap_or(Value::Null);
    if let Value::Object(fields) = &mut says {
        fields.remove("known");
    }
    says
}

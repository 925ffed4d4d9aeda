//! What happens to an officer in our own rooms, such as a call-off or a no-show, as the rules count it.

use detailbook_core::ids::{OfficerId, RecordId};
use detailbook_core::policy::{Event, Feed, Known as KnownSince};
use detailbook_core::time::{Interval, Millis};
use detailbook_core::wire;

use super::kind::{Kind, feed_code};
use crate::audit::By;
use crate::policy::phones;
use crate::store::known::{self, Key, Known};
use crate::store::{Sql, StoreError};

/// Notes that something happened, by the code that rules know, such as `no_show` or `cancelled`. `about` is what it happened to,
/// such as an assignment: of the same kind, about the same thing, it is the same event, and what is said now takes the place of
/// what was said before. The caller holds the agency's lock, and says it in the audit log.
pub fn happened(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    about: RecordId,
    event: &Event,
) -> Result<(), StoreError> {
    let name = format!("own {} {}", event.kind, about.to_hex());
    let key = Key { kind: Kind::Events.code(), feed: feed_code(Feed::Events), name };
    let body = wire::encode(&Event { known: KnownSince::default(), ..event.clone() });
    let valid = Interval { start: event.at, end: event.at + Millis(1) };
    known::close(sql, by.agency, &key, by.now)?;
    known::open(sql, by.agency, &Known { key, subject: officer.into(), valid, since: by.now, body })?;
    phones::refresh(sql, by, officer)
}

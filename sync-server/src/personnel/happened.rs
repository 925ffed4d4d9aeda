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
    let key = key(&event.kind, about);
    let body = wire::encode(&Event { known: KnownSince::default(), ..event.clone() });
    let valid = valid(event);
    known::close(sql, by.agency, &key, by.now)?;
    known::open(sql, by.agency, &Known { key, subject: officer.into(), valid, since: by.now, body })?;
    phones::refresh(sql, by, officer)
}

/// Takes back that something happened: from now on it is as if it never had, and for the past it stays as it was believed.
pub fn took_back(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    about: RecordId,
    kind: &str,
) -> Result<(), StoreError> {
    if known::close(sql, by.agency, &key(kind, about), by.now)? {
        phones::refresh(sql, by, officer)?;
    }
    Ok(())
}

fn key(kind: &str, about: RecordId) -> Key {
    let name = format!("own {kind} {}", about.to_hex());
    Key { kind: Kind::Events.code(), feed: feed_code(Feed::Events), name }
}

/// It is found by when it was, and by the time that it is about.
fn valid(event: &Event) -> Interval {
    let about = event.about.unwrap_or(Interval { start: event.at, end: event.at });
    Interval { start: event.at.min(about.start), end: about.end.max(event.at + Millis(1)) }
}

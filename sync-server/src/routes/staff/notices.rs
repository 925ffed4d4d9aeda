//! What was told to whom, and how it went.

use std::fmt;
use std::str::FromStr;

use detailbook_core::ids::{NoticeId, RecordId};
use detailbook_core::notices::{Channel, EventKind, Party};
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{Answer, Counted, Listing, Reply};
use super::request::Request;
use crate::jobs::DAYS;
use crate::notices;
use crate::store::Sql;
use crate::store::outbox::{self, DeliveryState, OutboxRow};

/// One notice to one recipient by one channel, as lists show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeliveryBody {
    /// The delivery.
    pub id: RecordId,
    /// The notice.
    pub notice: NoticeId,
    /// What happened.
    pub event: EventKind,
    /// To whom.
    pub party: Party,
    /// By what.
    pub channel: Channel,
    /// Where it stands.
    pub state: DeliveryState,
    /// One line.
    pub title: String,
    /// The words.
    pub text: String,
    /// When it was told, milliseconds since 1970 UTC.
    pub created_at: UnixMillis,
    /// When it goes out.
    pub due: UnixMillis,
    /// When the channel took it.
    pub sent_at: Option<UnixMillis>,
    /// When the recipient acknowledged it.
    pub acknowledged_at: Option<UnixMillis>,
    /// Why it was not sent, or not yet.
    pub error: Option<String>,
}

impl From<OutboxRow> for DeliveryBody {
    fn from(row: OutboxRow) -> Self {
        let OutboxRow { delivery, notice, event, party, channel, state, title, text, .. } = row;
        let OutboxRow { created_at, due, sent_at, acknowledged_at, error, .. } = row;
        let id = delivery;
        Self { id, notice, event, party, channel, state, title, text, created_at, due, sent_at, acknowledged_at, error }
    }
}

/// A place in the list.
#[derive(Clone, Copy)]
struct Place {
    at: UnixMillis,
    id: RecordId,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.as_millis(), self.id)
    }
}

impl FromStr for Place {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, id) = text.split_once('.').ok_or(())?;
        Ok(Self { at: UnixMillis::new(at.parse().map_err(drop)?), id: id.parse().map_err(drop)? })
    }
}

/// Everything that was told, in the order in which it was.
pub fn list(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(Place { at: UnixMillis::MIN, id: RecordId::NIL })?;
    let found = outbox::page(sql, request.token.agency, (page.after.at, page.after.id), page.limit + 1)?;
    let items = found.into_iter().map(DeliveryBody::from).collect();
    Reply::ok(&Listing::cut(items, page.limit, |row: &DeliveryBody| {
        Place { at: row.created_at, id: row.id }.to_string()
    }))
}

/// Has what found no gateway sent after all.
pub fn resend(sql: &mut dyn Sql, request: &Request) -> Answer {
    let since = request.filter::<i64>("since")?.map_or(request.now - DAYS, UnixMillis::new);
    Reply::ok(&Counted { count: notices::resend(sql, &request.by(), since)? })
}

/// Notes that somebody acknowledged a notice, such as on the telephone.
pub fn acknowledge(sql: &mut dyn Sql, request: &Request) -> Answer {
    notices::acknowledge(sql, &request.by(), request.id("id")?, None)?;
    Reply::done()
}

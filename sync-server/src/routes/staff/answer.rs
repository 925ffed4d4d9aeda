//! What staff callers get back.

use std::any::TypeId;
use std::fs::File;

use detailbook_core::ids::RecordId;
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::store::records::Stored;

/// An answer, or why there is none.
pub type Answer = Result<Reply, Problem>;

/// The answer to a staff caller.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The media type.
    pub content_type: &'static str,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: ReplyBody,
    /// The type that the body was written from, where it is JSON and no refusal.
    pub value: Option<TypeId>,
}

/// The body of an answer.
#[derive(Debug)]
pub enum ReplyBody {
    /// Bytes in memory.
    Bytes(Vec<u8>),
    /// A file and its length, to be sent as it is read.
    File(File, u64),
}

impl Reply {
    /// A body that is no value of ours, without further headers.
    pub const fn new(status: u16, content_type: &'static str, body: ReplyBody) -> Self {
        Self { status, content_type, headers: Vec::new(), body, value: None }
    }

    /// A value as JSON.
    pub fn json<T: Serialize + 'static>(status: u16, value: &T) -> Answer {
        let body = serde_json::to_vec(value).map_err(|error| {
            tracing::error!(%error, "an answer could not be written as JSON");
            Problem::from(detailbook_core::wire::Refusal::Unavailable)
        })?;
        let reply = Self::new(status, "application/json", ReplyBody::Bytes(body));
        Ok(Self { value: Some(TypeId::of::<T>()), ..reply })
    }

    /// What was asked for.
    pub fn ok<T: Serialize + 'static>(value: &T) -> Answer {
        Self::json(200, value)
    }

    /// Something new has that id.
    pub fn created(id: impl ToString + Copy) -> Answer {
        Self::json(201, &Made { id: id.to_string() })
    }

    /// Done; there is nothing to say.
    pub fn done() -> Answer {
        Ok(Self::new(204, "application/json", ReplyBody::Bytes(vec![])))
    }

    /// A refusal.
    pub fn problem(problem: &Problem) -> Self {
        // Two strings are always JSON.
        let body = serde_json::to_vec(&problem.body()).unwrap_or_default();
        Self::new(problem.refusal.status(), "application/json", ReplyBody::Bytes(body))
    }
}

/// The id of something new.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Made {
    /// The id.
    pub id: String,
}

/// How many it were.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Counted {
    /// How many.
    pub count: u64,
}

/// A part of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Listing<T> {
    /// The items.
    #[schema(inline)]
    pub items: Vec<T>,
    /// The value of `after` for the next part; absent at the end.
    pub next: Option<String>,
}

impl<T: Serialize> Listing<T> {
    /// Cuts a list that was read one item beyond `limit`; `place` gives an item's value for `after`.
    pub fn cut(mut items: Vec<T>, limit: i64, place: impl Fn(&T) -> String) -> Self {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > most;
        items.truncate(most);
        let next = items.last().filter(|_| more).map(place);
        Self { items, next }
    }
}

/// A record with its version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Versioned<R> {
    /// Its id.
    pub id: RecordId,
    /// What an edit must name.
    pub version: i64,
    /// When it last changed, milliseconds since 1970 UTC.
    pub changed_at: UnixMillis,
    /// The record.
    #[schema(inline)]
    pub record: R,
}

impl<R> Versioned<R> {
    /// The record as callers see it.
    pub fn new(id: impl Into<RecordId>, stored: Stored<R>) -> Self {
        let Stored { version, changed_at, record, .. } = stored;
        Self { id: id.into(), version, changed_at, record }
    }
}

/// A new record, as callers send it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Create<I, D> {
    /// The id it is to have; absent for one of the server's. A second request with the same id is refused with `conflict`.
    #[serde(default = "none")]
    #[schema(inline)]
    pub id: Option<I>,
    /// What it says.
    #[schema(inline)]
    pub record: D,
}

fn none<I>() -> Option<I> {
    None
}

/// A changed record, as callers send it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit<D> {
    /// The version that the caller saw. Refused with `conflict` if there is a newer one.
    pub version: i64,
    /// What it now says.
    #[schema(inline)]
    pub record: D,
}

/// Why something is done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// A sentence.
    pub reason: String,
}

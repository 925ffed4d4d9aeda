//! Work that waits.

use std::fmt;
use std::str::FromStr;

use detailbook_core::ids::JobId;
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{Answer, Counted, Listing, Reply};
use super::request::Request;
use crate::jobs::{self, Job, JobState};
use crate::problem::Problem;
use crate::store::Sql;

/// A job as lists show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct JobBody {
    /// The job.
    pub id: JobId,
    /// What kind of work.
    pub kind: String,
    /// What it is about.
    pub key: String,
    /// When it is to be done, milliseconds since 1970 UTC; of a parked one, when it was to be.
    pub due: UnixMillis,
    /// How often it failed.
    pub attempts: i64,
    /// Why it failed last.
    pub last_error: Option<String>,
    /// When it was enqueued.
    pub created_at: UnixMillis,
}

impl From<Job> for JobBody {
    fn from(job: Job) -> Self {
        let Job { id, kind, key, due, attempts, last_error, created_at, .. } = job;
        Self { id, kind, key, due, attempts, last_error, created_at }
    }
}

/// A place in the list of jobs.
#[derive(Clone, Copy)]
struct Place {
    due: UnixMillis,
    id: JobId,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.due.as_millis(), self.id)
    }
}

impl FromStr for Place {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (due, id) = text.split_once('.').ok_or(())?;
        Ok(Self { due: UnixMillis::new(due.parse().map_err(drop)?), id: id.parse().map_err(drop)? })
    }
}

/// Jobs that wait, or with `state=parked` those that are parked, in the order of their times.
pub fn list(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(Place { due: UnixMillis::MIN, id: JobId::NIL })?;
    let state = match request.filter::<String>("state")?.as_deref() {
        None | Some("waiting") => JobState::Waiting,
        Some("parked") => JobState::Parked,
        Some(_) => return Err(Problem::invalid("state", "must be waiting or parked")),
    };
    let after = (page.after.due, page.after.id);
    let found = crate::store::jobs::page(sql, request.token.agency, state, after, page.limit + 1)?;
    let items = found.into_iter().map(JobBody::from).collect();
    Reply::ok(&Listing::cut(items, page.limit, |job: &JobBody| Place { due: job.due, id: job.id }.to_string()))
}

/// Has every parked job of a kind tried again.
pub fn retry_all(sql: &mut dyn Sql, request: &Request) -> Answer {
    let kind = request.filter::<String>("kind")?.ok_or_else(|| Problem::invalid("kind", "is missing"))?;
    Reply::ok(&Counted { count: jobs::retry_all(sql, &request.by(), &kind)? })
}

/// Has a parked job tried again.
pub fn retry(sql: &mut dyn Sql, request: &Request) -> Answer {
    jobs::retry(sql, &request.by(), request.id("id")?)?;
    Reply::done()
}

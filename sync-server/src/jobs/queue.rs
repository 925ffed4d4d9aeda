//! Putting work into the queue and taking it out, in the transaction of its cause. The caller holds the agency's lock.

use detailbook_core::ids::{AgencyId, JobId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire;
use minicbor::{Decode, Encode, Encoder};

use super::Kind;
use crate::store::jobs::{self, JobState, NewJob};
use crate::store::{Sql, StoreError};

/// First element of what a job's id is the hash of.
const CONTEXT: &str = "detailbook-job-v1";

/// The id of the job of that kind and key.
pub fn id_of(agency: AgencyId, kind: &str, key: &str) -> JobId {
    let mut bytes = Vec::with_capacity(64 + kind.len() + key.len());
    // Writing to a Vec cannot fail.
    let _ = Encoder::new(&mut bytes)
        .array(4)
        .and_then(|e| e.str(CONTEXT)?.bytes(agency.as_bytes())?.str(kind)?.str(key)?.ok());
    JobId::from_bytes(Sha256::of(&bytes).as_id())
}

/// Enqueues a job, unless there is or was one of that kind and key. `true`: it is new.
///
/// The key says what the job is about, such as an id with a step; it stands in lists that staff read. Jobs that are done are
/// remembered for [`super::REMEMBERED`].
pub fn enqueue(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: &Kind,
    key: &str,
    due: UnixMillis,
    now: UnixMillis,
    payload: &impl Encode<()>,
) -> Result<bool, StoreError> {
    stored(sql, agency, kind, key, (due, now), payload, jobs::insert)
}

/// As [`enqueue`], but a job of that kind and key that is there already, even one that is done or parked, waits anew: for this
/// time, with this payload. One that is being done right now is not stopped.
pub fn set(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: &Kind,
    key: &str,
    due: UnixMillis,
    now: UnixMillis,
    payload: &impl Encode<()>,
) -> Result<(), StoreError> {
    stored(sql, agency, kind, key, (due, now), payload, jobs::set)
}

/// As [`set`] for what goes on by itself: one of that kind and key that waits is left as it is, one that is done or parked goes on.
pub fn keep_going(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: &Kind,
    key: &str,
    due: UnixMillis,
    now: UnixMillis,
    payload: &impl Encode<()>,
) -> Result<(), StoreError> {
    stored(sql, agency, kind, key, (due, now), payload, jobs::keep_going)
}

/// As [`set`], but one of that kind and key that waits for a time no later is left as it is: it is not put off by what comes meanwhile.
pub fn by_then(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: &Kind,
    key: &str,
    due: UnixMillis,
    now: UnixMillis,
    payload: &impl Encode<()>,
) -> Result<(), StoreError> {
    stored(sql, agency, kind, key, (due, now), payload, jobs::by_then)
}

/// Has the store take in a job, one way or another.
fn stored<T>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: &Kind,
    key: &str,
    (due, now): (UnixMillis, UnixMillis),
    payload: &impl Encode<()>,
    store: impl FnOnce(&mut dyn Sql, AgencyId, &NewJob<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    locked(sql, agency)?;
    let payload = wire::encode(payload);
    let new = NewJob { job: id_of(agency, kind.name, key), kind: kind.name, key, due, payload: &payload, now };
    store(sql, agency, &new)
}

/// When the job of that kind and key that waits is due, and what it was given; nothing where there is none.
pub fn waiting<T: for<'b> Decode<'b, ()>>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: &Kind,
    key: &str,
) -> Result<Option<(UnixMillis, T)>, StoreError> {
    let found = jobs::get(sql, agency, id_of(agency, kind.name, key))?;
    let waits = found.filter(|job| job.state == JobState::Waiting);
    Ok(waits.and_then(|job| Some((job.due, wire::decode(&job.payload).ok()?))))
}

/// Moves a job that waits or is parked to another time. `false`: there is none.
pub fn reschedule(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: &Kind,
    key: &str,
    due: UnixMillis,
) -> Result<bool, StoreError> {
    locked(sql, agency)?;
    jobs::wait_until(sql, agency, id_of(agency, kind.name, key), due)
}

/// Takes a job out that waits or is parked, as if it had never been enqueued. `false`: there is none.
pub fn cancel(sql: &mut dyn Sql, agency: AgencyId, kind: &Kind, key: &str) -> Result<bool, StoreError> {
    locked(sql, agency)?;
    jobs::remove(sql, agency, id_of(agency, kind.name, key))
}

fn locked(sql: &dyn Sql, agency: AgencyId) -> Result<(), StoreError> {
    if sql.holds_agency(agency) { Ok(()) } else { Err(StoreError::Misused("a job enqueued without the agency's lock")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_named_by_agency_kind_and_key_and_nothing_runs_together() {
        let agency = |n| AgencyId::from_bytes([n; 16]);
        let id = id_of(agency(1), "ab", "c");
        assert_eq!(id, id_of(agency(1), "ab", "c"));
        for other in [id_of(agency(2), "ab", "c"), id_of(agency(1), "a", "bc"), id_of(agency(1), "ab", "d")] {
            assert_ne!(id, other);
        }
    }
}

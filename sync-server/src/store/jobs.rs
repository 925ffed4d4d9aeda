//! The rows of jobs. A job is taken, moved and marked under its agency's lock, so that nobody runs one that another has.

use std::collections::BTreeSet;

use detailbook_core::ids::{AgencyId, JobId};
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::{Row, Sql, StoreError, Value, params};

/// Where a job stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It waits for its time, or is being done.
    Waiting,
    /// It is done.
    Done,
    /// It failed too often: nobody tries it again until a person says so.
    Parked,
}

impl JobState {
    const fn code(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Done => 1,
            Self::Parked => 2,
        }
    }
}

/// A job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// Its agency.
    pub agency: AgencyId,
    /// Its id, which follows from agency, kind and key.
    pub id: JobId,
    /// Its kind's name.
    pub kind: String,
    /// What it is about.
    pub key: String,
    /// When it is to be done or tried again; while somebody does it outside the store, when their claim runs out.
    pub due: UnixMillis,
    /// What it was given.
    pub payload: Vec<u8>,
    /// Where it stands.
    pub state: JobState,
    /// Failed attempts, and claims that ran out.
    pub attempts: i64,
    /// Grows whenever somebody takes or changes it.
    pub claim: i64,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was enqueued.
    pub created_at: UnixMillis,
    /// When it was done.
    pub done_at: Option<UnixMillis>,
}

/// A job to be written.
pub struct NewJob<'a> {
    /// Its id.
    pub job: JobId,
    /// Its kind's name.
    pub kind: &'a str,
    /// What it is about.
    pub key: &'a str,
    /// When it is to be done.
    pub due: UnixMillis,
    /// What it is given.
    pub payload: &'a [u8],
    /// Now.
    pub now: UnixMillis,
}

const COLUMNS: &str = "agency, job, kind, key, due, payload, state, attempts, claim, last_error, created_at, done_at";

/// Writes a job unless there is one of that id. `true`: there was none.
pub fn insert(sql: &mut dyn Sql, agency: AgencyId, new: &NewJob<'_>) -> Result<bool, StoreError> {
    let written = sql.execute(
        "INSERT INTO jobs (agency, job, kind, key, due, payload, state, attempts, claim, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7) ON CONFLICT (agency, job) DO NOTHING",
        &params![agency, new.job, new.kind, new.key, new.due, new.payload, new.now],
    )?;
    Ok(written > 0)
}

/// Writes a job, or makes the one of that id wait anew.
pub fn set(sql: &mut dyn Sql, agency: AgencyId, new: &NewJob<'_>) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO jobs (agency, job, kind, key, due, payload, state, attempts, claim, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7)
         ON CONFLICT (agency, job) DO UPDATE SET due = excluded.due, payload = excluded.payload, state = 0, attempts = 0,
         claim = jobs.claim + 1, last_error = NULL, done_at = NULL",
        &params![agency, new.job, new.kind, new.key, new.due, new.payload, new.now],
    )?;
    Ok(())
}

/// Writes a job, or makes the one of that id wait anew unless it waits already.
pub fn keep_going(sql: &mut dyn Sql, agency: AgencyId, new: &NewJob<'_>) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO jobs (agency, job, kind, key, due, payload, state, attempts, claim, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7)
         ON CONFLICT (agency, job) DO UPDATE SET due = excluded.due, payload = excluded.payload, state = 0, attempts = 0,
         claim = jobs.claim + 1, last_error = NULL, done_at = NULL WHERE jobs.state <> 0",
        &params![agency, new.job, new.kind, new.key, new.due, new.payload, new.now],
    )?;
    Ok(())
}

/// Writes a job, or makes the one of that id wait anew unless it waits already for a time that is no later.
pub fn by_then(sql: &mut dyn Sql, agency: AgencyId, new: &NewJob<'_>) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO jobs (agency, job, kind, key, due, payload, state, attempts, claim, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7)
         ON CONFLICT (agency, job) DO UPDATE SET due = excluded.due, payload = excluded.payload, state = 0, attempts = 0,
         claim = jobs.claim + 1, last_error = NULL, done_at = NULL WHERE jobs.state <> 0 OR jobs.due > excluded.due",
        &params![agency, new.job, new.kind, new.key, new.due, new.payload, new.now],
    )?;
    Ok(())
}

/// Makes a job that is not done wait until then, with all its attempts before it. `false`: there is none.
pub fn wait_until(sql: &mut dyn Sql, agency: AgencyId, job: JobId, due: UnixMillis) -> Result<bool, StoreError> {
    let moved = sql.execute(
        "UPDATE jobs SET due = $3, state = 0, attempts = 0, claim = claim + 1
         WHERE agency = $1 AND job = $2 AND state <> 1",
        &params![agency, job, due],
    )?;
    Ok(moved > 0)
}

/// Makes every parked job of a kind wait until then, with all their attempts before them. Gives how many.
pub fn unpark(sql: &mut dyn Sql, agency: AgencyId, kind: &str, due: UnixMillis) -> Result<u64, StoreError> {
    sql.execute(
        "UPDATE jobs SET due = $3, state = 0, attempts = 0, claim = claim + 1
         WHERE state = 2 AND agency = $1 AND kind = $2",
        &params![agency, kind, due],
    )
}

/// Where a job of a kind stands that is not done, if there is one.
pub fn unfinished(sql: &mut dyn Sql, agency: AgencyId, kind: &str) -> Result<Option<JobState>, StoreError> {
    // Those that are done are by far the most, and each state has an index of its own: of what waits by its kind.
    let text = "SELECT state FROM (SELECT state FROM jobs WHERE kind = $2 AND state = 0 AND COALESCE(agency, $1) = $1
         UNION ALL SELECT state FROM jobs WHERE state = 2 AND agency = $1 AND kind = $2) undone ORDER BY state LIMIT 1";
    let found = sql.query_one(text, &params![agency, kind])?;
    let state = |code| if code == JobState::Parked.code() { JobState::Parked } else { JobState::Waiting };
    found.map(|row| row.int(0).map(state)).transpose()
}

/// How many jobs are parked, of all agencies, by kind.
pub fn parked(sql: &mut dyn Sql) -> Result<Vec<(String, u64)>, StoreError> {
    let rows = sql.query("SELECT kind, COUNT(*) FROM jobs WHERE state = 2 GROUP BY kind ORDER BY kind", &params![])?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), u64::try_from(row.int(1)?).unwrap_or(0)))).collect()
}

/// Removes a job that is not done. `false`: there is none.
pub fn remove(sql: &mut dyn Sql, agency: AgencyId, job: JobId) -> Result<bool, StoreError> {
    let removed =
        sql.execute("DELETE FROM jobs WHERE agency = $1 AND job = $2 AND state <> 1", &params![agency, job])?;
    Ok(removed > 0)
}

/// A job of the agency.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, job: JobId) -> Result<Option<Job>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM jobs WHERE agency = $1 AND job = $2");
    sql.query_one(&text, &params![agency, job])?.as_ref().map(read).transpose()
}

/// A job whose time has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// Its kind's name.
    pub kind: String,
    /// When it was to be done.
    pub due: UnixMillis,
    /// Its agency.
    pub agency: AgencyId,
    /// Its id.
    pub job: JobId,
}

/// Jobs of these kinds, of any agency but `without`, whose time has come: of each kind so many, the longest due. One statement, since it
/// is asked all the time.
pub fn due(
    sql: &mut dyn Sql,
    kinds: &[&str],
    now: UnixMillis,
    limit: i64,
    without: &BTreeSet<AgencyId>,
) -> Result<Vec<Due>, StoreError> {
    let mut values = params![now, limit].to_vec();
    values.extend(without.iter().map(|agency| Value::from(*agency)));
    let others: Vec<_> = (3..=values.len()).map(|n| format!("AND agency <> ${n}")).collect();
    let others = others.join(" ");
    let text = of_each(kinds, &mut values, |kind| {
        format!(
            "SELECT kind, due, agency, job FROM jobs WHERE state = 0 AND kind = ${kind} AND due <= $1 {others}
             ORDER BY due LIMIT $2"
        )
    });
    let Some(text) = text else { return Ok(vec![]) };
    let read =
        |row: &Row| Ok(Due { kind: row.text(0)?.to_owned(), due: row.time(1)?, agency: row.id(2)?, job: row.id(3)? });
    sql.query(&text, &values)?.iter().map(read).collect()
}

/// When the next job of these kinds is due, of any agency.
pub fn next_due(sql: &mut dyn Sql, kinds: &[&str]) -> Result<Option<UnixMillis>, StoreError> {
    let mut values = Vec::new();
    let text = of_each(kinds, &mut values, |kind| {
        format!("SELECT due FROM jobs WHERE state = 0 AND kind = ${kind} ORDER BY due LIMIT 1")
    });
    let Some(text) = text else { return Ok(None) };
    let due: Vec<UnixMillis> = sql.query(&text, &values)?.iter().map(|row| row.time(0)).collect::<Result<_, _>>()?;
    Ok(due.into_iter().min())
}

/// The same asked of each kind, as one statement: over several kinds at once, no index gives the order. Nothing where there is no kind.
fn of_each(kinds: &[&str], values: &mut Vec<Value>, asked: impl Fn(usize) -> String) -> Option<String> {
    let mut parts = Vec::with_capacity(kinds.len());
    for kind in kinds {
        values.push(Value::from(*kind));
        parts.push(format!("SELECT * FROM ({}) AS of{}", asked(values.len()), parts.len()));
    }
    (!parts.is_empty()).then(|| parts.join(" UNION ALL "))
}

/// Holds a job until `until` for whoever does it outside the store. An attempt is counted now, should nobody come back.
pub fn claim(sql: &mut dyn Sql, job: &Job, until: UnixMillis) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE jobs SET due = $3, claim = claim + 1, attempts = attempts + 1 WHERE agency = $1 AND job = $2",
        &params![job.agency, job.id, until],
    )?;
    Ok(())
}

/// Marks a job done.
pub fn finish(sql: &mut dyn Sql, job: &Job, now: UnixMillis) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE jobs SET state = 1, claim = claim + 1, last_error = NULL, done_at = $3 WHERE agency = $1 AND job = $2",
        &params![job.agency, job.id, now],
    )?;
    Ok(())
}

/// Makes a job that succeeded wait for its next time.
pub fn again(sql: &mut dyn Sql, job: &Job, due: UnixMillis) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE jobs SET due = $3, attempts = 0, claim = claim + 1, last_error = NULL WHERE agency = $1 AND job = $2",
        &params![job.agency, job.id, due],
    )?;
    Ok(())
}

/// Notes a failed attempt: the job waits until `due`, or is parked.
pub fn fail(
    sql: &mut dyn Sql,
    job: &Job,
    attempts: i64,
    due: Option<UnixMillis>,
    error: &str,
) -> Result<(), StoreError> {
    let state = if due.is_some() { JobState::Waiting } else { JobState::Parked };
    sql.execute(
        "UPDATE jobs SET state = $3, due = $4, attempts = $5, claim = claim + 1, last_error = $6
         WHERE agency = $1 AND job = $2",
        &params![job.agency, job.id, state.code(), due.unwrap_or(job.due), attempts, error],
    )?;
    Ok(())
}

/// Makes a job wait until then, whatever else its row says.
pub fn put_off(sql: &mut dyn Sql, agency: AgencyId, job: JobId, due: UnixMillis) -> Result<(), StoreError> {
    sql.execute("UPDATE jobs SET due = $3 WHERE agency = $1 AND job = $2", &params![agency, job, due])?;
    Ok(())
}

/// The agency's jobs in one state after a place in the order of their times.
pub fn page(
    sql: &mut dyn Sql,
    agency: AgencyId,
    state: JobState,
    after: (UnixMillis, JobId),
    limit: i64,
) -> Result<Vec<Job>, StoreError> {
    // The state is part of the text: only so does SQLite see that the index of those states will do.
    let text = format!(
        "SELECT {COLUMNS} FROM jobs WHERE agency = $1 AND state = {} AND (due > $2 OR (due = $2 AND job > $3))
         ORDER BY due, job LIMIT $4",
        state.code()
    );
    sql.query(&text, &params![agency, after.0, after.1, limit])?.iter().map(read).collect()
}

/// Forgets some of an agency's jobs that were done before then. Gives how many.
pub fn forget_done(sql: &mut dyn Sql, agency: AgencyId, before: UnixMillis, limit: i64) -> Result<u64, StoreError> {
    sql.execute(
        "DELETE FROM jobs WHERE agency = $1 AND job IN
         (SELECT job FROM jobs WHERE agency = $1 AND state = 1 AND done_at < $2 LIMIT $3)",
        &params![agency, before, limit],
    )
}

fn read(row: &Row) -> Result<Job, StoreError> {
    let state = match row.int(6)? {
        0 => JobState::Waiting,
        1 => JobState::Done,
        2 => JobState::Parked,
        _ => return Err(StoreError::Column { column: 6, wanted: "a job's state", found: "another number" }),
    };
    Ok(Job {
        agency: row.id(0)?,
        id: row.id(1)?,
        kind: row.text(2)?.to_owned(),
        key: row.text(3)?.to_owned(),
        due: row.time(4)?,
        payload: row.bytes(5)?.to_vec(),
        state,
        attempts: row.int(7)?,
        claim: row.int(8)?,
        last_error: row.opt_text(9)?.map(str::to_owned),
        created_at: row.time(10)?,
        done_at: row.opt_time(11)?,
    })
}

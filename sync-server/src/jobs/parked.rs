//! What is done by hand: trying parked jobs again, and forgetting those that were done long ago.

use detailbook_core::ids::JobId;
use serde_json::json;

use super::{JobState, REMEMBERED};
use crate::app::App;
use crate::audit::By;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, agency as agencies, jobs};

/// Jobs forgotten in one transaction.
const STRIDE: i64 = 1_000;

/// Makes a parked job wait for its next attempt, which is now, with all attempts before it.
pub fn retry(sql: &mut dyn Sql, by: &By<'_>, id: JobId) -> Result<(), Problem> {
    let job = jobs::get(sql, by.agency, id)?.ok_or_else(Problem::not_found)?;
    if job.state != JobState::Parked {
        return Err(Problem::conflict("This job is not parked."));
    }
    jobs::wait_until(sql, by.agency, id, by.now)?;
    let said = json!({ "kind": job.kind, "key": job.key, "attempts": job.attempts, "last_error": job.last_error });
    Ok(by.note(sql, "job.retry", id, &said)?)
}

/// Makes every parked job of a kind wait for its next attempt, which is now. Gives how many there were.
pub fn retry_all(sql: &mut dyn Sql, by: &By<'_>, kind: &str) -> Result<u64, Problem> {
    let retried = jobs::unpark(sql, by.agency, kind, by.now)?;
    by.note(sql, "job.retry_all", kind, &json!({ "kind": kind, "jobs": retried }))?;
    Ok(retried)
}

/// Forgets jobs that were done longer than [`REMEMBERED`] ago. Gives how many. Blocks.
pub fn forget_done(app: &App) -> Result<u64, StoreError> {
    let (before, mut gone) = (app.now() - REMEMBERED, 0);
    for agency in app.store.read(|sql| agencies::list(sql))? {
        loop {
            let some = app.store.write::<_, StoreError>(move |sql| {
                agencies::lock(sql, agency)?;
                jobs::forget_done(sql, agency, before, STRIDE)
            })?;
            gone += some;
            if some == 0 {
                break;
            }
        }
    }
    Ok(gone)
}

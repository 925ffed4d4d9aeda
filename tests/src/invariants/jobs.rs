//! Work that waits is done: in peace nothing is parked, nothing keeps failing, and nothing whose time has come still waits; so every
//! window past its decision is decided.

use detailbook_core::ids::{AgencyId, DetailId};
use detailbook_core::staffing::{DetailStage, Posting};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire;
use detailbook_server::store::{Row, Sql, StoreError, params};

use crate::broken::{Checked, demand};

/// Number of the state of a job that nobody will try again.
const PARKED: i64 = 2;

/// What waits in an agency.
pub struct Waiting {
    /// Jobs that are not done: what, state, when due, failed attempts.
    jobs: Vec<(String, i64, UnixMillis, i64)>,
    /// Postings that take applications, or are being awarded: which detail, where it stands, when it is to be decided.
    windows: Vec<(DetailId, DetailStage, UnixMillis)>,
}

/// Reads it.
pub fn read(sql: &mut dyn Sql, agency: AgencyId) -> Result<Waiting, StoreError> {
    let text = "SELECT kind, key, state, due, attempts FROM jobs WHERE agency = $1 AND state <> 1 ORDER BY due, job";
    let job = |row: &Row| Ok((format!("{} {}", row.text(0)?, row.text(1)?), row.int(2)?, row.time(3)?, row.int(4)?));
    let jobs = sql.query(text, &params![agency])?.iter().map(job).collect::<Result<_, StoreError>>()?;
    let mut windows = Vec::new();
    for row in sql.query("SELECT stage, body FROM postings WHERE agency = $1 ORDER BY detail", &params![agency])? {
        let stage = DetailStage::from_code(row.int(0)? as u8).expect("a stage");
        let posting: Posting = wire::decode(row.bytes(1)?).expect("a posting");
        if matches!(stage, DetailStage::Posted | DetailStage::Sealed) {
            windows.push((posting.detail, stage, posting.window.closes + posting.window.timing.grace));
        }
    }
    Ok(Waiting { jobs, windows })
}

/// Holds in peace, once the server has had its turn.
pub fn check(waiting: &Waiting, now: UnixMillis) -> Checked {
    for (what, state, due, attempts) in &waiting.jobs {
        demand(*state != PARKED, "no job is parked", || what.clone())?;
        demand(*attempts == 0, "no job keeps failing", || format!("{what}: {attempts} attempts"))?;
        demand(*due > now, "no job is left that is due", || format!("{what} due at {due}, now {now}"))?;
    }
    for (detail, stage, decided) in &waiting.windows {
        demand(*stage == DetailStage::Posted, "nothing stays half awarded", || format!("{detail:?}"))?;
        demand(*decided > now, "a window past its decision is decided", || format!("{detail:?}, due at {decided}"))?;
    }
    Ok(())
}

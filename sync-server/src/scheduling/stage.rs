//! Where a detail stands, in view of what its officers clocked and the agency ruled.

use detailbook_core::ids::AgencyId;
use detailbook_core::records::{Assignment, AssignmentState, Detail, DetailState};
use detailbook_core::staffing::DetailStage;
use detailbook_core::time::UnixMillis;

use super::clocked::clocked;
use crate::filing;
use crate::problem::Problem;
use crate::store::{Sql, assignments, postings, rulings};

/// What was done on a detail so far.
#[derive(Clone, Copy)]
struct Work {
    /// Somebody has clocked in.
    began: bool,
    /// Nobody is at work who has it, or its time is over.
    over: bool,
    /// Everybody who has it, or came before it was taken away, was ruled on, and there is somebody.
    ruled: bool,
}

/// Where a detail stands now. Read anew each time: facts come late and out of order.
pub fn of(sql: &mut dyn Sql, agency: AgencyId, detail: &Detail, now: UnixMillis) -> Result<DetailStage, Problem> {
    let decided = postings::find(sql, agency, detail.id)?.map_or_else(|| unposted(detail.state), |posted| posted.stage);
    let Work { began, over, ruled } = work(sql, agency, detail, now)?;
    Ok(decided.with_work(began, over, ruled))
}

/// Where a detail stands that has no posting: every officer may apply until it is filled.
const fn unposted(state: DetailState) -> DetailStage {
    match state {
        DetailState::Open => DetailStage::Posted,
        DetailState::Filled => DetailStage::Staffed,
        DetailState::Cancelled => DetailStage::Cancelled,
    }
}

fn work(sql: &mut dyn Sql, agency: AgencyId, detail: &Detail, now: UnixMillis) -> Result<Work, Problem> {
    let (mut began, mut all_out, mut all_ruled, mut somebody) = (false, true, true, false);
    for id in assignments::all_of_detail(sql, agency, detail.id)? {
        let held = filing::get::<Assignment>(sql, agency, id)?.record;
        let clocked = clocked(sql, agency, &held)?;
        let has_it = held.state == AssignmentState::Active;
        began |= clocked.came.is_some();
        all_out &= !has_it || clocked.left.is_some();
        if has_it || clocked.came.is_some() {
            somebody = true;
            all_ruled &= rulings::in_force(sql, agency, id)?.is_some();
        }
    }
    Ok(Work { began, over: detail.ends <= now || (began && all_out), ruled: somebody && all_ruled })
}

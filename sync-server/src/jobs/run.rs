//! Doing what is due.

use std::panic::{AssertUnwindSafe, catch_unwind};

use detailbook_core::ids::{AgencyId, JobId};
use detailbook_core::time::{Millis, UnixMillis};

use super::failed::pause_after;
use super::{ATTEMPTS, CLAIMED_FOR, Failed, Job, JobState, KINDS, Kind, Next, Run, Work};
use crate::app::App;
use crate::store::{Sql, StoreError, agency as agencies, jobs};

/// Jobs of a kind looked up at once.
const STRIDE: i64 = 100;
/// Most jobs done in one call: whatever enqueues itself without end is left for the next one.
const MOST: u64 = 10_000;
/// Most characters kept of an error.
const ERROR_CHARS: usize = 500;
/// The soonest that a job which succeeded may be due again.
const NOT_AT_ONCE: Millis = Millis(1);

/// What one call did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ran {
    /// Jobs that succeeded.
    pub done: u64,
    /// Jobs that failed and wait for another attempt.
    pub failed: u64,
    /// Jobs that failed for the last time.
    pub parked: u64,
    /// When the next job is due that this call left; absent where none waits.
    pub next: Option<UnixMillis>,
}

impl Ran {
    const fn total(&self) -> u64 {
        self.done + self.failed + self.parked
    }

    fn count(&mut self, end: End) {
        match end {
            End::Gone => {}
            End::Done => self.done += 1,
            End::Failed => self.failed += 1,
            End::Parked => self.parked += 1,
        }
    }
}

/// How it ended for one job.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Another node did it, or it was moved or cancelled.
    Gone,
    Done,
    Failed,
    Parked,
}

/// Does every job that is due at `now`, also those that jobs enqueue meanwhile. Blocks. `Err`: the store cannot be used now;
/// nothing is lost, and what was not done waits.
pub fn run_due(app: &App, now: UnixMillis) -> Result<Ran, StoreError> {
    Runner::new(app.clone(), KINDS).run_due(now)
}

/// Does jobs of certain kinds.
#[derive(Clone)]
pub struct Runner {
    app: App,
    kinds: &'static [Kind],
    /// Only those that leave the store, only those that do not, or both.
    lane: Option<bool>,
}

impl Runner {
    /// A runner for these kinds.
    pub const fn new(app: App, kinds: &'static [Kind]) -> Self {
        Self { app, kinds, lane: None }
    }

    /// The same, but only for kinds that leave the store, or only for those that do not: a slow mail server holds up no award.
    pub(super) fn only(&self, leaving: bool) -> Self {
        Self { lane: Some(leaving), ..self.clone() }
    }

    /// As [`run_due`].
    pub fn run_due(&self, now: UnixMillis) -> Result<Ran, StoreError> {
        self.run_while(now, || true)
    }

    /// As [`run_due`], but begins no further job once `going` says no.
    pub(super) fn run_while(&self, now: UnixMillis, going: impl Fn() -> bool) -> Result<Ran, StoreError> {
        let mut ran = Ran::default();
        loop {
            let before = ran.total();
            for (_, kind, agency, id) in self.due(now)? {
                if !going() || ran.total() >= MOST {
                    break;
                }
                ran.count(self.run(kind, agency, id, now)?);
            }
            if ran.total() == before || ran.total() >= MOST || !going() {
                break;
            }
        }
        ran.next = self.next_due()?;
        Ok(ran)
    }

    /// The server that the jobs are done for.
    pub(super) const fn app(&self) -> &App {
        &self.app
    }

    fn kinds(&self) -> impl Iterator<Item = &'static Kind> {
        let lane = self.lane;
        self.kinds.iter().filter(move |kind| lane.is_none_or(|leaving| kind.leaves_the_store() == leaving))
    }

    /// Some of what is due, the longest due first.
    fn due(&self, now: UnixMillis) -> Result<Vec<(UnixMillis, &'static Kind, AgencyId, JobId)>, StoreError> {
        let mut due = self.app.store.read::<_, StoreError>(|sql| {
            let mut all = Vec::new();
            for kind in self.kinds() {
                let found = jobs::due(sql, kind.name, now, STRIDE)?;
                all.extend(found.into_iter().map(|(due, agency, id)| (due, kind, agency, id)));
            }
            Ok(all)
        })?;
        due.sort_by_key(|(due, kind, agency, id)| (*due, kind.name, *agency, *id));
        Ok(due)
    }

    fn next_due(&self) -> Result<Option<UnixMillis>, StoreError> {
        self.app.store.read(|sql| {
            let mut next = None;
            for kind in self.kinds() {
                next = [next, jobs::next_due(sql, kind.name)?].into_iter().flatten().min();
            }
            Ok(next)
        })
    }

    fn run(&self, kind: &Kind, agency: AgencyId, id: JobId, now: UnixMillis) -> Result<End, StoreError> {
        match kind.work {
            Work::Inside(work) => self.inside(kind, work, agency, id, now),
            Work::Outside(work) => self.outside(kind, work, agency, id, now),
        }
    }

    /// The work and its mark in one transaction. A failure undoes both, and is noted in another.
    fn inside(
        &self,
        kind: &Kind,
        work: fn(&mut dyn Sql, &Run<'_>) -> Result<Next, Failed>,
        agency: AgencyId,
        id: JobId,
        now: UnixMillis,
    ) -> Result<End, StoreError> {
        let app = self.app.clone();
        let done: Result<End, Failed> = app.store.clone().write(move |sql| {
            let Some(job) = take(sql, agency, id, now)? else { return Ok(End::Gone) };
            let next = work(sql, &Run { app: &app, job: &job, now })?;
            settle(sql, &job, next, now)?;
            Ok(End::Done)
        });
        match done {
            Ok(end) => Ok(end),
            Err(failed) => self.note_failure(kind, failed, now, move |sql| {
                let job = take(sql, agency, id, now)?;
                Ok(job.map(|job| Job { attempts: job.attempts + 1, ..job }))
            }),
        }
    }

    /// Claims the job, does the work, and marks it, if nobody took or changed it meanwhile.
    fn outside(
        &self,
        kind: &Kind,
        work: fn(&Run<'_>) -> Result<Next, Failed>,
        agency: AgencyId,
        id: JobId,
        now: UnixMillis,
    ) -> Result<End, StoreError> {
        let claimed = self.app.store.write::<_, StoreError>(move |sql| claim(sql, agency, id, now))?;
        let job = match claimed {
            Ok(job) => job,
            Err(end) => return Ok(end),
        };
        let run = Run { app: &self.app, job: &job, now };
        // The thread that does these goes on; what the handler had begun is left to the next attempt.
        let done = catch_unwind(AssertUnwindSafe(|| work(&run)));
        let done = done.unwrap_or_else(|_| Err(Failed::later("The job panicked.")));
        let claim = job.claim;
        let mine = move |sql: &mut dyn Sql| {
            agencies::lock(sql, agency)?;
            Ok(jobs::get(sql, agency, id)?.filter(|job| job.claim == claim && job.state == JobState::Waiting))
        };
        match done {
            Ok(next) => self.app.store.write(move |sql| {
                let Some(job) = mine(sql)? else { return Ok(End::Gone) };
                settle(sql, &job, next, now)?;
                Ok(End::Done)
            }),
            Err(failed) => self.note_failure(kind, failed, now, mine),
        }
    }

    /// Notes a failed attempt of the job that `find` gives with its attempts counted, and when the next one is made.
    fn note_failure(
        &self,
        kind: &Kind,
        failed: Failed,
        now: UnixMillis,
        find: impl FnOnce(&mut dyn Sql) -> Result<Option<Job>, StoreError> + Send + 'static,
    ) -> Result<End, StoreError> {
        if let Some(error) = failed.is_the_stores() {
            return Err(error.clone());
        }
        let (app, parked) = (self.app.clone(), kind.parked);
        self.app.store.write(move |sql| {
            let Some(job) = find(sql)? else { return Ok(End::Gone) };
            let pause = if matches!(failed, Failed::ForGood(_)) { None } else { pause_after(job.attempts) };
            let end = note(sql, &job, pause.map(|pause| now + pause), &failed.to_string())?;
            if let (End::Parked, Some(tell)) = (end, parked) {
                tell(sql, &Run { app: &app, job: &job, now }, &failed.to_string())?;
            }
            Ok(end)
        })
    }
}

/// The job under its agency's lock, if it is still due.
fn take(sql: &mut dyn Sql, agency: AgencyId, id: JobId, now: UnixMillis) -> Result<Option<Job>, StoreError> {
    agencies::lock(sql, agency)?;
    Ok(jobs::get(sql, agency, id)?.filter(|job| job.state == JobState::Waiting && job.due <= now))
}

/// Takes the job for whoever does it outside the store. One whose every claim ran out is parked: it may be what ends the nodes.
fn claim(sql: &mut dyn Sql, agency: AgencyId, id: JobId, now: UnixMillis) -> Result<Result<Job, End>, StoreError> {
    let Some(job) = take(sql, agency, id, now)? else { return Ok(Err(End::Gone)) };
    if usize::try_from(job.attempts).is_ok_and(|attempts| attempts >= ATTEMPTS) {
        return note(sql, &job, None, "Whoever began this never came back from it.").map(Err);
    }
    jobs::claim(sql, &job, now + CLAIMED_FOR)?;
    Ok(jobs::get(sql, agency, id)?.ok_or(End::Gone))
}

fn settle(sql: &mut dyn Sql, job: &Job, next: Next, now: UnixMillis) -> Result<(), StoreError> {
    match next {
        Next::Done => jobs::finish(sql, job, now),
        Next::At(due) => jobs::again(sql, job, due.max(now + NOT_AT_ONCE)),
    }
}

fn note(sql: &mut dyn Sql, job: &Job, due: Option<UnixMillis>, error: &str) -> Result<End, StoreError> {
    // PostgreSQL stores no NUL.
    let error: String = error.chars().filter(|c| *c != '\0').take(ERROR_CHARS).collect();
    jobs::fail(sql, job, job.attempts, due, &error)?;
    if due.is_none() {
        tracing::warn!(kind = job.kind, job = %job.id, "a job is parked after its last attempt failed");
    }
    Ok(if due.is_some() { End::Failed } else { End::Parked })
}

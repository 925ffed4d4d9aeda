//! Doing what is due.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use detailbook_core::ids::{AgencyId, JobId};
use detailbook_core::time::{Millis, UnixMillis};

use super::{CLAIMED_FOR, Failed, Job, JobState, KINDS, Kind, Next, Run, Work};
use crate::app::App;
use crate::clock::SetClock;
use crate::store::{Sql, StoreError, agency as agencies, jobs};

/// Jobs of a kind looked up at once.
const STRIDE: i64 = 100;
/// Most jobs done in one call: whatever enqueues itself without end is left for the next one.
const MOST: u64 = 10_000;
/// How long what was found due is worked off before it is looked anew: what became due meanwhile, such as a look for who has not
/// come, waits no longer than this and the job that runs.
const LOOKED_UP_FOR: Millis = Millis::from_secs(1);
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

/// Does every job that is due at `now`, also those that jobs enqueue meanwhile, as if it all took no time. Blocks. `Err`: the store
/// cannot be used now; nothing is lost, and what was not done waits.
pub fn run_due(app: &App, now: UnixMillis) -> Result<Ran, StoreError> {
    Runner::new(app.clone(), KINDS).run_due(now)
}

/// Which jobs a runner does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lane {
    /// All that there are.
    All,
    /// Those in the store.
    Inside,
    /// Those of one kind, such as what goes out by one channel: a slow mail server holds up no award and no text message.
    Of(&'static str),
}

/// Does jobs of certain kinds.
#[derive(Clone)]
pub struct Runner {
    app: App,
    kinds: &'static [Kind],
    lane: Lane,
}

impl Runner {
    /// A runner for these kinds, by the server's clock.
    pub const fn new(app: App, kinds: &'static [Kind]) -> Self {
        Self { app, kinds, lane: Lane::All }
    }

    /// One runner for work in the store, and one for each kind of work that leaves it.
    pub(super) fn lanes(&self) -> Vec<Self> {
        let outside = self.kinds.iter().filter(|kind| kind.leaves_the_store()).map(|kind| Lane::Of(kind.name));
        std::iter::once(Lane::Inside).chain(outside).map(|lane| Self { lane, ..self.clone() }).collect()
    }

    /// What the runner's thread is called.
    pub(super) const fn name(&self) -> &'static str {
        match self.lane {
            Lane::All | Lane::Inside => "jobs",
            Lane::Of(kind) => kind,
        }
    }

    /// As [`run_due`]: the server's clock stands at `now` while the jobs are done.
    pub fn run_due(&self, now: UnixMillis) -> Result<Ran, StoreError> {
        let app = App { clock: Arc::new(SetClock::new(now)), ..self.app.clone() };
        Self { app, ..self.clone() }.run()
    }

    /// Does every job that is due, or becomes due while others are done. Each goes by the time at which it is begun.
    pub fn run(&self) -> Result<Ran, StoreError> {
        self.run_while(|| true)
    }

    /// As [`Self::run`], but begins no further job once `going` says no.
    pub(super) fn run_while(&self, going: impl Fn() -> bool) -> Result<Ran, StoreError> {
        let mut ran = Ran::default();
        loop {
            let (before, looked) = (ran.total(), self.app.now());
            for (kind, agency, id) in self.due(looked)? {
                if !going() || ran.total() >= MOST || self.app.now() - looked >= LOOKED_UP_FOR {
                    break;
                }
                ran.count(self.run_one(kind, agency, id)?);
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
        self.kinds.iter().filter(move |kind| match lane {
            Lane::All => true,
            Lane::Inside => !kind.leaves_the_store(),
            Lane::Of(name) => kind.name == name,
        })
    }

    /// Some of what is due, the longest due first; what comes in bulk after everything else.
    fn due(&self, now: UnixMillis) -> Result<Vec<(&'static Kind, AgencyId, JobId)>, StoreError> {
        let mut due = self.app.store.read::<_, StoreError>(|sql| {
            let mut all = Vec::new();
            for kind in self.kinds() {
                let found = jobs::due(sql, kind.name, now, STRIDE)?;
                all.extend(found.into_iter().map(|(due, agency, id)| (due, kind, agency, id)));
            }
            Ok(all)
        })?;
        due.sort_by_key(|(due, kind, agency, id)| (kind.bulk, *due, kind.name, *agency, *id));
        Ok(due.into_iter().map(|(_, kind, agency, id)| (kind, agency, id)).collect())
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

    fn run_one(&self, kind: &'static Kind, agency: AgencyId, id: JobId) -> Result<End, StoreError> {
        match kind.work {
            Work::Inside(work) => self.inside(kind, work, agency, id),
            Work::Outside(work) => self.outside(kind, work, agency, id),
        }
    }

    /// The work and its mark in one transaction. A failure undoes both, and is noted in another.
    fn inside(
        &self,
        kind: &'static Kind,
        work: fn(&mut dyn Sql, &Run<'_>) -> Result<Next, Failed>,
        agency: AgencyId,
        id: JobId,
    ) -> Result<End, StoreError> {
        let app = self.app.clone();
        let done: Result<End, Failed> = app.store.clone().write(move |sql| {
            let Some((job, now)) = take(sql, &app, agency, id)? else { return Ok(End::Gone) };
            let next = work(sql, &Run { app: &app, job: &job, now })?;
            settle(sql, &job, next, now)?;
            Ok(End::Done)
        });
        match done {
            Ok(end) => Ok(end),
            Err(failed) => self.note_failure(kind, failed, move |sql, app| {
                let job = take(sql, app, agency, id)?;
                Ok(job.map(|(job, _)| Job { attempts: job.attempts + 1, ..job }))
            }),
        }
    }

    /// Claims the job, does the work, and marks it, if nobody took or changed it meanwhile.
    fn outside(
        &self,
        kind: &'static Kind,
        work: fn(&Run<'_>) -> Result<Next, Failed>,
        agency: AgencyId,
        id: JobId,
    ) -> Result<End, StoreError> {
        let app = self.app.clone();
        let claimed = self.app.store.write::<_, StoreError>(move |sql| claim(sql, &app, kind, agency, id))?;
        let (job, now) = match claimed {
            Ok(claimed) => claimed,
            Err(end) => return Ok(end),
        };
        let run = Run { app: &self.app, job: &job, now };
        // The thread that does these goes on; what the handler had begun is left to the next attempt.
        let done = catch_unwind(AssertUnwindSafe(|| work(&run)));
        let done = done.unwrap_or_else(|_| Err(Failed::later("The job panicked.")));
        let claim = job.claim;
        let mine = move |sql: &mut dyn Sql, _: &App| {
            agencies::lock(sql, agency)?;
            Ok(jobs::get(sql, agency, id)?.filter(|job| job.claim == claim && job.state == JobState::Waiting))
        };
        match done {
            Ok(next) => {
                let app = self.app.clone();
                self.app.store.write(move |sql| {
                    let Some(job) = mine(sql, &app)? else { return Ok(End::Gone) };
                    settle(sql, &job, next, app.now())?;
                    Ok(End::Done)
                })
            }
            Err(failed) => self.note_failure(kind, failed, mine),
        }
    }

    /// Notes a failed attempt of the job that `find` gives with its attempts counted, and when the next one is made.
    fn note_failure(
        &self,
        kind: &'static Kind,
        failed: Failed,
        find: impl FnOnce(&mut dyn Sql, &App) -> Result<Option<Job>, StoreError> + Send + 'static,
    ) -> Result<End, StoreError> {
        if let Some(error) = failed.is_the_stores() {
            return Err(error.clone());
        }
        let app = self.app.clone();
        self.app.store.write(move |sql| {
            let Some(job) = find(sql, &app)? else { return Ok(End::Gone) };
            let now = app.now();
            let again = !matches!(failed, Failed::ForGood(_));
            let pause = if again { kind.patience.pause_after(job.attempts, now - job.created_at) } else { None };
            note(sql, kind, &Run { app: &app, job: &job, now }, pause, &failed.to_string())
        })
    }
}

/// The job under its agency's lock, if it is still due, and the time at which it was taken.
fn take(sql: &mut dyn Sql, app: &App, agency: AgencyId, id: JobId) -> Result<Option<(Job, UnixMillis)>, StoreError> {
    agencies::lock(sql, agency)?;
    // Others may have held the lock for long.
    let now = app.now();
    let job = jobs::get(sql, agency, id)?.filter(|job| job.state == JobState::Waiting && job.due <= now);
    Ok(job.map(|job| (job, now)))
}

/// Takes the job for whoever does it outside the store, from now on. One whose every claim ran out is parked: it may be what ends
/// the nodes.
fn claim(
    sql: &mut dyn Sql,
    app: &App,
    kind: &Kind,
    agency: AgencyId,
    id: JobId,
) -> Result<Result<(Job, UnixMillis), End>, StoreError> {
    let Some((job, now)) = take(sql, app, agency, id)? else { return Ok(Err(End::Gone)) };
    if kind.patience.is_spent(job.attempts, now - job.created_at) {
        let run = Run { app, job: &job, now };
        return note(sql, kind, &run, None, "Whoever began this never came back from it.").map(Err);
    }
    jobs::claim(sql, &job, now + CLAIMED_FOR)?;
    Ok(jobs::get(sql, agency, id)?.map(|job| (job, now)).ok_or(End::Gone))
}

fn settle(sql: &mut dyn Sql, job: &Job, next: Next, now: UnixMillis) -> Result<(), StoreError> {
    match next {
        Next::Done => jobs::finish(sql, job, now),
        Next::At(due) => jobs::again(sql, job, due.max(now + NOT_AT_ONCE)),
    }
}

/// Writes down that an attempt failed, and tells whoever must know where it was the last.
fn note(sql: &mut dyn Sql, kind: &Kind, run: &Run<'_>, pause: Option<Millis>, error: &str) -> Result<End, StoreError> {
    // PostgreSQL stores no NUL.
    let error: String = error.chars().filter(|c| *c != '\0').take(ERROR_CHARS).collect();
    jobs::fail(sql, run.job, run.job.attempts, pause.map(|pause| run.now + pause), &error)?;
    if pause.is_some() {
        return Ok(End::Failed);
    }
    tracing::warn!(kind = run.job.kind, job = %run.job.id, "a job is parked after its last attempt failed");
    if let Some(tell) = kind.parked {
        tell(sql, run, &error)?;
    }
    Ok(End::Parked)
}

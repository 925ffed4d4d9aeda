//! Doing what is due.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use detailbook_core::ids::{AgencyId, JobId};
use detailbook_core::time::{Millis, UnixMillis};

use super::{CLAIMED_FOR, Failed, Job, JobState, KINDS, Kind, Next, Run, Work};
use crate::app::App;
use crate::clock::SetClock;
use crate::store::jobs::{self, Due};
use crate::store::{Sql, StoreError, agency as agencies};

/// Jobs of a kind looked up at once.
const STRIDE: i64 = 100;
/// Most jobs done in one call: whatever enqueues itself without end is left for the next one.
const MOST: u64 = 10_000;
/// How long what was found due is worked off before it is looked anew: what became due meanwhile, such as a look for who has not
/// come, waits no longer than this and the job that runs.
const LOOKED_UP_FOR: Millis = Millis::from_secs(1);
/// Most characters kept of an error.
const ERROR_CHARS: usize = 500;
/// How long a job waits of which not even a failure can be noted.
const PUT_OFF: Millis = Millis::from_mins(5);
/// How soon an agency's jobs are tried again whose lock another node had.
const HELD_AGAIN: Millis = Millis(100);
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
            End::Gone | End::Held => {}
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
    /// Another node has the agency's lock. Nothing was done, and the job waits.
    Held,
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
        let (mut ran, mut stuck, mut held) = (Ran::default(), None, BTreeSet::new());
        loop {
            let before = (ran.total(), held.len());
            let due = self.due(self.app.now(), &held)?;
            // However long the look took, the first of what it found is done.
            let looked = self.app.now();
            for (place, (kind, agency, id)) in due.into_iter().enumerate() {
                let stale = place > 0 && self.app.now() - looked >= LOOKED_UP_FOR;
                if stale || !going() || ran.total() >= MOST {
                    break;
                }
                if held.contains(&agency) {
                    continue;
                }
                match self.run_or_put_off(kind, agency, id) {
                    // However long another node has the lock, jobs of other agencies do not wait for it.
                    Ok(End::Held) => drop(held.insert(agency)),
                    Ok(end) => ran.count(end),
                    Err(error) if is_the_stores(&error) => return Err(error),
                    Err(error) => stuck = Some(error),
                }
            }
            if (ran.total(), held.len()) == before || ran.total() >= MOST || !going() {
                break;
            }
        }
        let soonest = if held.is_empty() { UnixMillis::MIN } else { self.app.now() + HELD_AGAIN };
        ran.next = self.next_due()?.map(|next| next.max(soonest));
        // All others were done meanwhile.
        stuck.map_or(Ok(ran), Err)
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

    fn names(&self) -> Vec<&'static str> {
        self.kinds().map(|kind| kind.name).collect()
    }

    /// Some of what is due, but for these agencies, the longest due first; what comes in bulk after everything else.
    fn due(
        &self,
        now: UnixMillis,
        without: &BTreeSet<AgencyId>,
    ) -> Result<Vec<(&'static Kind, AgencyId, JobId)>, StoreError> {
        let names = self.names();
        let found: Result<_, StoreError> =
            self.app.store.read_often(|sql| jobs::due(sql, &names, now, STRIDE, without));
        let of_kind = |one: Due| Some((one.due, self.kinds().find(|kind| kind.name == one.kind)?, one.agency, one.job));
        let mut due: Vec<_> = found?.into_iter().filter_map(of_kind).collect();
        due.sort_by_key(|(due, kind, agency, id)| (kind.bulk, *due, kind.name, *agency, *id));
        Ok(due.into_iter().map(|(_, kind, agency, id)| (kind, agency, id)).collect())
    }

    fn next_due(&self) -> Result<Option<UnixMillis>, StoreError> {
        let names = self.names();
        self.app.store.read_often(|sql| jobs::next_due(sql, &names))
    }

    /// As [`Self::run_one`]. A job of which not even a failure can be noted is put off, and holds up no other.
    fn run_or_put_off(&self, kind: &'static Kind, agency: AgencyId, id: JobId) -> Result<End, StoreError> {
        let error = match self.run_one(kind, agency, id) {
            Err(error) if !is_the_stores(&error) => error,
            ended => return ended,
        };
        tracing::error!(kind = kind.name, job = %id, %error, "a job failed, and its failure could not be noted");
        let due = self.app.now() + PUT_OFF;
        self.app.store.write(move |sql| jobs::put_off(sql, agency, id, due))?;
        Ok(End::Failed)
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
            let (job, now) = match take(sql, &app, agency, id)? {
                Taken::Mine(job, now) => (job, now),
                Taken::Gone => return Ok(End::Gone),
                Taken::Held => return Ok(End::Held),
            };
            let next = work(sql, &Run { app: &app, job: &job, now })?;
            settle(sql, &job, next, now)?;
            Ok(End::Done)
        });
        match done {
            Ok(end) => Ok(end),
            Err(failed) => self.note_failure(kind, failed, move |sql, app| {
                Ok(take(sql, app, agency, id)?.changed(|job, _| Some(Job { attempts: job.attempts + 1, ..job })))
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
            Claim::Mine(job, now) => (job, now),
            Claim::Gone => return Ok(End::Gone),
            Claim::Held => return Ok(End::Held),
            Claim::Spent => return self.park_spent(kind, agency, id),
        };
        let run = Run { app: &self.app, job: &job, now };
        // The thread that does these goes on; what the handler had begun is left to the next attempt.
        let done = catch_unwind(AssertUnwindSafe(|| work(&run)));
        let done = done.unwrap_or_else(|_| Err(Failed::later("The job panicked.")));
        let claim = job.claim;
        let mine = move |sql: &mut dyn Sql, _: &App| {
            // What has left the store must not be done again because somebody has the lock now.
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
            Err(failed) => self.note_failure(kind, failed, move |sql, app| {
                Ok(mine(sql, app)?.map_or(Taken::Gone, |job| Taken::Mine(job, app.now())))
            }),
        }
    }

    /// Parks a job whose every claim ran out.
    fn park_spent(&self, kind: &'static Kind, agency: AgencyId, id: JobId) -> Result<End, StoreError> {
        let spent = Failed::for_good("Whoever began this never came back from it.");
        self.note_failure(kind, spent, move |sql, app| {
            Ok(take(sql, app, agency, id)?.changed(|job, now| is_spent(kind, &job, now).then_some(job)))
        })
    }

    /// Notes a failed attempt of the job that `find` gives with its attempts counted, and when the next one is made. Whoever must know
    /// that there is none is told after that: what keeps them from being told does not keep the job from being parked.
    fn note_failure(
        &self,
        kind: &'static Kind,
        failed: Failed,
        find: impl FnOnce(&mut dyn Sql, &App) -> Result<Taken, StoreError> + Send + 'static,
    ) -> Result<End, StoreError> {
        if let Some(error) = failed.is_the_stores() {
            return Err(error.clone());
        }
        let (app, why) = (self.app.clone(), in_words(&failed));
        let noted = self.app.store.write::<_, StoreError>(move |sql| {
            let (job, now) = match find(sql, &app)? {
                Taken::Mine(job, now) => (job, now),
                Taken::Gone => return Ok(Err(End::Gone)),
                Taken::Held => return Ok(Err(End::Held)),
            };
            let again = !matches!(failed, Failed::ForGood(_));
            let pause = if again { kind.patience.pause_after(job.attempts, now - job.created_at) } else { None };
            jobs::fail(sql, &job, job.attempts, pause.map(|pause| now + pause), &why)?;
            Ok(Ok((job, pause.is_some(), why)))
        })?;
        Ok(match noted {
            Err(end) => end,
            Ok((_, true, _)) => End::Failed,
            Ok((job, false, why)) => {
                self.tell_parked(kind, job, why);
                End::Parked
            }
        })
    }

    /// Tells whoever must know that a job was parked. Where they cannot be told, the log says why.
    fn tell_parked(&self, kind: &'static Kind, job: Job, why: String) {
        tracing::warn!(kind = job.kind, job = %job.id, "a job is parked after its last attempt failed");
        let (app, id) = (self.app.clone(), job.id);
        let Some(tell) = kind.parked else { return };
        let told = self.app.store.write::<_, StoreError>(move |sql| {
            agencies::lock(sql, job.agency)?;
            tell(sql, &Run { app: &app, job: &job, now: app.now() }, &why)
        });
        if let Err(error) = told {
            tracing::error!(kind = kind.name, job = %id, %error, "nobody could be told of a job that is parked");
        }
    }
}

fn is_the_stores(error: &StoreError) -> bool {
    Failed::from(error.clone()).is_the_stores().is_some()
}

/// Why a job failed, as it is kept.
fn in_words(failed: &Failed) -> String {
    // PostgreSQL stores no NUL.
    failed.to_string().chars().filter(|c| *c != '\0').take(ERROR_CHARS).collect()
}

/// What became of the wish to do a job under its agency's lock.
enum Taken {
    /// It is the taker's, at that time.
    Mine(Job, UnixMillis),
    /// Another node did it, or it was moved or cancelled.
    Gone,
    /// Another node has the lock.
    Held,
}

impl Taken {
    /// The same with another job, or with none.
    fn changed(self, change: impl FnOnce(Job, UnixMillis) -> Option<Job>) -> Self {
        match self {
            Self::Mine(job, now) => change(job, now).map_or(Self::Gone, |job| Self::Mine(job, now)),
            other => other,
        }
    }
}

/// Takes the job, if it is still due, under its agency's lock, for which nobody waits: the writer has other work meanwhile.
fn take(sql: &mut dyn Sql, app: &App, agency: AgencyId, id: JobId) -> Result<Taken, StoreError> {
    if !agencies::try_lock(sql, agency)? {
        return Ok(Taken::Held);
    }
    let now = app.now();
    let job = jobs::get(sql, agency, id)?.filter(|job| job.state == JobState::Waiting && job.due <= now);
    Ok(job.map_or(Taken::Gone, |job| Taken::Mine(job, now)))
}

/// What became of the wish to do a job outside the store.
enum Claim {
    /// It is the claimer's, since then.
    Mine(Job, UnixMillis),
    /// Another node has it, or it was moved or cancelled.
    Gone,
    /// Another node has the agency's lock.
    Held,
    /// Every claim of it ran out: it may be what ends the nodes.
    Spent,
}

/// Takes the job for whoever does it outside the store, from now on.
fn claim(sql: &mut dyn Sql, app: &App, kind: &Kind, agency: AgencyId, id: JobId) -> Result<Claim, StoreError> {
    let (job, now) = match take(sql, app, agency, id)? {
        Taken::Mine(job, now) => (job, now),
        Taken::Gone => return Ok(Claim::Gone),
        Taken::Held => return Ok(Claim::Held),
    };
    if is_spent(kind, &job, now) {
        return Ok(Claim::Spent);
    }
    jobs::claim(sql, &job, now + CLAIMED_FOR)?;
    Ok(jobs::get(sql, agency, id)?.map_or(Claim::Gone, |job| Claim::Mine(job, now)))
}

fn is_spent(kind: &Kind, job: &Job, now: UnixMillis) -> bool {
    kind.patience.is_spent(job.attempts, now - job.created_at)
}

fn settle(sql: &mut dyn Sql, job: &Job, next: Next, now: UnixMillis) -> Result<(), StoreError> {
    match next {
        Next::Done => jobs::finish(sql, job, now),
        Next::At(due) => jobs::again(sql, job, due.max(now + NOT_AT_ONCE)),
    }
}

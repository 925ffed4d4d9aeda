//! Many callers at once, each a thread with a connection of its own, and what that costs whom.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use super::report::{at_rank, median};
use super::served::Server;
use super::{Outcome, machine};

/// What a load came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    /// Answers.
    pub(super) answers: u32,
    /// From the first request to the last answer.
    pub(super) wall: Duration,
    /// CPU of the server and of the database server under it.
    pub(super) cpu: Duration,
    /// Of that, the server's own process.
    pub(super) own_cpu: Duration,
    /// CPU of the callers.
    pub(super) callers: Duration,
    /// From request to answer, the middle one.
    pub(super) p50: Duration,
    /// And the slowest but one in a hundred.
    pub(super) p99: Duration,
}

impl Cost {
    /// Answers a second.
    pub(super) fn rate(&self) -> f64 {
        f64::from(self.answers) / self.wall.as_secs_f64()
    }

    /// The server's CPU an answer.
    pub(super) fn each(&self) -> Duration {
        self.cpu / self.answers.max(1)
    }

    /// The server process's CPU an answer.
    pub(super) fn own_each(&self) -> Duration {
        self.own_cpu / self.answers.max(1)
    }

    /// The callers' CPU an answer.
    pub(super) fn caller_each(&self) -> Duration {
        self.callers / self.answers.max(1)
    }
}

/// Runs all callers at once; each gives how long each of its requests took.
pub(super) fn run<C: Send>(
    server: &Server,
    callers: &mut [C],
    call: impl Fn(&mut C) -> Outcome<Vec<Duration>> + Sync,
) -> Outcome<Cost> {
    let ready = Barrier::new(callers.len() + 1);
    let (call, ready) = (&call, &ready);
    thread::scope(|scope| {
        let start = |caller| {
            scope.spawn(move || {
                ready.wait();
                call(caller)
            })
        };
        let threads: Vec<_> = callers.iter_mut().map(start).collect();
        let (cpu, own_cpu, callers) = (server.cpu()?, server.own_cpu()?, machine::own_cpu()?);
        ready.wait();
        let ended = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().map_err(|_| "a caller panicked");
        let (wall, took) = machine::timed(|| threads.into_iter().map(ended).collect::<Result<Vec<_>, _>>());
        let took = took?.into_iter().collect::<Outcome<Vec<_>>>()?.concat();
        Ok(Cost {
            answers: u32::try_from(took.len())?,
            wall,
            cpu: server.cpu()?.saturating_sub(cpu),
            own_cpu: server.own_cpu()?.saturating_sub(own_cpu),
            callers: machine::own_cpu()?.saturating_sub(callers),
            p50: median(&took).unwrap_or_default(),
            p99: at_rank(&took, 99).unwrap_or_default(),
        })
    })
}

//! Doing what is due as time passes, on threads of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use detailbook_core::time::UnixMillis;

use super::{KINDS, Runner};
use crate::app::App;

/// How long a runner sleeps at most: so soon it sees what others enqueued, on this node or on another.
const LOOKS_EVERY: Duration = Duration::from_secs(1);
/// How long it sleeps when the store could not be used.
const STORE_AWAY: Duration = Duration::from_secs(5);

/// Threads that do what is due until they are told to stop: one for work in the store, and one for each kind of work that leaves it.
pub struct Background {
    stopping: Arc<AtomicBool>,
    /// Dropped to wake the threads.
    wake: Vec<Sender<()>>,
    ended: Receiver<()>,
}

impl Background {
    /// Starts the threads.
    pub fn start(app: &App) -> std::io::Result<Self> {
        Self::start_with(&Runner::new(app.clone(), KINDS))
    }

    /// Starts the threads of a runner.
    pub fn start_with(runner: &Runner) -> std::io::Result<Self> {
        let stopping = Arc::new(AtomicBool::new(false));
        let ((ending, ended), mut wake) = (channel(), Vec::new());
        for runner in runner.lanes() {
            let (sender, woken) = channel();
            let (stopping, ending) = (Arc::clone(&stopping), ending.clone());
            thread::Builder::new().name(runner.name().to_owned()).spawn(move || {
                // The receiver hears of the end by the loss of this, also after a panic.
                let _ending: Sender<()> = ending;
                work(&runner, &stopping, &woken);
            })?;
            wake.push(sender);
        }
        Ok(Self { stopping, wake, ended })
    }

    /// Lets the jobs that run finish, begins no other, and waits for that at most so long. `false`: one is still running; what it
    /// claimed is done again by whoever comes next.
    pub fn stop(self, patience: Duration) -> bool {
        self.stopping.store(true, Ordering::Relaxed);
        drop(self.wake);
        matches!(self.ended.recv_timeout(patience), Err(RecvTimeoutError::Disconnected))
    }
}

fn work(runner: &Runner, stopping: &AtomicBool, woken: &Receiver<()>) {
    let going = || !stopping.load(Ordering::Relaxed);
    while going() {
        let pause = match runner.run_while(going) {
            Ok(ran) => ran.next.map_or(LOOKS_EVERY, |next| until(runner.app().now(), next)),
            Err(error) => {
                tracing::warn!(%error, "jobs cannot be done now; tried again in a moment");
                STORE_AWAY
            }
        };
        if !matches!(woken.recv_timeout(pause), Err(RecvTimeoutError::Timeout)) {
            break;
        }
    }
}

/// How long to sleep until then: at least a moment, at most until the next look.
fn until(now: UnixMillis, next: UnixMillis) -> Duration {
    let millis = u64::try_from((next - now).0).unwrap_or(0).max(1);
    Duration::from_millis(millis).min(LOOKS_EVERY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sleeps_until_the_next_job_but_never_long() {
        let sleep = |next| until(UnixMillis::new(1_000), UnixMillis::new(next)).as_millis();
        assert_eq!([sleep(0), sleep(1_000), sleep(1_300), sleep(9_000)], [1, 1, 300, 1_000]);
    }
}

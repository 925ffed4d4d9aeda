//! Work of which few run at once: some wait for their turn, and further ones are told to come back.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The turns of one sort of work.
#[derive(Debug)]
pub struct Turns {
    at_once: usize,
    most_waiting: usize,
    queue: Mutex<Queue>,
    done: Condvar,
}

#[derive(Debug)]
struct Queue {
    running: usize,
    waiting: usize,
}

/// A place among those that run. Its end lets the next one in.
#[derive(Debug)]
pub struct Turn<'a>(&'a Turns);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.queue().running -= 1;
        self.0.done.notify_one();
    }
}

impl Turns {
    /// So many run at once, and so many wait.
    pub const fn new(at_once: usize, most_waiting: usize) -> Self {
        let queue = Mutex::new(Queue { running: 0, waiting: 0 });
        Self { at_once, most_waiting, queue, done: Condvar::new() }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A turn, once there is one; none where too many wait already. Blocks.
    pub fn take(&self) -> Option<Turn<'_>> {
        let mut queue = self.queue();
        if queue.running >= self.at_once {
            if queue.waiting >= self.most_waiting {
                return None;
            }
            queue.waiting += 1;
            while queue.running >= self.at_once {
                queue = self.done.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            queue.waiting -= 1;
        }
        queue.running += 1;
        Some(Turn(self))
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn few_run_some_wait_and_others_are_told_to_come_back() {
        let turns = Turns::new(2, 0);
        let held = [turns.take(), turns.take()];
        assert!(held.iter().all(Option::is_some) && turns.take().is_none());
        drop(held);
        assert!(turns.take().is_some());
        assert_eq!(turns.queue().running, 0);
    }

    #[test]
    fn whoever_waits_comes_in_when_somebody_is_done() {
        let turns = Turns::new(1, 1);
        let held = turns.take();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| turns.take().is_some());
            while turns.queue().waiting == 0 {
                thread::yield_now();
            }
            assert!(turns.take().is_none(), "one waits already");
            drop(held);
            assert!(waiting.join().unwrap());
        });
    }
}

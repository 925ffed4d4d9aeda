//! Telling the shell what happened, on the thread where it did, with no lock held.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};

use crate::CoreError;
use crate::shell::{LogLevel, LogLine, LogListener, ScreensListener};

/// The shell's listeners.
pub(crate) struct Listeners {
    screens: Option<Arc<dyn ScreensListener>>,
    log: Option<Arc<dyn LogListener>>,
    in_screens: Threads,
    in_log: Threads,
}

impl Listeners {
    pub(crate) fn new(screens: Option<Arc<dyn ScreensListener>>, log: Option<Arc<dyn LogListener>>) -> Self {
        Self { screens, log, in_screens: Threads::default(), in_log: Threads::default() }
    }

    /// Tells that screens may have changed. A listener that throws has heard it.
    pub(crate) fn screens_changed(&self) {
        let (Some(listener), Some(_telling)) = (&self.screens, self.in_screens.enter()) else { return };
        let _ = listener.screens_changed();
    }

    /// Tells of a call that did not work.
    pub(crate) fn failed(&self, call: &str, error: &CoreError) {
        self.log(LogLevel::Warning, format!("{call}: {}", error.code()));
    }

    /// Gives a line.
    pub(crate) fn log(&self, level: LogLevel, text: String) {
        let (Some(listener), Some(_telling)) = (&self.log, self.in_log.enter()) else { return };
        let _ = listener.log(LogLine { level, text });
    }
}

/// The threads that are in a listener now: what a listener does is not told to it again, or there would be no end.
#[derive(Default)]
struct Threads(Mutex<HashSet<ThreadId>>);

impl Threads {
    fn enter(&self) -> Option<Inside<'_>> {
        let thread = thread::current().id();
        let entered = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(thread);
        entered.then_some(Inside { threads: self, thread })
    }
}

/// Leaves when dropped, also where a listener panics.
struct Inside<'a> {
    threads: &'a Threads,
    thread: ThreadId,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.threads.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.thread);
    }
}

//! Ending a call from another thread.

use tokio::sync::watch;

use super::SyncError;

/// Ends the calls it was given to. Clones end the same calls.
#[derive(Clone, Debug)]
pub struct CancelHandle(watch::Sender<bool>);

impl Default for CancelHandle {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl CancelHandle {
    /// A fresh handle.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends every call that has this handle, now and later.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Has it been used?
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// What `work` comes to, unless it is cancelled first.
    pub(super) async fn unless_cancelled<T>(&self, work: impl Future<Output = T>) -> Result<T, SyncError> {
        let mut watched = self.0.subscribe();
        tokio::select! {
            biased;
            _ = watched.wait_for(|cancelled| *cancelled) => Err(SyncError::Cancelled),
            outcome = work => Ok(outcome),
        }
    }
}

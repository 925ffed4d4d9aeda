//! Killing the phone on purpose: the hook through which a test ends it at any point where it writes.

use std::sync::{Arc, Mutex, PoisonError};

/// A place where a phone may die.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WritePoint {
    /// Before the first statement of a transaction.
    Begin,
    /// Before a writing statement within a transaction.
    Statement,
    /// Everything written, nothing committed.
    BeforeCommit,
    /// Committed, but the caller does not know yet.
    AfterCommit,
    /// Within the copying of an original into the blob folder.
    BlobChunk,
    /// The copy is complete and durable, but not yet under its name.
    BlobNamed,
    /// About to remove an original that the agency has.
    BlobRemoved,
}

type Decide = dyn FnMut(WritePoint) -> bool + Send;

/// Asked at every [`WritePoint`]: `true` kills the phone there. Its handle is then dead; only opening the file again helps.
#[derive(Clone)]
pub struct KillSwitch(Arc<Mutex<Decide>>);

impl KillSwitch {
    /// A switch that asks `decide`.
    pub fn new(decide: impl FnMut(WritePoint) -> bool + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(decide)))
    }

    /// Kills at the `n`th point reached from now on, counted from 0.
    pub fn at(n: u64) -> Self {
        let mut left = n;
        Self::new(move |_| match left.checked_sub(1) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })
    }

    pub(super) fn kills(&self, point: WritePoint) -> bool {
        (self.0.lock().unwrap_or_else(PoisonError::into_inner))(point)
    }
}

impl std::fmt::Debug for KillSwitch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KillSwitch")
    }
}

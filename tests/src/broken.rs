//! An invariant that did not hold.

use std::fmt;

/// What did not hold, and where it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Which rule, in a few words.
    pub rule: &'static str,
    /// What was seen instead.
    pub seen: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.seen)
    }
}

/// A check's result.
pub type Checked = Result<(), Broken>;

/// Fails with `seen` unless `holds`.
pub fn demand(holds: bool, rule: &'static str, seen: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(Broken { rule, seen: seen() }) }
}

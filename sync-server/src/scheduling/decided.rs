//! What became of an officer's command.

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Decision;

use crate::audit::By;

/// Whose command, and when the server decides it.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// The agency.
    pub agency: AgencyId,
    /// The officer.
    pub officer: OfficerId,
    /// How the audit log names the officer.
    pub actor: &'a str,
    /// When the server decides.
    pub now: UnixMillis,
    /// How far the phone had read its feed when it asked: it knew of every change up to this number of the agency's, and of no later one.
    pub read: i64,
}

impl<'a> At<'a> {
    /// The officer as the one who acts.
    pub(crate) const fn by(&self) -> By<'a> {
        By { agency: self.agency, now: self.now, actor: self.actor }
    }
}

/// A decision with its reason, a sentence for the officer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decided {
    /// Carried out or not.
    pub decision: Decision,
    /// Why.
    pub reason: String,
}

impl Decided {
    /// Carried out.
    pub fn accepted(reason: impl Into<String>) -> Self {
        Self { decision: Decision::Accepted, reason: reason.into() }
    }

    /// Not carried out.
    pub fn refused(reason: impl Into<String>) -> Self {
        Self { decision: Decision::Refused, reason: reason.into() }
    }
}

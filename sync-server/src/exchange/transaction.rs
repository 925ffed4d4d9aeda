//! The one transaction of an exchange. It begins with the agency's lock (ADR 2), so nothing else of the agency moves while it
//! runs, documents need no lock of their own, and numbers are given in the order of commits.

use detailbook_core::ids::{AssignmentId, DocumentId, WriterId};
use detailbook_core::shift::FactKind;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{Command, CommandOutcome, Cursor, Limits, PushVerdict, Refusal};

use super::commands;
use super::page;
use super::prepare::Prepared;
use super::push::Desk;
use crate::access::device::{Caller, claim};
use crate::audit::{self, By};
use crate::entropy::SharedEntropy;
use crate::problem::Problem;
use crate::scheduling::watch;
use crate::store::agency::{self, AgencyHead};
use crate::store::{Sql, StoreError};

/// What an exchange brings, as far as it could be checked without the database.
pub(super) struct Work {
    pub(super) caller: Caller,
    /// The version of the phone's app.
    pub(super) app: u32,
    /// Writers to bind.
    pub(super) writers: Vec<WriterId>,
    pub(super) pushes: Vec<Prepared>,
    pub(super) commands: Vec<Command>,
    /// Where the phone stands in its feed.
    pub(super) cursor: Option<Cursor>,
    pub(super) limits: Limits,
    pub(super) now: UnixMillis,
    /// For the ids of what is decided.
    pub(super) entropy: SharedEntropy,
}

/// What became of it.
pub(super) struct Done {
    /// One for each push.
    pub(super) verdicts: Vec<PushVerdict>,
    /// One for each command.
    pub(super) outcomes: Vec<CommandOutcome>,
    /// Documents pushed to that the phone is to forget once nothing of them waits.
    pub(super) hidden: Vec<DocumentId>,
    /// The agency's numbering before.
    pub(super) before: AgencyHead,
    /// The last number drawn for the changes pushed; the number before where there were none.
    pub(super) after: i64,
    /// More was written than what was pushed: what followed from a clock event.
    pub(super) more_followed: bool,
}

/// Carries the work out.
pub(super) fn carry_out(sql: &mut dyn Sql, work: &Work) -> Result<Done, Problem> {
    let device = &work.caller.device;
    let before = agency::lock(sql, device.agency)?.ok_or(Refusal::NotAuthenticated)?;
    claim(sql, &work.caller, Some(work.app), work.now)?;
    let mut desk = Desk::new(sql, device, &work.limits, before.seq, work.now);
    desk.bind(&work.writers)?;
    let verdicts = work.pushes.iter().map(|push| desk.take(push)).collect::<Result<_, _>>()?;
    let after = desk.close()?;
    let (hidden, punched) = (desk.hidden(), desk.punched()?);
    let more_followed = react(sql, work, &punched, after)?;
    let asked = (work.now, page::read_up_to(work.cursor, before));
    let outcomes = commands::decide_all(sql, device, &work.commands, asked, &work.limits, &mut work.entropy.clone())?;
    Ok(Done { verdicts, outcomes, hidden, before, after, more_followed })
}

/// What follows from clock events that came. Was anything written after number `after`?
fn react(sql: &mut dyn Sql, work: &Work, punched: &[(AssignmentId, FactKind)], after: i64) -> Result<bool, StoreError> {
    if punched.is_empty() {
        return Ok(false);
    }
    let device = &work.caller.device;
    let actor = audit::officer(device.officer);
    let by = By { agency: device.agency, now: work.now, actor: &actor };
    punched.iter().try_for_each(|(id, kind)| watch::punched(sql, &by, *id, *kind))?;
    Ok(agency::head(sql, device.agency)?.is_some_and(|head| head.seq > after))
}

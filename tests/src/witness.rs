//! What the server has promised, overheard on the wire. The witness shares no state with either side, so neither can talk it
//! out of a promise.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, CommandId, DeviceId, DocumentId};
use detailbook_core::shift::Sha256;
use detailbook_core::wire::{ChangeVerdict, CommandOutcome, SyncRequest, SyncResponse};

use crate::broken::{Checked, demand};

/// One change, as the world names it.
pub type ChangeKey = (AgencyId, DocumentId, Sha256);

/// A change that the server said it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promised {
    /// Whose push it was in.
    pub device: DeviceId,
    /// Its bytes as they were pushed.
    pub body: Vec<u8>,
}

/// Every promise overheard so far, whether or not the answer then arrived.
#[derive(Default)]
pub struct Witness {
    /// Changes said to be accepted.
    pub changes: BTreeMap<ChangeKey, Promised>,
    /// Commands said to be decided.
    pub outcomes: BTreeMap<(AgencyId, CommandId), CommandOutcome>,
}

impl Witness {
    /// Overhears an answered sync.
    pub fn hear(&mut self, agency: AgencyId, device: DeviceId, asked: &SyncRequest, answer: &SyncResponse) -> Checked {
        let pushes = asked.push.as_deref().unwrap_or_default();
        let verdicts = answer.verdicts.as_deref().unwrap_or_default();
        let fits = pushes.len() == verdicts.len()
            && pushes.iter().zip(verdicts).all(|(push, verdict)| push.changes.len() == verdict.0.len());
        demand(fits, "one verdict a change", || format!("{} pushes, verdicts {verdicts:?}", pushes.len()))?;
        for (push, verdict) in pushes.iter().zip(verdicts) {
            for (body, verdict) in push.changes.iter().zip(&verdict.0) {
                if *verdict == ChangeVerdict::Accepted {
                    let promised = Promised { device, body: body.to_vec() };
                    self.changes.entry((agency, push.document, hash_of(body))).or_insert(promised);
                }
            }
        }
        self.hear_outcomes(agency, asked, answer)
    }

    fn hear_outcomes(&mut self, agency: AgencyId, asked: &SyncRequest, answer: &SyncResponse) -> Checked {
        let commands = asked.commands.as_deref().unwrap_or_default();
        let outcomes = answer.outcomes.as_deref().unwrap_or_default();
        let fits = commands.iter().map(|command| command.id).eq(outcomes.iter().map(|outcome| outcome.id));
        demand(fits, "one outcome a command, in order", || format!("{commands:?} got {outcomes:?}"))?;
        for outcome in outcomes {
            let first = self.outcomes.entry((agency, outcome.id)).or_insert_with(|| outcome.clone());
            demand(first == outcome, "a command is decided once", || format!("{first:?}, then {outcome:?}"))?;
        }
        Ok(())
    }
}

/// A change's hash, as automerge's format defines it: over everything after magic and checksum.
pub fn hash_of(change: &[u8]) -> Sha256 {
    Sha256::of(change.get(8..).unwrap_or_default())
}

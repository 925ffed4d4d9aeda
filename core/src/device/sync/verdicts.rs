//! What became of the changes that were pushed.

use super::Pushed;
use super::rebase::Rebase;
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Tx, changes, documents, facts};
use crate::ids::DocumentId;
use crate::shift::Sha256;
use crate::time::UnixMillis;
use crate::wire::{ChangeVerdict, PushVerdict, Refusal};

/// Exchanges in a row in which the server may wait for a change that this phone cannot supply.
const MAX_WAITS: u32 = 50;

/// What the verdicts ask for.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// The feed is to start from the beginning.
    pub(super) start_over: bool,
    /// There is something to send at once.
    pub(super) again: bool,
}

impl Phone {
    pub(super) fn take_verdicts(
        &self,
        tx: &Tx<'_>,
        pushed: &Pushed,
        verdicts: &[PushVerdict],
        server_time: UnixMillis,
        now: UnixMillis,
    ) -> Result<Turn, PhoneError> {
        let mut turn = Turn::default();
        let mut rebase = Rebase::new(self, now);
        for ((document, hashes), verdicts) in pushed.changes.iter().zip(verdicts) {
            let stopped = accept(tx, *document, hashes, &verdicts.0, server_time)?;
            match stopped {
                None => {}
                Some((hash, Stopped::Refused(why))) => rebase.refused(tx, *document, hash, why, &mut turn)?,
                Some((_, Stopped::Waiting(on))) if accepted(hashes, &verdicts.0, on) => turn.again = true,
                Some((_, Stopped::Waiting(on))) => wait(tx, &mut rebase, *document, on, &mut turn)?,
            }
        }
        Ok(turn)
    }
}

/// Why a document's changes were not all accepted.
enum Stopped {
    Refused(Refusal),
    Waiting(Sha256),
}

/// Was that change accepted in the same answer? Then the server only wants the rest by itself.
fn accepted(hashes: &[Sha256], verdicts: &[ChangeVerdict], on: Sha256) -> bool {
    hashes.iter().zip(verdicts).any(|(hash, verdict)| *hash == on && *verdict == ChangeVerdict::Accepted)
}

/// Notes what the server has; the first refusal, else the first wait.
fn accept(
    tx: &Tx<'_>,
    document: DocumentId,
    hashes: &[Sha256],
    verdicts: &[ChangeVerdict],
    now: UnixMillis,
) -> Result<Option<(Sha256, Stopped)>, PhoneError> {
    let (mut refused, mut waiting) = (None, None);
    for (hash, verdict) in hashes.iter().zip(verdicts) {
        match verdict {
            ChangeVerdict::Accepted => {
                changes::accept(tx, document, *hash, now)?;
                facts::accept(tx, document, *hash, now)?;
                documents::taken(tx, document)?;
            }
            ChangeVerdict::Refused(why) => refused = refused.or(Some((*hash, Stopped::Refused(*why)))),
            ChangeVerdict::Waiting(on) => waiting = waiting.or(Some((*hash, Stopped::Waiting(*on)))),
        }
    }
    Ok(refused.or(waiting))
}

/// The server lacks a change. Is it one of ours, it is sent again; is it not, someone else may bring it; in the end the document
/// starts over from what the server has.
fn wait(
    tx: &Tx<'_>,
    rebase: &mut Rebase<'_>,
    document: DocumentId,
    on: Sha256,
    turn: &mut Turn,
) -> Result<(), PhoneError> {
    if changes::lost(tx, document, on)? {
        facts::lost(tx, document, on)?;
        turn.again = true;
        return Ok(());
    }
    documents::count_wait(tx, document)?;
    match documents::find(tx, document)? {
        Some(held) if held.waits > MAX_WAITS => rebase.start_over(tx, &held, turn),
        _ => Ok(()),
    }
}

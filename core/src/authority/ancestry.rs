//! Does a change follow its own writer's last one.

use std::collections::{BTreeSet, VecDeque};

use super::admit::{Case, DocumentStore, Stop};
use crate::documents::Chunk;
use crate::shift::Sha256;
use crate::wire::Refusal;

/// Stored changes that may be looked at on the way. An honest writer's last change is one of the first.
const MAX_STEPS: usize = 256;

/// Does the change follow, directly or through others, the last change of its own writer? Were it not so, one writer could give
/// two operations the same name.
pub(super) fn follows_own_last<S: DocumentStore>(case: &Case<'_>, store: &mut S) -> Result<bool, Stop<S::Error>> {
    let (change, standing) = (case.change, case.standing);
    let sees_all = standing.index.heads.iter().all(|head| change.deps.contains(head));
    if sees_all || standing.writer_last_seq == 0 {
        return Ok(true);
    }
    let own_last = |chunk: &Chunk<'_>| chunk.actor == change.writer.as_bytes() && chunk.seq == standing.writer_last_seq;
    let mut seen: BTreeSet<Sha256> = change.deps.iter().copied().collect();
    let mut next: VecDeque<Sha256> = change.deps.iter().copied().collect();
    while let Some(hash) = next.pop_front() {
        if case.schema.step(&hash).is_some() {
            continue;
        }
        let bytes = store.change(&hash).map_err(Stop::Store)?.ok_or(Refusal::Quarantined)?;
        let chunk = Chunk::read(&bytes).map_err(|_| Refusal::Quarantined)?;
        if own_last(&chunk) {
            return Ok(true);
        }
        next.extend(chunk.dependencies.into_iter().filter(|dep| seen.insert(*dep)));
        if seen.len() > MAX_STEPS {
            // The phone writes it anew, upon what there is now.
            return Err(Refusal::SequenceGap.into());
        }
    }
    Ok(false)
}

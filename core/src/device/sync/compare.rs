//! Comparing heads: after the server was restored from a backup, and once a week as a check.

use std::collections::BTreeSet;

use super::finish::unsent;
use super::rebase::Rebase;
use super::{Incoming, MAX_HALVINGS, Pushed, SyncProgress};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Reader, Tx, attachments, changes, commands, documents, facts, standing, writers};
use crate::documents::DocumentIndex;
use crate::ids::DocumentId;
use crate::shift::Sha256;
use crate::time::{ClockReading, Millis, UnixMillis};
use crate::wire::{CompareRequest, CompareResponse, DocumentHeads, PROTOCOL, decode};

/// Documents in one request.
const PAGE: u32 = 5_000;
/// How long facts, wishes and originals are kept for a server that lost them.
pub(in crate::device) const KEPT_FOR: Millis = Millis::from_hours(35 * 24);
/// How long a comparison that failed is left alone.
const PUT_OFF: Millis = Millis::from_hours(1);
/// How often heads are compared where nobody asks.
pub(super) const EVERY: Millis = Millis::from_hours(7 * 24);

/// Is a comparison due? Also where the last one lies ahead: then the wall clock was set back since.
pub(super) fn is_due(compared: UnixMillis, now: UnixMillis) -> bool {
    compared > now || now - compared >= EVERY
}

/// What the server should have of the documents after `after`, and the last of them if there are more.
pub(super) fn request(
    reader: &Reader<'_>,
    after: Option<DocumentId>,
    halvings: u32,
) -> Result<(CompareRequest, Option<DocumentId>), PhoneError> {
    let most = (PAGE >> halvings.min(MAX_HALVINGS)).max(1);
    let page = documents::page(reader, after, most)?;
    let last = page.last().filter(|_| page.len() == most as usize).map(|held| held.document);
    let mut heads = Vec::new();
    for held in page {
        let linked = changes::linked(reader, held.document)?;
        let accepted = changes::index_over(held.kind, linked.iter().filter(|change| change.accepted));
        heads.push(DocumentHeads { document: held.document, kind: held.kind, heads: accepted.heads });
    }
    Ok((CompareRequest { protocol: PROTOCOL, documents: heads }, last))
}

impl Phone {
    /// May heads be compared now? What waits goes first: a comparison that always fails must not hold up anybody's hours.
    pub(super) fn may_compare(&self, tx: &Tx<'_>, now: UnixMillis) -> Result<bool, PhoneError> {
        let (synced, after) = {
            let exchange = self.exchange();
            (exchange.synced, exchange.compare_after)
        };
        let put_off = after.is_some_and(|after| now < after && after <= now + PUT_OFF);
        Ok(!put_off && (synced || !unsent(tx, &Pushed::default(), now)?))
    }

    /// Comparing failed. The weekly one is left until tomorrow; one after a restore stays due.
    pub(super) fn put_off_compare(&self, now: UnixMillis) -> Result<(), PhoneError> {
        {
            let mut exchange = self.exchange();
            (exchange.synced, exchange.compare_after) = (false, Some(now + PUT_OFF));
        }
        self.store.write(|tx| standing::put_off_compare(tx, now - EVERY + Millis::from_hours(24)))
    }

    pub(super) fn finish_compare(
        &self,
        last: Option<DocumentId>,
        incoming: &Incoming,
        at: &ClockReading,
    ) -> Result<SyncProgress, PhoneError> {
        let body = super::inflate::inflate(incoming, self.limits.response_bytes)?;
        let answer: CompareResponse = decode(&body)?;
        self.store.write(|tx| {
            let mut lost = 0;
            let mut rebase = Rebase::new(self, at.wall);
            let restored = standing::feed(tx)?.pulling;
            for differing in &answer.differing {
                if !restored && is_ahead(tx, differing)? {
                    continue;
                }
                lost += find_lost(tx, differing)?;
                let_go_uncovered(tx, &mut rebase, differing)?;
            }
            if lost > 0 {
                send_again(tx)?;
            }
            match last {
                None => standing::compared(tx, at.wall),
                Some(_) => Ok(()),
            }
        })?;
        let mut exchange = self.exchange();
        exchange.compared_to = last;
        if last.is_none() {
            (exchange.synced, exchange.compare_after, exchange.compare_halvings) = (false, None, 0);
        }
        Ok(SyncProgress::Again)
    }
}

/// Has the server changes that this phone has not seen? Then its heads say nothing of what it lost: of a document that the officer
/// may read the feed brings them, and the next comparison tells; of one that was taken away nothing ever will, and asking each
/// week would keep what is to go.
fn is_ahead(tx: &Tx<'_>, server: &DocumentHeads) -> Result<bool, PhoneError> {
    Ok(!are_known(server, &changes::linked(tx, server.document)?))
}

/// Does this phone have every one of those heads?
fn are_known(server: &DocumentHeads, linked: &[changes::Linked]) -> bool {
    let seed = DocumentIndex::seed(server.kind).heads;
    server.heads.iter().all(|head| seed.contains(head) || linked.iter().any(|change| change.hash == *head))
}

/// Own changes that the server's heads do not cover wait again. How many.
fn find_lost(tx: &Tx<'_>, server: &DocumentHeads) -> Result<usize, PhoneError> {
    let linked = changes::linked(tx, server.document)?;
    let covered = changes::covered(&linked, &server.heads);
    let mut lost = 0;
    for change in linked.iter().filter(|change| change.own && change.accepted && !covered.contains(&change.hash)) {
        changes::lost(tx, server.document, change.hash)?;
        facts::lost(tx, server.document, change.hash)?;
        lost += 1;
    }
    if lost > 0 {
        // Else the pull that follows would not find it, and take that for a right that was lost.
        documents::lost(tx, server.document)?;
    }
    Ok(lost)
}

/// Lets go of other phones' changes that the server's heads do not cover. Where the server has changes that this phone lacks,
/// nobody can tell what they cover: a snapshot of the document will.
fn let_go_uncovered(tx: &Tx<'_>, rebase: &mut Rebase<'_>, server: &DocumentHeads) -> Result<(), PhoneError> {
    let linked = changes::linked(tx, server.document)?;
    if !are_known(server, &linked) {
        return Ok(());
    }
    let_go(tx, rebase, server.document, &changes::covered(&linked, &server.heads))
}

/// Other phones' changes that the server had and has no more: only their own phone can give them back. What is built on one would wait
/// for it for ever; so they go, kept in a report, and this phone's own facts are written anew without them. Their phone sends them
/// again if it can, and the feed brings them back. `there` is what the server has.
pub(super) fn let_go(
    tx: &Tx<'_>,
    rebase: &mut Rebase<'_>,
    document: DocumentId,
    there: &BTreeSet<Sha256>,
) -> Result<(), PhoneError> {
    let Some(held) = documents::find(tx, document)? else { return Ok(()) };
    let linked = changes::linked(tx, document)?;
    let gone = |change: &&changes::Linked| change.accepted && !there.contains(&change.hash);
    let (own, others): (Vec<_>, Vec<_>) = linked.iter().filter(gone).partition(|change| change.own);
    if others.is_empty() {
        return Ok(());
    }
    for change in own {
        changes::lost(tx, document, change.hash)?;
        facts::lost(tx, document, change.hash)?;
    }
    for change in others {
        let body = changes::body(tx, document, &change.hash)?;
        rebase.report_lost(tx, document, body.as_deref())?;
        changes::drop_one(tx, document, &change.hash)?;
        facts::drop_others(tx, document, &change.hash)?;
    }
    rebase.clear(tx, &held)?;
    // A refused fact is in no change and waits for nothing, but its only copy is here.
    let since = standing::kept_since(tx, KEPT_FOR)?.unwrap_or(UnixMillis::MIN);
    let empty = changes::linked(tx, document)?.is_empty() && !documents::is_kept(tx, document, since)?;
    if empty { documents::drop_all(tx, document) } else { documents::lost(tx, document) }
}

/// Beside changes, a server may have lost who writes, what was wished and what was uploaded.
pub(super) fn send_again(tx: &Tx<'_>) -> Result<(), PhoneError> {
    writers::unbind(tx)?;
    commands::send_again(tx, standing::kept_since(tx, KEPT_FOR)?.unwrap_or(UnixMillis::MIN))?;
    attachments::ask_again(tx)
}

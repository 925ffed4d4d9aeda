//! After a refusal: the server's copy, a writer that is new to the document, and the officer's own facts once more.
//!
//! The messages have no "send me that document". But a request without a cursor is a fresh phone's: the feed starts from the
//! beginning and brings every document whole, this phone's own changes included, which it would not otherwise get back. So a
//! document that is out of step waits (nothing of it is sent) until such a pull is complete. What the pull brought is then the
//! server's copy; facts found in it are settled, and the rest is sent under a fresh writer, one fact a change: whatever is
//! poisoned stands alone, is refused alone, and stays visible with its reason. Where a refusal is about what a change says and not
//! about what the server has, the pull is skipped.

use super::verdicts::Turn;
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::documents::{Held, Stage};
use crate::device::store::{Tx, changes, documents, facts, reports, writers};
use crate::documents::{DocumentKind, inserted_words};
use crate::ids::{DocumentId, WriterId};
use crate::shift::Sha256;
use crate::time::UnixMillis;
use crate::wire::Refusal;

/// What a refusal calls for.
enum Remedy {
    /// Time: a person must look, or a limit must pass.
    Wait,
    /// Nothing helps: the document is not this officer's to write.
    GiveUp,
    /// The change itself is at fault: find out which fact, without asking for anything.
    Isolate,
    /// The server does not know who writes.
    NameWriter,
    /// Phone and server do not agree on what is there.
    StartOver,
}

const fn remedy(why: Refusal) -> Remedy {
    match why {
        // Not found: a restored server may have lost the detail, and a coordinator enters it again. A reason that this version does
        // not know may well mean "not now"; nobody's punch is refused for good on a guess.
        Refusal::Quarantined
        | Refusal::LimitReached
        | Refusal::Unavailable
        | Refusal::SlowDown
        | Refusal::NotFound
        | Refusal::Other(_) => Remedy::Wait,
        Refusal::NotYours | Refusal::NotAllowed => Remedy::GiveUp,
        Refusal::TooLarge | Refusal::NotGranted | Refusal::BadChange | Refusal::Malformed | Refusal::Invalid => {
            Remedy::Isolate
        }
        Refusal::ForgedWriter => Remedy::NameWriter,
        _ => Remedy::StartOver,
    }
}

/// Handles the refusals of one answer: at most one fresh writer, at most one pull.
pub(super) struct Rebase<'a> {
    phone: &'a Phone,
    now: UnixMillis,
    fresh: Option<WriterId>,
}

impl<'a> Rebase<'a> {
    pub(super) const fn new(phone: &'a Phone, now: UnixMillis) -> Self {
        Self { phone, now, fresh: None }
    }

    /// A change was refused.
    pub(super) fn refused(
        &mut self,
        tx: &Tx<'_>,
        document: DocumentId,
        hash: Sha256,
        why: Refusal,
        turn: &mut Turn,
    ) -> Result<(), PhoneError> {
        let Some(held) = documents::find(tx, document)? else { return Ok(()) };
        match (remedy(why), held.stage) {
            (Remedy::Wait, _) => documents::hold(tx, document, self.now, why),
            (Remedy::GiveUp, _) => self.give_up(tx, &held, why),
            (Remedy::NameWriter, _) => self.name_writer(tx, &held, turn),
            (Remedy::StartOver, Stage::InStep | Stage::Refused) => self.start_over(tx, &held, turn),
            (Remedy::StartOver, Stage::OneByOne) | (Remedy::Isolate, Stage::InStep | Stage::Refused) => {
                isolate(tx, &held, hash, why, turn)?;
                self.clear(tx, &held)
            }
            // The stream began with this stage: what the server has of it is what it accepted, and the stream goes on from there.
            (Remedy::Isolate, Stage::OneByOne) => {
                isolate(tx, &held, hash, why, turn)?;
                clear_waiting(tx, &held, self.now)
            }
        }
    }

    /// No fact is at fault. The writer is named again; where that does not help, another is taken; and where the server takes that no
    /// better, having taken all that it takes, the document is left alone for a while.
    fn name_writer(&mut self, tx: &Tx<'_>, held: &Held, turn: &mut Turn) -> Result<(), PhoneError> {
        let again = documents::held_for(tx, held.document)? == Some(Refusal::ForgedWriter);
        match held.stage {
            Stage::InStep | Stage::Refused if again => self.start_over(tx, held, turn),
            Stage::OneByOne if again => {
                writers::unbind(tx)?;
                documents::hold(tx, held.document, self.now, Refusal::ForgedWriter)
            }
            _ => {
                writers::unbind(tx)?;
                turn.again = true;
                documents::note(tx, held.document, Refusal::ForgedWriter)
            }
        }
    }

    /// The document waits for the server's copy.
    pub(super) fn start_over(&mut self, tx: &Tx<'_>, held: &Held, turn: &mut Turn) -> Result<(), PhoneError> {
        self.clear(tx, held)?;
        documents::set_stage(tx, held.document, Stage::Refused)?;
        turn.start_over = true;
        Ok(())
    }

    fn give_up(&mut self, tx: &Tx<'_>, held: &Held, why: Refusal) -> Result<(), PhoneError> {
        for change in changes::linked(tx, held.document)?.iter().filter(|change| !change.accepted) {
            facts::refuse(tx, held.document, change.hash, why)?;
            facts::give_up_signatures(tx, held.document, change.hash)?;
        }
        // The server took nothing under that number, so the stream need not change.
        clear_waiting(tx, held, self.now)
    }

    /// Keeps another phone's change that the server lost where a person can find it.
    pub(super) fn report_lost(&self, tx: &Tx<'_>, document: DocumentId, body: Option<&[u8]>) -> Result<(), PhoneError> {
        let reason = "The agency's server lost an entry of another phone. It is kept here.";
        reports::add(tx, self.now, "lost_by_server", &document.to_string(), reason, body)
    }

    /// Leaves the document with what the server has, and its stream with a writer that it has not had. A server binds only so many.
    pub(super) fn clear(&mut self, tx: &Tx<'_>, held: &Held) -> Result<(), PhoneError> {
        let used = held.writer.is_some() && held.writer == writers::current(tx)?;
        if used && self.fresh.is_none() {
            let writer = WriterId::new(self.now, &mut **self.phone.entropy());
            writers::take_up(tx, writer)?;
            self.fresh = Some(writer);
        }
        clear_waiting(tx, held, self.now)
    }
}

/// Takes out what stands alone in the refused change; the rest is sent one by one.
fn isolate(tx: &Tx<'_>, held: &Held, hash: Sha256, why: Refusal, turn: &mut Turn) -> Result<(), PhoneError> {
    let document = held.document;
    if facts::count_in(tx, document, hash)? + facts::count_signatures_in(tx, document, hash)? <= 1 {
        facts::refuse(tx, document, hash, why)?;
        facts::give_up_signatures(tx, document, hash)?;
    }
    documents::set_stage(tx, document, Stage::OneByOne)?;
    turn.again = true;
    Ok(())
}

/// Drops changes that the server does not have. Facts in them wait to be put into others; the words of edited text are kept in a report.
fn clear_waiting(tx: &Tx<'_>, held: &Held, now: UnixMillis) -> Result<(), PhoneError> {
    let mut words = None;
    for (hash, body) in changes::drop_waiting(tx, held.document)? {
        let refused = facts::count_in(tx, held.document, hash)?;
        let moved = facts::unseal(tx, held.document, hash)?;
        if refused == 0 && moved == 0 && held.kind == DocumentKind::PassOn {
            words.get_or_insert_with(String::new).push_str(&inserted_words(&body).unwrap_or_default());
        }
    }
    if let Some(words) = words {
        let reason = "An edit of shared text was not taken over. Write it again.";
        reports::add(tx, now, reports::WORDS, &held.document.to_string(), reason, Some(words.as_bytes()))?;
    }
    let linked = changes::linked(tx, held.document)?;
    documents::set_index(tx, held.document, &changes::index_over(held.kind, linked.iter()))?;
    documents::set_stream(tx, held.document, None, 0)
}

/// A new enrolment writes under writers of its own: what waits is put into changes again.
pub(in crate::device) fn fresh_streams(tx: &Tx<'_>, now: UnixMillis) -> Result<(), PhoneError> {
    let mut after = None;
    loop {
        let page = documents::page(tx, after, 256)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.document);
        page.iter().try_for_each(|held| clear_waiting(tx, held, now))?;
    }
}

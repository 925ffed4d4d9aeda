//! How far everything has come.

use serde::Serialize;

use super::SyncState;
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Reader, attachments, changes, commands, facts, standing};
use crate::ids::{CommandId, DocumentId, FactId};
use crate::shift::{FactKind, Sha256};
use crate::time::UnixMillis;
use crate::wire::{APP_VERSION, Decision};

/// The exchange as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SyncView {
    /// Nothing waits, nothing was refused or given up, and the server has said that it has no more for this phone.
    pub all_synced: bool,
    /// Facts that the agency does not have yet.
    pub facts_waiting: u64,
    /// Wishes that are not decided yet.
    pub wishes_waiting: u64,
    /// Originals that the agency does not have all of.
    pub originals_waiting: u64,
    /// Originals that could not be sent and are not tried again until [`Phone::retry_original`].
    pub originals_failed: u64,
    /// Facts that the agency's server will not have, and that are not tried again until [`Phone::retry_fact`] or a new enrolment.
    pub facts_refused: u64,
    /// Facts that no key has signed yet.
    pub facts_unsigned: u64,
    /// When the server last said that it has no more.
    pub settled_at: Option<UnixMillis>,
    /// When to try again, if the last exchange failed.
    pub retry_at: Option<UnixMillis>,
    /// When the agency ended this enrolment, if it did.
    pub revoked_at: Option<UnixMillis>,
    /// The server asks for a newer app.
    pub update_wanted: bool,
    /// Why this phone has to enrol anew, where it has to. What is written down is kept, and goes along unsigned until then.
    pub enrol_again: Option<EnrolAgain>,
}

/// Something that only a new enrolment mends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct EnrolAgain {
    /// The stable code: `key_changed`.
    pub code: String,
    /// The same as a sentence.
    pub reason: String,
}

impl EnrolAgain {
    fn key_changed() -> Self {
        Self {
            code: "key_changed".to_owned(),
            reason: "This phone has lost the key that the agency knows it by. Ask for a new code and enrol again. What you write \
                     down is kept until then."
                .to_owned(),
        }
    }
}

/// What an item is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ItemKind {
    /// A fact.
    Fact {
        /// Its document.
        document: DocumentId,
        /// Its id.
        fact: FactId,
        /// What happened.
        what: FactKind,
    },
    /// A wish.
    Wish {
        /// Its id.
        command: CommandId,
    },
    /// The original of a photo or video.
    Original {
        /// Its name.
        hash: Sha256,
    },
}

/// One item and how far it has come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ItemView {
    /// What it is.
    pub item: ItemKind,
    /// When it was made, by the phone's wall clock.
    pub at: UnixMillis,
    /// How far it has come.
    pub sync: SyncState,
}

impl Phone {
    /// How the exchange stands as a whole.
    pub fn sync_state(&self) -> Result<SyncView, PhoneError> {
        self.store.read(view)
    }

    /// Items that the agency does not have: waiting, refused, or given up.
    pub fn unsettled(&self, limit: u32) -> Result<Vec<ItemView>, PhoneError> {
        self.store.read(|reader| {
            let facts = facts::unsettled(reader, limit)?;
            let mut items: Vec<ItemView> = facts
                .iter()
                .map(|kept| ItemView {
                    item: ItemKind::Fact { document: kept.document, fact: kept.id, what: kept.fact.kind },
                    at: kept.fact.clock.wall,
                    sync: SyncState::of_fact(kept, None),
                })
                .collect();
            items.extend(commands::waiting(reader, limit as usize)?.iter().map(wish));
            items.extend(attachments::unsettled(reader, limit)?.iter().map(original));
            items.truncate(limit as usize);
            Ok(items)
        })
    }

    /// The officer's wishes, newest first, with what became of them.
    pub fn wishes(&self, limit: u32) -> Result<Vec<WishView>, PhoneError> {
        let latest = self.store.read(|reader| commands::latest(reader, limit))?;
        Ok(latest.into_iter().map(WishView::from).collect())
    }
}

/// A wish and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct WishView {
    /// Its id.
    pub command: CommandId,
    /// The wish; absent where this version does not know it.
    pub wish: Option<crate::wire::Wish>,
    /// When it was made.
    pub made_at: UnixMillis,
    /// It waits to be sent.
    pub waiting: bool,
    /// What the server decided, if it has.
    pub decision: Option<Decision>,
    /// Why, as a sentence; may be empty.
    pub reason: String,
    /// When it was decided.
    pub decided_at: Option<UnixMillis>,
}

impl From<commands::Kept> for WishView {
    fn from(kept: commands::Kept) -> Self {
        Self {
            command: kept.id,
            wish: kept.wish(),
            made_at: kept.made_at,
            waiting: kept.waiting,
            decision: kept.decision,
            reason: kept.reason,
            decided_at: kept.decided_at,
        }
    }
}

fn wish(kept: &commands::Kept) -> ItemView {
    ItemView { item: ItemKind::Wish { command: kept.id }, at: kept.made_at, sync: SyncState::OnThisPhone }
}

fn original(unsettled: &attachments::Unsettled) -> ItemView {
    let given_up = SyncState::Refused {
        code: "original_failed".to_owned(),
        reason: "The original could not be sent. It can be tried again.".to_owned(),
    };
    ItemView {
        item: ItemKind::Original { hash: unsettled.hash },
        at: unsettled.added_at,
        sync: if unsettled.failed { given_up } else { SyncState::OnThisPhone },
    }
}

pub(super) fn view(reader: &Reader<'_>) -> Result<SyncView, PhoneError> {
    let feed = standing::feed(reader)?;
    let enrolment = standing::enrolment(reader)?;
    let counts = facts::counts(reader)?;
    let wishes_waiting = commands::count_waiting(reader)?.unsigned_abs();
    let originals_waiting = attachments::count_waiting(reader)?.unsigned_abs();
    let originals_failed = attachments::count_failed(reader)?.unsigned_abs();
    let nothing_failed = counts.refused == 0 && originals_failed == 0;
    let nothing_waits =
        counts.waiting == 0 && wishes_waiting == 0 && originals_waiting == 0 && !changes::any_waiting(reader)?;
    Ok(SyncView {
        all_synced: nothing_waits && nothing_failed && feed.settled_at.is_some() && !feed.compare_due,
        facts_waiting: counts.waiting,
        wishes_waiting,
        originals_waiting,
        originals_failed,
        facts_refused: counts.refused,
        facts_unsigned: counts.unsigned,
        settled_at: feed.settled_at,
        retry_at: feed.retry_at,
        revoked_at: enrolment.as_ref().and_then(|enrolment| enrolment.revoked_at),
        update_wanted: feed.minimum_app.is_some_and(|version| version > APP_VERSION),
        enrol_again: enrolment.filter(|enrolment| enrolment.key_changed).map(|_| EnrolAgain::key_changed()),
    })
}

//! Messages between the agency and the officer.

use serde::Serialize;

use super::{Page, PageMark, newest, page};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{commands, records};
use crate::ids::CommandId;
use crate::records::{Message, RecordKind};
use crate::time::UnixMillis;
use crate::wire::{Decision, Wish, decode};

/// A message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum MessageView {
    /// Written here, not yet with the agency.
    OnThisPhone {
        /// The wish that carries it.
        command: CommandId,
        /// The words.
        text: String,
        /// When it was written.
        written_at: UnixMillis,
        /// Why the server did not take it, if it did not.
        refused: Option<String>,
    },
    /// The agency has it, or it is from the agency.
    Sent {
        /// The message.
        message: Message,
    },
}

impl Phone {
    /// Messages, newest first; those not yet with the agency come before all others, on the first page.
    pub fn messages(&self, mark: Option<PageMark>, limit: u32) -> Result<Page<MessageView>, PhoneError> {
        let (from, before) = newest(UnixMillis::MAX, mark);
        self.store.read(|reader| {
            let rows = records::ending_before(reader, RecordKind::Message, from, before, limit.saturating_add(1))?;
            let sent = rows.into_iter().filter_map(|(at, number, body)| {
                let message = decode::<Message>(&body).ok()?;
                Some((PageMark { at, number }, MessageView::Sent { message }))
            });
            let mut messages = page(sent.collect(), limit);
            if mark.is_none() {
                let waiting = commands::messages(reader, limit)?;
                messages.items.splice(0..0, waiting.into_iter().filter_map(on_this_phone));
            }
            Ok(messages)
        })
    }
}

fn on_this_phone(kept: commands::Kept) -> Option<MessageView> {
    let Some(Wish::SendMessage { text }) = kept.wish() else { return None };
    let refused = (kept.decision == Some(Decision::Refused)).then_some(kept.reason);
    Some(MessageView::OnThisPhone { command: kept.id, text, written_at: kept.made_at, refused })
}

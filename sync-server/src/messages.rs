//! Messages between the agency and its officers.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{CommandId, MessageId, OfficerId};
use detailbook_core::records::{Correspondent, Message, Officer};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::audit::By;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::{At, Decided};
use crate::store::{Sql, StoreError};
use crate::timesheets::{self, Answer};
use crate::words;

/// A message as a coordinator writes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageDraft {
    /// The message's id, where the caller names it.
    #[serde(default)]
    pub id: Option<MessageId>,
    /// To whom; absent for everybody.
    #[serde(default)]
    pub officer: Option<OfficerId>,
    /// The words.
    pub text: String,
}

/// Decides an officer's wish to write to the agency.
pub fn from_officer(sql: &mut dyn Sql, at: &At<'_>, command: CommandId, text: &str) -> Result<Decided, StoreError> {
    let Ok(text) = words::text("text", text) else {
        return Ok(Decided::refused("The message is empty, too long, or holds characters that cannot be shown."));
    };
    let id = MessageId::from_bytes(*command.as_bytes());
    let message = Message { id, officer: Some(at.officer), from: Correspondent::Officer, text, sent_at: at.now };
    filing::put(sql, &at.by(), id, &message)?;
    note_sent(sql, &at.by(), &message)?;
    timesheets::answered(sql, at.agency, at.officer, Answer::AtLarge { read: at.read }, at.now)?;
    Ok(Decided::accepted("The agency has your message."))
}

/// Writes to one officer or to all.
pub fn from_agency(
    sql: &mut dyn Sql,
    by: &By<'_>,
    draft: &MessageDraft,
    entropy: &mut dyn Entropy,
) -> Result<MessageId, Problem> {
    if let Some(officer) = draft.officer {
        filing::named::<Officer>(sql, by.agency, "officer", officer)?;
    }
    let id = draft.id.unwrap_or_else(|| MessageId::new(by.now, entropy));
    filing::free::<Message>(sql, by.agency, id)?;
    let text = words::text("text", &draft.text)?;
    let message = Message { id, officer: draft.officer, from: Correspondent::Agency, text, sent_at: by.now };
    filing::put(sql, by, id, &message)?;
    note_sent(sql, by, &message)?;
    Ok(id)
}

/// The words stand in the message itself, which is kept for ever; the log says that it was sent, and to or by whom.
fn note_sent(sql: &mut dyn Sql, by: &By<'_>, message: &Message) -> Result<(), StoreError> {
    by.note(sql, "message.send", message.id, &json!({ "officer": message.officer }))
}

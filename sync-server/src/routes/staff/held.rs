//! What is held for a person to look at.

use data_encoding::BASE64;
use detailbook_core::ids::{CommandId, DeviceId, DocumentId, FactId, OfficerId, RecordId};
use detailbook_core::shift::Fact;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{Refusal, SyncRequest, Wish, decode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answer::{Answer, Listing, Reason, Reply};
use super::evidence::verification;
use super::request::Request;
use crate::audit::By;
use crate::exchange;
use crate::problem::Problem;
use crate::store::devices::{self, Device};
use crate::store::{Sql, documents as rows, held};
use crate::words;

/// What a revoked phone still pushed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct HeldPush {
    /// Its id here.
    pub id: RecordId,
    /// The phone.
    pub device: DeviceId,
    /// When it came, milliseconds since 1970 UTC.
    pub received_at: UnixMillis,
    /// Why it is held.
    pub reason: String,
    /// Bytes of it.
    pub size: i64,
}

impl From<held::Held> for HeldPush {
    fn from(held: held::Held) -> Self {
        let held::Held { id, device, received_at, reason, size } = held;
        Self { id, device, received_at, reason, size }
    }
}

/// A document that takes no changes until somebody has looked at it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct HeldDocument {
    /// The document.
    pub document: DocumentId,
}

/// What revoked phones still pushed.
pub fn pushes(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(RecordId::NIL)?;
    let found = held::pushes(sql, request.token.agency, page.after, page.limit + 1)?;
    let items = found.into_iter().map(HeldPush::from).collect();
    Reply::ok(&Listing::cut(items, page.limit, |held: &HeldPush| held.id.to_string()))
}

/// Documents that are held.
pub fn documents(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(DocumentId::NIL)?;
    let found = held::documents(sql, request.token.agency, page.after, page.limit + 1)?;
    let items = found.into_iter().map(|document| HeldDocument { document }).collect();
    Reply::ok(&Listing::cut(items, page.limit, |held: &HeldDocument| held.document.to_string()))
}

/// A held push with all that is in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct OpenedPush {
    /// Where it came from, when and why it is held.
    #[serde(flatten)]
    pub push: HeldPush,
    /// Whose phone that was.
    pub officer: Option<OfficerId>,
    /// Its changes, as far as they can be read.
    pub changes: Vec<HeldChange>,
    /// What the officer asked for.
    pub commands: Vec<HeldCommand>,
    /// The request's body as it came, base64.
    pub bytes: String,
}

/// A change of a held push.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct HeldChange {
    /// The document it would change.
    pub document: DocumentId,
    /// The code of the refusal, where its bytes are not in order.
    pub refused: Option<&'static str>,
    /// What it says.
    pub facts: Vec<HeldFact>,
}

/// A fact of a held push.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct HeldFact {
    /// Its id.
    pub id: FactId,
    /// `unsigned`, `verified` or `broken`.
    pub verification: &'static str,
    /// What it says.
    pub fact: Fact,
}

/// A command of a held push, which was not decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct HeldCommand {
    /// Its id.
    pub id: CommandId,
    /// When the officer made it, by the phone's wall clock.
    pub made_at: UnixMillis,
    /// What is wished; absent where this version does not know it.
    pub wish: Option<Wish>,
}

/// One held push, opened.
pub fn push(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, id) = (request.token.agency, request.id::<RecordId>("id")?);
    let (held, body) = held::open(sql, agency, id)?.ok_or_else(Problem::not_found)?;
    let device = devices::find(sql, held.device)?.filter(|device| device.agency == agency);
    // What is no request has bytes only.
    let said = decode::<SyncRequest>(&body).unwrap_or_default();
    let commands = said.commands.iter().flatten();
    let commands =
        commands.map(|command| HeldCommand { id: command.id, made_at: command.made_at, wish: command.wish().ok() });
    let opened = OpenedPush {
        officer: device.as_ref().map(|device| device.officer),
        commands: commands.collect(),
        changes: device.map(|device| changes(request, said, &device)).unwrap_or_default(),
        push: held.into(),
        bytes: BASE64.encode(&body),
    };
    Reply::ok(&opened)
}

fn changes(request: &Request, said: SyncRequest, device: &Device) -> Vec<HeldChange> {
    let looked = exchange::look(said, device, &request.app.limits);
    let change = |(document, read): (DocumentId, Result<Vec<exchange::Said>, _>)| match read {
        Err(refusal) => HeldChange { document, refused: Some(Refusal::code(refusal)), facts: vec![] },
        Ok(facts) => HeldChange { document, refused: None, facts: facts.into_iter().map(HeldFact::from).collect() },
    };
    looked.into_iter().map(change).collect()
}

impl From<exchange::Said> for HeldFact {
    fn from(said: exchange::Said) -> Self {
        Self { id: said.id, verification: verification(said.signed), fact: said.fact }
    }
}

/// Lets a held document go: it takes changes again, and phones get it whole.
pub fn release(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (by, document) = (request.by(), request.id::<DocumentId>("id")?);
    rows::find(sql, by.agency, document)?.ok_or_else(Problem::not_found)?;
    let body: Reason = request.body()?;
    let_go(sql, &by, document, &body.reason)?;
    Reply::done()
}

/// Lets a held document of the agency go, for a reason.
pub fn let_go(sql: &mut dyn Sql, by: &By<'_>, document: DocumentId, reason: &str) -> Result<(), Problem> {
    rows::find(sql, by.agency, document)?.ok_or_else(Problem::not_found)?;
    let reason = words::text("reason", reason)?;
    if !rows::release(sql, by.agency, document)? {
        return Err(Problem::conflict("The document is not held."));
    }
    Ok(by.note(sql, "document.release", document, &json!({ "reason": reason }))?)
}

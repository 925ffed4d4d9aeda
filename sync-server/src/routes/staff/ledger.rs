//! The opportunity ledger: what officers stand at, and what staff enter themselves.

use detailbook_core::award::{Entry, EntryKind, Happening, Standing, Standings};
use detailbook_core::ids::{DetailId, OfficerId, PositionId, RecordId};
use detailbook_core::records::{Detail, Officer};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answer::{Answer, Reply};
use super::request::Request;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::ledger as charges;
use crate::store::{Sql, ledger};
use crate::words;

/// What an officer stands at, and how it came about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct LedgerBody {
    /// What the officer stands at now; absent where nothing has happened.
    pub standing: Option<Standing>,
    /// The contract that charges, with its version.
    pub contract: String,
    /// The latest entries, the newest first.
    pub entries: Vec<Entry>,
}

/// Entries that a reading of the ledger shows.
const SHOWN: usize = 1_000;

/// An officer's entries in the opportunity ledger.
pub fn read(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, officer): (_, OfficerId) = (request.token.agency, request.id("id")?);
    filing::get::<Officer>(sql, agency, officer)?;
    let zone = charges::zone(sql, agency)?;
    let mut entries = ledger::of_officer(sql, agency, officer, request.now)?;
    let contract = charges::contract(sql, agency, request.now)?;
    let standing = Standings::as_of(&entries, &contract, zone, request.now).of(officer).cloned();
    entries.reverse();
    entries.truncate(SHOWN);
    Reply::ok(&LedgerBody { standing, contract: format!("{} v{}", contract.name, contract.version), entries })
}

/// What a person enters.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryDraft {
    /// The entry's id, where the caller names it.
    #[serde(default)]
    pub id: Option<RecordId>,
    /// `adjustment` where absent, `reset`, or what became of asking about a job: `offered`, `contacted`, `reached`, `declined`,
    /// `no_answer`. Anything else is entered where it happens.
    #[serde(default)]
    pub kind: Option<EntryKind>,
    /// Minutes that an adjustment adds; taken away where negative.
    #[serde(default)]
    pub minutes: i32,
    /// The list of an adjustment or a reset; the usual one where absent. A job counts on its own.
    #[serde(default)]
    pub list: Option<String>,
    /// The detail that the officer was asked about.
    #[serde(default)]
    pub detail: Option<DetailId>,
    /// The position; may be left out where the detail has one.
    #[serde(default)]
    pub position: Option<PositionId>,
    /// It was an emergency, whatever the contract says of how late it came up.
    #[serde(default)]
    pub emergency: bool,
    /// Why, or what was said.
    pub reason: String,
}

impl EntryDraft {
    /// So many minutes more, or less, on the usual list.
    pub fn adjustment(minutes: i32, reason: &str) -> Self {
        let reason = reason.to_owned();
        Self { id: None, kind: None, minutes, list: None, detail: None, position: None, emergency: false, reason }
    }
}

/// Makes an entry of an officer's by hand, charged as the contract says.
pub fn enter(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (by, officer): (_, OfficerId) = (request.by(), request.id("id")?);
    filing::get::<Officer>(sql, by.agency, officer)?;
    let body: EntryDraft = request.body()?;
    let kind = body.kind.unwrap_or(EntryKind::Adjustment);
    let what = Happening::new(entry_id(sql, request, body.id)?, officer, by.now, kind);
    let note = format!("{}: {}", by.actor, words::text("reason", &body.reason)?);
    let what = match kind {
        EntryKind::Adjustment | EntryKind::Reset => of_list(what, &body)?,
        EntryKind::Offered | EntryKind::Contacted | EntryKind::Reached | EntryKind::Declined | EntryKind::NoAnswer => {
            of_job(sql, request, what, &body)?
        }
        _ => return Err(Problem::invalid("kind", "is entered where it happens, not by hand")),
    };
    let entry = charges::enter(sql, &by, Happening { note, ..what })?;
    by.note(sql, "ledger.enter", officer, &json!({ "entry": entry }))?;
    Reply::created(entry.what.id)
}

/// The id that the caller names, which nobody has used, or a new one.
fn entry_id(sql: &mut dyn Sql, request: &Request, named: Option<RecordId>) -> Result<RecordId, Problem> {
    let mut entropy = request.app.entropy.clone();
    let id = named.unwrap_or_else(|| RecordId::new(request.now, &mut entropy));
    if charges::is_entered(sql, request.token.agency, id)? {
        return Err(Problem::conflict("There is already an entry with that id."));
    }
    Ok(id)
}

/// What is about a list and no job.
fn of_list(what: Happening, body: &EntryDraft) -> Result<Happening, Problem> {
    if body.detail.is_some() || body.position.is_some() || body.emergency {
        return Err(Problem::invalid("detail", "is nothing that this kind of entry is about"));
    }
    if what.kind == EntryKind::Reset && body.minutes != 0 {
        return Err(Problem::invalid("minutes", "must be left out: a reset begins anew at nothing"));
    }
    let list = words::optional_line("list", body.list.as_deref().unwrap_or_default())?;
    Ok(Happening { adjusts: body.minutes.into(), list, ..what })
}

/// What became of asking about a job, which counts on the job's own list.
fn of_job(sql: &mut dyn Sql, request: &Request, what: Happening, body: &EntryDraft) -> Result<Happening, Problem> {
    if body.minutes != 0 || body.list.is_some() {
        return Err(Problem::invalid("minutes", "must be left out, and the list too: the contract charges by the job"));
    }
    let detail = body.detail.ok_or_else(|| Problem::invalid("detail", "is needed: about which job?"))?;
    let detail = filing::named::<Detail>(sql, request.token.agency, "detail", detail)?.record;
    let position = match (&detail.positions[..], body.position) {
        ([only], None) => only.id,
        (all, Some(named)) if all.iter().any(|position| position.id == named) => named,
        _ => return Err(Problem::invalid("position", "must be one of the detail's")),
    };
    let what = charges::happening(sql, &request.by(), what, &detail, position)?;
    Ok(Happening { emergency: what.emergency || body.emergency, ..what })
}

/// A list that begins anew for everybody.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetDraft {
    /// The entry's id, where the caller names it.
    #[serde(default)]
    pub id: Option<RecordId>,
    /// The list; the usual one where empty, `orders` for how often officers were ordered in.
    #[serde(default)]
    pub list: String,
    /// Why.
    pub reason: String,
}

/// Begins a list anew for everybody.
pub fn reset(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (by, body): (_, ResetDraft) = (request.by(), request.body()?);
    let what = Happening::new(entry_id(sql, request, body.id)?, OfficerId::NIL, by.now, EntryKind::Reset);
    let list = words::optional_line("list", &body.list)?;
    let note = format!("{}: {}", by.actor, words::text("reason", &body.reason)?);
    let entry = charges::enter(sql, &by, Happening { officer: None, list, note, ..what })?;
    by.note(sql, "ledger.reset", by.agency, &json!({ "entry": entry }))?;
    Reply::created(entry.what.id)
}

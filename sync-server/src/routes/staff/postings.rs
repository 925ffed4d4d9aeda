//! Postings, awards and what awards compare.

use detailbook_core::award::{AwardRecord, Contract, Difference};
use detailbook_core::ids::{DetailId, OfficerId};
use detailbook_core::policy::Stage;
use detailbook_core::records::{Detail, Officer};
use detailbook_core::staffing::{DetailStage, Posting};
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answer::{Answer, Listing, Reason, Reply};
use super::request::Request;
use super::whole::Whole;
use crate::audit::By;
use crate::filing;
use crate::policy::judge;
use crate::problem::Problem;
use crate::scheduling::choices::{self, ChoiceDraft};
use crate::scheduling::posting::{self, PostingDraft};
use crate::scheduling::{ledger as charges, roster as groups, stage, unfilled};
use crate::store::postings::{self, Shown};
use crate::store::service::{self, Service};
use crate::store::{Sql, ledger};
use crate::words;

/// Where a detail stands, and how it is on offer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct PostingBody {
    /// Its posting; absent where it has none, and every officer may apply until it is filled.
    pub posting: Option<Posting>,
    /// Where it stands, in view of what was clocked and ruled.
    pub stage: DetailStage,
    /// Groups that see it; null where every officer does.
    pub shown_to: Option<Vec<String>>,
    /// What the rules warn of at the stage `post`, as of now.
    pub warnings: Option<String>,
}

/// Puts a detail on offer with a window.
pub fn open(sql: &mut dyn Sql, request: &Request) -> Answer {
    let detail: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, detail)?;
    let draft: PostingDraft = request.body()?;
    let mut entropy = request.app.entropy.clone();
    posting::post_passing(sql, &request.by(), &request.token.scopes, detail, &draft, &mut entropy)?;
    read(sql, request)
}

/// How a detail is on offer.
pub fn read(sql: &mut dyn Sql, request: &Request) -> Answer {
    let detail: DetailId = request.id("id")?;
    let stored = filing::get::<Detail>(sql, request.token.agency, detail)?;
    let stage = stage::of(sql, request.token.agency, &stored.record, request.now)?;
    let warnings = judge::look_at_detail(sql, request.token.agency, Stage::Post, detail, request.now)?.warnings();
    let Some(posted) = postings::find(sql, request.token.agency, detail)? else {
        return Reply::ok(&PostingBody { posting: None, stage, shown_to: None, warnings });
    };
    let shown_to = match posted.shown {
        Shown::ToAll => None,
        Shown::ToGroups(groups) => Some(groups),
    };
    Reply::ok(&PostingBody { posting: Some(posted.posting), stage, shown_to, warnings })
}

/// Who gets which place, where a person chooses.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoicesBody {
    /// Who chose, as the agency names them.
    pub chosen_by: String,
    /// All choices, in place of those before; one for each position at most.
    pub choices: Vec<ChoiceDraft>,
}

/// Chooses who gets which place of a window by choice, before it closes.
pub fn choose(sql: &mut dyn Sql, request: &Request) -> Answer {
    let detail: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, detail)?;
    let body: ChoicesBody = request.body()?;
    choices::choose(sql, &request.by(), detail, &body.chosen_by, &body.choices)?;
    read(sql, request)
}

/// Looks for officers no more for a detail that has empty places.
pub fn give_up(sql: &mut dyn Sql, request: &Request) -> Answer {
    let detail: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, detail)?;
    let body: Reason = request.body()?;
    unfilled::give_up(sql, &request.by(), detail, &body.reason)?;
    read(sql, request)
}

/// An award, and whether it comes out the same when it is decided again from what is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct AwardBody {
    /// What was decided, and from what.
    pub award: AwardRecord,
    /// Where it comes out otherwise now; empty where it does not.
    pub differences: Vec<Difference>,
}

/// The awards of a detail, the latest first.
pub fn awards(sql: &mut dyn Sql, request: &Request) -> Answer {
    let detail: DetailId = request.id("id")?;
    let found = crate::scheduling::window::awards(sql, request.token.agency, detail)?;
    let body = |award: AwardRecord| AwardBody { differences: award.verify(), award };
    Reply::ok(&Listing { items: found.into_iter().map(body).collect(), next: None })
}

/// What awards compare of an officer besides the ledger.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceBody {
    /// Seniority and service.
    #[serde(default)]
    pub service: Service,
    /// The agency's groups that the officer is in.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// An officer's service and groups.
pub fn read_service(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, officer): (_, OfficerId) = (request.token.agency, request.id("id")?);
    filing::get::<Officer>(sql, agency, officer)?;
    let groups = crate::store::audience::groups_of(sql, agency, officer)?;
    let reply = Reply::ok(&ServiceBody { service: service::get(sql, agency, officer)?, groups })?;
    Whole::new("service", officer).shown(sql, request, reply)
}

/// Writes an officer's service and groups.
pub fn write_service(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, officer): (_, OfficerId) = (request.token.agency, request.id("id")?);
    filing::get::<Officer>(sql, agency, officer)?;
    let body: ServiceBody = request.body()?;
    Whole::new("service", officer).edit(sql, request)?;
    groups::set_service(sql, &request.by(), officer, body.service, &body.groups)?;
    read_service(sql, request)
}

/// A labour contract and from when it holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractBody {
    /// From when; not before now.
    pub from: UnixMillis,
    /// What is charged for what.
    pub contract: Contract,
}

/// The contract in force.
pub fn read_contract(sql: &mut dyn Sql, request: &Request) -> Answer {
    let reply = Reply::ok(&charges::contract(sql, request.token.agency, request.now)?)?;
    the_contract(request).shown(sql, request, reply)
}

fn the_contract(request: &Request) -> Whole {
    Whole::new("contract", request.token.agency)
}

/// Puts a contract in force. What was charged stays as it was charged.
pub fn write_contract(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (body, by): (ContractBody, _) = (request.body()?, request.by());
    the_contract(request).edit(sql, request)?;
    set_contract(sql, &by, &body)?;
    the_contract(request).shown(sql, request, Reply::ok(&body)?)
}

/// Puts a contract in force, if nothing is wrong with it.
pub fn set_contract(sql: &mut dyn Sql, by: &By<'_>, body: &ContractBody) -> Result<(), Problem> {
    if body.from < by.now {
        return Err(Problem::invalid("from", "must not be in the past: what was charged stays"));
    }
    words::line("contract.name", &body.contract.name)?;
    if let Some(fault) = body.contract.faults().first() {
        return Err(Problem::invalid(&format!("contract.{}", fault.field), &fault.problem));
    }
    let before = charges::contract(sql, by.agency, body.from)?;
    if before.name == body.contract.name && before.version >= body.contract.version {
        return Err(Problem::invalid("contract.version", "must be above the one before"));
    }
    // One that is to come has its number too.
    let taken = |(_, it): &(UnixMillis, Contract)| it.name == body.contract.name && it.version == body.contract.version;
    if ledger::contracts(sql, by.agency)?.iter().any(taken) {
        return Err(Problem::invalid("contract.version", "must be one that no contract has"));
    }
    ledger::set_contract(sql, by.agency, body.from, &body.contract)?;
    Ok(by.note(sql, "contract.set", by.agency, &json!({ "before": before, "after": body }))?)
}

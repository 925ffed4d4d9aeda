//! Customers' requests, and customers who cancel.

use detailbook_core::ids::{DetailId, RequestId};
use detailbook_core::money::Cents;
use detailbook_core::records::Detail;
use detailbook_core::staffing::{DetailStage, DetailStep, Request as Asked};
use detailbook_core::time::{Interval, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{Answer, Create, Edit, Listing, Reason, Reply};
use super::records;
use super::request::Request;
use crate::filing;
use crate::policy::overrides::Overriding;
use crate::problem::Problem;
use crate::scheduling::cancellation::{self, CustomerCancels};
use crate::scheduling::requests::{self, PostingPlan, RequestDraft};
use crate::store::Sql;
use crate::store::detail_terms::DetailTerms;

/// Enters a request.
pub fn ask(sql: &mut dyn Sql, request: &Request) -> Answer {
    let body: Create<RequestId, RequestDraft> = request.body()?;
    let mut entropy = request.app.entropy.clone();
    Reply::created(requests::ask(sql, &request.by(), body.id, &body.record, &mut entropy)?)
}

/// Changes what is asked for.
pub fn change(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id = named(sql, request)?;
    let body: Edit<RequestDraft> = request.body()?;
    requests::change(sql, &request.by(), id, body.version, &body.record)?;
    records::read::<Asked>(sql, request)
}

/// Which rank seats count as that ask for none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountAs {
    /// The agency's rank code.
    pub rank: String,
}

/// Says what it will cost.
pub fn estimate(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id = named(sql, request)?;
    let body: CountAs = request.body()?;
    let tariff = request.app.settings.tariffs.of(request.token.agency);
    requests::estimate(sql, &request.by(), id, tariff, &body.rank)?;
    records::read::<Asked>(sql, request)
}

/// The customer accepts the estimate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The sum that the customer saw, in cents.
    pub total: Cents,
    /// Who accepts, as the customer names them.
    pub accepted_by: String,
}

/// Writes down that the customer accepts.
pub fn accept(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id = named(sql, request)?;
    let body: Accept = request.body()?;
    requests::accept(sql, &request.by(), id, body.total, &body.accepted_by)?;
    records::read::<Asked>(sql, request)
}

/// Agency or customer says no.
pub fn decline(sql: &mut dyn Sql, request: &Request) -> Answer {
    close(sql, request, DetailStep::Decline)
}

/// The customer takes it back.
pub fn cancel(sql: &mut dyn Sql, request: &Request) -> Answer {
    close(sql, request, DetailStep::Cancel)
}

fn close(sql: &mut dyn Sql, request: &Request, step: DetailStep) -> Answer {
    let id = named(sql, request)?;
    let body: Reason = request.body()?;
    requests::close(sql, &request.by(), id, step, &body.reason)?;
    records::read::<Asked>(sql, request)
}

/// How its details go on offer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostRequest {
    /// How each goes on offer; absent where every officer may apply until a coordinator has filled it.
    #[serde(default)]
    pub posting: Option<PostingPlan>,
    /// Why rules that stand in the way are let pass; takes the scope `policy:override` too.
    #[serde(default, rename = "override")]
    pub overriding: Option<Overriding>,
}

/// Makes a detail of each shift. Those that can be posted are, each for itself; of the others the request says why, and they may be
/// posted later. Where none can, it is refused.
pub fn post(request: &Request) -> Answer {
    let body: PostRequest = request.body()?;
    let (agency, id, plan) = (request.token.agency, request.id::<RequestId>("id")?, body.posting.clone());
    let shifts = request.app.store.read(|sql| requests::to_post(sql, agency, id, plan.as_ref()))?;
    let left = requests::post_each(shifts, |shift| post_one(request, id, shift, &body))?;
    if !left.is_empty() {
        request.write(move |sql, by| requests::not_posted(sql, by, id, &left))?;
    }
    request.app.store.read(|sql| records::read::<Asked>(sql, request))
}

fn post_one(request: &Request, id: RequestId, shift: Interval, body: &PostRequest) -> Result<DetailId, Problem> {
    let (body, scopes, mut entropy) = (body.clone(), request.token.scopes.clone(), request.app.entropy.clone());
    request.write(move |sql, by| {
        let pass = body.overriding.as_ref().map(|overriding| (&scopes, overriding));
        requests::post_shift(sql, by, id, shift, body.posting.as_ref(), pass, &mut entropy)
    })
}

/// A shift of a request, and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ShiftBody {
    /// When.
    pub shift: Interval,
    /// The detail that it became; absent where it is not posted.
    pub detail: Option<DetailId>,
    /// Where that stands, in view of what was clocked and ruled; where the request does, for a shift that is still to be posted.
    pub stage: DetailStage,
    /// Why it is not posted, or was dropped; empty where it is.
    pub why: String,
}

impl From<requests::Shift> for ShiftBody {
    fn from(one: requests::Shift) -> Self {
        let requests::Shift { shift, detail, stage, why } = one;
        Self { shift, detail, stage, why }
    }
}

/// The shifts of a request, in the order of their starts.
pub fn shifts(sql: &mut dyn Sql, request: &Request) -> Answer {
    let asked = filing::get::<Asked>(sql, request.token.agency, request.id::<RequestId>("id")?)?.record;
    let shifts = requests::shifts(sql, request.token.agency, &asked, request.now)?;
    Reply::ok(&Listing { items: shifts.into_iter().map(ShiftBody::from).collect(), next: None })
}

/// Shifts that will not be posted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DropShifts {
    /// Which; all that wait where none is named.
    #[serde(default)]
    pub shifts: Vec<Interval>,
    /// Why.
    pub reason: String,
}

/// Gives up shifts that could not be posted with the others.
pub fn drop_shifts(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id = named(sql, request)?;
    let body: DropShifts = request.body()?;
    requests::drop_shifts(sql, &request.by(), id, &body.shifts, &body.reason)?;
    records::read::<Asked>(sql, request)
}

/// Says what it would cost the customer to cancel now. In the query: `rank`, what positions count as that ask for none, and
/// `vehicles`.
pub fn quote(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, id)?;
    let rank: String = request.filter("rank")?.unwrap_or_default();
    let vehicles: u32 = request.filter("vehicles")?.unwrap_or_default();
    let tariff = request.app.settings.tariffs.of(request.token.agency);
    let received = request.filter::<i64>("received_at")?.map(UnixMillis::new);
    Reply::ok(&cancellation::quoted(
        sql,
        &request.by(),
        tariff,
        id,
        &DetailTerms { counts_as: rank, vehicles },
        received,
    )?)
}

/// Cancels for the customer, at the sum that was quoted.
pub fn customer_cancels(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: DetailId = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, id)?;
    let body: CustomerCancels = request.body()?;
    let tariff = request.app.settings.tariffs.of(request.token.agency);
    cancellation::cancel(sql, &request.by(), tariff, id, &body)?;
    records::read::<Detail>(sql, request)
}

fn named(sql: &mut dyn Sql, request: &Request) -> Result<RequestId, crate::problem::Problem> {
    let id: RequestId = request.id("id")?;
    filing::get::<Asked>(sql, request.token.agency, id)?;
    Ok(id)
}

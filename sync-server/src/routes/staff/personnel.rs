//! What is known of officers and customers, and approvals.

use detailbook_core::ids::{CustomerId, OfficerId, RecordId};
use detailbook_core::records::{Customer, Officer};
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{Answer, Listing, Reason, Reply, ReplyBody};
use super::request::Request;
use crate::filing;
use crate::personnel::approvals::{self, ApprovalDraft, ApprovalRecord, PaperworkDraft, SignatureDraft, State};
use crate::personnel::customers::{self, CustomerDocument};
use crate::personnel::import::{carry_out, import_with};
use crate::personnel::kind::{ALWAYS, Kind};
use crate::personnel::{Batch, describe, feeds, of_officer, register as public, renewals as ending};
use crate::problem::Problem;
use crate::store::Sql;

/// Takes a batch of knowledge, or says what it would do. Where lines are rejected and the rest is not taken, 422 with all of them.
pub fn import(request: &Request) -> Answer {
    let (batch, agency): (Batch, _) = (request.body()?, request.token.agency);
    let write = |planned| request.write(move |sql, by| carry_out(sql, by, &planned));
    let imported = import_with(&request.app.store, agency, request.now, &batch, write)?;
    let refused = !imported.written && !batch.preview;
    Reply::json(if refused { 422 } else { 200 }, &imported)
}

/// How fresh each feed is.
pub fn feeds(sql: &mut dyn Sql, request: &Request) -> Answer {
    Reply::ok(&Listing { items: feeds::sources(sql, request.token.agency, request.now)?, next: None })
}

/// What is known of an officer, or was at `as_of`.
pub fn known(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, officer) = (request.token.agency, request.id::<OfficerId>("id")?);
    filing::get::<Officer>(sql, agency, officer)?;
    let as_of = moment(request, "as_of")?;
    let kinds = match request.filter::<Kind>("kind")? {
        Some(kind) => vec![kind],
        None => Kind::IMPORTED.to_vec(),
    };
    let mut items = Vec::new();
    for kind in kinds {
        items.extend(of_officer(sql, agency, officer, kind, ALWAYS, as_of)?);
    }
    Reply::ok(&Listing::<describe::KnownBody> { items, next: None })
}

/// A time in the query, in milliseconds; now where it is absent.
pub(super) fn moment(request: &Request, name: &str) -> Result<UnixMillis, Problem> {
    Ok(request.filter::<i64>(name)?.map_or(request.now, UnixMillis::new))
}

/// What ends within so many days, 30 where nothing is said.
pub fn renewals(sql: &mut dyn Sql, request: &Request) -> Answer {
    let days = request.filter::<u16>("days")?.unwrap_or(30);
    Reply::ok(&Listing {
        items: ending::renewals(sql, request.token.agency, request.now, i64::from(days))?,
        next: None,
    })
}

/// Documents of a customer.
pub fn customer_documents(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, customer) = (request.token.agency, request.id::<CustomerId>("id")?);
    filing::get::<Customer>(sql, agency, customer)?;
    Reply::ok(&Listing { items: customers::documents(sql, agency, customer, request.now)?, next: None })
}

/// Enters a document of a customer's.
pub fn enter_customer_document(sql: &mut dyn Sql, request: &Request) -> Answer {
    let customer: CustomerId = request.id("id")?;
    filing::get::<Customer>(sql, request.token.agency, customer)?;
    let document: CustomerDocument = request.body()?;
    customers::enter(sql, &request.by(), customer, &document)?;
    customer_documents(sql, request)
}

/// An approval as staff read it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct ApprovalBody {
    /// Where it stands.
    pub state: State,
    /// By word, and its paperwork was due and is missing.
    pub overdue: bool,
    /// The approval.
    pub record: ApprovalRecord,
}

fn body(record: ApprovalRecord, now: UnixMillis) -> ApprovalBody {
    let state = record.state();
    let overdue = state == State::ByWord && record.paperwork_due.is_some_and(|due| due <= now);
    ApprovalBody { state, overdue, record }
}

/// Approvals, in the order in which they were asked for.
pub fn approvals(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(RecordId::NIL)?;
    let found = approvals::page(sql, request.token.agency, page.after, page.limit + 1)?;
    let items = found.into_iter().map(|record| body(record, request.now)).collect();
    Reply::ok(&Listing::cut(items, page.limit, |item: &ApprovalBody| item.record.id.to_string()))
}

/// One approval.
pub fn approval(sql: &mut dyn Sql, request: &Request) -> Answer {
    let record = approvals::get(sql, request.token.agency, request.id("id")?)?;
    Reply::ok(&body(record, request.now))
}

/// What is asked for, with the id it is to have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The id, where the caller names it.
    #[serde(default)]
    pub id: Option<RecordId>,
    /// What it says.
    pub record: ApprovalDraft,
}

/// Enters what an officer asks for.
pub fn ask(sql: &mut dyn Sql, request: &Request) -> Answer {
    let Ask { id, record } = request.body()?;
    let mut entropy = request.app.entropy.clone();
    Reply::created(approvals::ask(sql, &request.by(), &request.token.roles, id, &record, &mut entropy)?)
}

/// Signs one.
pub fn sign(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id = existing(sql, request)?;
    approvals::sign(sql, &request.by(), &request.token.roles, id, &request.body::<SignatureDraft>()?)?;
    approval(sql, request)
}

/// Hands in papers of one.
pub fn hand_in(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id = existing(sql, request)?;
    approvals::hand_in(sql, &request.by(), id, &request.body::<PaperworkDraft>()?)?;
    approval(sql, request)
}

/// Takes one back.
pub fn revoke(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id = existing(sql, request)?;
    approvals::revoke(sql, &request.by(), id, &request.body::<Reason>()?.reason)?;
    approval(sql, request)
}

fn existing(sql: &mut dyn Sql, request: &Request) -> Result<RecordId, Problem> {
    let id = request.id("id")?;
    approvals::get(sql, request.token.agency, id).map(|record| record.id)
}

/// The public register.
pub fn register(sql: &mut dyn Sql, request: &Request) -> Answer {
    Reply::ok(&Listing { items: public::register(sql, &request.by())?, next: None })
}

/// The public register as CSV.
pub fn register_csv(sql: &mut dyn Sql, request: &Request) -> Answer {
    let text = public::csv(&public::register(sql, &request.by())?);
    let headers = vec![("content-disposition", "attachment; filename=\"register.csv\"".to_owned())];
    Ok(Reply { headers, ..Reply::new(200, "text/csv; charset=utf-8", ReplyBody::Bytes(text.into_bytes())) })
}

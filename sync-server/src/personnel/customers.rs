//! Documents of customers: insurance certificates, indemnities, and until when they are good.

use detailbook_core::ids::{AgencyId, CustomerId};
use detailbook_core::policy::{Document, Feed, Known as KnownSince};
use detailbook_core::pricing::Day;
use detailbook_core::records::{Agency, Customer};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::kind::{ALWAYS, Kind, feed_code};
use super::local_time::days;
use super::renewals;
use crate::audit::By;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::ahead;
use crate::store::known::{self, Key, Known};
use crate::store::{Sql, StoreError};
use crate::words;

/// A document as staff write it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerDocument {
    /// What it is, such as `insurance` or `indemnity`.
    pub kind: String,
    /// The policy's or paper's number; tells it from others of its kind.
    #[serde(default)]
    pub number: String,
    /// The first day it is good for.
    pub from: Day,
    /// The last day; without end where absent.
    #[serde(default)]
    pub until: Option<Day>,
    /// It is not good any more, whatever its days say.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

/// Stands for a blank in a kind, so that kind and number are told apart in a key. No line of text may hold it.
const BLANK: &str = "\u{1f}";

fn key(customer: CustomerId, kind: &str, number: &str) -> Key {
    let name = format!("{} {} {number}", customer.to_hex(), kind.replace(' ', BLANK));
    Key { kind: Kind::CustomerDocuments.code(), feed: feed_code(Feed::Credentials), name }
}

/// Enters a document of a customer's, in place of one of the same kind and number.
pub fn enter(sql: &mut dyn Sql, by: &By<'_>, customer: CustomerId, draft: &CustomerDocument) -> Result<(), Problem> {
    filing::get::<Customer>(sql, by.agency, customer)?;
    let kind = words::line("kind", &draft.kind)?;
    let number = words::optional_line("number", &draft.number)?;
    if draft.until.is_some_and(|until| until < draft.from) {
        return Err(Problem::invalid("until", "must not be before from"));
    }
    let zone = filing::get::<Agency>(sql, by.agency, by.agency)?.record.zone;
    let before = replaced(sql, by, customer, (&kind, &number))?;
    let key = key(customer, &kind, &number);
    if !draft.withdrawn {
        let document = Document { kind, from: draft.from, until: draft.until, known: KnownSince::default() };
        let valid = days(zone, draft.from, draft.until);
        let body = wire::encode(&document);
        known::open(sql, by.agency, &Known { key, subject: customer.into(), valid, since: by.now, body })?;
    }
    renewals::watch(sql, by)?;
    ahead::expect_customer(sql, by, customer)?;
    Ok(by.note(sql, "customer.document", customer, &json!({ "before": before, "after": draft }))?)
}

/// Ends what was known of a document. Gives what that was.
fn replaced(
    sql: &mut dyn Sql,
    by: &By<'_>,
    customer: CustomerId,
    (kind, number): (&str, &str),
) -> Result<Option<CustomerDocument>, Problem> {
    let all = known::of_subject(sql, by.agency, customer.into(), Kind::CustomerDocuments.code(), ALWAYS, by.now)?;
    let mut before = None;
    for known in &all {
        let Some(document) = described(known).filter(|it| it.kind == kind && it.number == number) else { continue };
        known::close(sql, by.agency, &known.key, by.now)?;
        before = Some(document);
    }
    Ok(before)
}

/// The documents of a customer that are known now.
pub fn documents(
    sql: &mut dyn Sql,
    agency: AgencyId,
    customer: CustomerId,
    now: UnixMillis,
) -> Result<Vec<CustomerDocument>, StoreError> {
    let all = known::of_subject(sql, agency, customer.into(), Kind::CustomerDocuments.code(), ALWAYS, now)?;
    Ok(all.iter().filter_map(described).collect())
}

fn described(known: &Known) -> Option<CustomerDocument> {
    let Document { kind, from, until, .. } = wire::decode(&known.body).ok()?;
    let after = known.key.name.split_once(' ')?.1;
    // Keys from before had the blanks of a kind as they are.
    let number = after.strip_prefix(&kind.replace(' ', BLANK)).or_else(|| after.strip_prefix(&kind))?;
    let number = number.trim_start().to_owned();
    Some(CustomerDocument { kind, number, from, until, withdrawn: false })
}

//! Ending a detail: the agency cancels it, its customer does at a sum that was quoted, or the agency looks for officers no more.

use askama::Template;
use detailbook_core::ids::DetailId;
use detailbook_core::money::Cents;
use detailbook_core::pricing::CancellationQuote;
use detailbook_core::records::{Detail, RecordKind};
use detailbook_core::time::UnixMillis;

use super::typed::{moment_if_any, vehicles};
use super::words;
use crate::console::changed::{Changed, version};
use crate::console::field::{Field, SAY_WHICH, Text};
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::cancellation::{self, CustomerCancels, Notice};
use crate::scheduling::{details, unfilled};
use crate::store::Sql;
use crate::store::detail_terms::{self, DetailTerms};

/// What the address of the page may hold: what a quote is asked for.
pub const ASKS: &[&str] = &["rank", "vehicles", "received"];
/// Fields of the agency's cancelling.
pub const CANCEL: &[&str] = &["version", "reason"];
/// Fields of the customer's cancelling.
pub const CUSTOMER: &[&str] =
    &["version", "quoted", "rank", "vehicles", "received", "received_how", "cancelled_by", "why"];

#[derive(Template)]
#[template(path = "console/details/end.html")]
struct EndPage {
    frame: Frame,
    id: String,
    title: String,
    time: String,
    cancelled: bool,
    version: i64,
    changed: Changed,
    reason: Text,
    rank: Field,
    vehicles: Field,
    received: Field,
    settled: bool,
    quote: Option<QuoteView>,
    no_quote: Option<String>,
    cancelled_by: Field,
    why: Text,
    received_how: Field,
    cancel: Seal,
    customer: Seal,
}

struct QuoteView {
    total: String,
    cents: i64,
    sentence: String,
    lines: Vec<(String, String)>,
    rank: String,
    vehicles: String,
    received: String,
}

/// What stands in the form that was sent, or in the address.
fn asked<'v>(visit: &'v Visit, name: &str) -> &'v str {
    if visit.form.is_empty() { visit.query.get(name) } else { visit.typed(name) }
}

/// The page: both ways, with what the customer would owe.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<DetailId>("id")?);
    let stored = filing::get::<Detail>(sql, agency, id)?;
    let changed = Changed::since(sql, visit, RecordKind::Detail, id, &stored)?;
    let settled = detail_terms::find(sql, agency, id)?;
    let quoted = quoted(sql, visit, &stored.record);
    let (quote, no_quote) = match quoted {
        Ok(quote) => (Some(view(visit, &quote)), None),
        Err(problem) => (None, Some(problem.reason)),
    };
    let say_which = no_quote.as_deref().is_some_and(|why| why.contains(SAY_WHICH));
    let (detail, field) = (&stored.record, |name, label| Field::new(visit, name, label).optional(asked(visit, name)));
    let received = field("received", "The agency had the notice").hint("Empty: now.");
    Page::html(&EndPage {
        frame: Frame::of(visit, "Cancel a detail"),
        id: id.to_string(),
        title: detail.title.clone(),
        time: words::time(detail.zone, details::scheduled(detail)),
        cancelled: words::state(detail.state).word == "cancelled",
        version: stored.version,
        changed,
        reason: Text::new(visit, "reason", "Why", 2).hint("Whoever is on it, or applied, is told."),
        rank: field("rank", "Places without a rank count as"),
        vehicles: field("vehicles", "Vehicles").digits(),
        received: if say_which { received } else { received.clock() },
        settled: settled.is_some(),
        quote,
        no_quote,
        cancelled_by: Field::new(visit, "cancelled_by", "Who cancels, for the customer"),
        why: Text::new(visit, "why", "Why", 2),
        received_how: field("received_how", "How it is known when the notice came")
            .hint("Such as the stamp on a letter; only where it came before now."),
        cancel: visit.seal(&format!("/console/details/{id}/cancel")),
        customer: visit.seal(&format!("/console/details/{id}/customer-cancels")),
    })
}

fn view(visit: &Visit, quote: &CancellationQuote) -> QuoteView {
    QuoteView {
        total: quote.total.to_string(),
        cents: quote.total.0,
        sentence: quote.sentence.clone(),
        lines: quote.lines.iter().map(|line| (line.amount.to_string(), line.sentence.clone())).collect(),
        rank: asked(visit, "rank").to_owned(),
        vehicles: asked(visit, "vehicles").to_owned(),
        received: asked(visit, "received").to_owned(),
    }
}

fn received(visit: &Visit, detail: &Detail) -> Result<Option<UnixMillis>, Problem> {
    moment_if_any("received", asked(visit, "received"), detail.zone)
}

fn quoted(sql: &mut dyn Sql, visit: &Visit, detail: &Detail) -> Result<CancellationQuote, Problem> {
    let terms = DetailTerms {
        counts_as: asked(visit, "rank").trim().to_owned(),
        vehicles: vehicles(asked(visit, "vehicles"))?,
    };
    let tariff = visit.app.settings.tariffs.of(visit.agency()?);
    let notice = received(visit, detail)?;
    cancellation::quoted(sql, &visit.by()?, tariff, detail.id, &terms, notice)
}

/// The agency cancels.
pub fn cancel(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<DetailId>("id")?;
    filing::get::<Detail>(sql, visit.agency()?, id)?;
    details::cancel(sql, &visit.by()?, id, version(visit)?, visit.typed("reason"))?;
    Ok(Page::to(&format!("/console/details/{id}?said=cancelled")))
}

/// The customer cancels, at the sum that the page named.
pub fn customer_cancels(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<DetailId>("id")?;
    let stored = filing::get::<Detail>(sql, visit.agency()?, id)?;
    let version = version(visit)?;
    filing::same_version(&stored, version)?;
    let quoted =
        visit.typed("quoted").parse().map_err(|_| Problem::invalid("quoted", "must be what the page named"))?;
    let notice = received(visit, &stored.record)?
        .map(|received_at| Notice { received_at, reason: visit.typed("received_how").to_owned() });
    let body = CustomerCancels {
        version,
        quoted: Cents(quoted),
        rank: visit.typed("rank").trim().to_owned(),
        vehicles: vehicles(asked(visit, "vehicles"))?,
        notice,
        cancelled_by: visit.typed("cancelled_by").to_owned(),
        reason: visit.typed("why").to_owned(),
    };
    let tariff = visit.app.settings.tariffs.of(visit.agency()?);
    cancellation::cancel(sql, &visit.by()?, tariff, id, &body).map_err(at_fields)?;
    Ok(Page::to(&format!("/console/details/{id}?said=cancelled")))
}

fn at_fields(problem: Problem) -> Problem {
    let names = [("reason: ", "why: "), ("notice.reason: ", "received_how: "), ("received_at: ", "received: ")];
    let found = names.iter().find_map(|(known, name)| Some(format!("{name}{}", problem.reason.strip_prefix(known)?)));
    match found {
        Some(reason) => Problem { reason, ..problem },
        None => problem,
    }
}

/// The agency looks for officers no more.
pub fn give_up(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<DetailId>("id")?;
    let stored = filing::get::<Detail>(sql, visit.agency()?, id)?;
    filing::same_version(&stored, version(visit)?)?;
    unfilled::give_up(sql, &visit.by()?, id, visit.typed("reason"))?;
    Ok(Page::to(&format!("/console/details/{id}?said=given_up")))
}

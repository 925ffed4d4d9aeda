//! What a customer's cancellation is billed, and billing it anew: a notice came earlier than was known, or the fee is waived.

use askama::Template;
use detailbook_core::ids::DetailId;
use detailbook_core::money::Cents;
use detailbook_core::time::UnixMillis;

use crate::access::scope::Scope;
use crate::billing::bills::Outcome;
use crate::console::details::typed::moment_if_any;
use crate::console::details::words;
use crate::console::field::{Field, Text};
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::scheduling::cancellation::{self, Billing, Correction};
use crate::scheduling::details;
use crate::store::{Sql, invoices};

/// What the page's address may hold.
pub(super) const FILTER: &[&str] = &["received", "said"];
/// Fields of the correction.
pub(super) const FIELDS: &[&str] = &["bill", "received", "quoted", "reason"];

#[derive(Template)]
#[template(path = "console/invoices/cancellation.html")]
struct CancellationPage {
    frame: Frame,
    id: String,
    title: String,
    time: String,
    entered: String,
    bill: i64,
    total: String,
    lines: Vec<(String, String)>,
    invoice: Option<i64>,
    may_write: bool,
    received: Field,
    quote: Result<Quoted, String>,
    seal: Seal,
    reason: Text,
}

/// What it would come to.
struct Quoted {
    cents: i64,
    total: String,
    sentence: String,
    lines: Vec<(String, String)>,
    received: String,
}

fn asked<'v>(visit: &'v Visit, name: &str) -> &'v str {
    if visit.form.is_empty() { visit.query.get(name) } else { visit.typed(name) }
}

fn received(visit: &Visit, of: &Billing) -> Result<Option<UnixMillis>, Problem> {
    moment_if_any("received", asked(visit, "received"), of.detail.zone)
}

fn quoted(sql: &mut dyn Sql, visit: &Visit, of: &Billing) -> Result<Quoted, Problem> {
    let received = asked(visit, "received").to_owned();
    let Some(notice) = self::received(visit, of)? else {
        let sentence = "The fee is waived.".to_owned();
        return Ok(Quoted { cents: 0, total: Cents::ZERO.to_string(), sentence, lines: vec![], received });
    };
    let given = visit.app.settings.tariffs.of(visit.agency()?);
    let (quote, _) = cancellation::requoted(sql, &visit.by()?, given, of, notice)?;
    let lines = quote.lines.iter().map(|line| (line.amount.to_string(), line.sentence.clone())).collect();
    let (cents, total) = (quote.total.0, quote.total.to_string());
    Ok(Quoted { cents, total, sentence: quote.sentence, lines, received })
}

/// What it is billed, and what it would be.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<DetailId>("id")?);
    let of = cancellation::billing(sql, agency, id)?;
    let quote = quoted(sql, visit, &of).map_err(|problem| problem.reason);
    let lines = match Outcome::of(&of.bill)? {
        Outcome::Billed(billed) => billed.lines,
        Outcome::Unrated(_) | Outcome::Nothing => vec![],
    };
    Page::html(&CancellationPage {
        frame: Frame::of(visit, "A cancellation"),
        id: id.to_string(),
        title: of.detail.title.clone(),
        time: words::time(of.detail.zone, details::scheduled(&of.detail)),
        entered: visit.time(of.entered_at),
        bill: of.bill.number,
        total: of.bill.total.unwrap_or_default().to_string(),
        lines: lines.into_iter().map(|line| (line.amount.to_string(), line.sentence)).collect(),
        invoice: invoices::standing(sql, agency, id.into())?.map(|stands| stands.invoice),
        may_write: visit.who()?.may(Scope::BillingWrite),
        received: Field::new(visit, "received", "The agency had the notice")
            .kind("datetime-local")
            .optional(asked(visit, "received"))
            .hint("By the clocks of the detail. Empty: the fee is waived."),
        quote,
        seal: visit.seal(&format!("/console/invoices/cancellations/{id}")),
        reason: Text::new(visit, "reason", "Why", 2).hint("Such as the stamp on a letter, or who waived the fee."),
    })
}

/// Bills it anew.
pub(super) fn correct(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<DetailId>("id")?);
    let of = cancellation::billing(sql, agency, id)?;
    let number = |name| visit.typed(name).parse().map_err(|_| Problem::invalid(name, "must be what the page named"));
    let body = Correction {
        bill: number("bill")?,
        notice: received(visit, &of)?,
        quoted: Cents(number("quoted")?),
        reason: visit.typed("reason").to_owned(),
    };
    let given = visit.app.settings.tariffs.of(agency);
    cancellation::correct(sql, &visit.by()?, given, id, &body).map_err(at_fields)?;
    Ok(Page::to(&format!("/console/invoices/cancellations/{id}?said=corrected")))
}

fn at_fields(problem: Problem) -> Problem {
    match problem.reason.strip_prefix("received_at: ") {
        Some(why) => Problem { reason: format!("received: {why}"), ..problem },
        None => problem,
    }
}

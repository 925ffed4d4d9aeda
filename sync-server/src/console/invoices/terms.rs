//! How a customer is invoiced, and what stands on the agency's invoices.

use askama::Template;
use detailbook_core::ids::CustomerId;
use detailbook_core::records::Customer;

use crate::access::scope::Scope;
use crate::billing::cycle::Cycle;
use crate::billing::terms::{self, Letterhead};
use crate::console::field::{Choice, Field, Text};
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::store::Sql;

#[derive(Template)]
#[template(path = "console/invoices/customer.html")]
struct CustomerPage {
    frame: Frame,
    id: String,
    name: String,
    version: i64,
    cycle: Choice,
    net_days: Field,
    address: Text,
    shown: (String, i64, String),
    may_write: bool,
    seal: Seal,
}

/// How a customer is invoiced.
pub(super) fn of_customer(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<CustomerId>("id")?);
    let customer = filing::get::<Customer>(sql, agency, id)?.record;
    let terms = terms::of(sql, agency, id)?;
    let cycles = Cycle::ALL.map(|cycle| (cycle.name().to_owned(), cycle.title().to_owned()));
    let days = visit.form.find("net_days").map_or_else(|| terms.net_days.to_string(), str::to_owned);
    let field = Field::new(visit, "net_days", "Days until an invoice is due").digits().optional(&days);
    let hint = "A line each, as it stands on an envelope.";
    Page::html(&CustomerPage {
        frame: Frame::of(visit, &format!("Invoicing {}", customer.name)),
        id: id.to_string(),
        name: customer.name,
        version: terms.version,
        cycle: Choice::new(visit, "cycle", "How often", cycles, terms.cycle.name()),
        net_days: field,
        address: area(visit, "address", "Address", hint, &terms.address),
        shown: (terms.cycle.title().to_owned(), terms.net_days, terms.address),
        may_write: visit.who()?.may(Scope::BillingWrite),
        seal: visit.seal(&format!("/console/invoices/customers/{id}")),
    })
}

/// Sets how a customer is invoiced.
pub(super) fn set_customer(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let typed = (version(visit)?, visit.typed("cycle"), visit.typed("net_days"), visit.typed("address"));
    terms::set(sql, &visit.by()?, visit.id("id")?, typed)?;
    Ok(Page::to(&format!("/console/invoices/customers/{}?said=terms", visit.param("id"))))
}

/// A field of several lines that shows what was typed before, else `value`.
fn area(visit: &Visit, name: &'static str, label: &'static str, hint: &'static str, value: &str) -> Text {
    Text::new(visit, name, label, 4).hint(hint).optional(visit.form.find(name).unwrap_or(value))
}

fn version(visit: &Visit) -> Result<i64, Problem> {
    visit.typed("version").parse().map_err(|_| Problem::invalid("version", "must be that of the page"))
}

#[derive(Template)]
#[template(path = "console/invoices/letterhead.html")]
struct LetterheadPage {
    frame: Frame,
    version: i64,
    name: Field,
    address: Text,
    pay_to: Text,
    automatic: bool,
    shown: Letterhead,
    may_write: bool,
    seal: Seal,
}

/// What stands on the agency's invoices.
pub(super) fn letterhead(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (head, version, automatic) = terms::letterhead(sql, visit.agency()?)?;
    let typed = visit.form.find("name").unwrap_or(&head.name).to_owned();
    let pay_hint = "How to pay, a line each: where a cheque goes, an account.";
    Page::html(&LetterheadPage {
        frame: Frame::of(visit, "Letterhead"),
        version,
        name: Field::new(visit, "name", "Name on invoices").holding(&typed),
        address: area(visit, "address", "Address", "A line each, with telephone and mail.", &head.address),
        pay_to: area(visit, "pay_to", "How to pay", pay_hint, &head.pay_to),
        automatic: if visit.refused.is_some() { visit.typed("automatic") == "yes" } else { automatic },
        shown: head,
        may_write: visit.who()?.may(Scope::BillingWrite),
        seal: visit.seal("/console/invoices/letterhead"),
    })
}

/// Sets what stands on the agency's invoices.
pub(super) fn set_letterhead(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let typed = |name| visit.typed(name).to_owned();
    let draft = Letterhead { name: typed("name"), address: typed("address"), pay_to: typed("pay_to") };
    terms::set_letterhead(sql, &visit.by()?, version(visit)?, &draft, visit.typed("automatic") == "yes")?;
    Ok(Page::to("/console/invoices/letterhead?said=letterhead"))
}

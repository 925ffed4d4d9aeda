//! The labour contract, written whole as JSON over the version that was seen.

use askama::Template;
use chrono::{NaiveDate, NaiveTime};
use detailbook_core::award::Contract;
use detailbook_core::time::UnixMillis;

use super::terms_versions;
use super::versions::Table;
use crate::access::scope::Scope;
use crate::console::changed::Changed;
use crate::console::field::Field;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::routes::staff::postings::{ContractBody, set_contract as put_contract};
use crate::scheduling::ledger as charges;
use crate::store::{Sql, edit_versions};

#[derive(Template)]
#[template(path = "console/settings/contract.html")]
struct ContractPage {
    frame: Frame,
    changed: Changed,
    text: String,
    is: String,
    wrong: Option<String>,
    from: Field,
    version: i64,
    may_write: bool,
    versions: Option<Table>,
    seal: Seal,
}

/// What a stale form is told: a text is too long for a cell of a table.
const BELOW: &[(&str, &str)] = &[("The text", "another one: it stands below the form")];

/// The version of what is written so, whoever wrote it.
pub(super) fn version(sql: &mut dyn Sql, visit: &Visit, what: &str) -> Result<i64, Problem> {
    Ok(edit_versions::get(sql, visit.agency()?, what, visit.agency()?.into())?)
}

/// Takes a writing that was made on the version there is, and refuses any other.
pub(super) fn edit(sql: &mut dyn Sql, visit: &Visit, what: &str) -> Result<(), Problem> {
    let found = version(sql, visit, what)?;
    if visit.typed("version") != found.to_string() {
        return Err(Problem::conflict(
            "This was changed meanwhile. As it stands now is below; send yours again to have it in its place.",
        ));
    }
    Ok(edit_versions::raise(sql, visit.agency()?, what, visit.agency()?.into())?)
}

fn typed(visit: &Visit) -> Result<Contract, Problem> {
    serde_json::from_str(visit.typed("text"))
        .map_err(|error| Problem::invalid("text", &format!("cannot be read: {error}")))
}

/// A fault of a field inside the text is one of the text.
fn of_text(problem: Problem) -> Problem {
    match problem.reason.split_once(": ") {
        Some((field, why))
            if field != "text" && field != "from" && problem.refusal == detailbook_core::wire::Refusal::Invalid =>
        {
            Problem::invalid("text", &format!("is not in order: {field} {why}"))
        }
        _ => problem,
    }
}

/// As it is written down.
pub(super) fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The labour contract.
pub(super) fn contract(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let version = version(sql, visit, "contract")?;
    let is = pretty(&charges::contract(sql, visit.agency()?, visit.now)?);
    Page::html(&ContractPage {
        frame: Frame::of(visit, "Labour contract"),
        changed: Changed::to(visit, version, BELOW),
        text: visit.form.find("text").unwrap_or(&is).to_owned(),
        is,
        wrong: visit.wrong("text"),
        from: Field::new(visit, "from", "In force from the beginning of")
            .kind("date")
            .optional(visit.typed("from"))
            .hint("Empty: from now on."),
        version,
        may_write: visit.who()?.may(Scope::RecordsWrite),
        versions: terms_versions::of_contract(sql, visit)?,
        seal: visit.seal("/console/settings/contract"),
    })
}

/// Puts a contract in force.
pub(super) fn set_contract(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let contract = typed(visit)?;
    edit(sql, visit, "contract")?;
    put_contract(sql, &visit.by()?, &ContractBody { from: from(visit)?, contract }).map_err(of_text)?;
    Ok(Page::to("/console/settings/contract?said=saved"))
}

fn from(visit: &Visit) -> Result<UnixMillis, Problem> {
    let Some(day) = visit.typed_day::<NaiveDate>("from")? else { return Ok(visit.now) };
    Ok(visit.who()?.zone.instant(day.and_time(NaiveTime::MIN)).first())
}

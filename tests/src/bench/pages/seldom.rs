//! What a year has little of and what has pages of its own: a detail that its customer cancelled, what was settled anew, what is held for a
//! look.

use detailbook_core::award::Contract;
use detailbook_core::ids::{DetailId, DocumentId, RecordId};
use detailbook_core::records::{Detail, Interval, RecordKind};
use detailbook_core::shift::FactKind;
use detailbook_core::staffing::StaffingRules;
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_server::access::revocation;
use detailbook_server::problem::Problem;
use detailbook_server::routes::staff::postings::{ContractBody, set_contract};
use detailbook_server::routes::staff::relief::set_rules;
use detailbook_server::scheduling::cancellation::{self, CustomerCancels};
use detailbook_server::store::detail_terms::DetailTerms;
use detailbook_server::store::{StoreError, documents, held, records};

use super::super::Outcome;
use super::year::{Held, Post, Year};

/// One of each, by what the examples call it.
pub(super) fn of(year: &mut Year) -> Outcome<[(&'static str, String); 5]> {
    let cancelled = cancelled(year)?;
    let (contract, staffing) = settled(year)?;
    let silenced = nth_plain(year, 1)?;
    let push = last_push(year, silenced)?;
    let document = nth_plain(year, 3)?.shift.assignment.into();
    hold(year, document)?;
    let moment = |at: UnixMillis| at.as_millis().to_string();
    Ok([
        ("cancellations", cancelled.to_string()),
        ("contract", moment(contract)),
        ("staffing", moment(staffing)),
        ("pushes", push.to_string()),
        ("documents", document.to_string()),
    ])
}

/// A shift of the middle of the year, and those after it.
fn nth_plain(year: &Year, nth: usize) -> Outcome<Held> {
    let worked: Vec<_> = year.shifts().filter(|held| held.is_plain() && held.shift.hours.end < year.now).collect();
    worked.get(worked.len() / 2 + nth).copied().copied().ok_or_else(|| "a year without shifts".into())
}

/// Cancelled by its customer, a day before it.
fn cancelled(year: &mut Year) -> Outcome<DetailId> {
    let start = year.now + Millis::from_hours(20);
    let hours = Interval { start, end: start + Millis::from_hours(4) };
    let (site, zone, title) = (year.sites[1], year.zone, "Called off".to_owned());
    year.office.write(move |sql, by, draws| {
        let detail = Post { site, title, hours, zone, places: 2, by_request: false }.make(sql, by, draws)?;
        let terms = DetailTerms { counts_as: "PO".to_owned(), vehicles: 0 };
        let quote = cancellation::quoted(sql, by, None, detail, &terms, None)?;
        let stored = records::get::<Detail>(sql, by.agency, RecordKind::Detail, detail)?;
        let cancels = CustomerCancels {
            version: stored.ok_or_else(Problem::not_found)?.version,
            quoted: quote.total,
            rank: terms.counts_as,
            vehicles: terms.vehicles,
            notice: None,
            cancelled_by: "The customer".to_owned(),
            reason: "The work is put off.".to_owned(),
        };
        cancellation::cancel(sql, by, None, detail, &cancels)?;
        Ok(detail)
    })
}

/// Since when a labour contract and staffing rules are in force: of the contract the second version, so that there is a difference to show.
fn settled(year: &mut Year) -> Outcome<(UnixMillis, UnixMillis)> {
    year.office.write(|sql, by, _| {
        let mut from = by.now;
        for version in [1, 2] {
            from = by.now + Millis::from_hours(i64::from(version));
            let contract = Contract { name: "Bench agreement".to_owned(), version, ..Contract::default() };
            set_contract(sql, by, &ContractBody { from, contract })?;
        }
        set_rules(sql, by, &StaffingRules { relieve_unconfirmed: true, ..StaffingRules::default() })?;
        Ok((from, by.now))
    })
}

/// What a phone still brought after its enrolment was ended.
fn last_push(year: &mut Year, held: Held) -> Outcome<RecordId> {
    let (app, now) = (year.office.app.clone(), year.now);
    let phone = year.phone(held.officer)?;
    let device = phone.device();
    let note = phone.write(held.shift.assignment.into(), FactKind::Note, now);
    year.office.write(move |sql, by, _| revocation::revoke(sql, by, device, "The phone was lost."))?;
    if year.phone(held.officer)?.exchange(&app, &[note]).is_ok() {
        return Err("the server answered a phone whose enrolment was ended".into());
    }
    let agency = year.office.agency;
    let held = app.store.read::<_, StoreError>(move |sql| held::pushes(sql, agency, RecordId::NIL, 1))?;
    held.first().map(|held| held.id).ok_or_else(|| "the last push was not kept".into())
}

/// Has a shift log held for a look.
fn hold(year: &mut Year, document: DocumentId) -> Outcome<()> {
    let held = year.office.write(move |sql, by, _| Ok(documents::quarantine(sql, by.agency, document)?))?;
    if held { Ok(()) } else { Err("there is no such shift log".into()) }
}

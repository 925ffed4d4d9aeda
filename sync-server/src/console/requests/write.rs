//! Entering a request for a customer, and changing one.

use askama::Template;
use detailbook_core::ids::{DetailId, RequestId};
use detailbook_core::records::{Detail, RecordKind};
use detailbook_core::staffing::Request;
use detailbook_core::time::Zone;

use crate::billing::tariffs;
use crate::console::assets::Script;
use crate::console::changed::{Changed, version};
use crate::console::details::sheet::{Asks, Sheet};
use crate::console::details::typed::{Typed, at_fields};
use crate::console::field::Field;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::policy::detail_facts::DetailFacts;
use crate::problem::Problem;
use crate::scheduling::requests::{self, RequestDraft};
use crate::store::Sql;

/// What the form is handier with.
const SCRIPTS: &[Script] = &[Script::Estimate, Script::Map];
const ASKS: Asks = Asks { repeats: true, supervisors: true };

#[derive(Template)]
#[template(path = "console/requests/form.html")]
struct FormPage {
    frame: Frame,
    action: String,
    back: String,
    title: &'static str,
    act: &'static str,
    version: Option<i64>,
    changed: Changed,
    accepted: bool,
    sheet: Sheet,
    asked_by: Field,
    seal: Seal,
}

fn form(visit: &Visit, typed: &Typed, sheet: Sheet) -> FormPage {
    FormPage {
        frame: Frame::of(visit, "Enter a request").with(SCRIPTS),
        action: "/console/requests/new".to_owned(),
        back: "/console/requests".to_owned(),
        title: "Enter a request",
        act: "Enter the request",
        version: None,
        changed: Changed::default(),
        accepted: false,
        sheet,
        asked_by: Field::new(visit, "asked_by", "Who asks, for the customer").holding(&typed.asked_by),
        seal: visit.seal("/console/requests/new"),
    }
}

/// The form of a new request: empty, like another request or detail, or as it was typed.
pub fn new(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let typed = if !visit.form.is_empty() {
        Typed::of(&visit.form)
    } else if visit.query.get("like").is_empty() {
        Typed::empty()
    } else {
        like(sql, visit, visit.query.get("like"))?.another()
    };
    new_form(sql, visit, &typed)
}

fn like(sql: &mut dyn Sql, visit: &Visit, id: &str) -> Result<Typed, Problem> {
    let agency = visit.agency()?;
    if let Ok(id) = id.parse::<RequestId>()
        && let Ok(stored) = filing::get::<Request>(sql, agency, id)
    {
        return Ok(Typed::of_request(&stored.record));
    }
    let id: DetailId = id.parse().map_err(|_| Problem::not_found())?;
    Ok(Typed::of_detail(&filing::get::<Detail>(sql, agency, id)?.record, &DetailFacts::default()))
}

fn new_form(sql: &mut dyn Sql, visit: &Visit, typed: &Typed) -> Answer {
    let sheet = Sheet::of(sql, visit, typed, visit.who()?.zone, ASKS)?;
    Page::html(&form(visit, typed, sheet))
}

/// Enters it with its estimate, or does what another button of the form says.
pub fn add(visit: &Visit) -> Answer {
    let typed = Typed::of(&visit.form);
    match visit.typed("do") {
        "place" => visit.app.store.read(|sql| new_form(sql, visit, &typed.with_a_place())),
        "estimate" => visit.app.store.read(|sql| new_form(sql, visit, &typed)),
        _ => visit.write(move |sql, visit| ask(sql, visit, &typed)),
    }
}

fn ask(sql: &mut dyn Sql, visit: &Visit, typed: &Typed) -> Answer {
    let by = visit.by()?;
    let draft = typed.request(visit.who()?.zone, None)?;
    let id = requests::ask(sql, &by, None, &draft, &mut visit.app.entropy.clone()).map_err(at_fields)?;
    estimate(sql, visit, id, typed)?;
    Ok(Page::to(&format!("/console/requests/{id}?said=asked")))
}

/// Says what it will cost, where there is a tariff.
fn estimate(sql: &mut dyn Sql, visit: &Visit, id: RequestId, typed: &Typed) -> Result<(), Problem> {
    let (agency, given) = (visit.agency()?, &visit.app.settings.tariffs);
    match tariffs::today(sql, agency, visit.who()?.zone, visit.now, given)? {
        None => Ok(()),
        Some(_) => requests::estimate(sql, &visit.by()?, id, given.of(agency), typed.counts_as.trim()),
    }
}

/// The form of a request that is there.
pub fn edit(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let stored = filing::get::<Request>(sql, visit.agency()?, visit.id::<RequestId>("id")?)?;
    let typed = if visit.form.is_empty() { Typed::of_request(&stored.record) } else { Typed::of(&visit.form) };
    edit_form(sql, visit, &typed)
}

fn edit_form(sql: &mut dyn Sql, visit: &Visit, typed: &Typed) -> Answer {
    let id = visit.id::<RequestId>("id")?;
    let stored = filing::get::<Request>(sql, visit.agency()?, id)?;
    let changed = Changed::since(sql, visit, RecordKind::Request, id, &stored)?;
    let made_from = if visit.form.is_empty() || visit.refused.is_some() { stored.version } else { version(visit)? };
    let zone: Zone = stored.record.zone;
    let sheet = Sheet::of(sql, visit, typed, zone, ASKS)?;
    let path = format!("/console/requests/{id}");
    Page::html(&FormPage {
        frame: Frame::of(visit, "Change a request").with(SCRIPTS),
        action: format!("{path}/edit"),
        title: "Change a request",
        act: "Change the request",
        version: Some(made_from),
        changed,
        accepted: stored.record.estimate.is_some(),
        seal: visit.seal(&format!("{path}/edit")),
        back: path,
        ..form(visit, typed, sheet)
    })
}

/// Changes it, or does what another button of the form says. What was estimated and accepted holds no more.
pub fn change(visit: &Visit) -> Answer {
    let typed = Typed::of(&visit.form);
    match visit.typed("do") {
        "place" => visit.app.store.read(|sql| edit_form(sql, visit, &typed.with_a_place())),
        "estimate" => visit.app.store.read(|sql| edit_form(sql, visit, &typed)),
        _ => visit.write(move |sql, visit| write_over(sql, visit, &typed)),
    }
}

fn write_over(sql: &mut dyn Sql, visit: &Visit, typed: &Typed) -> Answer {
    let id = visit.id::<RequestId>("id")?;
    let stored = filing::get::<Request>(sql, visit.agency()?, id)?;
    filing::same_version(&stored, version(visit)?)?;
    // The form does not ask whose places they are: they stay whose they were, as far as the places are still there.
    let draft = typed.request(stored.record.zone, stored.record.shifts.first().copied())?;
    let kept = stored.record.standing.iter().filter(|kept| draft.seats.iter().any(|seat| seat.name == kept.seat));
    let draft = RequestDraft { standing: kept.cloned().collect(), ..draft };
    requests::change(sql, &visit.by()?, id, stored.version, &draft).map_err(at_fields)?;
    estimate(sql, visit, id, typed)?;
    Ok(Page::to(&format!("/console/requests/{id}?said=asked_anew")))
}

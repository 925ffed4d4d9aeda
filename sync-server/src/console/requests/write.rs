//! Entering a request for a customer, and changing one.

use askama::Template;
use detailbook_core::ids::{DetailId, RequestId};
use detailbook_core::records::{Detail, RecordKind};
use detailbook_core::staffing::{Estimate, Request};
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
        _ => ask(visit, typed),
    }
}

fn ask(visit: &Visit, typed: Typed) -> Answer {
    let draft = typed.request(visit.who()?.zone, None)?;
    let estimate = visit.app.store.read(|sql| foreseen(sql, visit, &draft, &typed))?;
    visit.write(move |sql, visit| {
        let by = visit.by()?;
        let id = requests::ask(sql, &by, None, &draft, &mut visit.app.entropy.clone()).map_err(at_fields)?;
        keep(sql, visit, id, estimate, &typed)?;
        Ok(Page::to(&format!("/console/requests/{id}?said=asked")))
    })
}

/// What a draft will cost, where there is a tariff. It is worked out before anything is locked: a year of shifts is no reason to keep
/// everybody else waiting.
fn foreseen(
    sql: &mut dyn Sql,
    visit: &Visit,
    draft: &RequestDraft,
    typed: &Typed,
) -> Result<Option<Estimate>, Problem> {
    let (agency, given) = (visit.agency()?, &visit.app.settings.tariffs);
    if tariffs::today(sql, agency, visit.who()?.zone, visit.now, given)?.is_none() {
        return Ok(None);
    }
    let rank = typed.counts_as.trim();
    requests::foreseen_of(sql, agency, given.of(agency), visit.now, draft, rank).map(Some).map_err(at_fields)
}

fn keep(
    sql: &mut dyn Sql,
    visit: &Visit,
    id: RequestId,
    estimate: Option<Estimate>,
    typed: &Typed,
) -> Result<(), Problem> {
    match estimate {
        Some(estimate) => requests::keep_estimate(sql, &visit.by()?, id, estimate, typed.counts_as.trim()),
        None => Ok(()),
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
        _ => write_over(visit, typed),
    }
}

fn write_over(visit: &Visit, typed: Typed) -> Answer {
    let (id, made_from) = (visit.id::<RequestId>("id")?, version(visit)?);
    let (draft, estimate) = visit.app.store.read(|sql| {
        let draft = drafted(sql, visit, id, made_from, &typed)?;
        let estimate = foreseen(sql, visit, &draft, &typed)?;
        Ok::<_, Problem>((draft, estimate))
    })?;
    visit.write(move |sql, visit| {
        requests::change(sql, &visit.by()?, id, made_from, &draft).map_err(at_fields)?;
        keep(sql, visit, id, estimate, &typed)?;
        Ok(Page::to(&format!("/console/requests/{id}?said=asked_anew")))
    })
}

/// What was typed over that version of a request. The form does not ask whose places they are: they stay whose they were, as far as the
/// places are still there.
fn drafted(
    sql: &mut dyn Sql,
    visit: &Visit,
    id: RequestId,
    made_from: i64,
    typed: &Typed,
) -> Result<RequestDraft, Problem> {
    let stored = filing::get::<Request>(sql, visit.agency()?, id)?;
    filing::same_version(&stored, made_from)?;
    let draft = typed.request(stored.record.zone, stored.record.shifts.first().copied())?;
    let kept = stored.record.standing.iter().filter(|kept| draft.seats.iter().any(|seat| seat.name == kept.seat));
    Ok(RequestDraft { standing: kept.cloned().collect(), ..draft })
}

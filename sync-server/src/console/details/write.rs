//! Making a detail, and changing one.

use askama::Template;
use detailbook_core::ids::{DetailId, PositionId};
use detailbook_core::records::{Detail, RecordKind};
use detailbook_core::time::Zone;
use serde_json::json;

use super::sheet::{Asks, Sheet};
use super::typed::{Typed, at_fields, listed};
use super::window::{self, WindowFields, at_override, overriding};
use super::{requirements, templates};
use crate::console::assets::Script;
use crate::console::changed::{Changed, version};
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::labelled;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::policy;
use crate::policy::detail_facts::{self, DetailFacts};
use crate::problem::Problem;
use crate::scheduling::details::{self, DetailEdit};
use crate::scheduling::posting;
use crate::store::Sql;
use crate::store::detail_terms::{self, DetailTerms};

#[derive(Template)]
#[template(path = "console/details/new.html")]
struct NewPage {
    frame: Frame,
    sheet: Sheet,
    reference: Field,
    requires: Field,
    equipment: Field,
    offer: Choice,
    window: WindowFields,
    template_name: Field,
    templates: Vec<(String, String)>,
    seal: Seal,
}

/// What the form is handier with.
const SCRIPTS: &[Script] = &[Script::Estimate, Script::Map];
const ASKS: Asks = Asks { repeats: false, supervisors: true };

/// The form of a new detail: empty, like another, from a template, or as it was typed.
pub fn new(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let typed = if !visit.form.is_empty() {
        Typed::of(&visit.form)
    } else if !visit.query.get("like").is_empty() {
        like(sql, visit)?.another()
    } else if !visit.query.get("template").is_empty() {
        templates::typed(sql, visit, visit.query.get("template"))?
    } else {
        Typed { site: visit.query.get("site").to_owned(), ..Typed::empty() }
    };
    form(sql, visit, &typed)
}

fn like(sql: &mut dyn Sql, visit: &Visit) -> Result<Typed, Problem> {
    let id: DetailId = visit.query.get("like").parse().map_err(|_| Problem::not_found())?;
    let detail = filing::get::<Detail>(sql, visit.agency()?, id)?.record;
    as_it_is(sql, visit, &detail)
}

/// What a detail's form is filled in with.
fn as_it_is(sql: &mut dyn Sql, visit: &Visit, detail: &Detail) -> Result<Typed, Problem> {
    let facts = detail_facts::at(sql, visit.agency()?, detail.id, visit.now)?;
    let terms = detail_terms::find(sql, visit.agency()?, detail.id)?;
    let (counts_as, vehicles) = terms.map_or_else(Default::default, |it| (it.counts_as, it.vehicles.to_string()));
    Ok(Typed { counts_as, vehicles, ..Typed::of_detail(detail, &facts) })
}

fn form(sql: &mut dyn Sql, visit: &Visit, typed: &Typed) -> Answer {
    let field = |name, label, value: &str| Field::new(visit, name, label).optional(value);
    let offers = [("window", "With a window"), ("open", "To every officer at once, until a coordinator has filled it")];
    let offers = labelled(&offers);
    let known = templates::names(sql, visit)?;
    Page::html(&NewPage {
        frame: Frame::of(visit, "Make a detail").with(SCRIPTS),
        sheet: Sheet::of(sql, visit, typed, visit.who()?.zone, ASKS)?,
        reference: field("reference", "The agency's own number", &typed.reference),
        requires: field("requires", "Certifications that each officer must have", &typed.requires)
            .hint("Separated by commas."),
        equipment: field("equipment", "Equipment that each must have been issued", &typed.equipment)
            .hint("Separated by commas."),
        offer: Choice::new(visit, "offer", "It goes on offer", offers, "window"),
        window: WindowFields::of(visit, false)?,
        template_name: field("template_name", "Keep this form as a template called", ""),
        templates: known,
        seal: visit.seal("/console/details/new"),
    })
}

/// Makes a detail, or does what another button of the form says. What only shows the form again is worked out where nobody waits for it.
pub fn add(visit: &Visit) -> Answer {
    let typed = Typed::of(&visit.form);
    match visit.typed("do") {
        "place" => visit.app.store.read(|sql| form(sql, visit, &typed.with_a_place())),
        "estimate" | "tier" => visit.app.store.read(|sql| form(sql, visit, &typed)),
        "keep" => visit.write(move |sql, visit| templates::keep(sql, visit, &typed)),
        _ => visit.write(move |sql, visit| {
            let id = make(sql, visit, &typed, visit.who()?.zone)?;
            Ok(Page::to(&format!("/console/details/{id}?said=made")))
        }),
    }
}

/// Writes the detail, what it asks for, and how it goes on offer: all of it or none.
fn make(sql: &mut dyn Sql, visit: &Visit, typed: &Typed, zone: Zone) -> Result<DetailId, Problem> {
    let (by, mut entropy) = (visit.by()?, visit.app.entropy.clone());
    let draft = typed.detail(zone, None)?;
    let terms = DetailTerms { counts_as: typed.counts_as.trim().to_owned(), vehicles: typed.vehicle_count()? };
    let id = details::post(sql, &by, None, &draft, &mut entropy).map_err(at_fields)?;
    let facts = DetailFacts {
        requires: listed(&typed.requires),
        equipment: listed(&typed.equipment),
        ..DetailFacts::default()
    };
    if facts != DetailFacts::default() {
        requirements::write(sql, visit, id, &facts)?;
    }
    if !terms.counts_as.is_empty() || terms.vehicles > 0 {
        crate::words::optional_line("counts_as", &terms.counts_as)?;
        detail_terms::put(sql, by.agency, id, &terms)?;
        let noted = json!({ "counts_as": terms.counts_as, "vehicles": terms.vehicles });
        by.note(sql, "detail.terms", id, &noted)?;
    }
    match visit.typed("offer") {
        "open" => {
            if let Some(passing) = overriding(visit)? {
                let scopes = &visit.who()?.permissions.scopes;
                posting::let_pass(sql, &by, scopes, id, &passing).map_err(at_override)?;
            }
            policy::permit_posting(sql, &by, id).map(drop)?;
        }
        "window" => {
            let detail = filing::get::<Detail>(sql, by.agency, id)?.record;
            let plan = window::draft(visit, &detail, supervisors(typed, &detail))?;
            let scopes = &visit.who()?.permissions.scopes;
            posting::post_passing(sql, &by, scopes, id, &plan, &mut entropy).map_err(window::at_window)?;
        }
        _ => return Err(Problem::invalid("offer", "must be one of these")),
    }
    Ok(id)
}

/// The places that are supervisors', by what was typed for each.
fn supervisors(typed: &Typed, detail: &Detail) -> Vec<PositionId> {
    let named = |name: &str| typed.places.iter().any(|place| place.supervisor && place.name.trim() == name);
    detail.positions.iter().filter(|position| named(&position.name)).map(|position| position.id).collect()
}

#[derive(Template)]
#[template(path = "console/details/edit.html")]
struct EditPage {
    frame: Frame,
    id: String,
    title: String,
    changed: Changed,
    version: i64,
    sheet: Sheet,
    reference: Field,
    overlap: Field,
    seal: Seal,
}

const EDIT_ASKS: Asks = Asks { repeats: false, supervisors: false };

/// The form of a detail that is there.
pub fn edit(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<DetailId>("id")?;
    let stored = filing::get::<Detail>(sql, visit.agency()?, id)?;
    let typed = if visit.form.is_empty() { as_it_is(sql, visit, &stored.record)? } else { Typed::of(&visit.form) };
    edit_form(sql, visit, &typed)
}

fn edit_form(sql: &mut dyn Sql, visit: &Visit, typed: &Typed) -> Answer {
    let id = visit.id::<DetailId>("id")?;
    let stored = filing::get::<Detail>(sql, visit.agency()?, id)?;
    let changed = Changed::since(sql, visit, RecordKind::Detail, id, &stored)?;
    // Of a form that was only shown again, with a row more, the version stays the one that it was made from.
    let made_from = if visit.form.is_empty() || visit.refused.is_some() { stored.version } else { version(visit)? };
    let field = |name, label, value: &str| Field::new(visit, name, label).optional(value);
    Page::html(&EditPage {
        frame: Frame::of(visit, "Change a detail").with(SCRIPTS),
        id: id.to_string(),
        title: stored.record.title.clone(),
        changed,
        version: made_from,
        sheet: Sheet::of(sql, visit, typed, stored.record.zone, EDIT_ASKS)?,
        reference: field("reference", "The agency's own number", &typed.reference),
        overlap: field("overlap", "Why officers on it may have another detail at the new time", visit.typed("overlap"))
            .hint("Only where one has."),
        seal: visit.seal(&format!("/console/details/{id}/edit")),
    })
}

/// Changes it, or does what another button of the form says.
pub fn change(visit: &Visit) -> Answer {
    let typed = Typed::of(&visit.form);
    match visit.typed("do") {
        "place" => visit.app.store.read(|sql| edit_form(sql, visit, &typed.with_a_place())),
        "estimate" => visit.app.store.read(|sql| edit_form(sql, visit, &typed)),
        _ => visit.write(move |sql, visit| write_over(sql, visit, &typed)),
    }
}

fn write_over(sql: &mut dyn Sql, visit: &Visit, typed: &Typed) -> Answer {
    let id = visit.id::<DetailId>("id")?;
    let stored = filing::get::<Detail>(sql, visit.agency()?, id)?;
    filing::same_version(&stored, version(visit)?)?;
    let overlap = Some(visit.typed("overlap").trim().to_owned()).filter(|why| !why.is_empty());
    let record = typed.detail(stored.record.zone, Some(details::scheduled(&stored.record)))?;
    let edit = DetailEdit { version: stored.version, record, overlap };
    details::edit(sql, &visit.by()?, id, &edit, &mut visit.app.entropy.clone()).map_err(at_fields)?;
    Ok(Page::to(&format!("/console/details/{id}?said=changed")))
}

//! Forms of details that are kept under a name, to be filled in from.

use askama::Template;
use serde_json::json;

use super::typed::Typed;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::routes::staff::percent;
use crate::store::detail_templates::{self, DetailTemplate};
use crate::store::{Sql, StoreError};
use crate::words;

/// Templates of one agency, at most.
const MOST: usize = 200;

#[derive(Template)]
#[template(path = "console/details/templates.html")]
struct TemplatesPage {
    frame: Frame,
    lines: Vec<Line>,
}

struct Line {
    name: String,
    address: String,
    title: String,
    places: usize,
    kept: String,
    by: String,
    kept_at: i64,
    seal: Seal,
}

/// The list.
pub fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let line = |kept: DetailTemplate| {
        let typed: Typed = serde_json::from_str(&kept.body).unwrap_or_default();
        Line {
            address: address(&kept.name),
            title: typed.title,
            places: typed.places.len(),
            kept: visit.time(kept.changed_at),
            by: kept.changed_by.rsplit(' ').next().unwrap_or_default().to_owned(),
            kept_at: kept.changed_at.as_millis(),
            seal: visit.seal("/console/details/templates/remove"),
            name: kept.name,
        }
    };
    let lines = detail_templates::all(sql, visit.agency()?)?.into_iter().map(line).collect();
    Page::html(&TemplatesPage { frame: Frame::of(visit, "Templates"), lines })
}

fn address(name: &str) -> String {
    format!("/console/details/new?template={}", percent::encode(name))
}

/// What they are called, each with the way to a form that is filled in from it.
pub fn names(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<(String, String)>, Problem> {
    let all = detail_templates::all(sql, visit.agency()?)?;
    Ok(all.into_iter().map(|kept| (kept.name.clone(), address(&kept.name))).collect())
}

/// What stands in the form of that name.
pub fn typed(sql: &mut dyn Sql, visit: &Visit, name: &str) -> Result<Typed, Problem> {
    let kept = detail_templates::find(sql, visit.agency()?, name)?.ok_or_else(Problem::not_found)?;
    serde_json::from_str(&kept.body).map_err(|error| {
        tracing::error!(%error, "a template of a detail cannot be read");
        let found = StoreError::Column { column: 4, wanted: "the fields of a form", found: "other text" };
        found.into()
    })
}

/// Keeps what was typed under the name that was typed with it. A name that is taken is refused: nothing is written over.
pub fn keep(sql: &mut dyn Sql, visit: &Visit, typed: &Typed) -> Answer {
    let (by, name) = (visit.by()?, words::line("template_name", visit.typed("template_name"))?);
    let all = detail_templates::all(sql, by.agency)?;
    if all.iter().any(|kept| kept.name == name) {
        return Err(Problem::invalid("template_name", "must be one that no template has"));
    }
    if all.len() >= MOST {
        return Err(Problem::conflict("There are 200 templates. Take one away first."));
    }
    let typed = typed.clone().another();
    let body = serde_json::to_string(&typed).map_err(|_| Problem::conflict("This form cannot be kept."))?;
    let changed_by = by.actor.to_owned();
    let kept = DetailTemplate { name: name.clone(), changed_at: by.now, changed_by, body };
    detail_templates::insert(sql, by.agency, &kept)?;
    by.note(sql, "template.keep", name.as_str(), &json!({ "after": typed }))?;
    Ok(Page::to("/console/details/templates?said=kept"))
}

/// Takes one away.
pub fn remove(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (by, name) = (visit.by()?, visit.typed("name"));
    let kept = detail_templates::find(sql, by.agency, name)?
        .ok_or_else(|| Problem::conflict("There is no such template any more."))?;
    if kept.changed_at.as_millis().to_string() != visit.typed("kept_at") {
        return Err(Problem::conflict("Another template has that name by now. Look at it first."));
    }
    detail_templates::remove(sql, by.agency, name)?;
    let before: serde_json::Value = serde_json::from_str(&kept.body).unwrap_or_default();
    by.note(sql, "template.remove", name, &json!({ "before": before }))?;
    Ok(Page::to("/console/details/templates?said=taken_away"))
}

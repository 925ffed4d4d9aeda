//! Choosing by hand who gets which place, before a window closes.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use detailbook_core::award::Fill;
use detailbook_core::ids::{DetailId, OfficerId, PositionId};
use detailbook_core::policy::Stage;
use detailbook_core::records::{ApplicationState, Detail, RecordKind};
use detailbook_core::staffing::Posting;

use super::words::Names;
use crate::console::field::Field;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::policy::judge;
use crate::problem::Problem;
use crate::scheduling::choices::{self, ChoiceDraft};
use crate::store::postings::{self, Posted};
use crate::store::{Ahead, Sql, StoreError, applications, records, standing};

/// What the address may hold.
pub const FILTER: &[&str] = &["find"];
/// Officers to choose from who are listed at once. The rules are asked about each of them.
const LISTED: usize = 200;

/// Fields that stand once for each place.
pub const ROWS: &[&str] = &["position", "officer", "reason"];

#[derive(Template)]
#[template(path = "console/details/choices.html")]
struct ChoicesPage {
    frame: Frame,
    id: String,
    title: String,
    closes: String,
    by_choice: bool,
    made_on: String,
    stale: bool,
    /// Looks for names, where there are more officers than are listed or somebody has looked.
    find: Option<Field>,
    listed: usize,
    of: usize,
    rows: Vec<RowView>,
    seal: Seal,
}

struct RowView {
    position: String,
    name: String,
    now: String,
    options: Vec<(String, String, bool)>,
    reason: String,
}

/// What the choices were when a form was made: the form carries it, so that nobody writes over another's unseen.
fn mark_of(posting: &Posting) -> String {
    let told = posting.window.choices.iter().map(|it| format!("{} {} {}\n", it.position, it.officer, it.reason));
    let all: String = told.collect();
    detailbook_core::shift::Sha256::of(all.as_bytes()).to_string()
}

fn window(sql: &mut dyn Sql, visit: &Visit) -> Result<(Detail, Posted), Problem> {
    let (agency, id) = (visit.agency()?, visit.id::<DetailId>("id")?);
    let detail = filing::get::<Detail>(sql, agency, id)?.record;
    let posted = postings::find(sql, agency, id)?;
    posted.map(|posted| (detail, posted)).ok_or_else(|| Problem::conflict("This detail was not posted with a window."))
}

/// The form.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (detail, posted) = window(sql, visit)?;
    let (id, posting) = (detail.id, &posted.posting);
    let Wishes { all: wishes, listed, of } = wishes(sql, visit, &detail, posting)?;
    let asked = visit.query.get("find");
    let find = (of > listed || !asked.is_empty()).then(|| Field::new(visit, "find", "Name").optional(asked));
    let made_on = mark_of(posting);
    let stale = !visit.form.is_empty() && visit.typed("made_on") != made_on;
    let mut names = Names::of(visit.agency()?);
    let mut rows = Vec::new();
    for opening in &posting.window.openings {
        let now = posting.window.choices.iter().find(|choice| choice.position == opening.position);
        let typed = typed_for(visit, &opening.position.to_string());
        let chosen =
            typed.as_ref().map_or_else(|| now.map(|it| it.officer.to_string()).unwrap_or_default(), |it| it.0.clone());
        let options =
            wishes.iter().map(|(officer, told)| (officer.to_string(), told.clone(), officer.to_string() == chosen));
        let told =
            now.map(|it| -> Result<_, StoreError> { Ok(format!("{}: {}", names.get(sql, it.officer)?, it.reason)) });
        rows.push(RowView {
            position: opening.position.to_string(),
            name: opening.name.clone(),
            now: told.transpose()?.unwrap_or_default(),
            options: options.collect(),
            reason: typed.map_or_else(|| now.map(|it| it.reason.clone()).unwrap_or_default(), |it| it.1),
        });
    }
    Page::html(&ChoicesPage {
        frame: Frame::of(visit, "Choose by hand"),
        id: id.to_string(),
        title: detail.title.clone(),
        closes: detail.zone.clock_text(posting.window.closes),
        by_choice: posting.method.fill == Fill::ByChoice,
        made_on,
        stale,
        find,
        listed,
        of,
        rows,
        seal: visit.seal(&format!("/console/details/{id}/choices")),
    })
}

/// Officer and reason that were typed for a place.
fn typed_for(visit: &Visit, position: &str) -> Option<(String, String)> {
    let n = visit.form.all("position").position(|it| it == position)?;
    let at = |name| visit.form.all(name).nth(n).unwrap_or_default().to_owned();
    Some((at("officer"), at("reason")))
}

/// Whoever may be chosen, as far as they are listed.
struct Wishes {
    all: Vec<(OfficerId, String)>,
    /// How many of those that were looked for are listed.
    listed: usize,
    /// How many there are.
    of: usize,
}

/// Whoever may be chosen: who applied, and whose place it is by standing assignment, each with what stands in the way. Of very many the first by
/// name that were looked for, and always who was chosen or is about to be: sent again, the form keeps them.
fn wishes(sql: &mut dyn Sql, visit: &Visit, detail: &Detail, posting: &Posting) -> Result<Wishes, Problem> {
    let agency = visit.agency()?;
    let mut found: BTreeMap<OfficerId, &str> = BTreeMap::new();
    for (_, application) in applications::all_of_detail(sql, agency, detail.id)? {
        if application.state == ApplicationState::Received {
            found.insert(application.officer, "applied");
        }
    }
    for (_, officer) in standing::of_detail(sql, agency, detail.id)? {
        found.insert(officer, "standing assignment");
    }
    let sql = &mut Ahead::over(sql);
    records::ahead(sql, agency, RecordKind::Officer, found.keys().copied())?;
    let (mut names, of) = (Names::of(agency), found.len());
    let mut named = Vec::new();
    for officer in found.keys() {
        named.push((names.get(sql, *officer)?.to_lowercase(), *officer));
    }
    named.sort();
    let find = visit.query.get("find").trim().to_lowercase();
    let sought = named.iter().filter(|(name, _)| name.contains(&find)).take(LISTED);
    let mut kept: BTreeSet<_> = sought.map(|(_, officer)| *officer).collect();
    let listed = kept.len();
    kept.extend(posting.window.choices.iter().map(|choice| choice.officer));
    kept.extend(visit.form.all("officer").filter_map(|typed| typed.parse::<OfficerId>().ok()));
    found.retain(|officer, _| kept.contains(officer));
    let officers: Vec<_> = found.keys().copied().collect();
    let barred = judge::bar_each(sql, agency, Stage::Award, detail.id, &officers, visit.now)?;
    let barred = barred.into_iter().chain(std::iter::repeat(false));
    let mut told = Vec::new();
    for ((officer, how), barred) in found.into_iter().zip(barred) {
        let rules = if barred { ", rules stand in the way" } else { "" };
        told.push((officer, format!("{} ({how}{rules})", names.get(sql, officer)?)));
    }
    told.sort_by_key(|(_, told)| told.to_lowercase());
    Ok(Wishes { all: told, listed, of })
}

/// Writes down what was chosen, in place of what was chosen before.
pub fn choose(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (detail, posted) = window(sql, visit)?;
    if visit.typed("made_on") != mark_of(&posted.posting) {
        return Err(Problem::conflict("Somebody else chose meanwhile. What they chose stands beside each place."));
    }
    let rows = visit.form.all("position").zip(visit.form.all("officer")).zip(visit.form.all("reason"));
    let draft = |((position, officer), reason): ((&str, &str), &str)| -> Result<ChoiceDraft, Problem> {
        let position: PositionId = position.parse().map_err(|_| Problem::invalid("position", "must be on offer"))?;
        let officer = officer.parse().map_err(|_| Problem::invalid("officer", "must be one of these"))?;
        Ok(ChoiceDraft { position, officer, reason: reason.to_owned() })
    };
    let chosen = rows.filter(|((_, officer), _)| !officer.is_empty());
    let drafts = chosen.map(draft).collect::<Result<Vec<_>, _>>()?;
    let name = visit.who()?.user.name.clone();
    choices::choose(sql, &visit.by()?, detail.id, &name, &drafts).map_err(in_words)?;
    Ok(Page::to(&format!("/console/details/{}?said=chosen", detail.id)))
}

/// The refusal of a row as a sentence: there is one field of each name for every place.
fn in_words(problem: Problem) -> Problem {
    let told = problem.reason.split_once(": ").map(|(field, why)| match field {
        "choices.reason" => format!("Say why for each choice: the reason {why}."),
        "choices.officer" => format!("Whoever is chosen {why}."),
        "choices.position" => format!("The places chosen for: each {why}."),
        _ => format!("{field} {why}."),
    });
    match told {
        Some(reason) if problem.refusal == detailbook_core::wire::Refusal::Invalid => Problem::conflict(reason),
        _ => problem,
    }
}

/// Who is called what in a list of choices; used by the page of the detail.
pub fn told(
    sql: &mut dyn Sql,
    names: &mut Names,
    posting: &Posting,
) -> Result<Vec<(String, String, String, String)>, StoreError> {
    let choices = posting.window.choices.iter();
    choices
        .map(|it| {
            let place = posting.window.openings.iter().find(|opening| opening.position == it.position);
            let place = place.map(|opening| opening.name.clone()).unwrap_or_default();
            Ok((place, names.get(sql, it.officer)?, it.reason.clone(), it.by.clone()))
        })
        .collect()
}

//! Giving a place by hand: awarding it to who applied, ordering an officer in, a standing assignment. What the rules say of it stands
//! on the page before anything is done.

use std::collections::BTreeSet;

use askama::Template;
use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, OfficerId, PositionId, RecordId};
use detailbook_core::policy::Stage;
use detailbook_core::records::{
    ApplicationState, Assignment, AssignmentOrigin, AssignmentState, Detail, Officer, RecordKind,
};

use super::window::overriding;
use super::words::{self, Names, Said, called};
use crate::access::scope::Scope;
use crate::console::changed::{Changed, version};
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::labelled;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::policy::judge::{self, Judged};
use crate::policy::proposal::About;
use crate::problem::Problem;
use crate::scheduling::{self, Award, details};
use crate::store::{Sql, StoreError, applications, assignments, listing};

/// Fields of the form.
pub const FIELDS: &[&str] =
    &["version", "officer", "position", "origin", "reason", "overlap", "override_reason", "override_code"];

#[derive(Template)]
#[template(path = "console/details/assign.html")]
struct AssignPage {
    frame: Frame,
    id: String,
    title: String,
    time: String,
    version: i64,
    changed: Changed,
    officer: Choice,
    position: Choice,
    chosen: Option<Chosen>,
    free: usize,
}

/// An officer was chosen: what the rules say, and the form.
struct Chosen {
    officer: String,
    name: String,
    position: String,
    findings: Vec<Said>,
    stands_in_the_way: bool,
    may_see: bool,
    may_override: bool,
    clash: Option<String>,
    /// Has the officer applied?
    wish: &'static str,
    origin: Choice,
    reason: Field,
    overlap: Field,
    override_reason: Field,
    override_code: Field,
    seal: Seal,
}

/// What is chosen so far: in the form that was sent, or in the address.
fn asked<'v>(visit: &'v Visit, name: &str) -> &'v str {
    if visit.form.is_empty() { visit.query.get(name) } else { visit.typed(name) }
}

/// Whom to choose, and once somebody is chosen what the rules say of it.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<DetailId>("id")?);
    let stored = filing::get::<Detail>(sql, agency, id)?;
    let changed = Changed::since(sql, visit, RecordKind::Detail, id, &stored)?;
    let detail = stored.record;
    let free = detail.positions.iter().filter(|it| !it.filled);
    let places = free.clone().map(|it| {
        let rank = it.rank.as_deref().map(|rank| format!(" ({rank})")).unwrap_or_default();
        (it.id.to_string(), format!("{}{rank}", it.name))
    });
    let first = [(String::new(), "The one applied for, else the first free".to_owned())];
    let positions: Vec<_> = first.into_iter().chain(places).collect();
    Page::html(&AssignPage {
        frame: Frame::of(visit, "Give a place"),
        id: id.to_string(),
        title: detail.title.clone(),
        time: words::time(detail.zone, details::scheduled(&detail)),
        version: stored.version,
        changed,
        officer: Choice::new(visit, "officer", "Officer", officers(sql, agency, id)?, asked(visit, "officer")),
        position: Choice::new(visit, "position", "Place", positions, asked(visit, "position")),
        chosen: chosen(sql, visit, &detail)?,
        free: free.count(),
    })
}

/// The officers, those who applied first.
fn officers(sql: &mut dyn Sql, agency: AgencyId, id: DetailId) -> Result<Vec<(String, String)>, StoreError> {
    let applied: BTreeSet<OfficerId> = applications::all_of_detail(sql, agency, id)?
        .into_iter()
        .filter(|(_, application)| application.state == ApplicationState::Received)
        .map(|(_, application)| application.officer)
        .collect();
    let mut all: Vec<(bool, String, OfficerId)> = listing::of_kind::<Officer>(sql, agency, RecordId::NIL, i64::MAX)?
        .into_iter()
        .map(|(_, it)| (!applied.contains(&it.record.id), called(&it.record), it.record.id))
        .collect();
    all.sort_by_key(|(other, name, id)| (*other, name.to_lowercase(), *id));
    let told = all
        .into_iter()
        .map(|(other, name, id)| (id.to_string(), if other { name } else { format!("{name}, applied") }));
    Ok([(String::new(), "Choose an officer".to_owned())].into_iter().chain(told).collect())
}

/// A place that was named, if one was.
fn position(visit: &Visit) -> Result<Option<PositionId>, Problem> {
    match asked(visit, "position") {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Problem::invalid("position", "must be one of these")),
    }
}

fn chosen(sql: &mut dyn Sql, visit: &Visit, detail: &Detail) -> Result<Option<Chosen>, Problem> {
    let Ok(officer) = asked(visit, "officer").parse::<OfficerId>() else { return Ok(None) };
    let (who, agency) = (visit.who()?, visit.agency()?);
    filing::get::<Officer>(sql, agency, officer)?;
    let named = position(visit)?;
    let latest = scheduling::applications::latest(sql, agency, detail.id, officer)?;
    let waiting = latest.map(|(_, it)| it.record).filter(|it| it.state == ApplicationState::Received);
    let applied = waiting.is_some();
    // The place that is given: see `award`.
    let position = named.or(waiting.and_then(|it| it.position)).or(first_free(detail));
    let about = About { officer, detail: detail.id, position };
    let judged = judge::look(sql, agency, Stage::Award, about, visit.now)?;
    let origins =
        [("applied", "Award: the officer applied"), ("ordered", "Order in"), ("standing", "Standing assignment")];
    let origins = labelled(if applied { &origins } else { &origins[1..] });
    let field = |name, label| Field::new(visit, name, label).optional(visit.typed(name));
    Ok(Some(Chosen {
        officer: officer.to_string(),
        name: Names::of(agency).get(sql, officer)?,
        position: asked(visit, "position").to_owned(),
        stands_in_the_way: judged.stands_in_the_way(),
        findings: if who.may(Scope::PolicyRead) {
            said(&judged)
        } else {
            judged.in_the_way().map(|it| Said::of(it, false)).collect()
        },
        may_see: who.may(Scope::PolicyRead),
        may_override: who.may(Scope::PolicyOverride),
        clash: clash(sql, visit, detail, officer)?,
        wish: if applied { "Applied for this detail." } else { "Has not applied for this detail." },
        origin: Choice::new(visit, "origin", "How", origins, if applied { "applied" } else { "ordered" }),
        reason: Field::new(visit, "reason", "Why this officer"),
        overlap: field("overlap", "Why they may have both"),
        override_reason: field("override_reason", "Why the rules are let pass"),
        override_code: field("override_code", "Code of the reason").hint("Where the rule asks for one."),
        seal: visit.seal(&format!("/console/details/{}/assign", detail.id)),
    }))
}

fn first_free(detail: &Detail) -> Option<PositionId> {
    detail.positions.iter().find(|it| !it.filled).map(|it| it.id)
}

fn said(judged: &Judged) -> Vec<Said> {
    judged.findings.iter().map(|finding| Said::of(finding, judged.overridden.contains(&finding.rule))).collect()
}

/// The other detail that the officer has at that time.
fn clash(sql: &mut dyn Sql, visit: &Visit, detail: &Detail, officer: OfficerId) -> Result<Option<String>, Problem> {
    let agency = visit.agency()?;
    let Some(id) = assignments::overlapping(sql, agency, officer, details::scheduled(detail), None)? else {
        return Ok(None);
    };
    let held = filing::get::<Assignment>(sql, agency, id)?.record;
    let other = filing::get::<Detail>(sql, agency, held.detail)?.record;
    Ok(Some(format!("{}, {}", other.title, words::time(other.zone, details::scheduled(&other)))))
}

/// Gives the place.
pub fn give(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<DetailId>("id")?;
    let stored = filing::get::<Detail>(sql, visit.agency()?, id)?;
    filing::same_version(&stored, version(visit)?)?;
    let officer = visit.typed("officer").parse().map_err(|_| Problem::invalid("officer", "must be one of these"))?;
    let origin = match visit.typed("origin") {
        "applied" => AssignmentOrigin::Applied,
        "ordered" => AssignmentOrigin::Ordered,
        "standing" => AssignmentOrigin::Standing,
        _ => return Err(Problem::invalid("origin", "must be one of these")),
    };
    let overlap = Some(visit.typed("overlap").trim().to_owned()).filter(|why| !why.is_empty());
    let reason = visit.typed("reason").to_owned();
    let award = Award { id: None, detail: id, officer, position: position(visit)?, origin, reason, overlap };
    let scopes = &visit.who()?.permissions.scopes;
    let mut entropy = visit.app.entropy.clone();
    scheduling::award_passing(sql, &visit.by()?, scopes, &award, overriding(visit)?, &mut entropy)?;
    Ok(Page::to(&format!("/console/details/{id}?said=given")))
}

#[derive(Template)]
#[template(path = "console/details/release.html")]
struct ReleasePage {
    frame: Frame,
    id: String,
    assignment: String,
    title: String,
    time: String,
    name: String,
    place: String,
    version: i64,
    changed: Changed,
    gone: bool,
    reason: Field,
    relieve: Choice,
    seal: Seal,
}

/// An assignment of this detail that somebody still has.
fn held(sql: &mut dyn Sql, visit: &Visit) -> Result<(Detail, crate::store::records::Stored<Assignment>), Problem> {
    let (agency, id) = (visit.agency()?, visit.id::<DetailId>("id")?);
    let detail = filing::get::<Detail>(sql, agency, id)?.record;
    let stored = filing::get::<Assignment>(sql, agency, visit.id::<AssignmentId>("assignment")?)?;
    if stored.record.detail == id { Ok((detail, stored)) } else { Err(Problem::not_found()) }
}

/// The form that takes a place back.
pub fn to_release(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (detail, stored) = held(sql, visit)?;
    let it = &stored.record;
    let changed = Changed::since(sql, visit, RecordKind::Assignment, it.id, &stored)?;
    let place = detail.positions.iter().find(|place| place.id == it.position);
    let ways = [("", "Where the place becomes empty before it begins"), ("yes", "Yes"), ("no", "No")];
    let ways = labelled(&ways);
    Page::html(&ReleasePage {
        frame: Frame::of(visit, "Release an officer"),
        id: detail.id.to_string(),
        assignment: it.id.to_string(),
        title: detail.title.clone(),
        time: words::time(detail.zone, details::scheduled(&detail)),
        name: Names::of(visit.agency()?).get(sql, it.officer)?,
        place: place.map(|place| place.name.clone()).unwrap_or_default(),
        version: stored.version,
        changed,
        gone: it.state == AssignmentState::Released,
        reason: Field::new(visit, "reason", "Why").hint("The officer is told."),
        relieve: Choice::new(visit, "relieve", "Somebody else is looked for", ways, ""),
        seal: visit.seal(&format!("/console/details/{}/release/{}", detail.id, it.id)),
    })
}

/// Takes the place back.
pub fn release(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (detail, stored) = held(sql, visit)?;
    filing::same_version(&stored, version(visit)?)?;
    let relieve = match visit.typed("relieve") {
        "" => None,
        "yes" => Some(true),
        "no" => Some(false),
        _ => return Err(Problem::invalid("relieve", "must be one of these")),
    };
    scheduling::release(sql, &visit.by()?, stored.record.id, visit.typed("reason"), relieve)?;
    Ok(Page::to(&format!("/console/details/{}?said=released", detail.id)))
}

//! One detail: when and where, who has its places, what it asks for, how it is on offer, who applied, how it was awarded, who was told.

use askama::Template;
use detailbook_core::award::Fill;
use detailbook_core::ids::{AgencyId, DetailId, RecordId};
use detailbook_core::policy::Stage;
use detailbook_core::records::{
    Application, ApplicationState, Assignment, AssignmentState, Detail, DetailState, Position, RecordKind, Site,
};
use detailbook_core::staffing::{DetailStage, Posting};
use detailbook_core::time::Zone;

use super::awards::AwardView;
use super::words::{self, Mark, Names, Said};
use super::{awards, choices, requirements};
use crate::access::scope::Scope;
use crate::console::assets::Script;
use crate::console::field::Text;
use crate::console::frame::Frame;
use crate::console::map::{self, Map};
use crate::console::page::{Answer, Page};
use crate::console::part::Part;
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::policy::detail_facts;
use crate::policy::judge;
use crate::problem::Problem;
use crate::scheduling::{details, read_ahead, stage};
use crate::store::postings::{self, Posted};
use crate::store::{Ahead, Sql, StoreError, applications, assignments, bills, outbox, overrides, records};

#[derive(Template)]
#[template(path = "console/details/one.html")]
struct DetailPage {
    frame: Frame,
    id: String,
    version: i64,
    title: String,
    time: String,
    length: String,
    zone: &'static str,
    stage: Mark,
    stage_sentence: String,
    customer: String,
    site: SiteView,
    job_type: String,
    reference: String,
    post_orders: String,
    requirements: Vec<(&'static str, String)>,
    places: Vec<PlaceView>,
    released: Vec<PlaceView>,
    orders_seen: usize,
    orders_holders: usize,
    offer: Option<OfferView>,
    applications: Vec<ApplicationView>,
    part: Part,
    awards: Vec<AwardView>,
    passed: Vec<PassedView>,
    may: May,
    give_up: Option<(Text, Seal)>,
}

struct SiteView {
    id: String,
    name: String,
    address: String,
    fence: String,
    map: Map,
}

fn site_view(visit: &Visit, site: &Site) -> SiteView {
    SiteView {
        id: site.id.to_string(),
        name: site.name.clone(),
        address: site.address.clone(),
        fence: words::fence(&site.fence),
        map: Map::new(visit, "Fence of the site").fence(&site.fence, map::Mark::Plain, &site.name, None),
    }
}

/// What whoever looks may do with it.
#[allow(clippy::struct_excessive_bools, reason = "each is a button of its own")]
struct May {
    write: bool,
    assign: bool,
    post: bool,
    choose: bool,
    end: bool,
    audit: bool,
    rules: bool,
    edit_site: bool,
    see_bill: bool,
}

struct PlaceView {
    name: String,
    rank: String,
    assignment: Option<HeldView>,
}

struct HeldView {
    id: String,
    officer: String,
    origin: &'static str,
    acknowledged: Option<String>,
    told: Vec<String>,
}

struct OfferView {
    method: String,
    opens: String,
    closes: String,
    tiers: Vec<(String, String, String)>,
    acknowledge_within: String,
    jitter: String,
    turns: String,
    commitment: String,
    choices: Vec<(String, String, String, String)>,
}

struct ApplicationView {
    officer: String,
    officer_id: String,
    position: String,
    state: Mark,
    waits: bool,
    received: String,
    reason: String,
    findings: Vec<Said>,
    against: usize,
}

struct PassedView {
    rule: String,
    officer: String,
    said: String,
    reason: String,
    by: String,
    at: String,
}

/// The page.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (who, agency, id) = (visit.who()?, visit.agency()?, visit.id::<DetailId>("id")?);
    let stored = filing::get::<Detail>(sql, agency, id)?;
    let detail = &stored.record;
    let stage = stage::of(sql, agency, detail, visit.now)?;
    let posted = postings::find(sql, agency, id)?;
    let mut names = Names::of(agency);
    let (places, released) = places(sql, visit, detail, &mut names)?;
    let facts = detail_facts::at(sql, agency, id, visit.now)?;
    let may = May { see_bill: sees_bill(sql, visit, detail)?, ..may(visit, detail, stage, posted.as_ref())? };
    let holders: Vec<_> = places.iter().filter_map(|place| place.assignment.as_ref()).collect();
    let rules = who.may(Scope::PolicyRead);
    let (applications, part) = applicants(sql, visit, detail, &mut names)?;
    Page::html(&DetailPage {
        frame: Frame::of(visit, &detail.title).with(&[Script::Map]),
        id: id.to_string(),
        version: stored.version,
        title: detail.title.clone(),
        time: words::time(detail.zone, details::scheduled(detail)),
        length: details::scheduled(detail).length().spoken().to_string(),
        zone: detail.zone.name(),
        stage: words::stage(stage),
        stage_sentence: format!("It {stage}."),
        customer: detail.customer_name.clone(),
        site: site_view(visit, &filing::get::<Site>(sql, agency, detail.site)?.record),
        job_type: detail.job_type.clone(),
        reference: detail.reference.clone(),
        post_orders: detail.post_orders.clone(),
        requirements: requirements::told(&facts),
        orders_seen: holders.iter().filter(|held| held.acknowledged.is_some()).count(),
        orders_holders: holders.len(),
        places,
        released,
        offer: posted.as_ref().map(|it| offer(sql, &mut names, &it.posting)).transpose()?,
        applications,
        part,
        awards: awards::shown(sql, visit, id)?,
        passed: if rules { passed(sql, visit, id, &mut names)? } else { Vec::new() },
        give_up: give_up(visit, stage, posted.as_ref())?,
        may,
    })
}

fn may(visit: &Visit, detail: &Detail, stage: DetailStage, posted: Option<&Posted>) -> Result<May, Problem> {
    let who = visit.who()?;
    let (cancelled, over) = (detail.state == DetailState::Cancelled, visit.now >= detail.ends);
    let by_choice = posted.is_some_and(|it| {
        it.posting.method.fill == Fill::ByChoice && it.stage.takes_applications() && visit.now < it.posting.decided_at()
    });
    let offered = posted.is_none() || matches!(stage, DetailStage::Sealed | DetailStage::Short | DetailStage::Unfilled);
    let begins = visit.now < detail.starts && !cancelled;
    Ok(May {
        write: who.may(Scope::RecordsWrite) && !cancelled,
        assign: who.may(Scope::Assign) && !cancelled,
        post: who.may(Scope::RecordsWrite) && begins && offered && detail.state == DetailState::Open,
        choose: who.may(Scope::Assign) && by_choice,
        end: who.may(Scope::RecordsWrite) && !cancelled && !over,
        audit: who.may(Scope::AuditRead),
        rules: who.may(Scope::PolicyRead),
        edit_site: who.may(Scope::RecordsWrite),
        see_bill: false,
    })
}

/// Is there a bill of its cancelling that whoever looks may see?
fn sees_bill(sql: &mut dyn Sql, visit: &Visit, detail: &Detail) -> Result<bool, Problem> {
    let may = detail.state == DetailState::Cancelled && visit.who()?.may(Scope::BillingRead);
    Ok(may && bills::in_force(sql, visit.agency()?, detail.id.into(), i64::MAX)?.is_some())
}

/// The form that gives it up, where it has a window and empty places.
fn give_up(visit: &Visit, stage: DetailStage, posted: Option<&Posted>) -> Result<Option<(Text, Seal)>, Problem> {
    let can = posted.is_some() && stage.after(detailbook_core::staffing::DetailStep::GiveUp).is_ok();
    if !can || !visit.who()?.may(Scope::Assign) {
        return Ok(None);
    }
    let text =
        Text::new(visit, "reason", "Why no more officers are looked for", 2).hint("Staff and the customer are told.");
    Ok(Some((text, visit.seal(&format!("/console/details/{}/give-up", visit.param("id"))))))
}

/// Its places with who has them, and who had them.
fn places(
    sql: &mut dyn Sql,
    visit: &Visit,
    detail: &Detail,
    names: &mut Names,
) -> Result<(Vec<PlaceView>, Vec<PlaceView>), Problem> {
    let agency = visit.agency()?;
    let (mut held, mut released) = (Vec::new(), Vec::new());
    let ids = assignments::all_of_detail(sql, agency, detail.id)?;
    let sql = &mut Ahead::over(sql);
    read_ahead::officers_of(sql, agency, &ids)?;
    for id in ids {
        let it = filing::get::<Assignment>(sql, agency, id)?.record;
        let view = holder(sql, visit, detail.zone, &it, names)?;
        if it.state == AssignmentState::Active {
            held.push((it.position, view));
        } else {
            let place = detail.positions.iter().find(|place| place.id == it.position);
            released.push(place_view(place, Some(view)));
        }
    }
    let mut places = Vec::new();
    for position in &detail.positions {
        let found = held.iter().position(|(place, _)| *place == position.id).map(|n| held.swap_remove(n).1);
        places.push(place_view(Some(position), found));
    }
    Ok((places, released))
}

fn place_view(position: Option<&Position>, assignment: Option<HeldView>) -> PlaceView {
    PlaceView {
        name: position.map_or_else(|| "a place that is gone".to_owned(), |it| it.name.clone()),
        rank: position.and_then(|it| it.rank.clone()).unwrap_or_default(),
        assignment,
    }
}

fn holder(
    sql: &mut dyn Sql,
    visit: &Visit,
    zone: Zone,
    it: &Assignment,
    names: &mut Names,
) -> Result<HeldView, Problem> {
    Ok(HeldView {
        id: it.id.to_string(),
        officer: names.get(sql, it.officer)?,
        origin: words::origin(it.origin),
        acknowledged: it.acknowledged.map(|at| zone.clock_text(at)),
        told: if visit.who()?.may(Scope::NoticesRead) { told(sql, visit, zone, it)? } else { Vec::new() },
    })
}

/// How the officer was told of the place, and how that went.
fn told(sql: &mut dyn Sql, visit: &Visit, zone: Zone, it: &Assignment) -> Result<Vec<String>, Problem> {
    let notice = crate::scheduling::given::notice_of_award(visit.agency()?, it.id, it.officer);
    let rows = outbox::of_notice(sql, visit.agency()?, notice)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let how = code(&row.channel).replace('_', "-");
            match (row.sent_at, row.error) {
                (Some(at), _) => format!("{how} {}", zone.clock_text(at)),
                (None, Some(error)) => format!("{how} not sent: {error}"),
                (None, None) => format!("{how} waits"),
            }
        })
        .collect())
}

/// The name that something has on the wire.
fn code(it: &impl serde::Serialize) -> String {
    serde_json::to_value(it).ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
}

fn offer(sql: &mut dyn Sql, names: &mut Names, posting: &Posting) -> Result<OfferView, StoreError> {
    let window = &posting.window;
    let tier = |tier: &detailbook_core::award::Tier| {
        let groups = if tier.groups.is_empty() { "everybody".to_owned() } else { tier.groups.join(", ") };
        (tier.name.clone(), groups, window.zone.clock_text(tier.opens))
    };
    let spoken = |length: detailbook_core::time::Millis| length.spoken().to_string();
    let none = detailbook_core::time::Millis(0);
    Ok(OfferView {
        method: posting.method.citation(),
        opens: window.zone.clock_text(window.opens),
        closes: window.zone.clock_text(window.closes),
        tiers: window.tiers.iter().map(tier).collect(),
        acknowledge_within: posting.acknowledge_within.map(spoken).unwrap_or_default(),
        jitter: if posting.unlock_jitter > none { spoken(posting.unlock_jitter) } else { String::new() },
        turns: posting.ladder.map(|it| spoken(it.step)).unwrap_or_default(),
        commitment: posting.commitment.to_string(),
        choices: choices::told(sql, names, posting)?,
    })
}

/// The applications for a detail, in their order.
pub(super) fn applications_of(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
) -> Result<Vec<(RecordId, Application)>, StoreError> {
    let mut found = applications::all_of_detail(sql, agency, detail)?;
    found.sort_by_key(|(id, it)| (it.received_at, *id));
    Ok(found)
}

/// Who applied, in the order of their applications, and what the rules say of those who wait: a part of them.
fn applicants(
    sql: &mut dyn Sql,
    visit: &Visit,
    detail: &Detail,
    names: &mut Names,
) -> Result<(Vec<ApplicationView>, Part), Problem> {
    let (agency, rules) = (visit.agency()?, visit.who()?.may(Scope::PolicyRead));
    let found = applications_of(sql, agency, detail.id)?;
    let (found, part) = Part::of(visit, &format!("/console/details/{}", detail.id), &[], found);
    let is_asked = |it: &Application| rules && it.state == ApplicationState::Received;
    let asked: Vec<_> = found.iter().filter(|(_, it)| is_asked(it)).map(|(_, it)| (it.officer, it.position)).collect();
    let answers = judge::look_at_each(sql, agency, Stage::Award, detail.id, &asked, visit.now)?;
    let mut answers = answers.into_iter();
    let sql = &mut Ahead::over(sql);
    records::ahead(sql, agency, RecordKind::Officer, found.iter().map(|(_, it)| it.officer))?;
    let mut told = Vec::new();
    for (_, it) in found {
        let waits = it.state == ApplicationState::Received;
        let findings = if is_asked(&it) { answers.next().unwrap_or_default() } else { Vec::new() };
        told.push(ApplicationView {
            officer: names.get(sql, it.officer)?,
            officer_id: it.officer.to_string(),
            position: words::applied_for(detail, &it),
            state: words::application(it.state),
            waits,
            received: detail.zone.clock_text(it.received_at),
            reason: it.reason,
            against: findings.iter().filter(|finding| finding.stands_in_the_way()).count(),
            findings: findings.iter().map(|finding| Said::of(finding, false)).collect(),
        });
    }
    Ok((told, part.to("applications")))
}

/// Who let which rules pass.
fn passed(sql: &mut dyn Sql, visit: &Visit, id: DetailId, names: &mut Names) -> Result<Vec<PassedView>, Problem> {
    let rows = overrides::of_detail(sql, visit.agency()?, id)?.into_iter();
    let view = |row: overrides::OverrideRow| -> Result<PassedView, StoreError> {
        let nobody = row.officer == detailbook_core::ids::OfficerId::NIL;
        Ok(PassedView {
            rule: format!("{} v{}, {}", row.set_name, row.set_version, row.rule),
            officer: if nobody { String::new() } else { names.get(sql, row.officer)? },
            said: row.sentence,
            reason: row.reason,
            by: row.actor.rsplit(' ').next().unwrap_or_default().to_owned(),
            at: visit.time(row.at),
        })
    };
    Ok(rows.map(view).collect::<Result<_, _>>()?)
}

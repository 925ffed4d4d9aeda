//! Putting a detail on offer with a window: who may apply from when, until when, and how it will be awarded.

use std::collections::BTreeSet;

use detailbook_core::award::{Criterion, Ladder, Limits, Method, Opening, RotationRule, Secret, Tier, Timing, Window};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, DetailId, OfficerId, PositionId};
use detailbook_core::notices::EventKind;
use detailbook_core::policy::Stage;
use detailbook_core::records::{Detail, RecordKind};
use detailbook_core::staffing::{DetailStage, DetailStep, Opens, Posting};
use detailbook_core::time::{Millis, UnixMillis};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::details::scheduled;
use super::given::ACKNOWLEDGE_LEAST;
use super::told::named;
use super::{openings, parked, relief, reminders, window};
use crate::access::scope::Scopes;
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::notices::{self, Event, Words};
use crate::policy::overrides::{self, Overriding};
use crate::policy::{self, detail_facts, judge};
use crate::problem::Problem;
use crate::store::audience::{self, Audience};
use crate::store::postings::{self, Posted, Shown};
use crate::store::{Sql, StoreError, records, service};
use crate::words;

/// Opens postings to their tiers as their times come.
pub const OPEN: Kind = Kind::inside("posting.open", open_tier).or_tell(parked::of_detail);

/// Tiers of one posting.
const MOST_TIERS: usize = 50;
/// Longer than this nobody waits for an application or an acknowledgement.
const LONGEST: Millis = Millis::from_hours(31 * 24);

/// How a detail goes on offer, as a coordinator writes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostingDraft {
    /// How it will be awarded.
    pub method: Method,
    /// When it opens; now where absent.
    #[serde(default)]
    pub opens: Option<UnixMillis>,
    /// When it closes.
    pub closes: UnixMillis,
    /// Who may apply from when; everybody at once where there is none.
    #[serde(default)]
    pub tiers: Vec<Tier>,
    /// How applications are timed; by receipt where absent.
    #[serde(default)]
    pub timing: Option<Timing>,
    /// How much one officer may get; one position where absent.
    #[serde(default)]
    pub limits: Option<Limits>,
    /// Positions that are supervisors'.
    #[serde(default)]
    pub supervisors: Vec<PositionId>,
    /// Each officer's own opening lies up to this much after the tier's, in milliseconds.
    #[serde(default)]
    pub unlock_jitter: Option<Millis>,
    /// How soon after the award it must be acknowledged, in milliseconds.
    #[serde(default)]
    pub acknowledge_within: Option<Millis>,
    /// Bidding rounds, if officers have their turns one after the other.
    #[serde(default)]
    pub ladder: Option<Ladder>,
    /// How the rotating list is kept; needed where the method asks for it.
    #[serde(default)]
    pub rotation: Option<RotationRule>,
    /// Why rules that stand in the way are let pass; takes the scope `policy:override` too.
    #[serde(default, rename = "override")]
    pub overriding: Option<Overriding>,
}

impl PostingDraft {
    /// On offer to everybody at once until then, and awarded by least charged hours, then seniority.
    pub fn plain(closes: UnixMillis) -> Self {
        Self {
            method: Method::least_hours(),
            opens: None,
            closes,
            tiers: Vec::new(),
            timing: None,
            limits: None,
            supervisors: Vec::new(),
            unlock_jitter: None,
            acknowledge_within: None,
            ladder: None,
            rotation: None,
            overriding: None,
        }
    }
}

/// Puts a detail on offer with a window, for the first time or, with places still empty, again. The rules are asked; to let what stands
/// in the way pass is the caller's to do before, who knows what whoever asks may do.
pub fn post(
    sql: &mut dyn Sql,
    by: &By<'_>,
    detail: DetailId,
    draft: &PostingDraft,
    entropy: &mut dyn Entropy,
) -> Result<(), Problem> {
    let detail = filing::get::<Detail>(sql, by.agency, detail)?.record;
    let before = postings::find(sql, by.agency, detail.id)?;
    let stage = next_stage(before.as_ref().map(|posted| posted.stage))?;
    policy::permit_posting(sql, by, detail.id)?;
    let window = window_of(by, &detail, draft)?;
    let secret = Secret::new(entropy);
    let posting = Posting {
        detail: detail.id,
        commitment: secret.commitment(window.posting),
        window,
        method: method(&draft.method)?,
        unlock_jitter: length("unlock_jitter", draft.unlock_jitter)?.unwrap_or_default(),
        acknowledge_within: acknowledge_within(draft.acknowledge_within)?,
        ladder: ladder(draft.ladder)?,
        rotation: rotation(&draft.method, draft.rotation)?,
        // Phones are told as it stands whenever the posting is shown.
        told: None,
    };
    let shown = shown_at(&posting, by.now);
    let posted = Posted { posting, secret, stage, shown };
    fix_turns(sql, by, &posted)?;
    all_can_apply(sql, by.agency, &posted.posting)?;
    write(sql, by, &posted, &detail)?;
    announce(sql, by, &posted, &detail)?;
    wait(sql, by, &posted.posting)?;
    // The secret is nobody's business before the close, the log's readers included.
    by.note(sql, "posting.open", detail.id, &json!({ "after": posted.posting }))?;
    Ok(())
}

/// The same, letting the rules that stand in the way pass first where the draft gives a reason for it.
pub fn post_passing(
    sql: &mut dyn Sql,
    by: &By<'_>,
    scopes: &Scopes,
    detail: DetailId,
    draft: &PostingDraft,
    entropy: &mut dyn Entropy,
) -> Result<(), Problem> {
    if let Some(overriding) = &draft.overriding {
        overrides::for_posting(sql, by, scopes, detail, overriding)?;
    }
    post(sql, by, detail, draft, entropy)
}

/// Lets pass what stands in the way of putting a detail on offer, where something does.
pub fn let_pass(
    sql: &mut dyn Sql,
    by: &By<'_>,
    scopes: &Scopes,
    detail: DetailId,
    overriding: &Overriding,
) -> Result<(), Problem> {
    if judge::look_at_detail(sql, by.agency, Stage::Post, detail, by.now)?.stands_in_the_way() {
        overrides::for_posting(sql, by, scopes, detail, overriding)?;
    }
    Ok(())
}

/// Refuses a window that closes before it has opened to everybody: whoever it never opened to would be in no award's explanation.
fn all_can_apply(sql: &mut dyn Sql, agency: AgencyId, posting: &Posting) -> Result<(), Problem> {
    let Some((field, opens)) = opens_too_late(sql, agency, posting)? else { return Ok(()) };
    let at = posting.window.zone.clock_text(opens);
    Err(Problem::invalid(field, &format!("would open it to the last officers at {at}, when it is closed")))
}

/// When the window opens to the last officers, if that is not before it closes, and the field by which.
fn opens_too_late(
    sql: &mut dyn Sql,
    agency: AgencyId,
    posting: &Posting,
) -> Result<Option<(&'static str, UnixMillis)>, StoreError> {
    let last = postings::last_turn(sql, agency, posting.detail)?;
    let drawn = posting.all_opened(None);
    let steps =
        [("tiers", drawn - posting.unlock_jitter), ("unlock_jitter", drawn), ("ladder.step", posting.all_opened(last))];
    Ok(steps.into_iter().find(|(_, opens)| *opens >= posting.window.closes))
}

/// Moves the window of a posting with its detail, as long as it takes applications: it closes as long before the start as it did.
pub(super) fn moved(sql: &mut dyn Sql, by: &By<'_>, before: &Detail, after: &Detail) -> Result<(), Problem> {
    let Some(mut posted) = postings::find(sql, by.agency, after.id)?.filter(|it| it.stage.takes_applications()) else {
        return Ok(());
    };
    let window = &mut posted.posting.window;
    if window.closes <= by.now {
        return Err(Problem::conflict("This detail is being awarded. Move it once that is done."));
    }
    let closes = window.closes + (after.starts - before.starts);
    if closes <= window.opens || closes <= by.now {
        let at = after.zone.clock_text(closes);
        let why =
            format!("Applications for it would have to close at {at}, too early. Cancel it and post another one.");
        return Err(Problem::conflict(why));
    }
    (window.closes, window.zone) = (closes, after.zone);
    window.openings.iter_mut().for_each(|opening| opening.shift = scheduled(after));
    if let Some((_, opens)) = opens_too_late(sql, by.agency, &posted.posting)? {
        let (opens, closes) = (after.zone.clock_text(opens), after.zone.clock_text(closes));
        let why = format!(
            "It would open to the last officers at {opens} and have closed at {closes}. Cancel it and post another one."
        );
        return Err(Problem::conflict(why));
    }
    postings::put(sql, by.agency, &posted)?;
    show(sql, by, &posted)?;
    Ok(wait(sql, by, &posted.posting)?)
}

fn next_stage(before: Option<DetailStage>) -> Result<DetailStage, Problem> {
    let next = match before {
        None => DetailStage::Accepted.after(DetailStep::Post),
        Some(stage) => stage.after(DetailStep::Reopen),
    };
    next.map_err(|illegal| Problem::conflict(illegal.to_string()))
}

fn method(method: &Method) -> Result<Method, Problem> {
    match method.faults().first() {
        Some(fault) => Err(Problem::invalid(&format!("method.{}", fault.field), &fault.problem)),
        None => Ok(method.clone()),
    }
}

/// The posting's own length of time, if it has one.
fn length(field: &str, length: Option<Millis>) -> Result<Option<Millis>, Problem> {
    match length {
        Some(length) if length < Millis(0) || length > LONGEST => {
            Err(Problem::invalid(field, "must be between nothing and 31 days, in milliseconds"))
        }
        length => Ok(length),
    }
}

/// Less than what everybody is given however soon it begins would have every award told on at once.
fn acknowledge_within(within: Option<Millis>) -> Result<Option<Millis>, Problem> {
    if within.is_some_and(|within| within < ACKNOWLEDGE_LEAST) {
        return Err(Problem::invalid("acknowledge_within", "must be at least 5 minutes, in milliseconds"));
    }
    length("acknowledge_within", within)
}

fn ladder(ladder: Option<Ladder>) -> Result<Option<Ladder>, Problem> {
    length("ladder.step", ladder.map(|ladder| ladder.step))?;
    Ok(ladder)
}

fn rotation(method: &Method, rule: Option<RotationRule>) -> Result<Option<RotationRule>, Problem> {
    match rule {
        None if method.criteria.contains(&Criterion::Rotation) => {
            Err(Problem::invalid("rotation", "is needed where the method compares places on the rotating list"))
        }
        Some(rule) if rule.rebuilt_after_days == 0 => {
            Err(Problem::invalid("rotation.rebuilt_after_days", "must be at least 1"))
        }
        rule => Ok(rule),
    }
}

/// Fixes everybody's turn in bidding rounds now, so that nothing that changes later moves it.
fn fix_turns(sql: &mut dyn Sql, by: &By<'_>, posted: &Posted) -> Result<(), StoreError> {
    let Posted { posting, secret, .. } = posted;
    let Some(ladder) = posting.ladder else { return Ok(()) };
    let roster: Vec<_> =
        service::roster(sql, by.agency)?.into_iter().map(|(officer, service)| (officer, service.seniority)).collect();
    let turns = ladder.turns(posting.window.opens, &roster, posting.window.posting, secret);
    postings::put_turns(sql, by.agency, posting.detail, &turns)
}

fn window_of(by: &By<'_>, detail: &Detail, draft: &PostingDraft) -> Result<Window, Problem> {
    let opens = draft.opens.unwrap_or(by.now);
    let timing = draft.timing.unwrap_or(Timing::RECEIPT);
    length("timing.grace", Some(timing.grace))?;
    if draft.closes <= opens || draft.closes <= by.now {
        return Err(Problem::invalid("closes", "must be after it opens, and still to come"));
    }
    if draft.closes + timing.grace > detail.starts {
        return Err(Problem::invalid("closes", "must be before the detail starts, with the grace after it"));
    }
    Ok(Window {
        posting: detail.id.into(),
        opens,
        closes: draft.closes,
        zone: detail.zone,
        openings: openings(detail, &draft.supervisors)?,
        timing,
        limits: limits(draft.limits.as_ref())?,
        tiers: tiers(&draft.tiers)?,
        choices: vec![],
    })
}

/// How much one officer may get, with words that an award can carry on.
fn limits(draft: Option<&Limits>) -> Result<Limits, Problem> {
    let Some(draft) = draft else { return Ok(Limits::default()) };
    if draft.awards_per_officer == 0 {
        return Err(Problem::invalid("limits.awards_per_officer", "must be at least 1"));
    }
    let said = draft.overlap_allowed.as_deref();
    let overlap_allowed = said.map(|why| words::text("limits.overlap_allowed", why)).transpose()?;
    Ok(Limits { overlap_allowed, ..draft.clone() })
}

/// The places of a detail that are empty.
pub(super) fn openings(detail: &Detail, supervisors: &[PositionId]) -> Result<Vec<Opening>, Problem> {
    if supervisors.iter().any(|named| detail.positions.iter().all(|position| position.id != *named)) {
        return Err(Problem::invalid("supervisors", "names a position that the detail does not have"));
    }
    let free = detail.positions.iter().filter(|position| !position.filled);
    let openings: Vec<Opening> = free
        .map(|position| Opening {
            position: position.id,
            name: position.name.clone(),
            shift: scheduled(detail),
            supervisor: supervisors.contains(&position.id),
        })
        .collect();
    if openings.is_empty() {
        return Err(Problem::conflict("Every position of this detail is taken."));
    }
    Ok(openings)
}

fn tiers(drafts: &[Tier]) -> Result<Vec<Tier>, Problem> {
    if drafts.len() > MOST_TIERS {
        return Err(Problem::invalid("tiers", "must be at most 50"));
    }
    if !drafts.is_sorted_by_key(|tier| tier.opens) {
        return Err(Problem::invalid("tiers", "must be in the order in which they open"));
    }
    let tier = |draft: &Tier| {
        let groups = draft.groups.iter().map(|group| words::line("tiers.groups", group));
        let (name, groups) = (words::line("tiers.name", &draft.name)?, groups.collect::<Result<_, _>>()?);
        Ok(Tier { name, opens: draft.opens, groups })
    };
    drafts.iter().map(tier).collect()
}

fn shown_at(posting: &Posting, now: UnixMillis) -> Shown {
    posting
        .open_groups(now)
        .map_or(Shown::ToAll, |groups| Shown::ToGroups(groups.into_iter().map(str::to_owned).collect()))
}

/// Writes posting and detail, each for those who see it now.
fn write(sql: &mut dyn Sql, by: &By<'_>, posted: &Posted, detail: &Detail) -> Result<(), StoreError> {
    postings::put(sql, by.agency, posted)?;
    filing::put(sql, by, detail.id, detail)?;
    relief::shown_anew(sql, by, detail.id)?;
    show(sql, by, posted)?;
    openings::tell_all(sql, by, posted)
}

/// The officers who see it on offer now.
pub(super) fn who_see(sql: &mut dyn Sql, agency: AgencyId, posted: &Posted) -> Result<BTreeSet<OfficerId>, StoreError> {
    let audiences = match &posted.shown {
        Shown::ToAll => vec![Audience::Agency],
        Shown::ToGroups(groups) => groups.iter().cloned().map(Audience::Group).collect(),
    };
    let mut officers = BTreeSet::new();
    for audience in &audiences {
        officers.extend(audience::members(sql, agency, audience)?);
    }
    Ok(officers)
}

/// Tells those to whom it has opened that it is on offer, each once a posting.
fn announce(sql: &mut dyn Sql, by: &By<'_>, posted: &Posted, detail: &Detail) -> Result<(), StoreError> {
    let window = &posted.posting.window;
    if window.opens > by.now {
        return Ok(());
    }
    let officers = who_see(sql, by.agency, posted)?;
    let text = format!("Applications until {}.", window.zone.clock_text(window.closes));
    let words = Words::new(&format!("On offer: {}", named(detail)), &text);
    let event = Event::new(EventKind::DetailPosted, format!("{} {}", detail.id, window.opens.as_millis()), words);
    let officers = officers.into_iter().collect();
    notices::tell(sql, by, &Event { officers, detail: Some(detail.id), ..event }).map(drop)
}

/// Tells those who work the detail of its posting, and while it takes applications those to whom it has opened. Who is asked to
/// come instead of somebody sees the detail only: nobody applies then.
pub(crate) fn show(sql: &mut dyn Sql, by: &By<'_>, posted: &Posted) -> Result<(), StoreError> {
    let (kind, id) = (RecordKind::Posting, posted.posting.detail);
    let audiences = match &posted.shown {
        Shown::ToAll if posted.stage.takes_applications() => vec![Audience::Agency],
        Shown::ToGroups(groups) if posted.stage.takes_applications() => {
            let groups = groups.iter().cloned().map(Audience::Group);
            groups.chain([Audience::Detail(id)]).collect()
        }
        _ => vec![Audience::Detail(id)],
    };
    let told = detail_facts::told(sql, by.agency, id, by.now)?;
    let mut posting = Posting { told, ..posted.posting.clone() };
    // What a person has chosen is nobody's business before the close; after it, the award says so to whom it concerns.
    posting.window.choices.clear();
    records::put(sql, by.agency, by.now, kind, id, &posting, &audiences).map(drop)
}

/// Has the tiers opened and the window closed as their times come.
fn wait(sql: &mut dyn Sql, by: &By<'_>, posting: &Posting) -> Result<(), StoreError> {
    let key = posting.detail.to_string();
    reminders::expect_applicants(sql, by, posting)?;
    if let Some(next) = posting.next_opening(by.now) {
        jobs::set(sql, by.agency, &OPEN, &key, next, by.now, &posting.detail)?;
    }
    jobs::set(sql, by.agency, &window::CLOSE, &key, posting.decided_at(), by.now, &posting.detail)
}

/// The job that opens the next tier.
fn open_tier(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, detail) = (run.by(), run.payload::<DetailId>()?);
    let Some(mut posted) = postings::find(sql, by.agency, detail)?.filter(|it| it.stage.takes_applications()) else {
        return Ok(Next::Done);
    };
    posted.shown = shown_at(&posted.posting, run.now);
    let detail = filing::get::<Detail>(sql, by.agency, detail)?.record;
    write(sql, &by, &posted, &detail)?;
    announce(sql, &by, &posted, &detail)?;
    Ok(posted.posting.next_opening(run.now).map_or(Next::Done, Next::At))
}

/// Why this officer cannot apply now for a detail that has a posting, if so.
pub(super) fn closed_to(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    posted: &Posted,
) -> Result<Option<String>, StoreError> {
    if !posted.stage.takes_applications() {
        return Ok(Some("Applications for this detail are closed.".to_owned()));
    }
    let groups = audience::groups_of(sql, by.agency, officer)?;
    Ok(match openings::of(sql, by, officer, posted)? {
        Opens::Open => None,
        // When a tier opens of which the officer sees nothing yet is not theirs to know.
        Opens::At(_) if !posted.shown.includes(&groups) => Some("This detail is not open to you yet.".to_owned()),
        Opens::At(opens) => {
            let at = posted.posting.window.zone.clock_text(opens);
            Some(format!("This detail opens to you on {at}. Apply then: applying early gains nothing."))
        }
        Opens::Never => Some("This detail is not open to you.".to_owned()),
        Opens::Closed => Some("Applications for this detail are closed.".to_owned()),
    })
}

/// Takes the step on a detail that has a posting; a detail without one has no stages to keep.
pub(super) fn step(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId, step: DetailStep) -> Result<(), Problem> {
    let Some(mut posted) = postings::find(sql, by.agency, detail)? else { return Ok(()) };
    posted.stage = posted.stage.after(step).map_err(|illegal| Problem::conflict(illegal.to_string()))?;
    postings::put(sql, by.agency, &posted)?;
    Ok(show(sql, by, &posted)?)
}

/// As [`step`], where the stage allows it: what people do must not wait for what the stage says.
pub(super) fn follow(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId, step: DetailStep) -> Result<(), StoreError> {
    let Some(mut posted) = postings::find(sql, by.agency, detail)? else { return Ok(()) };
    let Ok(after) = posted.stage.after(step) else { return Ok(()) };
    posted.stage = after;
    postings::put(sql, by.agency, &posted)?;
    show(sql, by, &posted)
}

//! Customers' requests: what they ask for, what it will cost, and what becomes of it.

use detailbook_core::award::{Ladder, Method, RotationRule, Tier, Timing};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, DetailId, OfficerId, RequestId, SiteId};
use detailbook_core::money::Cents;
use detailbook_core::pricing::{BillJob, BillKind, BillLine, Billed, Day, Job, Minutes, Shared, Tariff, Unrated, bill};
use detailbook_core::records::{Detail, Officer, Site};
use detailbook_core::staffing::{DetailStage, DetailStep, Estimate, EstimateLine, Request, Seat, Standing, Unposted};
use detailbook_core::time::{Interval, Millis, UnixMillis, Zone};
use detailbook_core::wire::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::details::{self, DetailDraft, PositionDraft};
use super::posting::{self, PostingDraft};
use super::{recurrence, stage};
use crate::access::scope::Scopes;
use crate::audit::By;
use crate::billing::tariffs::Book;
use crate::filing;
use crate::policy;
use crate::policy::overrides::Overriding;
use crate::problem::Problem;
use crate::store::detail_terms::{self, DetailTerms};
use crate::store::{Sql, standing};
use crate::words;

/// A request as staff write it for a customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestDraft {
    /// Where. The site's customer asks.
    pub site: SiteId,
    /// What it is called.
    pub title: String,
    /// The tariff's name for this type of job.
    pub job_type: String,
    /// Start of the first shift.
    pub starts: UnixMillis,
    /// End of the first shift.
    pub ends: UnixMillis,
    /// The rule by which it recurs (RFC 5545), such as `FREQ=WEEKLY;BYDAY=FR;COUNT=10`.
    #[serde(default)]
    pub recurrence: Option<String>,
    /// The zone of the site.
    pub zone: Zone,
    /// The places on each shift.
    pub seats: Vec<Seat>,
    /// Officers whose places they are by standing assignment.
    #[serde(default)]
    pub standing: Vec<Standing>,
    /// Vehicles that are asked for.
    #[serde(default)]
    pub vehicles: u32,
    /// What the officers must know.
    #[serde(default)]
    pub post_orders: String,
    /// Who asks, as the customer names them.
    pub asked_by: String,
}

/// How the details of a request go on offer, in lengths of time before each shift.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostingPlan {
    /// How it will be awarded.
    pub method: Method,
    /// How long before the shift applications close, in milliseconds.
    pub closes_before: Millis,
    /// Who may apply how long after it opens; everybody at once where there is none.
    #[serde(default)]
    pub tiers: Vec<TierPlan>,
    /// How applications are timed; by receipt where absent.
    #[serde(default)]
    pub timing: Option<Timing>,
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
}

/// A tier, and how long after the first it opens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TierPlan {
    /// What people call it.
    pub name: String,
    /// How long after the posting goes up, in milliseconds.
    pub after: Millis,
    /// Which groups.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// Enters a request.
pub fn ask(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: Option<RequestId>,
    draft: &RequestDraft,
    entropy: &mut dyn Entropy,
) -> Result<RequestId, Problem> {
    let id = id.unwrap_or_else(|| RequestId::new(by.now, entropy));
    filing::free::<Request>(sql, by.agency, id)?;
    let request = written(sql, by, id, draft, by.now)?;
    filing::put(sql, by, id, &request)?;
    by.note(sql, "request.make", id, &json!({ "after": request }))?;
    Ok(id)
}

/// Changes what is asked for. What was estimated, and accepted, holds no more.
pub fn change(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: RequestId,
    version: i64,
    draft: &RequestDraft,
) -> Result<(), Problem> {
    let stored = filing::get::<Request>(sql, by.agency, id)?;
    filing::same_version(&stored, version)?;
    let stage = after(&stored.record, DetailStep::Change)?;
    let changed = Request { stage, ..written(sql, by, id, draft, stored.record.asked_at)? };
    keep(sql, by, "request.change", &stored.record, &changed)
}

/// Says what it will cost by the tariff of each shift's day, by `given` where the agency has set none. `rank`: what seats count as that
/// ask for none.
pub fn estimate(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: RequestId,
    given: Option<&Tariff>,
    rank: &str,
) -> Result<(), Problem> {
    let asked = filing::get::<Request>(sql, by.agency, id)?.record;
    after(&asked, DetailStep::Estimate)?;
    let estimate = foreseen(sql, by.agency, given, by.now, &Wanted::of(&asked), rank)?;
    keep_estimate(sql, by, id, estimate, rank)
}

/// Keeps an estimate that was worked out before, while others wrote: of what the request asks for, at the moment that `by` acts. What is
/// set later than that is not known to it, and would be to none.
pub fn keep_estimate(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: RequestId,
    estimate: Estimate,
    rank: &str,
) -> Result<(), Problem> {
    let before = filing::get::<Request>(sql, by.agency, id)?.record;
    let stage = after(&before, DetailStep::Estimate)?;
    let counts_as = words::optional_line("rank", rank)?;
    keep(
        sql,
        by,
        "request.estimate",
        &before,
        &Request { stage, estimate: Some(estimate), counts_as, ..before.clone() },
    )
}

/// What is asked for, as far as it has a price.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The tariff's name for this type of job.
    pub job_type: &'a str,
    /// The shifts.
    pub shifts: &'a [Interval],
    /// The zone of the site.
    pub zone: Zone,
    /// The places on each shift.
    pub seats: &'a [Seat],
    /// Vehicles.
    pub vehicles: u32,
}

impl<'a> Wanted<'a> {
    /// What a request asks for.
    pub fn of(request: &'a Request) -> Self {
        let Request { job_type, shifts, zone, seats, vehicles, .. } = request;
        Self { job_type, shifts, zone: *zone, seats, vehicles: *vehicles }
    }
}

/// What something will cost by the tariff of each shift's day, by `given` where the agency has set none. `rank`: what seats count as
/// that ask for none. Nothing is kept.
pub fn foreseen(
    sql: &mut dyn Sql,
    agency: AgencyId,
    given: Option<&Tariff>,
    now: UnixMillis,
    wanted: &Wanted<'_>,
    rank: &str,
) -> Result<Estimate, Problem> {
    let (mut lines, mut citations) = (Vec::new(), Vec::new());
    let mut book = Book::of(sql, agency, now, given)?;
    for shift in wanted.shifts {
        let tariff = book.on_day(Day(wanted.zone.local(shift.start).date()))?;
        let tariff = tariff.ok_or_else(|| Problem::conflict("This server has no tariff for the agency."))?;
        lines.extend(of_shift(tariff, wanted, *shift, rank));
        citations.push(tariff.citation());
    }
    citations.dedup();
    Ok(Estimate::new(citations.join(", "), now, lines))
}

/// What a request will cost that is still to be written, or written anew, by that draft.
pub fn foreseen_of(
    sql: &mut dyn Sql,
    agency: AgencyId,
    given: Option<&Tariff>,
    now: UnixMillis,
    draft: &RequestDraft,
    rank: &str,
) -> Result<Estimate, Problem> {
    let first = Interval { start: draft.starts, end: draft.ends };
    let shifts = shifts_of(first, draft.recurrence.as_deref(), draft.zone)?;
    let (seats, job_type) = (seats(&draft.seats)?, words::optional_line("job_type", &draft.job_type)?);
    let (zone, vehicles) = (draft.zone, draft.vehicles);
    let wanted = Wanted { job_type: &job_type, shifts: &shifts, zone, seats: &seats, vehicles };
    foreseen(sql, agency, given, now, &wanted, rank)
}

/// The shifts that begin with this one and recur by a rule, if there is one.
pub fn shifts_of(first: Interval, rule: Option<&str>, zone: Zone) -> Result<Vec<Interval>, Problem> {
    details::check_times(first.start, first.end)?;
    let shifts = match rule {
        None => vec![first],
        Some(rule) => recurrence::shifts(first, rule, zone)?,
    };
    if let Some(last) = shifts.last() {
        details::check_times(last.start, last.end)?;
    }
    Ok(shifts)
}

/// What a shift will be billed if it is worked as asked for: a line for each seat, then one for each fee and tax.
fn of_shift(tariff: &Tariff, wanted: &Wanted<'_>, shift: Interval, rank: &str) -> Vec<EstimateLine> {
    let shared = |at| (at == 0).then_some(Shared { vehicles: wanted.vehicles });
    let seats = wanted.seats.iter().enumerate();
    let bills = seats.map(|(at, seat)| (seat, estimated(tariff, wanted, seat, shift, rank, shared(at))));
    let (mut lines, mut besides) = (Vec::new(), Vec::new());
    for (seat, outcome) in bills {
        let (amount, sentence) = match outcome {
            Ok(mut billed) => {
                besides.extend(billed.lines.split_off(1));
                billed.lines.pop().map_or((None, String::new()), |time| (Some(time.amount), time.sentence))
            }
            Err(unrated) => (None, format!("No price: {unrated}.")),
        };
        lines.push(EstimateLine { shift, seat: seat.name.clone(), amount, sentence });
    }
    // Where a seat has no price there is no total, and the fees would be those of a part.
    if lines.iter().all(|line| line.amount.is_some()) {
        lines.extend(by_rule(&besides, shift));
    }
    lines
}

/// A line for each rule, with what it comes to on all places.
fn by_rule(lines: &[BillLine], shift: Interval) -> Vec<EstimateLine> {
    let mut rules: Vec<&[String]> = Vec::new();
    for line in lines {
        if !rules.contains(&line.rules.as_slice()) {
            rules.push(&line.rules);
        }
    }
    // A tax stands after all fees, though another place's fees come after it.
    rules.sort_by_key(|rule| lines.iter().any(|line| line.rules == *rule && line.kind == BillKind::Tax));
    let of = |rule: &[String]| lines.iter().filter(|line| line.rules == rule).collect::<Vec<_>>();
    rules.into_iter().map(|rule| of_rule(&of(rule), shift)).collect()
}

fn of_rule(same: &[&BillLine], shift: Interval) -> EstimateLine {
    let amount = Cents::checked_sum(same.iter().map(|line| line.amount));
    let sentence = match (same, amount) {
        ([one], _) => one.sentence.clone(),
        (_, None) => "No price: the sum is too large to hold.".to_owned(),
        (many, Some(sum)) => format!("{} of {} places comes to {sum}.", many[0].title, many.len()),
    };
    EstimateLine { shift, seat: same.first().map_or_else(String::new, |line| line.rules.join(" ")), amount, sentence }
}

fn estimated(
    tariff: &Tariff,
    wanted: &Wanted<'_>,
    seat: &Seat,
    shift: Interval,
    rank: &str,
    shared: Option<Shared>,
) -> Result<Billed, Unrated> {
    let rank = seat.rank.as_deref().unwrap_or(rank);
    let on = Day(wanted.zone.local(shift.start).date());
    let worked = Minutes::from_length(shift.length(), tariff.terms().seconds).unwrap_or(Minutes(u32::MAX));
    bill(tariff, &BillJob { job: Job { job_type: wanted.job_type, rank, on, worked }, shared })
}

/// The customer accepts the estimate, naming the sum they saw.
pub fn accept(sql: &mut dyn Sql, by: &By<'_>, id: RequestId, total: Cents, accepted_by: &str) -> Result<(), Problem> {
    let before = filing::get::<Request>(sql, by.agency, id)?.record;
    let stage = after(&before, DetailStep::Accept)?;
    let accepted_by = words::line("accepted_by", accepted_by)?;
    match before.estimate.as_ref().and_then(|estimate| estimate.total) {
        None => return Err(Problem::conflict("The estimate has no total: something in it has no price.")),
        Some(now) if now != total => {
            return Err(Problem::conflict(format!("The estimate is {now}, not {total}: look at it again.")));
        }
        Some(_) => {}
    }
    let reason = format!("Accepted by {accepted_by} at {total}.");
    keep(sql, by, "request.accept", &before, &Request { stage, reason, ..before.clone() })
}

/// Agency or customer says no, or the customer takes it back.
pub fn close(sql: &mut dyn Sql, by: &By<'_>, id: RequestId, step: DetailStep, reason: &str) -> Result<(), Problem> {
    let before = filing::get::<Request>(sql, by.agency, id)?.record;
    let (stage, reason) = (after(&before, step)?, words::text("reason", reason)?);
    if before.stage == DetailStage::Posted {
        let why = "It was posted: cancel its details, and drop the shifts that wait to be posted.";
        return Err(Problem::conflict(why));
    }
    keep(sql, by, &format!("request.{}", step_name(step)), &before, &Request { stage, reason, ..before.clone() })
}

const fn step_name(step: DetailStep) -> &'static str {
    if matches!(step, DetailStep::Cancel) { "cancel" } else { "decline" }
}

/// Who lets rules pass that stand in the way of putting details on offer, and why.
type Pass<'a> = Option<(&'a Scopes, &'a Overriding)>;

/// Makes a detail of each shift that is still to be posted and puts it on offer: all of them or none.
pub fn post(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: RequestId,
    plan: Option<&PostingPlan>,
    pass: Pass<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Vec<DetailId>, Problem> {
    let shifts = to_post(sql, by.agency, id, plan)?;
    shifts.into_iter().map(|shift| post_shift(sql, by, id, shift, plan, pass, entropy)).collect()
}

/// The shifts of a request that are still to be posted, if it may be.
pub fn to_post(
    sql: &mut dyn Sql,
    agency: AgencyId,
    id: RequestId,
    plan: Option<&PostingPlan>,
) -> Result<Vec<Interval>, Problem> {
    let request = filing::get::<Request>(sql, agency, id)?.record;
    let shifts = request.to_post();
    if request.stage != DetailStage::Posted || shifts.is_empty() {
        after(&request, DetailStep::Post)?;
    }
    if plan.is_none() && !request.standing.is_empty() {
        return Err(Problem::invalid("posting", "is needed where places are kept by standing assignment"));
    }
    Ok(shifts)
}

/// Makes a detail of one shift and puts it on offer. Officers with standing assignments have their places kept for them.
pub fn post_shift(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: RequestId,
    shift: Interval,
    plan: Option<&PostingPlan>,
    pass: Pass<'_>,
    entropy: &mut dyn Entropy,
) -> Result<DetailId, Problem> {
    let before = filing::get::<Request>(sql, by.agency, id)?.record;
    if !to_post(sql, by.agency, id, plan)?.contains(&shift) {
        return Err(Problem::conflict("This shift was posted meanwhile."));
    }
    let detail = make_shift(sql, by, &before, shift, entropy)?;
    let terms = DetailTerms { counts_as: before.counts_as.clone(), vehicles: before.vehicles };
    detail_terms::put(sql, by.agency, detail, &terms)?;
    offer(sql, by, &before, detail, plan, pass, entropy)?;
    let mut details = before.details.clone();
    details.push(detail);
    let left = before.to_post().into_iter().filter(|other| *other != shift);
    let unposted = left.map(|shift| Unposted { shift, why: String::new() }).collect();
    keep(
        sql,
        by,
        "request.post",
        &before,
        &Request { stage: DetailStage::Posted, details, unposted, ..before.clone() },
    )?;
    Ok(detail)
}

/// Posts shifts each for itself. Gives those that could not be, with why; where none could, the first refusal.
pub fn post_each(
    shifts: Vec<Interval>,
    mut post_one: impl FnMut(Interval) -> Result<DetailId, Problem>,
) -> Result<Vec<Unposted>, Problem> {
    let (mut posted, mut refused) = (0, Vec::new());
    for shift in shifts {
        match post_one(shift) {
            Ok(_) => posted += 1,
            Err(problem) if problem.refusal == Refusal::Unavailable => return Err(problem),
            Err(problem) => refused.push((shift, problem)),
        }
    }
    let left = refused.iter().map(|(shift, problem)| Unposted { shift: *shift, why: problem.reason.clone() }).collect();
    match refused.into_iter().next() {
        Some((_, first)) if posted == 0 => Err(first),
        _ => Ok(left),
    }
}

/// Writes down why shifts could not be posted with the others.
pub fn not_posted(sql: &mut dyn Sql, by: &By<'_>, id: RequestId, left: &[Unposted]) -> Result<(), Problem> {
    let before = filing::get::<Request>(sql, by.agency, id)?.record;
    let why = |shift| left.iter().find(|one| one.shift == shift).map(|one| one.why.clone());
    let unposted = before
        .unposted
        .iter()
        .map(|one| Unposted { shift: one.shift, why: why(one.shift).unwrap_or_else(|| one.why.clone()) });
    let after = Request { unposted: unposted.collect(), ..before.clone() };
    keep(sql, by, "request.not_posted", &before, &after)
}

/// A shift of a request, and what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shift {
    /// When.
    pub shift: Interval,
    /// The detail that it became.
    pub detail: Option<DetailId>,
    /// Where that stands, or the request for a shift that is still to be posted.
    pub stage: DetailStage,
    /// Why it is not posted, or was dropped; empty where it is.
    pub why: String,
}

/// The shifts of a request, in the order of their starts.
pub fn shifts(sql: &mut dyn Sql, agency: AgencyId, asked: &Request, now: UnixMillis) -> Result<Vec<Shift>, Problem> {
    let mut shifts = Vec::new();
    for id in &asked.details {
        let detail = filing::get::<Detail>(sql, agency, *id)?.record;
        let stage = stage::of(sql, agency, &detail, now)?;
        shifts.push(Shift { shift: details::scheduled(&detail), detail: Some(*id), stage, why: String::new() });
    }
    let waits = if asked.stage == DetailStage::Posted { DetailStage::Accepted } else { asked.stage };
    shifts.extend(asked.to_post().into_iter().map(|shift| {
        let why = asked.unposted.iter().find(|one| one.shift == shift).map(|one| one.why.clone());
        Shift { shift, detail: None, stage: waits, why: why.unwrap_or_default() }
    }));
    let dropped = asked.dropped.iter().cloned();
    let gone = DetailStage::Cancelled;
    shifts.extend(dropped.map(|one| Shift { shift: one.shift, detail: None, stage: gone, why: one.why }));
    shifts.sort_by_key(|shift| (shift.shift.start, shift.detail));
    Ok(shifts)
}

/// Gives up shifts that are not posted though others are: nothing of the request then waits. All of them where none is named.
pub fn drop_shifts(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: RequestId,
    shifts: &[Interval],
    reason: &str,
) -> Result<(), Problem> {
    let before = filing::get::<Request>(sql, by.agency, id)?.record;
    let why = words::text("reason", reason)?;
    let left: Vec<Interval> = before.unposted.iter().map(|one| one.shift).collect();
    if left.is_empty() {
        return Err(Problem::conflict("No shift of this request waits to be posted."));
    }
    if shifts.iter().any(|shift| !left.contains(shift)) {
        return Err(Problem::invalid("shifts", "names one that does not wait to be posted"));
    }
    let goes = |shift: &Interval| shifts.is_empty() || shifts.contains(shift);
    let (gone, unposted): (Vec<_>, Vec<_>) = before.unposted.iter().cloned().partition(|one| goes(&one.shift));
    let mut dropped = before.dropped.clone();
    dropped.extend(gone.into_iter().map(|one| Unposted { why: why.clone(), ..one }));
    keep(sql, by, "request.drop_shifts", &before, &Request { unposted, dropped, ..before.clone() })
}

fn make_shift(
    sql: &mut dyn Sql,
    by: &By<'_>,
    request: &Request,
    shift: Interval,
    entropy: &mut dyn Entropy,
) -> Result<DetailId, Problem> {
    let position = |seat: &Seat| PositionDraft { id: None, name: seat.name.clone(), rank: seat.rank.clone() };
    let draft = DetailDraft {
        site: request.site,
        title: request.title.clone(),
        job_type: request.job_type.clone(),
        starts: shift.start,
        ends: shift.end,
        zone: request.zone,
        positions: request.seats.iter().map(position).collect(),
        post_orders: request.post_orders.clone(),
        reference: String::new(),
    };
    details::post_for(sql, by, None, &draft, Some(request.customer), entropy)
}

fn offer(
    sql: &mut dyn Sql,
    by: &By<'_>,
    request: &Request,
    id: DetailId,
    plan: Option<&PostingPlan>,
    pass: Pass<'_>,
    entropy: &mut dyn Entropy,
) -> Result<(), Problem> {
    if let Some((scopes, overriding)) = pass {
        posting::let_pass(sql, by, scopes, id, overriding)?;
    }
    let Some(plan) = plan else { return policy::permit_posting(sql, by, id).map(drop) };
    let detail = filing::get::<Detail>(sql, by.agency, id)?.record;
    keep_places(sql, by, request, &detail)?;
    posting::post(sql, by, id, &planned(by, request, &detail, plan), entropy)
}

fn keep_places(sql: &mut dyn Sql, by: &By<'_>, request: &Request, detail: &Detail) -> Result<(), Problem> {
    for kept in &request.standing {
        if let Some(position) = detail.positions.iter().find(|position| position.name == kept.seat) {
            standing::put(sql, by.agency, detail.id, position.id, kept.officer)?;
        }
    }
    Ok(())
}

fn planned(by: &By<'_>, request: &Request, detail: &Detail, plan: &PostingPlan) -> PostingDraft {
    let tier =
        |tier: &TierPlan| Tier { name: tier.name.clone(), opens: by.now + tier.after, groups: tier.groups.clone() };
    let supervisors = request.seats.iter().zip(&detail.positions).filter(|(seat, _)| seat.supervisor);
    PostingDraft {
        method: plan.method.clone(),
        opens: None,
        closes: detail.starts - plan.closes_before,
        tiers: plan.tiers.iter().map(tier).collect(),
        timing: plan.timing,
        limits: None,
        supervisors: supervisors.map(|(_, position)| position.id).collect(),
        unlock_jitter: plan.unlock_jitter,
        acknowledge_within: plan.acknowledge_within,
        ladder: plan.ladder,
        rotation: plan.rotation,
        overriding: None,
    }
}

fn after(request: &Request, step: DetailStep) -> Result<DetailStage, Problem> {
    request.stage.after(step).map_err(|illegal| Problem::conflict(illegal.to_string()))
}

fn keep(sql: &mut dyn Sql, by: &By<'_>, action: &str, before: &Request, after: &Request) -> Result<(), Problem> {
    filing::put(sql, by, after.id, after)?;
    by.note(sql, action, after.id, &json!({ "before": before, "after": after }))?;
    Ok(())
}

fn written(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: RequestId,
    draft: &RequestDraft,
    asked_at: UnixMillis,
) -> Result<Request, Problem> {
    let first = Interval { start: draft.starts, end: draft.ends };
    let shifts = shifts_of(first, draft.recurrence.as_deref(), draft.zone)?;
    let site = filing::named::<Site>(sql, by.agency, "site", draft.site)?.record;
    let seats = seats(&draft.seats)?;
    Ok(Request {
        id,
        customer: site.customer,
        site: site.id,
        title: words::line("title", &draft.title)?,
        job_type: words::optional_line("job_type", &draft.job_type)?,
        shifts,
        recurrence: draft.recurrence.clone(),
        zone: draft.zone,
        standing: standing_of(sql, by, &draft.standing, &seats)?,
        seats,
        vehicles: draft.vehicles,
        post_orders: words::optional_text("post_orders", &draft.post_orders)?,
        asked_by: words::line("asked_by", &draft.asked_by)?,
        asked_at,
        stage: DetailStage::Requested,
        estimate: None,
        details: vec![],
        reason: String::new(),
        unposted: vec![],
        counts_as: String::new(),
        dropped: vec![],
    })
}

fn seats(drafts: &[Seat]) -> Result<Vec<Seat>, Problem> {
    if drafts.is_empty() || drafts.len() > details::MOST_POSITIONS {
        return Err(Problem::invalid("seats", "must be between 1 and 200"));
    }
    let mut seats = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let rank = draft.rank.as_deref().map(|rank| words::line("seats.rank", rank)).transpose()?;
        let seat = Seat { name: words::line("seats.name", &draft.name)?, rank, supervisor: draft.supervisor };
        if seats.iter().any(|other: &Seat| other.name == seat.name) {
            return Err(Problem::invalid("seats.name", "must be different for each seat"));
        }
        seats.push(seat);
    }
    Ok(seats)
}

fn standing_of(sql: &mut dyn Sql, by: &By<'_>, drafts: &[Standing], seats: &[Seat]) -> Result<Vec<Standing>, Problem> {
    let mut officers: Vec<OfficerId> = Vec::new();
    let mut kept: Vec<Standing> = Vec::new();
    for draft in drafts {
        filing::named::<Officer>(sql, by.agency, "standing.officer", draft.officer)?;
        if seats.iter().all(|seat| seat.name != draft.seat) {
            return Err(Problem::invalid("standing.seat", "is no seat of this request"));
        }
        if officers.contains(&draft.officer) || kept.iter().any(|other| other.seat == draft.seat) {
            return Err(Problem::invalid("standing", "gives a seat or an officer twice"));
        }
        officers.push(draft.officer);
        kept.push(draft.clone());
    }
    Ok(kept)
}

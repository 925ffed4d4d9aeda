//! One request: what is asked for, its estimate, its shifts and what became of each.

use askama::Template;
use detailbook_core::ids::RequestId;
use detailbook_core::money::Cents;
use detailbook_core::records::RecordKind;
use detailbook_core::staffing::{DetailStage, DetailStep, Request};
use detailbook_core::time::{Interval, UnixMillis};

use crate::access::scope::Scope;
use crate::console::changed::{Changed, version};
use crate::console::details::estimate::EstimateView;
use crate::console::details::sought::Places;
use crate::console::details::words::{self, Mark, Names};
use crate::console::field::{Choice, Field, Text};
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::requests::{self, Shift, Wanted};
use crate::store::Sql;

#[derive(Template)]
#[template(path = "console/requests/one.html")]
struct RequestPage {
    frame: Frame,
    id: String,
    version: i64,
    title: String,
    stage: Mark,
    sentence: String,
    reason: String,
    customer: String,
    site: String,
    job_type: String,
    vehicles: u32,
    asked_by: String,
    asked_at: String,
    post_orders: String,
    recurrence: String,
    seats: Vec<SeatView>,
    shifts: Vec<ShiftView>,
    waits: bool,
    estimate: EstimateView,
    total: Option<(String, i64)>,
    changed: Changed,
    may: May,
    audit: bool,
    forms: Forms,
}

/// What the stage and the role let somebody do.
#[allow(clippy::struct_excessive_bools, reason = "each is a form of its own")]
struct May {
    write: bool,
    change: bool,
    estimate: bool,
    accept: bool,
    close: bool,
    post: bool,
}

struct Forms {
    counts_as: Field,
    accepted_by: Field,
    how: Choice,
    reason: Text,
    why: Text,
    estimate: Seal,
    accept: Seal,
    close: Seal,
    drop: Seal,
}

struct SeatView {
    name: String,
    rank: String,
    supervisor: bool,
    standing: String,
}

struct ShiftView {
    time: String,
    value: String,
    detail: Option<String>,
    stage: Mark,
    why: String,
    waits: bool,
}

/// The page.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (who, agency, id) = (visit.who()?, visit.agency()?, visit.id::<RequestId>("id")?);
    let stored = filing::get::<Request>(sql, agency, id)?;
    let (it, places) = (&stored.record, Places::of(sql, agency)?);
    let shifts = requests::shifts(sql, agency, it, visit.now)?;
    let estimate = it.estimate.as_ref();
    let total = estimate.and_then(|estimate| estimate.total).map(|total| (total.to_string(), total.0));
    Page::html(&RequestPage {
        frame: Frame::of(visit, &it.title),
        id: id.to_string(),
        version: stored.version,
        title: it.title.clone(),
        stage: words::stage(it.stage),
        sentence: format!("It {}.", it.stage),
        reason: it.reason.clone(),
        customer: places.hires(it.customer).to_owned(),
        site: places.site(it.site).to_owned(),
        job_type: it.job_type.clone(),
        vehicles: it.vehicles,
        asked_by: it.asked_by.clone(),
        asked_at: visit.time(it.asked_at),
        post_orders: it.post_orders.clone(),
        recurrence: it.recurrence.clone().unwrap_or_default(),
        seats: seats(sql, visit, it)?,
        waits: it.stage == DetailStage::Posted && !it.unposted.is_empty(),
        shifts: shifts.into_iter().map(|shift| shift_view(it, shift)).collect(),
        estimate: estimate.map_or_else(EstimateView::none, |kept| EstimateView::of(kept, it.shifts.len(), it.zone)),
        total,
        changed: Changed::since(sql, visit, RecordKind::Request, id, &stored)?,
        may: may(it, who.may(Scope::RecordsWrite)),
        audit: who.may(Scope::AuditRead),
        forms: forms(visit, it),
    })
}

fn may(it: &Request, write: bool) -> May {
    let step = |step| write && it.stage.after(step).is_ok();
    May {
        write,
        change: step(DetailStep::Change),
        estimate: step(DetailStep::Estimate),
        accept: step(DetailStep::Accept) && it.estimate.as_ref().is_some_and(|estimate| estimate.total.is_some()),
        close: it.stage != DetailStage::Posted && (step(DetailStep::Decline) || step(DetailStep::Cancel)),
        post: step(DetailStep::Post) || (write && it.stage == DetailStage::Posted && !it.unposted.is_empty()),
    }
}

fn forms(visit: &Visit, it: &Request) -> Forms {
    let sealed = |what: &str| visit.seal(&format!("/console/requests/{}/{what}", it.id));
    let ways = [("decline", "The agency or the customer says no"), ("cancel", "The customer takes it back")];
    let step = |way: &str| if way == "decline" { DetailStep::Decline } else { DetailStep::Cancel };
    let ways = ways.into_iter().filter(|(way, _)| it.stage.after(step(way)).is_ok());
    Forms {
        counts_as: Field::new(visit, "counts_as", "Places without a rank count as").optional(&it.counts_as),
        accepted_by: Field::new(visit, "accepted_by", "Who accepts, for the customer"),
        how: Choice::new(visit, "how", "What happens", ways.map(|(a, b)| (a.to_owned(), b.to_owned())), "decline"),
        reason: Text::new(visit, "reason", "Why", 2),
        why: Text::new(visit, "why", "Why they are given up", 2),
        estimate: sealed("estimate"),
        accept: sealed("accept"),
        close: sealed("close"),
        drop: sealed("drop"),
    }
}

fn seats(sql: &mut dyn Sql, visit: &Visit, it: &Request) -> Result<Vec<SeatView>, Problem> {
    let mut names = Names::of(visit.agency()?);
    let mut seats = Vec::new();
    for seat in &it.seats {
        let kept = it.standing.iter().find(|kept| kept.seat == seat.name);
        seats.push(SeatView {
            name: seat.name.clone(),
            rank: seat.rank.clone().unwrap_or_default(),
            supervisor: seat.supervisor,
            standing: kept.map(|kept| names.get(sql, kept.officer)).transpose()?.unwrap_or_default(),
        });
    }
    Ok(seats)
}

fn shift_view(it: &Request, shift: Shift) -> ShiftView {
    let waits = it.unposted.iter().any(|left| left.shift == shift.shift);
    ShiftView {
        time: words::time(it.zone, shift.shift),
        value: value(shift.shift),
        detail: shift.detail.map(|id| id.to_string()),
        stage: words::stage(shift.stage),
        why: shift.why,
        waits: waits && shift.detail.is_none(),
    }
}

/// A shift as a box to tick names it.
fn value(shift: Interval) -> String {
    format!("{}-{}", shift.start.as_millis(), shift.end.as_millis())
}

fn read(text: &str) -> Option<Interval> {
    let (start, end) = text.split_once('-')?;
    let at = |text: &str| text.parse().ok().map(UnixMillis::new);
    Some(Interval { start: at(start)?, end: at(end)? })
}

/// The request that the form was made from: another one is refused.
fn same(sql: &mut dyn Sql, visit: &Visit) -> Result<RequestId, Problem> {
    let id = visit.id::<RequestId>("id")?;
    let stored = filing::get::<Request>(sql, visit.agency()?, id)?;
    filing::same_version(&stored, version(visit)?)?;
    Ok(id)
}

fn back(id: RequestId, said: &str) -> Page {
    Page::to(&format!("/console/requests/{id}?said={said}"))
}

/// Says what it will cost, as it was worked out before anything is locked.
pub fn estimate(visit: &Visit) -> Answer {
    let (agency, given) = (visit.agency()?, visit.app.settings.tariffs.of(visit.agency()?));
    let (id, estimate) = visit.app.store.read(|sql| {
        let id = same(sql, visit)?;
        let asked = filing::get::<Request>(sql, agency, id)?.record;
        let rank = visit.typed("counts_as").trim();
        let estimate = requests::foreseen(sql, agency, given, visit.now, &Wanted::of(&asked), rank)?;
        Ok::<_, Problem>((id, estimate))
    })?;
    visit.write(move |sql, visit| {
        same(sql, visit)?;
        requests::keep_estimate(sql, &visit.by()?, id, estimate, visit.typed("counts_as").trim())?;
        Ok(back(id, "estimated"))
    })
}

/// Writes down that the customer accepts, at the sum that the page showed.
pub fn accept(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = same(sql, visit)?;
    let total = visit.typed("total").parse().map_err(|_| Problem::invalid("total", "must be what the page named"))?;
    requests::accept(sql, &visit.by()?, id, Cents(total), visit.typed("accepted_by"))?;
    Ok(back(id, "accepted"))
}

/// Agency or customer says no, or the customer takes it back.
pub fn close(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = same(sql, visit)?;
    let step = match visit.typed("how") {
        "decline" => DetailStep::Decline,
        "cancel" => DetailStep::Cancel,
        _ => return Err(Problem::invalid("how", "must be one of these")),
    };
    requests::close(sql, &visit.by()?, id, step, visit.typed("reason"))?;
    Ok(back(id, "closed"))
}

/// Gives up shifts that could not be posted with the others: those that are ticked.
pub fn drop_shifts(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = same(sql, visit)?;
    let shifts: Option<Vec<Interval>> = visit.form.all("shift").map(read).collect();
    let shifts = shifts.filter(|shifts| !shifts.is_empty());
    let shifts = shifts.ok_or_else(|| Problem::conflict("No shift is ticked. Tick those that are to be given up."))?;
    requests::drop_shifts(sql, &visit.by()?, id, &shifts, visit.typed("why")).map_err(|problem| {
        let why = problem.reason.strip_prefix("reason: ").map(|why| format!("why: {why}"));
        Problem { reason: why.unwrap_or_else(|| problem.reason.clone()), ..problem }
    })?;
    Ok(back(id, "dropped"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_comes_back_from_its_box() {
        let shift = Interval { start: UnixMillis::new(1), end: UnixMillis::new(20) };
        assert_eq!(read(&value(shift)), Some(shift));
        for wrong in ["", "1", "a-b", "1-"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}

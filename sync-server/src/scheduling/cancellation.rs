//! A customer cancels: what it costs is said first, and what was said is what is owed.

use std::borrow::Cow;

use detailbook_core::ids::{AgencyId, DetailId};
use detailbook_core::money::Cents;
use detailbook_core::pricing::{CancellationQuote, Minutes, Place, SecondsRule, Tariff, quote};
use detailbook_core::records::{Detail, DetailState};
use detailbook_core::time::{Millis, UnixMillis};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::details;
use crate::audit::By;
use crate::billing::bills::{self, Outcome};
use crate::billing::tariffs;
use crate::filing;
use crate::prices;
use crate::problem::Problem;
use crate::store::bills::BillRow;
use crate::store::detail_terms::{self, DetailTerms};
use crate::store::{self, Sql, cancellations};
use crate::words;

/// A customer's cancellation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerCancels {
    /// The version of the detail that the caller saw.
    pub version: i64,
    /// The sum that was quoted, in cents.
    pub quoted: Cents,
    /// What positions count as that ask for no rank; of a request's detail what was estimated counts.
    #[serde(default)]
    pub rank: String,
    /// Vehicles that were asked for; of a request's detail those of the request count.
    #[serde(default)]
    pub vehicles: u32,
    /// The customer's notice, where the agency had it before now.
    #[serde(default)]
    pub notice: Option<Notice>,
    /// Who cancels, as the customer names them.
    pub cancelled_by: String,
    /// Why.
    pub reason: String,
}

/// A notice that came before it was entered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = CancellationNotice)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// When the agency had it.
    pub received_at: UnixMillis,
    /// How that is known, such as the stamp on a letter.
    pub reason: String,
}

/// The longest time between a notice and its being entered: beyond it, somebody mistyped.
const LATE_ENTRY: Millis = Millis::from_hours(24 * 30);

fn received(now: UnixMillis, at: Option<UnixMillis>) -> Result<UnixMillis, Problem> {
    let at = at.unwrap_or(now);
    if at > now || now - at > LATE_ENTRY {
        return Err(Problem::invalid("received_at", "must lie in the last 30 days"));
    }
    Ok(at)
}

/// What cancelling a detail costs its customer whose notice the agency had then, now where nothing is said. `asked`: by what, where no
/// request has settled that.
pub fn quoted(
    sql: &mut dyn Sql,
    by: &By<'_>,
    tariff: Option<&Tariff>,
    detail: DetailId,
    asked: &DetailTerms,
    notice: Option<UnixMillis>,
) -> Result<CancellationQuote, Problem> {
    let settled = detail_terms::find(sql, by.agency, detail)?;
    let notice = received(by.now, notice)?;
    let detail = filing::get::<Detail>(sql, by.agency, detail)?.record;
    if detail.state == DetailState::Cancelled {
        return Err(Problem::conflict("This detail was cancelled before."));
    }
    let tariff = tariff_of(sql, by, tariff, &detail, by.now)?;
    reckoned(&tariff, &detail, settled.as_ref().unwrap_or(asked), notice)
}

/// What cancelling costs whose notice the agency had then.
fn reckoned(
    tariff: &Tariff,
    detail: &Detail,
    DetailTerms { counts_as, vehicles }: &DetailTerms,
    notice: UnixMillis,
) -> Result<CancellationQuote, Problem> {
    let terms = tariff.terms().cancellation.as_ref();
    let terms = terms.ok_or_else(|| Problem::conflict("The tariff does not say what cancelling costs."))?;
    let places = places(tariff, detail, counts_as)?;
    quote(terms, &places, *vehicles, detail.starts, notice)
        .ok_or_else(|| Problem::conflict("The sum is too large to hold."))
}

/// The tariff of the detail's day, by what was known at `as_of`.
fn tariff_of<'a>(
    sql: &mut dyn Sql,
    by: &By<'_>,
    given: Option<&'a Tariff>,
    detail: &Detail,
    as_of: UnixMillis,
) -> Result<Cow<'a, Tariff>, Problem> {
    let tariff = tariffs::on_day(sql, by.agency, prices::day_of(detail, &[]), as_of, given)?;
    tariff.ok_or_else(|| Problem::conflict("This server has no tariff for the agency."))
}

fn places(tariff: &Tariff, detail: &Detail, rank: &str) -> Result<Vec<Place>, Problem> {
    let length = details::scheduled(detail).length();
    let scheduled = Minutes::from_length(length, SecondsRule::NearestMinute).unwrap_or(Minutes(u32::MAX));
    let place = |position: &detailbook_core::records::Position| {
        let rank = position.rank.as_deref().unwrap_or(rank);
        let rate = tariff.bill_rate(rank).ok_or_else(|| {
            Problem::conflict(format!("The tariff has no rate for rank \"{rank}\" of {}.", position.name))
        })?;
        Ok((rate.cents_per_hour, scheduled))
    };
    detail.positions.iter().map(place).collect()
}

/// Cancels for the customer at the sum that was quoted; where it is another one by now, nothing is cancelled.
pub fn cancel(
    sql: &mut dyn Sql,
    by: &By<'_>,
    tariff: Option<&Tariff>,
    detail: DetailId,
    body: &CustomerCancels,
) -> Result<(), Problem> {
    let asked = DetailTerms { counts_as: body.rank.clone(), vehicles: body.vehicles };
    let now = quoted(sql, by, tariff, detail, &asked, body.notice.as_ref().map(|notice| notice.received_at))?;
    let how = body.notice.as_ref().map(|notice| words::text("notice.reason", &notice.reason)).transpose()?;
    if now.total != body.quoted {
        return Err(Problem::conflict(format!("{} It was quoted at {}.", now.sentence, body.quoted)));
    }
    let cancelled_by = words::line("cancelled_by", &body.cancelled_by)?;
    let reason = format!("Cancelled by the customer: {}", words::text("reason", &body.reason)?);
    details::cancel(sql, by, detail, body.version, &reason)?;
    let kept = json!({ "quote": now, "cancelled_by": cancelled_by, "reason": reason, "notice": body.notice,
        "notice_reason": how, "counts_as": asked.counts_as, "vehicles": asked.vehicles });
    cancellations::keep(sql, by.agency, detail, by.now, &kept.to_string())?;
    let cancelled = filing::get::<Detail>(sql, by.agency, detail)?.record;
    let citation = tariff_of(sql, by, tariff, &cancelled, by.now)?.citation();
    let bill = bills::freeze_cancellation(sql, by, &cancelled, Some((&now, &citation)))?;
    let mut noted = kept;
    noted["bill"] = json!(bill);
    Ok(by.note(sql, "detail.cancelled_by_customer", detail, &noted)?)
}

/// What is owed for a cancellation instead of what was billed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Correction {
    /// The number of the bill that the caller saw.
    pub bill: i64,
    /// When the agency had the customer's notice; absent: the fee is waived.
    pub notice: Option<UnixMillis>,
    /// What the caller saw that it would come to.
    pub quoted: Cents,
    /// Why.
    pub reason: String,
}

/// What a customer's cancellation is billed, and what that was made from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Billing {
    /// The detail.
    pub detail: Detail,
    /// The bill in force.
    pub bill: BillRow,
    /// When the cancelling was entered.
    pub entered_at: UnixMillis,
    /// What places counted as, and how many vehicles there were; absent where that was not kept.
    pub asked: Option<DetailTerms>,
}

/// What was asked, as it is kept with a cancellation.
#[derive(Deserialize)]
struct Kept {
    counts_as: Option<String>,
    vehicles: Option<u32>,
}

/// The bill of a customer's cancellation.
pub fn billing(sql: &mut dyn Sql, agency: AgencyId, id: DetailId) -> Result<Billing, Problem> {
    let detail = filing::get::<Detail>(sql, agency, id)?.record;
    let bill = store::bills::in_force(sql, agency, id.into(), i64::MAX)?.ok_or_else(Problem::not_found)?;
    let first = store::bills::get(sql, agency, id.into(), 1)?.ok_or_else(Problem::not_found)?;
    let kept = cancellations::find(sql, agency, id)?;
    let kept = kept.and_then(|kept| serde_json::from_str::<Kept>(&kept).ok());
    let kept = kept.and_then(|kept| Some(DetailTerms { counts_as: kept.counts_as?, vehicles: kept.vehicles? }));
    let asked = detail_terms::find(sql, agency, id)?.or(kept);
    Ok(Billing { detail, bill, entered_at: first.made_at, asked })
}

/// What a cancellation would have cost with that notice, by the tariff that it was billed by.
pub fn requoted(
    sql: &mut dyn Sql,
    by: &By<'_>,
    given: Option<&Tariff>,
    of: &Billing,
    notice: UnixMillis,
) -> Result<(CancellationQuote, String), Problem> {
    let asked = of.asked.as_ref().ok_or_else(|| {
        Problem::conflict("What the places counted as was not kept with this cancellation: its fee can only be waived.")
    })?;
    let notice = received(of.entered_at, Some(notice))
        .map_err(|_| Problem::invalid("received_at", "must lie in the 30 days before the cancelling was entered"))?;
    let tariff = tariff_of(sql, by, given, &of.detail, of.entered_at)?;
    let first = store::bills::get(sql, by.agency, of.detail.id.into(), 1)?.ok_or_else(Problem::not_found)?;
    let billed_by = Outcome::of(&first)?.billed().and_then(|billed| billed.lines.first()).map(|it| it.tariff.clone());
    if billed_by != Some(tariff.citation()) {
        return Err(Problem::conflict(
            "The tariff that this cancellation was billed by is not there any more: its fee can only be waived.",
        ));
    }
    Ok((reckoned(&tariff, &of.detail, asked, notice)?, tariff.citation()))
}

/// Bills a customer's cancellation anew, or waives its fee. The next run credits what was invoiced, and invoices what is owed.
pub fn correct(
    sql: &mut dyn Sql,
    by: &By<'_>,
    given: Option<&Tariff>,
    id: DetailId,
    body: &Correction,
) -> Result<(), Problem> {
    let reason = words::text("reason", &body.reason)?;
    let of = billing(sql, by.agency, id)?;
    if of.bill.number != body.bill {
        return Err(Problem::conflict(
            "Somebody else corrected this meanwhile. Look at what is billed now, and send yours again if it still holds.",
        ));
    }
    let owed = body.notice.map(|notice| requoted(sql, by, given, &of, notice)).transpose()?;
    let total = owed.as_ref().map_or(Cents::ZERO, |(quote, _)| quote.total);
    if total != body.quoted {
        return Err(Problem::conflict(format!(
            "It comes to {total}, and was shown as {}. Look at it again.",
            body.quoted
        )));
    }
    if total == of.bill.total.unwrap_or_default() {
        return Err(Problem::conflict(format!("It is billed {total} already.")));
    }
    let before = Outcome::of(&of.bill)?;
    let owed = owed.as_ref().map(|(quote, citation)| (quote, citation.as_str()));
    let after = bills::freeze_cancellation(sql, by, &of.detail, owed)?;
    let noted = json!({ "before": before, "after": after, "notice": body.notice, "why": reason });
    Ok(by.note(sql, "bill.correct", id, &noted)?)
}

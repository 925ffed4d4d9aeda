//! A customer cancels: what it costs is said first, and what was said is what is owed.

use std::borrow::Cow;

use detailbook_core::ids::DetailId;
use detailbook_core::money::Cents;
use detailbook_core::pricing::{CancellationQuote, Minutes, Place, SecondsRule, Tariff, quote};
use detailbook_core::records::{Detail, DetailState};
use detailbook_core::time::{Millis, UnixMillis};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::details;
use crate::audit::By;
use crate::billing::{bills, tariffs};
use crate::filing;
use crate::prices;
use crate::problem::Problem;
use crate::store::detail_terms::{self, DetailTerms};
use crate::store::{Sql, cancellations};
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
    let DetailTerms { counts_as, vehicles } = settled.as_ref().unwrap_or(asked);
    let notice = received(by.now, notice)?;
    let detail = filing::get::<Detail>(sql, by.agency, detail)?.record;
    if detail.state == DetailState::Cancelled {
        return Err(Problem::conflict("This detail was cancelled before."));
    }
    let tariff = tariff_of(sql, by, tariff, &detail)?;
    let terms = tariff.terms().cancellation.as_ref();
    let terms = terms.ok_or_else(|| Problem::conflict("The tariff does not say what cancelling costs."))?;
    let places = places(&tariff, &detail, counts_as)?;
    quote(terms, &places, *vehicles, detail.starts, notice)
        .ok_or_else(|| Problem::conflict("The sum is too large to hold."))
}

/// The tariff of the detail's day.
fn tariff_of<'a>(
    sql: &mut dyn Sql,
    by: &By<'_>,
    given: Option<&'a Tariff>,
    detail: &Detail,
) -> Result<Cow<'a, Tariff>, Problem> {
    let tariff = tariffs::on_day(sql, by.agency, prices::day_of(detail, &[]), by.now, given)?;
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
    let kept = json!({ "quote": now, "cancelled_by": cancelled_by, "reason": reason, "notice": body.notice, "notice_reason": how });
    cancellations::keep(sql, by.agency, detail, by.now, &kept.to_string())?;
    let cancelled = filing::get::<Detail>(sql, by.agency, detail)?.record;
    let citation = tariff_of(sql, by, tariff, &cancelled)?.citation();
    bills::freeze_cancellation(sql, by, &cancelled, &now, &citation)?;
    Ok(by.note(sql, "detail.cancelled_by_customer", detail, &kept)?)
}

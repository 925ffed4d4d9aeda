//! A customer cancels: what it costs is said first, and what was said is what is owed.

use detailbook_core::ids::DetailId;
use detailbook_core::money::Cents;
use detailbook_core::pricing::{CancellationQuote, Minutes, Place, SecondsRule, Tariff, quote};
use detailbook_core::records::{Detail, DetailState};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::details;
use crate::audit::By;
use crate::filing;
use crate::problem::Problem;
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
    /// What positions count as that ask for no rank.
    #[serde(default)]
    pub rank: String,
    /// Vehicles that were asked for.
    #[serde(default)]
    pub vehicles: u32,
    /// Who cancels, as the customer names them.
    pub cancelled_by: String,
    /// Why.
    pub reason: String,
}

/// What cancelling a detail now costs its customer.
pub fn quoted(
    sql: &mut dyn Sql,
    by: &By<'_>,
    tariff: Option<&Tariff>,
    detail: DetailId,
    rank: &str,
    vehicles: u32,
) -> Result<CancellationQuote, Problem> {
    let detail = filing::get::<Detail>(sql, by.agency, detail)?.record;
    if detail.state == DetailState::Cancelled {
        return Err(Problem::conflict("This detail was cancelled before."));
    }
    let tariff = tariff.ok_or_else(|| Problem::conflict("This server has no tariff for the agency."))?;
    let terms = tariff.terms().cancellation.as_ref();
    let terms = terms.ok_or_else(|| Problem::conflict("The tariff does not say what cancelling costs."))?;
    let places = places(tariff, &detail, rank)?;
    quote(terms, &places, vehicles, detail.starts, by.now)
        .ok_or_else(|| Problem::conflict("The sum is too large to hold."))
}

fn places(tariff: &Tariff, detail: &Detail, rank: &str) -> Result<Vec<Place>, Problem> {
    let length = details::scheduled(detail).length();
    let scheduled = Minutes::from_length(length, SecondsRule::NearestMinute).unwrap_or(Minutes(u32::MAX));
    let place = |position: &detailbook_core::records::Position| {
        let rank = position.rank.as_deref().unwrap_or(rank);
        let rate = tariff.rate(rank).ok_or_else(|| {
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
    let now = quoted(sql, by, tariff, detail, &body.rank, body.vehicles)?;
    if now.total != body.quoted {
        return Err(Problem::conflict(format!("{} It was quoted at {}.", now.sentence, body.quoted)));
    }
    let cancelled_by = words::line("cancelled_by", &body.cancelled_by)?;
    let reason = format!("Cancelled by the customer: {}", words::text("reason", &body.reason)?);
    details::cancel(sql, by, detail, body.version, &reason)?;
    let kept = json!({ "quote": now, "cancelled_by": cancelled_by, "reason": reason });
    cancellations::keep(sql, by.agency, detail, by.now, &kept.to_string())?;
    Ok(by.note(sql, "detail.cancelled_by_customer", detail, &kept)?)
}

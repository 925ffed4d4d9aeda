//! Who hears where a trade stands.

use detailbook_core::ids::TradeId;
use detailbook_core::notices::EventKind;
use detailbook_core::records::Detail;
use detailbook_core::staffing::{Trade, TradeState};

use super::details;
use super::told::{Happened, is_soon, named, told};
use crate::audit::By;
use crate::store::{Sql, StoreError};

/// Tells the officers of a trade what the other, or the agency, did; and the coordinator where it waits for the agency. Who has the
/// place in the end is told by the award.
pub(super) fn tell(sql: &mut dyn Sql, by: &By<'_>, id: TradeId, trade: &Trade) -> Result<(), StoreError> {
    let found = trade.detail.map(|detail| details::find(sql, by.agency, detail)).transpose()?.flatten();
    let Some(detail) = found else { return Ok(()) };
    let officers = match trade.state {
        TradeState::Offered | TradeState::Withdrawn => vec![trade.to],
        TradeState::Taken | TradeState::Declined | TradeState::Done => vec![trade.from],
        TradeState::Refused | TradeState::Lapsed => vec![trade.from, trade.to],
    };
    let moved = happened(by, EventKind::TradeMoved, id, trade, &detail);
    told(sql, by, &Happened { officers, ..moved })?;
    if trade.state == TradeState::Taken {
        told(sql, by, &happened(by, EventKind::TradeWaits, id, trade, &detail))?;
    }
    Ok(())
}

fn happened<'a>(by: &By<'_>, kind: EventKind, id: TradeId, trade: &Trade, detail: &'a Detail) -> Happened<'a> {
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "an officer".to_owned());
    let names = format!("From {} to {}", name(&trade.from_name), name(&trade.to_name));
    let text = format!("{names}: {}. {}", named(detail), trade.reason);
    let of = Happened::new(kind, format!("{id} {:?}", trade.state), detail, text);
    Happened { assignment: Some(trade.assignment), urgent: is_soon(detail, by.now), ..of }
}

//! Assignments that officers offer each other.

use serde::Serialize;

use super::{Page, PageMark, newest, page, site};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Reader, commands, records, standing};
use crate::ids::{CommandId, DetailId, OfficerId, RecordId, TradeId};
use crate::records::{Assignment, Detail, RecordKind, Site};
use crate::staffing::Trade;
use crate::time::UnixMillis;
use crate::wire::{Decision, decode};

/// A trade.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TradeView {
    /// Its id.
    pub id: TradeId,
    /// The trade.
    pub trade: Trade,
    /// This officer offered it; else it was offered to this officer.
    pub mine: bool,
    /// The detail, if its record is here.
    pub detail: Option<Detail>,
    /// Where, if the record is here.
    pub site: Option<Site>,
    /// The officer's latest wish about it, while it counts.
    pub wish: Option<PendingView>,
}

/// A wish whose effect no record shows yet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PendingView {
    /// It waits on this phone.
    Waiting {
        /// The wish.
        command: CommandId,
    },
    /// The server did not carry it out.
    Refused {
        /// Why, as a sentence.
        reason: String,
    },
}

/// The latest wish of those kinds about something, unless it was carried out.
pub(super) fn pending(
    reader: &Reader<'_>,
    about: [u8; 16],
    kind: i64,
    since: Option<UnixMillis>,
) -> Result<Option<PendingView>, PhoneError> {
    let latest = commands::latest_about(reader, about, (kind, kind))?;
    Ok(latest.and_then(|kept| match kept.decision {
        _ if kept.waiting => Some(PendingView::Waiting { command: kept.id }),
        // What came after the refusal counts more.
        Some(Decision::Refused) if kept.decided_at >= since => Some(PendingView::Refused { reason: kept.reason }),
        _ => None,
    }))
}

impl Phone {
    /// Trades, newest first; those that are over too.
    pub fn trades(&self, mark: Option<PageMark>, limit: u32) -> Result<Page<TradeView>, PhoneError> {
        let (from, before) = newest(UnixMillis::MAX, mark);
        self.store.read(|reader| {
            let me = standing::enrolled(reader)?.officer;
            let rows = records::ids_ending_before(reader, RecordKind::Trade, from, before, limit.saturating_add(1))?;
            let mut trades = Vec::new();
            for (at, number, id, body) in rows {
                if let Ok(trade) = decode::<Trade>(&body) {
                    trades.push((PageMark { at, number }, view(reader, id, trade, me)?));
                }
            }
            Ok(page(trades, limit))
        })
    }
}

fn view(reader: &Reader<'_>, id: RecordId, trade: Trade, me: OfficerId) -> Result<TradeView, PhoneError> {
    let id = TradeId::from_bytes(*id.as_bytes());
    let held: Option<Assignment> = records::get(reader, RecordKind::Assignment, trade.assignment.into())?;
    let detail_id: Option<DetailId> = held.map(|held| held.detail).or(trade.detail);
    let detail: Option<Detail> = match detail_id {
        Some(id) => records::get(reader, RecordKind::Detail, id.into())?,
        None => None,
    };
    let site = site(reader, detail.as_ref())?;
    let wish = pending(reader, *id.as_bytes(), commands::TRADE, Some(trade.offered_at))?;
    Ok(TradeView { id, mine: trade.from == me, detail, site, wish, trade })
}

//! How places found somebody else after their officer did not come, counted: each way must be seen to work in many worlds.

use detailbook_core::ids::{AgencyId, AssignmentId};
use detailbook_core::records::RecordKind;
use detailbook_core::staffing::{Answer, Trade, TradeState};
use detailbook_core::wire;
use detailbook_server::store::reliefs::{self, Search};
use detailbook_server::store::{Sql, StoreError, params};

use crate::world::World;

/// A place taken over in one of these ways.
pub const WAYS: [&str; 5] = [
    "relieved by a backup",
    "relieved from the pool",
    "relieved by whom the officer found",
    "relieved by the coordinator",
    "traded",
];

impl World {
    /// Counts the ways in which places were taken over in this world.
    pub(crate) fn count_fills(&mut self) {
        for agency in self.agencies() {
            let Some(ways) = self.machine.look(|sql| ways(sql, agency)) else { return };
            for way in ways {
                self.tally.count(way);
            }
        }
    }
}

fn ways(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<&'static str>, StoreError> {
    let trades = done(sql, agency)?;
    let mut ways = Vec::new();
    let mut searched = Vec::new();
    // 1: somebody was found.
    let rows = sql.query("SELECT assignment FROM reliefs WHERE agency = $1 AND state = 1", &params![agency])?;
    for row in rows {
        let id: AssignmentId = row.id(0)?;
        searched.push(id);
        if let Some(search) = reliefs::find(sql, agency, id)? {
            ways.push(way(&search, trades.contains(&id)));
        }
    }
    ways.extend(trades.iter().filter(|id| !searched.contains(id)).map(|_| WAYS[4]));
    Ok(ways)
}

fn way(search: &Search, traded: bool) -> &'static str {
    let relief = &search.relief;
    let came = relief.asks.iter().find(|ask| matches!(ask.answer, Some((Answer::Yes, _))));
    match came {
        // Whoever was asked alone was asked before they answered; the pool's answers are written as they come.
        Some(ask) if ask.answer.is_some_and(|(_, at)| ask.asked_at == at) && relief.pool_asked_at.is_some() => WAYS[1],
        Some(_) => WAYS[0],
        None if traded => WAYS[2],
        None => WAYS[3],
    }
}

/// Assignments that passed to another officer by a trade.
fn done(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<AssignmentId>, StoreError> {
    let kind = i64::from(RecordKind::Trade.code());
    let rows = sql.query("SELECT body FROM records WHERE agency = $1 AND kind = $2", &params![agency, kind])?;
    let mut done = Vec::new();
    for row in rows {
        let trade: Trade = wire::decode(row.bytes(0)?).expect("a trade");
        done.extend(Some(trade.assignment).filter(|_| trade.state == TradeState::Done));
    }
    Ok(done)
}

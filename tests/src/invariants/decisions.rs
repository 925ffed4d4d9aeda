//! Rules 3 and 7: the same facts in any order give the same proposal, and every decision can be made again from what is stored.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, AssignmentId, DocumentId};
use detailbook_core::shift::{Fact, LoggedFact, ProposalRules, propose};
use detailbook_core::time::{UnixMillis, Zone};
use detailbook_core::wire::{Command, Decision, Wish};
use detailbook_server::rulings;
use detailbook_server::store::{Sql, StoreError, params};

use crate::broken::{Checked, demand};
use crate::entropy::Seeded;

/// The facts of every document of an agency.
pub fn logs(sql: &mut dyn Sql, agency: AgencyId) -> Result<BTreeMap<DocumentId, Vec<LoggedFact>>, StoreError> {
    let mut logs: BTreeMap<DocumentId, Vec<LoggedFact>> = BTreeMap::new();
    let rows = sql.query("SELECT document, fact, device, body FROM facts WHERE agency = $1", &params![agency])?;
    for row in rows {
        if let Ok(fact) = Fact::from_bytes(row.bytes(3)?) {
            logs.entry(row.id(0)?).or_default().push(LoggedFact::new(row.id(1)?, row.id(2)?, fact));
        }
    }
    Ok(logs)
}

/// Proposes from each log twice, in different orders.
pub fn check_order(logs: &BTreeMap<DocumentId, Vec<LoggedFact>>, now: UnixMillis, entropy: &mut Seeded) -> Checked {
    let rules = ProposalRules::in_zone(Zone::UTC);
    for (document, facts) in logs {
        let once = propose(facts, None, now, &rules);
        let mut shuffled = facts.clone();
        entropy.shuffle(&mut shuffled);
        let again = propose(&shuffled, None, now, &rules);
        demand(once == again, "the order of facts changes nothing", || format!("{document:?}"))?;
    }
    Ok(())
}

/// What the server proposes for each assignment, as text.
pub fn proposals(sql: &mut dyn Sql, agency: AgencyId, now: UnixMillis) -> Result<Vec<String>, StoreError> {
    let rows =
        sql.query("SELECT assignment FROM assignments WHERE agency = $1 ORDER BY assignment", &params![agency])?;
    let mut proposals = Vec::new();
    for row in rows {
        let assignment: AssignmentId = row.id(0)?;
        proposals.push(format!("{assignment} {:?}", rulings::proposed(sql, agency, assignment, now)));
    }
    Ok(proposals)
}

/// Commands that were accepted but left no trace, or were refused and left one.
pub fn check_commands(sql: &mut dyn Sql, agency: AgencyId) -> Result<Checked, StoreError> {
    let rows =
        sql.query("SELECT command, wish, made_at, decision FROM commands WHERE agency = $1", &params![agency])?;
    for row in rows {
        let command = Command { id: row.id(0)?, wish: row.bytes(1)?.to_vec().into(), made_at: row.time(2)? };
        let kind = match command.wish() {
            Ok(Wish::Apply { .. }) => 8,
            Ok(Wish::SendMessage { .. }) => 7,
            _ => continue,
        };
        let there = sql.query(
            "SELECT version FROM records WHERE agency = $1 AND kind = $2 AND id = $3",
            &params![agency, kind, command.id],
        )?;
        let accepted = row.int(3)? == i64::from(Decision::Accepted as u8);
        let checked = demand(there.is_empty() != accepted, "a command is carried out once, if it is accepted", || {
            format!("{:?}, accepted: {accepted}, records: {}", command.id, there.len())
        });
        if checked.is_err() {
            return Ok(checked);
        }
    }
    Ok(Ok(()))
}

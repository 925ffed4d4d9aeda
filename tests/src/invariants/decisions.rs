//! Rules 3 and 7: the same facts in any order give the same proposal, and every decision can be made again from what is stored.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, DocumentId, OfficerId, PositionId};
use detailbook_core::records::Application;
use detailbook_core::shift::{Fact, LoggedFact, ProposalRules, propose};
use detailbook_core::time::{UnixMillis, Zone};
use detailbook_core::wire::{self, Command, Decision, Wish};
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
    let text = "SELECT command, wish, made_at, decision, officer, decided_at FROM commands WHERE agency = $1";
    for row in sql.query(text, &params![agency])? {
        let command = Command { id: row.id(0)?, wish: row.bytes(1)?.to_vec().into(), made_at: row.time(2)? };
        let (kind, again) = match command.wish() {
            Ok(Wish::Apply { detail, position, .. }) => {
                (8, Some(Applied { officer: row.id(4)?, detail, position, until: row.time(5)? }))
            }
            Ok(Wish::SendMessage { .. }) => (7, None),
            _ => continue,
        };
        let there = sql.query(
            "SELECT version FROM records WHERE agency = $1 AND kind = $2 AND id = $3",
            &params![agency, kind, command.id],
        )?;
        let accepted = row.int(3)? == i64::from(Decision::Accepted as u8);
        let repeats = accepted && there.is_empty() && again.is_some_and(|again| again.stood(sql, agency));
        let checked =
            demand(repeats || there.is_empty() != accepted, "a command is carried out once, if it is accepted", || {
                format!("{:?}, accepted: {accepted}, records: {}", command.id, there.len())
            });
        if checked.is_err() {
            return Ok(checked);
        }
    }
    Ok(Ok(()))
}

/// An application that an accepted wish may have repeated: a second tap, or the officer's other phone.
struct Applied {
    officer: OfficerId,
    detail: DetailId,
    position: Option<PositionId>,
    until: UnixMillis,
}

impl Applied {
    /// Had the same officer applied for the same by then?
    fn stood(&self, sql: &mut dyn Sql, agency: AgencyId) -> bool {
        let text = "SELECT body FROM records WHERE agency = $1 AND kind = 8";
        let rows = sql.query(text, &params![agency]).expect("the applications");
        rows.iter().filter_map(|row| wire::decode::<Application>(row.bytes(0).ok()?).ok()).any(|application| {
            let same = (application.officer, application.detail, application.position);
            same == (self.officer, self.detail, self.position) && application.received_at <= self.until
        })
    }
}

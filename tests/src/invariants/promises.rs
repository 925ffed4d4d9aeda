//! Rule 1: an acknowledged fact is never lost. Whatever the server said it has, it has, byte for byte; and what it decided
//! stays decided.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, CommandId};
use detailbook_core::wire::Decision;
use detailbook_server::store::{Sql, StoreError};

use crate::broken::{Checked, demand};
use crate::witness::{ChangeKey, Witness};

/// Every change there is, by agency, document and hash.
pub fn stored_changes(sql: &mut dyn Sql) -> Result<BTreeMap<ChangeKey, Vec<u8>>, StoreError> {
    let rows = sql.query("SELECT agency, document, hash, body FROM changes", &[])?;
    rows.iter().map(|row| Ok(((row.id(0)?, row.id(1)?, row.hash(2)?), row.bytes(3)?.to_vec()))).collect()
}

/// Decided commands: decision, reason and time.
pub type Decided = BTreeMap<(AgencyId, CommandId), (Decision, String, i64)>;

/// Every decided command there is.
pub fn stored_outcomes(sql: &mut dyn Sql) -> Result<Decided, StoreError> {
    let rows = sql.query("SELECT agency, command, decision, reason, decided_at FROM commands", &[])?;
    let decision = |code| if code == 0 { Decision::Accepted } else { Decision::Refused };
    let entry = |row: &detailbook_server::store::Row| {
        Ok(((row.id(0)?, row.id(1)?), (decision(row.int(2)?), row.text(3)?.to_owned(), row.int(4)?)))
    };
    rows.iter().map(entry).collect()
}

/// Holds the tables against every promise.
pub fn check(witness: &Witness, changes: &BTreeMap<ChangeKey, Vec<u8>>, outcomes: &Decided) -> Checked {
    for (key, promised) in &witness.changes {
        demand(changes.get(key) == Some(&promised.body), "what was accepted is on the server", || {
            format!(
                "{key:?} of device {:?} is {}",
                promised.device,
                if changes.contains_key(key) { "other" } else { "gone" }
            )
        })?;
    }
    for (key, outcome) in &witness.outcomes {
        let told = (outcome.decision, outcome.reason.clone(), outcome.decided_at.as_millis());
        demand(outcomes.get(key) == Some(&told), "what was decided stays decided", || {
            format!("{key:?} was told {told:?}, is {:?}", outcomes.get(key))
        })?;
    }
    Ok(())
}

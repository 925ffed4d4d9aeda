//! Rule 5: nobody writes across an agency. Every row hangs on things of its own agency, and every change and fact was
//! written by the officer whose log it is in.

use detailbook_server::store::{Sql, StoreError};

use crate::broken::{Checked, demand};

/// Queries that must find nothing: a name for what they look for, and the SQL.
const NEVER: &[(&str, &str)] = &[
    (
        "a writer of another agency's device",
        "SELECT 1 FROM writers w WHERE NOT EXISTS
         (SELECT 1 FROM devices d WHERE d.agency = w.agency AND d.device = w.device)",
    ),
    (
        "a change under a writer that is not its device's",
        "SELECT 1 FROM changes c WHERE NOT EXISTS
         (SELECT 1 FROM writers w WHERE w.agency = c.agency AND w.writer = c.writer AND w.device = c.device)",
    ),
    (
        "a change to a document that its agency does not have",
        "SELECT 1 FROM changes c WHERE NOT EXISTS
         (SELECT 1 FROM documents d WHERE d.agency = c.agency AND d.document = c.document)",
    ),
    (
        "a change in another officer's shift log",
        "SELECT 1 FROM changes c JOIN documents d ON d.agency = c.agency AND d.document = c.document
         JOIN devices v ON v.agency = c.agency AND v.device = c.device WHERE d.kind = 1 AND d.owner <> v.officer",
    ),
    (
        "a fact by an officer whose device did not send it",
        "SELECT 1 FROM facts f WHERE NOT EXISTS
         (SELECT 1 FROM devices d WHERE d.agency = f.agency AND d.device = f.device AND d.officer = f.officer)",
    ),
    (
        "a fact without the change that brought it",
        "SELECT 1 FROM facts f WHERE NOT EXISTS
         (SELECT 1 FROM changes c WHERE c.agency = f.agency AND c.document = f.document AND c.seq = f.seq AND c.device = f.device)",
    ),
    (
        "a command of another agency's device",
        "SELECT 1 FROM commands c WHERE NOT EXISTS
         (SELECT 1 FROM devices d WHERE d.agency = c.agency AND d.device = c.device AND d.officer = c.officer)",
    ),
    (
        "a position held twice",
        "SELECT 1 FROM assignments WHERE active = 1 GROUP BY agency, detail, position HAVING COUNT(*) > 1",
    ),
    (
        "a number used for two changes",
        "SELECT 1 FROM changes GROUP BY agency, seq HAVING COUNT(*) > 1",
    ),
    (
        "a number beyond the agency's latest",
        "SELECT 1 FROM changes c JOIN agencies a ON a.agency = c.agency WHERE c.seq > a.seq",
    ),
    (
        "a blob without the fact that names it",
        "SELECT 1 FROM blob_names b WHERE NOT EXISTS
         (SELECT 1 FROM facts f WHERE f.agency = b.agency AND f.document = b.document AND f.fact = b.fact AND f.officer = b.officer)",
    ),
];

/// What of all that must never be there is there.
pub fn found(sql: &mut dyn Sql) -> Result<Vec<&'static str>, StoreError> {
    let mut found = Vec::new();
    for (what, query) in NEVER {
        if !sql.query(query, &[])?.is_empty() {
            found.push(*what);
        }
    }
    Ok(found)
}

/// Fails where anything was found.
pub fn check(found: &[&'static str]) -> Checked {
    demand(found.is_empty(), "nobody writes where they may not", || found.join(", "))
}

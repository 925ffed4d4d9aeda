//! What the evidence of an honest phone must show: no gap in its chain, and its signature on everything.

use std::collections::BTreeSet;

use detailbook_core::evidence::{ChainEntry, ChainFinding, Statement, check_chain, verify};
use detailbook_core::ids::{AgencyId, DeviceId, FactId, OfficerId};
use detailbook_core::shift::{ChainLink, Fact};
use detailbook_server::store::{Row, Sql, StoreError, params};

use crate::broken::{Checked, demand};
use crate::holdings::Holdings;

/// One device's facts as the server has them.
pub struct Evidence {
    /// Facts with link and hash.
    chain: Vec<ChainEntry>,
    /// Facts whose signature the server does not call good.
    unsigned: Vec<FactId>,
    /// Facts whose hash or signature does not fit when it is worked out again.
    unfit: Vec<FactId>,
}

/// Reads a device's facts and works out every hash again, and every eighth signature.
pub fn read(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId, device: DeviceId) -> Result<Evidence, StoreError> {
    let key =
        sql.query("SELECT public_key FROM devices WHERE agency = $1 AND device = $2", &params![agency, device])?;
    let key = key.first().ok_or(StoreError::Misused("no such device"))?.bytes(0)?.to_vec();
    let rows = sql.query(
        "SELECT document, fact, counter, previous, hash, body, signature, signed FROM facts
         WHERE agency = $1 AND device = $2 ORDER BY counter",
        &params![agency, device],
    )?;
    let mut evidence = Evidence { chain: Vec::new(), unsigned: Vec::new(), unfit: Vec::new() };
    for (number, row) in rows.iter().enumerate() {
        let entry = entry(row)?;
        if row.int(7)? != 1 {
            evidence.unsigned.push(entry.fact);
        }
        let statement = Statement { agency, officer, device, document: entry.document, fact: entry.fact };
        let body = row.bytes(5)?;
        let signed = || row.opt_bytes(6).ok().flatten().is_some_and(|s| verify(&key, &statement.bytes(body), s));
        if statement.hash(body) != entry.hash || (number % 8 == 0 && !signed()) {
            evidence.unfit.push(entry.fact);
        }
        evidence.chain.push(entry);
    }
    Ok(evidence)
}

fn entry(row: &Row) -> Result<ChainEntry, StoreError> {
    let link = ChainLink { counter: row.int(2)?.unsigned_abs(), previous: row.hash(3)? };
    Ok(ChainEntry::new(row.id(0)?, row.id(1)?, link, row.hash(4)?))
}

/// Nothing is missing but what the phone shows as refused, and nothing is unsigned.
pub fn check(evidence: &Evidence, holdings: &Holdings) -> Checked {
    let refused: BTreeSet<u64> = holdings
        .facts
        .values()
        .filter(|fact| fact.own && !fact.accepted | fact.refused)
        .filter_map(|fact| Some(Fact::from_bytes(&fact.bytes).ok()?.link.counter))
        .collect();
    for finding in check_chain(&evidence.chain) {
        let known = matches!(&finding, ChainFinding::Missing { first, last } if (*first..=*last).all(|it| refused.contains(&it)));
        demand(known, "an honest phone's chain is whole", || format!("{finding:?}"))?;
    }
    demand(evidence.unsigned.is_empty(), "an honest phone's facts are signed", || format!("{:?}", evidence.unsigned))?;
    demand(evidence.unfit.is_empty(), "hashes and signatures fit", || format!("{:?}", evidence.unfit))
}

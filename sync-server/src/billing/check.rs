//! Are the invoices and the books what they were? For `detailbook check`, and for whoever doubts them.

use detailbook_core::ids::AgencyId;
use detailbook_core::money::Cents;

use super::document::digest;
use crate::ledger;
use crate::store::invoices::{self, LineRow, Order, Sought};
use crate::store::{Store, StoreError};

/// Invoices looked at in one read.
const STRIDE: usize = 200;

/// What a check found.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Checked {
    /// Invoices and credit memos.
    pub invoices: i64,
    /// What is wrong, a sentence each; empty where all is well.
    pub faults: Vec<String>,
}

/// Checks every invoice against its digest, the numbers for gaps, and the books. Blocks.
pub fn check(store: &Store, agency: AgencyId) -> Result<Checked, StoreError> {
    let (mut found, mut skip) = (Checked::default(), 0);
    loop {
        let rows = store.read::<_, StoreError>(move |sql| {
            let rows = invoices::find(sql, agency, &Sought::default(), Order::Oldest, (skip, STRIDE))?;
            rows.into_iter()
                .map(|row| Ok((invoices::lines(sql, agency, row.number)?, row)))
                .collect::<Result<Vec<_>, _>>()
        })?;
        if rows.is_empty() {
            break;
        }
        skip += rows.len();
        for (lines, row) in rows {
            found.invoices += 1;
            if row.number != found.invoices {
                found.faults.push(format!("Before invoice {} a number is missing.", row.number));
                return Ok(found);
            }
            if row.digest != digest(agency, &row, &lines) || sum(&lines) != Some(row.total) {
                found.faults.push(format!("Invoice {} is not what was issued.", row.number));
            }
        }
    }
    found.faults.extend(store.read(move |sql| ledger::trial_balance(sql, agency))?.faults);
    Ok(found)
}

fn sum(lines: &[LineRow]) -> Option<Cents> {
    Cents::checked_sum(lines.iter().map(|line| line.amount))
}

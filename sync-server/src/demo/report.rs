//! What a run over real records came to.

use detailbook_core::money::Cents;
use detailbook_core::pricing::Minutes;
use serde::Serialize;

use super::import::Rejected;

/// What a row was, or came out as, paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Paid {
    /// Time paid, hours and minutes.
    pub hours: Minutes,
    /// Cents.
    pub cents: Cents,
}

/// A row whose price is not what the record says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Mismatch {
    /// The record's number (`RowId`).
    pub row: String,
    /// The physical line the record starts on.
    pub line: u64,
    /// What the record says.
    pub expected: Paid,
    /// What the facts and the tariff came to.
    pub got: Paid,
    /// What may explain it, where there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A row that has no price.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct UnratedRow {
    /// The record's number (`RowId`).
    pub row: String,
    /// The physical line the record starts on.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// How a row came out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// As the record says.
    Matched,
    /// Otherwise.
    Mismatched(Mismatch),
    /// Not at all.
    Unrated(UnratedRow),
}

/// What a run came to. As JSON it is the one object that `--json` prints.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Report {
    /// Records found in the file.
    pub records: usize,
    /// Those taken.
    pub imported: usize,
    /// Those not.
    pub rejected: Vec<Rejected>,
    /// Phones enrolled, one an officer.
    pub phones: usize,
    /// Syncs that came to their end: everything sent, everything fetched.
    pub syncs: u64,
    /// Facts that phones wrote.
    pub facts_written: u64,
    /// Facts that the server gave back.
    pub facts_on_server: u64,
    /// Rows paid as the record says.
    pub matched: usize,
    /// Rows that are not.
    pub mismatched: Vec<Mismatch>,
    /// Rows without a price.
    pub unrated: Vec<UnratedRow>,
}

impl Report {
    /// Counts a row.
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Matched => self.matched += 1,
            Outcome::Mismatched(row) => self.mismatched.push(row),
            Outcome::Unrated(row) => self.unrated.push(row),
        }
    }

    /// 1 where an imported row does not match, unrated ones included; else 2 where a line was rejected; else 0.
    pub fn exit_code(&self) -> u8 {
        match (self.matched == self.imported, self.rejected.is_empty()) {
            (false, _) => 1,
            (true, false) => 2,
            (true, true) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unrated() -> Outcome {
        Outcome::Unrated(UnratedRow { row: "1".into(), line: 2, reason: "no such rank".into() })
    }

    #[test]
    fn the_exit_code_says_the_worst() {
        let mut report = Report { imported: 1, ..Report::default() };
        assert_eq!(report.exit_code(), 1, "an imported row that nobody priced");
        report.add(Outcome::Matched);
        assert_eq!(report.exit_code(), 0);
        report.rejected.push(Rejected { line: 2, reason: "Street is empty".into() });
        assert_eq!(report.exit_code(), 2);
        report.imported += 1;
        report.add(unrated());
        assert_eq!(report.exit_code(), 1);
    }
}

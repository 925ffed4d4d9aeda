//! Reading a city's paid-detail records.
//!
//! The whole file is read and judged before anything is written: every bad line is reported with its number and a reason,
//! and the others go on. Only a file whose header cannot be used is refused as a whole.

mod columns;
pub(crate) mod lines;
mod local_time;
mod record;

use std::collections::BTreeMap;

use detailbook_core::time::Zone;
use serde::Serialize;

pub use columns::HeaderFault;
pub use local_time::{Reading, TimeFault};
pub use record::{PaidDetail, RecordFault};

use columns::Columns;
use lines::{Entry, Lines};

/// A line that was not taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Rejected {
    /// The physical line, as an editor shows it.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// What a file held.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Import {
    /// Records found, good and bad.
    pub records: usize,
    /// The good ones, in the file's order.
    pub details: Vec<PaidDetail>,
    /// The others.
    pub rejected: Vec<Rejected>,
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// Nothing in it.
    #[error("the file is empty: a header line is expected")]
    Empty,
    /// Another encoding.
    #[error("the file is {0}; save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")")]
    Encoding(&'static str),
    /// The header line cannot be split.
    #[error("the header cannot be read: {fault}")]
    Unreadable {
        /// The header's line.
        line: u64,
        /// Why.
        fault: String,
    },
    /// The header names the wrong columns.
    #[error("{fault}")]
    Header {
        /// The header's line.
        line: u64,
        /// What is wrong with it.
        fault: HeaderFault,
    },
    /// A header, and nothing after it.
    #[error("no record follows the header")]
    NoRecords {
        /// The header's line.
        line: u64,
    },
}

impl FileFault {
    /// The physical line that is to blame: the header's, else the first.
    pub const fn line(&self) -> u64 {
        match self {
            Self::Unreadable { line, .. } | Self::Header { line, .. } | Self::NoRecords { line } => *line,
            Self::Empty | Self::Encoding(_) => 1,
        }
    }
}

/// Reads a file; times in it are of `zone`.
pub fn read(bytes: &[u8], zone: Zone) -> Result<Import, FileFault> {
    let text = decodable(bytes)?;
    let mut lines = Lines::new(text);
    let Entry { line, fields } = lines.next().ok_or(FileFault::Empty)?;
    let fields = fields.map_err(|fault| FileFault::Unreadable { line, fault: fault.to_string() })?;
    let columns = Columns::find(&fields).map_err(|fault| FileFault::Header { line, fault })?;
    let mut import = Import::default();
    let mut numbers = Numbers::default();
    for entry in lines {
        import.take(entry, &columns, zone, &mut numbers);
    }
    if import.records == 0 { Err(FileFault::NoRecords { line }) } else { Ok(import) }
}

/// The bytes without a byte-order mark. UTF-16 and UTF-32 show by their mark, or by zeros in the first character.
pub(crate) fn decodable(bytes: &[u8]) -> Result<&[u8], FileFault> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] | [0, 0, 0, _, ..] | [_, 0, 0, 0, ..] => {
            Err(FileFault::Encoding("UTF-32"))
        }
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] => Err(FileFault::Encoding("UTF-16")),
        [0xEF, 0xBB, 0xBF, rest @ ..] => Ok(rest),
        _ => Ok(bytes),
    }
}

/// Lines of the numbers that are one of a kind, as they are written: `1` and `01` are two.
#[derive(Default)]
struct Numbers {
    cards: BTreeMap<String, u64>,
    rows: BTreeMap<String, u64>,
}

impl Numbers {
    /// Takes a record's numbers, unless an earlier line has one of them.
    fn take(&mut self, detail: &PaidDetail) -> Result<(), RecordFault> {
        let taken = |column, seen: &BTreeMap<String, u64>, value: &String| match seen.get(value) {
            Some(first) => Err(RecordFault::Duplicate { column, value: value.clone(), first: *first }),
            None => Ok(()),
        };
        taken("Tracking_No", &self.cards, &detail.tracking)?;
        taken("RowId", &self.rows, &detail.row)?;
        self.cards.insert(detail.tracking.clone(), detail.line);
        self.rows.insert(detail.row.clone(), detail.line);
        Ok(())
    }
}

impl Import {
    fn take(&mut self, entry: Entry, columns: &Columns, zone: Zone, numbers: &mut Numbers) {
        self.records += 1;
        let line = entry.line;
        match judge(entry, columns, zone, numbers) {
            Ok(detail) => self.details.push(detail),
            Err(reason) => self.rejected.push(Rejected { line, reason }),
        }
    }
}

fn judge(entry: Entry, columns: &Columns, zone: Zone, numbers: &mut Numbers) -> Result<PaidDetail, String> {
    let fields = entry.fields.map_err(|fault| fault.to_string())?;
    let detail = record::read(columns, &fields, entry.line, zone).map_err(|fault| fault.to_string())?;
    numbers.take(&detail).map_err(|fault| fault.to_string())?;
    Ok(detail)
}

#[cfg(test)]
mod tests;

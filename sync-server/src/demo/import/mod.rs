//! Reading a city's paid-detail records.
//!
//! The whole file is read and judged before anything is written: every bad line is reported with its number and a reason,
//! and the others go on. Only a file whose header cannot be used is refused as a whole.

mod columns;
mod lines;
mod local_time;
mod record;

use std::collections::BTreeMap;

use detailbook_core::time::Zone;
use serde::Serialize;

pub use columns::HeaderFault;
pub use local_time::TimeFault;
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
    #[error("the file is UTF-16; save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")")]
    Utf16,
    /// The header line cannot be split.
    #[error("the header cannot be read: {0}")]
    Unreadable(String),
    /// The header names the wrong columns.
    #[error(transparent)]
    Header(#[from] HeaderFault),
}

/// Reads a file; times in it are of `zone`.
pub fn read(bytes: &[u8], zone: Zone) -> Result<Import, FileFault> {
    let text = decodable(bytes)?;
    let mut lines = Lines::new(text);
    let header = lines.next().ok_or(FileFault::Empty)?;
    let header = header.fields.map_err(|fault| FileFault::Unreadable(fault.to_string()))?;
    let columns = Columns::find(&header)?;
    let mut import = Import::default();
    let mut cards = Cards::new();
    for entry in lines {
        import.take(entry, &columns, zone, &mut cards);
    }
    Ok(import)
}

/// The bytes without a byte-order mark. UTF-16 shows by its mark, or by the zero in one of its first two bytes.
fn decodable(bytes: &[u8]) -> Result<&[u8], FileFault> {
    match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] => Err(FileFault::Utf16),
        [0xEF, 0xBB, 0xBF, rest @ ..] => Ok(rest),
        _ => Ok(bytes),
    }
}

/// Line of each detail card: later lines may not repeat it.
type Cards = BTreeMap<String, u64>;

impl Import {
    fn take(&mut self, entry: Entry, columns: &Columns, zone: Zone, cards: &mut Cards) {
        self.records += 1;
        let line = entry.line;
        match judge(entry, columns, zone, cards) {
            Ok(detail) => {
                cards.insert(detail.tracking.clone(), detail.line);
                self.details.push(detail);
            }
            Err(reason) => self.rejected.push(Rejected { line, reason }),
        }
    }
}

fn judge(entry: Entry, columns: &Columns, zone: Zone, cards: &Cards) -> Result<PaidDetail, String> {
    let fields = entry.fields.map_err(|fault| fault.to_string())?;
    let detail = record::read(columns, &fields, entry.line, zone).map_err(|fault| fault.to_string())?;
    match cards.get(&detail.tracking) {
        Some(first) => Err(RecordFault::Duplicate { tracking: detail.tracking, first: *first }.to_string()),
        None => Ok(detail),
    }
}

#[cfg(test)]
mod tests;

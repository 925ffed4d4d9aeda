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
    let mut seen = Seen::default();
    for entry in lines {
        import.take(entry, &columns, zone, &mut seen);
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

/// What later lines may not repeat.
#[derive(Default)]
struct Seen {
    /// Line of each detail card.
    cards: BTreeMap<String, u64>,
    /// Shifts of each officer: start to (end, line).
    shifts: BTreeMap<String, BTreeMap<i64, (i64, u64)>>,
}

impl Seen {
    fn check(&self, detail: &PaidDetail) -> Result<(), RecordFault> {
        if let Some(first) = self.cards.get(&detail.tracking) {
            return Err(RecordFault::Duplicate { tracking: detail.tracking.clone(), first: *first });
        }
        let (start, end) = (detail.shift.start.as_millis(), detail.shift.end.as_millis());
        let before = self.shifts.get(&detail.employee).and_then(|shifts| shifts.range(..end).next_back());
        match before {
            Some((_, (until, other))) if *until > start => {
                Err(RecordFault::Overlap { employee: detail.employee.clone(), other: *other })
            }
            _ => Ok(()),
        }
    }

    fn add(&mut self, detail: &PaidDetail) {
        self.cards.insert(detail.tracking.clone(), detail.line);
        let (start, end) = (detail.shift.start.as_millis(), detail.shift.end.as_millis());
        self.shifts.entry(detail.employee.clone()).or_default().insert(start, (end, detail.line));
    }
}

impl Import {
    fn take(&mut self, entry: Entry, columns: &Columns, zone: Zone, seen: &mut Seen) {
        self.records += 1;
        let line = entry.line;
        match judge(entry, columns, zone, seen) {
            Ok(detail) => {
                seen.add(&detail);
                self.details.push(detail);
            }
            Err(reason) => self.rejected.push(Rejected { line, reason }),
        }
    }
}

fn judge(entry: Entry, columns: &Columns, zone: Zone, seen: &Seen) -> Result<PaidDetail, String> {
    let fields = entry.fields.map_err(|fault| fault.to_string())?;
    let detail = record::read(columns, &fields, entry.line, zone).map_err(|fault| fault.to_string())?;
    seen.check(&detail).map_err(|fault| fault.to_string())?;
    Ok(detail)
}

#[cfg(test)]
mod tests;

//! Counts what a change's columns would expand to, without expanding them.
//!
//! Columns are run-length encoded, so 64 bytes can claim a million operations; automerge would expand them all.

use super::chunk::{Chunk, ChunkError, Column, Cursor};

/// Columns that cannot be taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub(crate) enum ColumnError {
    /// Not the columns of a change.
    #[error("not the columns of a change")]
    Malformed,
    /// More rows than the limit.
    #[error("more rows than are taken")]
    TooMany,
}

impl From<ChunkError> for ColumnError {
    fn from(_: ChunkError) -> Self {
        Self::Malformed
    }
}

const ACTION: u64 = 66;
const VALUE: u64 = 87;

/// How a column's values are laid out.
enum Layout {
    /// Runs of LEB128 numbers.
    Numbers,
    /// Runs of length-prefixed strings.
    Strings,
    /// Alternating run lengths of false and true.
    Flags,
    /// The values themselves, end to end.
    Raw,
}

/// The layout of each column that a change may have: id in the upper bits, then the type. The deflate bit (8) is in none.
const fn layout(spec: u64) -> Option<Layout> {
    Some(match spec {
        // Object actor and counter, key actor and counter, action, value kinds, predecessor count, actor and counter.
        1 | 2 | 17 | 19 | ACTION | 86 | 112 | 113 | 115 => Layout::Numbers,
        // Key string, mark name.
        21 | 165 => Layout::Strings,
        // Insert, expand.
        52 | 148 => Layout::Flags,
        VALUE => Layout::Raw,
        _ => return None,
    })
}

/// The number of operations, if every column is known, in order, and has at most `limit` rows.
pub(crate) fn count_operations(chunk: &Chunk<'_>, limit: u64) -> Result<u64, ColumnError> {
    if !chunk.columns.is_sorted_by(|a, b| a.spec < b.spec) {
        return Err(ColumnError::Malformed);
    }
    let mut operations = 0;
    for column in &chunk.columns {
        let rows = rows(column, limit)?;
        if column.spec == ACTION {
            operations = rows;
        }
    }
    Ok(operations)
}

fn rows(column: &Column<'_>, limit: u64) -> Result<u64, ColumnError> {
    let c = Cursor(column.data);
    match layout(column.spec).ok_or(ColumnError::Malformed)? {
        Layout::Numbers => runs(c, limit, |c| c.signed().map(drop)),
        Layout::Strings => runs(c, limit, |c| {
            let length = c.unsigned()?;
            c.take(length).map(drop)
        }),
        Layout::Flags => flags(c, limit),
        Layout::Raw => Ok(0),
    }
}

/// Runs: a positive count and one value, a negative count and that many values, or 0 and a count of nulls.
fn runs<'a>(
    mut c: Cursor<'a>,
    limit: u64,
    skip: impl Fn(&mut Cursor<'a>) -> Result<(), ChunkError>,
) -> Result<u64, ColumnError> {
    let mut rows = 0;
    while !c.0.is_empty() {
        let count = c.signed()?;
        let (length, values) = match count {
            0 => (c.unsigned()?, 0),
            1.. => (count.unsigned_abs(), 1),
            _ => (count.unsigned_abs(), count.unsigned_abs()),
        };
        rows = add(rows, length, limit)?;
        for _ in 0..values {
            skip(&mut c)?;
        }
    }
    Ok(rows)
}

fn flags(mut c: Cursor<'_>, limit: u64) -> Result<u64, ColumnError> {
    let mut rows = 0;
    while !c.0.is_empty() {
        rows = add(rows, c.unsigned()?, limit)?;
    }
    Ok(rows)
}

fn add(rows: u64, more: u64, limit: u64) -> Result<u64, ColumnError> {
    rows.checked_add(more).filter(|&sum| sum <= limit).ok_or(ColumnError::TooMany)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows_of(spec: u64, data: &[u8]) -> Result<u64, ColumnError> {
        rows(&Column { spec, data }, 100)
    }

    #[test]
    fn rows_are_counted_as_automerge_would_expand_them() {
        assert_eq!(rows_of(ACTION, &[5, 1]), Ok(5), "a run");
        assert_eq!(rows_of(ACTION, &[0x7d, 1, 2, 3]), Ok(3), "three literals");
        assert_eq!(rows_of(ACTION, &[0, 7]), Ok(7), "nulls");
        assert_eq!(rows_of(ACTION, &[2, 1, 0x7f, 9, 0, 3]), Ok(6), "all of them");
        assert_eq!(rows_of(21, &[0x7e, 1, b'a', 2, b'b', b'c']), Ok(2), "strings");
        assert_eq!(rows_of(52, &[3, 4, 1]), Ok(8), "flags");
        assert_eq!(rows_of(VALUE, &[0xff; 9]), Ok(0), "raw values");
    }

    #[test]
    fn more_rows_than_the_limit_are_too_many_however_they_are_claimed() {
        assert_eq!(rows_of(ACTION, &[0xe4, 0, 1]), Ok(100));
        assert_eq!(rows_of(ACTION, &[0xe5, 0, 1]), Err(ColumnError::TooMany));
        assert_eq!(rows_of(ACTION, &[0, 0xff, 0xff, 0xff, 0x0f]), Err(ColumnError::TooMany));
        assert_eq!(rows_of(ACTION, &[60, 1, 60, 1]), Err(ColumnError::TooMany));
        assert_eq!(rows_of(52, &[60, 60]), Err(ColumnError::TooMany));
    }

    #[test]
    fn unknown_deflated_cut_and_endless_columns_are_malformed() {
        for (spec, data) in
            [(ACTION + 8, &[1, 1][..]), (67, &[]), (ACTION, &[5]), (21, &[1, 5, b'a']), (52, &[0x80; 12])]
        {
            assert_eq!(rows_of(spec, data), Err(ColumnError::Malformed), "{spec} {data:?}");
        }
    }
}

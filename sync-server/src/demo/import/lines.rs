//! Comma-separated records and the physical lines they start on.
//!
//! Fields may be quoted (RFC 4180): commas, doubled quotes and line breaks inside quotes belong to the field. What is not
//! well formed costs one physical line, never the rest of the file: a quote that nobody closes would otherwise swallow
//! every record after it.

/// The longest record that is read, in bytes, so that one unclosed quote costs a bounded look ahead.
pub(crate) const LONGEST_RECORD: usize = 16 * 1024;

/// Why a line is not a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LineFault {
    /// The rest of the file, or of what is looked at, holds no closing quote.
    #[error("a quote is opened and not closed")]
    UnclosedQuote,
    /// A quoted field goes on after its closing quote.
    #[error("text follows a closing quote; a quote inside quotes must be doubled")]
    TextAfterQuote,
    /// Longer than any record of this kind can be.
    #[error("longer than {LONGEST_RECORD} bytes")]
    TooLong,
    /// Another number of fields than the header.
    #[error("{got} fields where the header has {want}")]
    Fields {
        /// The header's number of fields.
        want: usize,
        /// The line's.
        got: usize,
    },
    /// Bytes that are not text.
    #[error("not UTF-8 text (byte 0x{byte:02X} in field {field})")]
    NotText {
        /// The first byte that cannot be read.
        byte: u8,
        /// The number of the field that holds it, from 1.
        field: usize,
    },
}

/// The fields of one record, or why there are none, and the physical line it starts on, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The line, as an editor shows it.
    pub(crate) line: u64,
    /// The fields.
    pub(crate) fields: Result<Vec<String>, LineFault>,
}

/// Walks the records of a file. Blank lines are passed over.
pub(crate) struct Lines<'a> {
    rest: &'a [u8],
    line: u64,
    columns: Option<usize>,
}

impl<'a> Lines<'a> {
    /// The records of `bytes`; the first one says how many fields the others must have.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, line: 1, columns: None }
    }

    fn skip_blank_lines(&mut self) {
        let blank = self.rest.iter().take_while(|byte| is_break(**byte)).count();
        self.pass(blank);
    }

    fn pass(&mut self, length: usize) {
        let (passed, rest) = self.rest.split_at(length);
        self.line += breaks(passed);
        self.rest = rest;
    }

    fn read(&self) -> Result<(Vec<String>, usize), LineFault> {
        let (fields, length) = record(self.rest)?;
        match self.columns {
            Some(want) if want != fields.len() => Err(LineFault::Fields { want, got: fields.len() }),
            _ => Ok((text(fields)?, length)),
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        self.skip_blank_lines();
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let fields = match self.read() {
            Ok((fields, length)) => {
                self.columns.get_or_insert(fields.len());
                self.pass(length);
                Ok(fields)
            }
            Err(fault) => {
                self.pass(physical_line(self.rest));
                Err(fault)
            }
        };
        Some(Entry { line, fields })
    }
}

const fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Line breaks as editors count them: `\n`, `\r\n` and `\r` alone.
fn breaks(bytes: &[u8]) -> u64 {
    let ends_line = |(i, byte): (usize, &u8)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(i + 1) != Some(&b'\n'),
        _ => false,
    };
    bytes.iter().enumerate().filter(|place| ends_line(*place)).count() as u64
}

/// The length of the first physical line without its break.
fn physical_line(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| is_break(*byte)).unwrap_or(bytes.len())
}

/// The fields of the record that `bytes` begin with, and its length without the line break.
fn record(bytes: &[u8]) -> Result<(Vec<Vec<u8>>, usize), LineFault> {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let (field, length) = if bytes.get(at) == Some(&b'"') { quoted(&bytes[at..])? } else { bare(&bytes[at..]) };
        fields.push(field);
        at += length;
        if at > LONGEST_RECORD {
            return Err(LineFault::TooLong);
        }
        if bytes.get(at) != Some(&b',') {
            return Ok((fields, at));
        }
        at += 1;
    }
}

fn bare(bytes: &[u8]) -> (Vec<u8>, usize) {
    let length = bytes.iter().position(|byte| *byte == b',' || is_break(*byte)).unwrap_or(bytes.len());
    (bytes[..length].to_vec(), length)
}

fn quoted(bytes: &[u8]) -> Result<(Vec<u8>, usize), LineFault> {
    let mut field = Vec::new();
    let mut at = 1;
    while at <= LONGEST_RECORD {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'"'), Some(b'"')) => {
                field.push(b'"');
                at += 2;
            }
            (Some(b'"'), None | Some(b',' | b'\r' | b'\n')) => return Ok((field, at + 1)),
            (Some(b'"'), Some(_)) => return Err(LineFault::TextAfterQuote),
            (Some(byte), _) => {
                field.push(*byte);
                at += 1;
            }
            (None, _) => break,
        }
    }
    Err(if physical_line(bytes) > LONGEST_RECORD { LineFault::TooLong } else { LineFault::UnclosedQuote })
}

fn text(fields: Vec<Vec<u8>>) -> Result<Vec<String>, LineFault> {
    let decode = |(i, bytes): (usize, Vec<u8>)| {
        String::from_utf8(bytes).map_err(|fault| {
            let at = fault.utf8_error().valid_up_to();
            LineFault::NotText { byte: fault.as_bytes().get(at).copied().unwrap_or_default(), field: i + 1 }
        })
    };
    fields.into_iter().enumerate().map(decode).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &[u8]) -> Vec<(u64, Fields)> {
        Lines::new(text).map(|entry| (entry.line, entry.fields)).collect()
    }

    type Fields = Result<Vec<String>, LineFault>;

    macro_rules! fields {
        ($($field:literal),*) => { Fields::Ok(vec![$($field.to_owned()),*]) };
    }

    #[test]
    fn quoted_commas_quotes_and_line_breaks_belong_to_the_field() {
        let got = read(b"a,b\r\n\"x, y\",\"say \"\"hi\"\"\"\r\n\"two\nlines\",z\r\n\r\nlast,\"\"");
        let want = [
            (1, fields!("a", "b")),
            (2, fields!("x, y", "say \"hi\"")),
            (3, fields!("two\nlines", "z")),
            (6, fields!("last", "")),
        ];
        assert_eq!(got, want);
    }

    #[test]
    fn every_kind_of_line_break_counts_once() {
        let lines: Vec<u64> = read(b"a\nb\r\nc\rd\n\n\r\n\re").into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 8]);
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_line_only() {
        let got = read(b"a,b\n\"never,closed\nc,d\n\"e,f\",g\nh,i\n");
        let want = [
            (1, fields!("a", "b")),
            (2, Err(LineFault::TextAfterQuote)),
            (3, fields!("c", "d")),
            (4, fields!("e,f", "g")),
            (5, fields!("h", "i")),
        ];
        assert_eq!(got, want, "the quote of line 2 meets the one that opens line 4");
        let got = read(b"a,b\n\"never,closed\nc,d\n");
        assert_eq!(got[1], (2, Err(LineFault::UnclosedQuote)));
        assert_eq!(got[2], (3, fields!("c", "d")));
    }

    #[test]
    fn another_number_of_fields_is_a_fault_of_that_line() {
        let got = read(b"a,b\n1\n1,2,3\n1,2\n");
        assert_eq!(got[1].1, Err(LineFault::Fields { want: 2, got: 1 }));
        assert_eq!(got[2].1, Err(LineFault::Fields { want: 2, got: 3 }));
        assert_eq!(got[3].1, fields!("1", "2"));
    }

    #[test]
    fn bytes_that_are_not_text_are_named() {
        let got = read(b"a,b\n1,caf\xE9\n1,2\n");
        assert_eq!(got[1], (2, Err(LineFault::NotText { byte: 0xE9, field: 2 })));
        assert_eq!(got[2].1, fields!("1", "2"));
    }

    #[test]
    fn endless_lines_and_endless_quotes_are_passed_over() {
        let long = "x".repeat(LONGEST_RECORD + 1);
        for first in [long.clone(), format!("\"{long}\""), format!("\"{long}")] {
            let got = read(format!("a\n{first}\nb\n").as_bytes());
            assert_eq!(got[1..], [(2, Err(LineFault::TooLong)), (3, fields!("b"))]);
        }
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(rows in prop::collection::vec(prop::collection::vec("[ -~\r\n\"é,]{1,12}", 3), 1..8)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let got: Vec<_> = Lines::new(&bytes).map(|entry| entry.fields.unwrap()).collect();
            prop_assert_eq!(got, rows);
        }

        #[test]
        fn any_bytes_end_and_lines_only_rise(bytes in prop::collection::vec(prop_oneof![
            Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), Just(b'a'), any::<u8>()], 0..400)) {
            let lines: Vec<u64> = Lines::new(&bytes).map(|entry| entry.line).collect();
            prop_assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(lines.last().is_none_or(|last| *last <= breaks(&bytes) + 1));
        }
    }
}

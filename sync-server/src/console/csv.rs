//! Lists as CSV (RFC 4180) that a spreadsheet opens without running anything.

/// One file, line by line.
#[derive(Clone, Debug, Default)]
pub struct Csv(String);

impl Csv {
    /// A file that begins with these headings.
    pub fn of(headings: &[&str]) -> Self {
        let mut csv = Self::default();
        csv.line(headings.iter().map(|text| (*text).to_owned()));
        csv
    }

    /// Adds a line.
    pub fn line(&mut self, fields: impl IntoIterator<Item = String>) {
        for (place, field) in fields.into_iter().enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            self.field(&field);
        }
        self.0.push_str("\r\n");
    }

    fn field(&mut self, field: &str) {
        let apostrophe = if is_formula(field) { "'" } else { "" };
        if is_plain(field) {
            self.0.extend([apostrophe, field]);
        } else {
            self.0.extend(["\"", apostrophe]);
            self.doubled(field);
            self.0.push('"');
        }
    }

    /// The text with each quotation mark twice.
    fn doubled(&mut self, text: &str) {
        let mut from = 0;
        for (at, _) in text.bytes().enumerate().filter(|(_, byte)| *byte == b'"') {
            self.0.push_str(&text[from..=at]);
            from = at;
        }
        self.0.push_str(&text[from..]);
    }

    /// The file.
    pub fn finish(self) -> String {
        self.0
    }
}

/// Would a spreadsheet take it for a formula? Such a field gets an apostrophe before it (OWASP, CSV Injection). A sum below zero is none:
/// with an apostrophe it would be a text, and nothing would add up.
fn is_formula(field: &str) -> bool {
    !is_below_zero(field)
        && field.starts_with(|c: char| {
            matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
        })
}

/// Is it a minus with digits after it, and perhaps a point and more of them, and nothing else?
fn is_below_zero(field: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    field.strip_prefix('-').is_some_and(|number| match number.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(number),
    })
}

/// Does it need no quotation marks? All of it is looked at, which goes many bytes at a time where stopping at the first that does would not.
fn is_plain(field: &str) -> bool {
    !field.bytes().fold(false, |found, byte| found | matches!(byte, b',' | b'"' | b'\n' | b'\r' | b';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(field: &str) -> String {
        let mut csv = Csv::default();
        csv.line([field.to_owned(), "b".to_owned()]);
        csv.finish()
    }

    #[test]
    fn fields_come_back_as_they_were() {
        assert_eq!(line("a"), "a,b\r\n");
        assert_eq!(line("a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\",b\r\n");
        assert_eq!(line("\"\u{e9}\"\""), "\"\"\"\u{e9}\"\"\"\"\",b\r\n");
        let text = line("say \"x\", y");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        assert_eq!(&reader.records().next().unwrap().unwrap()[0], "say \"x\", y");
    }

    #[test]
    fn a_sum_below_zero_is_a_number() {
        for sum in ["-1", "-0.05", "-342.13"] {
            assert_eq!(line(sum), format!("{sum},b\r\n"));
        }
    }

    #[test]
    fn what_would_be_a_formula_is_none() {
        let odd = [
            "-",
            "-.",
            "-1.",
            "-.5",
            "--1",
            "-1-1",
            "-1.0.0",
            "-1e9",
            "-A1",
            "- 1",
            "-1\n",
            "-\u{0661}",
            "-1+cmd|' /C calc'!A0",
        ];
        for formula in ["=1+1", "+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\u{ff1d}1"].into_iter().chain(odd) {
            let text = line(formula);
            assert!(text.trim_start_matches('"').starts_with('\''), "{formula:?}: {text:?}");
        }
    }
}

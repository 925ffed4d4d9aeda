//! What words the server takes from callers: bounded, and without characters that no person types.

use detailbook_core::wire::Limits;

use crate::problem::Problem;

/// Characters in a name, a number or a code.
pub const LINE_CHARS: usize = 200;

/// One line that says something, such as a name. Blanks around it are dropped.
pub fn line(field: &str, text: &str) -> Result<String, Problem> {
    match optional_line(field, text)? {
        empty if empty.is_empty() => Err(Problem::invalid(field, "must not be empty")),
        line => Ok(line),
    }
}

/// One line that may be empty.
pub fn optional_line(field: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.chars().any(|c| c.is_control() || turns_direction(c)) {
        return Err(Problem::invalid(field, "must be one line without control characters"));
    }
    bounded(field, text, LINE_CHARS)
}

/// Text that says something, of several lines if need be.
pub fn text(field: &str, text: &str) -> Result<String, Problem> {
    match optional_text(field, text)? {
        empty if empty.is_empty() => Err(Problem::invalid(field, "must not be empty")),
        text => Ok(text),
    }
}

/// Text of several lines that may be empty.
pub fn optional_text(field: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.chars().any(|c| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || turns_direction(c)) {
        return Err(Problem::invalid(field, "must not hold control characters"));
    }
    bounded(field, text, Limits::V1.text_chars)
}

/// Words that a phone sent, within a sentence of the server's own: one line, nothing that cannot be shown, cut where they are too long.
pub fn taken(text: &str, most: usize) -> String {
    let shown = text.chars().map(|c| if c.is_control() || turns_direction(c) { ' ' } else { c });
    let line = shown.collect::<String>().trim().to_owned();
    if line.chars().nth(most).is_none() {
        return line;
    }
    line.chars().take(most - 1).chain(['\u{2026}']).collect()
}

/// Characters that make text appear in another order than it is stored in (Unicode Annex 9: embeddings, overrides, isolates).
const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn bounded(field: &str, text: &str, most: usize) -> Result<String, Problem> {
    if text.chars().nth(most).is_some() {
        return Err(Problem::invalid(field, &format!("must be at most {most} characters")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_bounded_line() {
        assert_eq!(line("name", "  Main St  ").unwrap(), "Main St");
        assert_eq!(line("name", &"ß".repeat(200)).unwrap().chars().count(), 200);
        for wrong in ["", "   ", "a\nb", "a\0b", "a\u{202e}b", "\u{2066}a", &"x".repeat(201)] {
            assert!(line("name", wrong).unwrap_err().reason.starts_with("name: "), "{wrong:?}");
        }
    }

    #[test]
    fn words_of_a_phone_are_always_such_as_the_server_takes() {
        for odd in ["a\u{202e}b\u{0}c\nd ", &"\u{df}".repeat(600), "  plain", "\u{2066}"] {
            let taken = taken(odd, 500);
            assert!(taken.chars().count() <= 500 && !taken.contains('\n'), "{odd:?}");
            assert_eq!(optional_text("text", &taken).unwrap(), taken, "{odd:?}");
        }
        assert_eq!(taken("a\u{202e}b\nc", 500), "a b c");
        assert_eq!(taken("abcdef", 4), "abc\u{2026}");
    }

    #[test]
    fn text_keeps_its_lines() {
        assert_eq!(text("text", "a\nb").unwrap(), "a\nb");
        assert!(text("text", "a\u{1b}b").is_err());
        assert!(text("text", "a\0b").is_err());
        assert!(text("text", "a\u{202d}b").is_err());
        assert!(text("text", "\u{5d0}\u{5d1}").is_ok(), "letters of any script");
        assert_eq!(optional_text("text", "").unwrap(), "");
    }
}

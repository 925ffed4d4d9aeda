//! Reads SQL just far enough to translate it: words and parameters outside of strings, names and comments.

/// A piece of a statement. Together the pieces are the whole text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// An unquoted word: a keyword, a name, a number.
    Word(&'a str),
    /// A parameter `$n`; the text after the `$`.
    Parameter(&'a str),
    /// `;` between statements.
    End,
    /// Strings, quoted names, punctuation and white space: never touched.
    Other(&'a str),
    /// A comment.
    Comment(&'a str),
}

/// Cuts a text into pieces.
pub(super) fn pieces(sql: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = piece_length(rest, first);
        let (piece, after) = rest.split_at(length);
        rest = after;
        Some(named(piece, first))
    })
}

fn named(piece: &str, first: char) -> Piece<'_> {
    match first {
        ';' => Piece::End,
        '$' if piece.len() > 1 => Piece::Parameter(&piece[1..]),
        '-' | '/' if piece.len() > 1 => Piece::Comment(piece),
        _ if is_word(first) => Piece::Word(piece),
        _ => Piece::Other(piece),
    }
}

fn piece_length(rest: &str, first: char) -> usize {
    match first {
        '\'' | '"' => quoted_length(rest, first),
        '$' => 1 + run_length(&rest[1..], |c| c.is_ascii_digit()),
        '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
        '/' if rest.starts_with("/*") => rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
        _ if is_word(first) => run_length(rest, is_word),
        _ if first.is_whitespace() => run_length(rest, char::is_whitespace),
        _ => first.len_utf8(),
    }
}

/// A doubled quote inside a quoted text ends one piece and begins another, which comes to the same.
fn quoted_length(rest: &str, quote: char) -> usize {
    rest[1..].find(quote).map_or(rest.len(), |end| end + 2)
}

fn run_length(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Cuts a script into its statements, without comments and empty ones.
pub(super) fn statements(script: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for piece in pieces(script) {
        let Some(current) = all.last_mut() else { break };
        match piece {
            Piece::End => all.push(String::new()),
            Piece::Parameter(number) => current.extend(["$", number]),
            Piece::Word(text) | Piece::Other(text) => current.push_str(text),
            Piece::Comment(_) => {}
        }
    }
    let trimmed = all.iter().map(|statement| statement.trim().to_owned());
    trimmed.filter(|statement| !statement.is_empty()).collect()
}

/// Whether the statement makes a table.
pub(super) fn is_create_table(sql: &str) -> bool {
    let mut words = pieces(sql).filter_map(|piece| if let Piece::Word(word) = piece { Some(word) } else { None });
    words.next() == Some("CREATE") && words.next() == Some("TABLE")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Piece, pieces, statements};

    #[test]
    fn a_script_is_cut_at_its_semicolons_and_nowhere_else() {
        let script =
            "-- First; the table.\nCREATE TABLE a (x TEXT);\n\n/* ; */ INSERT INTO a VALUES ('it''s; $1'), (\";\");;\n";
        assert_eq!(statements(script), ["CREATE TABLE a (x TEXT)", "INSERT INTO a VALUES ('it''s; $1'), (\";\")"]);
    }

    #[test]
    fn what_is_left_open_runs_to_the_end() {
        for open in ["'abc $1", "\"abc $1", "/* abc $1", "-- abc $1"] {
            assert_eq!(pieces(open).count(), 1, "{open}");
        }
    }

    #[test]
    fn a_dollar_without_a_number_is_no_parameter() {
        assert!(pieces("a $ b $$").all(|piece| !matches!(piece, Piece::Parameter(_))));
    }

    fn text(piece: Piece<'_>) -> String {
        match piece {
            Piece::Parameter(number) => format!("${number}"),
            Piece::End => ";".to_owned(),
            Piece::Word(text) | Piece::Other(text) | Piece::Comment(text) => text.to_owned(),
        }
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_whole_text(sql in "[a-zA-Z0-9é$'\"/*; \n_-]{0,60}") {
            prop_assert_eq!(pieces(&sql).map(text).collect::<String>(), sql);
        }
    }
}

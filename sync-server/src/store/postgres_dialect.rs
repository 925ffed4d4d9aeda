//! How PostgreSQL wants what differs.
//!
//! - A TEXT column of a new table compares by code point (`COLLATE "C"`), as on SQLite, whatever language the database was made
//!   for.
//! - STRAIGHT_JOIN is JOIN: it counts what there is, and finds the order by itself.
//!
//! All else is taken as it is written.

use super::dialect::{Piece, is_create_table, pieces};

/// Translates one statement.
pub(super) fn translate(sql: &str) -> String {
    if is_create_table(sql) {
        return pieces(sql).map(spelled).collect();
    }
    sql.replace("STRAIGHT_JOIN", "JOIN")
}

fn spelled(piece: Piece<'_>) -> String {
    match piece {
        Piece::Word("TEXT") => "TEXT COLLATE \"C\"".to_owned(),
        Piece::Parameter(number) => format!("${number}"),
        Piece::Word(text) | Piece::Other(text) | Piece::Comment(text) => text.to_owned(),
        Piece::End => ";".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn new_text_columns_compare_by_code_point() {
        assert_eq!(
            translate("CREATE TABLE t (a TEXT NOT NULL, b BYTEA, c TEXT)"),
            "CREATE TABLE t (a TEXT COLLATE \"C\" NOT NULL, b BYTEA, c TEXT COLLATE \"C\")"
        );
    }

    #[test]
    fn a_join_in_that_order_is_a_join() {
        let joined = "SELECT 1 FROM a STRAIGHT_JOIN b ON b.id = a.id AND b.word = $1";
        assert_eq!(translate(joined), "SELECT 1 FROM a JOIN b ON b.id = a.id AND b.word = $1");
    }

    #[test]
    fn everything_else_is_left_alone() {
        for sql in [
            "SELECT CAST($2 AS TEXT), $1 FROM t FOR UPDATE",
            "INSERT INTO t (a) VALUES ('CREATE TABLE x (TEXT)') ON CONFLICT DO NOTHING RETURNING a",
            "CREATE INDEX t_by_a ON t (a)",
        ] {
            assert_eq!(translate(sql), sql);
        }
    }
}

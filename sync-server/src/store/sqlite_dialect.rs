//! How SQLite wants what differs.
//!
//! - `$n` becomes `?n`: SQLite takes `$n` as a name and numbers names by first use.
//! - BYTEA is BLOB, and BIGINT is INT: in a STRICT table a column then holds what it says, as on PostgreSQL. (INTEGER would
//!   turn a primary key into a row number.)
//! - STRAIGHT_JOIN is CROSS JOIN, which may have an ON here: the table on its left is read first.
//! - `FOR UPDATE` and what may follow it goes: a writing transaction holds the whole database.

use super::dialect::{Piece, is_create_table, pieces};

/// Translates one statement.
pub(super) fn translate(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 8);
    for piece in pieces(sql) {
        match piece {
            Piece::Parameter(number) => out.extend(["?", number]),
            Piece::Word(word) => out.push_str(spelled(word)),
            Piece::Other(text) | Piece::Comment(text) => out.push_str(text),
            Piece::End => out.push(';'),
        }
    }
    if is_create_table(sql) {
        out.push_str(" STRICT");
    }
    without_row_locks(out)
}

fn spelled(word: &str) -> &str {
    match word {
        "BYTEA" => "BLOB",
        "BIGINT" => "INT",
        "STRAIGHT_JOIN" => "CROSS JOIN",
        _ => word,
    }
}

/// Row locks stand last in a statement, or the statement is not ours.
fn without_row_locks(mut sql: String) -> String {
    for lock in [" FOR UPDATE SKIP LOCKED", " FOR UPDATE NOWAIT", " FOR UPDATE"] {
        if sql.trim_end().ends_with(lock) {
            let kept = sql.trim_end().len() - lock.len();
            sql.truncate(kept);
            break;
        }
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn parameters_keep_their_numbers_whatever_order_they_come_in() {
        assert_eq!(translate("SELECT $2, $1, $2, $10"), "SELECT ?2, ?1, ?2, ?10");
    }

    #[test]
    fn strings_names_and_comments_are_left_alone() {
        let sql = "SELECT '$1 BYTEA it''s $2 FOR UPDATE', \"$3 BIGINT\" -- $4 BYTEA\n/* $5 BIGINT */ FROM t";
        assert_eq!(translate(sql), sql);
    }

    #[test]
    fn a_join_in_that_order_is_a_cross_join() {
        let joined = "SELECT 1 FROM a STRAIGHT_JOIN b ON b.id = a.id";
        assert_eq!(translate(joined), "SELECT 1 FROM a CROSS JOIN b ON b.id = a.id");
    }

    #[test]
    fn row_locks_go() {
        assert_eq!(translate("SELECT a FROM t WHERE b = $1 FOR UPDATE"), "SELECT a FROM t WHERE b = ?1");
        assert_eq!(translate("SELECT a FROM t FOR UPDATE SKIP LOCKED"), "SELECT a FROM t");
        assert_eq!(translate("SELECT ' FOR UPDATE'"), "SELECT ' FOR UPDATE'");
    }

    #[test]
    fn a_new_table_is_strict() {
        assert_eq!(
            translate("CREATE TABLE t (a BIGINT PRIMARY KEY, b BYTEA, c TEXT)"),
            "CREATE TABLE t (a INT PRIMARY KEY, b BLOB, c TEXT) STRICT"
        );
    }

    #[test]
    fn words_are_translated_whole_only() {
        assert_eq!(translate("SELECT BIGINTS, x_BYTEA FROM t"), "SELECT BIGINTS, x_BYTEA FROM t");
    }
}

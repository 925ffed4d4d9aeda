//! What statements do with values, and what they refuse.

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use detailbook_server::store::{Sql, Store, StoreError, Value, Written, agency, params};

use super::home::{Home, note, notes};

super::on_both_engines!(
    values_come_back_as_they_went_in,
    ids_hashes_times_and_flags_come_back_as_they_went_in,
    a_column_is_never_read_as_what_it_is_not,
    parameters_may_come_in_any_order_and_twice,
    what_exists_already_can_be_met,
    what_was_written_is_given_as_it_is_then,
    touched_rows_are_counted,
    a_second_row_of_a_key_is_a_unique_violation,
    a_null_where_none_may_be_is_no_unique_violation,
    text_is_sorted_by_code_point_and_like_minds_case,
    what_not_every_engine_stores_is_refused,
    a_value_of_the_wrong_type_is_refused,
    a_swallowed_failure_still_undoes_the_job,
    nothing_runs_after_a_failure,
    a_reader_cannot_write,
    agencies_are_listed_oldest_first,
);

fn values_come_back_as_they_went_in(home: &Home) {
    let store = home.with_notes();
    let large: Vec<u8> = (0..3_000_000u32).map(|n| (n % 251) as u8).collect();
    let given = vec![
        params![i64::MAX, "", Vec::new()],
        params![i64::MIN, "Zoë's \"night\" détail \u{1F693}\n\t$1 -- ?2", vec![0u8, 255, 0]],
        params![9_007_199_254_740_993_i64, None::<String>, large],
        params![0, "x".repeat(100_000), None::<Vec<u8>>],
    ];
    let rows = given.clone();
    store
        .write(move |sql| {
            for row in &rows {
                sql.execute("INSERT INTO notes (id, label, body) VALUES ($1, $2, $3)", row)?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    for row in given {
        let found = store
            .read(|sql| sql.query_one("SELECT id, label, body FROM notes WHERE id = $1", &[row[0].clone()]))
            .unwrap()
            .unwrap();
        assert_eq!(found.into_values(), row);
    }
}

fn ids_hashes_times_and_flags_come_back_as_they_went_in(home: &Home) {
    let officer = OfficerId::from_bytes([9; 16]);
    let (hash, at) = (Sha256::of(b"fact"), UnixMillis::new(1_800_000_000_123));
    let sql = "SELECT CAST($1 AS BYTEA), CAST($2 AS BYTEA), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BYTEA)";
    let values = params![officer, hash, at, true, None::<OfficerId>];
    let row = home.open().read(|read| read.query_one(sql, &values)).unwrap().unwrap();
    assert_eq!(row.id::<OfficerId>(0), Ok(officer));
    assert_eq!(row.hash(1), Ok(hash));
    assert_eq!(row.time(2), Ok(at));
    assert_eq!(row.flag(3), Ok(true));
    assert_eq!(row.opt_id::<OfficerId>(4), Ok(None));
}

fn a_column_is_never_read_as_what_it_is_not(home: &Home) {
    let sql = "SELECT CAST($1 AS BIGINT), CAST($2 AS BYTEA)";
    let row = home.open().read(|read| read.query_one(sql, &params![2, vec![1u8; 15]])).unwrap().unwrap();
    assert!(matches!(row.flag(0), Err(StoreError::Column { column: 0, .. })));
    assert!(matches!(row.text(0), Err(StoreError::Column { column: 0, .. })));
    assert!(matches!(row.id::<OfficerId>(1), Err(StoreError::Column { column: 1, .. })));
    assert!(matches!(row.hash(1), Err(StoreError::Column { column: 1, .. })));
    assert!(matches!(row.opt_int(2), Err(StoreError::Column { column: 2, .. })));
}

fn parameters_may_come_in_any_order_and_twice(home: &Home) {
    let sql = "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT), '$1'";
    let row = home.open().read(|read| read.query_one(sql, &params!["a", "b"])).unwrap().unwrap();
    assert_eq!(row.into_values(), params!["b", "a", "b", "$1"]);
}

fn what_exists_already_can_be_met(home: &Home) {
    let store = home.with_notes();
    let put = |label: &'static str| {
        store.write(move |sql| {
            let sql_text = "INSERT INTO notes (id, label) VALUES ($1, $2)
                ON CONFLICT (id) DO UPDATE SET label = excluded.label || notes.label RETURNING label";
            sql.query_one(sql_text, &params![1, label])?.unwrap().text(0).map(str::to_owned)
        })
    };
    assert_eq!(put("a"), Ok("a".to_owned()));
    assert_eq!(put("b"), Ok("ba".to_owned()));
    let nothing = "INSERT INTO notes (id, label) VALUES (1, 'c') ON CONFLICT DO NOTHING";
    assert_eq!(store.write(move |sql| sql.execute(nothing, &params![])), Ok(0));
}

fn what_was_written_is_given_as_it_is_then(home: &Home) {
    const PUT: Written = Written {
        write: "INSERT INTO notes (id, label) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET label = excluded.label || notes.label",
        columns: "label, id",
        row: "notes WHERE id = $1",
        by: 1,
    };
    const RENAME: Written = Written { write: "UPDATE notes SET label = $2 WHERE id = $1", ..PUT };
    let store = home.with_notes();
    let run = |written: &'static Written, id: i64, label: &'static str| {
        let row = store.write(move |sql| sql.written(written, &params![id, label])).unwrap();
        row.map(|row| (row.text(0).unwrap().to_owned(), row.int(1).unwrap()))
    };
    assert_eq!(run(&PUT, 1, "a"), Some(("a".to_owned(), 1)));
    assert_eq!(run(&PUT, 1, "b"), Some(("ba".to_owned(), 1)));
    assert_eq!(run(&RENAME, 1, "c"), Some(("c".to_owned(), 1)));
    assert_eq!(run(&RENAME, 2, "c"), None, "there is no such row");
}

fn touched_rows_are_counted(home: &Home) {
    let store = home.with_notes();
    store.write(|sql| (1..=5).try_for_each(|id| note(sql, id).map(drop))).unwrap();
    let touched = store.write(|sql| sql.execute("UPDATE notes SET label = 'x' WHERE id > $1", &params![2]));
    assert_eq!(touched, Ok(3));
    assert_eq!(store.write(|sql| sql.execute("DELETE FROM notes WHERE id = $1", &params![77])), Ok(0));
}

fn a_second_row_of_a_key_is_a_unique_violation(home: &Home) {
    let store = home.with_notes();
    store.write(|sql| note(sql, 1)).unwrap();
    let error = store.write(|sql| note(sql, 1)).unwrap_err();
    assert!(error.is_unique_violation() && !error.is_transient(), "{error:?}");
    let agency = super::home::new_agency(&store, 1);
    let error = store.write(move |sql| agency::create(sql, agency, UnixMillis::new(1))).unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
}

fn a_null_where_none_may_be_is_no_unique_violation(home: &Home) {
    let store = home.open();
    let error = store.write(|sql| {
        let row = params![AgencyId::NIL, None::<i64>];
        sql.execute("INSERT INTO writers (agency, writer, device, bound_at) VALUES ($1, $1, $1, $2)", &row)
    });
    assert!(matches!(error, Err(StoreError::Refused(_))), "{error:?}");
}

fn text_is_sorted_by_code_point_and_like_minds_case(home: &Home) {
    let store = home.with_notes();
    store
        .write(|sql| {
            for (id, label) in ["b", "B", "é", "a", "Z", "_"].into_iter().enumerate() {
                sql.execute("INSERT INTO notes (id, label) VALUES ($1, $2)", &params![id, label])?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(labels(&store, "ORDER BY label"), ["B", "Z", "_", "a", "b", "é"]);
    assert_eq!(labels(&store, "WHERE label > 'a' ORDER BY label"), ["b", "é"]);
    assert_eq!(labels(&store, "WHERE label LIKE 'b%'"), ["b"]);
}

fn labels(store: &Store, rest: &str) -> Vec<String> {
    let rows = store.read(|sql| sql.query(&format!("SELECT label FROM notes {rest}"), &params![])).unwrap();
    rows.iter().map(|row| row.text(0).unwrap().to_owned()).collect()
}

fn what_not_every_engine_stores_is_refused(home: &Home) {
    let store = home.with_notes();
    for value in [Value::from("a\0b"), Value::from(u64::MAX)] {
        let refused = store.write(move |sql| sql.execute("UPDATE notes SET label = $1", &[value]));
        assert!(matches!(refused, Err(StoreError::Unstorable(_))), "{refused:?}");
    }
}

fn a_value_of_the_wrong_type_is_refused(home: &Home) {
    let store = home.with_notes();
    for (column, value) in [("id", Value::from("x")), ("body", Value::from("x")), ("label", Value::from(vec![1u8]))] {
        let statement = format!("INSERT INTO notes ({column}) VALUES ($1)");
        let refused = store.write(move |sql| sql.execute(&statement, &[value]));
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{column}: {refused:?}");
    }
}

fn a_swallowed_failure_still_undoes_the_job(home: &Home) {
    let store = home.with_notes();
    store.write(|sql| note(sql, 1)).unwrap();
    let swallowed = store.write(|sql| {
        note(sql, 2)?;
        drop(note(sql, 1));
        Ok::<_, StoreError>(())
    });
    assert!(swallowed.unwrap_err().is_unique_violation());
    assert_eq!(store.read(notes), Ok(vec![1]));
}

fn nothing_runs_after_a_failure(home: &Home) {
    let store = home.with_notes();
    store.write(|sql| note(sql, 1)).unwrap();
    let after = store.write(|sql| {
        drop(note(sql, 1));
        note(sql, 2)
    });
    assert!(matches!(after, Err(StoreError::Misused(_))), "{after:?}");
    assert_eq!(store.read(notes), Ok(vec![1]));
}

fn a_reader_cannot_write(home: &Home) {
    let store = home.with_notes();
    for statement in ["INSERT INTO notes (id) VALUES (1)", "CREATE TABLE other (id BIGINT)", "DELETE FROM notes"] {
        let refused = store.read(|sql| sql.execute(statement, &params![]));
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{statement}: {refused:?}");
    }
    let locked = store.read(|sql| agency::lock(sql, AgencyId::NIL));
    assert!(matches!(locked, Err(StoreError::Misused(_))));
    assert_eq!(store.read(notes), Ok(vec![]));
}

fn agencies_are_listed_oldest_first(home: &Home) {
    let store = home.open();
    let young = super::home::new_agency(&store, 9);
    let old = super::home::new_agency(&store, 3);
    assert_eq!(store.read(agency::list), Ok(vec![old, young]));
    let list: Result<Vec<AgencyId>, StoreError> = store.write(|sql: &mut dyn Sql| agency::list(sql));
    assert_eq!(list, Ok(vec![old, young]));
}

//! Reading ahead: what is about to be asked one by one, asked for many at once. On PostgreSQL each statement is a way there and back, and a
//! day of a hundred places would be a thousand of them.
//!
//! It changes nothing but how often the store is asked: whoever asks after that asks as before, and is answered from what was read. That holds
//! because a reader sees one unchanging state of the store.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use detailbook_core::ids::AgencyId;

use super::{Row, Sql, StoreError, Value, Written};

/// Most values in one statement. A power of two, as all their counts are: the engines plan a statement of each length once.
const MOST: usize = 256;

/// A statement that asks about one value: its text, and the column that is compared with its last parameter. Where it joins tables, it does so by
/// `STRAIGHT_JOIN`, from the table with that column on.
#[derive(Clone, Copy, Debug)]
pub struct One {
    /// The text, with `column = $n` in it once, where no parameter has a number above `n`.
    pub text: &'static str,
    /// The column.
    pub column: &'static str,
}

type Answers = HashMap<Vec<Value>, Vec<Row>>;

/// A reader that remembers what it was answered.
pub struct Ahead<'a> {
    sql: &'a mut dyn Sql,
    answers: HashMap<String, Answers>,
}

impl<'a> Ahead<'a> {
    /// Has read nothing yet.
    pub fn over(sql: &'a mut dyn Sql) -> Self {
        Self { sql, answers: HashMap::new() }
    }

    /// Asks a statement about many values. `before`: its parameters but the last.
    pub fn read<V: Into<Value>>(
        &mut self,
        one: One,
        before: &[Value],
        values: impl IntoIterator<Item = V>,
    ) -> Result<(), StoreError> {
        let known = self.answers.entry(one.text.to_owned()).or_default();
        let asked = |value: &Value| [before, std::slice::from_ref(value)].concat();
        let mut wanted: Vec<Value> = Vec::new();
        for value in values {
            let value = value.into();
            // Whatever comes of it, it was asked.
            if let Entry::Vacant(unknown) = known.entry(asked(&value)) {
                unknown.insert(Vec::new());
                wanted.push(value);
            }
        }
        for some in wanted.chunks(MOST) {
            let count = some.len().next_power_of_two();
            let text = of_many(one, before.len(), count, kind(&some[0]));
            // Nothing is equal to no value.
            let padded = some.iter().cloned().chain(std::iter::repeat(Value::Null)).take(count);
            let rows = self.sql.query(&text, &before.iter().cloned().chain(padded).collect::<Vec<_>>())?;
            for row in rows {
                let mut values = row.into_values().into_iter();
                let value = values.next().unwrap_or(Value::Null);
                known.entry(asked(&value)).or_default().push(Row::new(values.collect()));
            }
        }
        Ok(())
    }
}

/// The statement for so many values of a kind, with the value in front of what it gives. It is the statement of one value, joined to a list of
/// them that is read first: so SQLite finds each by the index that it finds one by. Over an `IN` it takes any that begins with the agency for as
/// good, and reads all that an agency has.
fn of_many(one: One, before: usize, count: usize, kind: &str) -> String {
    let One { text, column } = one;
    let first = before + 1;
    let others: Vec<_> = (first + 1..first + count).map(|place| format!("(${place})")).collect();
    let values = [vec![format!("(CAST(${first} AS {kind}))")], others].concat().join(", ");
    let text = text.replacen("FROM ", &format!("FROM (VALUES {values}) AS asked CROSS JOIN "), 1);
    // Both engines call the first column of a list so. It begins as every statement does that only reads.
    let text = text.replacen("SELECT ", "SELECT asked.column1, ", 1);
    text.replacen(&format!("{column} = ${first}"), &format!("{column} = asked.column1"), 1)
}

/// What a value is, in a statement.
const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Int(_) | Value::TooLarge => "BIGINT",
        Value::Text(_) => "TEXT",
        Value::Bytes(_) | Value::Null => "BYTEA",
    }
}

impl Sql for Ahead<'_> {
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.answers.clear();
        self.sql.execute(sql, params)
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        if let Some(rows) = self.answers.get(sql).and_then(|known| known.get(params)) {
            return Ok(rows.clone());
        }
        let rows = self.sql.query(sql, params)?;
        // What writes and gives rows would otherwise be done once only.
        if sql.trim_start().starts_with("SELECT") {
            self.answers.entry(sql.to_owned()).or_default().insert(params.to_vec(), rows.clone());
        } else {
            self.answers.clear();
        }
        Ok(rows)
    }

    fn written(&mut self, written: &Written, params: &[Value]) -> Result<Option<Row>, StoreError> {
        self.answers.clear();
        self.sql.written(written, params)
    }

    fn lock_agency(&mut self, agency: AgencyId) -> Result<Option<Row>, StoreError> {
        self.sql.lock_agency(agency)
    }

    fn try_lock_agency(&mut self, agency: AgencyId) -> Result<bool, StoreError> {
        self.sql.try_lock_agency(agency)
    }

    fn holds_agency(&self, agency: AgencyId) -> bool {
        self.sql.holds_agency(agency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::params;

    /// A table of numbers, each with some words, that counts how often it is asked.
    struct Words {
        asked: usize,
    }

    const OF_NUMBER: One =
        One { text: "SELECT word FROM words WHERE agency = $1 AND number = $2 ORDER BY word", column: "number" };

    impl Sql for Words {
        fn execute(&mut self, _: &str, _: &[Value]) -> Result<u64, StoreError> {
            Ok(0)
        }

        fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
            self.asked += 1;
            assert_eq!(sql.matches('$').count(), params.len(), "{sql}");
            let words = |number: &Value| match number {
                Value::Int(1) => vec!["a", "b"],
                Value::Int(3) => vec!["c"],
                _ => vec![],
            };
            let many = sql.contains("asked.column1");
            let rows = params[1..].iter().flat_map(|number| {
                let row = move |word| {
                    Row::new(if many { vec![number.clone(), Value::from(word)] } else { vec![Value::from(word)] })
                };
                words(number).into_iter().map(row)
            });
            Ok(rows.collect())
        }

        fn lock_agency(&mut self, _: AgencyId) -> Result<Option<Row>, StoreError> {
            Ok(None)
        }

        fn try_lock_agency(&mut self, _: AgencyId) -> Result<bool, StoreError> {
            Ok(false)
        }

        fn holds_agency(&self, _: AgencyId) -> bool {
            false
        }
    }

    fn of(ahead: &mut Ahead<'_>, number: i64) -> usize {
        ahead.query(OF_NUMBER.text, &params!["agency", number]).unwrap().len()
    }

    #[test]
    fn many_are_asked_at_once_and_each_is_answered_as_if_asked_alone() {
        let mut words = Words { asked: 0 };
        let mut ahead = Ahead::over(&mut words);
        ahead.read(OF_NUMBER, &params!["agency"], [1_i64, 2, 3, 3]).unwrap();
        assert_eq!([1, 2, 3].map(|number| of(&mut ahead, number)), [2, 0, 1]);
        ahead.read(OF_NUMBER, &params!["agency"], [1_i64, 3]).unwrap();
        assert_eq!(of(&mut ahead, 4), 0, "what was not read ahead is asked");
        assert_eq!((of(&mut ahead, 4), ahead.query(OF_NUMBER.text, &params!["other", 1]).unwrap().len()), (0, 2));
        drop(ahead);
        assert_eq!(words.asked, 3);
    }

    #[test]
    fn many_values_are_a_list_that_the_statement_of_one_is_joined_to() {
        let many = "SELECT asked.column1, word FROM (VALUES (CAST($2 AS BIGINT)), ($3)) AS asked CROSS JOIN words \
                    WHERE agency = $1 AND number = asked.column1 ORDER BY word";
        assert_eq!(of_many(OF_NUMBER, 1, 2, "BIGINT"), many);
    }

    #[test]
    fn what_was_read_is_still_known_after_others_read_ahead_within() {
        let mut words = Words { asked: 0 };
        let mut ahead = Ahead::over(&mut words);
        ahead.read(OF_NUMBER, &params!["agency"], [1_i64, 2]).unwrap();
        Ahead::over(&mut ahead).read(OF_NUMBER, &params!["agency"], [3_i64, 4]).unwrap();
        assert_eq!((of(&mut ahead, 1), of(&mut ahead, 2)), (2, 0));
        drop(ahead);
        assert_eq!(words.asked, 2);
    }

    #[test]
    fn more_than_fit_are_asked_in_several_statements() {
        let mut words = Words { asked: 0 };
        Ahead::over(&mut words).read(OF_NUMBER, &params!["agency"], 0..=(MOST as i64)).unwrap();
        assert_eq!(words.asked, 2);
    }

    #[test]
    fn nothing_is_remembered_over_a_write() {
        let mut words = Words { asked: 0 };
        let mut ahead = Ahead::over(&mut words);
        of(&mut ahead, 1);
        ahead.execute("DELETE", &[]).unwrap();
        of(&mut ahead, 1);
        drop(ahead);
        assert_eq!(words.asked, 2);
    }
}

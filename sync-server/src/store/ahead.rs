//! Reading ahead: what is about to be asked one by one, asked for many at once. On PostgreSQL each statement is a way there and back, and a
//! day of a hundred places would be a thousand of them.
//!
//! It changes nothing but how often the store is asked: whoever asks after that asks as before, and is answered from what was read. That holds
//! because a reader sees one unchanging state of the store.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use detailbook_core::ids::AgencyId;

use super::{Row, Sql, StoreError, Value};

/// Most values in one statement. A power of two, as all their counts are: the engines plan a statement of each length once.
const MOST: usize = 256;

/// A statement that asks about one value: its text, and the column that is compared with its last parameter.
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
            let text = of_many(one, before.len(), some.len().next_power_of_two());
            let last = some.last().into_iter().cycle();
            let padded = some.iter().chain(last).take(some.len().next_power_of_two()).cloned();
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

/// The statement for so many values, with the column in front of what it gives.
fn of_many(one: One, before: usize, count: usize) -> String {
    let One { text, column } = one;
    let places: Vec<_> = (before + 1..=before + count).map(|place| format!("${place}")).collect();
    let text = text.replacen("SELECT ", &format!("SELECT {column}, "), 1);
    text.replacen(&format!("{column} = ${}", before + 1), &format!("{column} IN ({})", places.join(", ")), 1)
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
            let many = sql.contains("IN (");
            let mut seen = Vec::new();
            for number in &params[1..] {
                // A database gives a row once, however often its value stands in the list.
                if seen.contains(&number) {
                    continue;
                }
                seen.push(number);
            }
            let rows = seen.into_iter().flat_map(|number| {
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

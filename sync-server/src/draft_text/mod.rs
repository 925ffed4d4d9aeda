//! Texts in which an agency writes down its rules and tariffs, TOML or JSON: whatever is wrong with one is named, with line and column.

pub(crate) mod place;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use toml::Spanned;
use toml::de::DeTable;
use utoipa::ToSchema;

use place::{Step, in_json, in_toml, line_and_column, steps};

/// One thing wrong with a text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, ToSchema)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// The field, such as `rule[3].hours.limit`; empty for the text as a whole.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.problem)
    }
}

/// What is wrong with a text as a whole.
pub(crate) fn whole(problem: &str) -> Fault {
    Fault { line: 1, column: 1, field: String::new(), problem: problem.to_owned() }
}

/// A text and where things stand in it.
pub(crate) enum Source<'t> {
    /// JSON.
    Json(&'t str),
    /// TOML, with its places.
    Toml(&'t str, Spanned<DeTable<'t>>),
}

impl<'t> Source<'t> {
    /// A text of TOML, or each place at which it is none.
    pub(crate) fn toml(text: &'t str) -> Result<Self, Vec<Fault>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Ok(Self::Toml(text, table));
        }
        Err(errors.iter().map(|error| of_toml(text, error)).collect())
    }

    /// What it says.
    pub(crate) fn value(&self) -> Result<Value, Vec<Fault>> {
        match self {
            Self::Json(text) => serde_json::from_str(text).map_err(|error| {
                let problem = error.to_string();
                let problem = problem.split(" at line ").next().unwrap_or_default().to_owned();
                vec![Fault { line: error.line().max(1), column: error.column().max(1), field: String::new(), problem }]
            }),
            Self::Toml(text, _) => toml::from_str(text).map_err(|error| vec![of_toml(text, &error)]),
        }
    }

    fn place(&self, path: &[Step]) -> (usize, usize) {
        match self {
            Self::Json(text) => line_and_column(text, in_json(text, path)),
            Self::Toml(text, table) => line_and_column(text, in_toml(table, path)),
        }
    }
}

/// What the reader of TOML finds wrong, where it says.
pub(crate) fn of_toml(text: &str, error: &toml::de::Error) -> Fault {
    let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
    Fault { line, column, field: String::new(), problem: in_words(error.message()) }
}

/// What a reader says, on one line, for people who know no names of types.
fn in_words(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.rsplit_once(", expected ") {
        Some((found, "i8" | "i16" | "i32" | "i64" | "isize")) => format!("{found}, expected a whole number"),
        Some((found, "u8" | "u16" | "u32" | "u64" | "usize")) => {
            format!("{found}, expected a whole number that is not below zero")
        }
        _ => line,
    }
}

/// Collects what is wrong.
pub(crate) struct Faults<'s, 't> {
    source: &'s Source<'t>,
    found: Vec<Fault>,
}

impl<'s, 't> Faults<'s, 't> {
    /// Nothing, so far.
    pub(crate) const fn of(source: &'s Source<'t>) -> Self {
        Self { source, found: vec![] }
    }

    /// Reads a part of the text that stands at a path; notes what is wrong with it.
    pub(crate) fn part<T: DeserializeOwned>(&mut self, value: Value, at: &[Step]) -> Option<T> {
        serde_path_to_error::deserialize(value)
            .map_err(|error| {
                let path = [at, &steps(error.path())].concat();
                self.note(&path, in_words(&error.inner().to_string()));
            })
            .ok()
    }

    /// Notes something wrong at a path.
    pub(crate) fn note(&mut self, path: &[Step], problem: String) {
        let (line, column) = self.source.place(path);
        self.found.push(Fault { line, column, field: written(path), problem });
    }

    /// Notes something wrong at a path which what is wrong names itself.
    pub(crate) fn note_at(&mut self, path: &[Step], problem: String) {
        let (line, column) = self.source.place(path);
        self.found.push(Fault { line, column, field: String::new(), problem });
    }

    /// Everything that was noted, in the order of the text.
    pub(crate) fn finish(mut self) -> Vec<Fault> {
        self.found.sort();
        self.found.dedup();
        self.found
    }
}

fn written(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Field(name) if text.is_empty() => text.push_str(name),
            Step::Field(name) => {
                text.push('.');
                text.push_str(name);
            }
            Step::Item(index) => {
                text.push('[');
                text.push_str(&(index + 1).to_string());
                text.push(']');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_type_of_the_program_is_named() {
        let read =
            |text: &str| serde_json::from_value::<u32>(serde_json::from_str(text).unwrap()).unwrap_err().to_string();
        assert_eq!(
            in_words(&read("58.5")),
            "invalid type: floating point `58.5`, expected a whole number that is not below zero"
        );
        for (problem, words) in [
            (
                "invalid type: floating point `58.5`, expected i64",
                "invalid type: floating point `58.5`, expected a whole number",
            ),
            (
                "invalid value: integer `-1`, expected u32",
                "invalid value: integer `-1`, expected a whole number that is not below zero",
            ),
            ("invalid type: integer `1`,\n expected a string", "invalid type: integer `1`, expected a string"),
        ] {
            assert_eq!(in_words(problem), words);
        }
    }
}

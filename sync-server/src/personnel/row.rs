//! One line of a batch: named fields, whether they came as CSV or as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// The most characters taken in a field.
const LONGEST_FIELD: usize = 400;

/// A line that was not taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Rejected {
    /// The physical line of a file, as an editor shows it; of a JSON batch, the place of the row, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// A line with its fields by name, blank ones left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Row {
    pub(crate) line: u64,
    fields: BTreeMap<String, String>,
}

impl Row {
    /// A line of CSV under its header.
    pub(crate) fn of_csv(line: u64, header: &[String], fields: Vec<String>) -> Result<Self, String> {
        let named = header.iter().cloned().zip(fields);
        Self::of(line, named)
    }

    /// A row of JSON: texts, numbers, or lists of texts.
    pub(super) fn of_json(line: u64, object: &serde_json::Map<String, Value>) -> Result<Self, String> {
        let mut named = Vec::with_capacity(object.len());
        for (name, value) in object {
            named.push((
                name.clone(),
                plain(value).ok_or_else(|| format!("{name} must be a text, a number or a list"))?,
            ));
        }
        Self::of(line, named)
    }

    fn of(line: u64, named: impl IntoIterator<Item = (String, String)>) -> Result<Self, String> {
        let mut fields = BTreeMap::new();
        for (name, text) in named {
            let text = text.trim();
            if text.chars().count() > LONGEST_FIELD {
                return Err(format!("{name} is longer than {LONGEST_FIELD} characters"));
            }
            if text.chars().any(char::is_control) {
                return Err(format!("{name} holds a control character"));
            }
            if !text.is_empty() {
                fields.insert(name, text.to_owned());
            }
        }
        Ok(Self { line, fields })
    }

    /// A field that may be left out.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// A field that must say something.
    pub(crate) fn must(&self, name: &str) -> Result<&str, String> {
        self.get(name).ok_or_else(|| format!("{name} is empty"))
    }

    /// A list, separated by semicolons.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let parts = self.get(name).unwrap_or_default().split(';').map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// A field that some type reads.
    pub(crate) fn parsed<T: std::str::FromStr>(&self, name: &str, wanted: &str) -> Result<Option<T>, String> {
        let read = |text: &str| text.parse().map_err(|_| format!("{name} {text:?} is not {wanted}"));
        self.get(name).map(read).transpose()
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Array(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(|part| part.as_str().map(str::to_owned)).collect();
            parts.map(|parts| parts.join(";"))
        }
        Value::Object(_) => None,
    }
}

//! Where in a text something stands: the line and column of a path such as `rule[3].hours.limit`, in TOML or in JSON.

use serde_path_to_error::{Path, Segment};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One step of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// Into a field.
    Field(String),
    /// Into a list.
    Item(usize),
}

/// A path as an error of the reader gives it.
pub(crate) fn steps(path: &Path) -> Vec<Step> {
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(Step::Item(*index)),
        Segment::Map { key } => Some(Step::Field(key.clone())),
        Segment::Enum { variant } => Some(Step::Field(variant.clone())),
        Segment::Unknown => None,
    };
    path.iter().filter_map(step).collect()
}

/// Line and column, both from 1, of a place in a text.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// Where a path stands in TOML, as far as it leads.
pub(crate) fn in_toml(table: &Spanned<DeTable<'_>>, path: &[Step]) -> usize {
    let mut place = table.span().start;
    let mut rest = path.iter();
    let Some(Step::Field(name)) = rest.next() else { return place };
    let Some((key, mut value)) = table.get_ref().iter().find(|(key, _)| key.get_ref() == name) else { return place };
    place = key.span().start;
    for step in rest {
        let (at, next) = match (step, value.get_ref()) {
            (Step::Field(name), DeValue::Table(table)) => {
                let Some((key, next)) = table.iter().find(|(key, _)| key.get_ref() == name) else { break };
                (key.span().start, next)
            }
            (Step::Item(index), DeValue::Array(items)) => {
                let Some(next) = items.get(*index) else { break };
                (next.span().start, next)
            }
            _ => break,
        };
        (place, value) = (at, next);
    }
    place
}

/// Where a path stands in a JSON text that is well formed, as far as it leads.
pub(crate) fn in_json(text: &str, path: &[Step]) -> usize {
    let mut at = skip_space(text, 0);
    for step in path {
        let found = match step {
            Step::Field(name) => field(text, at, name),
            Step::Item(index) => item(text, at, *index),
        };
        match found {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

fn skip_space(text: &str, at: usize) -> usize {
    at + text[at..].bytes().take_while(u8::is_ascii_whitespace).count()
}

/// The start of a field's value in the object at a place.
fn field(text: &str, at: usize, name: &str) -> Option<usize> {
    let mut at = skip_space(text, enter(text, at, b'{')?);
    while text.as_bytes().get(at) == Some(&b'"') {
        let end = value_end(text, at);
        let key: Option<String> = serde_json::from_str(&text[at..end]).ok();
        let value = skip_space(text, skip_space(text, end) + 1);
        if key.as_deref() == Some(name) {
            return Some(value);
        }
        at = next(text, value_end(text, value))?;
    }
    None
}

/// The start of an item of the list at a place.
fn item(text: &str, at: usize, index: usize) -> Option<usize> {
    let mut at = skip_space(text, enter(text, at, b'[')?);
    for _ in 0..index {
        at = next(text, value_end(text, at))?;
    }
    Some(at)
}

fn enter(text: &str, at: usize, bracket: u8) -> Option<usize> {
    (text.as_bytes().get(at) == Some(&bracket)).then_some(at + 1)
}

/// The start of what follows after a comma.
fn next(text: &str, at: usize) -> Option<usize> {
    let at = skip_space(text, at);
    (text.as_bytes().get(at) == Some(&b',')).then(|| skip_space(text, at + 1))
}

/// The end of the value that starts at a place.
fn value_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut quoted) = (start, 0_usize, false);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => {
                quoted = !quoted;
                if !quoted && depth == 0 {
                    return at + 1;
                }
            }
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return at,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path() -> Vec<Step> {
        vec![Step::Field("rule".into()), Step::Item(1), Step::Field("hours".into()), Step::Field("limit".into())]
    }

    #[test]
    fn a_path_is_found_in_toml() {
        let text = "name = \"a\"\n[[rule]]\nid = \"x\"\n[[rule]]\nid = \"y\"\n[rule.hours]\nlimit = 3\n";
        let table = DeTable::parse(text).unwrap();
        assert_eq!(line_and_column(text, in_toml(&table, &path())), (7, 1));
        assert_eq!(line_and_column(text, in_toml(&table, &path()[..1])).0, 2);
    }

    #[test]
    fn a_path_is_found_in_json() {
        let text = "{\n \"a,]}\\\"\": [1, \"]\"],\n \"rule\": [ {\"id\": \"x\", \"hours\": {\"limit\": 1}},\n  {\"hours\": { \"x\" : [],\n   \"limit\" : 7}} ]\n}";
        assert_eq!(&text[in_json(text, &path())..][..1], "7");
        assert_eq!(line_and_column(text, in_json(text, &path())), (5, 14));
        let beyond = [path(), vec![Step::Item(9)]].concat();
        assert_eq!(in_json(text, &beyond), in_json(text, &path()));
    }
}

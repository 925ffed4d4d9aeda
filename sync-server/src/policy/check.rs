//! Reading a rule set as an agency writes it, TOML or JSON. Everything that is wrong with it is named, with line and column.

use std::fmt;

use detailbook_core::policy::{Entry, RuleDraft, RuleSet, RuleSetDraft, RuleSetFaults, Stage};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use toml::Spanned;
use toml::de::DeTable;
use utoipa::ToSchema;

use super::place_in_text::{Step, in_json, in_toml, line_and_column, steps};

/// The longest text that is read, in bytes.
const LONGEST: usize = 4 * 1024 * 1024;

/// One thing wrong with a rule set.
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

/// Reads a rule set: JSON where the text begins with a brace, else TOML.
pub fn check(text: &str) -> Result<RuleSet, Vec<Fault>> {
    if text.len() > LONGEST {
        return Err(vec![whole("is longer than 4 MiB")]);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source = if text.trim_start().starts_with('{') { Source::Json(text) } else { Source::toml(text)? };
    let mut faults = Faults { source: &source, found: vec![] };
    let set = faults.read(source.value()?);
    faults.found.sort();
    faults.found.dedup();
    match set {
        Some(set) if faults.found.is_empty() => Ok(set),
        _ => Err(faults.found),
    }
}

/// Stages that rules may name and at which nothing asks them.
const NOT_ASKED: [Stage; 1] = [Stage::Invoice];

/// What a set that is in order says in vain: its rules' severities at stages at which nothing asks them, a sentence each.
pub fn in_vain(set: &RuleSet) -> Vec<String> {
    let said = |rule: &Entry| NOT_ASKED.map(|stage| rule.severity().at(stage).map(|_| (rule.id().to_owned(), stage)));
    let all = set.rules.iter().flat_map(said).flatten();
    let sentence = |(rule, stage): (String, Stage)| {
        let stage = serde_json::to_value(stage).unwrap_or_default();
        format!(
            "The rule {rule} has a severity at the stage {stage}, at which no rule is asked: it has no effect there."
        )
    };
    all.map(sentence).collect()
}

fn whole(problem: &str) -> Fault {
    Fault { line: 1, column: 1, field: String::new(), problem: problem.to_owned() }
}

/// A text and where things stand in it.
enum Source<'t> {
    Json(&'t str),
    Toml(&'t str, Spanned<DeTable<'t>>),
}

impl<'t> Source<'t> {
    fn toml(text: &'t str) -> Result<Self, Vec<Fault>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Ok(Self::Toml(text, table));
        }
        let fault = |error: &toml::de::Error| {
            let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
            Fault { line, column, field: String::new(), problem: one_line(error.message()) }
        };
        Err(errors.iter().map(fault).collect())
    }

    fn value(&self) -> Result<Value, Vec<Fault>> {
        match self {
            Self::Json(text) => serde_json::from_str(text).map_err(|error| {
                let problem = error.to_string();
                let problem = problem.split(" at line ").next().unwrap_or_default().to_owned();
                vec![Fault { line: error.line().max(1), column: error.column().max(1), field: String::new(), problem }]
            }),
            Self::Toml(text, _) => toml::from_str(text).map_err(|error| {
                let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
                vec![Fault { line, column, field: String::new(), problem: one_line(error.message()) }]
            }),
        }
    }

    fn place(&self, path: &[Step]) -> (usize, usize) {
        match self {
            Self::Json(text) => line_and_column(text, in_json(text, path)),
            Self::Toml(text, table) => line_and_column(text, in_toml(table, path)),
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Collects what is wrong.
struct Faults<'s, 't> {
    source: &'s Source<'t>,
    found: Vec<Fault>,
}

impl Faults<'_, '_> {
    /// The set without its rules, then rule by rule, so that one fault does not hide the next.
    fn read(&mut self, mut value: Value) -> Option<RuleSet> {
        let rules = value.as_object_mut().and_then(|set| set.remove("rule")).unwrap_or(Value::Array(vec![]));
        let set: Option<RuleSetDraft> = self.part(value, &[]);
        let Value::Array(rules) = rules else {
            self.note(&[Step::Field("rule".into())], "must be a list of rules".to_owned());
            return None;
        };
        let mut drafts = Vec::with_capacity(rules.len());
        for (index, rule) in rules.into_iter().enumerate() {
            drafts.push(self.part::<RuleDraft>(rule, &[Step::Field("rule".into()), Step::Item(index)]));
        }
        let draft = RuleSetDraft { rules: drafts.into_iter().collect::<Option<_>>()?, ..set? };
        RuleSet::try_from(draft).map_err(|faults| self.note_all(&faults)).ok()
    }

    fn part<T: DeserializeOwned>(&mut self, value: Value, at: &[Step]) -> Option<T> {
        serde_path_to_error::deserialize(value)
            .map_err(|error| {
                let path = [at, &steps(error.path())].concat();
                self.note(&path, one_line(&error.inner().to_string()));
            })
            .ok()
    }

    fn note_all(&mut self, faults: &RuleSetFaults) {
        for fault in &faults.0 {
            let rule = fault.rule.as_ref().map(|(index, _)| vec![Step::Field("rule".into()), Step::Item(*index)]);
            let mut path = rule.unwrap_or_default();
            path.extend(
                fault.field.split('.').filter(|part| !part.is_empty()).map(|part| Step::Field(part.to_owned())),
            );
            self.note(&path, fault.problem.clone());
        }
    }

    fn note(&mut self, path: &[Step], problem: String) {
        let (line, column) = self.source.place(path);
        self.found.push(Fault { line, column, field: written(path), problem });
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

    const GOOD: &str = r#"
name = "Town"
version = 1
effective_from = "2019-01-01"
zone = "America/New_York"

[[rule]]
id = "week"
title = "24 hours a week"
severity = { apply = "block" }
[rule.hours]
counts = ["detail"]
window = "week"
limit = "24:00"
"#;

    fn faults(text: &str) -> Vec<String> {
        check(text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_set_is_read_from_toml_and_from_json() {
        let set = check(GOOD).unwrap();
        assert_eq!((set.citation().as_str(), set.rules.len()), ("Town v1", 1));
        assert_eq!(check(&serde_json::to_string_pretty(&set).unwrap()).unwrap(), set);
    }

    #[test]
    fn what_is_said_at_a_stage_that_nothing_asks_is_warned_of() {
        let text = GOOD.replace("{ apply = \"block\" }", "{ apply = \"block\", sync = \"log\", invoice = \"block\" }");
        let found = in_vain(&check(&text).unwrap());
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("The rule week has a severity at the stage \"invoice\", "), "{found:?}");
        assert_eq!(in_vain(&check(GOOD).unwrap()), Vec::<String>::new());
    }

    #[test]
    fn every_fault_is_named_with_its_line_and_column() {
        let text = GOOD.replace("limit = \"24:00\"", "limit = \"a day\"").replace("version = 1", "version = \"one\"");
        let found = faults(&text);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("line 3, column 1: version: invalid type"), "{found:?}");
        assert!(found[1].starts_with("line 14, column 1: rule[1].hours.limit: "), "{found:?}");
    }

    #[test]
    fn what_a_newer_version_knows_is_refused_by_name() {
        let found = faults(&GOOD.replace("[rule.hours]", "[rule.moods]"));
        assert!(found[0].starts_with("line 11, column 7: rule[1].moods: unknown field `moods`"), "{found:?}");
    }

    #[test]
    fn what_contradicts_itself_is_named_where_it_stands() {
        let twice = format!("{GOOD}[rule.rest]\ncounts = [\"on_duty\"]\n");
        let found = faults(&twice);
        assert!(found[0].starts_with("line 7, column "), "{found:?}");
    }

    #[test]
    fn text_that_is_neither_is_refused_at_its_place() {
        assert!(faults("name = \n")[0].starts_with("line 1, column "));
        assert!(faults("{ \"name\": \"a\",\n  oops }")[0].starts_with("line 2, column "));
        assert!(faults("")[0].contains("missing field"));
    }
}

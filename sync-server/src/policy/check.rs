//! Reading a rule set as an agency writes it, TOML or JSON. Everything that is wrong with it is named, with line and column.

use detailbook_core::policy::{Entry, RuleDraft, RuleSet, RuleSetDraft, RuleSetFaults, Stage};
use serde_json::Value;

pub use crate::draft_text::Fault;

use crate::draft_text::place::Step;
use crate::draft_text::{Faults, Source, whole};

/// The longest text that is read, in bytes.
const LONGEST: usize = 4 * 1024 * 1024;

/// Reads a rule set: JSON where the text begins with a brace, else TOML.
pub fn check(text: &str) -> Result<RuleSet, Vec<Fault>> {
    if text.len() > LONGEST {
        return Err(vec![whole("is longer than 4 MiB")]);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source = if text.trim_start().starts_with('{') { Source::Json(text) } else { Source::toml(text)? };
    let mut faults = Faults::of(&source);
    let set = read(&mut faults, source.value()?);
    match (set, faults.finish()) {
        (Some(set), found) if found.is_empty() => Ok(set),
        (_, found) => Err(found),
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

/// The set without its rules, then rule by rule, so that one fault does not hide the next.
fn read(faults: &mut Faults<'_, '_>, mut value: Value) -> Option<RuleSet> {
    let rules = value.as_object_mut().and_then(|set| set.remove("rule")).unwrap_or(Value::Array(vec![]));
    let set: Option<RuleSetDraft> = faults.part(value, &[]);
    let Value::Array(rules) = rules else {
        faults.note(&[Step::Field("rule".into())], "must be a list of rules".to_owned());
        return None;
    };
    let mut drafts = Vec::with_capacity(rules.len());
    for (index, rule) in rules.into_iter().enumerate() {
        drafts.push(faults.part::<RuleDraft>(rule, &[Step::Field("rule".into()), Step::Item(index)]));
    }
    let draft = RuleSetDraft { rules: drafts.into_iter().collect::<Option<_>>()?, ..set? };
    RuleSet::try_from(draft).map_err(|found| note_all(faults, &found)).ok()
}

fn note_all(faults: &mut Faults<'_, '_>, found: &RuleSetFaults) {
    for fault in &found.0 {
        let rule = fault.rule.as_ref().map(|(index, _)| vec![Step::Field("rule".into()), Step::Item(*index)]);
        let mut path = rule.unwrap_or_default();
        path.extend(fault.field.split('.').filter(|part| !part.is_empty()).map(|part| Step::Field(part.to_owned())));
        faults.note(&path, fault.problem.clone());
    }
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

//! `docs/policy.schema.json` says what the reader of rule sets takes: no more and no less, as far as the fixtures show.

use serde_json::{Value, json};

use crate::json_schema::Checker;

const SCHEMA: &str = include_str!("../../../../docs/policy.schema.json");
const SETS: [&str; 2] = [
    include_str!("../../../../core/fixtures/policy/small.toml"),
    include_str!("../../../../core/fixtures/policy/harbor-falls.toml"),
];

fn checker() -> Checker {
    Checker::open(serde_json::from_str(SCHEMA).unwrap())
}

fn taken(value: &Value) -> bool {
    detailbook_server::policy::check::check(&value.to_string()).is_ok()
}

#[test]
fn the_fixtures_fit_the_schema() {
    let checker = checker();
    for text in SETS {
        let value: Value = toml::from_str(text).unwrap();
        assert_eq!(checker.whole(&value), Ok(()));
        assert!(taken(&value));
    }
}

#[test]
fn the_schema_knows_exactly_the_fields_of_a_rule_that_the_reader_knows() {
    let wrong: Value =
        json!({ "name": "Town", "version": 1, "effective_from": "2019-01-01", "zone": "UTC", "rule": [{ "mood": 1 }] });
    let faults = detailbook_server::policy::check::check(&wrong.to_string()).unwrap_err();
    let (_, expected) = faults[0].problem.split_once("expected one of ").unwrap();
    let mut fields: Vec<&str> = expected.split('`').skip(1).step_by(2).filter(|field| *field != "newer").collect();
    fields.sort_unstable();
    let schema = checker().root;
    let known: Vec<&str> =
        schema["$defs"]["Rule"]["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut known = known;
    known.sort_unstable();
    assert_eq!(known, fields);
}

/// Every field of a fixture, taken away or turned into something else: where the schema refuses, so does the reader.
#[test]
fn what_the_schema_refuses_the_reader_refuses() {
    let checker = checker();
    let mut refused = 0;
    for text in SETS {
        let value: Value = toml::from_str(text).unwrap();
        for pointer in pointers(&value, String::new()) {
            for other in [json!("?"), json!(-1), json!([]), json!({ "mood": 1 }), json!(true)] {
                let mut changed = value.clone();
                *changed.pointer_mut(&pointer).unwrap() = other.clone();
                // A table whose fields may all be absent is read from a list without items too: nothing is said either way.
                let says_nothing = value.pointer(&pointer).is_some_and(Value::is_object) && other == json!([]);
                if checker.whole(&changed).is_err() && !says_nothing {
                    refused += 1;
                    assert!(!taken(&changed), "{pointer}");
                }
            }
        }
    }
    assert!(refused > 500, "{refused}");
}

fn pointers(value: &Value, at: String) -> Vec<String> {
    let inner: Vec<String> = match value {
        Value::Object(fields) => {
            fields.iter().flat_map(|(name, value)| pointers(value, format!("{at}/{name}"))).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(n, value)| pointers(value, format!("{at}/{n}"))).collect()
        }
        _ => vec![],
    };
    if at.is_empty() { inner } else { [vec![at], inner].concat() }
}

//! `docs/policy.schema.json` says what the reader of rule sets takes: no more and no less, as far as the fixtures show.

use serde_json::{Map, Value, json};

const SCHEMA: &str = include_str!("../../../../docs/policy.schema.json");
const SETS: [&str; 2] = [
    include_str!("../../../../core/fixtures/policy/small.toml"),
    include_str!("../../../../core/fixtures/policy/harbor-falls.toml"),
];

/// The part of JSON Schema (draft 2020-12) that the file uses. Gives the first thing that does not fit.
struct Checker {
    root: Value,
}

type Fits = Result<(), String>;

impl Checker {
    fn new() -> Self {
        Self { root: serde_json::from_str(SCHEMA).unwrap() }
    }

    fn check(&self, schema: &Value, value: &Value, path: &str) -> Fits {
        // Before what is asked of a value of that type only.
        if let Some(name) = schema["type"].as_str() {
            fits(is(name, value), path, &format!("is no {name}"))?;
        }
        for (word, says) in schema.as_object().unwrap() {
            match word.as_str() {
                "$ref" => {
                    self.check(&self.root["$defs"][says.as_str().unwrap().rsplit('/').next().unwrap()], value, path)?;
                }
                "enum" => fits(says.as_array().unwrap().contains(value), path, "is none of those")?,
                "minimum" => fits(value.as_i64() >= says.as_i64(), path, "is too small")?,
                "maximum" => fits(value.as_i64() <= says.as_i64(), path, "is too large")?,
                "pattern" => {
                    fits(matches(says.as_str().unwrap(), value.as_str().unwrap()), path, "is of another form")?;
                }
                "items" => self.items(says, value, path)?,
                "oneOf" => {
                    let fitting = says.as_array().unwrap().iter().filter(|one| self.check(one, value, path).is_ok());
                    fits(fitting.count() == 1, path, "fits none or several")?;
                }
                // Seen to with the type or the fields, or words for people.
                "type"
                | "properties"
                | "required"
                | "additionalProperties"
                | "$schema"
                | "$defs"
                | "title"
                | "description"
                | "format" => {}
                other => panic!("the checker does not know {other}"),
            }
        }
        value.as_object().map_or(Ok(()), |object| self.fields(schema, object, path))
    }

    fn items(&self, schema: &Value, value: &Value, path: &str) -> Fits {
        let items = value.as_array().into_iter().flatten();
        items.enumerate().try_for_each(|(index, item)| self.check(schema, item, &format!("{path}[{index}]")))
    }

    fn fields(&self, schema: &Value, object: &Map<String, Value>, path: &str) -> Fits {
        for name in schema["required"].as_array().into_iter().flatten() {
            fits(object.contains_key(name.as_str().unwrap()), path, &format!("lacks {name}"))?;
        }
        let Some(known) = schema["properties"].as_object() else { return Ok(()) };
        for (name, value) in object {
            match known.get(name) {
                Some(schema) => self.check(schema, value, &format!("{path}.{name}"))?,
                None => fits(schema["additionalProperties"] != false, path, &format!("has a field {name}"))?,
            }
        }
        Ok(())
    }

    fn set(&self, value: &Value) -> Fits {
        self.check(&self.root, value, "")
    }
}

fn fits(yes: bool, path: &str, why: &str) -> Fits {
    if yes { Ok(()) } else { Err(format!("{path} {why}")) }
}

fn is(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("the checker does not know {other}"),
    }
}

/// The patterns of the file: digits, and what stands between them.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern {
        "^[0-9]+:[0-5][0-9]$" => text.parse::<detailbook_core::pricing::Minutes>().is_ok(),
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => text.parse::<detailbook_core::pricing::Day>().is_ok(),
        other => panic!("the checker does not know {other}"),
    }
}

fn taken(value: &Value) -> bool {
    detailbook_server::policy::check::check(&value.to_string()).is_ok()
}

#[test]
fn the_fixtures_fit_the_schema() {
    let checker = Checker::new();
    for text in SETS {
        let value: Value = toml::from_str(text).unwrap();
        assert_eq!(checker.set(&value), Ok(()));
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
    let schema = Checker::new().root;
    let known: Vec<&str> =
        schema["$defs"]["Rule"]["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut known = known;
    known.sort_unstable();
    assert_eq!(known, fields);
}

/// Every field of a fixture, taken away or turned into something else: where the schema refuses, so does the reader.
#[test]
fn what_the_schema_refuses_the_reader_refuses() {
    let checker = Checker::new();
    let mut refused = 0;
    for text in SETS {
        let value: Value = toml::from_str(text).unwrap();
        for pointer in pointers(&value, String::new()) {
            for other in [json!("?"), json!(-1), json!([]), json!({ "mood": 1 }), json!(true)] {
                let mut changed = value.clone();
                *changed.pointer_mut(&pointer).unwrap() = other.clone();
                // A table whose fields may all be left out may be read from a list without items: nothing is said either way.
                let says_nothing = value.pointer(&pointer).is_some_and(Value::is_object) && other == json!([]);
                if checker.set(&changed).is_err() && !says_nothing {
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

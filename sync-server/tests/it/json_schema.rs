//! The part of JSON Schema (draft 2020-12) that our schemas use. A word that it does not know is a failure, not a pass.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// A schema with all that it points at.
pub(crate) struct Checker {
    pub(crate) root: Value,
    /// What says nothing of further fields takes none: what is described is all there is.
    closed: bool,
}

/// The first thing that does not fit.
pub(crate) type Fits = Result<(), String>;

impl Checker {
    /// Takes fields that a schema neither names nor forbids, as JSON Schema has it.
    pub(crate) fn open(root: Value) -> Self {
        Self { root, closed: false }
    }

    /// Takes no field that a schema does not name.
    pub(crate) fn closed(root: Value) -> Self {
        Self { root, closed: true }
    }

    /// Does the value fit the schema that is the whole file?
    pub(crate) fn whole(&self, value: &Value) -> Fits {
        self.check(&self.root, value, "")
    }

    /// Does the value fit one of its schemas?
    pub(crate) fn check(&self, schema: &Value, value: &Value, path: &str) -> Fits {
        self.says(schema, value, path)?;
        value.as_object().map_or(Ok(()), |object| self.no_more(schema, object, path))
    }

    /// All that a schema says but for fields that it does not name.
    fn says(&self, schema: &Value, value: &Value, path: &str) -> Fits {
        // Before what is asked of a value of that type only.
        if let Some(types) = schema.get("type") {
            let types = types.as_array().cloned().unwrap_or_else(|| vec![types.clone()]);
            fits(types.iter().any(|name| is(name.as_str().unwrap(), value)), path, &format!("is no {types:?}"))?;
        }
        for (word, says) in schema.as_object().unwrap() {
            match word.as_str() {
                "$ref" => self.check(self.named(says), value, path)?,
                "items" => self.items(says, value, path)?,
                "prefixItems" => self.tuple(says, value, path)?,
                "oneOf" => self.fitting(says, value, path, |fitting| fitting == 1)?,
                "anyOf" => self.fitting(says, value, path, |fitting| fitting > 0)?,
                "allOf" => says.as_array().unwrap().iter().try_for_each(|one| self.part(one, value, path))?,
                "propertyNames" => self.names(says, value, path)?,
                word => bounded(word, says, value, path)?,
            }
        }
        value.as_object().map_or(Ok(()), |object| self.fields(schema, object, path))
    }

    /// One of several schemas that a value fits together: others may name the fields that this one does not.
    fn part(&self, schema: &Value, value: &Value, path: &str) -> Fits {
        match schema.get("$ref") {
            Some(to) => self.part(self.named(to), value, path),
            None => self.says(schema, value, path),
        }
    }

    fn named(&self, to: &Value) -> &Value {
        let to = to.as_str().unwrap();
        self.root.pointer(to.trim_start_matches('#')).unwrap_or_else(|| panic!("{to} leads nowhere"))
    }

    fn fitting(&self, schemas: &Value, value: &Value, path: &str, enough: impl Fn(usize) -> bool) -> Fits {
        let tried: Vec<Fits> = schemas.as_array().unwrap().iter().map(|one| self.check(one, value, path)).collect();
        let why: Vec<&str> = tried.iter().filter_map(|tried| tried.as_ref().err().map(String::as_str)).collect();
        fits(
            enough(tried.len() - why.len()),
            path,
            &format!("fits {} of {}: {}", tried.len() - why.len(), tried.len(), why.join("; ")),
        )
    }

    fn items(&self, schema: &Value, value: &Value, path: &str) -> Fits {
        if schema == false {
            return Ok(());
        }
        let items = value.as_array().into_iter().flatten();
        items.enumerate().try_for_each(|(index, item)| self.check(schema, item, &format!("{path}[{index}]")))
    }

    fn tuple(&self, schemas: &Value, value: &Value, path: &str) -> Fits {
        // Beside null or another type, only an array is one.
        let (schemas, Some(items)) = (schemas.as_array().unwrap(), value.as_array()) else { return Ok(()) };
        fits(schemas.len() == items.len(), path, "has another length")?;
        schemas.iter().zip(items).try_for_each(|(schema, item)| self.check(schema, item, path))
    }

    fn names(&self, schema: &Value, value: &Value, path: &str) -> Fits {
        let names = value.as_object().into_iter().flat_map(Map::keys);
        names.into_iter().try_for_each(|name| self.check(schema, &Value::from(name.as_str()), path))
    }

    fn fields(&self, schema: &Value, object: &Map<String, Value>, path: &str) -> Fits {
        for name in schema["required"].as_array().into_iter().flatten() {
            fits(object.contains_key(name.as_str().unwrap()), path, &format!("lacks {name}"))?;
        }
        let further = &schema["additionalProperties"];
        for (name, value) in object {
            match schema["properties"].get(name) {
                Some(schema) => self.check(schema, value, &format!("{path}.{name}"))?,
                None if further.is_object() => self.check(further, value, &format!("{path}.{name}"))?,
                None => fits(further != false, path, &format!("has a field {name}"))?,
            }
        }
        Ok(())
    }

    /// Is every field one that the schema, or one that it is put together of, names?
    fn no_more(&self, schema: &Value, object: &Map<String, Value>, path: &str) -> Fits {
        let mut known = BTreeSet::new();
        if !self.closed || !self.collect(schema, &mut known) {
            return Ok(());
        }
        let more = object.keys().find(|name| !known.contains(name.as_str()));
        more.map_or(Ok(()), |name| fits(false, path, &format!("has a field {name} that is not described")))
    }

    /// The fields that a schema names. False where it says nothing of fields, or says of all others what they are.
    fn collect<'s>(&'s self, schema: &'s Value, known: &mut BTreeSet<&'s str>) -> bool {
        let own = schema["properties"].as_object();
        known.extend(own.into_iter().flatten().map(|(name, _)| name.as_str()));
        let parts = schema["allOf"].as_array().into_iter().flatten().chain(schema.get("$ref").map(|to| self.named(to)));
        // Each is to be collected, so none may be passed over for an earlier one.
        let named = parts.filter(|part| self.collect(part, known)).count() > 0;
        (own.is_some() || named) && !schema["additionalProperties"].is_object()
    }
}

/// What a word asks of a value by itself.
fn bounded(word: &str, says: &Value, value: &Value, path: &str) -> Fits {
    let (number, text) = (value.as_f64(), value.as_str());
    let items = value.as_array().map(|items| items.len() as u64);
    let (holds, why) = match word {
        "enum" => (says.as_array().unwrap().contains(value), "is none of those"),
        "minimum" => (number.is_none_or(|number| number >= says.as_f64().unwrap()), "is too small"),
        "maximum" => (number.is_none_or(|number| number <= says.as_f64().unwrap()), "is too large"),
        "pattern" => (text.is_none_or(|text| matches(says.as_str().unwrap(), text)), "is of another form"),
        "format" => (says != "uuid" || text.is_none_or(is_uuid), "is no UUID"),
        "minItems" => (items.is_none_or(|count| count >= says.as_u64().unwrap()), "is too short"),
        "maxItems" => (items.is_none_or(|count| count <= says.as_u64().unwrap()), "is too long"),
        // Seen to with the type or the fields, or words for people.
        "properties"
        | "required"
        | "additionalProperties"
        | "type"
        | "uniqueItems"
        | "$schema"
        | "$defs"
        | "title"
        | "description"
        | "default"
        | "examples" => return Ok(()),
        other => panic!("the checker does not know {other}"),
    };
    fits(holds, path, why)
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
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("the checker does not know {other}"),
    }
}

fn is_uuid(text: &str) -> bool {
    text.parse::<detailbook_core::ids::RecordId>().is_ok()
}

/// The patterns of our schemas: digits, and what stands between them.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern {
        "^[0-9]+:[0-5][0-9]$" => text.parse::<detailbook_core::pricing::Minutes>().is_ok(),
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => text.parse::<detailbook_core::pricing::Day>().is_ok(),
        "^[0-9a-f]{64}$" => detailbook_core::shift::Sha256::from_hex(text).is_some(),
        other => panic!("the checker does not know {other}"),
    }
}

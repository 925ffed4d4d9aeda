//! The description of the API says what the API does. Whatever the stories of staff send and get is held against it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use detailbook_server::device_api;
use detailbook_server::routes::openapi;
use detailbook_server::routes::staff::shape::Gives;
use detailbook_server::routes::staff::table::{ROUTES, Route, find};
use detailbook_server::routes::staff::{Reply, ReplyBody};
use serde_json::{Value, json};

use crate::json_schema::{Checker, Fits};

static DESCRIPTION: LazyLock<Checker> =
    LazyLock::new(|| Checker::closed(serde_json::from_str(openapi::text()).unwrap()));

/// What is described of a call.
fn operation(method: &str, path: &str) -> &'static Value {
    &DESCRIPTION.root["paths"][path][method.to_lowercase()]
}

/// Panics where a call of staff or its answer is not as described. A body that was refused need not fit.
pub(super) fn check(method: &str, path: &str, body: &str, reply: &Reply) {
    let Some((route, _)) = find(method, path.split('?').next().unwrap()) else { return };
    if reply.status < 300 && route.takes.is_some() {
        let sent = serde_json::from_str(body).unwrap();
        assert_eq!(fits(&operation(method, route.path)["requestBody"], &sent), Ok(()), "{route:?} took {sent}");
    }
    assert_eq!(answers(route, reply), Ok(()), "{route:?}");
}

fn answers(route: &Route, reply: &Reply) -> Fits {
    let responses = &operation(route.method, route.path)["responses"];
    let described = responses.get(reply.status.to_string()).unwrap_or(&responses["default"]);
    match &reply.body {
        ReplyBody::Bytes(bytes) if reply.content_type == "application/json" && !bytes.is_empty() => {
            let body = serde_json::from_slice(bytes).unwrap();
            fits(described, &body).map_err(|why| format!("{why}: {body}"))
        }
        ReplyBody::Bytes(bytes) if bytes.is_empty() && described.get("content").is_none() => Ok(()),
        _ if described["content"].get("*/*").or(described["content"].get(reply.content_type)).is_some() => Ok(()),
        _ => Err(format!("answers {} {}", reply.status, reply.content_type)),
    }
}

fn fits(described: &Value, body: &Value) -> Fits {
    let schema = &described["content"]["application/json"]["schema"];
    if schema.is_null() { Err("has a body that is not described".into()) } else { DESCRIPTION.check(schema, body, "") }
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let paths = DESCRIPTION.root["paths"].as_object().unwrap();
    let described: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())))
        .collect();
    let staff = ROUTES.iter().map(|route| (route.method, route.path));
    let phones = device_api::ROUTES.iter().map(|route| (route.method, route.path));
    let open = [("GET", openapi::PATH), ("GET", "/health"), ("GET", "/metrics")];
    let known = staff.chain(phones).chain(open).map(|(method, path)| (method.to_owned(), path.to_owned()));
    assert_eq!(described, known.collect());
}

#[test]
fn a_route_is_described_with_its_right_its_parameters_and_its_bodies() {
    let mut names = BTreeSet::new();
    for route in ROUTES {
        let said = operation(route.method, route.path);
        assert!(said["summary"].as_str().is_some_and(|says| says.ends_with('.')), "{route:?} says nothing");
        assert_eq!(said["security"], json!([{ "token": [route.scope.name()] }]), "{route:?}");
        assert_eq!(parameters(said), asked(route), "{route:?}");
        assert_eq!(said["requestBody"].is_object(), route.takes.is_some(), "{route:?}");
        let responses = said["responses"].as_object().unwrap();
        let schema = |status: &str| &responses[status]["content"]["application/json"]["schema"];
        match route.gives {
            Gives::Json(statuses, _) => assert!(statuses.iter().all(|status| schema(&status.to_string()).is_object())),
            Gives::Done => assert!(responses["204"].get("content").is_none(), "{route:?}"),
            Gives::File(media_type) => assert!(responses["200"]["content"][media_type].is_object(), "{route:?}"),
        }
        assert!(schema("default").is_object(), "{route:?}");
        assert!(names.insert(said["operationId"].as_str().unwrap()), "{route:?} has the name of another");
    }
}

fn parameters(said: &Value) -> BTreeSet<(String, String, bool)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let parameters = said["parameters"].as_array().into_iter().flatten();
    parameters
        .map(|parameter| (text(&parameter["in"]), text(&parameter["name"]), parameter["required"] == true))
        .collect()
}

fn asked(route: &Route) -> BTreeSet<(String, String, bool)> {
    let in_path = route.path.split('/').filter_map(|word| word.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path.map(|name| ("path".to_owned(), name.to_owned(), true));
    in_path.chain(route.query.iter().map(|query| ("query".to_owned(), query.name.to_owned(), query.needed))).collect()
}

#[test]
fn no_two_types_go_by_one_name_and_every_name_is_somebodys() {
    for (name, schemas) in openapi::named() {
        assert_eq!(schemas.len(), 1, "{name}");
    }
    let mut pointers = vec![];
    point(&DESCRIPTION.root, &mut pointers);
    assert!(pointers.len() > 100, "{}", pointers.len());
    for pointer in pointers {
        assert!(DESCRIPTION.root.pointer(pointer.trim_start_matches('#')).is_some(), "{pointer} leads nowhere");
    }
}

fn point(value: &Value, pointers: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            pointers.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| point(value, pointers));
        }
        Value::Array(items) => items.iter().for_each(|value| point(value, pointers)),
        _ => {}
    }
}

#[test]
fn what_is_not_as_described_is_noticed() {
    let officer = |more: Value| {
        let mut body = json!({ "id": "00000000-0000-0000-0000-000000000001", "version": 1, "changed_at": 0,
            "record": { "id": "00000000-0000-0000-0000-000000000001", "name": "Officer 1", "employee_number": "", "rank": "" } });
        for (name, value) in more.as_object().unwrap() {
            body[name.as_str()] = value.clone();
        }
        fits(&operation("GET", "/v1/staff/officers/{id}")["responses"]["200"], &body)
    };
    let good = officer(json!({}));
    for wrong in [json!({ "mood": 1 }), json!({ "version": "1" }), json!({ "record": {} }), json!({ "id": "x" })] {
        assert!(officer(wrong.clone()).is_err(), "{wrong}");
    }
    assert_eq!(good, Ok(()));
}

//! Tokens that callers make for others.

use detailbook_core::time::Millis;
use detailbook_server::access::scope::{Scope, Scopes};
use detailbook_server::store::params;
use serde_json::{Value, json};

use super::world::{Desk, HOUR, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_token_made_by_a_caller_may_do_what_it_says_and_no_more,
    nobody_gives_away_more_than_they_have,
    the_secret_is_nowhere_in_the_store,
);

fn a_token_made_by_a_caller_may_do_what_it_says_and_no_more(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let made = desk.run("POST", "/v1/staff/tokens", &json!({ "name": "board", "scopes": ["records:read"] }));
    let board = Desk { world: &world, agency: desk.agency, secret: made["secret"].as_str().unwrap().to_owned() };
    board.get("/v1/staff/details");
    assert_eq!(board.refusal("POST", "/v1/staff/officers", &json!({ "record": { "name": "x" } })), "not_allowed");
    assert_eq!(board.refusal("GET", "/v1/staff/tokens", &Value::Null), "not_allowed");
    let listed = desk.items("/v1/staff/tokens");
    let found = listed.iter().find(|token| token["id"] == made["id"]).unwrap();
    assert_eq!((&found["name"], &found["scopes"]), (&json!("board"), &json!(["records:read"])));
    desk.run("POST", &format!("/v1/staff/tokens/{}/revoke", made["id"].as_str().unwrap()), &Value::Null);
    assert_eq!(board.refusal("GET", "/v1/staff/details", &Value::Null), "not_authenticated");
}

fn nobody_gives_away_more_than_they_have(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let until = world.app.now() + Millis(HOUR);
    let scopes: Scopes = [Scope::TokensWrite, Scope::RecordsRead].into_iter().collect();
    let secret = world.token(desk.agency, &scopes, Some(until));
    let clerk = Desk { world: &world, agency: desk.agency, secret };
    let ask = |scopes: Value, end: Value| {
        let body = json!({ "name": "more", "scopes": scopes, "expires_at": end });
        clerk.call("POST", "/v1/staff/tokens", &body).0
    };
    let end = json!(until);
    assert_eq!(ask(json!(["records:read"]), end.clone()), 201);
    assert_eq!(ask(json!(["records:write"]), end.clone()), 403);
    assert_eq!(ask(json!(["records:read"]), Value::Null), 422, "it would outlast its maker");
    assert_eq!(ask(json!([]), end.clone()), 422);
    assert_eq!(ask(json!(["everything"]), end.clone()), 422);
    assert_eq!(ask(json!(["records:read"]), json!(world.app.now())), 422, "it would be dead");
}

fn the_secret_is_nowhere_in_the_store(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let secret = data_encoding::BASE64URL_NOPAD.decode(desk.secret.split_once('_').unwrap().1.as_bytes()).unwrap();
    let stored =
        world.app.store.read(|sql| sql.query("SELECT secret_hash, name, scopes FROM tokens", &params![])).unwrap();
    let hash = detailbook_core::shift::Sha256::of(&secret);
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].hash(0), Ok(hash));
    assert!(desk.items("/v1/staff/audit").iter().all(|entry| !entry.to_string().contains(&desk.secret)));
}

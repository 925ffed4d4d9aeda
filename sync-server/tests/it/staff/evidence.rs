//! Facts read back.

use data_encoding::BASE64;
use detailbook_core::evidence::{Statement, verify};
use detailbook_core::shift::{Fact, Sha256};
use serde_json::json;

use super::town::Town;
use super::world::{HOUR, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(facts_come_back_as_they_were_signed);

fn facts_come_back_as_they_were_signed(home: &Home) {
    let world = World::on(home);
    let town = Town::build(&world, 1);
    let facts = town.desk.items(&format!("/v1/staff/assignments/{}/facts", town.assignment));
    let kinds: Vec<_> = facts.iter().map(|fact| fact["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 3);
    assert!(["in", "out", "attachment"].iter().all(|kind| kinds.contains(kind)));
    for fact in &facts {
        let bytes = BASE64.decode(fact["bytes"].as_str().unwrap().as_bytes()).unwrap();
        let signature = BASE64.decode(fact["signature"].as_str().unwrap().as_bytes()).unwrap();
        let place = Statement {
            agency: town.desk.agency,
            officer: town.phone.officer,
            device: town.phone.device,
            document: town.assignment.parse().unwrap(),
            fact: fact["id"].as_str().unwrap().parse().unwrap(),
        };
        assert!(verify(&town.phone.public_key(), &place.bytes(&bytes), &signature));
        assert_eq!(fact["hash"], json!(place.hash(&bytes)));
        assert_eq!(fact["verification"], "verified");
        assert_eq!(fact["fact"], serde_json::to_value(Fact::from_bytes(&bytes).unwrap()).unwrap());
    }
    let first = facts.iter().find(|fact| fact["kind"] == "in").unwrap();
    assert_eq!(first["fact"]["clock"]["wall"], NOON - 8 * HOUR);
    let photo = facts.iter().find(|fact| fact["kind"] == "attachment").unwrap();
    assert_eq!(photo["fact"]["content"]["attachment"]["hash"], json!(Sha256::of(&town.picture)));
}

//! Prices: of the ruling in force, by the server's tariff, or not at all and with the reason.

use std::sync::Arc;

use detailbook_core::pricing::Tariff;
use detailbook_server::prices::Tariffs;
use serde_json::{Value, json};

use super::town::{Town, ruling};
use super::world::{Desk, HOUR, NOON, World, detail, order};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_ruling_is_priced_at_the_officers_rank_or_the_positions,
    a_ruling_says_what_it_pays_or_nothing,
    the_price_follows_the_ruling_in_force,
    what_was_ruled_is_not_repriced_by_a_promotion_or_an_edit,
    what_was_ruled_is_not_repriced_by_another_tariff,
    a_ruling_that_says_nothing_of_pay_is_priced_when_it_is_asked_for,
    each_agency_is_priced_by_its_own_tariff,
    what_cannot_be_priced_says_why,
);

const TARIFF: &str = r#"
    name = "Test details"
    version = 3
    effective_from = "2019-01-01"
    source = "invented"
    seconds = "nearest_minute"
    rounding = "half_up"
    [[rate]]
    rank = "PO"
    cents_per_hour = 5000
    [[rate]]
    rank = "captain"
    cents_per_hour = 9000
    [[job_type]]
    code = "C"
    name = "Road work"
    [[job_type.band]]
    id = "hours"
    over = "0:00"
    up_to = "12:00"
    pays = { started = "1:00" }
"#;

fn priced_by(home: &Home) -> World {
    let mut world = World::on(home);
    let tariff: Tariff = toml::from_str(TARIFF).unwrap();
    world.app.settings.tariffs = Tariffs::default().for_all(Arc::new(tariff));
    world
}

fn price(town: &Town<'_>, assignment: &str) -> Value {
    town.desk.get(&format!("/v1/staff/assignments/{assignment}/price"))
}

fn a_ruling_is_priced_at_the_officers_rank_or_the_positions(home: &Home) {
    let world = priced_by(home);
    let town = Town::build(&world, 1);
    let by_officer = price(&town, &town.assignment);
    assert_eq!((&by_officer["ruling"], &by_officer["unrated"]), (&json!(town.ruling), &Value::Null));
    assert_eq!((&by_officer["price"]["paid"], &by_officer["price"]["amount"]), (&json!("4:00"), &json!(20_000)));
    let line = &by_officer["price"]["lines"][0];
    assert_eq!((&line["tariff"], &line["rules"]), (&json!("Test details v3"), &json!(["hours", "rate-PO"])));
    let mut asking = detail(&town.site, -8, 1);
    asking["positions"][0]["rank"] = json!("captain");
    let asking = town.desk.make("/v1/staff/details", &json!({ "record": asking }));
    let officer = town.desk.officer("Cyd");
    let assignment = town.desk.make(&format!("/v1/staff/details/{asking}/assignments"), &order(&officer));
    town.desk.make(&format!("/v1/staff/assignments/{assignment}/rulings"), &ruling(None));
    assert_eq!(price(&town, &assignment)["price"]["amount"], json!(36_000), "the position asks for a captain");
}

/// Of the rulings on the town's assignment, the one in force.
fn ruled(town: &Town<'_>) -> Value {
    town.desk.get(&format!("/v1/staff/assignments/{}/rulings", town.assignment))["items"][0]["record"].clone()
}

fn a_ruling_says_what_it_pays_or_nothing(home: &Home) {
    let mut world = priced_by(home);
    let pay = ruled(&Town::build(&world, 1))["pay"].clone();
    assert_eq!((&pay["amount"], &pay["tariff"]), (&json!(20_000), &json!("Test details v3")));
    assert_eq!(
        pay["lines"],
        json!([
            "4:00 worked is up to 12:00 and counts as 4:00, every 1:00 begun; 4:00 at 50.00 an hour for rank PO is 200.00."
        ])
    );
    world.app.settings.tariffs = Tariffs::default();
    assert_eq!(ruled(&Town::build(&world, 2))["pay"], Value::Null, "nobody guesses a price");
}

fn the_price_follows_the_ruling_in_force(home: &Home) {
    let world = priced_by(home);
    let town = Town::build(&world, 1);
    let mut shorter = ruling(Some(&town.ruling));
    shorter["accepted"] = json!([{ "start": NOON - 8 * HOUR, "end": NOON - 7 * HOUR + HOUR / 2 }]);
    let newer = town.desk.make(&format!("/v1/staff/assignments/{}/rulings", town.assignment), &shorter);
    let priced = price(&town, &town.assignment);
    assert_eq!((&priced["ruling"], &priced["price"]["worked"]), (&json!(newer), &json!("1:30")));
    assert_eq!(priced["price"]["amount"], json!(10_000), "two hours begun");
}

fn what_was_ruled_is_not_repriced_by_a_promotion_or_an_edit(home: &Home) {
    let world = priced_by(home);
    let town = Town::build(&world, 1);
    let before = price(&town, &town.assignment);
    assert_eq!(before["price"]["amount"], json!(20_000));
    let path = format!("/v1/staff/officers/{}", town.officer);
    let mut officer = town.desk.get(&path);
    officer["record"]["rank"] = json!("captain");
    officer["record"].as_object_mut().unwrap().remove("id");
    town.desk.run("PUT", &path, &json!({ "version": officer["version"], "record": officer["record"] }));
    assert_eq!(price(&town, &town.assignment), before, "promoted since");
    town.desk.make(&format!("/v1/staff/assignments/{}/rulings", town.assignment), &ruling(Some(&town.ruling)));
    assert_eq!(price(&town, &town.assignment)["price"]["amount"], json!(36_000), "ruled again as a captain's");
}

fn what_was_ruled_is_not_repriced_by_another_tariff(home: &Home) {
    let mut world = priced_by(home);
    let town = Town::build(&world, 1);
    let (agency, secret, assignment) = (town.desk.agency, town.desk.secret.clone(), town.assignment.clone());
    let shown = ruled(&town)["pay"].clone();
    let path = format!("/v1/staff/assignments/{assignment}/price");
    assert_eq!(price(&town, &assignment)["pay"], shown);
    drop(town);
    let dearer: Tariff = toml::from_str(&TARIFF.replace("5000", "5500").replace("version = 3", "version = 4")).unwrap();
    for tariffs in [Tariffs::default().for_all(Arc::new(dearer)), Tariffs::default()] {
        world.app.settings.tariffs = tariffs;
        let desk = Desk { world: &world, agency, secret: secret.clone() };
        let now = desk.get(&path);
        assert_eq!((&now["pay"], &now["price"]), (&shown, &Value::Null));
        let why = "it was ruled by Test details v3, and this server's tariff does not give the same";
        assert_eq!(now["unrated"], json!(why));
    }
}

fn a_ruling_that_says_nothing_of_pay_is_priced_when_it_is_asked_for(home: &Home) {
    let mut world = World::on(home);
    let town = Town::build(&world, 1);
    let (agency, secret, assignment) = (town.desk.agency, town.desk.secret.clone(), town.assignment.clone());
    assert_eq!(price(&town, &assignment)["pay"], Value::Null);
    drop(town);
    world.app.settings.tariffs = Tariffs::default().for_all(Arc::new(toml::from_str(TARIFF).unwrap()));
    let desk = Desk { world: &world, agency, secret };
    let now = desk.get(&format!("/v1/staff/assignments/{assignment}/price"));
    assert_eq!((&now["pay"]["amount"], &now["price"]["amount"]), (&json!(20_000), &json!(20_000)));
    assert_eq!((&now["pay"]["tariff"], &now["unrated"]), (&json!("Test details v3"), &Value::Null));
}

fn each_agency_is_priced_by_its_own_tariff(home: &Home) {
    let mut world = World::on(home);
    let agency = detailbook_core::ids::AgencyId::from_bytes([1; 16]);
    let tariff: Tariff = toml::from_str(TARIFF).unwrap();
    world.app.settings.tariffs = Tariffs::default().with(agency, Arc::new(tariff));
    let (town, elsewhere) = (Town::build(&world, 1), Town::build(&world, 2));
    assert_eq!(price(&town, &town.assignment)["price"]["amount"], json!(20_000));
    let unrated = &price(&elsewhere, &elsewhere.assignment)["unrated"];
    assert_eq!(unrated, &json!("this server has no tariff for the agency"));
}

fn what_cannot_be_priced_says_why(home: &Home) {
    let mut world = World::on(home);
    {
        let town = Town::build(&world, 1);
        let unrated = price(&town, &town.assignment);
        assert_eq!((&unrated["ruling"], &unrated["price"]), (&json!(town.ruling), &Value::Null));
        assert_eq!(unrated["unrated"], json!("this server has no tariff for the agency"));
        let fresh = town.desk.order(&town.open, &town.officer);
        assert_eq!(price(&town, &fresh)["unrated"], json!("there is no ruling yet"));
    }
    let other: Tariff = toml::from_str(&TARIFF.replace("\"C\"", "\"S\"")).unwrap();
    world.app.settings.tariffs = Tariffs::default().for_all(Arc::new(other));
    let town = Town::build(&world, 2);
    assert_eq!(price(&town, &town.assignment)["unrated"], json!("Test details v3 has no job type \"C\""));
    let elsewhere = world.agency(3);
    let (status, _) = elsewhere.call("GET", &format!("/v1/staff/assignments/{}/price", town.assignment), &Value::Null);
    assert_eq!(status, 404, "another agency's");
}

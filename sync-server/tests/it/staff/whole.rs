//! What is written whole names the version that it was made on.

use serde_json::{Value, json};

use super::world::{NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(of_two_who_write_at_once_the_second_is_told_and_nothing_is_lost);

fn of_two_who_write_at_once_the_second_is_told_and_nothing_is_lost(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (officer, detail) = (desk.officer("Officer 1"), desk.detail(&desk.site(), 10, 1));
    let contract = |name: &str| json!({ "from": NOON + 1, "contract": { "name": name, "version": 1 } });
    let service = |place: u8| json!({ "service": { "seniority": place }, "groups": [] });
    let rules = |late: i64| json!({ "watch": { "late_after": late, "no_show_after": 900_000 } });
    let cases: [(String, [Value; 2]); 4] = [
        (format!("/v1/staff/officers/{officer}/service"), [service(1), service(2)]),
        ("/v1/staff/contract".to_owned(), [contract("One"), contract("Two")]),
        (format!("/v1/staff/details/{detail}/facts"), [json!({ "tags": ["one"] }), json!({ "tags": ["two"] })]),
        ("/v1/staff/staffing_rules".to_owned(), [rules(60_000), rules(120_000)]),
    ];
    for (path, [first, second]) in &cases {
        let seen = desk.etag(path).unwrap();
        let over = |body: &Value| desk.call("PUT", &format!("{path}?version={seen}"), body);
        assert_eq!(over(first).0, 200, "{path}");
        let (status, refused) = over(second);
        assert_eq!((status, &refused["code"]), (409, &json!("conflict")), "{path}");
        assert_ne!(desk.etag(path).unwrap(), seen, "{path}");
        let (status, refused) = desk.call("PUT", &format!("{path}?version="), second);
        assert_eq!((status, &refused["code"]), (422, &json!("invalid")), "{path}: {refused}");
        desk.run("PUT", path, second);
    }
    assert_eq!(desk.get(&cases[0].0)["service"]["seniority"], 2);
}

//! Damage to documents is found.

use detailbook_core::ids::DocumentId;
use detailbook_server::integrity;
use detailbook_server::store::{StoreError, documents, params};
use serde_json::json;

use super::town::Town;
use super::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(documents_of_phones_and_staff_are_whole, whatever_is_altered_shows);

fn damage(world: &World, town: &Town<'_>, document: DocumentId) -> Option<String> {
    let agency = town.desk.agency;
    let found = world.app.store.read::<_, StoreError>(|sql| {
        let row = documents::find(sql, agency, document)?.unwrap();
        integrity::damage(sql, agency, &row)
    });
    found.unwrap()
}

fn documents_of_phones_and_staff_are_whole(home: &Home) {
    let world = World::on(home);
    let town = Town::build(&world, 1);
    for text in ["One.", "Two.", "Three."] {
        town.desk.make(&format!("/v1/staff/details/{}/notes", town.open), &json!({ "text": text }));
    }
    for document in [town.assignment.parse().unwrap(), town.log, town.open.parse().unwrap()] {
        assert_eq!(damage(&world, &town, document), None);
    }
}

fn whatever_is_altered_shows(home: &Home) {
    let world = World::on(home);
    let statements = [
        "UPDATE facts SET body = signature",
        "UPDATE facts SET signature = NULL",
        "UPDATE facts SET officer = device",
        "UPDATE facts SET hash = previous",
        "DELETE FROM facts",
        "DELETE FROM changes",
        "UPDATE documents SET max_op = max_op + 1",
        "UPDATE documents SET changes = changes + 1",
    ];
    for (number, statement) in (1..).zip(statements) {
        let town = Town::build(&world, number);
        let (agency, log) = (town.desk.agency, town.log);
        assert_eq!(damage(&world, &town, log), None);
        let statement = format!("{statement} WHERE agency = $1 AND document = $2");
        world.app.store.write(move |sql| sql.execute(&statement, &params![agency, log])).unwrap();
        assert!(damage(&world, &town, log).is_some(), "{statement}", statement = statements[usize::from(number) - 1]);
    }
}

//! Databases that must not be opened, and those that several nodes open at once.

use std::fs;
use std::thread;

use detailbook_server::store::{Store, StoreConfig, StoreError, params};

use super::home::Home;

super::on_both_engines!(
    a_database_of_a_newer_program_is_refused,
    a_schema_applied_from_another_text_is_refused,
    nodes_may_open_a_new_database_at_once,
    opening_again_changes_nothing,
);

fn refused(home: &Home) -> StoreError {
    Store::open(&home.config).err().unwrap()
}

fn a_database_of_a_newer_program_is_refused(home: &Home) {
    let store = home.open();
    let row = "INSERT INTO schema_versions (version, name, digest) VALUES (9999, 'later', $1)";
    store.write(move |sql| sql.execute(row, &params![vec![1u8]])).unwrap();
    store.close();
    assert!(matches!(refused(home), StoreError::Newer { found: 9999, .. }));
}

fn a_schema_applied_from_another_text_is_refused(home: &Home) {
    let store = home.open();
    store.write(|sql| sql.execute("UPDATE schema_versions SET digest = $1", &params![[3u8; 32]])).unwrap();
    store.close();
    assert!(matches!(refused(home), StoreError::Unusable(_)));
}

fn nodes_may_open_a_new_database_at_once(home: &Home) {
    thread::scope(|scope| {
        let nodes: Vec<_> = (0..4).map(|_| scope.spawn(|| Store::open(&home.config).map(drop))).collect();
        for node in nodes {
            node.join().unwrap().unwrap();
        }
    });
}

fn opening_again_changes_nothing(home: &Home) {
    let versions = |store: Store| store.read(|sql| sql.query("SELECT * FROM schema_versions", &params![])).unwrap();
    let first = versions(home.open());
    assert!(!first.is_empty());
    assert_eq!(versions(home.open()), first);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let home = Home::sqlite();
    let StoreConfig::Sqlite { path } = &home.config else { unreachable!() };
    fs::write(path, "Officers 1-12: see the green binder.".repeat(100)).unwrap();
    assert!(matches!(refused(&home), StoreError::Unusable(_)));
}

#[test]
fn a_damaged_database_is_refused() {
    let home = Home::sqlite();
    home.open().close();
    let StoreConfig::Sqlite { path } = &home.config else { unreachable!() };
    let mut bytes = fs::read(path).unwrap();
    bytes[100..4096].fill(0xAA);
    fs::write(path, bytes).unwrap();
    assert!(matches!(refused(&home), StoreError::Unusable(_)));
}

#[test]
fn another_programs_database_is_refused_and_left_as_it_was() {
    let home = Home::sqlite();
    let StoreConfig::Sqlite { path } = &home.config else { unreachable!() };
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("CREATE TABLE recipes (name TEXT)").unwrap();
    drop(other);
    let before = fs::read(path).unwrap();
    assert!(matches!(refused(&home), StoreError::Unusable(_)));
    assert_eq!(fs::read(path).unwrap(), before);
}

#[test]
fn a_folder_that_does_not_exist_is_named() {
    let path = Home::sqlite().config.clone();
    let error = Store::open(&path).err().unwrap();
    assert!(matches!(&error, StoreError::Settings(message) if message.contains("detailbook.sqlite")), "{error:?}");
}

//! Health follows the store.

use detailbook_core::wire::Refusal;
use detailbook_server::routes::health;
use detailbook_server::store::{StoreError, params};

use super::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(the_server_is_well_as_long_as_the_store_can_be_written, whoever_keeps_asking_costs_no_writes);

fn whoever_keeps_asking_costs_no_writes(home: &Home) {
    let world = World::on(home);
    let before = world.app.store.metrics().jobs;
    let tries = || world.app.store.metrics().jobs - before;
    (0..50).for_each(|_| assert_eq!(health::check(&world.app), Ok(())));
    assert_eq!(tries(), 1);
    world.wait(5_000);
    (0..50).for_each(|_| assert_eq!(health::check(&world.app), Ok(())));
    assert_eq!(tries(), 2);
}

fn the_server_is_well_as_long_as_the_store_can_be_written(home: &Home) {
    let world = World::on(home);
    assert_eq!(health::check(&world.app), Ok(()));
    // A write that fails does not make the server ill.
    let failed = world.app.store.write(|sql| sql.execute("INSERT INTO nowhere VALUES (1)", &params![]));
    assert!(matches!(failed, Err(StoreError::Refused(_))));
    assert_eq!(health::check(&world.app), Ok(()));
    world.app.store.clone().close();
    world.wait(5_000);
    assert_eq!(health::check(&world.app).unwrap_err().refusal, Refusal::Unavailable);
}

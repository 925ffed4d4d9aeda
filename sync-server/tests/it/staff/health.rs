//! Health follows the store.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use detailbook_core::wire::Refusal;
use detailbook_server::app::App;
use detailbook_server::routes::health;
use detailbook_server::store::{StoreError, params};
use tokio::time::timeout;
use tower::ServiceExt;

use super::world::World;
use crate::store::home::{Gate, Home, until_waiting};
use crate::store::on_both_engines;

on_both_engines!(
    the_server_is_well_as_long_as_the_store_can_be_written,
    whoever_keeps_asking_costs_no_writes,
    a_store_that_hangs_is_not_well_and_holds_up_one_caller,
);

/// What a caller hears, who gives up after a while.
fn ask(app: &App) -> Option<Result<(), Refusal>> {
    let (app, (told, hears)) = (app.clone(), channel());
    thread::spawn(move || told.send(health::check(&app).map_err(|problem| problem.refusal)));
    hears.recv_timeout(Duration::from_secs(10)).ok()
}

fn a_store_that_hangs_is_not_well_and_holds_up_one_caller(home: &Home) {
    let world = World::on(home);
    let (app, store) = (&world.app, &world.app.store);
    assert_eq!(ask(app), Some(Ok(())));
    world.wait(5_000);
    let gate = Gate::shut(store);
    let prober = thread::spawn({
        let app = app.clone();
        move || health::check(&app)
    });
    until_waiting(store, 2);
    assert_eq!(ask(app), Some(Ok(())), "a try may take a while");
    for _ in 0..3 {
        world.wait(5_000);
        assert_eq!(ask(app), Some(Err(Refusal::Unavailable)));
    }
    assert_eq!(store.metrics().waiting, 2, "nobody else waits for the store");
    drop(gate);
    assert_eq!(prober.join().unwrap(), Ok(()));
    assert_eq!(ask(app), Some(Ok(())));
}

#[test]
fn the_caller_whose_request_finds_the_store_hanging_is_answered() {
    let home = Home::sqlite();
    let world = World::on(&home);
    let gate = Gate::shut(&world.app.store);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let request = Request::get("/health").body(Body::empty()).unwrap();
    let router = detailbook_server::routes::router(world.app.clone());
    let answer = runtime.block_on(async { timeout(Duration::from_secs(20), router.oneshot(request)).await });
    assert_eq!(answer.expect("an answer").unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(gate);
}

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

//! The stories of who is told what.

mod crashing;
mod every;
mod mail;
mod mail_server;
mod slow;
mod telling;
mod webhook;

use detailbook_core::notices::EventKind;
use detailbook_server::jobs::{Ran, run_due};
use detailbook_server::notices::{Event, Words, tell};
use serde_json::{Value, json};

use crate::staff::world::{Desk, World};

/// An event about these officers.
fn event(kind: EventKind, key: &str, officers: &[&str]) -> Event {
    let officers = officers.iter().map(|id| id.parse().unwrap()).collect();
    Event { officers, ..Event::new(kind, key, Words::new(&format!("Title of {key}"), &format!("Text of {key}"))) }
}

/// Tells of it, and gives how many were told.
fn told(desk: &Desk<'_>, event: Event) -> usize {
    desk.world.write(desk.agency, move |sql, by| Ok(tell(sql, by, &event)?)).unwrap()
}

fn run(world: &World) -> Ran {
    run_due(&world.app, world.app.now()).unwrap()
}

/// Enters how an officer is reached.
pub(crate) fn reach(desk: &Desk<'_>, officer: &str, contact: &Value) {
    let path = format!("/v1/staff/officers/{officer}/contact");
    let version = desk.version(&path);
    desk.run("PUT", &path, &json!({ "version": version, "record": contact }));
}

/// The deliveries by other channels than the app, as (channel, state).
fn outgoing(desk: &Desk<'_>) -> Vec<(String, String)> {
    let text = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
    let rows = desk.items("/v1/staff/notices");
    let rows = rows.iter().filter(|row| row["channel"] != "in_app");
    rows.map(|row| (text(row, "channel"), text(row, "state"))).collect()
}

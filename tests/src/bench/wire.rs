//! Bytes and turns of real phones with the real driver, counted by a proxy between them and the server.

use std::sync::Arc;

use detailbook_core::device::{CancelHandle, Driver, DriverOptions, Phone, WhichShift};
use detailbook_core::shift::FactKind;

use super::evidence::{BenchClock, moment};
use super::lean::LeanPhone;
use super::office::{Office, Roll, Shift, sqlite_in};
use super::proxy::{Crossed, Proxy};
use super::report::{Row, median};
use super::served::{Server, Setup};
use super::{Bench, Outcome, handset, machine};

/// Officers, each with a phone that has worked and a fresh one.
const OFFICERS: usize = 15;
/// Shifts of each.
const ROLL: Roll = Roll::worked(40);

/// What crossed for one phone.
struct Trip {
    first: Crossed,
    idle: Crossed,
    punch: Crossed,
    shows_in_sync: bool,
}

/// Idle, one punch, first sync.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let folder = bench.folder("wire")?;
    let store = sqlite_in(&folder.join("server"))?;
    let proxy = Proxy::start()?;
    let mut office = Office::found(&store, &folder.join("blobs"), &format!("http://{}", proxy.address), bench.seed)?;
    let seats = (0..OFFICERS).map(|nth| seat(&mut office, nth as u64)).collect::<Outcome<Vec<_>>>()?;
    office.close();
    let server = folder.join("server");
    let server = Server::start(&Setup { programs: &bench.programs, folder: &server, store: &store, database: None })?;
    proxy.lead_to(server.address);
    let trip = |(nth, (shift, invitation)): (usize, &(Shift, String))| {
        let phone = Arc::new(handset::open(&folder.join(format!("phone-{nth}")), nth as u64 + 1)?);
        travel(&phone, *shift, invitation, &proxy)
    };
    let trips = seats.iter().enumerate().map(trip).collect::<Outcome<Vec<_>>>()?;
    Ok(report(&trips))
}

/// An officer whose first phone has worked all shifts but the last, and an invitation for the second.
fn seat(office: &mut Office, nth: u64) -> Outcome<(Shift, String)> {
    let (_, shifts, invitations) = office.officer(ROLL, 2)?;
    let mut worker = LeanPhone::enrol(&office.app, &invitations[0], nth + 1_000)?;
    let (last, before) = shifts.split_last().ok_or("no shifts")?;
    for shift in before {
        let ready = worker.work(*shift);
        worker.exchange(&office.app, &ready)?;
    }
    Ok((*last, invitations[1].clone()))
}

/// First sync, idle sync and one punch, each over a connection of its own, as a phone has it that was away.
fn travel(phone: &Arc<Phone>, shift: Shift, invitation: &str, proxy: &Proxy) -> Outcome<Trip> {
    driver()?.enrol_now(phone, invitation, &BenchClock, &CancelHandle::new())?;
    proxy.take();
    let first = sync(phone, proxy)?;
    let idle = sync(phone, proxy)?;
    let shows_in_sync = phone.first_screen(machine::wall())?.sync.all_synced;
    let mut draws = super::draws::Draws::seeded(7);
    phone.punch(FactKind::In, WhichShift::Assignment(shift.assignment), &moment(machine::wall(), &mut draws))?;
    let waits = phone.first_screen(machine::wall())?.sync.all_synced;
    let punch = sync(phone, proxy)?;
    let accepted = phone.first_screen(machine::wall())?.sync.all_synced;
    Ok(Trip { first, idle, punch, shows_in_sync: shows_in_sync && !waits && accepted })
}

fn sync(phone: &Arc<Phone>, proxy: &Proxy) -> Outcome<Crossed> {
    driver()?.sync_now(phone, &BenchClock, &CancelHandle::new())?;
    Ok(proxy.take())
}

/// A driver without a connection yet.
fn driver() -> Outcome<Driver> {
    Ok(Driver::new(DriverOptions::default())?)
}

fn report(trips: &[Trip]) -> Vec<Row> {
    let middle = |pick: fn(&Trip) -> u64| median(&trips.iter().map(pick).collect::<Vec<_>>()).unwrap_or(0);
    let row = |what: &str, budget: &str, within: bool, [up, down, turns]: [u64; 3]| {
        Row::judged(what, format!("{up} up + {down} down, {turns} turn(s)"), budget, within && turns == 1)
            .with("bytes_up", up)
            .with("bytes_down", down)
            .with("turns", turns)
    };
    let knows = trips.iter().all(|trip| trip.shows_in_sync);
    let idle = [middle(|it| it.idle.up), middle(|it| it.idle.down), middle(|it| it.idle.turns)];
    let punch = [middle(|it| it.punch.up), middle(|it| it.punch.down), middle(|it| it.punch.turns)];
    let first = [middle(|it| it.first.up), middle(|it| it.first.down), middle(|it| it.first.turns)];
    let idle_both = middle(|it| it.idle.both());
    let punch_both = middle(|it| it.punch.both());
    vec![
        row("idle sync from cold, bytes", "400 B, 1 turn", idle_both <= 400 && knows, idle)
            .with("phones_that_knew_they_were_in_sync", trips.iter().filter(|it| it.shows_in_sync).count()),
        row("one punch from cold, 4 fixes, anchor, signature", "1024 B, 1 turn", punch_both <= 1024, punch),
        row("first sync, 40 shifts", "1 KB up, 40 KB down", first[0] <= 1024 && first[1] <= 40 * 1024, first),
    ]
}

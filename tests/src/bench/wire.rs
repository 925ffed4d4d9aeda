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

/// How the first phone of an officer had sent its facts: decides how many changes a fresh phone is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// No signal all shift: one change with all four.
    Together,
    /// Signal all the time: a change for each fact.
    OneByOne,
}

/// Idle, one punch, first sync.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let together = trips(bench, Sent::Together)?;
    let one_by_one = trips(bench, Sent::OneByOne)?;
    let mut rows = report(&together);
    rows.push(first("first sync, 40 shifts, a change for each fact", &one_by_one));
    Ok(rows)
}

fn trips(bench: &Bench, sent: Sent) -> Outcome<Vec<Trip>> {
    let folder = bench.folder("wire")?;
    let store = sqlite_in(&folder.join("server"))?;
    let proxy = Proxy::start()?;
    let mut office = Office::found(&store, &folder.join("blobs"), &format!("http://{}", proxy.address), bench.seed)?;
    let seats = (0..OFFICERS).map(|nth| seat(&mut office, nth as u64, sent)).collect::<Outcome<Vec<_>>>()?;
    office.close();
    let server = folder.join("server");
    let server = Server::start(&Setup { programs: &bench.programs, folder: &server, store: &store, database: None })?;
    proxy.lead_to(server.address);
    let trip = |(nth, (shift, invitation)): (usize, &(Shift, String))| {
        let phone = Arc::new(handset::open(&folder.join(format!("phone-{nth}")), nth as u64 + 1)?);
        travel(&phone, *shift, invitation, &proxy)
    };
    seats.iter().enumerate().map(trip).collect()
}

/// An officer whose first phone has worked all shifts but the last, and an invitation for the second.
fn seat(office: &mut Office, nth: u64, sent: Sent) -> Outcome<(Shift, String)> {
    let (_, shifts, invitations) = office.officer(ROLL, 2)?;
    let mut worker = LeanPhone::enrol(&office.app, &invitations[0], nth + 1_000)?;
    let (last, before) = shifts.split_last().ok_or("no shifts")?;
    for shift in before {
        let ready = match sent {
            Sent::Together => worker.work_offline(*shift),
            Sent::OneByOne => worker.work(*shift),
        };
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
    let knew = trips.iter().filter(|trip| trip.shows_in_sync).count();
    let idle = middle(trips, |trip| trip.idle);
    let punch = middle(trips, |trip| trip.punch);
    vec![
        row("idle sync from cold, bytes", "400 B, 1 turn", idle.both() <= 400 && knew == trips.len(), idle)
            .over("250 B")
            .with("phones", trips.len())
            .with("phones_that_knew_they_were_in_sync", knew),
        row("one punch from cold: 4 fixes, anchor, signature", "1,024 B, 1 turn", punch.both() <= 1_024, punch)
            .over("600 B"),
        first("first sync, 40 shifts, sent after each shift", trips),
    ]
}

fn first(what: &str, trips: &[Trip]) -> Row {
    let crossed = middle(trips, |trip| trip.first);
    row(what, "1 KB up, 40 KB down", crossed.up <= 1_024 && crossed.down <= 40 * 1_024, crossed)
}

fn row(what: &str, budget: &str, within: bool, crossed: Crossed) -> Row {
    let Crossed { up, down, turns } = crossed;
    let (ours, within) = (format!("{up} up + {down} down, {turns} turn(s)"), within && turns == 1);
    Row::judged(what, ours, budget, within).with("bytes_up", up).with("bytes_down", down).with("turns", turns)
}

/// The middle of each figure.
fn middle(trips: &[Trip], pick: fn(&Trip) -> Crossed) -> Crossed {
    let of = |figure: fn(Crossed) -> u64| {
        median(&trips.iter().map(|trip| figure(pick(trip))).collect::<Vec<_>>()).unwrap_or(0)
    };
    Crossed { up: of(|it| it.up), down: of(|it| it.down), turns: of(|it| it.turns) }
}

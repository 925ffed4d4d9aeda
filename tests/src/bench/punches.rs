//! Punches a second, and the server's CPU for each, against raw durable inserts behind the same HTTP stack.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;

use super::engines::{Engine, both};
use super::http::Connection;
use super::lean::{LeanPhone, Ready};
use super::load::{self, Cost};
use super::machine::{self, Memory};
use super::office::{Office, Roll, Shift, about};
use super::report::{Row, millis};
use super::served::Server;
use super::{Bench, Outcome};

/// Between the ends of two shifts of an officer. Each has a clock-in and a clock-out, so a long run takes many.
const APART: Millis = Millis::from_hours(8);
/// Phones at once, and punches of each.
const LOADS: [(usize, usize); 2] = [(16, 700), (64, 200)];
/// Budgets: CPU for one punch now and in the end, punches a second now and in the end, idle memory in KiB.
const CPU: [Duration; 2] = [Duration::from_micros(500), Duration::from_micros(150)];
const RATE: [f64; 2] = [2_000.0, 6_000.0];
const IDLE: u64 = 40 * 1024;

/// A phone with the changes it will push, each of them one punch.
struct Caller {
    phone: LeanPhone,
    shifts: Vec<Shift>,
    ready: Vec<Ready>,
    connection: Option<Connection>,
}

/// Both engines with 16 and 64 phones, and the server's memory.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let folder = bench.folder("punches")?;
    let mut rows = Vec::new();
    for engine in both(&folder)? {
        let home = folder.join(engine.name);
        std::fs::create_dir_all(&home)?;
        rows.extend(on(bench, &engine, &home)?);
    }
    Ok(rows)
}

fn on(bench: &Bench, engine: &Engine, home: &Path) -> Outcome<Vec<Row>> {
    let mut callers = callers(bench, engine, home)?;
    let mut floors = Vec::new();
    {
        let server = Server::start_floor(&engine.floor(&bench.programs, home))?;
        for (phones, punches) in LOADS {
            floors.push(post(&server, phones, punches, callers[0].ready[0].bytes.len() + 200)?);
        }
    }
    let server = Server::start(&engine.server(&bench.programs, home))?;
    sleep(Duration::from_secs(1));
    let idle = server.memory()?;
    let mut rows = Vec::new();
    for ((phones, punches), floor) in LOADS.into_iter().zip(floors) {
        let cost = push(&server, &mut callers[..phones], punches)?;
        rows.extend(report(engine.name, phones, &cost, &floor));
    }
    sleep(Duration::from_secs(1));
    rows.push(memory(engine.name, idle, server.memory()?));
    Ok(rows)
}

/// Officers with phones, every punch of the run written and signed in advance.
fn callers(bench: &Bench, engine: &Engine, home: &Path) -> Outcome<Vec<Caller>> {
    let mut office = Office::found(&engine.store, &home.join("blobs"), "http://127.0.0.1:1", bench.seed)?;
    let most = LOADS.iter().map(|(phones, _)| *phones).max().unwrap_or(0);
    let mut callers = Vec::new();
    for nth in 0..most {
        let punches: usize = LOADS.iter().filter(|(phones, _)| nth < *phones).map(|(_, punches)| punches).sum();
        let roll = Roll { apart: APART, ..Roll::just_worked(u32::try_from(punches.div_ceil(2))?) };
        let (_, shifts, invitations) = office.officer(roll, 1)?;
        let phone = LeanPhone::enrol(&office.app, &invitations[0], nth as u64 + 1)?;
        let mut caller = Caller { phone, shifts, ready: Vec::new(), connection: None };
        caller.ready = (0..punches).map(|punch| caller.punch(punch)).collect();
        caller.ready.reverse();
        callers.push(caller);
    }
    for caller in &mut callers {
        caller.phone.settle(&office.app)?;
    }
    office.close();
    Ok(callers)
}

impl Caller {
    fn punch(&mut self, nth: usize) -> Ready {
        let shift = self.shifts[nth / 2];
        let (kind, at) = match nth % 2 {
            0 => (FactKind::In, shift.hours.start),
            _ => (FactKind::Out, shift.hours.end),
        };
        let at = about(at, &mut super::draws::Draws::seeded(nth as u64));
        self.phone.write(shift.assignment.into(), kind, at)
    }
}

/// Every caller pushes so many punches, one a request, the next as soon as the last is acknowledged.
fn push(server: &Server, callers: &mut [Caller], punches: usize) -> Outcome<Cost> {
    for caller in callers.iter_mut() {
        let mut connection = Connection::open(server.address)?;
        // So that the first measured request finds the cursor at the head.
        let request = caller.phone.request(&[]);
        caller.phone.take(&connection.sync(&request, false)?)?;
        caller.connection = Some(connection);
    }
    load::run(server, callers, |caller| {
        let mut connection = caller.connection.take().ok_or("no connection")?;
        let mut took = Vec::with_capacity(punches);
        for _ in 0..punches {
            let ready = caller.ready.pop().ok_or("too few punches were prepared")?;
            let request = caller.phone.request(std::slice::from_ref(&ready));
            let (time, answer) = machine::timed(|| connection.sync(&request, false));
            caller.phone.take(&answer?)?;
            took.push(time);
        }
        Ok(took)
    })
}

/// The same number of raw inserts of as many bytes.
fn post(server: &Server, callers: usize, punches: usize, bytes: usize) -> Outcome<Cost> {
    let mut connections = (0..callers).map(|_| Connection::open(server.address)).collect::<Outcome<Vec<_>>>()?;
    let row = vec![7; bytes];
    load::run(server, &mut connections, |connection| {
        (0..punches)
            .map(|_| {
                let (time, stored) = machine::timed(|| connection.post(&row));
                if stored?.is_empty() { Err("a row was not stored".into()) } else { Ok(time) }
            })
            .collect()
    })
}

fn report(engine: &str, phones: usize, cost: &Cost, floor: &Cost) -> Vec<Row> {
    let (each, rate) = (cost.each(), cost.rate());
    let what = format!("server CPU, one punch, {phones} phones, {engine}");
    let ours = match engine {
        "SQLite" => millis(each),
        _ => format!("{} ({} the server itself)", millis(each), millis(cost.own_each())),
    };
    let cpu = Row::judged(what, ours, "0.5 ms, later 0.15 ms", each <= CPU[0])
        .over(millis(floor.each()))
        .with("ours_ms", each.as_secs_f64() * 1e3)
        .with("server_process_ms", cost.own_each().as_secs_f64() * 1e3)
        .with("floor_ms", floor.each().as_secs_f64() * 1e3)
        .with("within_the_later_budget", each <= CPU[1]);
    let what = format!("punches a second, {phones} phones, {engine}");
    let ours = format!("{rate:.0}/s, p50 {}, p99 {}", millis(cost.p50), millis(cost.p99));
    let speed = Row::judged(what, ours, "2,000/s, later 6,000/s", rate >= RATE[0])
        .over(format!("{:.0}/s", floor.rate()))
        .with("ours_per_second", rate)
        .with("floor_per_second", floor.rate())
        .with("within_the_later_budget", rate >= RATE[1]);
    let callers =
        Row::shown("  the callers' own CPU, each", millis(cost.caller_each())).over(millis(floor.caller_each()));
    vec![cpu, speed, callers.with("ours_ms", cost.caller_each().as_secs_f64() * 1e3)]
}

fn memory(engine: &str, idle: Memory, loaded: Memory) -> Row {
    let mib = |kib: u64| kib as f64 / 1024.0;
    let ours = format!("{:.1} MiB, after load {:.1} MiB", mib(idle.resident), mib(loaded.resident));
    Row::judged(format!("memory of the idle server, {engine}"), ours, "40 MiB idle", idle.resident <= IDLE)
        .with("idle_rss_kib", idle.resident)
        .with("idle_pss_kib", idle.proportional)
        .with("loaded_rss_kib", loaded.resident)
        .with("loaded_pss_kib", loaded.proportional)
}
